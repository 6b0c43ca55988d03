"""A titled group of labels with their values."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, label_value
from kistui.i18n.translations import Translations


class Box:
    """A titled group; `lines` lays it out in a given number of columns.

    Boxes that say the same are the same: `says` is what the lines are made from.
    """

    def __init__(
        self, name: str, title: str, render: Callable[[int], tuple[Line, ...]], identity: object
    ) -> None:
        self.name = name
        self.title = title
        self.render = render
        self._identity = name, title, identity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)


class BoxRow(NamedTuple):
    """One line of a box: a label, and a value at the right; without one, a note."""

    label: str
    value: Cell | None = None
    never_masked: bool = False
    """Whether it says nothing of how much there is."""

    def render(self, width: int, *, amounts_hidden: bool) -> Line:
        """Laid out in `width` columns."""
        if self.value is None:
            return (Cell(self.label, Role.DIM),)
        value = (
            self.value
            if self.never_masked
            else show.mask_amount(self.value, amounts_hidden=amounts_hidden)
        )
        return label_value(self.label, value, width)


def build_box(
    name: str, t: Translations, entries: Sequence[BoxRow], *, amounts_hidden: bool
) -> Box:
    """Entries as a box titled by its name."""

    def render_rows(width: int) -> tuple[Line, ...]:
        return tuple(entry.render(width, amounts_hidden=amounts_hidden) for entry in entries)

    return Box(name, t(f"summary_group.{name}"), render_rows, (tuple(entries), amounts_hidden))
