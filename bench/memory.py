"""Memory: kistui against the barest Textual app, and after a thousand refreshes against ten.

    python -m bench.memory [--quick]

The refreshes go through Pilot; the clocks of app and simulator run 60 times as fast as ours, so
that prices and tokens move as in most of a day.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median

from bench.cells import write_cells
from bench.places import ROOT, environ
from bench.process import AVAILABLE, WHY_NOT, resident_mib
from bench.ratio import Left, Ratio, compare, main
from bench.refreshes import FEW, SPEED
from bench.server import serving
from bench.terminal import Terminal

APP, GROWTH = 1.3, 1.05
"""How many times the bare app; how many times what ten refreshes took."""


def measure(quick: bool) -> Iterator[Ratio | Left]:
    """How much memory kistui takes."""
    if not AVAILABLE:
        yield Left("memory", WHY_NOT)
        return
    yield from _apps(1 if quick else 5)
    many = 100 if quick else 1_000
    with tempfile.TemporaryDirectory() as home, serving(SPEED) as account:
        run = subprocess.run(
            [sys.executable, "-m", "bench.refreshes", str(many)],
            check=False,
            cwd=ROOT,
            env=environ(home, **account),
            capture_output=True,
            text=True,
        )
    if run.returncode:
        yield Left(f"{many:,} refreshes", (run.stderr.strip().splitlines() or ["it ended"])[-1])
        return
    few, after = map(float, run.stdout.split())
    what = f"after {many:,} refreshes"
    yield compare(what, f"after {FEW}", after, few, "MiB", at_most=GROWTH)


def _apps(runs: int) -> Iterator[Ratio]:
    sizes: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home, serving() as account:
        env = environ(home, **account)
        _, cells = write_cells(home)
        commands = {
            "bare": ("bench.bare_app", cells),
            "kistui, on the holdings": ("kistui",),
            "kistui --demo": ("kistui", "--demo"),
        }
        for _ in range(runs):
            for name, command in commands.items():
                with Terminal((sys.executable, "-m", *command), env, str(ROOT)) as app:
                    app.first_frame()
                    app.press("2", 0.5, may_be_idle=True)
                    sizes.setdefault(name, []).append(resident_mib(app.pid))
    found = {name: median(values) for name, values in sizes.items()}
    for name in list(commands)[1:]:
        yield compare(name, "bare DataTable app", found[name], found["bare"], "MiB", at_most=APP)


if __name__ == "__main__":
    main(measure)
