"""The keys behind what a Korean input method types in place of Latin letters."""

import unicodedata

from kistui.formatting.search import FINALS, INITIALS, MEDIALS

# The 2-beolsik layout: a jamo is one key, a syllable several. Full-width characters become ASCII.
_LAYOUT_ROWS = (
    ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "qwertyuiop"),
    ("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "asdfghjkl"),
    ("ㅋㅌㅊㅍㅠㅜㅡ", "zxcvbnm"),
    ("ㅃㅉㄸㄲㅆㅒㅖ", "QWERTOP"),
)
_COMPOUND_JAMO = {
    "ㄳ": "rt", "ㄵ": "sw", "ㄶ": "sg", "ㄺ": "fr", "ㄻ": "fa", "ㄼ": "fq", "ㄽ": "ft", "ㄾ": "fx",
    "ㄿ": "fv", "ㅀ": "fg", "ㅄ": "qt", "ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np",
    "ㅟ": "nl", "ㅢ": "ml",
}  # fmt: skip
JAMO_TO_KEYS = {
    jamo: key for row, keys in _LAYOUT_ROWS for jamo, key in zip(row, keys, strict=True)
} | _COMPOUND_JAMO
"""The keys that type a jamo."""

_CONJOINING_JAMO = (
    {chr(0x1100 + index): jamo for index, jamo in enumerate(INITIALS)}
    | {chr(0x1161 + index): jamo for index, jamo in enumerate(MEDIALS)}
    | {chr(0x11A8 + index): jamo for index, jamo in enumerate(FINALS)}
)


def hangul_to_keys(text: str) -> str:
    """Return the keys pressed for `text`, or "" unless all of it is Hangul or full-width."""
    keys = [_char_to_keys(char) for char in unicodedata.normalize("NFD", text)]
    return "".join(keys) if all(keys) else ""


def _char_to_keys(char: str) -> str:
    jamo = _CONJOINING_JAMO.get(char, char)
    if jamo in JAMO_TO_KEYS:
        return JAMO_TO_KEYS[jamo]
    normalized = unicodedata.normalize("NFKC", char)
    return (
        normalized
        if normalized != char and normalized.isascii() and normalized.isprintable()
        else ""
    )
