"""What is shown in a terminal that is too small for the pages."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.screen import ModalScreen

from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Line, Role
from kistui.i18n.translations import Translations
from kistui.tui.pages import keys_by_id
from kistui.tui.widgets.lines import SizedLines

MIN_SIZE = Size(60, 20)
"""Smallest usable size in columns and lines."""


def is_too_small(size: Size) -> bool:
    """Return whether a terminal of this size cannot show the pages."""
    return size.width < MIN_SIZE.width or size.height < MIN_SIZE.height


class TerminalTooSmallScreen(ModalScreen[None]):
    """Covers the page until the terminal is large enough again.

    It is modal, so that no key opens a hidden page or dialog. A dialog that a worker opens over it
    must be closed first.
    """

    CSS = """
    TerminalTooSmallScreen { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        replace(key, action=f"app.{key.action}").to_binding()
        for key in keys_by_id("app.quit", "app.suspend", "app.redraw")
    ]

    def __init__(self, t: Translations) -> None:
        super().__init__()
        self._t = t

    def compose(self) -> ComposeResult:
        """Compose the message."""
        yield SizedLines(id="small")

    def on_mount(self) -> None:
        """Show how large the window is."""
        self.query_one(SizedLines).show(self._message_lines)

    def on_resize(self, _event: Resize) -> None:
        """Close where it is large enough now."""
        self._close_if_large_enough()

    def on_screen_resume(self) -> None:
        """Close if the terminal has grown below a dialog."""
        self._close_if_large_enough()

    def _close_if_large_enough(self) -> None:
        if self.is_active and not is_too_small(self.app.size):
            self.dismiss()

    def _message_lines(self, width: int, height: int) -> Sequence[Line]:
        text = self._t("terminal_too_small.text", width=width, height=height)
        return wrap_text(text, width, Role.WARN)
