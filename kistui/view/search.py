"""Finding a holding by what is typed: parts of its name or code, Korean initials among them."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from kistui.models.holdings import AnyHolding

INVERT = "!"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3
_SYLLABLES = 588
"""That begin with one consonant."""
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


def searched(holding: AnyHolding) -> str:
    """What is looked in: name and code, a line each, which no query can reach across."""
    return "\n".join(map(_plain, filter(None, (holding.name, holding.code))))


def asks(query: str) -> Callable[[str], bool]:
    """Whether a text holds `query`; with `!` before it, whether it does not.

    Case and blanks do not count. A Korean consonant stands for a syllable that begins with it,
    and the last syllable may be one still being typed.
    """
    wanted = _plain(query)
    if not wanted.removeprefix(INVERT):
        return lambda _text: True
    holds = _holds(wanted.removeprefix(INVERT))
    return (lambda text: not holds(text)) if wanted.startswith(INVERT) else holds


def finds(texts: Iterable[str], query: str) -> bool:
    """Whether one of `texts` holds every word of `query`, as `asks` says but for the `!`."""
    plain = [_plain(text) for text in texts]
    return all(any(map(_holds(_plain(word)), plain)) for word in query.split())


@lru_cache(maxsize=16_384)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(folded.split()).translate(_CONSONANTS)


def _holds(wanted: str) -> Callable[[str], bool]:
    if wanted.isascii():  # no initials, nothing half typed
        return lambda text: wanted in text
    search = _pattern(wanted).search
    return lambda text: search(text) is not None


@lru_cache(maxsize=64)
def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile("".join(map(_same, wanted[:-1])) + _begun(wanted[-1]))


def _same(asked: str) -> str:
    """A pattern of `asked`, or of the syllables that begin with it."""
    if asked not in INITIALS:
        return re.escape(asked)
    first = _FIRST + INITIALS.index(asked) * _SYLLABLES
    return f"[{asked}{chr(first)}-{chr(first + _SYLLABLES - 1)}]"


def _begun(asked: str) -> str:
    """A pattern of what typing on could make of `asked`.

    Its final consonant may yet turn out to be the next syllable's first.
    """
    if not _is_syllable(asked):
        return _same(asked)
    typed = _strokes(asked)
    first = ord(asked) - (ord(asked) - _FIRST) % _SYLLABLES
    begun = {_strokes(char): char for char in map(chr, range(first, first + _SYLLABLES))}
    whole = "".join(char for strokes, char in begun.items() if strokes.startswith(typed))
    shorter = begun.get(typed[:-1])
    return f"(?:[{whole}]|{shorter}{_same(typed[-1])})" if shorter else f"[{whole}]"


def _is_syllable(char: str) -> bool:
    return _FIRST <= ord(char) <= _LAST


def _strokes(char: str) -> str:
    """The letters of a syllable as they are typed."""
    initial, rest = divmod(ord(char) - _FIRST, _SYLLABLES)
    medial, final = divmod(rest, 28)
    vowel = _MEDIALS[medial].translate(_VOWELS)
    last = _FINALS[final - 1].translate(_CONSONANTS) if final else ""
    return INITIALS[initial] + vowel + last
