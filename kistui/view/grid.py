"""Labels with their values in two columns, or in one when narrow; no value is ever cut."""

from collections.abc import Iterable
from typing import NamedTuple

from kistui.view.cells import Cell, Line, Role, spread, width_of

TWO_FROM = 70
"""Columns of the screen from which there is room for two."""
GAP = 3


class Entry(NamedTuple):
    """A label at the left, a value at the right."""

    label: str
    value: Cell

    @property
    def width(self) -> int:
        """Columns it takes when nothing is cut."""
        return width_of(self.label) + 1 + self.value.width


def grid(entries: Iterable[Entry], width: int) -> tuple[Line, ...]:
    """The entries in reading order; one too wide for its column has a line of its own."""
    column = (width - GAP) // 2 if width >= TWO_FROM else 0
    lines: list[Line] = []
    left: Entry | None = None
    for entry in entries:
        if entry.width > column:
            lines += [*_alone(left, column), *_alone(entry, width)]
            left = None
        elif left is None:
            left = entry
        else:
            pair = (left, entry)
            first, second = (spread(each.label, each.value, column) for each in pair)
            lines.append((*first, Cell(" " * GAP), *second))
            left = None
    return (*lines, *_alone(left, column))


def folded(text: str, width: int, role: Role) -> tuple[Line, ...]:
    """A text on as many lines as it takes, broken at blanks, or within a word that is too long."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and width_of(lines[-1] + char) > width:
                lines.append("")
            lines[-1] += char
    return tuple((Cell(line, role),) for line in lines)


def _alone(entry: Entry | None, width: int) -> tuple[Line, ...]:
    """A line of its own, or the value below its label."""
    if entry is None:
        return ()
    if entry.width <= width:
        return (spread(entry.label, entry.value, width),)
    value = entry.value
    return (*folded(entry.label, width, Role.LABEL), *folded(value.text, width, value.role))
