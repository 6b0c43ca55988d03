"""Run the simulator in its own process, so that it takes no time from what is measured.

python -m bench.server '{"holdings": 500}' prints its address and serves until stdin ends. With
"still" its clock stands, so that no price moves between two refreshes.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kistui.simulator import Simulator, SimulatorOptions
from kistui.simulator.options import utc_now

ROOT = Path(__file__).resolve().parent.parent
STILL_TIME = datetime(2026, 11, 23, 1, 32, 7, tzinfo=UTC)
"""A Monday in Korea, half past ten."""


def child_environment(home: str, **more: str) -> dict[str, str]:
    """Return an environment with its own home and this checkout, and only PATH of the caller's."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **more,
    }


@contextmanager
def simulator_process(**options: Any) -> Iterator[dict[str, str]]:
    """Start a simulator; yields the variables that point kistui at it."""
    command = [sys.executable, "-m", "bench.server", json.dumps(options)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        try:
            yield {
                "KISTUI_BASE_URL": url,
                "KIS_APP_KEY": Simulator.app_key,
                "KIS_APP_SECRET": Simulator().app_secret,
                "KIS_ACCOUNT": Simulator.account_number,
            }
        finally:
            process.communicate("")


def main() -> None:
    """Serve until stdin ends."""
    options = json.loads(sys.argv[1])
    is_still = options.pop("still", False)
    clock = (lambda: STILL_TIME) if is_still else utc_now
    with Simulator(SimulatorOptions(**options), clock=clock) as simulator:
        print(simulator.url, flush=True)
        os.read(0, 1)


if __name__ == "__main__":
    main()
