"""Labelled values in two columns, or one on narrow screens; values are never truncated."""

from collections.abc import Iterable
from typing import NamedTuple

from kistui.formatting.cells import Cell, Line, Role, display_width, label_value

TWO_COLUMN_MIN_WIDTH = 70
"""Screen width from which two columns are used."""
COLUMN_GAP = 3


class LabelledValue(NamedTuple):
    """A label and its value."""

    label: str
    value: Cell

    @property
    def width(self) -> int:
        """The terminal columns needed without truncation."""
        return display_width(self.label) + 1 + self.value.width


def two_column_lines(entries: Iterable[LabelledValue], width: int) -> tuple[Line, ...]:
    """Return the entries in reading order; one that is too wide for a column gets its own line."""
    column_width = (width - COLUMN_GAP) // 2 if width >= TWO_COLUMN_MIN_WIDTH else 0
    lines: list[Line] = []
    left: LabelledValue | None = None
    for entry in entries:
        if entry.width > column_width:
            lines += [
                *_single_column_lines(left, column_width),
                *_single_column_lines(entry, width),
            ]
            left = None
        elif left is None:
            left = entry
        else:
            pair = (left, entry)
            left_cells, right_cells = (
                label_value(item.label, item.value, column_width) for item in pair
            )
            lines.append((*left_cells, Cell(" " * COLUMN_GAP), *right_cells))
            left = None
    return (*lines, *_single_column_lines(left, column_width))


def wrap_text(text: str, width: int, role: Role) -> tuple[Line, ...]:
    """Return a text wrapped at blanks, or within words that are longer than a line."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if display_width(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and display_width(lines[-1] + char) > width:
                lines.append("")
            lines[-1] += char
    return tuple((Cell(line, role),) for line in lines)


def _single_column_lines(entry: LabelledValue | None, width: int) -> tuple[Line, ...]:
    """Return an entry on one line, or with the value below its label if it is too wide."""
    if entry is None:
        return ()
    if entry.width <= width:
        return (label_value(entry.label, entry.value, width),)
    value = entry.value
    return (*wrap_text(entry.label, width, Role.LABEL), *wrap_text(value.text, width, value.role))
