"""A titled group of labels with their values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kistui.view import format as show
from kistui.view.cells import Cell, Line, Role, spread
from kistui.view.words import Words


@dataclass(frozen=True, slots=True)
class Box:
    """A titled group; `lines` lays it out in a given number of columns."""

    name: str
    title: str
    lines: Callable[[int], tuple[Line, ...]] = field(compare=False)
    says: object = None
    """What its lines are made from: boxes that say the same are the same."""


@dataclass(frozen=True, slots=True)
class Entry:
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
