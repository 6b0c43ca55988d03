"""The words of one language, by dotted key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Words:
    """`words("age.minutes", n=3)` is "3분 전"; an unknown key is a KeyError, found by tests."""

    language: str
    _texts: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, **values: Any) -> str:
        """The text under `key`, with `values` in their places."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def copy(self) -> "Words":
        """The same words, on their own."""
        return Words(self.language, self._texts)

    def become(self, other: "Words") -> None:
        """Speak another language from now on, for all who hold these words."""
        self.language = other.language
        self._texts = {key: other(key) for key in other}
