"""The words of one language, by dotted key."""

TYPE_CHECKING = False  # a prompt speaks a few words: what it need not import, it does not
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any


class Words:
    """`words("age.minutes", n=3)` is "3분 전"; an unknown key is a KeyError, found by tests."""

    __slots__ = ("_read", "_texts", "language")

    def __init__(self, language: str, read: "Callable[[], Mapping[str, str]]") -> None:
        self.language = language
        self._read = read
        self._texts: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"Words({self.language!r})"

    def __call__(self, key: str, **values: "Any") -> str:
        """The text under `key`, with `values` in their places."""
        text = self._all()[key]
        return text.format(**values) if values else text

    def __contains__(self, key: object) -> bool:
        return key in self._all()

    def __iter__(self) -> "Iterator[str]":
        return iter(self._all())

    def copy(self) -> "Words":
        """The same words, on their own."""
        return Words(self.language, self._all)

    def become(self, other: "Words") -> None:
        """Speak another language from now on, for all who hold these words."""
        self.language = other.language
        self._texts = {key: other(key) for key in other}

    def _all(self) -> "Mapping[str, str]":
        """Read once, when the first word is spoken."""
        if self._texts is None:
            self._texts = self._read()
        return self._texts
