"""When exchanges trade: their holidays, half days and hours, and when trades settle.

All dates of the simulator follow these tables: orders, profit, prices, balances, history.
"""

from calendar import MONDAY, SATURDAY, SUNDAY, THURSDAY
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from kistui.simulator.options import KST

ONE_DAY = timedelta(1)

SEOLLAL_DAYS = {2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 7), 2028: (1, 27),
                2029: (2, 13), 2030: (2, 3)}  # fmt: skip
CHUSEOK_DAYS = {2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3),
                2029: (9, 22), 2030: (9, 12)}  # fmt: skip
BUDDHA_DAYS = {2024: (5, 15), 2025: (5, 5), 2026: (5, 24), 2027: (5, 13), 2028: (5, 2),
               2029: (5, 20), 2030: (5, 9)}  # fmt: skip
"""Korean holidays by the lunar calendar; for other years only those with fixed dates are known."""
ELECTION_DAYS = frozenset(
    {date(2024, 4, 10), date(2025, 6, 3), date(2026, 6, 3), date(2028, 4, 12)}
)
CONSTITUTION_DAY_SINCE = 2026
TEMPORARY_HOLIDAYS = frozenset({date(2024, 10, 1), date(2025, 1, 27)})
US_MOURNING_DAYS = frozenset({date(2025, 1, 9)})


@lru_cache
def krx_closed_days(year: int) -> frozenset[date]:
    """Return the days of a year on which KRX is closed, some of them in weekends."""
    # (day, whether a Saturday and whether a Sunday or another holiday moves it to a later day)
    holidays = [
        (date(year, 1, 1), False, False),
        (date(year, 3, 1), True, True),
        (date(year, 5, 1), True, True),
        (date(year, 5, 5), True, True),
        (date(year, 6, 6), False, False),
        (date(year, 8, 15), True, True),
        (date(year, 10, 3), True, True),
        (date(year, 10, 9), True, True),
        (date(year, 12, 25), True, True),
    ]
    if year >= CONSTITUTION_DAY_SINCE:
        holidays.append((date(year, 7, 17), True, True))
    for days in (SEOLLAL_DAYS, CHUSEOK_DAYS):
        if year in days:
            middle = date(year, *days[year])
            holidays += [(middle + ONE_DAY * step, False, True) for step in (-1, 0, 1)]
    if year in BUDDHA_DAYS:
        holidays.append((date(year, *BUDDHA_DAYS[year]), True, True))
    closed: set[date] = set()
    moved = []
    for day, moves_from_saturday, moves_from_sunday in sorted(holidays):
        is_weekend = day.weekday() == SUNDAY or (day.weekday() == SATURDAY and moves_from_saturday)
        if moves_from_sunday and (is_weekend or day in closed):
            moved.append(day)
        closed.add(day)
    for day in moved:
        while day in closed or day.weekday() >= SATURDAY:
            day += ONE_DAY  # noqa: PLW2901
        closed.add(day)
    closed |= {day for day in ELECTION_DAYS | TEMPORARY_HOLIDAYS if day.year == year}
    last = date(year, 12, 31)
    while last in closed or last.weekday() >= SATURDAY:
        last -= ONE_DAY
    return frozenset(closed | {last})


@lru_cache
def us_closed_days(year: int) -> frozenset[date]:
    """Return the holidays of the exchanges in New York."""
    days = {
        _nth_weekday(year, 1, MONDAY, 3),  # Martin Luther King Jr. Day
        _nth_weekday(year, 2, MONDAY, 3),  # Washington's Birthday
        _easter(year) - ONE_DAY * 2,  # Good Friday
        _nth_weekday(year, 6, MONDAY, 1) - ONE_DAY * 7,  # Memorial Day, the last Monday of May
        _observed(date(year, 6, 19)),  # Juneteenth
        _observed(date(year, 7, 4)),  # Independence Day
        _nth_weekday(year, 9, MONDAY, 1),  # Labor Day
        _thanksgiving(year),
        _observed(date(year, 12, 25)),  # Christmas
    }
    new_year = date(year, 1, 1)
    if new_year.weekday() != SATURDAY:  # a New Year's Day on a Saturday is not moved to Friday
        days.add(_observed(new_year))
    return frozenset(days | {day for day in US_MOURNING_DAYS if day.year == year})


def is_us_half_day(day: date) -> bool:
    """Return whether New York closes at 13:00 on a trading day."""
    return day == _thanksgiving(day.year) + ONE_DAY or (day.month, day.day) in {(7, 3), (12, 24)}


def _fixed_closed_days(*days: tuple[int, int]) -> Callable[[int], frozenset[date]]:
    return lambda year: frozenset(date(year, month, day) for month, day in days)


def _thanksgiving(year: int) -> date:
    return _nth_weekday(year, 11, THURSDAY, 4)


def _observed(day: date) -> date:
    """Return the day on which a holiday is observed: one of a weekend moves to its nearest day."""
    if day.weekday() == SATURDAY:
        return day - ONE_DAY
    return day + ONE_DAY if day.weekday() == SUNDAY else day


def _nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """Return the weekday of a month that comes for the `number`th time; MONDAY is 0."""
    first = date(year, month, 1)
    return first + ONE_DAY * ((weekday - first.weekday()) % 7 + 7 * (number - 1))


def _easter(year: int) -> date:
    """Return Easter Sunday, by the anonymous Gregorian algorithm."""
    golden_number, century, year_of_century = year % 19, year // 100, year % 100
    epact = (19 * golden_number + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    weekday = (
        32 + 2 * (century % 4) + 2 * (year_of_century // 4) - epact - year_of_century % 4
    ) % 7
    correction = (golden_number + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


class TradingCalendar:
    """The trading days of an exchange, and steps between them."""

    def __init__(self, closed_days: Callable[[int], Collection[date]]) -> None:
        self._closed_days = closed_days

    def is_open(self, day: date) -> bool:
        """Return whether the exchange trades on a day."""
        return day.weekday() < SATURDAY and day not in self._closed_days(day.year)

    def on_or_before(self, day: date) -> date:
        """Return the last trading day up to `day`."""
        while not self.is_open(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """Return the first trading day from `day` on."""
        while not self.is_open(day):
            day += ONE_DAY
        return day

    def before(self, day: date) -> date:
        """Return the trading day before `day`."""
        return self.on_or_before(day - ONE_DAY)

    def after(self, day: date, count: int) -> date:
        """Return the trading day that is `count` trading days after `day`."""
        for _ in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day

    def newest_first(self, first: date, last: date) -> Iterator[date]:
        """Yield the trading days from `last` back to `first`."""
        day = last
        while day >= first:
            if self.is_open(day):
                yield day
            day -= ONE_DAY


KRX_CALENDAR = TradingCalendar(krx_closed_days)
US_CALENDAR = TradingCalendar(us_closed_days)
is_trading_day = KRX_CALENDAR.is_open


class MarketHours(NamedTuple):
    """The trading days and hours of a country's exchanges; `utc_offset` is in hours, in winter.

    `settlement_days` are trading days there. Breaks at noon are not simulated.
    """

    calendar: TradingCalendar
    opens: time
    closes: time
    utc_offset: int
    settlement_days: int
    has_summer_time: bool = False
    is_half_day: Callable[[date], bool] = lambda _day: False

    def zone(self, day: date) -> timezone:
        """Return the offset of the exchange's clock on a local date."""
        # A rule of our own: Windows has no time zone database.
        is_summer = self.has_summer_time and (
            _nth_weekday(day.year, 3, SUNDAY, 2) <= day < _nth_weekday(day.year, 11, SUNDAY, 1)
        )
        return timezone(timedelta(hours=self.utc_offset + is_summer))

    def local(self, instant: datetime) -> datetime:
        """Return an instant by the exchange's clock."""
        winter = instant.astimezone(timezone(timedelta(hours=self.utc_offset)))
        return instant.astimezone(self.zone(winter.date()))

    def opening(self, day: date) -> datetime:
        """Return when a trading day begins."""
        return datetime.combine(day, self.opens, self.zone(day))

    def closing(self, day: date) -> datetime:
        """Return when a trading day ends."""
        closes = time(13) if self.is_half_day(day) else self.closes
        return datetime.combine(day, closes, self.zone(day))

    def session_day(self, instant: datetime) -> date:
        """Return the last trading day that has begun."""
        day = self.calendar.on_or_before(self.local(instant).date())
        return day if self.opening(day) <= instant else self.calendar.before(day)

    def is_closed(self, instant: datetime) -> bool:
        """Return whether nothing is traded at an instant."""
        return instant >= self.closing(self.session_day(instant))

    def settlement_day(self, day: date) -> date:
        """Return the Korean day on which a trade of a local date settles.

        Money from America arrives on the next day in Korea: T+1 there is T+2 in Korea.
        """
        settled = self.calendar.after(day, self.settlement_days)
        return KRX_CALENDAR.on_or_after(settled + ONE_DAY if self.utc_offset < 0 else settled)


KRX = MarketHours(KRX_CALENDAR, time(9), time(15, 30), 9, 2)
US = MarketHours(
    US_CALENDAR,
    time(9, 30),
    time(16),
    -5,
    1,
    has_summer_time=True,
    is_half_day=is_us_half_day,
)
MARKETS_BY_CURRENCY = {
    "KRW": KRX,
    "USD": US,
    "HKD": MarketHours(
        TradingCalendar(_fixed_closed_days((1, 1), (5, 1), (7, 1), (10, 1), (12, 25), (12, 26))),
        time(9, 30),
        time(16),
        8,
        2,
    ),
    "CNY": MarketHours(
        TradingCalendar(
            _fixed_closed_days((1, 1), (5, 1), *((10, number) for number in range(1, 8)))
        ),
        time(9, 30),
        time(15),
        8,
        1,
    ),
    "JPY": MarketHours(
        TradingCalendar(_fixed_closed_days((1, 1), (1, 2), (1, 3), (12, 31))),
        time(9),
        time(15, 30),
        9,
        2,
    ),
    "VND": MarketHours(
        TradingCalendar(_fixed_closed_days((1, 1), (4, 30), (5, 1), (9, 2))),
        time(9, 15),
        time(14, 45),
        7,
        2,
    ),
}
"""Lunar holidays are known for Korea only."""


def has_opened_today(instant: datetime) -> bool:
    """Return whether KRX trades or has traded on the Korean day of an instant."""
    return KRX.session_day(instant) == instant.astimezone(KST).date()
