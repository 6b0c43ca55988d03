"""Prices of past days and of now: closes depend only on name, seed and day.

A close moves in slow waves around the close that a security is declared with, which is its last one
before `ANCHOR`. During a session the price drifts from the previous close, and in the last hour it
moves to the close of the day, where it stays until the next session: charts and balances agree on
every day, and nothing moves at night, at weekends or on holidays.

A domestic item has three prices (`AFHR_FLPR_YN`): KRX's, NXT's, and the last of both. KRX's stands
still outside its regular session. NXT trades from 08:00 to 20:00, but no ETF or ETN and not every
share; KRX's after-market until 20:00 has no ETF or ETN either.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from kistui.simulator.instruments import (
    Instrument,
    deterministic_random,
    is_etf_name,
    price_drift,
    random_wave,
    round_to_tick,
    tick_size,
)
from kistui.simulator.options import KST
from kistui.simulator.overseas import OverseasInstrument, round_to_price_step
from kistui.simulator.trading_days import KRX, MARKETS_BY_CURRENCY, MarketHours

ANCHOR = datetime(2026, 11, 23, 10, 0, tzinfo=KST)
"""The instant whose previous closes are the declared closes."""

# Period in days, amplitude in millionths of the declared close.
WAVES = ((120, 120_000), (30, 50_000), (9, 18_000))
NOISE = 9_000
MILLION = 1_000_000
CLOSING_SECONDS = 3600
"""Seconds before the end of a session in which the price moves to the close."""

REGULAR, NXT, INTEGRATED = "N", "X", "Y"
"""Values of `AFHR_FLPR_YN`."""
LONG_HOURS = KRX._replace(opens=time(8), closes=time(20))
NXT_SHARE = 70
"""Percent of the shares that NXT lists."""


class DayPrices(NamedTuple):
    """One trading day of a security."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    previous_close: Decimal


class PriceHistory(NamedTuple):
    """The closes of a security; `damping` divides its movements, an index moves less."""

    name: str
    seed: int
    declared_close: Decimal
    round_price: Callable[[Decimal], Decimal]
    market: MarketHours
    damping: int = 1
    drift_bias: int = 0
    listed_on: date = date.min

    def session_day(self, instant: datetime) -> date:
        """Return the trading day to which the price at `instant` belongs."""
        return self.market.session_day(instant)

    def close(self, day: date) -> Decimal:
        """Return the close of a past trading day."""
        anchor_day = _day_before_anchor(self.market)
        level, anchor_level = (
            MILLION + _movement(self.name, self.seed, number) // self.damping
            for number in (day, anchor_day)
        )
        return self.round_price(self.declared_close * level / anchor_level)

    def previous_close(self, instant: datetime) -> Decimal:
        """Return the close before the trading day to which `instant` belongs."""
        return self.close(self.market.calendar.before(self.session_day(instant)))

    def price(self, seconds: int) -> Decimal:
        """Return the price at an epoch second."""
        day = self.session_day(datetime.fromtimestamp(seconds, KST))
        remaining = int(self.market.closing(day).timestamp()) - seconds
        if remaining <= 0:
            return self.close(day)
        off = price_drift(self.name, self.seed, seconds, self.drift_bias) // self.damping
        price = self.close(self.market.calendar.before(day)) * (MILLION + off) / MILLION
        if remaining < CLOSING_SECONDS:
            price += (self.close(day) - price) * (CLOSING_SECONDS - remaining) / CLOSING_SECONDS
        return self.round_price(price)

    def after_hours_price(self, seconds: int) -> Decimal:
        """Return the price at an epoch second outside a session, moving on from its close."""
        day = self.session_day(datetime.fromtimestamp(seconds, KST))
        closed_at = int(self.market.closing(day).timestamp())
        off, off_at_close = (
            price_drift(self.name, self.seed, instant, self.drift_bias)
            for instant in (seconds, closed_at)
        )
        return self.round_price(self.close(day) * (MILLION + off - off_at_close) / MILLION)

    def days(
        self, first: date, last: date, instant: datetime, price: Decimal | None
    ) -> Iterator[DayPrices]:
        """Yield the trading days from `last` back to `first`.

        The day of `instant` closes at `price`; it and later days are left out if that is None.
        """
        today = self.session_day(instant)
        newest = min(last, today if price is not None else self.market.calendar.before(today))
        for day in self.market.calendar.newest_first(max(first, self.listed_on), newest):
            yield self._prices_of(day, price if price and day == today else self.close(day))

    def _prices_of(self, day: date, close: Decimal) -> DayPrices:
        def random(upper_bound: int, purpose: str) -> int:
            return deterministic_random(upper_bound, self.seed, self.name, day, purpose)

        def moved(price: Decimal, millionths: int) -> Decimal:
            return self.round_price(price * (MILLION + millionths // self.damping) / MILLION)

        before = self.close(self.market.calendar.before(day))
        opening = moved(before, random(12_001, "open") - 6_000)
        return DayPrices(
            day,
            open=opening,
            high=moved(max(opening, close), random(9_000, "high")),
            low=moved(min(opening, close), -random(9_000, "low")),
            close=close,
            volume=50_000 + random(3_000_000, "volume"),
            previous_close=before,
        )


@lru_cache
def _day_before_anchor(market: MarketHours) -> date:
    return market.calendar.before(market.session_day(ANCHOR))


@lru_cache(maxsize=1024)  # the charts of two years of two items
def _movement(name: str, seed: int, day: date) -> int:
    """Return the distance of a day's close from the middle of its waves, in millionths."""
    waves = sum(
        random_wave(f"{seed}/{name}/days", day.toordinal(), period, reach)
        for period, reach in WAVES
    )
    return waves + deterministic_random(2 * NOISE + 1, seed, name, day, "close") - NOISE


def _round_to_tick(price: Decimal) -> Decimal:
    return Decimal(round_to_tick(int(price)))


LISTING_DAYS = {"373220": date(2022, 1, 27)}
"""First trading days; other items have always been listed."""


def domestic_history(item: Instrument, seed: int) -> PriceHistory:
    """Return the history of a domestic item, on KRX ticks."""
    return PriceHistory(
        name=item.code,
        seed=seed,
        declared_close=Decimal(item.previous_close),
        round_price=_round_to_tick,
        market=KRX,
        drift_bias=item.drift_bias,
        listed_on=LISTING_DAYS.get(item.code, date.min),
    )


def overseas_history(item: OverseasInstrument, seed: int) -> PriceHistory:
    """Return the history of an overseas item, in its price steps."""
    return PriceHistory(
        name=f"{item.exchange.code}/{item.code}",
        seed=seed,
        declared_close=item.previous_close,
        round_price=lambda price: round_to_price_step(price, item.currency),
        market=MARKETS_BY_CURRENCY[item.currency.code],
    )


def instrument_on(item: Instrument, seed: int, instant: datetime) -> Instrument:
    """Return a domestic item with the previous close of a day."""
    close = domestic_history(item, seed).previous_close(instant)
    return item._replace(previous_close=int(close))


def overseas_price(item: OverseasInstrument, seed: int, seconds: int) -> Decimal:
    """Return an overseas item's price at an epoch second, in price steps of its currency."""
    return overseas_history(item, seed).price(seconds)


def quote(item: Instrument, seed: int, seconds: int, price_set: str = REGULAR) -> int:
    """Return an item's price in won in a price set at an epoch second."""
    history = domestic_history(item, seed)
    if price_set == REGULAR or is_etp(item) or (price_set == NXT and not is_on_nxt(item, seed)):
        return int(history.price(seconds))
    instant = datetime.fromtimestamp(seconds, KST)
    last_trade = min(instant, LONG_HOURS.closing(LONG_HOURS.session_day(instant)))
    traded = int(last_trade.timestamp())
    price = int(
        history.after_hours_price(traded) if KRX.is_closed(last_trade) else history.price(traded)
    )
    is_spread = price_set == NXT and traded % 2
    return price + tick_size(price) if is_spread else price


def is_etp(item: Instrument) -> bool:
    """Return whether an item is an ETF or an ETN."""
    return item.code.startswith("Q") or is_etf_name(item.name)


def is_on_nxt(item: Instrument, seed: int) -> bool:
    """Return whether NXT lists a share."""
    return deterministic_random(100, seed, item.code, "nxt") < NXT_SHARE
