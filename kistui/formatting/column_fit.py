"""Chooses the columns that fit; the name shrinks and whole columns drop, numbers stay whole."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kistui.formatting.holding_columns import HOLDING_COLUMNS

GAP_CHOICES = (2, 1)
NAME_INDEX = [column.name for column in HOLDING_COLUMNS].index("name")
"""The index of the name column."""


class ColumnLayout(NamedTuple):
    """The columns that fit, as pairs of index and width, and the gap after each."""

    columns: tuple[tuple[int, int], ...]
    gap: int


def fit_columns(
    candidates: Sequence[int],
    title_widths: Sequence[int],
    measure: Callable[[int], int],
    name_widths: tuple[int, int],
    available_width: int,
) -> ColumnLayout:
    """Return the candidates that fit; `name_widths` are the least and usual width of the name.

    No column is narrower than its title, so those that drop by that alone are not measured.
    """
    widths = list(title_widths)
    columns, name_width, gap = _drop_until_fit(candidates, widths, name_widths, available_width)
    for index in sorted(columns, key=_drop_priority):
        if index != NAME_INDEX and index in columns:
            widths[index] = measure(index)
            columns, name_width, gap = _drop_until_fit(
                columns, widths, name_widths, available_width
            )
    return ColumnLayout(
        tuple((index, name_width if index == NAME_INDEX else widths[index]) for index in columns),
        gap,
    )


def _drop_until_fit(
    candidates: Sequence[int],
    widths: Sequence[int],
    name_widths: tuple[int, int],
    available_width: int,
) -> tuple[Sequence[int], int, int]:
    """Return the columns that fit with these widths, the width of the name, and the gap."""
    min_name_width, max_name_width = name_widths
    columns = list(candidates)
    while True:
        other_widths = sum(widths[index] for index in columns if index != NAME_INDEX)
        for gap in GAP_CHOICES:
            name_width = available_width - other_widths - gap * len(columns)
            if name_width >= max_name_width or (
                gap == GAP_CHOICES[-1] and name_width >= min_name_width
            ):
                return columns, min(name_width, max_name_width), gap
        if not any(map(_drop_priority, columns)):
            return columns, max(available_width - GAP_CHOICES[-1], 1), GAP_CHOICES[-1]
        columns.remove(max(columns, key=_drop_priority))


def _drop_priority(index: int) -> int:
    return HOLDING_COLUMNS[index].drop_priority
