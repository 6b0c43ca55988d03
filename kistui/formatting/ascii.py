"""ASCII replacements, one column each, for symbols and frames; Hangul and letters stay.

For terminals that lack these characters or draw ambiguous-width ones in two columns.
"""

import unicodedata
from functools import cache

_WIDE_CLASSES = frozenset("WF")
_ASCII_TRANSLATION = str.maketrans(
    {
        "▲": "^", "▼": "v", "…": "~", "·": "-", "•": "*", "●": "*", "○": "o", "‹": "<", "›": ">",
        "←": "<", "→": ">", "↑": "^", "↓": "v", "×": "x", "│": "|", "─": "-", "━": "-", "┃": "|",
        "█": "#", "░": ".", "▒": ":", "▓": "#", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-",
        "—": "-", "✓": "v", "✗": "x", "°": "o", "║": "|", "═": "=",
    }
)  # fmt: skip


def to_ascii(text: str) -> str:
    """Return `text` without characters that a terminal might draw wider than one column."""
    if text.isascii():
        return text
    return "".join(map(_to_ascii_char, text.translate(_ASCII_TRANSLATION)))


@cache
def _to_ascii_char(char: str) -> str:
    if char.isascii() or char.isalnum() or unicodedata.combining(char):
        return char
    if unicodedata.east_asian_width(char) in _WIDE_CLASSES:
        return char
    code = ord(char)
    if 0x2500 <= code <= 0x257F:  # frames
        name = unicodedata.name(char)
        if "HORIZONTAL" in name and "VERTICAL" not in name:
            return "-"
        return "|" if "VERTICAL" in name and "HORIZONTAL" not in name else "+"
    if 0x2580 <= code <= 0x259F:  # blocks, of which scroll bars are made
        return "#"
    return "?"
