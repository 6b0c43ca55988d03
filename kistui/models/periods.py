"""Ranges of days, and how a long range is split into months."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import Enum

from msgspec import Struct

EARLIEST_DAY = date(2000, 1, 1)
"""No range begins earlier: KIS has nothing older, and each earlier month would be a call."""


class DateRange(Struct, frozen=True, order=True):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def day_count(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    def dates(self) -> Iterator[date]:
        """Yield the days, both ends included; none if the range ends before it begins."""
        return (self.first + timedelta(days=number) for number in range(self.day_count))

    def since(self, day: date) -> "DateRange | None":
        """Return the part from `day` on; `None` if there is none."""
        return DateRange(max(self.first, day), self.last) if day <= self.last else None

    def before(self, day: date) -> "DateRange | None":
        """Return the part before `day`; `None` if there is none."""
        if self.first >= day:
            return None
        return DateRange(self.first, min(self.last, day - timedelta(1)))

    def shifted(self, step: int, months: int, today: date) -> "DateRange":
        """Return the range `step` times `months` later; with `months=0`, `step` times its length.

        A range that would end after today ends today, with the same length. One that would begin
        before `EARLIEST_DAY` stays as it is.
        """
        if step > 0 and self.last >= today:
            return self
        span = timedelta(months * 31 or self.day_count)
        if step < 0 and (self.first - EARLIEST_DAY) < span * -step:
            return self
        if months:
            shifted = DateRange(
                *(_months_before(day, -step * months) for day in (self.first, self.last))
            )
        else:
            distance = timedelta(step * self.day_count)
            shifted = DateRange(self.first + distance, self.last + distance)
        if shifted.last <= today:
            return shifted
        return DateRange(shifted.first - (shifted.last - today), today)

    def divide(self, ranges: Collection["DateRange"]) -> Iterator["DateRange"]:
        """Yield the range in parts, newest first: `ranges` at its ends, and the remainder.

        A range in the middle is not used, because it would leave two parts instead of one.
        """
        remainder: DateRange | None = self
        newest: list[DateRange] = []
        oldest: list[DateRange] = []
        while remainder is not None:
            inside = [
                days
                for days in ranges
                if remainder.first <= days.first and days.last <= remainder.last
            ]
            at_end = [days for days in inside if days.last == remainder.last]
            at_start = [days for days in inside if days.first == remainder.first]
            if at_end:
                newest.append(min(at_end))
                remainder = remainder.before(newest[-1].first)
            elif at_start:
                oldest.append(max(at_start))
                remainder = remainder.since(oldest[-1].last + timedelta(1))
            else:
                break
        yield from (*newest, *([remainder] if remainder else []), *reversed(oldest))

    def split(self, months: int = 1) -> Iterator["DateRange"]:
        """Split the range into parts of whole calendar months; the newest part comes first.

        Days before `EARLIEST_DAY` are left out.
        """
        first, last = max(self.first, EARLIEST_DAY), self.last
        while last >= first:
            part = DateRange(max(_months_before(last.replace(day=1), months - 1), first), last)
            yield part
            last = part.first - timedelta(1)


def days_of_year(year: int, today: date) -> DateRange:
    """Return the days of a calendar year up to `today`; its first day if it has not begun."""
    first = date(year, 1, 1)
    return DateRange(first, max(first, min(date(year, 12, 31), today)))


def parse_days(text: str, today: date) -> DateRange | None:
    """Return two days, or one day up to today; `None` if the text is neither."""
    try:
        first, *later_days = [date.fromisoformat(part) for part in text.split()]
    except ValueError:
        return None
    last = later_days[0] if later_days else today
    is_valid = EARLIEST_DAY <= first <= last and len(later_days) < 2
    return DateRange(first, last) if is_valid else None


class Period(Enum):
    """A range of days that ends today; the value is what users type."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    THREE_MONTHS = "3months"
    YEAR = "year"

    @property
    def months(self) -> int:
        """The number of months; 0 for a shorter period."""
        return _MONTHS.get(self, 0)

    def days_until(self, today: date) -> DateRange:
        """Return the period's days up to `today`."""
        if self is Period.TODAY:
            return DateRange(today, today)
        if self is Period.WEEK:
            return DateRange(today - timedelta(6), today)
        return DateRange(_months_before(today, _MONTHS[self]) + timedelta(1), today)


_MONTHS = {Period.MONTH: 1, Period.THREE_MONTHS: 3, Period.YEAR: 12}


def _months_before(day: date, count: int) -> date:
    """Return the same day of an earlier month, or the month's last day if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
