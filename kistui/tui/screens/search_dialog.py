"""A line to type in over a list of what it finds."""

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
    """Typing narrows the list, the arrows move in it; answers what was taken, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.SEARCH))

    def __init__(self, title: str, placeholder: str, hint: str) -> None:
        super().__init__("search-dialog")
        self._title = title
        self._placeholder = placeholder
        self._hint = hint

    def compose(self) -> ComposeResult:
        """The line, the list, a line of help."""
        with Vertical(classes="dialog-box") as box:
            box.border_title = Content(self._title)
            yield Input(placeholder=self._placeholder, compact=True)
            yield self.create_results_widget()
            yield Static(Content(self._hint), classes="dialog-hint")

    def create_results_widget(self) -> Widget:
        """What shows the finds."""
        raise NotImplementedError

    def search(self, query: str) -> None:
        """Show what `query` finds."""
        raise NotImplementedError

    def action_move(self, rows: int) -> None:
        """Go down the list, or up."""
        raise NotImplementedError

    def action_select(self) -> None:
        """Answer what is under the cursor."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Everything, at first."""
        self.search("")

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.search(event.value)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
