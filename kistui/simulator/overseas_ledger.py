"""The overseas orders and trades of an account: one sequence of events behind all of its lists.

Today's trades are those that the portfolio declares. Older days have the purchases of the items
held, of fractions too, round trips, and an item that changed its ticker.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

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
from kistui.simulator.price_history import overseas_history
from kistui.simulator.trade_times import BUY, SELL, early_time
from kistui.simulator.trading_days import MARKETS_BY_CURRENCY, US, US_CALENDAR, MarketHours

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
    """An order of a local day as it is now; amounts in the item's currency."""

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
    """Whether it was ordered by amount; the list of orders leaves such orders out."""

    @property
    def amount(self) -> Decimal:
        """The amount filled."""
        return self.filled * self.price

    @property
    def remaining(self) -> Decimal:
        """The shares still to be filled."""
        return Decimal(0) if self.rejection or self.is_cancelled else self.quantity - self.filled

    @property
    def korean_time(self) -> datetime:
        """The Korean time of the order."""
        zone = market_of(self.item).zone(self.day)
        return datetime.combine(self.day, self.local_time, zone).astimezone(KST)


def market_of(item: OverseasInstrument) -> MarketHours:
    """Return the trading days and hours of an item."""
    return MARKETS_BY_CURRENCY[item.currency.code]


class OverseasDayTrades(NamedTuple):
    """The purchases or the sales of an item on a local day; amounts in its currency."""

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
        """The broker's fee."""
        return (self.amount * BROKER_FEE).quantize(CENT, ROUND_HALF_UP)

    @property
    def overseas_fee(self) -> Decimal:
        """The fee of the exchange, on sales."""
        rate = SALE_FEE if self.side == SELL else Decimal(0)
        return (self.amount * rate).quantize(CENT, ROUND_HALF_UP)

    @property
    def costs(self) -> Decimal:
        """Both fees."""
        return self.broker_fee + self.overseas_fee

    @property
    def profit(self) -> Decimal:
        """The profit of a sale after its own costs."""
        return self.amount - self.cost - self.costs


class OverseasLedger:
    """The overseas orders of an account up to the instant `now`."""

    def __init__(self, portfolio: OverseasPortfolio, seed: int, now: datetime) -> None:
        self._portfolio = portfolio
        self._seed = seed
        self._now = now
        orders = sorted(
            (order for order in self._unnumbered_orders() if order.korean_time <= now),
            key=lambda order: (order.korean_time, order.side),
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
            day = market_of(position.instrument).session_day(self._now)
            for side, trade in ((BUY, position.bought_today), (SELL, position.sold_today)):
                if trade.quantity:
                    order = self._order(day, position.instrument, side, trade.quantity, trade.price)
                    cost = position.cost_of_sale if side == SELL else Decimal(0)
                    yield self._early(order)._replace(cost=cost)
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
        price = cost / quantity if cost > 0 else position.cost_of_sale / quantity
        days_ago = 30 + self._random(300, item.code, position.is_ministock)
        day = self._trading_day(days_ago, market_of(item))
        step = Decimal("0.0001")
        order = self._order(day, item, BUY, quantity, price.quantize(step, ROUND_HALF_UP))
        yield order._replace(is_fraction=position.is_ministock)

    def _order(
        self, day: date, item: OverseasInstrument, side: str, quantity: Decimal, price: Decimal
    ) -> OverseasExecution:
        market = market_of(item)
        length = int((market.closing(day) - market.opening(day)).total_seconds())
        ordered = market.opening(day) + timedelta(
            seconds=self._random(length, day, item.code, side)
        )
        return OverseasExecution(
            day=day,
            local_time=ordered.time(),
            number=0,
            item=item,
            side=side,
            quantity=quantity,
            price=price,
            filled=quantity,
        )

    def _early(self, order: OverseasExecution) -> OverseasExecution:
        """Return an order of the newest session, placed soon after it began."""
        return order._replace(
            local_time=early_time(market_of(order.item), order.day, order.item.code, order.side)
        )

    def _trading_day(self, days_ago: int, market: MarketHours = US) -> date:
        """Return the trading day some days before the newest session."""
        return market.calendar.on_or_before(market.session_day(self._now) - timedelta(days_ago))

    def _unfilled_orders(self) -> Iterator[OverseasExecution]:
        """Yield orders of today without a fill: an open and a rejected one."""
        codes = {position.instrument.code for position in self._portfolio.positions}
        if not {NVIDIA.code, TESLA.code} <= codes:
            return
        nothing = Decimal(0)
        day = US.session_day(self._now)
        low_price = (NVIDIA.previous_close * Decimal("0.95")).quantize(CENT)
        order = self._early(self._order(day, NVIDIA, BUY, Decimal(4), low_price))
        yield order._replace(filled=nothing)
        rejected = self._early(self._order(day, TESLA, BUY, Decimal(90), TESLA.previous_close))
        yield rejected._replace(filled=nothing, rejection="주문가능금액이 부족합니다")

    def _round_trips(self) -> Iterator[OverseasExecution]:
        today = self._now.astimezone(KST).date()
        last_day = today - timedelta(5)
        for days_ago in range(PAST_DAYS, 5, -1):
            day = today - timedelta(days_ago)
            item = TRADED_ITEMS[self._random(len(TRADED_ITEMS), day, "item")]
            calendar = market_of(item).calendar
            if not calendar.is_open(day) or self._random(9, day, "trip"):
                continue
            sale_day = calendar.on_or_before(day + timedelta(2 + self._random(60, day, "held")))
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
        yield from self._round_trip(
            self._trading_day(500), self._trading_day(60), FACEBOOK, new_item=META, is_gain=True
        )
        for bought_days_ago, sold_days_ago, item in ((210, 150, TESLA), (205, 90, APPLE)):
            yield from self._round_trip(
                self._trading_day(bought_days_ago),
                self._trading_day(sold_days_ago),
                item,
                is_gain=True,
            )
        yield from self._round_trip(
            self._trading_day(200), US_CALENDAR.before(US.session_day(self._now)), APPLE
        )

    def _random(self, upper_bound: int, *parts: object) -> int:
        return deterministic_random(upper_bound, self._seed, "overseas orders", *parts)


def _numbered(orders: list[OverseasExecution]) -> Iterator[OverseasExecution]:
    numbers: dict[date, int] = defaultdict(lambda: 30_000)
    for order in orders:
        numbers[order.day] += 11
        yield order._replace(number=numbers[order.day])


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
            settlement_day=market_of(group[0].item).settlement_day(day),
            item=group[0].item,
            side=side,
            quantity=sum((order.filled for order in group), Decimal(0)),
            amount=sum((order.amount for order in group), Decimal(0)),
            cost=sum((order.cost for order in group), Decimal(0)),
            is_fraction=is_fraction,
        )
