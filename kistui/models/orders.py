"""Orders and their fills: one row per order, domestic, overseas and of a pension.

KIS has no list of single fills: an order has the average price of its fills. Amendments and
cancellations are orders of their own at KIS; here they are folded under the order they change.
Phone numbers, IP addresses and employee numbers in KIS's rows are not declared and so never read.

KIS documents: 주식일별주문체결조회[v1_국내주식-005], 퇴직연금 미체결내역, 해외주식
주문체결내역[v1_해외주식-007].
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.models import kis_fields as kis
from kistui.models.arithmetic import decimal_or_none, decimal_sum_or_none
from kistui.models.markets import KRW, MARKET_BY_EXCHANGE, Market


class DomesticOrderRow(Struct, frozen=True, kw_only=True):
    """A row of a domestic order; a pension's row has some of the fields."""

    order_date: kis.Date = kis.key("ord_dt")
    branch: kis.Code = kis.key("ord_gno_brno")
    number: kis.Code = kis.key("odno")
    original_number: kis.Code = kis.key("orgn_odno")
    order_type: kis.Text = kis.key("ord_dvsn_name")
    side_code: kis.Code = kis.key("sll_buy_dvsn_cd")
    code: kis.Code = kis.key("pdno")
    name: kis.Text = kis.key("prdt_name")
    quantity: kis.Quantity = kis.key("ord_qty")
    price: kis.Price = kis.key("ord_unpr")
    order_time: kis.Code = kis.key("ord_tmd")
    filled_quantity: kis.Quantity = kis.key("tot_ccld_qty")
    average_price: kis.Price = kis.key("avg_prvs")
    is_cancelled_flag: kis.Code = kis.key("cncl_yn")
    filled_amount: kis.Won = kis.key("tot_ccld_amt")
    loan_date: kis.Date = kis.key("loan_dt")
    order_type_code: kis.Code = kis.key("ord_dvsn_cd")
    cancelled_quantity: kis.Quantity = kis.key("cncl_cfrm_qty")
    remaining_quantity: kis.Quantity = kis.key("rmn_qty")
    rejected_quantity: kis.Quantity = kis.key("rjct_qty")
    condition: kis.Text = kis.key("ccld_cndt_name")
    notice_time: kis.Code = kis.key("infm_tmd")
    exchange: kis.Code = kis.key("excg_id_dvsn_cd")
    stop_price: kis.Price = kis.key("stpm_cndt_pric")


class OverseasOrderRow(Struct, frozen=True, kw_only=True):
    """A row of an overseas order; dates are those of the exchange and those of Korea."""

    local_date: kis.Date = kis.key("ord_dt")
    branch: kis.Code = kis.key("ord_gno_brno")
    number: kis.Code = kis.key("odno")
    original_number: kis.Code = kis.key("orgn_odno")
    side_code: kis.Code = kis.key("sll_buy_dvsn_cd")
    change_code: kis.Code = kis.key("rvse_cncl_dvsn")
    code: kis.Code = kis.key("pdno")
    name: kis.Text = kis.key("prdt_name")
    quantity: kis.FractionalQuantity = kis.key("ft_ord_qty")
    price: kis.Price = kis.key("ft_ord_unpr3")
    filled_quantity: kis.FractionalQuantity = kis.key("ft_ccld_qty")
    average_price: kis.Price = kis.key("ft_ccld_unpr3")
    filled_amount: kis.Amount = kis.key("ft_ccld_amt3")
    remaining_quantity: kis.FractionalQuantity = kis.key("nccs_qty")
    status: kis.Text = kis.key("prcs_stat_name")
    rejection_code: kis.Code = kis.key("rjct_rson")
    rejection_reason: kis.Text = kis.key("rjct_rson_name")
    local_time: kis.Code = kis.key("ord_tmd")
    market_name: kis.Text = kis.key("tr_mket_name")
    exchange: kis.Code = kis.key("ovrs_excg_cd")
    currency: kis.Code = kis.key("tr_crcy_cd")
    order_date: kis.Date = kis.key("dmst_ord_dt")
    order_time: kis.Code = kis.key("thco_ord_tmd")
    loan_type: kis.Code = kis.key("loan_type_cd")
    loan_date: kis.Date = kis.key("loan_dt")
    channel: kis.Text = kis.key("mdia_dvsn_name")

    @property
    def identity(self) -> tuple[dt.date | None, str | None, str | None]:
        """The key that the two rows of an order valid across midnight share."""
        return (self.local_date, self.branch, self.number)


MIDNIGHT = "000000"
"""The time of an overseas order's second row, when it was valid across midnight in Korea."""

OrderRow = DomesticOrderRow | OverseasOrderRow


class DomesticOrderTotals(Struct, frozen=True, kw_only=True):
    """KIS's totals of all orders of a query."""

    ordered_quantity: kis.Quantity = kis.key("tot_ord_qty")
    filled_quantity: kis.Quantity = kis.key("tot_ccld_qty")
    filled_amount: kis.Won = kis.key("tot_ccld_amt")
    estimated_costs: kis.Won = kis.key("prsm_tlex_smtl")


class Side(Enum):
    """The side of an order; the value is what users type."""

    BUY = "buy"
    SELL = "sell"


SIDE_BY_CODE: Mapping[str, Side] = {"01": Side.SELL, "02": Side.BUY}


class OrderState(Enum):
    """The state of an order."""

    OPEN = "open"
    PARTLY_FILLED = "partly_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Not filled in full on its day, and not valid any longer."""
    UNKNOWN = "unknown"
    """KIS left out the quantities, so the state is unknown."""


class Order(Struct, frozen=True, kw_only=True):
    """An order with its amendments and cancellations; amounts and prices in `currency`."""

    number: str = ""
    branch: str = ""
    original_number: str = ""
    ordered_on: dt.date | None = None
    """The Korean date."""
    ordered_at: dt.time | None = None
    """The Korean time."""
    local_date: dt.date | None = None
    """The date at the exchange."""
    market: Market = Market.KR
    currency: str = KRW
    exchange: str | None = None
    code: str | None = None
    name: str | None = None
    side: Side | None = None
    order_type: str | None = None
    quantity: Decimal | None = None
    filled_quantity: Decimal | None = None
    remaining_quantity: Decimal | None = None
    price: Decimal | None = None
    """The price ordered, of the last amendment; 0 is a market order."""
    average_price: Decimal | None = None
    filled_amount: Decimal | None = None
    state: OrderState = OrderState.UNKNOWN
    rejection_reason: str | None = None
    row_number: int = 0
    """Tells apart rows without an order number or a date; otherwise 0."""
    changes: "tuple[Order, ...]" = ()
    """Amendments and cancellations, oldest first."""
    row: OrderRow | None = None
    """KIS's own fields."""

    @property
    def key(self) -> str:
        """The key of the order within its account."""
        row = f"/{self.row_number}" if self.row_number else ""
        return f"{self.market.value}/{self.local_date}/{self.branch}/{self.number}{row}"

    @property
    def is_open(self) -> bool:
        """Whether more of it may be filled."""
        return self.state in (OrderState.OPEN, OrderState.PARTLY_FILLED)


def parse_clock_time(text: str | None) -> dt.time | None:
    """Return `HHMMSS` as a time; `None` for anything else."""
    if text is None or len(text) != len("HHMMSS") or not (text.isascii() and text.isdigit()):
        return None
    hour, minute, second = int(text[:2]), int(text[2:4]), int(text[4:])
    if hour > 23 or minute > 59 or second > 59:
        return None
    return dt.time(hour, minute, second)


def domestic_orders(rows: Iterable[DomesticOrderRow], today: dt.date) -> tuple[Order, ...]:
    """Return domestic rows as orders, newest first; `today` is a Korean date.

    Order numbers repeat on other days. KIS marks no row as an amendment or a cancellation, but
    gives the number of the order it changes.
    """
    return _fold_changes([_domestic_order(row) for row in rows], today)


def overseas_orders(rows: Iterable[OverseasOrderRow], today: dt.date) -> tuple[Order, ...]:
    """Return overseas rows as orders, newest first; `today` is a Korean date.

    An order valid across midnight in Korea may come twice: once more as of midnight.
    """
    unique: dict[object, OverseasOrderRow] = {}
    for index, row in enumerate(rows):
        identity = row.identity if row.number and row.local_date else index
        twin = unique.get(identity)
        unique[identity] = row if twin is None else _join_midnight_rows(twin, row)
    return _fold_changes([_overseas_order(row) for row in unique.values()], today)


def _join_midnight_rows(first: OverseasOrderRow, second: OverseasOrderRow) -> OverseasOrderRow:
    """Return the row with more fills, with the time at which it was ordered."""
    is_second = (second.filled_quantity or 0) >= (first.filled_quantity or 0)
    row, twin = (second, first) if is_second else (first, second)
    if row.order_time == MIDNIGHT:
        return replace(row, order_date=twin.order_date, order_time=twin.order_time)
    return row


def sort_orders(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Return orders with the newest first; those without a date come last."""
    return tuple(sorted(orders, key=_order_time, reverse=True))


def _order_time(order: Order) -> tuple[dt.date, dt.time, str]:
    return (order.ordered_on or dt.date.min, order.ordered_at or dt.time.min, order.number)


def _domestic_order(row: DomesticOrderRow) -> Order:
    is_rejected = bool(row.rejected_quantity)
    return Order(
        number=row.number or "",
        branch=row.branch or "",
        original_number=_significant(row.original_number),
        ordered_on=row.order_date,
        ordered_at=parse_clock_time(row.order_time),
        local_date=row.order_date,
        exchange=row.exchange,
        code=row.code,
        name=row.name,
        side=SIDE_BY_CODE.get(row.side_code or ""),
        order_type=row.order_type,
        quantity=decimal_or_none(row.quantity),
        filled_quantity=decimal_or_none(row.filled_quantity),
        remaining_quantity=Decimal(0) if is_rejected else decimal_or_none(row.remaining_quantity),
        price=row.price,
        average_price=row.average_price,
        filled_amount=decimal_or_none(row.filled_amount),
        state=_row_state(
            is_rejected=is_rejected,
            is_cancelled=row.is_cancelled_flag == "Y",
            quantity=decimal_or_none(row.quantity),
            filled=decimal_or_none(row.filled_quantity),
            remaining=decimal_or_none(row.remaining_quantity),
        ),
        row=row,
    )


def _overseas_order(row: OverseasOrderRow) -> Order:
    reason = row.rejection_reason
    is_rejected = bool(reason or _significant(row.rejection_code))
    return Order(
        number=row.number or "",
        branch=row.branch or "",
        original_number=_significant(row.original_number),
        ordered_on=row.order_date or row.local_date,
        ordered_at=parse_clock_time(row.order_time),
        local_date=row.local_date,
        market=MARKET_BY_EXCHANGE.get(row.exchange or "", Market.OTHER),
        currency=row.currency or "",
        exchange=row.exchange,
        code=row.code,
        name=row.name,
        side=SIDE_BY_CODE.get(row.side_code or ""),
        quantity=row.quantity,
        filled_quantity=row.filled_quantity,
        remaining_quantity=Decimal(0) if is_rejected else row.remaining_quantity,
        price=row.price,
        average_price=row.average_price,
        filled_amount=row.filled_amount,
        state=_row_state(
            is_rejected=is_rejected,
            is_cancelled=False,
            quantity=row.quantity,
            filled=row.filled_quantity,
            remaining=row.remaining_quantity,
        ),
        rejection_reason=reason,
        row=row,
    )


def _row_state(
    *,
    is_rejected: bool,
    is_cancelled: bool,
    quantity: Decimal | None,
    filled: Decimal | None,
    remaining: Decimal | None,
) -> OrderState:
    if is_rejected:
        return OrderState.REJECTED
    if is_cancelled and not remaining:
        return OrderState.CANCELLED
    if filled is None or remaining is None:
        return OrderState.UNKNOWN
    if remaining > 0:
        return OrderState.PARTLY_FILLED if filled else OrderState.OPEN
    if quantity is not None and filled < quantity:
        return OrderState.CANCELLED
    return OrderState.FILLED


def _fold_changes(orders: Sequence[Order], today: dt.date) -> tuple[Order, ...]:
    """Return the orders with those that change another folded under it, newest first."""
    orders = [
        order if order.number and order.local_date else replace(order, row_number=index)
        for index, order in enumerate(orders, 1)
    ]
    by_key = {_key(order): order for order in orders}
    groups: dict[tuple[object, ...], list[Order]] = defaultdict(list)
    for order in orders:
        root = _root_of(order, by_key)
        groups[_key(root)].append(order)
    return sort_orders(
        _with_expiry(_merge_changes(by_key[key], group), today) for key, group in groups.items()
    )


def _key(order: Order) -> tuple[object, ...]:
    return (order.local_date, order.branch, order.number, order.row_number)


def _root_of(order: Order, by_key: Mapping[tuple[object, ...], Order]) -> Order:
    """Return the first order of a chain of amendments, as far as it is known."""
    seen: set[tuple[object, ...]] = set()
    while order.original_number and _key(order) not in seen:
        seen.add(_key(order))
        original = by_key.get((order.local_date, order.branch, order.original_number, 0))
        if original is None:
            break
        order = original
    return order


def _merge_changes(root: Order, group: Sequence[Order]) -> Order:
    """Return an order with its changes: fills and remaining shares of all, price of the last."""
    changes = tuple(sorted((order for order in group if order is not root), key=_order_time))
    accepted = [root, *(order for order in changes if order.state is not OrderState.REJECTED)]
    if len(accepted) == 1:
        return replace(root, changes=changes) if changes else root
    filled = decimal_sum_or_none(order.filled_quantity for order in accepted)
    amount = decimal_sum_or_none(order.filled_amount for order in accepted)
    remaining = decimal_sum_or_none(order.remaining_quantity for order in accepted)
    prices = [order.price for order in accepted if order.price]
    fills = [order for order in accepted if order.filled_quantity]
    return replace(
        root,
        filled_quantity=filled,
        filled_amount=amount,
        remaining_quantity=remaining,
        price=prices[-1] if prices else root.price,
        average_price=_average_price(fills, amount, filled) or root.average_price,
        state=_row_state(
            is_rejected=root.state is OrderState.REJECTED,
            is_cancelled=False,
            quantity=root.quantity,
            filled=filled,
            remaining=remaining,
        ),
        changes=changes,
    )


def _average_price(
    fills: Sequence[Order], amount: Decimal | None, filled: Decimal | None
) -> Decimal | None:
    """Return the average of several orders' fills: KIS's own price where there is one order."""
    if len(fills) == 1:
        return fills[0].average_price
    return amount / filled if amount and filled else None


def _with_expiry(order: Order, today: dt.date) -> Order:
    """Return an order as expired if its day is over; overseas a day may end a day later."""
    days = 0 if order.market is Market.KR else 1
    if (
        order.is_open
        and order.ordered_on is not None
        and today - order.ordered_on > dt.timedelta(days)
    ):
        return replace(order, state=OrderState.EXPIRED)
    return order


def _significant(number: str | None) -> str:
    """Return a number or code, blank if it is all zeros."""
    return "" if number is None or not number.strip("0") else number
