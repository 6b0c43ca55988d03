"""Text that must not be shown: app keys, app secrets, tokens."""

from typing import final

MASKED = "Secret(***)"


@final
class Secret:
    """A text that `repr`, `str` and `format` mask; equal and hashable by its value.

    Only `reveal()` returns the text. Call it where the text is sent or stored, nowhere else.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return MASKED

    def __format__(self, format_spec: str) -> str:
        return format(MASKED, format_spec)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)
