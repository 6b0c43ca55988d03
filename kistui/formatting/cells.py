"""Cells: text with a role, measured in terminal columns (a Hangul syllable has two)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
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


# Bright, because plain blue is hardly legible on black. Red and blue are for gain and loss only.
_SGR_BY_ROLE = {
    Role.GAIN: "91", Role.LOSS: "94", Role.DIM: "2", Role.STRONG: "1", Role.REAL: "1",
    Role.PAPER: "1", Role.DEMO: "1", Role.GOOD: "32", Role.WARN: "33", Role.BAD: "33",
}  # fmt: skip
_SGR = re.compile(r"\x1b\[[0-9;]*m")


def styled_text(line: Sequence[Cell]) -> str:
    """Return the text of a line with the terminal's own colours, without blanks at its end."""
    remaining, parts = len(plain_text(line).rstrip()), []
    for cell in line:
        text = cell.text[:remaining]
        remaining -= len(text)
        sgr = _SGR_BY_ROLE.get(cell.role) if text.strip() else None
        parts.append(f"\x1b[{sgr}m{text}\x1b[0m" if sgr else text)
    return "".join(parts)


def without_indent(line: Sequence[Cell]) -> Line:
    """Return a line without the blanks at its start."""
    cells = list(line)
    while cells and not cells[0].text.strip():
        del cells[0]
    if cells:
        cells[0] = Cell(cells[0].text.lstrip(), cells[0].role)
    return tuple(cells)


def styled_lines(lines: Iterable[Sequence[Cell]]) -> str:
    """Return the styled text of lines one below the other."""
    return "\n".join(map(styled_text, lines))


def strip_styles(text: str) -> str:
    """Return a styled text without its styles."""
    return _SGR.sub("", text)


_BREAK = re.compile(r"(?P<part>(?<=·) | {2,})|(?P<word> )")


def fold_styled(text: str, width: int) -> str:
    """Return styled lines, each broken at blanks where it has more than `width` columns.

    A gap between parts, of two blanks or after `·`, is preferred to one between words unless the
    line would be left half empty. A word longer than a line stays whole.
    """
    return "\n".join(part for line in text.split("\n") for part in _fold_line(line, width))


def _fold_line(line: str, width: int) -> Iterator[str]:
    while display_width(strip_styles(line)) > width:
        breaks = [
            (match, used)
            for match in _BREAK.finditer(line)
            if (used := display_width(strip_styles(line[: match.start()]))) > 0
        ]
        fitting = [(match, used) for match, used in breaks if used <= width]
        parts = [match for match, used in fitting if match["part"] and used > width // 2]
        best = parts[-1] if parts else next((match for match, _ in (fitting[-1:] or breaks)), None)
        if best is None:
            break
        yield line[: best.start()]
        line = line[best.end() :]
    yield line


# Replacements of one column each, for terminals that lack a character or draw it in two columns.
_ASCII_TRANSLATION = str.maketrans(
    {
        "▲": "^", "▼": "v", "…": "~", "·": "-", "•": "*", "●": "*", "○": "o", "‹": "<", "›": ">",
        "←": "<", "→": ">", "↑": "^", "↓": "v", "×": "x", "│": "|", "─": "-", "━": "=", "┃": "|",
        "█": "#", "░": ".", "▒": ":", "▓": "=", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-",
        "▁": ".", "▂": ".", "▃": ":", "▄": ":", "▅": "|", "▆": "|", "▇": "#",
        "—": "-", "✓": "v", "✗": "x", "°": "o", "║": "|", "═": "=", "┄": ".",
        "╱": "/", "╲": "\\", "╳": "x", "▚": "%", "▔": '"',  # fills
    }
)  # fmt: skip


def to_ascii(text: str) -> str:
    """Return `text` without characters that a terminal might draw wider than one column."""
    if text.isascii():
        return text
    return "".join(map(_to_ascii_char, text.translate(_ASCII_TRANSLATION)))


@cache
def _to_ascii_char(char: str) -> str:
    is_wide = unicodedata.east_asian_width(char) in _WIDE_CLASSES
    if char.isascii() or char.isalnum() or unicodedata.combining(char) or is_wide:
        return char
    code = ord(char)
    if BRAILLE_BLANK <= code <= BRAILLE_BLANK + 0xFF:
        return _braille_to_ascii(code - BRAILLE_BLANK)
    if 0x2500 <= code <= 0x257F:  # frames
        name = unicodedata.name(char)
        if "HORIZONTAL" in name and "VERTICAL" not in name:
            return "-"
        return "|" if "VERTICAL" in name and "HORIZONTAL" not in name else "+"
    if 0x2580 <= code <= 0x259F:  # blocks, of which scroll bars are made
        return "#"
    return "?"


BRAILLE_BLANK = 0x2800
"""The code point of the sign without dots; the bits of a sign's dots are added to it."""
BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of the left and the right dot of each row, from the top."""


def _braille_to_ascii(bits: int) -> str:
    """Return the sign that comes closest to the dots of a chart: a slope, a height or nothing."""
    left, right = (
        [row for row, pair in enumerate(BRAILLE_BITS) if bits & pair[side]] for side in (0, 1)
    )
    middles = [(rows[0] + rows[-1]) / 2 for rows in (left, right) if rows]
    if not middles:
        return " "
    if bits.bit_count() >= 6:  # the body of a candle
        return "#"
    if len(middles) == 2 and abs(middles[0] - middles[1]) >= 1:
        return "/" if middles[0] > middles[1] else "\\"
    if len({*left, *right}) >= 3:
        return "|"
    return ("'", "'", "-", "-", "-", ".", ".")[int(2 * sum(middles) / len(middles))]
