"""Boxes: titled groups of labelled values."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, label_value
from kistui.i18n.translations import Translations


class Box:
    """A titled group; `render` returns its lines for a width in columns.

    Boxes with equal name, title and `identity` are equal: those are what the lines depend on.
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
    """A line of a box: a label and its value, or a note without a value."""

    label: str
    value: Cell | None = None
    never_masked: bool = False
    """Whether the value stays visible when amounts are hidden."""

    def render(self, width: int, *, amounts_hidden: bool) -> Line:
        """Return the line in `width` columns."""
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
    """Return a box of `entries`; `name` selects its title."""

    def render_rows(width: int) -> tuple[Line, ...]:
        return tuple(entry.render(width, amounts_hidden=amounts_hidden) for entry in entries)

    return Box(name, t(f"summary_group.{name}"), render_rows, (tuple(entries), amounts_hidden))
