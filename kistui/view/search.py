"""Finding a holding by what is typed: parts of its name or code, Korean initials among them."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from kistui.model.positions import Position

INVERT = "!"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3
# What an input method joins as it is typed, apart again.
_CONSONANTS = str.maketrans(
    {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
     "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}
)  # fmt: skip
_VOWELS = str.maketrans(
    {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ",
     "ㅢ": "ㅡㅣ"}
)  # fmt: skip


def is_blank(query: str) -> bool:
    """Whether a query asks for nothing, and so finds everything."""
    return not _plain(query).removeprefix(INVERT)


def matches(holding: Position, query: str) -> bool:
    """Whether name or code holds `query`; with `!` before it, whether neither does.

    Case and blanks do not count. A Korean consonant stands for a syllable that begins with it,
    and the last syllable may be one still being typed.
    """
    wanted = _plain(query)
    if is_blank(wanted):
        return True
    inverted = wanted.startswith(INVERT)
    wanted = wanted.removeprefix(INVERT)
    found = any(_holds(_plain(text), wanted) for text in (holding.name, holding.code) if text)
    return found is not inverted


def finds(texts: Iterable[str], query: str) -> bool:
    """Whether one of `texts` holds every word of `query`, as `matches` holds them."""
    plain = [_plain(text) for text in texts]
    return all(any(_holds(text, wanted) for text in plain) for wanted in map(_plain, query.split()))


@lru_cache(maxsize=16_384)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(folded.split()).translate(_CONSONANTS)


def _holds(text: str, query: str) -> bool:
    if query in text:
        return True
    if query.isascii():  # no initials, nothing half typed
        return False
    first = query[0] if len(query) > 1 else None
    return any(
        _stands_at(text, at, query)
        for at in range(len(text) - len(query) + 1)
        if first is None or _is_same(text[at], first)
    )


def _stands_at(text: str, at: int, query: str) -> bool:
    end = at + len(query) - 1
    whole = all(_is_same(char, asked) for char, asked in zip(text[at:end], query, strict=False))
    return whole and (_is_same(text[end], query[-1]) or _is_begun(text[end:], query[-1]))


def _is_same(char: str, asked: str) -> bool:
    if asked in INITIALS and _is_syllable(char):
        return INITIALS[(ord(char) - _FIRST) // 588] == asked
    return char == asked


def _is_begun(rest: str, asked: str) -> bool:
    """Whether typing on could make `asked` the beginning of `rest`.

    Its final consonant may yet turn out to be the next syllable's first.
    """
    if not (_is_syllable(asked) and _is_syllable(rest[0])):
        return False
    return "".join(map(_strokes, rest[:2])).startswith(_strokes(asked))


def _is_syllable(char: str) -> bool:
    return _FIRST <= ord(char) <= _LAST


def _strokes(char: str) -> str:
    """The letters of a syllable as they are typed."""
    if not _is_syllable(char):
        return char
    initial, rest = divmod(ord(char) - _FIRST, 588)
    medial, final = divmod(rest, 28)
    vowel = _MEDIALS[medial].translate(_VOWELS)
    last = _FINALS[final - 1].translate(_CONSONANTS) if final else ""
    return INITIALS[initial] + vowel + last
