"""Dialog with a search line and a list of matches."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from kistui.tui import keymap
from kistui.tui.screens.dialog import Dialog


class SearchDialog(Dialog[str | None]):
    """Typing filters the list, arrows move in it; returns the selection or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.SEARCH))

    def __init__(self, title: str, placeholder: str, hint: str) -> None:
        super().__init__("search-dialog")
        self._title = title
        self._placeholder = placeholder
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Compose the input, the list and a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield Input(placeholder=self._placeholder, compact=True)
            yield self.create_results_widget()
            yield Static(Content(self._hint), classes="dialog-hint")

    def create_results_widget(self) -> Widget:
        """Compose the widget that shows the matches."""
        raise NotImplementedError

    def search(self, query: str) -> None:
        """Show the matches of `query`."""
        raise NotImplementedError

    def action_move(self, rows: int) -> None:
        """Move in the list."""
        raise NotImplementedError

    def action_select(self) -> None:
        """Return the entry under the cursor."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show all entries at first."""
        self.search("")

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.search(event.value)

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)
