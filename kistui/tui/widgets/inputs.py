"""Input fields: for secrets, and for the filter of the holdings."""

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from kistui.tui import keymap


class SecretInput(Input):
    """Shows bullets, accepts a paste split over several lines, and never copies."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, password=True, compact=True)
        self.cursor_blink = False

    def on_paste(self, event: Paste) -> None:
        """Insert the whole paste without white space; Textual's own keeps the first line only."""
        self.insert_text_at_cursor("".join(event.text.split()))
        event.stop()
        event.prevent_default()

    def action_copy(self) -> None:
        """Do nothing: every program can read the clipboard."""

    def action_cut(self) -> None:
        """Do nothing: every program can read the clipboard."""


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
