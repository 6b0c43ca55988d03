"""Which columns fit: whole ones drop and no number is ever cut; the name gives way to them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kistui.view.columns import COLUMNS

GAPS = (2, 1)
NAME = [column.name for column in COLUMNS].index("name")
"""The place of the name among the columns."""


class Fit(NamedTuple):
    """The columns there is room for and the width of each, and the blanks after each."""

    columns: tuple[tuple[int, int], ...]
    gap: int


def fitting(
    wanted: Sequence[int],
    titles: Sequence[int],
    measure: Callable[[int], int],
    names: tuple[int, int],
    room: int,
) -> Fit:
    """Of the `wanted` columns those that fit in `room`; `names` is their least and usual width.

    No column is narrower than its title: what drops for that alone need not be measured.
    """
    widths = list(titles)
    columns, name, gap = _drop(wanted, widths, names, room)
    for at in sorted(columns, key=_drop_of):
        if at != NAME and at in columns:
            widths[at] = measure(at)
            columns, name, gap = _drop(columns, widths, names, room)
    return Fit(tuple((at, name if at == NAME else widths[at]) for at in columns), gap)


def _drop(
    wanted: Sequence[int], widths: Sequence[int], names: tuple[int, int], room: int
) -> tuple[Sequence[int], int, int]:
    """The columns that fit if they are so wide, the width of the name, and the gap."""
    least, usual = names
    columns = list(wanted)
    while True:
        others = sum(widths[at] for at in columns if at != NAME)
        for gap in GAPS:
            name = room - others - gap * len(columns)
            if name >= usual or (gap == GAPS[-1] and name >= least):
                return columns, min(name, usual), gap
        if not any(map(_drop_of, columns)):
            return columns, max(room - GAPS[-1], 1), GAPS[-1]
        columns.remove(max(columns, key=_drop_of))


def _drop_of(at: int) -> int:
    return COLUMNS[at].drop
