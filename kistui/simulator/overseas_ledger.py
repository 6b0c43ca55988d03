"""The overseas orders and trades of an account: one sequence of events behind all of its lists.

Today's trades are those of the portfolio. Older days have the purchases of what is held, fractions
among them, round trips, and an item that changed its ticker.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from kistui.simulator.domestic_ledger import BUY, SELL
from kistui.simulator.instruments import deterministic_random
from kistui.simulator.options import KST
from kistui.simulator.overseas import (
    APPLE,
    EXCHANGES,
    NVIDIA,
    TENCENT,
    TESLA,
    Currency,
    OverseasInstrument,
    OverseasPortfolio,
    OverseasPosition,
    exchange_rate,
)
from kistui.simulator.price_history import UTC_OFFSETS, overseas_history
from kistui.simulator.trading_days import OVERSEAS_CALENDAR, is_overseas_trading_day, is_trading_day

PAST_DAYS = 800
TRADED_ITEMS = (TESLA, NVIDIA, APPLE, TENCENT)
META_ISIN = "US30303M1027"
FACEBOOK, META = (
    OverseasInstrument(ticker, "메타 플랫폼스", Decimal("590.32"), EXCHANGES["NASD"], META_ISIN)
    for ticker in ("FB", "META")
)
"""One item before and after the change of its ticker."""
BROKER_FEE, SALE_FEE = Decimal("0.0025"), Decimal("0.0000206")
CENT = Decimal("0.01")


class OverseasExecution(NamedTuple):
    """One order of one local day, as it is now; amounts in the item's currency."""

    day: date
    local_time: time
    number: int
    item: OverseasInstrument
    side: str
    quantity: Decimal
    price: Decimal
    filled: Decimal
    cost: Decimal = Decimal(0)
    """Purchase amount of what was sold."""
    rejection: str = ""
    is_cancelled: bool = False
    original: int = 0
    is_fraction: bool = False
    """Whether it was an order of an amount, which the list of orders does not have."""

    @property
    def amount(self) -> Decimal:
        """Return the amount filled."""
        return self.filled * self.price

    @property
    def remaining(self) -> Decimal:
        """Return the shares still to be filled."""
        return Decimal(0) if self.rejection or self.is_cancelled else self.quantity - self.filled

    @property
    def korean_time(self) -> datetime:
        """Return when it was ordered, in Korea."""
        offset = timezone(timedelta(hours=UTC_OFFSETS[self.item.currency.code]))
        return datetime.combine(self.day, self.local_time, offset).astimezone(KST)


class OverseasDayTrades(NamedTuple):
    """What was traded of one item on one side of one local day; amounts in its currency."""

    day: date
    settlement_day: date
    item: OverseasInstrument
    side: str
    quantity: Decimal
    amount: Decimal
    cost: Decimal
    is_fraction: bool

    @property
    def broker_fee(self) -> Decimal:
        """Return the broker's fee."""
        return (self.amount * BROKER_FEE).quantize(CENT, ROUND_HALF_UP)

    @property
    def overseas_fee(self) -> Decimal:
        """Return the fee of the exchange, on sales."""
        rate = SALE_FEE if self.side == SELL else Decimal(0)
        return (self.amount * rate).quantize(CENT, ROUND_HALF_UP)

    @property
    def costs(self) -> Decimal:
        """Return both fees."""
        return self.broker_fee + self.overseas_fee

    @property
    def profit(self) -> Decimal:
        """Return what a sale earned after its own costs."""
        return self.amount - self.cost - self.costs


class OverseasLedger:
    """The overseas orders of one account up to the instant `now`."""

    def __init__(self, portfolio: OverseasPortfolio, seed: int, now: datetime) -> None:
        self._portfolio = portfolio
        self._seed = seed
        self._now = now
        orders = sorted(
            self._unnumbered_orders(), key=lambda order: (order.korean_time, order.side)
        )
        self.orders = tuple(_numbered(orders))
        """All orders, oldest first."""
        self.trades = tuple(_day_trades(self.orders))
        """What was traded by local day, item and side, newest first."""

    def rate(self, currency: Currency, day: date) -> Decimal:
        """Return the won for `unit` of a currency."""
        return exchange_rate(currency, self._seed, day)

    def _unnumbered_orders(self) -> Iterator[OverseasExecution]:
        if not self._portfolio.positions:
            return
        for position in self._portfolio.positions:
            day = overseas_history(position.instrument, self._seed).session_day(self._now)
            for side, trade in ((BUY, position.bought_today), (SELL, position.sold_today)):
                if trade.quantity:
                    cost = trade.amount * 9 / 10 if side == SELL else Decimal(0)
                    yield self._order(
                        day, position.instrument, side, trade.quantity, trade.price
                    )._replace(cost=cost)
            yield from self._first_purchase(position)
        yield from self._unfilled_orders()
        yield from self._round_trips()
        yield from self._special_trades()

    def _first_purchase(self, position: OverseasPosition) -> Iterator[OverseasExecution]:
        """Yield the order by which a position was opened, in the year before."""
        item, quantity = position.instrument, position.quantity_yesterday
        if quantity <= 0:
            return
        cost = position.purchase_amount - position.bought_today.amount
        price = cost / quantity if cost > 0 else position.sold_today.price * 9 / 10
        days_ago = 30 + self._random(300, item.code, position.is_ministock)
        day = OVERSEAS_CALENDAR.on_or_before(self._now.astimezone(KST).date() - timedelta(days_ago))
        step = Decimal("0.0001")
        order = self._order(day, item, BUY, quantity, price.quantize(step, ROUND_HALF_UP))
        yield order._replace(is_fraction=position.is_ministock)

    def _order(
        self, day: date, item: OverseasInstrument, side: str, quantity: Decimal, price: Decimal
    ) -> OverseasExecution:
        minutes = 30 + self._random(360, day, item.code, side)
        seconds = self._random(60, day, item.code, side, "seconds")
        return OverseasExecution(
            day=day,
            local_time=time(9 + minutes // 60, minutes % 60, seconds),
            number=0,
            item=item,
            side=side,
            quantity=quantity,
            price=price,
            filled=quantity,
        )

    def _unfilled_orders(self) -> Iterator[OverseasExecution]:
        """Yield orders of today without a fill: an open and a rejected one."""
        codes = {position.instrument.code for position in self._portfolio.positions}
        if not {NVIDIA.code, TESLA.code} <= codes:
            return
        nothing = Decimal(0)
        day = overseas_history(NVIDIA, self._seed).session_day(self._now)
        low_price = (NVIDIA.previous_close * Decimal("0.95")).quantize(CENT)
        order = self._order(day, NVIDIA, BUY, Decimal(4), low_price)
        yield order._replace(filled=nothing)
        rejected = self._order(day, TESLA, BUY, Decimal(90), TESLA.previous_close)
        yield rejected._replace(filled=nothing, rejection="주문가능금액이 부족합니다")

    def _round_trips(self) -> Iterator[OverseasExecution]:
        last_day = self._now.astimezone(KST).date() - timedelta(5)
        for days_ago in range(PAST_DAYS, 5, -1):
            day = self._now.astimezone(KST).date() - timedelta(days_ago)
            if not is_overseas_trading_day(day) or self._random(9, day, "trip"):
                continue
            item = TRADED_ITEMS[self._random(len(TRADED_ITEMS), day, "item")]
            sale_day = OVERSEAS_CALENDAR.on_or_before(
                day + timedelta(2 + self._random(60, day, "held"))
            )
            if day < sale_day <= last_day:
                yield from self._round_trip(day, sale_day, item)

    def _round_trip(
        self,
        day: date,
        sale_day: date,
        item: OverseasInstrument,
        *,
        new_item: OverseasInstrument | None = None,
        is_gain: bool = False,
    ) -> Iterator[OverseasExecution]:
        """Yield a purchase and its sale, as `new_item` if its ticker has changed."""
        price = overseas_history(item, self._seed).close(day)
        if is_gain:
            price = (price * 6 / 10).quantize(CENT)
        sold = new_item or item
        sale_price = overseas_history(sold, self._seed).close(sale_day)
        lot, most_lots = (100, 2) if item.currency.code == "HKD" else (1, 12)
        quantity = Decimal(lot * (1 + self._random(most_lots, day, "quantity")))
        yield self._order(day, item, BUY, quantity, price)
        sale = self._order(sale_day, sold, SELL, quantity, sale_price)
        yield sale._replace(cost=quantity * price)

    def _special_trades(self) -> Iterator[OverseasExecution]:
        """Yield gains, an item that changed its ticker, and a sale not settled yet."""
        today = self._now.astimezone(KST).date()

        def trading_day(days_ago: int) -> date:
            return OVERSEAS_CALENDAR.on_or_before(today - timedelta(days_ago))

        yield from self._round_trip(
            trading_day(500), trading_day(60), FACEBOOK, new_item=META, is_gain=True
        )
        for bought_days_ago, sold_days_ago, item in ((210, 150, TESLA), (205, 90, APPLE)):
            yield from self._round_trip(
                trading_day(bought_days_ago), trading_day(sold_days_ago), item, is_gain=True
            )
        yield from self._round_trip(trading_day(200), trading_day(3), APPLE)

    def _random(self, upper_bound: int, *parts: object) -> int:
        return deterministic_random(upper_bound, self._seed, "overseas orders", *parts)


def _numbered(orders: list[OverseasExecution]) -> Iterator[OverseasExecution]:
    numbers: dict[date, int] = defaultdict(lambda: 30_000)
    for order in orders:
        numbers[order.day] += 11
        yield order._replace(number=numbers[order.day])


def settlement_day(day: date) -> date:
    """Return the Korean day on which a trade of a local day settles."""
    settled = day + timedelta(1)
    for _ in range(2):
        settled += timedelta(1)
        while not is_trading_day(settled):
            settled += timedelta(1)
    return settled


def _day_trades(orders: tuple[OverseasExecution, ...]) -> Iterator[OverseasDayTrades]:
    groups: dict[tuple[date, str, str, bool], list[OverseasExecution]] = defaultdict(list)
    for order in orders:
        if order.filled:
            groups[order.day, order.item.code, order.side, order.is_fraction].append(order)
    for (day, _, side, is_fraction), group in sorted(
        groups.items(), key=lambda entry: entry[0], reverse=True
    ):
        yield OverseasDayTrades(
            day=day,
            settlement_day=settlement_day(day),
            item=group[0].item,
            side=side,
            quantity=sum((order.filled for order in group), Decimal(0)),
            amount=sum((order.amount for order in group), Decimal(0)),
            cost=sum((order.cost for order in group), Decimal(0)),
            is_fraction=is_fraction,
        )
