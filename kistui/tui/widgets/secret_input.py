"""A text field for what must not be seen."""

from textual.events import Paste
from textual.widgets import Input


class SecretInput(Input):
    """Shows bullets, takes a paste broken over several lines, and copies nothing out."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, password=True, compact=True)
        self.cursor_blink = False

    def _on_paste(self, event: Paste) -> None:
        """All of the paste without its blanks; Textual's own keeps the first line only."""
        self.insert_text_at_cursor("".join(event.text.split()))
        event.stop()
        event.prevent_default()

    def action_copy(self) -> None:
        """Nothing: the clipboard is everybody's."""

    def action_cut(self) -> None:
        """Nothing: the clipboard is everybody's."""
