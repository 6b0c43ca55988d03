"""One holding in full, beside the table or in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from kistui.model.positions import Position
from kistui.ui import keys
from kistui.ui.theme import content
from kistui.view.cells import Line, text_of
from kistui.view.detail import detail
from kistui.view.words import Words


class DetailPane(VerticalScroll, can_focus=True):
    """Shows the holding under the table's cursor; `today` tells how near an expiry is."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.DETAIL))

    @dataclass
    class Walked(Message):
        """The one `rows` further on is wanted."""

        rows: int

    raw = var(False)
    """Whether KIS's own keys and values are shown too."""
    hidden = var(False)
    """Whether amounts are left out."""

    def __init__(self, words: Words, today: Callable[[], date], *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._today = today
        self._holding: Position | None = None
        self._position = (0, 0)
        self._lines: tuple[Line, ...] = ()

    def compose(self) -> ComposeResult:
        """The lines, none yet."""
        yield Static(id="detail-lines")

    def show(self, holding: Position | None, position: tuple[int, int]) -> None:
        """Show a holding, the `position[0]`th of `position[1]`; another one from its top."""
        if holding is not None and self._holding is not None and holding.code != self._holding.code:
            self.scroll_home(animate=False)
        self._holding, self._position = holding, position
        self._fill()

    def action_walk(self, rows: int) -> None:
        """Another holding."""
        self.post_message(self.Walked(rows))

    @property
    def text(self) -> str:
        """What is shown, as plain lines."""
        return "\n".join(text_of(line).rstrip() for line in self._lines)

    def on_resize(self, _event: Resize) -> None:
        """Lines follow the width."""
        self._fill()

    def reword(self) -> None:
        """Other words."""
        self._fill()

    def watch_raw(self) -> None:
        """More or fewer lines."""
        self._fill()

    def watch_hidden(self) -> None:
        """Other cells."""
        self._fill()

    def _fill(self) -> None:
        width = self.scrollable_content_region.width
        if not width or not self.is_mounted:
            return
        lines: tuple[Line, ...] = ()
        if self._holding is not None:
            lines = detail(
                self._holding,
                self._position,
                self._words,
                width,
                self._today(),
                raw=self.raw,
                hidden=self.hidden,
            )
        if lines != self._lines:
            self._lines = lines
            self.query_one(Static).update(content(lines))
