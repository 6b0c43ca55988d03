"""Trading days and hours of KRX and NXT, in Korean time.

Callers pass the holidays that KIS names; those known in advance are in `_CLOSED_DAYS`. The hours
are those of an ordinary day: NXT's short breaks around KRX's auctions count as open, and late
openings (the first trading day of the year, the college entrance exam) are not modelled.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from enum import Enum

from msgspec import Struct

from kistui.clock import KST, korean_date

_SATURDAY = 5
_SETTLEMENT_DAY_COUNT = 2


class TradingSession(Struct, frozen=True):
    """Hours in which an exchange trades, in Korean time; at `closes` it is closed."""

    opens: time
    closes: time


KRX_REGULAR = TradingSession(time(9), time(15, 30))
KRX_AFTER_MARKET = TradingSession(time(16), time(20))
NXT_DAY = TradingSession(time(8), time(20))
TRADING_SESSIONS = (KRX_REGULAR, KRX_AFTER_MARKET, NXT_DAY)
"""From KIS's notice of 2026-09-09: KRX has its after-market since 2026-09-14, instead of the
single-price session; its pre-market is announced for the end of 2027."""
FIRST_OPENING = min(session.opens for session in TRADING_SESSIONS)
FINAL_AFTER = timedelta(minutes=10)
"""Time after a close until the final prices are in the balance."""


class AfterHoursPrice(Enum):
    """The prices of a domestic balance outside KRX's regular session (KIS `AFHR_FLPR_YN`)."""

    CLOSE = "close"
    """KRX's regular close, which stands still until the next day."""
    INTEGRATED = "integrated"
    """The last price at KRX or NXT, KRX's after-market included."""
    NXT = "nxt"
    """NXT's price of items that it lists; KRX's regular price of the others."""

    @property
    def sessions(self) -> tuple[TradingSession, ...]:
        """The sessions in which such a price moves."""
        return _MOVING_SESSIONS[self]

    def may_move(self, now: datetime, holidays: Collection[date] = ()) -> bool:
        """Return whether such a price may move at the aware `now`."""
        return _is_any_open(self.sessions, now, holidays)


_MOVING_SESSIONS = {
    AfterHoursPrice.CLOSE: (KRX_REGULAR,),
    AfterHoursPrice.INTEGRATED: TRADING_SESSIONS,
    AfterHoursPrice.NXT: (KRX_REGULAR, NXT_DAY),
}


_CLOSED_DAYS = frozenset(
    date(year, month, day)
    for year, days in {
        2026: ((1, 1), (2, 16), (2, 17), (2, 18), (3, 2), (5, 1), (5, 5), (5, 25), (6, 3), (7, 17),
               (8, 17), (9, 24), (9, 25), (10, 5), (10, 9), (12, 25), (12, 31)),
        2027: ((1, 1), (2, 8), (2, 9), (3, 1), (5, 3), (5, 5), (5, 13), (7, 19), (8, 16),
               (9, 14), (9, 15), (9, 16), (10, 4), (10, 11), (12, 27), (12, 31)),
    }.items()
    for month, day in days
)  # fmt: skip
"""Weekdays without trading at KRX; each December KRX announces those of the next year.

For other years only weekends and the callers' holidays are known.
"""


def is_weekday(day: date) -> bool:
    """Return whether a day is neither a Saturday nor a Sunday."""
    return day.weekday() < _SATURDAY


def is_trading_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Return whether shares are traded on a Korean date."""
    return is_weekday(day) and day not in holidays and day not in _CLOSED_DAYS


def settlement_days(instant: datetime, holidays: Collection[date] = ()) -> tuple[date, ...]:
    """Return D+1 and D+2: the two trading days after the Korean date of an aware `instant`."""
    day = korean_date(instant)
    days: list[date] = []
    while len(days) < _SETTLEMENT_DAY_COUNT:
        day += timedelta(days=1)
        if is_trading_day(day, holidays):
            days.append(day)
    return tuple(days)


def _is_any_open(
    sessions: Iterable[TradingSession], now: datetime, holidays: Collection[date]
) -> bool:
    local = now.astimezone(KST)
    is_in_hours = any(session.opens <= local.time() < session.closes for session in sessions)
    return is_in_hours and is_trading_day(local.date(), holidays)


def next_market_open(
    now: datetime,
    holidays: Collection[date] = (),
    price: AfterHoursPrice = AfterHoursPrice.INTEGRATED,
) -> datetime:
    """Return the next instant after `now` from which a day's prices move, in Korean time."""
    return _next_time(now, min(session.opens for session in price.sessions), holidays)


def next_final_prices(
    now: datetime,
    holidays: Collection[date] = (),
    price: AfterHoursPrice = AfterHoursPrice.INTEGRATED,
) -> datetime:
    """Return the next instant after `now` at which a day's prices are final, in Korean time."""
    closes = max(session.closes for session in price.sessions)
    return _next_time(now - FINAL_AFTER, closes, holidays) + FINAL_AFTER


def _next_time(now: datetime, clock: time, holidays: Collection[date]) -> datetime:
    """Return the next instant after `now` with this Korean time on a trading day."""
    local = now.astimezone(KST)
    day = local.date()
    if local.time() >= clock:
        day += timedelta(days=1)
    while not is_trading_day(day, holidays):
        day += timedelta(days=1)
    return datetime.combine(day, clock, KST)


def next_refresh_at(
    last_refreshed_at: datetime,
    now: datetime,
    interval: timedelta,
    holidays: Collection[date] = (),
    price: AfterHoursPrice = AfterHoursPrice.INTEGRATED,
) -> datetime:
    """Return when the next automatic refresh is due, in Korean time and never before `now`.

    That is `interval` after the last refresh while prices move, then once when they are final, then
    at the next opening. After a machine's sleep an overdue refresh is due at once, unless the
    figures have stood still since the last refresh.
    """
    # Convert before adding: in a zone with summer time the sum would follow the wall clock.
    due = max(last_refreshed_at.astimezone(KST) + interval, now.astimezone(KST))
    if price.may_move(due, holidays):
        return due
    final_prices = max(due, next_final_prices(last_refreshed_at, holidays, price))
    return min(final_prices, next_market_open(due, holidays, price))
