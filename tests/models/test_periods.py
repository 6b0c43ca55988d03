"""Ranges of days and their parts."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.models.periods import EARLIEST_DAY, DateRange, Period, parse_days

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS, st.integers(0, 900), st.integers(1, 14))
def test_parts_cover_every_day_once_and_the_newest_comes_first(
    first: date, length: int, months: int
) -> None:
    days = DateRange(first, first + timedelta(length))
    parts = list(days.split(months))
    assert parts[0].last == days.last
    assert parts[-1].first == days.first
    assert sum(part.day_count for part in parts) == days.day_count
    assert all(part.last == later.first - timedelta(1) for later, part in pairwise(parts))


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(-5, 45), st.integers(0, 20)), max_size=5),
)
def test_a_range_is_divided_at_its_ends(length: int, spans: list[tuple[int, int]]) -> None:
    first = date(2026, 11, 1)
    days = DateRange(first, first + timedelta(length))
    ranges = [
        DateRange(first + timedelta(start), first + timedelta(start + span))
        for start, span in spans
    ]
    parts = list(days.divide(ranges))
    assert (parts[0].last, parts[-1].first) == (days.last, days.first)
    assert all(part.last == later.first - timedelta(1) for later, part in pairwise(parts))
    assert sum(part not in ranges for part in parts) <= 1


@given(DAYS, st.integers(0, 30), DAYS)
def test_a_range_is_cut_in_two(first: date, length: int, border: date) -> None:
    days = DateRange(first, first + timedelta(length))
    parts = [part for part in (days.before(border), days.since(border)) if part]
    assert sum(part.day_count for part in parts) == days.day_count
    assert all(border not in part or part.first >= border for part in parts)


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period.TODAY, date(2026, 3, 31)),
        (Period.WEEK, date(2026, 3, 25)),
        (Period.MONTH, date(2026, 3, 1)),
        (Period.THREE_MONTHS, date(2026, 1, 1)),
        (Period.YEAR, date(2025, 4, 1)),
    ],
)
def test_a_period_ends_today(period: Period, first: date) -> None:
    today = date(2026, 3, 31)
    assert period.days_until(today) == DateRange(first, today)


@pytest.mark.parametrize("period", Period)
def test_a_range_is_shifted_back_to_the_earliest_day_and_forward_to_today(period: Period) -> None:
    today = date(2026, 3, 31)
    days = period.days_until(today)
    for _ in range(10_000):
        days = days.shifted(-1, period.months, today)
        assert days.first >= EARLIEST_DAY
    assert days.first.year in {2000, 2001} or period is Period.TODAY
    assert days == days.shifted(-1, period.months, today)
    for _ in range(10_000):
        days = days.shifted(1, period.months, today)
    assert days.last == today


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-01-01 2026-02-01", DateRange(date(2026, 1, 1), date(2026, 2, 1))),
        ("2026-01-01", DateRange(date(2026, 1, 1), date(2026, 3, 31))),
        ("0001-01-01", None),
        ("1999-12-31 2026-02-01", None),
        ("2026-02-01 2026-01-01", None),
        ("2026-04-01", None),
    ],
)
def test_typed_days_are_read_or_refused(text: str, days: DateRange | None) -> None:
    assert parse_days(text, date(2026, 3, 31)) == days


def test_no_part_begins_before_the_earliest_day() -> None:
    parts = list(DateRange(date.min, date(2001, 3, 31)).split(13))
    assert [part.first for part in parts] == [date(2000, 3, 1), EARLIEST_DAY]
    assert not list(DateRange(date.min, date(1999, 12, 31)).split())
