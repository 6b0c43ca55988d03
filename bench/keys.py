"""Measure a key, from the press to the last byte of output, beside Textual's DataTable.

python -m bench.keys [--quick]

Both apps run at once at 80x24 and are pressed in turn. A time is the 95th of 100 presses, bytes
are the median.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from bench.report import Figure, percentile_95, ratio, run_alone
from bench.sample import page_size_for, write_cells
from bench.server import child_environment, simulator_process
from bench.terminal import Paint, Terminal

PRESSES = {50: (24, 4), 500: (24, 4), 5_000: (12, 2)}
"""Holdings, and how many presses of each act: all, and `--quick`. DataTable is slow at 5,000."""
SETTLED = 0.12
"""Seconds without a byte that end an act."""
TABLE_SETTLED = {50: 0.12, 500: 0.4, 5_000: 1.5}
"""The same for DataTable, which echoes a letter and then fills its rows without a byte."""
PAGE_SECONDS = 2.0
"""Seconds without a byte after which every page has been read: KIS allows one call a second."""
RATIO_TARGET = 1.0
ACT_TARGET = 300.0
"""Milliseconds of an act at 5,000 holdings, which have no ratio as target."""
UP, DOWN, PAGE_UP, PAGE_DOWN = "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~"
ESCAPE, BACKSPACE = "\x1b", "\x7f"


@dataclass(frozen=True, slots=True)
class Act:
    """Keys that are pressed in turn, and the keys before the first press."""

    name: str
    keys: tuple[str, ...]
    before: str = ""


ACTS = (
    Act("cursor", (DOWN, UP)),
    Act("page", (PAGE_DOWN, PAGE_UP)),
    Act("sort", (">",)),
    Act("filter", ("k", BACKSPACE), before="/"),
    Act("switch", ("1", "2"), before=ESCAPE),
)


def bench(quick: bool) -> Iterator[Figure]:
    """Measure the time and the bytes of keys."""
    for holdings, presses in PRESSES.items():
        with ExitStack() as stack:
            apps = _start_apps(stack, holdings)
            for act in ACTS:
                paints = _press(apps, act, presses[quick], TABLE_SETTLED[holdings])
                yield from _figures(f"{act.name}, {holdings:,} holdings", paints, holdings)


def _figures(label: str, paints: dict[str, list[Paint]], holdings: int) -> Iterator[Figure]:
    times = {
        app: percentile_95(paint.time for paint in app_paints) for app, app_paints in paints.items()
    }
    sizes = {app: median(paint.bytes for paint in app_paints) for app, app_paints in paints.items()}
    is_large = holdings == max(PRESSES)
    target = None if is_large else RATIO_TARGET
    yield ratio(label, "DataTable", times["kistui"], times["table"], target=target)
    bytes_label = f"{label}: bytes"
    yield ratio(
        bytes_label, "DataTable", sizes["kistui"], sizes["table"], target=target, unit="bytes"
    )
    if is_large:
        yield Figure(f"{label}: time", "", times["kistui"], target=ACT_TARGET, unit="ms")


def _start_apps(stack: ExitStack, holdings: int) -> dict[str, Terminal]:
    """Start both apps on the holdings, in few pages: paging is not measured here."""
    home = stack.enter_context(tempfile.TemporaryDirectory())
    account = stack.enter_context(
        simulator_process(holdings=holdings, page_size=page_size_for(holdings), still=True)
    )
    environment = child_environment(home, **account)
    commands = {
        "kistui": (sys.executable, "-m", "kistui"),
        "table": (sys.executable, "-m", "bench.table_app", write_cells(home, holdings)),
    }
    apps = {}
    for name, command in commands.items():
        apps[name] = stack.enter_context(Terminal(command, environment))
        apps[name].first_paint()
        apps[name].settle(PAGE_SECONDS)
        apps[name].press("2", 0.5, may_be_idle=True)
    return apps


def _press(
    apps: dict[str, Terminal], act: Act, presses: int, table_settled: float
) -> dict[str, list[Paint]]:
    """Press the keys in both apps in turn."""
    settled = {"kistui": SETTLED, "table": table_settled}
    if act.before:
        for name, app in apps.items():
            app.press(act.before, max(0.4, settled[name]), may_be_idle=True)
    paints: dict[str, list[Paint]] = {name: [] for name in apps}
    keys = cycle(act.keys)
    for press in range(presses + len(act.keys)):
        key = next(keys)
        for name, app in apps.items():
            paint = app.press(key, settled[name])
            if press >= len(act.keys):  # the first press of each key does what is done only once
                paints[name].append(paint)
    return paints


if __name__ == "__main__":
    run_alone(bench)
