"""Searching holdings by name or code, with support for Korean initials (초성)."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from kistui.models.totals import AnyHolding

NEGATION_PREFIX = "!"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_SYLLABLES_PER_INITIAL = 588
"""Number of Hangul syllables that start with the same consonant."""
# Input methods join consonants and vowels while typing; queries are compared split.
_SPLIT_CONSONANTS = str.maketrans(
    {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
     "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}
)  # fmt: skip
_SPLIT_VOWELS = str.maketrans(
    {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ",
     "ㅢ": "ㅡㅣ"}
)  # fmt: skip


def is_blank_query(query: str) -> bool:
    """Return whether a query is empty, and so matches everything."""
    return not normalize_query(query).removeprefix(NEGATION_PREFIX)


def search_text(holding: AnyHolding) -> str:
    """Return the normalized name and code; the newline between them keeps matches apart."""
    return item_search_text(holding.name, holding.code)


def item_search_text(name: str | None, code: str | None) -> str:
    """Return a name and a code as a text to search in."""
    return "\n".join(map(normalize, filter(None, (name, code))))


def compile_query(query: str) -> Callable[[str], bool]:
    """Return a predicate that tells whether a text contains `query`; a leading `!` negates it.

    Case and blanks are ignored. A Korean consonant matches any syllable that starts with it,
    and the last syllable may be incomplete.
    """
    normalized = normalize_query(query)
    if not normalized.removeprefix(NEGATION_PREFIX):
        return lambda _text: True
    contains = _substring_matcher(normalized.removeprefix(NEGATION_PREFIX))
    return (lambda text: not contains(text)) if normalized.startswith(NEGATION_PREFIX) else contains


def matches_all_words(texts: Iterable[str], query: str) -> bool:
    """Return whether every word of `query` occurs in one of `texts`; `!` does not negate here."""
    normalized = [normalize(text) for text in texts]
    words = map(normalize_query, query.split())
    return all(any(map(_substring_matcher(word), normalized)) for word in words)


def prefix_matcher(query: str) -> Callable[[str], bool]:
    """Return a predicate that tells whether a normalized text starts with `query`."""
    needle = normalize_query(query)
    if needle.isascii():
        return lambda text: text.startswith(needle)
    match = _hangul_pattern(needle).match
    return lambda text: match(text) is not None


def has_initials(query: str) -> bool:
    """Return whether a consonant stands alone in `query`, as the initial of a syllable."""
    return any(char in INITIALS for char in normalize_query(query))


def _normalize(text: str) -> str:
    """Return `text` without case and blanks, composed, with consonant clusters split."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(folded.split()).translate(_SPLIT_CONSONANTS)


normalize = lru_cache(maxsize=16_384)(_normalize)
normalize_query = lru_cache(maxsize=64)(_normalize)
"""Has a cache of its own, so that queries do not displace texts."""


def _substring_matcher(needle: str) -> Callable[[str], bool]:
    if needle.isascii():  # neither initials nor incomplete syllables
        return lambda text: needle in text
    search = _hangul_pattern(needle).search
    return lambda text: search(text) is not None


@lru_cache(maxsize=64)
def _hangul_pattern(needle: str) -> re.Pattern[str]:
    return re.compile("".join(map(_char_pattern, needle[:-1])) + _last_char_pattern(needle[-1]))


def _char_pattern(char: str) -> str:
    """Return a pattern for `char`; for a consonant, also for the syllables that start with it."""
    if char not in INITIALS:
        return re.escape(char)
    first_syllable = _FIRST_SYLLABLE + INITIALS.index(char) * _SYLLABLES_PER_INITIAL
    return f"[{char}{chr(first_syllable)}-{chr(first_syllable + _SYLLABLES_PER_INITIAL - 1)}]"


def _last_char_pattern(last_char: str) -> str:
    """Return a pattern for the syllables that `last_char` can become with further typing.

    While typing, its final consonant may still become the initial of the next syllable.
    """
    if not _is_syllable(last_char):
        return _char_pattern(last_char)
    typed = _keystrokes(last_char)
    first = ord(last_char) - (ord(last_char) - _FIRST_SYLLABLE) % _SYLLABLES_PER_INITIAL
    char_by_keystrokes = {
        _keystrokes(char): char for char in map(chr, range(first, first + _SYLLABLES_PER_INITIAL))
    }
    completions = "".join(
        char for strokes, char in char_by_keystrokes.items() if strokes.startswith(typed)
    )
    without_last = char_by_keystrokes.get(typed[:-1])
    return (
        f"(?:[{completions}]|{without_last}{_char_pattern(typed[-1])})"
        if without_last
        else f"[{completions}]"
    )


def _is_syllable(char: str) -> bool:
    return _FIRST_SYLLABLE <= ord(char) <= _LAST_SYLLABLE


def _keystrokes(char: str) -> str:
    """Return the letters of a syllable in the order they are typed."""
    initial, remainder = divmod(ord(char) - _FIRST_SYLLABLE, _SYLLABLES_PER_INITIAL)
    medial, final = divmod(remainder, 28)
    vowel = MEDIALS[medial].translate(_SPLIT_VOWELS)
    final_letters = FINALS[final - 1].translate(_SPLIT_CONSONANTS) if final else ""
    return INITIALS[initial] + vowel + final_letters
