"""Input fields: for any text, for secrets, and for the filter of the holdings."""

from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from kistui.tui import keymap

MAX_QUERY_CHARACTERS = 60
"""More than any name has; Python keeps the patterns of 512 queries, 100 bytes a character."""


class TextInput(Input):
    """A field of one line whose cursor does not blink, which would cost 2 kB/s over SSH."""

    # What Option with an arrow sends on macOS.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("alt+b", "cursor_left_word", show=False),
        Binding("alt+f", "cursor_right_word", show=False),
    ]

    def __init__(self, value: str = "", **options: Any) -> None:
        super().__init__(value, compact=True, **options)
        self.cursor_blink = False


class SecretInput(TextInput):
    """Shows bullets, accepts a paste split over several lines, and never copies.

    A paste loses its white space, which no key has, unless `keeps_blanks` is set.
    """

    def __init__(self, value: str = "", *, id: str, keeps_blanks: bool = False) -> None:
        super().__init__(value, id=id, password=True)
        self._keeps_blanks = keeps_blanks

    def on_paste(self, event: Paste) -> None:
        """Insert the whole paste; Textual's own keeps the first line only."""
        event.stop()
        event.prevent_default()
        if not self._keeps_blanks:
            self.insert_text_at_cursor("".join(event.text.split()))
        elif len(event.text.splitlines()) == 1:
            self.insert_text_at_cursor(event.text.rstrip("\r\n"))
        else:  # no passphrase has several lines, and a part of it would be wrong
            self.app.bell()

    def action_copy(self) -> None:
        """Do nothing: every program can read the clipboard."""

    def action_cut(self) -> None:
        """Do nothing: every program can read the clipboard."""


class QueryInput(TextInput):
    """Takes the beginning of a paste that is too long for it; Textual's own takes nothing."""

    def __init__(self, placeholder: str, **options: Any) -> None:
        super().__init__(placeholder=placeholder, max_length=MAX_QUERY_CHARACTERS, **options)

    def on_paste(self, event: Paste) -> None:
        """Insert as much of the first line as there is room for."""
        event.stop()
        event.prevent_default()
        room = MAX_QUERY_CHARACTERS - len(self.value) + len(self.selected_text)
        lines = event.text.splitlines() or [""]
        if len(lines[0]) > room:
            self.restricted()
        self.replace(lines[0][:room], *self.selection)


class FilterInput(QueryInput):
    """Filters while the user types; Enter keeps the filter, Esc clears it."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.FILTER))

    class Cancelled(Message):
        """The user cleared the filter."""

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder, id=id, select_on_focus=False)

    def action_close(self) -> None:
        """Cancel the filter."""
        self.post_message(self.Cancelled())
