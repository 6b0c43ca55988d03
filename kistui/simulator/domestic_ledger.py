"""The domestic orders of an account: one sequence of events behind balance, orders and profit.

The trades of the last two sessions are those that the portfolio declares, so that the balance
agrees with the orders. Older days have the purchases of the items held, and round trips: items that
were bought and sold again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from kistui.simulator.instruments import (
    HYNIX,
    KAKAO,
    KODEX_200,
    NAVER,
    POSCO,
    SAMSUNG,
    Instrument,
    deterministic_random,
    round_to_tick,
    tick_size,
)
from kistui.simulator.options import KST
from kistui.simulator.portfolios import Loan, Portfolio, Position, Trade, trading_costs
from kistui.simulator.price_history import domestic_history
from kistui.simulator.trade_times import (
    BUY,
    FILLING_TIME,
    FIRST_PART_TIME,
    SELL,
    early_time_text,
    purchase_parts,
)
from kistui.simulator.trading_days import KRX, KRX_CALENDAR, has_opened_today, is_trading_day

PAST_DAYS = 800
"""How many days back orders go."""
TRADED_ITEMS = (SAMSUNG, HYNIX, NAVER, KAKAO, KODEX_200, POSCO)
"""Items that were bought and sold again."""
BRANCH = "06010"
CANCELLED_TIME, CANCELLATION_TIME = "091403", "092755"


class Execution(NamedTuple):
    """An order as it is now; `price` is the limit, 0 for a market order."""

    day: date
    time: str
    number: int
    item: Instrument
    side: str
    quantity: int
    price: int
    filled: int
    average: int
    original: int = 0
    original_time: str = ""
    """The time of the order that this one changes."""
    cancelled: int = 0
    is_rejected: bool = False
    exchange: str = "KRX"
    loan: Loan | None = None
    cost: int = 0
    """Purchase amount in won of what was sold."""

    @property
    def amount(self) -> int:
        """The amount filled, in won."""
        return self.filled * self.average

    @property
    def remaining(self) -> int:
        """The shares still to be filled."""
        return 0 if self.is_rejected else self.quantity - self.filled - self.cancelled

    @property
    def sort_key(self) -> tuple[date, str, int]:
        """The key by which orders are sorted."""
        return (self.day, self.time, self.number)


class DayTrades(NamedTuple):
    """A day's trades of an item and credit lot; amounts in won."""

    day: date
    item: Instrument
    loan: Loan | None
    bought: int
    bought_amount: int
    sold: int
    sold_amount: int
    cost: int
    fees: int
    taxes: int
    interest: int

    @property
    def profit(self) -> int:
        """The profit of the sales after all costs."""
        if not self.sold:
            return 0
        return self.sold_amount - self.cost - self.fees - self.taxes - self.interest


class DomesticLedger:
    """The orders of an account up to `now`, from its portfolio after the newest session."""

    def __init__(self, portfolio: Portfolio, seed: int, now: datetime) -> None:
        self._portfolio = portfolio
        self._seed = seed
        self._today = KRX.session_day(now)
        self._yesterday = KRX_CALENDAR.before(self._today)
        until = f"{now.astimezone(KST):%H%M%S}" if has_opened_today(now) else "240000"
        orders = sorted(
            _known_at(self._unnumbered_orders(), self._today, until),
            key=lambda order: order.sort_key,
        )
        self.orders = tuple(_numbered(orders))
        """All orders, oldest first."""
        self.trades = tuple(_day_trades(self.orders))
        """What was traded by day, item and credit lot, newest first."""

    def _unnumbered_orders(self) -> Iterator[Execution]:
        positions = self._portfolio.positions
        if not positions:
            return
        for index, position in enumerate(positions):
            yield from self._today_orders(index, position)
            yield from self._position_orders(
                self._yesterday, position, position.bought_yesterday, position.sold_yesterday
            )
            yield from self._first_purchase(position)
        yield from self._unfilled_orders()
        yield from self._round_trips()

    def _position_orders(
        self, day: date, position: Position, bought: Trade, sold: Trade
    ) -> Iterator[Execution]:
        item = position.instrument
        for side, trade in ((BUY, bought), (SELL, sold)):
            if trade.quantity:
                yield self._filled(day, item, side, trade, position)

    def _filled(
        self, day: date, item: Instrument, side: str, trade: Trade, position: Position | None = None
    ) -> Execution:
        cost = position.cost_of(trade) if side == SELL and position is not None else 0
        return Execution(
            day=day,
            time=self._time(day, item, side),
            number=0,
            item=item,
            side=side,
            quantity=trade.quantity,
            price=trade.price if self._random(3, day, item.code, "kind") else 0,
            filled=trade.quantity,
            average=trade.price,
            exchange=("KRX", "KRX", "SOR", "NXT")[self._random(4, day, item.code, "exchange")],
            loan=position.loan if position else None,
            cost=cost,
        )

    def _today_orders(self, index: int, position: Position) -> Iterator[Execution]:
        item, bought = position.instrument, position.bought_today
        parts = purchase_parts(index, position, self._today)
        if position.ordered_today:
            order = self._filled(self._today, item, BUY, bought, position)
            yield order._replace(
                time=FILLING_TIME,
                quantity=position.ordered_today,
                price=bought.price,
                exchange="SOR",
            )
            return
        if len(parts) < 2:
            trades = (bought, position.sold_today)
            for order in self._position_orders(self._today, position, *trades):
                yield order._replace(time=early_time_text(self._today, item.code, order.side))
            return
        # A purchase in two parts: the rest of the order was amended to a higher price.
        (_, first), (second_time, _) = parts
        order = self._filled(self._today, item, BUY, Trade(first, bought.price), position)
        ordered = bought.quantity + bought.quantity // 2
        yield order._replace(
            time=FIRST_PART_TIME,
            quantity=ordered,
            price=bought.price,
            cancelled=ordered - first,
            exchange="SOR",
        )
        yield order._replace(
            time=second_time,
            original_time=FIRST_PART_TIME,
            quantity=ordered - first,
            price=bought.price + tick_size(bought.price),
            filled=bought.quantity - first,
            exchange="SOR",
        )

    def _first_purchase(self, position: Position) -> Iterator[Execution]:
        """Yield the order by which a position was opened, on a day in the year before."""
        trades = (position.bought_yesterday, position.bought_today)
        held = position.quantity - sum(trade.quantity for trade in trades)
        if position.quantity <= 0 or held <= 0:
            return
        item = position.instrument
        days_ago = position.loan.days_ago if position.loan else 30 + self._random(300, item.code)
        day = min(
            KRX_CALENDAR.on_or_before(self._today - timedelta(days_ago)),
            KRX_CALENDAR.before(self._yesterday),
        )
        average = position.purchase_amount // position.quantity
        yield self._filled(day, item, BUY, Trade(held, average), position)

    def _unfilled_orders(self) -> Iterator[Execution]:
        """Yield orders of today without a fill: an open, a cancelled and a rejected one."""
        items = [position.instrument for position in self._portfolio.positions]
        if len(items) < 4:
            return
        last, second, third = items[-1], items[1], items[2]
        buys = Trade(50, round_to_tick(last.previous_close * 97 // 100))
        open_order = self._filled(self._today, last, BUY, buys)
        yield open_order._replace(filled=0, average=0, time="094103", price=buys.price)
        sells = Trade(20, round_to_tick(second.previous_close * 103 // 100))
        cancelled = self._filled(self._today, second, SELL, sells)._replace(filled=0, average=0)
        cancelled = cancelled._replace(time=CANCELLED_TIME, price=sells.price, cancelled=20)
        yield cancelled
        yield cancelled._replace(time=CANCELLATION_TIME, original_time=CANCELLED_TIME)
        rejected = self._filled(self._today, third, BUY, Trade(5, third.previous_close))
        yield rejected._replace(filled=0, average=0, time="090001", is_rejected=True)

    def _round_trips(self) -> Iterator[Execution]:
        """Yield purchases and sales of items that were sold again before yesterday."""
        trips = min(max(1, len(self._portfolio.positions) // 25), 4)
        for days_ago in range(PAST_DAYS, 2, -1):
            day = self._today - timedelta(days_ago)
            if not is_trading_day(day):
                continue
            for trip in range(trips):
                if self._random(4, day, trip, "trip") == 0:
                    yield from self._round_trip(day, trip)

    def _round_trip(self, day: date, trip: int) -> Iterator[Execution]:
        item = TRADED_ITEMS[self._random(len(TRADED_ITEMS), day, trip, "item")]
        sale_day = KRX_CALENDAR.on_or_before(
            day + timedelta(1 + self._random(40, day, trip, "held"))
        )
        if not day < sale_day < self._yesterday:
            return
        history = domestic_history(item, self._seed)
        price, sale_price = int(history.close(day)), int(history.close(sale_day))
        quantity = 1 + 2_000_000 // price + self._random(20, day, trip, "quantity")
        loan = Loan(0, 0) if self._random(12, day, trip, "credit") == 0 else None
        purchase = self._filled(day, item, BUY, Trade(quantity, price))
        yield purchase._replace(loan=loan)
        sale = self._filled(sale_day, item, SELL, Trade(quantity, sale_price))
        yield sale._replace(
            loan=Loan(0, (sale_day - day).days) if loan else None, cost=quantity * price
        )

    def _time(self, day: date, item: Instrument, side: str) -> str:
        minutes = self._random(380, day, item.code, side, "minute")
        return (
            f"{9 + minutes // 60:02d}{minutes % 60:02d}{self._random(60, day, item.code, side):02d}"
        )

    def _random(self, upper_bound: int, *parts: object) -> int:
        return deterministic_random(upper_bound, self._seed, "orders", *parts)


def _known_at(orders: Iterable[Execution], day: date, until: str) -> Iterator[Execution]:
    """Yield the orders as they were at a time of a day, without later changes."""
    visible_orders = [order for order in orders if order.day != day or order.time <= until]
    changed = {
        (order.item.code, order.original_time) for order in visible_orders if order.day == day
    }
    for order in visible_orders:
        is_changed = order.original_time or (order.item.code, order.time) in changed
        if order.day == day and order.cancelled and not is_changed:
            order = order._replace(cancelled=0)  # noqa: PLW2901
        yield order


def _numbered(orders: list[Execution]) -> Iterator[Execution]:
    """Yield the orders numbered by day; amendments get the number of their original too."""
    numbers: dict[date, int] = defaultdict(lambda: 1_000)
    numbers_by_time: dict[tuple[date, str, str], int] = {}
    for order in orders:
        numbers[order.day] += 7
        number = numbers[order.day]
        numbers_by_time[order.day, order.item.code, order.time] = number
        original = numbers_by_time.get((order.day, order.item.code, order.original_time), 0)
        yield order._replace(number=number, original=original)


def _day_trades(orders: tuple[Execution, ...]) -> Iterator[DayTrades]:
    """Yield the trades of all days, newest first; their costs add up to those of the day."""
    days: dict[date, dict[tuple[str, date | None], list[Execution]]] = defaultdict(dict)
    for order in orders:
        if order.filled:
            lot = loan_date(order)
            days[order.day].setdefault((order.item.code, lot), []).append(order)
    for day in sorted(days, reverse=True):
        groups = list(days[day].values())
        traded = [*chain.from_iterable(groups)]
        bought, sold = _amount(traded, BUY), _amount(traded, SELL)
        costs = trading_costs(bought, sold)
        parts = [trading_costs(_amount(group, BUY), _amount(group, SELL)) for group in groups]
        parts[0] += costs - sum(parts)
        for group, part in zip(groups, parts, strict=True):
            yield _trades_of_group(group, part)


def _trades_of_group(group: list[Execution], costs: int) -> DayTrades:
    first = group[0]
    sold_amount = _amount(group, SELL)
    taxes = sold_amount * 15 // 10_000
    days_held = max((order.loan.days_ago for order in group if order.loan), default=0)
    cost = sum(order.cost for order in group)
    return DayTrades(
        day=first.day,
        item=first.item,
        loan=first.loan,
        bought=sum(order.filled for order in group if order.side == BUY),
        bought_amount=_amount(group, BUY),
        sold=sum(order.filled for order in group if order.side == SELL),
        sold_amount=sold_amount,
        cost=cost,
        fees=costs - taxes,
        taxes=taxes,
        interest=int(Decimal(cost) * days_held * 8 / 36_500) if sold_amount else 0,
    )


def _amount(orders: list[Execution], side: str) -> int:
    return sum(order.amount for order in orders if order.side == side)


def loan_date(order: Execution) -> date | None:
    """Return the day on which the loan of an order was taken."""
    return order.day - timedelta(order.loan.days_ago) if order.loan else None
