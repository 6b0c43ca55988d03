"""Screen shown when the terminal is too small."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen

from kistui.formatting.cells import Cell, Line, Role, truncate
from kistui.i18n.translations import Translations
from kistui.tui.widgets.status_line import StatusLine


class TerminalTooSmallScreen(Screen[None]):
    """Closes when the terminal is large enough again."""

    CSS = "TerminalTooSmallScreen #small { height: 1; }"

    def __init__(self, t: Translations) -> None:
        super().__init__()
        self._t = t

    def compose(self) -> ComposeResult:
        """Compose the line."""
        yield StatusLine(self._message_line, id="small")

    def on_resize(self, _event: Resize) -> None:
        """Show the new size, which is still too small."""
        self.query_one(StatusLine).update_line()

    def _message_line(self, width: int) -> Line:
        text = self._t("terminal_too_small.text", width=self.size.width, height=self.size.height)
        return (Cell(truncate(text, width), Role.WARN),)
