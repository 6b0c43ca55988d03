"""The words of one language, by dotted key."""

TYPE_CHECKING = False  # a prompt speaks a few words: what it need not import, it does not
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any


class Words:
    """`words("age.minutes", n=3)` is "3분 전"; an unknown key is a KeyError, found by tests.

    `parts` are read one after the other, until a word that is asked for is there.
    """

    def __init__(self, language: str, parts: "Sequence[Callable[[], Mapping[str, str]]]") -> None:
        self.language = language
        self.parts = parts
        self._texts: dict[str, str] = {}
        self._count = 0
        """Of the parts that have been read."""

    def __call__(self, key: str, **values: "Any") -> str:
        """The text under `key`, with `values` in their places."""
        if key not in self._texts:
            self._read_on(key)
        text = self._texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: object) -> bool:
        self._read_on(key)
        return key in self._texts

    def __iter__(self) -> "Iterator[str]":
        self._read_on(None)
        return iter(self._texts)

    def __repr__(self) -> str:
        return f"Words({self.language!r})"

    def copy(self) -> "Words":
        """The same words, on their own."""
        return Words(self.language, self.parts)

    def become(self, other: "Words") -> None:
        """Speak another language from now on, for all who hold these words."""
        self.language, self.parts = other.language, other.parts
        self._texts, self._count = {}, 0

    def _read_on(self, key: object) -> None:
        # Counted afterwards: another thread may read a part once more, and misses nothing.
        while key not in self._texts and (at := self._count) < len(self.parts):
            self._texts.update(self.parts[at]())
            self._count = at + 1
