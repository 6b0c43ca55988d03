"""Labelled values in titled boxes and in two columns, frames, and bars."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from kistui.formatting.cells import (
    Cell,
    Line,
    Role,
    display_width,
    label_value,
    line_width,
    truncate,
    truncate_line,
    wrap_words,
)
from kistui.formatting.values import mask_amount
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
        """Return the line in `width` columns; a note or a wide row takes as many as it needs."""
        if self.value is None:
            return wrap_text(self.label, width, Role.DIM)
        value = (
            self.value
            if self.never_masked
            else mask_amount(self.value, amounts_hidden=amounts_hidden)
        )
        return _single_column_lines(LabelledValue(self.label, value), width)


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
        padding = " " * max(width - 3 - line_width(line), 0)
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


def pair_lines(pairs: Iterable[tuple[str, str]], width: int) -> tuple[Line, ...]:
    """Return labels with their values, as many on a line as fit; a long value takes several."""
    lines: list[Line] = [()]
    used = 0
    for label, value in pairs:
        pair_width = display_width(label) + display_width(value) + 4
        if used and used + pair_width > width:
            lines.append(())
            used = 0
        value_width = max(width - used - display_width(label) - 2, 1)
        part, remainder = _split_at_width(value, value_width)
        lines[-1] = (
            *lines[-1],
            Cell(f" {label} ", Role.LABEL),
            Cell(f"{part}  ", Role.PLAIN),
        )
        used += pair_width
        while remainder:
            part, remainder = _split_at_width(remainder, max(width - 3, 1))
            lines.append((Cell(f"   {part}"),))
            used = width
    return tuple(lines)


def _split_at_width(text: str, width: int) -> tuple[str, str]:
    """Return the part of `text` that fits in `width` columns, and the remainder.

    The part has one character at least, so that a remainder becomes shorter at every width.
    """
    used = 0
    for index, char in enumerate(text):
        used += display_width(char)
        if index and used > width:
            last_blank = text.rfind(" ", 1, index)
            end = last_blank if last_blank > 0 else index
            return text[:end], text[end:].strip()
    return text, ""


_EIGHTHS: tuple[str, ...] = ("", *"▏▎▍▌▋▊▉")
_MIDDLE = "│"
FILLS = "█░▓╱▒║▚─╳┼╲▔"
"""The fill characters of a stacked bar; `--ascii` replaces each by a different one."""
_STACKED_ROLES = (Role.BAR, Role.BAR_ALT)


def fraction_bar(value: int, greatest: int, width: int) -> str:
    """Return a bar of `width` columns for the `greatest` value, in steps of an eighth."""
    if value <= 0 or greatest <= 0:
        return ""
    steps = _nearest(min(value, greatest) * width * 8, greatest)
    full, eighths = divmod(max(steps, 1), 8)
    return "█" * full + _EIGHTHS[eighths]


def diverging_bar(value: int, greatest: int, width: int) -> str:
    """Return `width` columns, an odd number, with a bar right of the middle or left of it."""
    if not value or greatest <= 0:
        return _halves_bar(0, width)
    halves = max(_nearest(min(abs(value), greatest) * (width // 2) * 2, greatest), 1)
    return _halves_bar(halves if value > 0 else -halves, width)


def _nearest(dividend: int, divisor: int) -> int:
    return (dividend + divisor // 2) // divisor


@cache  # a table has few different bars
def _halves_bar(halves: int, width: int) -> str:
    """Return a bar in steps of half a column, left of the middle if negative."""
    side = width // 2
    full, half = divmod(abs(halves), 2)
    right = ("█" * full + "▌" * half).ljust(side) if halves > 0 else " " * side
    left = ("▐" * half + "█" * full).rjust(side) if halves < 0 else " " * side
    return f"{left}{_MIDDLE}{right}"


def stacked_bar(amounts: Sequence[int], width: int) -> Line:
    """Return the stacked bar; every amount that is more than nothing has at least one column."""
    widths = bar_widths(amounts, width)
    return tuple(stacked_fill(index, columns) for index, columns in enumerate(widths) if columns)


def bar_widths(amounts: Sequence[int], width: int) -> list[int]:
    """Return the columns of each amount, which add up to `width`; none for one below zero."""
    positive = [max(amount, 0) for amount in amounts]
    total = sum(positive)
    if not total:
        return [0] * len(amounts)
    widths = [max(amount * width // total, 1) if amount else 0 for amount in positive]
    remainders = [amount * width % total for amount in positive]
    by_remainder = sorted(range(len(amounts)), key=remainders.__getitem__, reverse=True)
    for index in by_remainder[: max(width - sum(widths), 0)]:
        widths[index] += 1
    while sum(widths) > width:
        widths[widths.index(max(widths))] -= 1
    return widths


def stacked_fill(index: int, columns: int = 1) -> Cell:
    """Return some columns of a part of a stacked bar, in its own fill and colour."""
    return Cell(FILLS[index % len(FILLS)] * columns, _STACKED_ROLES[index % len(_STACKED_ROLES)])
