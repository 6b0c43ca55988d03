"""What was typed with a Korean input method on, as the keys of the same places (2-beolsik).

Pure: a jamo is a key, a syllable several, a full-width character its plain one.
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
"""A jamo that stands alone, as it is typed."""

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_CONJOINING_JAMO = (
    {chr(0x1100 + at): jamo for at, jamo in enumerate(_INITIALS)}
    | {chr(0x1161 + at): jamo for at, jamo in enumerate(_MEDIALS)}
    | {chr(0x11A8 + at): jamo for at, jamo in enumerate(_FINALS)}
)


def hangul_to_keys(text: str) -> str:
    """The keys that were pressed for `text`; blank unless all of it is Hangul or full-width."""
    keys = [_char_to_keys(char) for char in unicodedata.normalize("NFD", text)]
    return "".join(keys) if all(keys) else ""


def _char_to_keys(char: str) -> str:
    jamo = _CONJOINING_JAMO.get(char, char)
    if jamo in JAMO_TO_KEY:
        return JAMO_TO_KEY[jamo]
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and plain.isascii() and plain.isprintable() else ""
