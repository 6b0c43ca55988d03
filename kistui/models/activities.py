"""Trades, dividends and holdings as other portfolio trackers count them, from KIS's lists.

Trades come from the orders: the fills of an item on a side and day are one trade. KIS's profit and
overseas trade lists add fees, taxes, the purchase amount of what was sold and the ISIN where they
have the same quantity. What KIS does not send is `None`, and is never computed from a rate.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.models.arithmetic import decimal_or_none, decimal_sum_or_none, round_to_won, sum_or_none
from kistui.models.balance import Balance
from kistui.models.dividends import Dividend, DividendReport
from kistui.models.markets import KRW, MARKET_BY_CURRENCY, Market
from kistui.models.order_list import OrderList
from kistui.models.orders import Order, Side
from kistui.models.overseas import TradeDateLot
from kistui.models.periods import DateRange
from kistui.models.profit_report import ProfitLine, ProfitReport
from kistui.models.realized_profit import (
    OverseasProfit,
    OverseasTrade,
    OverseasTradeList,
    TradeProfit,
)
from kistui.models.totals import all_holdings


class ActivityKind(Enum):
    """What happened to an item."""

    BUY = "buy"
    SELL = "sell"
    DIVIDEND = "dividend"
    HOLDING = "holding"
    """Held on the day; the amount is what was paid for it."""


class Activity(Struct, frozen=True, kw_only=True):
    """A day's trades of an item on one side, a dividend or a holding; amounts in `currency`."""

    kind: ActivityKind
    day: dt.date
    """The date at the exchange."""
    code: str
    name: str | None = None
    isin: str | None = None
    market: Market = Market.KR
    exchange: str | None = None
    currency: str = KRW
    quantity: Decimal | None = None
    """The shares; of a dividend those it was paid for."""
    amount: Decimal
    """The amount before fees and taxes."""
    fees: Decimal | None = None
    """The fees, with the interest of a loan."""
    taxes: Decimal | None = None
    cost: Decimal | None = None
    """The purchase amount of what was sold, as KIS counts it."""
    price: Decimal | None = None
    """The price of a holding on the day."""

    @property
    def costs(self) -> Decimal | None:
        """Fees and taxes; `None` if KIS does not send them."""
        return decimal_sum_or_none((self.fees, self.taxes))

    @property
    def net(self) -> Decimal:
        """What was paid or received, as far as the costs are known."""
        known_costs = sum(filter(None, (self.fees, self.taxes)), Decimal(0))
        return (
            self.amount + known_costs
            if self.kind is ActivityKind.BUY
            else self.amount - known_costs
        )


class AccountActivities(Struct, frozen=True, kw_only=True):
    """What an account traded and received in a range of days; parts not read are `None`."""

    days: DateRange
    orders: OrderList | None = None
    profit: ProfitReport | None = None
    """Profit by trade; KIS has none on paper."""
    overseas_trades: OverseasTradeList | None = None
    dividends: DividendReport | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every part was read."""
        lists = (self.orders, self.profit, self.overseas_trades, self.dividends)
        return all(content is None or content.is_complete for content in lists)

    def trades(self) -> tuple[Activity, ...]:
        """Return the trades, oldest first."""
        if self.orders is None:
            return ()
        lines = self.profit.lines if self.profit else ()
        domestic = [_with_domestic_costs(trade, lines) for trade in _fills(self.orders.orders)]
        rows = self._rows_in_range()
        trades = [_with_overseas_costs(trade, lines, rows) for trade in domestic]
        return _sorted((*trades, *map(_fractional_trade, self._fractional_rows())))

    def received(self) -> tuple[Activity, ...]:
        """Return the dividends that were paid in money, oldest first."""
        paid = self.dividends.received if self.dividends else ()
        return _sorted(activity for dividend in paid for activity in _dividend(dividend))

    @property
    def stock_dividend_count(self) -> int:
        """Dividends paid in shares, which are in neither list."""
        paid = self.dividends.received if self.dividends else ()
        return sum(bool(dividend.shares) for dividend in paid)

    @property
    def unlisted_count(self) -> int:
        """Orders and overseas trades that are left out: an amount is unknown, or no order fits."""
        if self.orders is None:
            return 0
        fills = _fills(self.orders.orders)
        keys = {(fill.day, fill.code, fill.kind) for fill in fills}
        unknown = sum(not _is_known(order) for order in self.orders.orders if _may_be_filled(order))
        return unknown + sum(
            bool(row.whole_quantity) and (row.trade_date, row.code, _kind(row.side)) not in keys
            for row in self._rows_in_range()
        )

    def _rows_in_range(self) -> list[OverseasTrade]:
        rows = self.overseas_trades.rows if self.overseas_trades else ()
        return [row for row in rows if row.trade_date in self.days]

    def _fractional_rows(self) -> list[OverseasTrade]:
        """Return orders placed by amount, whose shares the list of orders leaves out."""
        return [
            row
            for row in self._rows_in_range()
            if not row.whole_quantity
            and row.fractional_quantity
            and row.code
            and row.side
            and row.amount is not None
        ]


def holding_activities(balance: Balance, day: dt.date) -> tuple[Activity, ...]:
    """Return what is held; an item whose quantity or purchase amount is unknown is left out."""
    return tuple(
        Activity(
            kind=ActivityKind.HOLDING,
            day=day,
            code=holding.code,
            name=holding.name,
            isin=next((lot.isin for lot in holding.lots if isinstance(lot, TradeDateLot)), None),
            market=holding.market,
            exchange=getattr(holding, "exchange", None),
            currency=holding.currency,
            quantity=Decimal(holding.quantity),
            amount=Decimal(holding.purchase_amount),
            price=holding.price,
        )
        for holding in all_holdings(balance)
        if holding.code and holding.quantity and holding.purchase_amount is not None
    )


def _sorted(activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """Return activities oldest first, purchases of a day before its sales."""
    return tuple(sorted(activities, key=lambda item: (item.day, item.kind.value, item.code)))


def _kind(side: Side | None) -> ActivityKind | None:
    return ActivityKind(side.value) if side else None


def _may_be_filled(order: Order) -> bool:
    return order.filled_quantity is None or order.filled_quantity > 0


def _is_known(order: Order) -> bool:
    return bool(
        order.local_date
        and order.code
        and order.side
        and order.filled_quantity
        and order.filled_amount is not None
        and order.currency
    )


def _fills(orders: Sequence[Order]) -> list[Activity]:
    """Return the fills of orders, combined by day, item and side."""
    groups: dict[tuple[object, ...], Activity] = {}
    for order in filter(_is_known, orders):
        day, side, code = order.local_date, order.side, order.code
        quantity, amount = order.filled_quantity, order.filled_amount
        assert day and side and code and quantity and amount is not None  # noqa: S101, PT018
        key = (order.market, day, code, side)
        others = groups.get(key)
        groups[key] = Activity(
            kind=ActivityKind(side.value),
            day=day,
            code=code,
            name=order.name,
            market=order.market,
            exchange=order.exchange,
            currency=order.currency,
            quantity=quantity + (others.quantity or 0 if others else 0),
            amount=amount + (others.amount if others else 0),
        )
    return list(groups.values())


def _with_domestic_costs(trade: Activity, lines: Iterable[ProfitLine]) -> Activity:
    """Return a domestic trade with its costs from KIS's profit list.

    The list has one sum of fees for a day's purchases and sales of an item, so they are known only
    if it was either bought or sold.
    """
    matching = [
        line
        for line in lines
        if line.market is trade.market is Market.KR
        and (line.trade_date, line.code) == (trade.day, trade.code)
    ]
    rows = [line.row for line in matching if isinstance(line.row, TradeProfit)]
    bought = sum_or_none(row.bought_quantity for row in rows)
    sold = sum_or_none(row.sold_quantity for row in rows)
    is_sale = trade.kind is ActivityKind.SELL
    if not rows or trade.quantity != (sold if is_sale else bought):
        return trade
    if is_sale:
        # KIS's average price has four decimals, and what was paid is whole won.
        cost = round_to_won(decimal_sum_or_none(line.cost for line in matching))
        trade = replace(trade, cost=decimal_or_none(cost))
    if (bought if is_sale else sold) != 0:
        return trade
    return replace(
        trade,
        fees=decimal_or_none(
            sum_or_none(cost for row in rows for cost in (row.fees, row.interest))
        ),
        taxes=decimal_or_none(sum_or_none(row.taxes for row in rows)),
    )


def _with_overseas_costs(
    trade: Activity, lines: Iterable[ProfitLine], rows: Iterable[OverseasTrade]
) -> Activity:
    """Return an overseas trade with its fees and ISIN, and the purchase amount of a sale."""
    if trade.market is Market.KR:
        return trade
    key = (trade.day, trade.code, trade.kind)
    listed = [
        row
        for row in rows
        if row.whole_quantity and (row.trade_date, row.code, _kind(row.side)) == key
    ]
    if listed and trade.quantity == decimal_sum_or_none(row.whole_quantity for row in listed):
        trade = replace(
            trade,
            isin=listed[0].isin,
            fees=_row_fees(listed),
            taxes=Decimal(0),
        )
    sales = [
        line.row
        for line in lines
        if isinstance(line.row, OverseasProfit)
        and line.foreign_profit is not None
        and (line.trade_date, line.code, ActivityKind.SELL) == key
    ]
    if sales and trade.quantity == decimal_sum_or_none(row.sold_quantity for row in sales):
        trade = replace(trade, cost=decimal_sum_or_none(row.purchase_amount for row in sales))
    return trade


def _row_fees(rows: Iterable[OverseasTrade]) -> Decimal | None:
    """Return the fees of overseas trades; taxes of the exchange are among them."""
    return decimal_sum_or_none(fee for row in rows for fee in (row.broker_fee, row.overseas_fee))


def _fractional_trade(row: OverseasTrade) -> Activity:
    day, side, code = row.trade_date, row.side, row.code
    assert day and side and code and row.amount is not None  # noqa: S101, PT018
    return Activity(
        kind=ActivityKind(side.value),
        day=day,
        code=code,
        name=row.name,
        isin=row.isin,
        market=MARKET_BY_CURRENCY.get(row.currency or "", Market.OTHER),
        currency=row.currency or "",
        quantity=row.fractional_quantity,
        amount=row.amount,
        fees=_row_fees((row,)),
        taxes=Decimal(0),
    )


def _dividend(dividend: Dividend) -> Iterable[Activity]:
    """Yield a dividend that was paid in money."""
    if dividend.gross and dividend.pay_date and dividend.code:
        yield Activity(
            kind=ActivityKind.DIVIDEND,
            day=dividend.pay_date,
            code=dividend.code,
            name=dividend.name,
            quantity=decimal_or_none(dividend.quantity),
            amount=Decimal(dividend.gross),
            fees=Decimal(0),
            taxes=decimal_or_none(dividend.tax),
        )
