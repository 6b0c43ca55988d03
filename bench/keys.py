"""What a key costs, from the key to the last byte it makes, against a floor and Textual's table.

    python -m bench.keys [--quick]

The floor is the barest line-rendered ScrollView of the same cells (`bench.floor_app`); times are
the 95th of 100 presses, bytes the median. All run at once at 80x24 and are pressed in turn.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from bench.cells import write_cells
from bench.places import ROOT, environ
from bench.ratio import Left, Ratio, compare, main, p95
from bench.server import serving
from bench.terminal import Paint, Terminal

SIZES = (50, 500, 5_000)
FLOOR, PEER, GROWTH, FILL = 1.5, 1.0, 3.0, 8.0
"""Times the floor; times DataTable; times the act on 50 rows; as fast as DataTable fills."""
UP, DOWN, PAGE_UP, PAGE_DOWN = "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~"
ESCAPE = "\x1b"


@dataclass(frozen=True, slots=True)
class Act:
    """Keys that take turns, and the key before the first of them and after the last."""

    name: str
    keys: tuple[str, ...]
    before: str = ""
    after: str = ""


ACTS = (
    Act("cursor", (DOWN, UP)),
    Act("page", (PAGE_DOWN, PAGE_UP)),
    Act("sort", ("s",)),
    Act("filter", ("k", "\x7f"), before="/"),
    Act("switch", ("1", "2"), before=ESCAPE),
)
Found = dict[str, dict[str, list[Paint]]]
"""The paints by act and app."""


def measure(quick: bool) -> Iterator[Ratio | Left]:
    """What a key costs."""
    presses = 8 if quick else 24
    least: dict[str, float] = {}
    for size in (SIZES[0], SIZES[-1]) if quick else SIZES:
        found = _press_all(size, presses)
        for act, paints in found.items():
            yield from _ratios(f"{act}, {size:,} holdings", paints)
            ours = p95(paint.last for paint in paints["kistui"])
            base = least.setdefault(act, ours)
            if size == SIZES[-1]:
                what = f"{act}, {size:,} holdings"
                yield compare(what, f"{SIZES[0]} holdings", ours, base, at_most=GROWTH)
    yield from _fill(3 if quick else 7)


def _ratios(what: str, paints: dict[str, list[Paint]]) -> Iterator[Ratio]:
    times = {app: p95(paint.last for paint in each) for app, each in paints.items()}
    bytes_ = {app: median(paint.count for paint in each) for app, each in paints.items()}
    yield compare(what, "floor", times["kistui"], times["lines"], at_most=FLOOR)
    yield compare(what, "DataTable", times["kistui"], times["data"], at_most=PEER)
    yield compare(
        f"{what}: bytes", "DataTable", bytes_["kistui"], bytes_["data"], "bytes", at_most=PEER
    )


def _press_all(size: int, presses: int) -> Found:
    with ExitStack() as ends:
        home = ends.enter_context(tempfile.TemporaryDirectory())
        # One page: how long KIS takes for the pages is not the question here.
        env = environ(home, **ends.enter_context(serving(0.0, holdings=size, page_size=size)))
        _, cells = write_cells(home, size)
        floor = (sys.executable, "-m", "bench.floor_app")
        commands = {
            "kistui": (sys.executable, "-m", "kistui"),
            "lines": (*floor, "lines", cells),
            "data": (*floor, "data", cells),
        }
        apps = {}
        for name, command in commands.items():
            apps[name] = ends.enter_context(Terminal(command, env, str(ROOT)))
            apps[name].first_frame()
            apps[name].settle(1.0)
            apps[name].press("2", 0.5, may_be_idle=True)
        return {act.name: _press(apps, act, presses) for act in ACTS}


def _press(apps: dict[str, Terminal], act: Act, presses: int) -> dict[str, list[Paint]]:
    for app in apps.values():
        if act.before:
            app.press(act.before, 0.4, may_be_idle=True)
    paints: dict[str, list[Paint]] = {name: [] for name in apps}
    keys = cycle(act.keys)
    for at in range(presses + 2):
        key = next(keys)
        for name, app in apps.items():
            paint = app.press(key)
            if at >= 2:  # the first do what is done once
                paints[name].append(paint)
    return paints


def _fill(runs: int) -> Iterator[Ratio]:
    with ExitStack() as ends:
        home = ends.enter_context(tempfile.TemporaryDirectory())
        balance, _ = write_cells(home, SIZES[-1])
        apps = {}
        for kind in ("lines", "data"):
            command = (sys.executable, "-m", "bench.fill_app", kind, balance)
            apps[kind] = ends.enter_context(Terminal(command, environ(home), str(ROOT)))
            apps[kind].read_for(0.5)
            apps[kind].settle(3.0)
        for key, source in (("w", "words already made"), ("f", "a balance")):
            times: dict[str, list[float]] = {kind: [] for kind in apps}
            for _ in range(runs):
                for kind, app in apps.items():
                    times[kind].append(app.press(key, 0.5).last)
                    app.press("e", 0.5)
            found = {kind: median(values) for kind, values in times.items()}
            what = f"DataTable filled with {SIZES[-1]:,} rows from {source}"
            yield compare(what, "kistui's table", found["data"], found["lines"], at_least=FILL)


if __name__ == "__main__":
    main(measure)
