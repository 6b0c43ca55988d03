"""The simulator in a process of its own, so that it takes no time from what is measured.

    python -m bench.server '{"holdings": 500}' [SPEED]

prints its address and serves until its standard input ends. With SPEED its clock starts at a
fixed instant and goes so many times as fast as ours; 0 stands still.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.places import ROOT
from kistui.clock import Clock
from kistui.simulator import Simulator, SimulatorOptions
from kistui.simulator.clock import utc_now

START = datetime(2026, 11, 23, 1, 32, 7, tzinfo=UTC)
"""A Monday in Korea, half past ten."""


def clock_at(speed: float) -> Clock:
    """A clock from `START` at so many times the speed of ours."""
    began = time.monotonic()
    return lambda: START + timedelta(seconds=(time.monotonic() - began) * speed)


@contextmanager
def serving(speed: float | None = None, **options: Any) -> Iterator[dict[str, str]]:
    """The environment that points kistui at a new simulator in a process of its own."""
    command = [sys.executable, "-m", "bench.server", json.dumps(options)]
    if speed is not None:
        command.append(str(speed))
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        yield {
            "KISTUI_BASE_URL": url,
            "KIS_APP_KEY": Simulator.app_key,
            "KIS_APP_SECRET": Simulator().app_secret,
            "KIS_ACCOUNT": Simulator.account_number,
        }
        process.communicate("")


def _serve() -> None:
    options = SimulatorOptions(**json.loads(sys.argv[1]))
    clock = clock_at(float(sys.argv[2])) if len(sys.argv) > 2 else utc_now
    with Simulator(options, clock=clock) as simulator:
        print(simulator.url, flush=True)
        os.read(0, 1)


if __name__ == "__main__":
    _serve()
