"""Trading days and hours of KRX and NXT, in Korean time.

Callers pass the holidays that KIS names; those known in advance are in `_CLOSED_DAYS`. The hours
are those of an ordinary day: NXT's short breaks around KRX's auctions count as open, and late
openings (the first trading day of the year, the college entrance exam) are not modelled.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import Enum

from kistui.clock import KST

_SATURDAY = 5
_SETTLEMENT_DAY_COUNT = 2


class DomesticExchange(Enum):
    """An exchange; its value is its name in lower case."""

    KRX = "krx"
    NXT = "nxt"

    @property
    def trading_hours(self) -> tuple[time, time]:
        """Opening and closing time in Korean time; at the closing time it is closed."""
        return _TRADING_HOURS[self]

    def is_open(self, now: datetime, holidays: Collection[date] = ()) -> bool:
        """Return whether it trades at the aware `now`; `holidays` are Korean dates."""
        local = now.astimezone(KST)
        opens, closes = self.trading_hours
        return is_trading_day(local.date(), holidays) and opens <= local.time() < closes


_TRADING_HOURS = {
    DomesticExchange.KRX: (time(9), time(15, 30)),
    DomesticExchange.NXT: (time(8), time(20)),
}
_FIRST_OPEN = min(opens for opens, _ in _TRADING_HOURS.values())


_CLOSED_DAYS = frozenset(
    date(year, month, day)
    for year, days in {
        2026: ((1, 1), (2, 16), (2, 17), (2, 18), (3, 2), (5, 1), (5, 5), (5, 25), (6, 3), (8, 17),
               (9, 24), (9, 25), (10, 5), (10, 9), (12, 25), (12, 31)),
        2027: ((1, 1), (2, 8), (2, 9), (3, 1), (5, 5), (5, 13), (8, 16), (9, 14), (9, 15), (9, 16),
               (10, 4), (10, 11), (12, 27), (12, 31)),
    }.items()
    for month, day in days
)  # fmt: skip
"""Weekdays without trading at KRX; each December KRX announces those of the next year.

For other years only weekends and the callers' holidays are known.
"""


class MarketPhase(Enum):
    """The phase of a trading day."""

    HOLIDAY = "holiday"
    """No trading all day: a Saturday, a Sunday, a holiday."""
    CLOSED = "closed"
    """A trading day, before the first open or after the last close."""
    PRE_MARKET = "pre"
    """Only NXT, before KRX opens."""
    REGULAR = "regular"
    """KRX and NXT."""
    AFTER_MARKET = "after"
    """Only NXT, after KRX has closed."""


def is_weekday(day: date) -> bool:
    """Return whether a day is neither a Saturday nor a Sunday."""
    return day.weekday() < _SATURDAY


def is_trading_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Return whether shares are traded on a Korean date."""
    return is_weekday(day) and day not in holidays and day not in _CLOSED_DAYS


def settlement_days(at: datetime, holidays: Collection[date] = ()) -> tuple[date, ...]:
    """Return D+1 and D+2: the two trading days after the Korean date of the aware `at`."""
    day = at.astimezone(KST).date()
    days: list[date] = []
    while len(days) < _SETTLEMENT_DAY_COUNT:
        day += timedelta(days=1)
        if is_trading_day(day, holidays):
            days.append(day)
    return tuple(days)


def is_any_market_open(now: datetime, holidays: Collection[date] = ()) -> bool:
    """Return whether any exchange trades at the aware `now`; `holidays` are Korean dates."""
    return any(market.is_open(now, holidays) for market in DomesticExchange)


def market_phase(now: datetime, holidays: Collection[date] = ()) -> MarketPhase:
    """Return the phase of the Korean day at the aware instant `now`."""
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
    """Return the next first opening of a day after `now`, in Korean time."""
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
    """Return when the next automatic refresh is due, in Korean time and never before `now`.

    That is `interval` after the last one if a market is open then, otherwise at the next opening.
    After a machine's sleep an overdue refresh is due at once, in market hours only.
    """
    # Convert before adding: in a zone with summer time the sum would follow the wall clock.
    due = max(last_refreshed_at.astimezone(KST) + interval, now.astimezone(KST))
    return due if is_any_market_open(due, holidays) else next_market_open(due, holidays)
