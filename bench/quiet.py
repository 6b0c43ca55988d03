"""What kistui writes and computes while nobody touches it, against bare apps at rest.

    python -m bench.quiet [--quick]

The simulator has a process of its own and its clock stands still, so that a refresh can change
nothing.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from bench.cells import write_cells
from bench.places import ROOT, environ
from bench.process import AVAILABLE, WHY_NOT, cpu_seconds
from bench.ratio import Left, Ratio, compare, main
from bench.server import serving
from bench.terminal import ROWS, Terminal

COUNTDOWNS = 2
"""Lines of the token screen that tell seconds."""
STATUS = {1, ROWS - 2, ROWS - 1, ROWS}
"""The lines of the bar, of the notice and of the keys."""
IDLE, BUSY, TICKING = 0.0, 0.3, 200.0
"""Bytes a second and percent of a processor at rest; bytes a second while seconds are told."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A second of rest: bytes written, and the share of a processor in percent."""

    written: float
    busy: float


def measure(quick: bool) -> Iterator[Ratio | Left]:
    """What kistui costs at rest."""
    seconds = 4.0 if quick else 20.0
    with ExitStack() as ends:
        home = ends.enter_context(tempfile.TemporaryDirectory())
        env = environ(home, **ends.enter_context(serving(0.0)))
        _, cells = write_cells(home)
        commands = {
            "kistui": ("kistui",),
            "bare": ("bench.bare_app", cells),
            "data": ("bench.floor_app", "data", cells),
            "clock": ("bench.clock_app", str(COUNTDOWNS)),
        }
        apps = {}
        for name, command in commands.items():
            app = Terminal((sys.executable, "-m", *command), env, str(ROOT))
            apps[name] = ends.enter_context(app)
            app.first_frame()
            app.read_for(2.0)
        yield from _refreshes(apps, 3 if quick else 9)
        for app in apps.values():
            app.read_for(1.0)
        yield from _rests(apps, "summary", "bare", seconds)
        apps["kistui"].press("2", 0.5)
        yield from _rests(apps, "holdings", "bare", seconds)
        apps["kistui"].press("3", 0.5)
        yield from _rests(apps, "token screen", "clock", seconds)


def _rests(
    apps: dict[str, Terminal], screen: str, floor: str, seconds: float
) -> Iterator[Ratio | Left]:
    names = {
        "bare": "bare DataTable app at rest",
        "clock": f"bare app, {COUNTDOWNS} lines a second",
    }
    ours, theirs = (_rest(apps[app], seconds) for app in ("kistui", floor))
    what = f"{screen}, bytes a second"
    yield compare(what, names[floor], ours.written, theirs.written, "B/s")
    most = TICKING if floor == "clock" else IDLE
    yield compare(what, f"{most:g} B/s", ours.written, most, "B/s", at_most=1)
    if AVAILABLE:
        what = f"{screen}, share of a processor"
        yield compare(what, names[floor], ours.busy, theirs.busy, "%")
        if floor != "clock":
            yield compare(what, f"{BUSY} %", ours.busy, BUSY, "%", at_most=1)
    else:
        yield Left(f"{screen}, share of a processor", WHY_NOT)


def _rest(app: Terminal, seconds: float) -> Rest:
    before = cpu_seconds(app.pid) if AVAILABLE else 0
    count = app.read_for(seconds)
    after = cpu_seconds(app.pid) if AVAILABLE else 0
    return Rest(count / seconds, (after - before) / seconds * 100)


def _refreshes(apps: dict[str, Terminal], times: int) -> Iterator[Ratio]:
    apps["kistui"].press("2", 0.5)
    sizes: dict[str, list[int]] = {"kistui": [], "data": []}
    beyond = 0
    for _ in range(times):
        for name, found in sizes.items():
            found.append(apps[name].press("r", 0.5, may_be_idle=True).count)
        beyond += len(apps["kistui"].lines_written - STATUS)
    ours, theirs = (median(found) for found in sizes.values())
    what = "a refresh that changes nothing"
    yield compare(what, "DataTable written again", ours, theirs, "bytes")
    yield compare(f"{what}: lines beyond the status lines", "none", beyond, 0, "", at_most=1)
    apps["kistui"].press("1", 0.5)


if __name__ == "__main__":
    main(measure)
