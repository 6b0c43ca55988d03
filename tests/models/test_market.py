"""Market hours and refresh times, in whatever time zone an instant is given."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.clock import KST
from kistui.models.market_hours import (
    DomesticExchange,
    MarketPhase,
    is_any_market_open,
    is_trading_day,
    market_phase,
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


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("00:00:00", MarketPhase.CLOSED),
        ("07:59:59.999999", MarketPhase.CLOSED),
        ("08:00:00", MarketPhase.PRE_MARKET),
        ("08:59:59.999999", MarketPhase.PRE_MARKET),
        ("09:00:00", MarketPhase.REGULAR),
        ("15:29:59.999999", MarketPhase.REGULAR),
        ("15:30:00", MarketPhase.AFTER_MARKET),
        ("19:59:59.999999", MarketPhase.AFTER_MARKET),
        ("20:00:00", MarketPhase.CLOSED),
        ("23:59:59.999999", MarketPhase.CLOSED),
    ],
)
def test_a_trading_day_has_its_phases(clock: str, expected: MarketPhase) -> None:
    assert market_phase(at(clock)) is expected
    assert market_phase(at(clock).astimezone(UTC)) is expected
    assert market_phase(at(clock, day=22)) is MarketPhase.HOLIDAY
    assert market_phase(at(clock), [MONDAY]) is MarketPhase.HOLIDAY


def test_each_market_has_its_hours() -> None:
    assert not DomesticExchange.KRX.is_open(at("08:30:00"))
    assert DomesticExchange.NXT.is_open(at("08:30:00"))
    assert DomesticExchange.KRX.is_open(at("15:29:59"))
    assert not DomesticExchange.KRX.is_open(at("15:30:00"))
    assert not DomesticExchange.NXT.is_open(at("20:00:00"))
    assert not DomesticExchange.NXT.is_open(at("10:00:00"), {MONDAY})


def test_the_korean_date_counts_and_not_that_of_the_zone() -> None:
    new_york = timezone(timedelta(hours=-5))
    sunday_there = datetime(2026, 11, 22, 19, 30, tzinfo=new_york)
    assert market_phase(sunday_there) is MarketPhase.REGULAR
    friday_there = datetime(2026, 11, 27, 19, 30, tzinfo=new_york)
    assert market_phase(friday_there) is MarketPhase.HOLIDAY
    assert market_phase(sunday_there, [date(2026, 11, 22)]) is MarketPhase.REGULAR
    assert market_phase(sunday_there, [MONDAY]) is MarketPhase.HOLIDAY


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
        (at("19:59:30"), at("19:59:40"), at("08:00:00", day=24)),
        (at("07:59:30"), at("07:59:40"), at("08:00:30")),
        (at("07:00:00"), at("07:00:10"), at("08:00:00")),
        # After a suspend: at once when the market is open, else at the next opening.
        (at("10:00:00"), at("11:00:00"), at("11:00:00")),
        (at("10:00:00"), at("21:00:00"), at("08:00:00", day=24)),
        (at("19:00:00", day=27), at("10:00:00", day=28), at("08:00:00", day=30)),
    ],
)
def test_the_next_refresh(last: datetime, now: datetime, expected: datetime) -> None:
    assert next_refresh_at(last, now, MINUTE) == expected
    assert next_refresh_at(last.astimezone(UTC), now, MINUTE) == expected


def test_an_interval_is_elapsed_time_across_dst() -> None:
    """An hour is an hour across the end of daylight saving time."""
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    last_refresh = datetime(2026, 10, 24, 23, 30, tzinfo=UTC).astimezone(berlin)
    due = next_refresh_at(last_refresh, last_refresh, timedelta(hours=24))
    assert due == datetime(2026, 10, 25, 23, 30, tzinfo=UTC)


@given(instants, holiday_sets)
def test_phase_and_open_markets_agree(now: datetime, holidays: frozenset[date]) -> None:
    phase = market_phase(now, holidays)
    open_now = is_any_market_open(now, holidays)
    assert open_now == (
        phase in {MarketPhase.PRE_MARKET, MarketPhase.REGULAR, MarketPhase.AFTER_MARKET}
    )
    assert DomesticExchange.KRX.is_open(now, holidays) == (phase is MarketPhase.REGULAR)
    assert (phase is MarketPhase.HOLIDAY) != is_trading_day(now.astimezone(KST).date(), holidays)


@given(instants, holiday_sets, zones)
def test_the_zone_of_an_instant_changes_nothing(
    now: datetime, holidays: frozenset[date], zone: Any
) -> None:
    in_zone = now.astimezone(zone)
    assert market_phase(in_zone, holidays) is market_phase(now, holidays)
    assert next_market_open(in_zone, holidays) == next_market_open(now, holidays)


@given(instants, holiday_sets)
def test_an_opening_is_the_first_after_now(now: datetime, holidays: frozenset[date]) -> None:
    opening = next_market_open(now, holidays)
    assert opening > now
    assert is_any_market_open(opening, holidays)
    assert not is_any_market_open(opening - timedelta(microseconds=1), holidays)
    # No opening lies between: the previous one is on `now`'s day or there is none.
    if not is_any_market_open(now, holidays):
        step = now
        while step < opening:
            assert not is_any_market_open(step, holidays)
            step += timedelta(hours=6)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), intervals, holiday_sets)
def test_a_refresh_is_never_past_early_or_out_of_hours(
    last: datetime, since: timedelta, interval: timedelta, holidays: frozenset[date]
) -> None:
    now = last + since
    due = next_refresh_at(last, now, interval, holidays)
    assert due >= now
    assert due >= last + interval
    assert is_any_market_open(due, holidays)
    if is_any_market_open(last + interval, holidays) and now <= last + interval:
        assert due == last + interval
    assert next_refresh_at(last, due, interval, holidays) == due
