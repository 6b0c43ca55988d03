"""Trades page: the orders of a range of days, and one of them in full."""

from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, Self

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input, Static

from kistui.clock import KST
from kistui.formatting import status
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.orders_table import (
    filter_orders,
    order_notes,
    order_totals_line,
    orders_table,
)
from kistui.formatting.trade_detail import order_detail_lines
from kistui.formatting.trade_exports import ORDER_FIELDS, TradeSnapshot, trades_csv, trades_json
from kistui.formatting.trade_status import freshness, status_lines
from kistui.models.overseas import Market
from kistui.models.periods import Period
from kistui.services.trade_history import order_parts
from kistui.tui.controllers.actions import ActionRunner
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.controllers.period_chooser import PeriodChooser
from kistui.tui.controllers.trade_loader import TradeLoader, TradesMessage
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import PeriodChanged, TradesEnded, TradesPartLoaded, TradesProgressed
from kistui.tui.pages import TRADES_PAGE
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.inputs import FilterInput
from kistui.tui.widgets.line_table import LineTable
from kistui.tui.widgets.lines import StatusLine

if TYPE_CHECKING:
    from kistui.models.order_list import OrderList
    from kistui.models.orders import Order


class TradesScreen(PageScreen):
    """Shows what its loader reads; the calls are made when the page opens."""

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = "trades.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(TRADES_PAGE.keys))
    page_name = TRADES_PAGE.name

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._t = context.t
        self._clock = context.clock
        self._profile = context.profile
        self._actions = ActionRunner(self)
        self._exporter = Exporter(self, context.profile_service, context.t)
        self._loader: TradeLoader[OrderList] = TradeLoader(self, context, self._loader_changed)
        self._period = PeriodChooser(self, context.t, self._today, Period.TODAY)
        self._orders: list[Order] = []
        self._market: Market | None = None
        self._open_only = False
        self._shows_raw_fields = False

    @classmethod
    def create(cls, context: PageContext) -> Self:
        """Create the page."""
        return cls(context)

    def compose(self) -> ComposeResult:
        """Compose title bar, tabs, orders, the order in full, notice and key hints."""
        yield StatusLine(self._title_bar, id="bar")
        yield StatusLine(self.tab_line(), id="tabs")
        with Vertical(id="list-box"):
            yield FilterInput(self._t("holdings.filter"), id="filter")
            yield LineTable(id="list")
        with VerticalScroll(id="detail-box", can_focus=False):
            yield Static(id="detail-lines")
        yield Static(id="notice")
        yield StatusLine(self.footer_line, id="hints")

    def on_mount(self) -> None:
        """Read the orders."""
        self.query_one("#filter").display = self.query_one("#detail-box").display = False
        self._table.focus()
        self._load(keeps_content=False)

    def _load(self, *, keeps_content: bool) -> None:
        days, today = self._period.days, self._today()
        self._loader.load(
            lambda trades, report: order_parts(trades, days, today, report),
            keeps_content=keeps_content,
        )

    @on(TradesProgressed)
    @on(TradesPartLoaded)
    @on(TradesEnded)
    def _trades_message(self, message: TradesMessage) -> None:
        self._loader.handle(message)

    def _loader_changed(self) -> None:
        if self.is_mounted:
            self.refresh_view()

    def action_refresh(self) -> None:
        """Read again what may have changed."""
        self._load(keeps_content=True)

    def action_period(self) -> None:
        """Choose the range of days."""
        self._actions.open_dialog(self._choose_period)

    async def _choose_period(self) -> None:
        if await self._period.choose():
            self.post_message(PeriodChanged())

    @on(PeriodChanged)
    def _period_changed(self) -> None:
        self._load(keeps_content=False)

    def action_shift_period(self, step: int) -> None:
        """Show the period before or after."""
        if self._period.shift(step):
            self._load(keeps_content=False)

    def action_open_only(self) -> None:
        """Show the open orders only, or all."""
        self._open_only = not self._open_only
        self.refresh_view()

    def action_filter_market(self, step: int) -> None:
        """Show the next market of the list; after the last, all."""
        content = self._loader.content
        orders = content.orders if content else ()
        markets = [market for market in Market if any(order.market is market for order in orders)]
        choices = [None, *markets]
        index = choices.index(self._market) if self._market in choices else 0
        self._market = choices[(index + step) % len(choices)]
        self.refresh_view()

    def action_filter(self) -> None:
        """Open the line in which to type what to find."""
        self._filter.display = True
        self.set_focus(self._filter, scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave `/` to the filter that is being typed."""
        return action != "filter" or not self._filter.has_focus

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self.refresh_view()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self._filter.display = bool(self._filter.value)
        self._table.focus()

    @on(FilterInput.Cancelled)
    def _filter_cancelled(self) -> None:
        self._filter.value, self._filter.display = "", False
        self._table.focus()

    def action_toggle_detail(self) -> None:
        """Open or close the order under the cursor."""
        pane = self.query_one("#detail-box")
        pane.display = not pane.display and bool(self._orders)
        self._refresh_detail()

    def action_toggle_raw_fields(self) -> None:
        """Show KIS's own fields of the order, or their meaning."""
        pane = self.query_one("#detail-box")
        self._shows_raw_fields = not (self._shows_raw_fields and pane.display)
        pane.display = bool(self._orders)
        self._refresh_detail()

    def action_back(self) -> None:
        """End what is open, the innermost first: the reading, the order, the filter, the page."""
        pane = self.query_one("#detail-box")
        if self._loader.is_loading:
            self._loader.stop()
        elif pane.display:
            pane.display = self._shows_raw_fields = False
        elif self._filter.display:
            self._filter_cancelled()
        else:
            self.dismiss()

    def action_copy(self) -> None:
        """Copy the order under the cursor."""
        self._exporter.copy(self._table.row_text)

    def action_export(self) -> None:
        """Write the orders on screen to a file that the user names."""
        self._actions.open_dialog(self._exporter.export, self._exportable())

    def _exportable(self) -> Exportable | None:
        content, loaded_at, profile = self._loader.content, self._loader.loaded_at, self._profile
        if content is None or loaded_at is None or profile is None:
            return None
        snapshot = TradeSnapshot(profile, content, loaded_at, tuple(self._orders))
        hidden = self.amounts_hidden

        def render(export_format: str) -> str:
            if export_format == "json":
                text = trades_json([snapshot], all_accounts=False, amounts_hidden=hidden)
                return text + "\n"
            return trades_csv(
                [snapshot],
                fields=ORDER_FIELDS,
                amounts_hidden=hidden,
                for_excel=export_format == "excel",
            )

        return Exportable(profile, self.page_name, loaded_at, render)

    @on(LineTable.CursorMoved)
    def _cursor_moved(self) -> None:
        self._refresh_detail()

    def on_resize(self, _event: Resize) -> None:
        """Lay out the totals and the order for the new width."""
        self.call_after_refresh(self.refresh_view)

    def watch_now(self) -> None:
        """Do nothing: no age is shown on this page."""

    def refresh_view(self) -> None:
        """Show the orders, the totals, and what is missing."""
        loader, t = self._loader, self._t
        content = loader.content
        self._orders = filter_orders(
            content.orders if content else (),
            query=self._filter.value,
            market=self._market,
            open_only=self._open_only,
        )
        footer: Line = ()
        if content is not None:
            shown = replace(content, orders=tuple(self._orders))
            if len(self._orders) != len(content.orders):
                shown = replace(shown, estimated_costs=None)
            footer = order_totals_line(
                shown, t, amounts_hidden=self.amounts_hidden, width=self._table.size.width
            )
        self._table.show_rows(
            orders_table(self._orders, t, amounts_hidden=self.amounts_hidden, footer=footer),
            placeholder=(Cell(f" {self._placeholder()}", Role.LABEL),),
        )
        box = self.query_one("#list-box")
        box.border_title = Content(self._title())
        folded = sum(len(order.changes) for order in self._orders)
        box.border_subtitle = Content(t("orders.folded", n=folded) if folded else "")
        notes = order_notes(content, t) if content else []
        lines = status_lines(loader, notes, t, part_count=content.part_count if content else 0)
        self.show_notice_lines(lines)
        self.query_one("#bar", StatusLine).update_line()
        self.query_one("#hints", StatusLine).update_line()
        self._refresh_detail()

    def _title(self) -> str:
        t = self._t
        parts = [t("tab.trades"), self._period.title]
        if self._market:
            parts.append(t(f"market.{self._market.value}"))
        if self._open_only:
            parts.append(t("key_label.open_only"))
        if self._orders:
            parts.append(t("orders.count", n=len(self._orders)))
        return " · ".join(parts)

    def _placeholder(self) -> str:
        loader, t = self._loader, self._t
        if loader.content is None:
            return status.describe_error(loader.error, t).title if loader.error else ""
        if loader.content.orders:
            return t("holdings.none_found")
        return t("orders.none") if loader.content.is_complete else ""

    def _refresh_detail(self) -> None:
        pane, index = self.query_one("#detail-box"), self._table.cursor
        if pane.display and index < len(self._orders):
            lines = order_detail_lines(
                self._orders[index],
                self._t,
                self.size.width - 4,
                show_raw_fields=self._shows_raw_fields,
                amounts_hidden=self.amounts_hidden,
            )
            self.query_one("#detail-lines", Static).update(to_content(lines))

    @property
    def _table(self) -> LineTable:
        return self.query_one("#list", LineTable)

    @property
    def _filter(self) -> FilterInput:
        return self.query_one("#filter", FilterInput)

    def _today(self) -> date:
        return self._clock().astimezone(KST).date()

    def _title_bar(self, width: int) -> Line:
        now = self.now or self._clock()
        right = freshness(self._loader, now, self._t)
        return status.title_bar(
            self._profile,
            self.token_cell(now),
            right,
            self._t,
            width,
            headline=self.headline_cells(self._profile),
        )
