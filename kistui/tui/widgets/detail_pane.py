"""Pane that shows one holding in full, beside the table or instead of it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.reactive import var

from kistui.formatting.cells import Line, plain_lines
from kistui.i18n.translations import Translations
from kistui.models.load_state import NotLoaded
from kistui.models.totals import AnyHolding
from kistui.tui import keymap
from kistui.tui.widgets.lines import ScrollableLines

if TYPE_CHECKING:
    from kistui.formatting.price_chart import PricesState


class DetailPane(ScrollableLines):
    """Shows the holding under the table's cursor; expiries are relative to `today`."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.DETAIL))

    class NavigationRequested(Message):
        """Request to show the holding `rows` further on."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    raw_fields_shown = var(False)
    """Whether KIS's own keys and values are shown too."""
    amounts_hidden = var(False)
    """Whether amounts are hidden."""
    as_candles = var(False)
    """Whether the chart has a candle for each day, instead of a line."""

    def __init__(self, t: Translations, today: Callable[[], date], *, id: str) -> None:
        super().__init__(id=id)
        self._t = t
        self._today = today
        self._holding: AnyHolding | None = None
        self._item_position = (0, 0)
        self._prices: PricesState = NotLoaded()

    def show_holding(
        self, holding: AnyHolding | None, item_position: tuple[int, int], prices: "PricesState"
    ) -> None:
        """Show a holding with its position among all; a different one scrolls to the top."""
        if holding is not None and self._holding is not None and holding.code != self._holding.code:
            self.scroll_home(animate=False)
        self._holding, self._item_position, self._prices = holding, item_position, prices
        self.update_lines()

    def show_prices(self, prices: "PricesState") -> None:
        """Show the daily prices of the same holding."""
        self._prices = prices
        self.update_lines()

    def action_show_adjacent(self, rows: int) -> None:
        """Request the next or previous holding."""
        self.post_message(self.NavigationRequested(rows))

    def action_toggle_candles(self) -> None:
        """Switch the chart between a line and candles."""
        self.as_candles = not self.as_candles

    def watch_as_candles(self) -> None:
        """Draw the chart again."""
        self.update_lines()

    @property
    def text(self) -> str:
        """The shown lines as plain text."""
        return plain_lines(self.lines)

    def watch_raw_fields_shown(self) -> None:
        """Lay out again with or without the raw fields."""
        self.update_lines()
        self.scroll_home(animate=False)

    def watch_amounts_hidden(self) -> None:
        """Lay out again with amounts hidden or shown."""
        self.update_lines()

    def build_lines(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines of the holding; none without a holding."""
        if self._holding is None:
            return ()
        from kistui.formatting.holding_detail import holding_detail_lines

        return holding_detail_lines(
            self._holding,
            self._item_position,
            self._t,
            width,
            self._today(),
            height=height,
            prices=self._prices,
            as_candles=self.as_candles,
            show_raw_fields=self.raw_fields_shown,
            amounts_hidden=self.amounts_hidden,
        )
