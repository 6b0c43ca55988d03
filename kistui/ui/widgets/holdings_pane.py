"""The holdings: the table in its frame, what it is filtered and sorted by, one of them in full."""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.widgets import Input

from kistui.models.balance import Balance
from kistui.models.record import replace
from kistui.ui import keys
from kistui.ui.messages import ArrangementChosen
from kistui.ui.widgets.detail_pane import DetailPane
from kistui.ui.widgets.filter_line import FilterLine
from kistui.ui.widgets.line_table import LineTable
from kistui.formatting.holdings_view_state import DEFAULT_VIEW_STATE, HoldingsViewState, cycle_sort_column, cycle_market, reverse_sort
from kistui.formatting.cells import Cell, Role
from kistui.formatting.holdings_formatter import HoldingsFormatter
from kistui.formatting.holdings_table import HoldingsTable, table_titles
from kistui.formatting.total_rows import market_of_row_key
from kistui.i18n.translations import Translations

SPLIT = 110
"""Columns from which table and detail stand side by side."""


class HoldingsPane(Horizontal):
    """Shows the account's holdings as the user arranges them."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.HOLDINGS))

    # Not to repaint the pane: what is in it does so itself, where it differs.
    balance: var[Balance | None] = var(None)
    dimmed = reactive(False)
    """Whether the figures are old."""
    hidden = var(False)
    """Whether amounts are left out."""
    raw = var(False)
    """Whether the detail shows KIS's own keys and values."""
    arrangement: var[HoldingsViewState] = var(DEFAULT_VIEW_STATE)
    detailed = reactive(False, toggle_class="-detail")
    """Whether the holding under the cursor is shown in full."""
    narrow = reactive(False, toggle_class="-narrow")

    class Turned(Message):
        """The detail was opened or closed."""

    def __init__(
        self,
        words: Translations,
        today: Callable[[], date],
        *,
        id: str,
        classes: str = "",
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._words = words
        self._today = today
        self.flashes = False
        """Whether cells that changed are marked a while."""
        self._is_behind = False
        self._view: HoldingsTable | None = None
        self._formatted: HoldingsFormatter | None = None
        self._framed: tuple[str, str] | None = None
        self._table = LineTable()
        self._detail: DetailPane | None = None
        self._line: FilterLine | None = None

    def furnish(self) -> None:
        """Put the table in its place, once the start is over; filter and detail when wanted."""
        if self.is_attached and not self._table.is_attached:  # else the app is ending
            self.mount(self._table)

    def on_resize(self, event: Resize) -> None:
        """Side by side where there is room."""
        self.narrow = event.size.width < SPLIT

    def watch_balance(self, before: Balance | None) -> None:
        """Other figures; what changed in them is marked, if they are the same account's."""
        self._fill(flashes=self.flashes and before is not None)

    def catch_up(self, _room: Size) -> None:
        """Do, now that somebody looks, what was left undone meanwhile."""
        if self._is_behind and self.display:
            self.furnish()
            self._fill()

    def watch_arrangement(self) -> None:
        """Other rows, or in another order."""
        self._fill()

    def watch_hidden(self, hidden: bool) -> None:
        """Other cells."""
        if self._detail:
            self._detail.hidden = hidden
        self._fill()

    def watch_raw(self, raw: bool) -> None:
        """More or fewer lines of detail."""
        if self._detail:
            self._detail.raw = raw

    def watch_dimmed(self, dimmed: bool) -> None:
        """Other colours."""
        self._table.dimmed = dimmed

    def watch_detailed(self, detailed: bool) -> None:
        """The row that is shown in full is marked, wherever the focus is."""
        self._table.marked = detailed

    def reword(self) -> None:
        """Other words, the same figures."""
        self._formatted = None
        if self._line:
            self._line.placeholder = self._words("holdings.filter")
        self._fill()

    def forget(self) -> None:
        """The figures to come are another account's."""
        self.set_reactive(HoldingsPane.balance, None)
        self.detailed = False
        self.arrangement = DEFAULT_VIEW_STATE
        self._end_filter()

    @property
    def copied(self) -> str:
        """What stands under the cursor, or in the detail, as text."""
        return self._detail.text if self._detail and self.detailed else self._table.row_text

    def focus_table(self) -> None:
        """Give the keys to the table, or to what stands beside it or in its place."""
        widget = self._detail if self.detailed else self._table
        self.screen.set_focus(widget, scroll_visible=False)

    def action_sort(self, step: int) -> None:
        """Sort by the column `step` places on."""
        self._choose(cycle_sort_column(self.arrangement, step))

    def action_reverse(self) -> None:
        """The other way round."""
        self._choose(reverse_sort(self.arrangement))

    def action_toggle_sold_out(self) -> None:
        """Show or hide items sold out in the last two days."""
        self._choose(replace(self.arrangement, show_sold_out=not self.arrangement.show_sold_out))

    def action_market(self, step: int) -> None:
        """Only one market after the other, then all again."""
        if self.balance is not None:
            self.arrangement = cycle_market(self.arrangement, self.balance, step)

    @work(exclusive=True, group="columns")
    async def action_columns(self) -> None:
        """Choose the columns."""
        from kistui.ui.screens.columns import ColumnsScreen

        screen = ColumnsScreen(self._words, self.arrangement.visible_columns)
        picked = await self.app.push_screen_wait(screen)
        if picked is not None:
            self._choose(replace(self.arrangement, visible_columns=picked.columns))

    def action_filter(self) -> None:
        """Type what to look for."""
        if self.detailed and self.narrow:
            self.action_toggle_detail()
        if self._line is None:
            self._line = FilterLine(self._words("holdings.filter"), id="filter")
            self.mount(self._line)
        self._line.display = True
        # At once: what is typed ahead belongs into the line.
        self.screen.set_focus(self._line, scroll_visible=False)

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self.arrangement = replace(self.arrangement, query=event.value)

    @on(Input.Submitted, "#filter")
    def _filter_kept(self, event: Input.Submitted) -> None:
        event.input.display = self.arrangement.is_filtered
        self.focus_table()

    @on(FilterLine.Left)
    def _filter_left(self) -> None:
        self._end_filter()
        self.focus_table()

    def _end_filter(self) -> None:
        if self._line:
            self._line.value, self._line.display = "", False

    def action_toggle_detail(self) -> None:
        """Show the holding under the cursor in full, or the table again.

        On a market's line it is that market alone, or all again.
        """
        group = market_of_row_key(self._table.key)
        if group is not None and not self.detailed:
            only = None if self.arrangement.market is group else group
            self.arrangement = replace(self.arrangement, market=only)
            return
        self.detailed = not self.detailed and self._table.key is not None
        self._show_detail()
        self.focus_table()
        self.post_message(self.Turned())

    @on(DetailPane.Walked)
    def _walked(self, message: DetailPane.Walked) -> None:
        self._table.action_move(message.rows)

    def action_leave(self) -> None:
        """Close the detail, else end the filter."""
        if self.detailed:
            self.action_toggle_detail()
        else:
            self.arrangement = replace(self.arrangement, market=None)
            self._end_filter()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the screen's where there is nothing to leave here."""
        if action == "leave":
            return self.detailed or self.arrangement.is_filtered
        return action != "filter" or not (self._line and self._line.has_focus)

    @on(LineTable.CursorMoved)
    def _cursor_moved(self, message: LineTable.CursorMoved) -> None:
        message.stop()
        self._show_detail()

    def _choose(self, arrangement: HoldingsViewState) -> None:
        self.arrangement = arrangement
        self.post_message(ArrangementChosen(arrangement))

    def _show_detail(self) -> None:
        if not self.detailed:
            return
        if self._detail is None:
            self._detail = DetailPane(self._words, self._today, id="detail")
            self._detail.raw, self._detail.hidden = self.raw, self.hidden
            self.mount(self._detail)
        holding = self._view.find_holding(self._table.key) if self._view else None
        self._detail.show(holding, self._table.position)

    def _cells_of(self, balance: Balance) -> HoldingsFormatter:
        """The cells, made anew only for other figures: thousands of rows take a while."""
        made = self._formatted
        if made is None or made.balance is not balance:
            made = self._formatted = HoldingsFormatter(balance, self._words, amounts_hidden=self.hidden)
        elif made.amounts_hidden != self.hidden:
            made = self._formatted = made.with_amounts_hidden(self.hidden)
        return made

    def _fill(self, *, flashes: bool = False) -> None:
        self._is_behind = not self.display
        if self.balance is None or not self.is_mounted or self._is_behind:
            return
        words, arrangement = self._words, self.arrangement
        view = self._view = HoldingsTable(
            self.balance, words, arrangement, formatter=self._cells_of(self.balance)
        )
        title, subtitle = table_titles(self.balance, view, arrangement, words)
        self._frame(title, subtitle)
        nothing = "holdings.none_found" if arrangement.is_filtered else "state.empty"
        empty = (Cell(f" {words(nothing)}", Role.LABEL),)
        self._table.show(view, empty=empty, flashes=flashes)
        self._show_detail()

    def _frame(self, title: str, subtitle: str) -> None:
        """The words in the frame; to set them as Textual has it repaints all that is in it."""
        if (title, subtitle) != self._framed:
            self._framed = title, subtitle
            self._border_title, self._border_subtitle = Content(title), Content(subtitle)
            width, height = self.outer_size
            for edge in (0, height - 1):
                self.refresh(Region(0, edge, width, 1).translate(-self.content_offset))
