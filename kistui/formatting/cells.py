"""Cells: text with a role, measured in terminal columns (a Hangul syllable has two)."""

import unicodedata
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple


class Role(Enum):
    """The meaning of a text; themes assign a colour to each role."""

    PLAIN = "plain"
    LABEL = "label"
    STRONG = "strong"
    DIM = "dim"
    GAIN = "gain"
    LOSS = "loss"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    ACTIVE = "active"
    REAL = "real"
    PAPER = "paper"
    DEMO = "demo"
    FRAME = "frame"
    TITLE = "title"
    RULE = "rule"
    BAR = "bar"
    BAR_ALT = "bar-alt"


class Cell(NamedTuple):
    """A text with its role."""

    text: str
    role: Role = Role.PLAIN
    action: str = ""
    """What a click on it does, as Textual writes actions."""

    @property
    def width(self) -> int:
        """The width of the text in terminal columns."""
        return display_width(self.text)


Line = tuple[Cell, ...]
"""The cells of a line, from left to right."""

_WIDE_CLASSES = frozenset("WF")
_ZERO_WIDTH_CATEGORIES = frozenset({"Mn", "Me", "Mc"})
_JOINING_JAMO = frozenset(map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))))


def display_width(text: str) -> int:
    """Return the terminal columns of a cleaned text; ambiguous-width characters count as one."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


@cache  # names share most of their characters
def _char_width(char: str) -> int:
    if unicodedata.category(char) in _ZERO_WIDTH_CATEGORIES or char in _JOINING_JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE_CLASSES else 1


def truncate(text: str, width: int) -> str:
    """Return `text` cut to `width` columns, ending in an ellipsis; not to be used on numbers."""
    if display_width(text) <= width:
        return text
    chars, used = [], 0
    for char in text:
        used += _char_width(char)
        if used > width - 1:
            break
        chars.append(char)
    return "".join(chars).rstrip() + "…" if width > 0 else ""


def truncate_line(line: Sequence[Cell], width: int) -> Line:
    """Return a line cut to `width` columns, ending in an ellipsis if something is lost."""
    excess = line_width(line) - width
    if excess <= 0 or not "".join(cell.text for cell in line)[-excess:].strip():
        return tuple(line)
    cells: list[Cell] = []
    available = width - 1
    for cell in line:
        if cell.width > available:  # blanks after it, so that a text that just fits is cut too
            return (*cells, Cell(truncate(f"{cell.text}  ", available + 1), cell.role))
        cells.append(cell)
        available -= cell.width
    return tuple(cells)


def line_width(line: Iterable[Cell]) -> int:
    """Return the width of the cells of a line in terminal columns."""
    return sum(cell.width for cell in line)


def join_blocks(blocks: Iterable[Line], width: int, gap: int) -> tuple[Line, ...]:
    """Return the blocks in this order, `gap` blanks apart, on as few lines of `width` as fit."""
    lines: list[Line] = []
    for block in blocks:
        if lines and line_width(lines[-1]) + gap + line_width(block) <= width:
            lines[-1] = (*lines[-1], Cell(" " * gap), *block)
        else:
            lines.append(block)
    return tuple(lines)


def leading_blocks(blocks: Iterable[Line], width: int, gap: int = 0, indent: int = 0) -> Line:
    """Return the first blocks that fit into `width` columns as one line, `gap` blanks apart.

    `indent` blanks precede them.
    """
    line: Line = ()
    for block in blocks:
        longer = (*line, Cell(" " * gap), *block) if line and gap else (*line, *block)
        if indent + line_width(longer) > width:
            break
        line = longer
    return (Cell(" " * indent), *line) if line and indent else line


def pad(text: str, width: int, *, align_right: bool = False) -> str:
    """Return `text` padded with blanks to `width` columns, on the left if `align_right`."""
    blanks = " " * (width - display_width(text))
    return blanks + text if align_right else text + blanks


def wrap_words(text: str, width: int) -> list[str]:
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
    return lines


def label_value(label: str, value: Cell, width: int) -> Line:
    """Return a label at the left and its value at the right; only the label is truncated."""
    label_width = width - value.width - 1
    name = pad(truncate(label, max(label_width, 0)), max(label_width, 0))
    return (Cell(name + " ", Role.LABEL), value)


def plain_text(line: Sequence[Cell]) -> str:
    """Return the text of a line, without roles."""
    return "".join(cell.text for cell in line)


def plain_lines(lines: Iterable[Sequence[Cell]]) -> str:
    """Return the text of lines one below the other, without blanks at their ends."""
    return "\n".join(plain_text(line).rstrip() for line in lines)
