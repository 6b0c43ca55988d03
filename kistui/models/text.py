"""Text from outside: made safe to show where it enters, and masked before it is written down."""

import re
import unicodedata
from collections.abc import Iterable
from typing import final

# Control, format (bidi overrides, zero-width joiners), surrogate, private and unassigned
# characters: a terminal may act on them, and none carries meaning in a name or a message.
# Spacing marks take a column in some terminals and none in others.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mc"})
_COMBINING_CATEGORIES = frozenset({"Mn", "Me"})
_MAX_COMBINING_MARKS = 2
"""Per character; more would reach into the lines above and below."""
_LINE_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")
# Variation selectors, Hangul fillers, skin tones, the keycap and the grapheme joiner: drawn
# differently, or not at all, by every terminal.
_INVISIBLE_CHARACTERS = frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)))
) | frozenset("\u115f\u1160\u3164\uffa0\u20e3\u034f")
# Flags are two of these, two or four columns wide: shown as the letters they stand for.
_REGIONAL_INDICATORS = {0x1F1E6 + index: chr(ord("A") + index) for index in range(26)}
# Trigrams, hexagrams and counting rods have become wider with a version of Unicode.
_AMBIGUOUS_WIDTH = {
    code: "?"
    for first, last in ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D378))
    for code in range(first, last + 1)
}
SAFE_CHARACTERS = r"[ -~\uac00-\ud7a3]"
"""Characters, as a pattern, of which nothing has to be made safe: ASCII and Hangul syllables."""
FORMULA_PREFIXES = ("=", "+", "-", "@")
"""Characters with which a text begins that a spreadsheet would run as a formula."""
_SAFE_TEXT = re.compile(SAFE_CHARACTERS + "*")
_REPLACEMENTS = _REGIONAL_INDICATORS | _AMBIGUOUS_WIDTH | dict.fromkeys(map(ord, _LINE_BREAKS), " ")


def clean_text(raw: str) -> str:
    """Return `raw` as one line that every terminal draws equally wide; composed (NFC), stripped.

    Control, escape and format characters and stray or excess combining marks are removed.
    """
    if _SAFE_TEXT.fullmatch(raw):  # true of nearly every text
        return raw.strip()
    composed = unicodedata.normalize("NFC", raw).translate(_REPLACEMENTS)
    # A removed character may have separated two characters that compose.
    return unicodedata.normalize("NFC", _strip_unsafe(composed)).strip()


def _strip_unsafe(text: str) -> str:
    safe_chars: list[str] = []
    marks = _MAX_COMBINING_MARKS  # marks at the start or after a space belong to nothing
    for char in text:
        category = unicodedata.category(char)
        if category == "Zs":  # a blank of another width than the usual
            char = " "  # noqa: PLW2901
        if category in _UNSAFE_CATEGORIES or char in _INVISIBLE_CHARACTERS:
            continue
        if category not in _COMBINING_CATEGORIES:
            marks = _MAX_COMBINING_MARKS if char.isspace() else 0
        else:
            marks += 1
        if category not in _COMBINING_CATEGORIES or marks <= _MAX_COMBINING_MARKS:
            safe_chars.append(char)
    return "".join(safe_chars)


MASK = "***"

# Account numbers with any separators, and runs as long as app keys and tokens.
_LONG_NUMBER = re.compile(r"\d(?:[-. ]?\d){7,}")
_LONG_TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]{24,}")


def mask_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask `secrets`, runs of 8 or more digits, and key-like runs in `text`."""
    for secret in sorted({value for value in secrets if value}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _LONG_NUMBER.sub(MASK, _LONG_TOKEN.sub(MASK, text))


MASKED = "Secret(***)"


@final
class Secret:
    """A text that `repr`, `str` and `format` mask; equal and hashable by its value.

    Only `reveal()` returns the text. Call it where the text is sent or stored, nowhere else.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return MASKED

    def __format__(self, format_spec: str) -> str:
        return format(MASKED, format_spec)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)
