"""Translate text from a Korean input method to the keys that were pressed (2-beolsik layout).

A jamo is one key, a syllable several, a full-width character its ASCII form.
"""

import unicodedata

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
JAMO_TO_KEY = {
    jamo: key for row, keys in _LAYOUT_ROWS for jamo, key in zip(row, keys, strict=True)
} | _COMPOUND_JAMO
"""The keys of a jamo that stands alone."""

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_CONJOINING_JAMO = (
    {chr(0x1100 + index): jamo for index, jamo in enumerate(_INITIALS)}
    | {chr(0x1161 + index): jamo for index, jamo in enumerate(_MEDIALS)}
    | {chr(0x11A8 + index): jamo for index, jamo in enumerate(_FINALS)}
)


def hangul_to_keys(text: str) -> str:
    """Return the keys pressed for `text`, or "" unless all of it is Hangul or full-width."""
    keys = [_char_to_keys(char) for char in unicodedata.normalize("NFD", text)]
    return "".join(keys) if all(keys) else ""


def _char_to_keys(char: str) -> str:
    jamo = _CONJOINING_JAMO.get(char, char)
    if jamo in JAMO_TO_KEY:
        return JAMO_TO_KEY[jamo]
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and plain.isascii() and plain.isprintable() else ""
