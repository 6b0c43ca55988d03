"""Cells: text with a role, measured in terminal columns (a Hangul syllable has two)."""

import unicodedata
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple


class Role(Enum):
    """What a piece of text means; a theme gives each role its colour."""

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


class Cell(NamedTuple):
    """A text in one role."""

    text: str
    role: Role = Role.PLAIN

    @property
    def width(self) -> int:
        """Terminal columns it takes."""
        return display_width(self.text)


Line = tuple[Cell, ...]
"""One row of a screen, left to right."""

_WIDE_CLASSES = frozenset("WF")
_COMBINING_CATEGORIES = frozenset({"Mn", "Me", "Mc"})
_JOINING_JAMO = frozenset(map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))))


def display_width(text: str) -> int:
    """Terminal columns of a cleaned text; East Asian ambiguous characters count as one."""
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


@cache  # a name's characters are mostly those of other names
def _char_width(char: str) -> int:
    if unicodedata.category(char) in _COMBINING_CATEGORIES or char in _JOINING_JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE_CLASSES else 1


def truncate(text: str, width: int) -> str:
    """`text` cut to `width` columns, an ellipsis in place of what is lost. Never for numbers."""
    if display_width(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += _char_width(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…" if width > 0 else ""


def pad(text: str, width: int, *, align_right: bool = False) -> str:
    """`text` filled with blanks to `width` columns, on its left when `right` aligned."""
    blanks = " " * (width - display_width(text))
    return blanks + text if align_right else text + blanks


def label_value(label: str, value: Cell, width: int) -> Line:
    """A label at the left and a value at the right end; the value is never cut."""
    room = width - value.width - 1
    name = pad(truncate(label, max(room, 0)), max(room, 0))
    return (Cell(name + " ", Role.LABEL), value)


def plain_text(line: Sequence[Cell]) -> str:
    """A line without its roles."""
    return "".join(cell.text for cell in line)
