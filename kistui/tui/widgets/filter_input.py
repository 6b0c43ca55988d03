"""The line in which one types what to look for."""

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from kistui.tui import keymap


class FilterInput(Input):
    """Filters while one types; Enter keeps the filter, Esc ends it."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.FILTER))

    class Cancelled(Message):
        """The filter is no longer wanted."""

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def action_close(self) -> None:
        """End it."""
        self.post_message(self.Cancelled())
