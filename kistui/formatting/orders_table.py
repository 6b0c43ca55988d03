"""Orders as a table, and the lines around it: totals, and what the list does not have."""

from collections.abc import Sequence
from decimal import Decimal

from kistui.formatting.cells import Cell, Line, Role, display_width
from kistui.formatting.read_status import completeness_notes, unread_notes
from kistui.formatting.search import compile_query, item_search_text
from kistui.formatting.table import (
    ITEM_NAME_WIDTH,
    SCROLL_BAR_WIDTH,
    RecordColumn,
    Table,
    build_header,
    build_rows,
)
from kistui.formatting.values import (
    UNAVAILABLE,
    format_amount,
    format_number,
    format_price,
    format_range,
    mask_amount,
    round_to_currency,
)
from kistui.i18n.translations import Translations
from kistui.models.markets import KRW, Market
from kistui.models.order_list import OrderList
from kistui.models.orders import Order, OrderState, Side

OrderColumn = RecordColumn[Order]

_STATE_ROLES = {
    OrderState.OPEN: Role.STRONG,
    OrderState.PARTLY_FILLED: Role.STRONG,
    OrderState.REJECTED: Role.WARN,
    OrderState.CANCELLED: Role.DIM,
    OrderState.EXPIRED: Role.DIM,
}


def _date_cell(order: Order, _t: Translations) -> Cell:
    return Cell(f"{order.ordered_on:%m-%d}", Role.LABEL) if order.ordered_on else UNAVAILABLE


def _time_cell(order: Order, _t: Translations) -> Cell:
    return Cell(f"{order.ordered_at:%H:%M}", Role.LABEL) if order.ordered_at else UNAVAILABLE


def _side_cell(order: Order, t: Translations) -> Cell:
    return Cell(t(f"order_side.{order.side.value}")) if order.side else UNAVAILABLE


def _price_cell(order: Order, price: Decimal | None) -> Cell:
    rounded = round_to_currency(price, order.currency)
    return format_amount(rounded) if rounded else UNAVAILABLE


def _limit_cell(order: Order, t: Translations) -> Cell:
    if order.price == 0:
        return Cell(t("orders.market_price"))
    return UNAVAILABLE if order.price is None else format_price(order.price, order.currency)


def state_cell(order: Order, t: Translations) -> Cell:
    """Return the state of an order."""
    return Cell(t(f"order_state.{order.state.value}"), _STATE_ROLES.get(order.state, Role.PLAIN))


ORDER_COLUMNS = (
    OrderColumn("date", is_text=True, format_cell=_date_cell),
    OrderColumn("time", drop_priority=2, is_text=True, format_cell=_time_cell),
    OrderColumn(
        "name",
        is_text=True,
        max_width=ITEM_NAME_WIDTH,
        min_width=12,
        format_cell=lambda order, _t: Cell(order.name or order.code or ""),
    ),
    OrderColumn(
        "code",
        drop_priority=8,
        is_text=True,
        format_cell=lambda order, _t: Cell(order.code or "", Role.DIM),
    ),
    OrderColumn(
        "exchange",
        drop_priority=6,
        is_text=True,
        format_cell=lambda order, _t: Cell(order.exchange or "", Role.DIM),
    ),
    OrderColumn("side", is_text=True, format_cell=_side_cell),
    OrderColumn(
        "quantity",
        drop_priority=3,
        is_sensitive=True,
        format_cell=lambda order, _t: format_number(order.quantity),
    ),
    OrderColumn(
        "filled",
        is_sensitive=True,
        format_cell=lambda order, _t: format_number(order.filled_quantity),
    ),
    OrderColumn(
        "remaining",
        drop_priority=5,
        is_sensitive=True,
        format_cell=lambda order, _t: (
            format_number(order.remaining_quantity) if order.is_open else Cell("")
        ),
    ),
    OrderColumn("limit", drop_priority=7, is_sensitive=True, format_cell=_limit_cell),
    OrderColumn(
        "average",
        drop_priority=4,
        is_sensitive=True,
        format_cell=lambda order, _t: _price_cell(order, order.average_price),
    ),
    OrderColumn(
        "amount",
        is_sensitive=True,
        format_cell=lambda order, _t: (
            _price_cell(order, order.filled_amount) if order.filled_quantity else UNAVAILABLE
        ),
    ),
    OrderColumn(
        "currency",
        drop_priority=1,
        is_text=True,
        format_cell=lambda order, _t: Cell(
            "" if order.currency == KRW else order.currency, Role.DIM
        ),
    ),
    OrderColumn("state", is_text=True, format_cell=state_cell),
)


def filter_orders(
    orders: Sequence[Order],
    *,
    query: str = "",
    market: Market | None = None,
    side: Side | None = None,
    open_only: bool = False,
) -> list[Order]:
    """Return the orders that fit all filters, in their order."""
    matches = compile_query(query)
    return [
        order
        for order in orders
        if market in (None, order.market)
        and side in (None, order.side)
        and (order.is_open or not open_only)
        and matches(item_search_text(order.name, order.code))
    ]


def orders_table(
    orders: Sequence[Order],
    t: Translations,
    *,
    amounts_hidden: bool = False,
    footer: Sequence[Line] = (),
) -> Table:
    """Return the table of orders, in the order given."""
    return Table(
        ORDER_COLUMNS,
        build_header(ORDER_COLUMNS, t, "orders"),
        build_rows(ORDER_COLUMNS, orders, t, amounts_hidden=amounts_hidden),
        [order.key for order in orders],
        footer=footer,
        hidden_columns=() if any(order.currency != KRW for order in orders) else ("currency",),
    )


def order_totals_line(
    order_list: OrderList,
    t: Translations,
    *,
    amounts_hidden: bool = False,
    width: int | None = None,
) -> Line:
    """Return the totals of the orders read: bought, sold, estimated costs, and open orders.

    What does not fit into `width` is left out, from the end.
    """
    if not order_list.orders and not order_list.has_all_parts:
        return ()  # sums of 0 would look as if orders had been read
    parts = [
        t(f"orders.total_{side.value}", amounts=_amounts_text(order_list, side, amounts_hidden))
        for side in Side
    ]
    # On paper KIS estimates the costs of the domestic orders that it does not list.
    if order_list.estimated_costs is not None and not order_list.is_paper:
        costs = format_number(order_list.estimated_costs)
        text = mask_amount(costs, amounts_hidden=amounts_hidden).text
        parts.append(t("orders.total_costs", amount=text))
    open_count = len(order_list.open_orders)
    if open_count:
        parts.append(t("orders.total_open", n=open_count))
    while (
        width is not None
        and len(parts) > 1
        and display_width(" · ".join(parts)) > width - SCROLL_BAR_WIDTH
    ):
        parts.pop()
    return (Cell(" · ".join(parts), Role.LABEL),)


def _amounts_text(order_list: OrderList, side: Side, amounts_hidden: bool) -> str:
    amounts = {
        currency: round_to_currency(amount, currency)
        for currency, amount in order_list.amount(side).items()
        if amount != 0
    }
    texts = []
    for currency in sorted(amounts, key=lambda currency: (currency != KRW, currency)):
        amount = amounts[currency]
        cell = UNAVAILABLE if amount is None else format_amount(amount)
        value = mask_amount(cell, amounts_hidden=amounts_hidden).text
        texts.append(value if [*amounts] == [KRW] else f"{value} {currency}")
    return " + ".join(texts) or mask_amount(Cell("0"), amounts_hidden=amounts_hidden).text


def order_notes(order_list: OrderList, t: Translations) -> list[str]:
    """Return sentences on what the list lacks."""
    notes = [t("orders.paper")] if order_list.is_paper else []
    notes += unread_notes(order_list, t)
    if order_list.missing_days:
        notes.append(t("orders.missing_days", days=format_range(order_list.missing_days)))
    return [*notes, *completeness_notes(order_list, t)]
