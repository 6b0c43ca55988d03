"""When Korean shares are traded: days and hours of KRX and of NXT, in Korean time.

Holidays are handed in: kistui has no calendar of its own. These are the hours of an ordinary day:
NXT's short rests around KRX's auctions count as open, and a day that starts later (the first of
the year, that of the college entrance exam) counts as one that does not.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import Enum

from kistui.clock import KST

_SATURDAY = 5


class DomesticExchange(Enum):
    """An exchange; its value is its name in lower case."""

    KRX = "krx"
    NXT = "nxt"

    @property
    def trading_hours(self) -> tuple[time, time]:
        """When it opens and when it closes, in Korean time; the close is no longer open."""
        return _TRADING_HOURS[self]

    def is_open(self, now: datetime, holidays: Collection[date] = ()) -> bool:
        """Whether this exchange trades at the aware instant `now`; `holidays` are Korean dates."""
        local = now.astimezone(KST)
        opens, closes = self.trading_hours
        return is_trading_day(local.date(), holidays) and opens <= local.time() < closes


_TRADING_HOURS = {
    DomesticExchange.KRX: (time(9), time(15, 30)),
    DomesticExchange.NXT: (time(8), time(20)),
}
_FIRST_OPEN = min(opens for opens, _ in _TRADING_HOURS.values())


class MarketPhase(Enum):
    """What part of a day it is for someone who holds shares."""

    HOLIDAY = "holiday"
    """No trading on this whole day: a Saturday, a Sunday, a holiday."""
    CLOSED = "closed"
    """A trading day, before the first open or after the last close."""
    PRE_MARKET = "pre"
    """NXT alone, before KRX opens."""
    REGULAR = "regular"
    """KRX, and NXT beside it."""
    AFTER_MARKET = "after"
    """NXT alone, after KRX has closed."""


def is_trading_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Whether shares are traded on a Korean date at all."""
    return day.weekday() < _SATURDAY and day not in holidays


def is_any_market_open(now: datetime, holidays: Collection[date] = ()) -> bool:
    """Whether any exchange trades at the aware instant `now`; `holidays` are Korean dates."""
    return any(market.is_open(now, holidays) for market in DomesticExchange)


def market_phase(now: datetime, holidays: Collection[date] = ()) -> MarketPhase:
    """The part of the Korean day that the aware instant `now` is in."""
    local = now.astimezone(KST)
    if not is_trading_day(local.date(), holidays):
        return MarketPhase.HOLIDAY
    if DomesticExchange.KRX.is_open(local, holidays):
        return MarketPhase.REGULAR
    if not DomesticExchange.NXT.is_open(local, holidays):
        return MarketPhase.CLOSED
    return (
        MarketPhase.PRE_MARKET
        if local.time() < DomesticExchange.KRX.trading_hours[0]
        else MarketPhase.AFTER_MARKET
    )


def next_market_open(now: datetime, holidays: Collection[date] = ()) -> datetime:
    """The first opening of a day after `now`, in Korean time; in an open market, the next day's."""
    local = now.astimezone(KST)
    day = local.date()
    if local.time() >= _FIRST_OPEN:
        day += timedelta(days=1)
    while not is_trading_day(day, holidays):
        day += timedelta(days=1)
    return datetime.combine(day, _FIRST_OPEN, KST)


def next_refresh_at(
    last_refreshed_at: datetime, now: datetime, interval: timedelta, holidays: Collection[date] = ()
) -> datetime:
    """When a balance read at `last` is due again, in Korean time and never before `now`.

    `interval` after it where a market is open then, else at the next opening: a machine that has
    slept through its turn takes it at once, in market hours only.
    """
    # In KST before the sum: in a zone with summer time, a sum would be one of the wall clock.
    due = max(last_refreshed_at.astimezone(KST) + interval, now.astimezone(KST))
    return due if is_any_market_open(due, holidays) else next_market_open(due, holidays)
