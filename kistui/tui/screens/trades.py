"""Trades page: the orders of a range of days, and one of them in full."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.orders_table import (
    filter_orders,
    order_notes,
    order_totals_line,
    orders_table,
)
from kistui.formatting.trade_detail import order_detail_lines
from kistui.formatting.trade_exports import ORDER_FIELDS
from kistui.formatting.values import format_weekday_date
from kistui.models.markets import Market
from kistui.models.order_list import OrderList
from kistui.models.periods import Period
from kistui.tui.controllers.part_loader import with_counts
from kistui.tui.keymap import to_bindings
from kistui.tui.pages import TRADES_PAGE
from kistui.tui.screens.page import PageContext
from kistui.tui.screens.trade_list import PeriodListScreen

if TYPE_CHECKING:
    from kistui.models.orders import Order


class TradesScreen(PeriodListScreen[OrderList]):
    """Shows orders: all, those of a market, or only open orders."""

    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(TRADES_PAGE.keys))
    DEFAULT_PERIOD = Period.TODAY
    page = TRADES_PAGE

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._orders: list[Order] = []
        self._open_only = False

    def _load(self, *, keeps_content: bool) -> None:
        days, today = self._period.days, self._today()
        self._loader.load(
            lambda session, report: with_counts(session.trades.read_orders(days, today, report)),
            keeps_content=keeps_content,
        )

    def action_open_only(self) -> None:
        """Show the open orders only, or all."""
        self._open_only = not self._open_only
        self.refresh_view()

    def _listed_markets(self) -> Collection[Market]:
        content = self._loader.content
        return {order.market for order in content.orders} if content else ()

    def _export_rows(self, content: OrderList) -> tuple[str, Sequence[Any], Sequence[str]]:
        return self.page.name, tuple(self._orders), ORDER_FIELDS

    def show_content(self, content: OrderList | None) -> None:
        """Show the orders and the totals."""
        t = self._t
        orders = content.orders if content else ()
        self._orders = filter_orders(
            orders,
            query=self._filter.value,
            market=self._market,
            open_only=self._open_only,
        )
        footer: Line = ()
        if content is not None:
            footer = order_totals_line(
                content.showing(self._orders),
                t,
                amounts_hidden=self.amounts_hidden,
                width=self._table.size.width,
            )
        self._table.show_rows(
            orders_table(self._orders, t, amounts_hidden=self.amounts_hidden, footer=(footer,)),
            placeholder=self._empty_line(content),
        )
        box = self.query_one("#list-box")
        box.border_title = Content(self._title())
        folded = sum(len(order.changes) for order in self._orders)
        box.border_subtitle = Content(t("orders.folded", n=folded) if folded else "")

    def _notes(self, content: OrderList) -> Sequence[str]:
        return order_notes(content, self._t)

    def _empty_line(self, content: OrderList | None) -> Line:
        """Return the text of a list without orders."""
        t, days = self._t, self._period.days
        orders = content.orders if content else ()
        if orders and self._open_only and not self._filter.value:
            return (Cell(t("orders.none_open"), Role.LABEL),)
        if days.day_count > 1:
            return self._placeholder(
                content, orders, t("orders.none"), t("orders.show_other_period")
            )
        none_text = t("orders.none_on", day=format_weekday_date(days.first, t))
        return self._placeholder(content, orders, none_text, t("orders.show_week"))

    def _suggested_period(self) -> Period | None:
        content, is_one_day = self._loader.content, self._period.days.day_count == 1
        is_empty = content is not None and content.is_complete and not content.orders
        return Period.WEEK if is_one_day and is_empty else None

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

    def _detail_lines(self, content: OrderList | None, index: int) -> Sequence[Line] | None:
        if index >= len(self._orders):
            return None
        return order_detail_lines(
            self._orders[index],
            self._t,
            self.size.width - 4,
            show_raw_fields=self._shows_raw_fields,
            amounts_hidden=self.amounts_hidden,
        )
