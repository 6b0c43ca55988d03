"""The days on which exchanges trade."""

from collections.abc import Iterator
from datetime import date, timedelta

SATURDAY = 5
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-03-02", "2026-05-01",
        "2026-05-05", "2026-05-25", "2026-06-03", "2026-08-17", "2026-09-24", "2026-09-25",
        "2026-10-05", "2026-10-09", "2026-12-25", "2026-12-31", "2027-01-01",
    )
)  # fmt: skip
"""Weekdays on which KRX is closed."""


def is_trading_day(day: date) -> bool:
    """Return whether KRX trades on a day."""
    return day.weekday() < SATURDAY and day not in HOLIDAYS


def is_overseas_trading_day(day: date) -> bool:
    """Return whether exchanges elsewhere trade on a day; of their holidays only two are known."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in {(1, 1), (12, 25)}


class TradingCalendar:
    """The trading days of KRX, or of the exchanges elsewhere, and steps between them."""

    def __init__(self, *, is_domestic: bool) -> None:
        self._is_open = is_trading_day if is_domestic else is_overseas_trading_day

    def on_or_before(self, day: date) -> date:
        """Return the last trading day up to `day`."""
        while not self._is_open(day):
            day -= timedelta(days=1)
        return day

    def before(self, day: date) -> date:
        """Return the trading day before `day`."""
        return self.on_or_before(day - timedelta(days=1))

    def newest_first(self, first: date, last: date) -> Iterator[date]:
        """Yield the trading days from `last` back to `first`."""
        day = last
        while day >= first:
            if self._is_open(day):
                yield day
            day -= timedelta(days=1)


KRX_CALENDAR = TradingCalendar(is_domestic=True)
OVERSEAS_CALENDAR = TradingCalendar(is_domestic=False)
