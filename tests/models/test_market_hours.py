"""Market hours and refresh times, in whatever time zone an instant is given."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.clock import KST
from kistui.models.market_hours import (
    FINAL_AFTER,
    AfterHoursPrice,
    next_final_prices,
    next_market_open,
    next_refresh_at,
    settlement_days,
)

MONDAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)


def at(clock: str, day: int = 23) -> datetime:
    """Return a Korean time of November 2026; the 23rd is a Monday."""
    return datetime.fromisoformat(f"2026-11-{day:02} {clock}").replace(tzinfo=KST)


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants: st.SearchStrategy[datetime] = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=zones
)
holiday_sets = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=30)
intervals = st.timedeltas(timedelta(seconds=1), timedelta(days=3))


CLOSE, INTEGRATED, NXT = AfterHoursPrice


@pytest.mark.parametrize(
    ("clock", "moving"),
    [
        ("00:00:00", ()),
        ("07:59:59.999999", ()),
        ("08:00:00", (INTEGRATED, NXT)),
        ("08:59:59.999999", (INTEGRATED, NXT)),
        ("09:00:00", (CLOSE, INTEGRATED, NXT)),
        ("15:29:59.999999", (CLOSE, INTEGRATED, NXT)),
        ("15:30:00", (INTEGRATED, NXT)),
        ("19:59:59.999999", (INTEGRATED, NXT)),
        ("20:00:00", ()),
    ],
)
def test_each_price_moves_in_its_sessions(clock: str, moving: tuple[AfterHoursPrice, ...]) -> None:
    assert tuple(price for price in AfterHoursPrice if price.may_move(at(clock))) == moving
    assert all(price.may_move(at(clock).astimezone(UTC)) for price in moving)
    assert not any(price.may_move(at(clock, day=22)) for price in AfterHoursPrice)
    assert not any(price.may_move(at(clock), [MONDAY]) for price in AfterHoursPrice)


def test_the_korean_date_counts_and_not_that_of_the_zone() -> None:
    new_york = timezone(timedelta(hours=-5))
    sunday_there = datetime(2026, 11, 22, 19, 30, tzinfo=new_york)
    assert CLOSE.may_move(sunday_there)
    friday_there = datetime(2026, 11, 27, 19, 30, tzinfo=new_york)
    assert not CLOSE.may_move(friday_there)
    assert CLOSE.may_move(sunday_there, [date(2026, 11, 22)])
    assert not CLOSE.may_move(sunday_there, [MONDAY])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at("00:00:00"), at("08:00:00")),
        (at("07:59:59"), at("08:00:00")),
        (at("08:00:00"), at("08:00:00", day=24)),
        (at("23:59:59"), at("08:00:00", day=24)),
        (at("20:00:00", day=27), at("08:00:00", day=30)),
        (at("12:00:00", day=28), at("08:00:00", day=30)),
        (at("12:00:00", day=29).astimezone(UTC), at("08:00:00", day=30)),
    ],
)
def test_the_next_opening(now: datetime, expected: datetime) -> None:
    assert next_market_open(now) == expected


def test_the_next_opening_skips_holidays() -> None:
    days = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert next_market_open(at("12:00:00", day=21), days) == at("08:00:00", day=26)


@pytest.mark.parametrize(
    ("today", "holidays", "expected"),
    [
        ("2026-11-23", (), "11-24 11-25"),
        ("2026-11-27", (), "11-30 12-01"),
        ("2026-11-28", (), "11-30 12-01"),
        ("2026-12-23", (), "12-24 12-28"),
        ("2026-12-30", (), "01-04 01-05"),
        ("2027-02-05", (), "02-10 02-11"),
        ("2026-11-23", (date(2026, 11, 24),), "11-25 11-26"),
        ("2035-12-24", (), "12-25 12-26"),  # of this year only weekends are known
    ],
)
def test_trades_settle_on_trading_days(
    today: str, holidays: tuple[date, ...], expected: str
) -> None:
    noon = datetime.fromisoformat(f"{today} 12:00").replace(tzinfo=KST)
    days = settlement_days(noon, holidays)
    assert " ".join(f"{day:%m-%d}" for day in days) == expected
    assert settlement_days(noon.astimezone(UTC), holidays) == days


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (at("10:00:00"), at("10:00:30"), at("10:01:00")),
        # Once more when the last prices are final, then at the next opening.
        (at("19:59:30"), at("19:59:40"), at("20:10:00")),
        (at("20:10:05"), at("20:10:10"), at("08:00:00", day=24)),
        (at("07:59:30"), at("07:59:40"), at("08:00:30")),
        (at("07:00:00"), at("07:00:10"), at("08:00:00")),
        # After a suspend: at once when the figures have moved since, else at the next opening.
        (at("10:00:00"), at("11:00:00"), at("11:00:00")),
        (at("10:00:00"), at("21:00:00"), at("21:00:00")),
        (at("20:30:00"), at("21:00:00"), at("08:00:00", day=24)),
        (at("19:00:00", day=27), at("10:00:00", day=28), at("10:00:00", day=28)),
        (at("20:10:01", day=27), at("10:00:00", day=28), at("08:00:00", day=30)),
    ],
)
def test_the_next_refresh(last: datetime, now: datetime, expected: datetime) -> None:
    assert next_refresh_at(last, now, MINUTE) == expected
    assert next_refresh_at(last.astimezone(UTC), now, MINUTE) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (at("08:30:00"), at("09:00:00")),
        (at("15:28:00"), at("15:29:00")),
        (at("15:29:30"), at("15:40:00")),
        (at("15:39:59"), at("15:40:59")),
        (at("15:40:00"), at("09:00:00", day=24)),
        (at("17:00:00"), at("09:00:00", day=24)),
    ],
)
def test_the_close_is_read_once_more_and_then_not_again(last: datetime, expected: datetime) -> None:
    assert next_refresh_at(last, last, MINUTE, price=CLOSE) == expected


def test_calls_of_an_evening_that_the_close_saves() -> None:
    def refreshes(price: AfterHoursPrice) -> int:
        now, count = at("15:30:00"), 0
        while (due := next_refresh_at(now, now, MINUTE, price=price)) < at("00:00:00", day=24):
            now, count = due, count + 1
        return count

    assert refreshes(CLOSE) == 1
    assert refreshes(NXT) == refreshes(INTEGRATED) == 270


def test_an_interval_is_elapsed_time_across_dst() -> None:
    """An hour is an hour across the end of daylight saving time."""
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    last_refresh = datetime(2026, 10, 24, 23, 30, tzinfo=UTC).astimezone(berlin)
    due = next_refresh_at(last_refresh, last_refresh, timedelta(hours=24))
    assert due == datetime(2026, 10, 25, 23, 30, tzinfo=UTC)


@given(instants, holiday_sets, zones)
def test_the_zone_of_an_instant_changes_nothing(
    now: datetime, holidays: frozenset[date], zone: Any
) -> None:
    in_zone = now.astimezone(zone)
    assert CLOSE.may_move(in_zone, holidays) is CLOSE.may_move(now, holidays)
    assert next_final_prices(in_zone, holidays) == next_final_prices(now, holidays)
    assert next_market_open(in_zone, holidays) == next_market_open(now, holidays)


@given(instants, holiday_sets)
def test_an_opening_is_the_first_after_now(now: datetime, holidays: frozenset[date]) -> None:
    opening = next_market_open(now, holidays)
    assert opening > now
    assert INTEGRATED.may_move(opening, holidays)
    assert not INTEGRATED.may_move(opening - timedelta(microseconds=1), holidays)
    # No opening lies between: the previous one is on `now`'s day or there is none.
    if not INTEGRATED.may_move(now, holidays):
        step = now
        while step < opening:
            assert not INTEGRATED.may_move(step, holidays)
            step += timedelta(hours=6)


@given(
    instants,
    st.timedeltas(timedelta(0), timedelta(days=9)),
    intervals,
    holiday_sets,
    st.sampled_from(AfterHoursPrice),
)
def test_a_refresh_is_never_past_early_or_for_figures_that_stand_still(
    last: datetime,
    since: timedelta,
    interval: timedelta,
    holidays: frozenset[date],
    price: AfterHoursPrice,
) -> None:
    now = last + since
    due = next_refresh_at(last, now, interval, holidays, price)
    assert due >= now
    assert due >= last + interval
    assert price.may_move(due, holidays) or next_final_prices(last, holidays, price) <= due
    if price.may_move(last + interval, holidays) and now <= last + interval:
        assert due == last + interval
    assert next_refresh_at(last, due, interval, holidays, price) == due


@given(instants, holiday_sets, st.sampled_from(AfterHoursPrice))
def test_prices_are_final_some_minutes_after_they_last_moved(
    now: datetime, holidays: frozenset[date], price: AfterHoursPrice
) -> None:
    final = next_final_prices(now, holidays, price)
    assert final > now
    last_moment = final - FINAL_AFTER - timedelta(microseconds=1)
    assert price.may_move(last_moment, holidays)
    assert not price.may_move(final - FINAL_AFTER, holidays)
