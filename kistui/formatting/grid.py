"""Labels with their values in two columns, or in one when narrow; no value is ever cut."""

from collections.abc import Iterable
from typing import NamedTuple

from kistui.formatting.cells import Cell, Line, Role, display_width, label_value

TWO_COLUMN_MIN_WIDTH = 70
"""Columns of the screen from which there is room for two."""
COLUMN_GAP = 3


class LabelledValue(NamedTuple):
    """A label at the left, a value at the right."""

    label: str
    value: Cell

    @property
    def width(self) -> int:
        """Columns it takes when nothing is cut."""
        return display_width(self.label) + 1 + self.value.width


def two_column_lines(entries: Iterable[LabelledValue], width: int) -> tuple[Line, ...]:
    """The entries in reading order; one too wide for its column has a line of its own."""
    column = (width - COLUMN_GAP) // 2 if width >= TWO_COLUMN_MIN_WIDTH else 0
    lines: list[Line] = []
    left: LabelledValue | None = None
    for entry in entries:
        if entry.width > column:
            lines += [*_single_column_lines(left, column), *_single_column_lines(entry, width)]
            left = None
        elif left is None:
            left = entry
        else:
            pair = (left, entry)
            first, second = (label_value(each.label, each.value, column) for each in pair)
            lines.append((*first, Cell(" " * COLUMN_GAP), *second))
            left = None
    return (*lines, *_single_column_lines(left, column))


def wrap_text(text: str, width: int, role: Role) -> tuple[Line, ...]:
    """A text on as many lines as it takes, broken at blanks, or within a word that is too long."""
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
    """A line of its own, or the value below its label."""
    if entry is None:
        return ()
    if entry.width <= width:
        return (label_value(entry.label, entry.value, width),)
    value = entry.value
    return (*wrap_text(entry.label, width, Role.LABEL), *wrap_text(value.text, width, value.role))
