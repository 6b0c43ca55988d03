"""Text for terminals that lack characters, or draw some of them wider than one column."""

import unicodedata
from functools import cache

from kistui.formatting.cells import display_width

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
    is_wide = display_width(char) == 2
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
