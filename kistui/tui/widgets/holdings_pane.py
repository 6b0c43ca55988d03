"""Holdings pane: framed table, filter line, and the detail of one holding."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive, var
from textual.widgets import Input

from kistui.formatting.balance_status import empty_text
from kistui.formatting.cells import Cell, Role
from kistui.formatting.holdings_table import HoldingsTable, holding_row_key, market_of_row_key
from kistui.formatting.holdings_view_state import (
    DEFAULT_VIEW_STATE,
    HoldingsViewState,
    cycle_market,
    cycle_sort_column,
    reverse_sort,
    sort_by,
    sortable_columns,
    toggle_grouping,
)
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.totals import all_holdings
from kistui.tui import keymap
from kistui.tui.messages import HoldingsViewChanged, NoticePosted
from kistui.tui.widgets.line_table import LineTable

if TYPE_CHECKING:
    from kistui.formatting.price_chart import PricesState
    from kistui.models.totals import AnyHolding
    from kistui.tui.screens.dialogs import ColumnSelection
    from kistui.tui.widgets.detail_pane import DetailPane
    from kistui.tui.widgets.inputs import FilterInput

SPLIT_MIN_WIDTH = 110
"""Width in columns from which table and detail are side by side."""


class HoldingsPane(Horizontal):
    """Shows the account's holdings as the user arranges them."""

    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.HOLDINGS))

    # `var`, because the table and the detail repaint themselves where they differ.
    balance: var[Balance | None] = var(None)
    dimmed = reactive(False)
    """Whether the figures are outdated."""
    amounts_hidden = var(False)
    """Whether amounts are hidden."""
    raw_fields_shown = var(False)
    """Whether the detail shows the raw KIS fields."""
    view_state: var[HoldingsViewState] = var(DEFAULT_VIEW_STATE)
    detail_open = reactive(False, toggle_class="-detail")
    """Whether the holding under the cursor is shown in full."""
    narrow = reactive(False, toggle_class="-narrow")

    class DetailToggled(Message):
        """The detail was opened or closed."""

    def __init__(
        self,
        t: Translations,
        today: Callable[[], date],
        request_prices: "Callable[[AnyHolding | None], PricesState]",
        *,
        id: str,
        classes: str = "",
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._t = t
        self._today = today
        self._request_prices = request_prices
        self.highlight_changes = False
        """Whether changed cells are highlighted for a moment."""
        self._is_dirty = False
        self._holdings_table: HoldingsTable | None = None
        self._table = LineTable()
        self._detail_pane: DetailPane | None = None
        self._filter_input: FilterInput | None = None

    def mount_table(self) -> None:
        """Mount the table after the start; filter and detail are mounted when first needed."""
        if self.is_attached and not self._table.is_attached:  # else the app is ending
            self.mount(self._table)

    def on_resize(self, event: Resize) -> None:
        """Put table and detail side by side if the pane is wide enough."""
        self.narrow = event.size.width < SPLIT_MIN_WIDTH

    def watch_balance(self, previous: Balance | None) -> None:
        """Show a new balance; highlight changes if it is of the same account."""
        # Live prices change too often for it.
        is_live = any(shown is not None and shown.confirmed for shown in (previous, self.balance))
        is_same_account = previous is not None and not is_live
        self._update_rows(highlight_changes=self.highlight_changes and is_same_account)

    def render_pending(self, _initial_size: Size) -> None:
        """Render the changes that came while the pane was hidden."""
        if self._is_dirty and self.display:
            self.mount_table()
            self._update_rows()

    def watch_view_state(self) -> None:
        """Show the rows in the new arrangement."""
        self._update_rows()

    def watch_amounts_hidden(self, hidden: bool) -> None:
        """Show the cells with amounts hidden or shown."""
        if self._detail_pane:
            self._detail_pane.amounts_hidden = hidden
        self._update_rows()

    def watch_raw_fields_shown(self, raw: bool) -> None:
        """Show the detail with or without the raw fields."""
        if self._detail_pane:
            self._detail_pane.raw_fields_shown = raw
        self._show_detail()

    def watch_dimmed(self, dimmed: bool) -> None:
        """Dim the table if the figures are outdated."""
        self._table.dimmed = dimmed

    def watch_detail_open(self, is_open: bool) -> None:
        """Keep the cursor drawn while the detail of its row is open."""
        self._table.cursor_always_visible = is_open
        if not is_open:
            self._request_prices(None)

    def on_language_changed(self) -> None:
        """Show the same figures in another language."""
        self._holdings_table = None
        if self._filter_input:
            self._filter_input.placeholder = self._t("holdings.filter")
        self._update_rows()

    def reset_view(self) -> None:
        """Reset the pane: the next balance is of another account."""
        self.set_reactive(HoldingsPane.balance, None)
        self.detail_open = False
        self.view_state = DEFAULT_VIEW_STATE
        self._clear_filter()

    @property
    def copy_text(self) -> str:
        """The row under the cursor, or the open detail, as text."""
        return (
            self._detail_pane.text
            if self._detail_pane and self.detail_open
            else self._table.row_text
        )

    def focus_table(self) -> None:
        """Focus the table, or the filter or detail if one is open."""
        widget = self._detail_pane if self.detail_open else self._table
        self.screen.set_focus(widget, scroll_visible=False)

    def action_sort(self, step: int) -> None:
        """Sort by the column `step` places on."""
        self._change_view_state(cycle_sort_column(self.view_state, step))

    def action_pick_sort(self) -> None:
        """Let the user choose the column to sort by; choosing the present column reverses it."""
        from kistui.tui.screens.dialogs import SortDialog

        columns = sortable_columns(self.view_state)
        names = ["", *(column.name for column in columns)]
        self.app.push_screen(SortDialog(self._t, names, self.view_state), self._sort_chosen)

    def _sort_chosen(self, column: str | None) -> None:
        if column is not None:
            self._change_view_state(sort_by(self.view_state, column or None))

    def action_toggle_grouping(self) -> None:
        """Show one ranking over all markets, or market by market again."""
        self._change_view_state(toggle_grouping(self.view_state))

    def action_reverse(self) -> None:
        """Reverse the sort order; say that KIS's own has no reverse."""
        if self.view_state.sort_column is None:
            self.post_message(NoticePosted(self._t("holdings.not_sorted")))
        else:
            self._change_view_state(reverse_sort(self.view_state))

    def action_toggle_sold_out(self) -> None:
        """Show or hide items sold out in the last two days."""
        self._change_view_state(
            replace(self.view_state, show_sold_out=not self.view_state.show_sold_out)
        )

    def action_filter_market(self, step: int) -> None:
        """Filter by the next market; after the last, show all."""
        if self.balance is not None:
            self.view_state = cycle_market(self.view_state, self.balance, step)

    def action_columns(self) -> None:
        """Let the user choose the columns."""
        from kistui.tui.screens.dialogs import ColumnsDialog

        dialog = ColumnsDialog(self._t, self.view_state.visible_columns, self._dropped_columns)
        self.app.push_screen(dialog, self._columns_chosen)

    def _columns_chosen(self, selection: "ColumnSelection | None") -> None:
        if selection is not None:
            self._change_view_state(replace(self.view_state, visible_columns=selection.columns))

    def _dropped_columns(self, columns: tuple[str, ...] | None) -> frozenset[str]:
        """Return which of the chosen columns would not fit into the table."""
        if self.balance is None:
            return frozenset()
        view_state = replace(self.view_state, visible_columns=columns)
        table = HoldingsTable(self.balance, self._t, view_state, amounts_hidden=self.amounts_hidden)
        return table.dropped_columns(self._table.size.width)

    def action_filter(self) -> None:
        """Open the filter line."""
        if self.detail_open and self.narrow:
            self.action_toggle_detail()
        if self._filter_input is None:
            from kistui.tui.widgets.inputs import FilterInput

            self._filter_input = FilterInput(self._t("holdings.filter"), id="filter")
            self.mount(self._filter_input)
        self._filter_input.display = True
        # At once, so that keys typed ahead go into the line.
        self.screen.set_focus(self._filter_input, scroll_visible=False)

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self.view_state = replace(self.view_state, query=event.value)

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self, event: Input.Submitted) -> None:
        event.input.display = self.view_state.is_filtered
        self.focus_table()
        if event.value.strip() and self._holdings_table:
            self._leave_total_row(self._holdings_table)
            if len(self._holdings_table.filtered.holdings) == 1:
                self.open_detail()

    def show_holding(self, row_key: str) -> None:
        """Put the cursor on a holding; filters that leave it out are cleared."""
        unfiltered = replace(self.view_state, query="", market=None)
        for view_state in (self.view_state, unfiltered, replace(unfiltered, show_sold_out=True)):
            self.view_state = view_state
            if self._holdings_table is None or self._holdings_table.find_holding(row_key):
                break
        if not self.view_state.query:
            self._clear_filter()
        self._table.move_to_key(row_key)

    def open_detail(self) -> None:
        """Open the holding under the cursor, or the first below a market's total row."""
        if self._holdings_table is not None:
            self._leave_total_row(self._holdings_table)
        if self._table.row_key is not None and not self.detail_open:
            self.action_toggle_detail()

    def _leave_total_row(self, table: HoldingsTable) -> None:
        """Move the cursor from a market's total row to the first holding below it."""
        if market_of_row_key(self._table.row_key) is not None:
            self._table.move_to_key(table.adjacent_key(self._table.row_key, 1))

    # Named after a message of `FilterInput`, which is imported when the filter opens.
    def on_filter_input_cancelled(self) -> None:
        """Clear the filter and go back to the table."""
        self._clear_filter()
        self.focus_table()

    def _clear_filter(self) -> None:
        if self._filter_input:
            self._filter_input.value, self._filter_input.display = "", False

    def action_toggle_detail(self) -> None:
        """Open the detail of the holding under the cursor, or close it.

        On the line of a market, filter by that market, or show all again.
        """
        group = market_of_row_key(self._table.row_key)
        if group is not None and not self.detail_open:
            market = None if self.view_state.market is group else group
            self.view_state = replace(self.view_state, market=market)
            return
        self.detail_open = not self.detail_open and self._table.row_key is not None
        self._show_detail()
        self.focus_table()
        self.post_message(self.DetailToggled())

    # Named after a message of `DetailPane`, which is imported when a detail opens.
    def on_detail_pane_navigation_requested(
        self, message: "DetailPane.NavigationRequested"
    ) -> None:
        """Go to the holding that the detail asks for; the detail follows the cursor."""
        if self._holdings_table is not None:
            self._table.move_to_key(
                self._holdings_table.adjacent_key(self._table.row_key, message.rows)
            )

    def action_close(self) -> None:
        """Close the detail; without one, clear the filter."""
        if self.detail_open:
            self.action_toggle_detail()
        else:
            self.view_state = replace(self.view_state, market=None)
            self._clear_filter()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Esc to the screen if there is no detail or filter to close."""
        if action == "close":
            return self.detail_open or self.view_state.is_filtered
        return action != "filter" or not (self._filter_input and self._filter_input.has_focus)

    @on(LineTable.CursorMoved)
    def _cursor_moved(self, message: LineTable.CursorMoved) -> None:
        message.stop()
        self._show_detail()

    @on(LineTable.RowOpened)
    def _row_opened(self) -> None:
        if not self.detail_open:
            self.action_toggle_detail()

    def _change_view_state(self, view_state: HoldingsViewState) -> None:
        self.view_state = view_state
        self.post_message(HoldingsViewChanged(view_state))

    def _show_detail(self) -> None:
        if not self.detail_open:
            return
        if self._detail_pane is None:
            from kistui.tui.widgets.detail_pane import DetailPane

            self._detail_pane = DetailPane(self._t, self._today, id="detail")
            self._detail_pane.raw_fields_shown, self._detail_pane.amounts_hidden = (
                self.raw_fields_shown,
                self.amounts_hidden,
            )
            self.mount(self._detail_pane)
        if self._holdings_table is not None:
            key = self._table.row_key
            holding = self._holdings_table.find_holding(key)
            prices = self._request_prices(holding)
            if self.raw_fields_shown:  # KIS's own, so not at live prices
                holding = self._holding_as_sent(key)
            self._detail_pane.show_holding(holding, self._holdings_table.item_position(key), prices)

    def _holding_as_sent(self, row_key: str | None) -> "AnyHolding | None":
        holdings = () if self.balance is None else all_holdings(self.balance.as_sent)
        return next((held for held in holdings if holding_row_key(held) == row_key), None)

    def show_prices(self, prices: "PricesState") -> None:
        """Show the daily prices of the holding in the detail."""
        if self._detail_pane and self.detail_open:
            self._detail_pane.show_prices(prices)

    def _arrange_holdings(self, balance: Balance) -> HoldingsTable:
        """Return the table in the present arrangement, with rows that are formatted already."""
        table, hidden = self._holdings_table, self.amounts_hidden
        if table and table.balance is balance and table.amounts_hidden == hidden:
            table.arrange(self.view_state)
            return table
        return HoldingsTable(
            balance, self._t, self.view_state, amounts_hidden=hidden, previous=table
        )

    def _update_rows(self, *, highlight_changes: bool = False) -> None:
        self._is_dirty = not self.display
        if self.balance is None or not self.is_mounted or self._is_dirty:
            return
        self._holdings_table = table = self._arrange_holdings(self.balance)
        title, subtitle = table.titles
        self.border_title, self.border_subtitle = Content(title), Content(subtitle)
        is_filtered, t = self.view_state.is_filtered, self._t
        empty = t("holdings.no_matches") if is_filtered else empty_text(self.balance, t)
        placeholder = (Cell(f" {empty}", Role.LABEL),)
        self._table.show_rows(table, placeholder=placeholder, highlight_changes=highlight_changes)
        self._show_detail()
