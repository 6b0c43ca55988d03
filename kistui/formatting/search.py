"""Finding a holding by what is typed: parts of its name or code, Korean initials among them."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from kistui.models.holdings import AnyHolding

NEGATION_PREFIX = "!"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_SYLLABLES_PER_INITIAL = 588
"""That begin with one consonant."""
# What an input method joins as it is typed, apart again.
_SPLIT_CONSONANTS = str.maketrans(
    {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
     "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}
)  # fmt: skip
_SPLIT_VOWELS = str.maketrans(
    {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ",
     "ㅢ": "ㅡㅣ"}
)  # fmt: skip


def is_blank_query(query: str) -> bool:
    """Whether a query asks for nothing, and so finds everything."""
    return not _normalize(query).removeprefix(NEGATION_PREFIX)


def search_text(holding: AnyHolding) -> str:
    """What is looked in: name and code, a line each, which no query can reach across."""
    return "\n".join(map(_normalize, filter(None, (holding.name, holding.code))))


def compile_query(query: str) -> Callable[[str], bool]:
    """Whether a text holds `query`; with `!` before it, whether it does not.

    Case and blanks do not count. A Korean consonant stands for a syllable that begins with it,
    and the last syllable may be one still being typed.
    """
    wanted = _normalize(query)
    if not wanted.removeprefix(NEGATION_PREFIX):
        return lambda _text: True
    holds = _substring_matcher(wanted.removeprefix(NEGATION_PREFIX))
    return (lambda text: not holds(text)) if wanted.startswith(NEGATION_PREFIX) else holds


def matches_all_words(texts: Iterable[str], query: str) -> bool:
    """Whether one of `texts` holds every word of `query`, as `asks` says but for the `!`."""
    plain = [_normalize(text) for text in texts]
    return all(any(map(_substring_matcher(_normalize(word)), plain)) for word in query.split())


@lru_cache(maxsize=16_384)
def _normalize(text: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(folded.split()).translate(_SPLIT_CONSONANTS)


def _substring_matcher(needle: str) -> Callable[[str], bool]:
    if needle.isascii():  # no initials, nothing half typed
        return lambda text: needle in text
    search = _hangul_pattern(needle).search
    return lambda text: search(text) is not None


@lru_cache(maxsize=64)
def _hangul_pattern(needle: str) -> re.Pattern[str]:
    return re.compile("".join(map(_char_pattern, needle[:-1])) + _last_char_pattern(needle[-1]))


def _char_pattern(char: str) -> str:
    """A pattern of `asked`, or of the syllables that begin with it."""
    if char not in INITIALS:
        return re.escape(char)
    first = _FIRST_SYLLABLE + INITIALS.index(char) * _SYLLABLES_PER_INITIAL
    return f"[{char}{chr(first)}-{chr(first + _SYLLABLES_PER_INITIAL - 1)}]"


def _last_char_pattern(last_char: str) -> str:
    """A pattern of what typing on could make of `asked`.

    Its final consonant may yet turn out to be the next syllable's first.
    """
    if not _is_syllable(last_char):
        return _char_pattern(last_char)
    typed = _keystrokes(last_char)
    first = ord(last_char) - (ord(last_char) - _FIRST_SYLLABLE) % _SYLLABLES_PER_INITIAL
    begun = {
        _keystrokes(char): char for char in map(chr, range(first, first + _SYLLABLES_PER_INITIAL))
    }
    whole = "".join(char for strokes, char in begun.items() if strokes.startswith(typed))
    shorter = begun.get(typed[:-1])
    return f"(?:[{whole}]|{shorter}{_char_pattern(typed[-1])})" if shorter else f"[{whole}]"


def _is_syllable(char: str) -> bool:
    return _FIRST_SYLLABLE <= ord(char) <= _LAST_SYLLABLE


def _keystrokes(char: str) -> str:
    """The letters of a syllable as they are typed."""
    initial, rest = divmod(ord(char) - _FIRST_SYLLABLE, _SYLLABLES_PER_INITIAL)
    medial, final = divmod(rest, 28)
    vowel = _MEDIALS[medial].translate(_SPLIT_VOWELS)
    last = _FINALS[final - 1].translate(_SPLIT_CONSONANTS) if final else ""
    return INITIALS[initial] + vowel + last
