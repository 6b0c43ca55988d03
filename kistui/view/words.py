"""The words of one language, by dotted key."""

TYPE_CHECKING = False  # a prompt speaks a few words: what it need not import, it does not
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    Texts = Mapping[str, str]


class Words:
    """`words("age.minutes", n=3)` is "3분 전"; an unknown key is a KeyError, found by tests.

    `parts` read the sections of the words, by the name that keys begin with; a part is read when
    its first word is spoken.
    """

    def __init__(self, language: str, parts: "Mapping[str, Callable[[], Texts]]") -> None:
        self.language = language
        self.parts = parts
        self._texts: dict[str, str] = {}

    def __call__(self, key: str, **values: "Any") -> str:
        """The text under `key`, with `values` in their places."""
        text = self._texts.get(key)
        if text is None:
            self._read(key)
            text = self._texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        self._read(key)
        return key in self._texts

    def __iter__(self) -> "Iterator[str]":
        for section in self.parts:
            self._read(section)
        return iter(self._texts)

    def __repr__(self) -> str:
        return f"Words({self.language!r})"

    def copy(self) -> "Words":
        """The same words, on their own."""
        return Words(self.language, self.parts)

    def become(self, other: "Words") -> None:
        """Speak another language from now on, for all who hold these words."""
        self.language, self.parts = other.language, other.parts
        self._texts = {}

    def _read(self, key: str) -> None:
        section = key.partition(".")[0]
        if section in self.parts:
            self._texts.update(self.parts[section]())
