"""Labelled values: in titled boxes, in two columns, and frames around them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from kistui.formatting import values as show
from kistui.formatting.cells import (
    Cell,
    Line,
    Role,
    display_width,
    label_value,
    truncate,
    truncate_line,
    wrap_words,
)
from kistui.i18n.translations import Translations


class Box:
    """A titled group; `render` returns its lines for a width in columns.

    Its lines depend only on name, title and `identity`, by which boxes are compared.
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

    def render(self, width: int, *, amounts_hidden: bool) -> tuple[Line, ...]:
        """Return the line in `width` columns; a note takes as many as it needs."""
        if self.value is None:
            return wrap_text(self.label, width, Role.DIM)
        value = (
            self.value
            if self.never_masked
            else show.mask_amount(self.value, amounts_hidden=amounts_hidden)
        )
        return (label_value(self.label, value, width),)


def build_box(
    name: str, t: Translations, entries: Sequence[BoxRow], *, amounts_hidden: bool
) -> Box:
    """Return a box of `entries`; `name` selects its title."""

    def render_rows(width: int) -> tuple[Line, ...]:
        return tuple(
            line for entry in entries for line in entry.render(width, amounts_hidden=amounts_hidden)
        )

    return Box(name, t(f"summary_group.{name}"), render_rows, (tuple(entries), amounts_hidden))


def framed_lines(
    content: Sequence[Line], title: str, width: int, height: int, footer: str = ""
) -> Iterator[Line]:
    """Yield `height` lines of content in a frame with a title and a footer."""
    yield _frame_edge("╭", title, "╮", width, right=False)
    for index in range(height):
        line = truncate_line(content[index], width - 3) if index < len(content) else ()
        padding = " " * max(width - 3 - sum(cell.width for cell in line), 0)
        yield (Cell("│ ", Role.FRAME), *line, Cell(f"{padding}│", Role.FRAME))
    yield _frame_edge("╰", footer, "╯", width, right=True)


def _frame_edge(left: str, text: str, right_corner: str, width: int, *, right: bool) -> Line:
    """Return the top or bottom edge of a frame, with a text near its left or right end."""
    inner_width = width - 2
    label = truncate(text, inner_width - 4) if text else ""
    if not label:
        return (Cell(left + "─" * inner_width + right_corner, Role.FRAME),)
    rule = "─" * (inner_width - 3 - display_width(label))
    before, after = (rule, "─") if right else ("─", rule)
    return (
        Cell(f"{left}{before}", Role.FRAME),
        Cell(f" {label} ", Role.TITLE),
        Cell(f"{after}{right_corner}", Role.FRAME),
    )


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
    return tuple((Cell(line, role),) for line in wrap_words(text, width))


def _single_column_lines(entry: LabelledValue | None, width: int) -> tuple[Line, ...]:
    """Return an entry on one line, or with the value below its label if it is too wide."""
    if entry is None:
        return ()
    if entry.width <= width:
        return (label_value(entry.label, entry.value, width),)
    value = entry.value
    return (*wrap_text(entry.label, width, Role.LABEL), *wrap_text(value.text, width, value.role))
