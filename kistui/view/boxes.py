"""A titled group of labels with their values."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kistui.view import format as show
from kistui.view.cells import Cell, Line, Role, spread
from kistui.view.words import Words


class Box:
    """A titled group; `lines` lays it out in a given number of columns.

    Boxes that say the same are the same: `says` is what the lines are made from.
    """

    def __init__(
        self, name: str, title: str, lines: Callable[[int], tuple[Line, ...]], says: object
    ) -> None:
        self.name = name
        self.title = title
        self.lines = lines
        self._says = name, title, says

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and self._says == other._says

    def __hash__(self) -> int:
        return hash(self._says)


class Entry(NamedTuple):
    """One line of a box: a label, and a value at the right; without one, a note."""

    label: str
    value: Cell | None = None
    is_public: bool = False
    """Whether it says nothing of how much there is."""

    def line(self, width: int, *, hidden: bool) -> Line:
        """Laid out in `width` columns."""
        if self.value is None:
            return (Cell(self.label, Role.DIM),)
        value = self.value if self.is_public else show.private(self.value, hidden=hidden)
        return spread(self.label, value, width)


def box_of(name: str, words: Words, entries: Sequence[Entry], *, hidden: bool) -> Box:
    """Entries as a box titled by its name."""

    def lines(width: int) -> tuple[Line, ...]:
        return tuple(entry.line(width, hidden=hidden) for entry in entries)

    return Box(name, words(f"group.{name}"), lines, (tuple(entries), hidden))
