"""One line of cells that is repainted only when it changes."""

from collections.abc import Callable

from textual.events import Resize
from textual.messages import Update
from textual.reactive import reactive
from textual.strip import Strip

from kistui.formatting.cells import Line
from kistui.tui.widgets.role_styles import RoleStyledWidget


class StatusLine(RoleStyledWidget):
    """Laid out anew for its width: `lay_out(width)` gives its cells."""

    line: reactive[Line] = reactive(())

    def __init__(self, build_line: Callable[[int], Line], *, id: str) -> None:
        super().__init__(id=id)
        self._build_line = build_line

    def update_line(self) -> None:
        """Build the line again; repaint only if it changed."""
        self.line = self._build_line(self.size.width)

    def watch_line(self) -> None:
        """Into the next frame; Textual tells the screen of a widget when that comes to rest."""
        if self.is_mounted:
            self.screen.post_message(Update(self))

    def on_language_changed(self) -> None:
        """Build the line in the new language."""
        self.update_line()

    def on_resize(self, _event: Resize) -> None:
        """Build the line for the new width."""
        self.update_line()

    def render_line(self, y: int) -> Strip:
        """Render the cells of the line."""
        return self.line_to_strip(self.line if y == 0 else (), self.size.width)
