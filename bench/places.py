"""Where things are, and the environment in which children are run."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = os.environ.get("KISTUI_BENCH_PEERS", sys.executable)
"""The interpreter that can import mojito and pykis, if there is one."""


def environ(home: str, **more: str) -> dict[str, str]:
    """Nothing of the caller's but PATH: a home of its own, this checkout, Korean in 24-bit."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **more,
    }
