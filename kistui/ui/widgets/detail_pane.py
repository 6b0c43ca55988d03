"""One holding in full, beside the table or in its place."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.reactive import var

from kistui.models.holdings import AnyHolding
from kistui.ui import keys
from kistui.ui.widgets.page import Page
from kistui.formatting.cells import Line, plain_text
from kistui.i18n.translations import Translations


class DetailPane(Page):
    """Shows the holding under the table's cursor; `today` tells how near an expiry is."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.DETAIL))

    class Walked(Message):
        """The one `rows` further on is wanted."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    raw = var(False)
    """Whether KIS's own keys and values are shown too."""
    hidden = var(False)
    """Whether amounts are left out."""

    def __init__(self, words: Translations, today: Callable[[], date], *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._today = today
        self._holding: AnyHolding | None = None
        self._position = (0, 0)

    def show(self, holding: AnyHolding | None, position: tuple[int, int]) -> None:
        """Show a holding, the `position[0]`th of `position[1]`; another one from its top."""
        if holding is not None and self._holding is not None and holding.code != self._holding.code:
            self.scroll_home(animate=False)
        self._holding, self._position = holding, position
        self.fit()

    def action_walk(self, rows: int) -> None:
        """Another holding."""
        self.post_message(self.Walked(rows))

    @property
    def text(self) -> str:
        """What is shown, as plain lines."""
        return "\n".join(plain_text(line).rstrip() for line in self.lines)

    def watch_raw(self) -> None:
        """More or fewer lines."""
        self.fit()

    def watch_hidden(self) -> None:
        """Other cells."""
        self.fit()

    def lay_out(self, width: int, _height: int) -> Sequence[Line]:
        """The holding's lines, none without one."""
        if self._holding is None:
            return ()
        from kistui.formatting.holding_detail import holding_detail_lines

        return holding_detail_lines(
            self._holding,
            self._position,
            self._words,
            width,
            self._today(),
            show_raw_fields=self.raw,
            amounts_hidden=self.hidden,
        )
