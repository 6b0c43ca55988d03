"""Which columns fit: whole ones drop and no number is ever cut; the name gives way to them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kistui.formatting.holding_columns import HOLDING_COLUMNS

GAP_CHOICES = (2, 1)
NAME_INDEX = [column.name for column in HOLDING_COLUMNS].index("name")
"""The place of the name among the columns."""


class ColumnLayout(NamedTuple):
    """The columns there is room for and the width of each, and the blanks after each."""

    columns: tuple[tuple[int, int], ...]
    gap: int


def fit_columns(
    candidates: Sequence[int],
    title_widths: Sequence[int],
    measure: Callable[[int], int],
    name_widths: tuple[int, int],
    available_width: int,
) -> ColumnLayout:
    """Of the `wanted` columns those that fit in `room`; `names` is their least and usual width.

    No column is narrower than its title: what drops for that alone need not be measured.
    """
    widths = list(title_widths)
    columns, name, gap = _drop_until_fit(candidates, widths, name_widths, available_width)
    for at in sorted(columns, key=_drop_priority):
        if at != NAME_INDEX and at in columns:
            widths[at] = measure(at)
            columns, name, gap = _drop_until_fit(columns, widths, name_widths, available_width)
    return ColumnLayout(
        tuple((at, name if at == NAME_INDEX else widths[at]) for at in columns), gap
    )


def _drop_until_fit(
    candidates: Sequence[int],
    widths: Sequence[int],
    name_widths: tuple[int, int],
    available_width: int,
) -> tuple[Sequence[int], int, int]:
    """The columns that fit if they are so wide, the width of the name, and the gap."""
    least, usual = name_widths
    columns = list(candidates)
    while True:
        others = sum(widths[at] for at in columns if at != NAME_INDEX)
        for gap in GAP_CHOICES:
            name = available_width - others - gap * len(columns)
            if name >= usual or (gap == GAP_CHOICES[-1] and name >= least):
                return columns, min(name, usual), gap
        if not any(map(_drop_priority, columns)):
            return columns, max(available_width - GAP_CHOICES[-1], 1), GAP_CHOICES[-1]
        columns.remove(max(columns, key=_drop_priority))


def _drop_priority(index: int) -> int:
    return HOLDING_COLUMNS[index].drop_priority
