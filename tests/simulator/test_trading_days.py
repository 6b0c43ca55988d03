"""The calendars of the exchanges, and that nothing happens outside their hours."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kistui.models.market_hours import is_trading_day as client_is_trading_day
from kistui.simulator import overseas
from kistui.simulator.instruments import SAMSUNG
from kistui.simulator.options import KST
from kistui.simulator.overseas import APPLE, TENCENT
from kistui.simulator.overseas_ledger import OverseasLedger, market_of
from kistui.simulator.price_history import overseas_price, quote
from kistui.simulator.trade_times import BUY, SELL, overseas_portfolio_at
from kistui.simulator.trading_days import KRX, MARKETS_BY_CURRENCY, US, MarketHours, us_closed_days
from tests.simulator.support import SimulatorHarness

INSTANTS = st.datetimes(datetime(2025, 3, 1), datetime(2028, 12, 31)).map(
    lambda local: local.replace(microsecond=0, second=0, tzinfo=KST)
)


def test_krx_is_closed_on_the_days_that_it_announces() -> None:
    days = [date(2026, 1, 1) + timedelta(number) for number in range(730)]
    assert [day for day in days if KRX.calendar.is_open(day)] == [
        day for day in days if client_is_trading_day(day)
    ]


def test_earlier_years_follow_the_rules() -> None:
    closed = (
        "0101 0127 0128 0129 0130 0303 0501 0505 0506 0603 0606 0815 1003 1006 1007 1008 1009 "
        "1225 1231"
    )
    days = [date(2025, 1, 1) + timedelta(number) for number in range(365)]
    assert (
        " ".join(
            f"{day:%m%d}" for day in days if day.weekday() < 5 and not KRX.calendar.is_open(day)
        )
        == closed
    )


@pytest.mark.parametrize(
    ("year", "closed"),
    [
        (2025, "0101 0109 0120 0217 0418 0526 0619 0704 0901 1127 1225"),
        (2026, "0101 0119 0216 0403 0525 0619 0703 0907 1126 1225"),
        (2027, "0101 0118 0215 0326 0531 0618 0705 0906 1125 1224"),
        (2028, "0117 0221 0414 0529 0619 0704 0904 1123 1225"),
    ],
)
def test_new_york_is_closed_on_its_holidays(year: int, closed: str) -> None:
    assert " ".join(f"{day:%m%d}" for day in sorted(us_closed_days(year))) == closed


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        (date(2026, 11, 25), (14, 30), (21, 0)),
        (date(2026, 11, 27), (14, 30), (18, 0)),  # the day after Thanksgiving
        (date(2026, 12, 24), (14, 30), (18, 0)),
        (date(2026, 3, 6), (14, 30), (21, 0)),
        (date(2026, 3, 9), (13, 30), (20, 0)),  # summer time began on the 8th
        (date(2026, 10, 30), (13, 30), (20, 0)),
        (date(2026, 11, 2), (14, 30), (21, 0)),  # and ended on the 1st
    ],
)
def test_new_york_has_half_days_and_summer_time(
    day: date, opens: tuple[int, int], closes: tuple[int, int]
) -> None:
    assert US.opening(day) == datetime.combine(day, time(*opens), UTC)
    assert US.closing(day) == datetime.combine(day, time(*closes), UTC)


@pytest.mark.parametrize(
    ("currency", "traded", "settled"),
    [
        ("KRW", date(2026, 11, 27), date(2026, 12, 1)),
        ("KRW", date(2026, 12, 30), date(2027, 1, 5)),
        ("USD", date(2026, 11, 23), date(2026, 11, 25)),
        ("USD", date(2026, 11, 25), date(2026, 11, 30)),  # Thanksgiving, then a weekend in Korea
        ("USD", date(2026, 12, 30), date(2027, 1, 4)),
        ("JPY", date(2026, 11, 23), date(2026, 11, 25)),
        ("CNY", date(2026, 11, 23), date(2026, 11, 24)),
    ],
)
def test_trades_settle_on_trading_days(currency: str, traded: date, settled: date) -> None:
    assert MARKETS_BY_CURRENCY[currency].settlement_day(traded) == settled


@settings(max_examples=150, deadline=None)
@given(INSTANTS)
def test_prices_stand_still_outside_sessions(now: datetime) -> None:
    seconds = int(now.timestamp())
    prices: tuple[tuple[MarketHours, Callable[[int], Decimal]], ...] = (
        (KRX, lambda seconds: Decimal(quote(SAMSUNG, 1, seconds))),
        (US, partial(overseas_price, APPLE, 1)),
        (market_of(TENCENT), partial(overseas_price, TENCENT, 1)),
    )
    for market, price in prices:
        closed_at = int(market.closing(market.session_day(now)).timestamp())
        if market.is_closed(now):
            assert price(seconds) == price(closed_at)
        before = price(closed_at - 1)
        assert abs(before - price(closed_at)) * 200 <= before  # the last price is near the close


@given(st.integers(0, 20), INSTANTS)
def test_overseas_orders_are_within_sessions_and_agree_with_what_is_held(
    seed: int, now: datetime
) -> None:
    after_session = overseas.ordinary(seed)
    ledger = OverseasLedger(after_session, seed, now)
    for order in ledger.orders:
        market = market_of(order.item)
        assert market.calendar.is_open(order.day)
        assert market.opening(order.day) <= order.korean_time <= now
        assert order.korean_time < market.closing(order.day)
    for position in overseas_portfolio_at(after_session, now).positions:
        held = sum(
            (
                order.filled * (1 if order.side == BUY else -1)
                for order in ledger.orders
                if (order.item.code, order.is_fraction)
                == (position.instrument.code, position.is_ministock)
            ),
            Decimal(0),
        )
        assert held == position.quantity
    for trade in ledger.trades:
        assert trade.settlement_day > trade.day
        assert KRX.calendar.is_open(trade.settlement_day)
    days = {order.day for order in ledger.orders if order.side == SELL}
    assert days


KODEX_200 = "069500"


def prices_at(clock: str, price_set: str) -> dict[str, int]:
    """Return the prices by code at a Korean time of November 2026."""
    with SimulatorHarness() as harness:
        harness.clock.now = datetime.fromisoformat(f"2026-11-{clock}").replace(tzinfo=KST)
        body = harness.request_balance(harness.issue_token(), {"AFHR_FLPR_YN": price_set}).json
        return {row["pdno"]: int(row["prpr"]) for row in body["output1"]}


def test_the_close_stands_still_after_hours() -> None:
    close = prices_at("23 15:30:00", "N")
    assert prices_at("23 15:20:00", "N") != close
    for later in ("23 16:30:00", "23 19:59:00", "23 23:59:00"):
        assert prices_at(later, "N") == close
    assert prices_at("28 12:00:00", "N") == prices_at("27 15:30:00", "N")


@pytest.mark.parametrize("price_set", ["Y", "X"])
def test_other_prices_move_until_eight(price_set: str) -> None:
    close = prices_at("23 15:30:00", "N")
    evening = prices_at("23 18:00:00", price_set)
    assert evening != close
    assert evening[KODEX_200] == close[KODEX_200]  # no ETF is traded after hours
    last = prices_at("23 20:00:00", price_set)
    assert last != evening
    assert prices_at("23 23:00:00", price_set) == last
    assert prices_at("24 08:30:00", price_set) != prices_at("24 08:30:00", "N")


def test_items_that_nxt_does_not_list_keep_the_price_of_krx() -> None:
    close, integrated, nxt = (prices_at("23 18:00:00", price_set) for price_set in "NYX")
    moved = {code for code in close if integrated[code] != close[code]}
    assert {code for code in close if nxt[code] != close[code]} < moved


def test_another_price_set_is_an_invalid_parameter() -> None:
    with SimulatorHarness() as harness:
        response = harness.request_balance(harness.issue_token(), {"AFHR_FLPR_YN": "Z"})
        assert response.code == "OPSQ2001"
