"""The texts of one language, by dotted key."""

from kistui.i18n.particles import Word

TYPE_CHECKING = False  # importing `typing` would slow down `kistui status --line`
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any


class Translations:
    """Texts by key: `t("age.minutes", n=3)` returns "3분 전"; raises KeyError for unknown keys."""

    def __init__(self, language: str, texts: "Mapping[str, str]") -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: "Any") -> str:
        """Return the text under `key` with `values` in its placeholders.

        `{name:을}` is the value with the particle 을 or 를, as in `kistui.i18n.particles`.
        """
        text = self.texts[key]
        if not values:
            return text
        return text.format_map({name: Word(value) for name, value in values.items()})

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def __iter__(self) -> "Iterator[str]":
        return iter(self.texts)

    def __repr__(self) -> str:
        return f"Translations({self.language!r})"

    def copy(self) -> "Translations":
        """Return separate translations that `switch_to` of this object does not change."""
        return Translations(self.language, self.texts)

    def switch_to(self, other: "Translations") -> None:
        """Change to another language for every holder of this object."""
        self.language = other.language
        self.texts = other.texts
