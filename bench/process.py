"""What a running process has used, from /proc: Linux only."""

import os
from pathlib import Path

AVAILABLE = Path("/proc/self/schedstat").exists()
WHY_NOT = "it takes Linux's /proc"


def cpu_seconds(pid: int) -> float:
    """Of all its threads, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_mib(pid: int | None = None) -> float:
    """Memory it has in RAM."""
    pages = int(Path(f"/proc/{pid or os.getpid()}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
