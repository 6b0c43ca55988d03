"""Input line of the holdings filter."""

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from kistui.tui import keymap


class FilterInput(Input):
    """Filters while the user types; Enter keeps the filter, Esc clears it."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.FILTER))

    class Cancelled(Message):
        """The user cleared the filter."""

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def action_close(self) -> None:
        """Cancel the filter."""
        self.post_message(self.Cancelled())
