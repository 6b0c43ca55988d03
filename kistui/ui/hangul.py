"""What was typed with a Korean input method on, as the keys of the same places (2-beolsik).

Pure: a jamo is a key, a syllable several, a full-width character its plain one.
"""

import unicodedata

_ROWS = (
    ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "qwertyuiop"),
    ("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "asdfghjkl"),
    ("ㅋㅌㅊㅍㅠㅜㅡ", "zxcvbnm"),
    ("ㅃㅉㄸㄲㅆㅒㅖ", "QWERTOP"),
)
_COMPOUND = {
    "ㄳ": "rt", "ㄵ": "sw", "ㄶ": "sg", "ㄺ": "fr", "ㄻ": "fa", "ㄼ": "fq", "ㄽ": "ft", "ㄾ": "fx",
    "ㄿ": "fv", "ㅀ": "fg", "ㅄ": "qt", "ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np",
    "ㅟ": "nl", "ㅢ": "ml",
}  # fmt: skip
KEYS = {jamo: key for row, keys in _ROWS for jamo, key in zip(row, keys, strict=True)} | _COMPOUND
"""A jamo that stands alone, as it is typed."""

_FIRSTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLES = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LASTS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_CONJOINING = (
    {chr(0x1100 + at): jamo for at, jamo in enumerate(_FIRSTS)}
    | {chr(0x1161 + at): jamo for at, jamo in enumerate(_MIDDLES)}
    | {chr(0x11A8 + at): jamo for at, jamo in enumerate(_LASTS)}
)


def keys_of(text: str) -> str:
    """The keys that were pressed for `text`; blank unless all of it is Hangul or full-width."""
    keys = [_keys(char) for char in unicodedata.normalize("NFD", text)]
    return "".join(keys) if all(keys) else ""


def _keys(char: str) -> str:
    jamo = _CONJOINING.get(char, char)
    if jamo in KEYS:
        return KEYS[jamo]
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and plain.isascii() and plain.isprintable() else ""
