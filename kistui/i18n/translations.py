"""The texts of one language, by dotted key, and the Korean particles in them.

The form of a particle follows the sound of the word before it: 계좌를, 종목을, KIS를.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any


class Translations:
    """Texts by key: `t("age.minutes", n=3)` returns "3분 전"; raises KeyError for unknown keys.

    `sections` are the texts by section, then by name.
    """

    def __init__(self, language: str, sections: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self.sections = sections
        self.key_names: Mapping[str, Word] = MappingProxyType({})
        """The names of keys by the ids of their actions; the app sets those of its user."""

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text under `key` with `values` in its placeholders.

        `{name:을}` is the value with the particle 을 or 를, whichever follows its sound,
        `{n:order|orders}` a number with the noun in the form that it asks for, and
        `{key[balance.refresh]}` the user's key for an action, from `key_names`.
        """
        section, _, name = key.rpartition(".")
        text = self.sections[section][name]
        if not values and "{key[" not in text:
            return text
        words = {name: Word(value) for name, value in values.items()}
        return text.format_map({**words, "key": self.key_names})

    def __contains__(self, key: str) -> bool:
        section, _, name = key.rpartition(".")
        return name in self.sections.get(section, ())

    def __iter__(self) -> Iterator[str]:
        return (f"{section}.{name}" for section, texts in self.sections.items() for name in texts)

    def __repr__(self) -> str:
        return f"Translations({self.language!r})"

    def copy(self) -> "Translations":
        """Return separate translations that changes of this object do not change."""
        copied = Translations(self.language, self.sections)
        copied.key_names = self.key_names
        return copied

    def switch_to(self, other: "Translations") -> None:
        """Change to another language for every holder of this object."""
        self.language = other.language
        self.sections = other.sections


_FORMS_AFTER_VOWEL = {"은": "는", "이": "가", "을": "를", "과": "와", "으로": "로", "이라": "라"}
PARTICLES = frozenset(_FORMS_AFTER_VOWEL)
"""The particles a text can ask for, in the form that follows a consonant."""

# Numbers of final consonants as Unicode counts them within a syllable. Only ㄹ needs its own.
_NO_FINAL, _OTHER_FINAL, _RIEUL = 0, 1, 8
_HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)
_FINALS_PER_VOWEL = 28
_CONSONANT_LETTERS = range(0x3131, 0x314F)
_CLOSED_DIGITS, _RIEUL_DIGITS = "036", "178"
_CLOSED_CAPITALS, _RIEUL_CAPITALS = "MN", "LR"
_RIEUL_ENDINGS = ("l", "le")
_CLOSED_ENDINGS = (
    *("m", "n", "ng", "ame", "ome", "ine", "one", "ck", "ok", "ap", "ip", "op", "pp"),
    *("at", "et", "it", "ot", "ut", "ab", "up"),
)


class Word(str):
    """A text to format with a particle or a noun: `f"{Word("계좌"):을}"` is "계좌를"."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if "|" in spec:
            singular, plural = spec.split("|")
            return f"{self} {singular if self == '1' else plural}"
        return with_particle(self, spec) if spec in PARTICLES else format(str(self), spec)


def with_particle(word: str, particle: str) -> str:
    """Return `word` followed by the form of one of `PARTICLES` that its sound asks for."""
    final = _final_consonant(word)
    is_like_vowel = final == _NO_FINAL or (particle == "으로" and final == _RIEUL)
    return word + (_FORMS_AFTER_VOWEL[particle] if is_like_vowel else particle)


def _final_consonant(word: str) -> int:
    """Return the number of the last sound's consonant, 0 for a vowel and for what has no sound."""
    spoken = _without_parenthesis(word).rstrip("\"'`”’»」』》〉)]}.,:;!?…/*_- ")
    spoken = spoken.rpartition("+")[2]  # the key of `Alt+r`
    spoken = spoken.upper() if len(spoken) == 1 else spoken  # a letter is read by its name
    last = spoken[-1:]
    if not last:
        return _NO_FINAL
    if ord(last) in _HANGUL_SYLLABLES:
        return (ord(last) - _HANGUL_SYLLABLES.start) % _FINALS_PER_VOWEL
    if ord(last) in _CONSONANT_LETTERS:
        return _RIEUL if last == "ㄹ" else _OTHER_FINAL  # as in their names: 기역, 리을
    if last.isascii() and last.isupper():
        return _pick_final(last, _RIEUL_CAPITALS, _CLOSED_CAPITALS)
    if last.isascii() and last.isalpha():
        return _pick_final(spoken.lower(), _RIEUL_ENDINGS, _CLOSED_ENDINGS)
    return _pick_final(last, _RIEUL_DIGITS, _CLOSED_DIGITS)


def _without_parenthesis(word: str) -> str:
    """Return the word without a remark in parentheses at its end, which particles ignore."""
    start = word.rfind("(")
    return word[:start] if start > 0 and word.endswith(")") else word


def _pick_final(text: str, rieul_endings: Iterable[str], closed_endings: Iterable[str]) -> int:
    if text.endswith(tuple(rieul_endings)):
        return _RIEUL
    return _OTHER_FINAL if text.endswith(tuple(closed_endings)) else _NO_FINAL
