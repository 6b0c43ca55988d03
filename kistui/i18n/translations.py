"""The words of one language, by dotted key."""

TYPE_CHECKING = False  # a prompt speaks a few words: what it need not import, it does not
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    Texts = Mapping[str, str]


class Translations:
    """`words("age.minutes", n=3)` is "3분 전"; an unknown key is a KeyError, found by tests.

    `parts` read the sections of the words, by the name that keys begin with; a part is read when
    its first word is spoken.
    """

    def __init__(self, language: str, sections: "Mapping[str, Callable[[], Texts]]") -> None:
        self.language = language
        self.sections = sections
        self._texts: dict[str, str] = {}

    def __call__(self, key: str, **values: "Any") -> str:
        """The text under `key`, with `values` in their places."""
        text = self._texts.get(key)
        if text is None:
            self._load_section(key)
            text = self._texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        self._load_section(key)
        return key in self._texts

    def __iter__(self) -> "Iterator[str]":
        for section in self.sections:
            self._load_section(section)
        return iter(self._texts)

    def __repr__(self) -> str:
        return f"Words({self.language!r})"

    def copy(self) -> "Translations":
        """The same words, on their own."""
        return Translations(self.language, self.sections)

    def switch_to(self, other: "Translations") -> None:
        """Speak another language from now on, for all who hold these words."""
        self.language, self.sections = other.language, other.sections
        self._texts = {}

    def _load_section(self, key: str) -> None:
        section = key.partition(".")[0]
        if section in self.sections:
            self._texts.update(self.sections[section]())
