"""Input field for secrets."""

from textual.events import Paste
from textual.widgets import Input


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
