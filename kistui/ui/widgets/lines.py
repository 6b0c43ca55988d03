"""One line of cells that repaints only when it differs."""

from collections.abc import Callable

from textual.events import Resize
from textual.messages import Update
from textual.reactive import reactive
from textual.strip import Strip

from kistui.ui.widgets.inked import Inked
from kistui.formatting.cells import Line


class FittedLine(Inked):
    """Laid out anew for its width: `lay_out(width)` gives its cells."""

    line: reactive[Line] = reactive(())

    def __init__(self, lay_out: Callable[[int], Line], *, id: str) -> None:
        super().__init__(id=id)
        self._lay_out = lay_out

    def fit(self) -> None:
        """Lay out again; an equal line repaints nothing."""
        self.line = self._lay_out(self.size.width)

    def watch_line(self) -> None:
        """Into the next frame; Textual tells the screen of a widget when that comes to rest."""
        if self.is_mounted:
            self.screen.post_message(Update(self))

    def reword(self) -> None:
        """The words are others."""
        self.fit()

    def on_resize(self, _event: Resize) -> None:
        """The line follows the width."""
        self.fit()

    def render_line(self, y: int) -> Strip:
        """The line's cells."""
        return self.strip(self.line if y == 0 else (), self.size.width)
