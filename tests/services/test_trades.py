"""Orders, profit and the tax sheet against the simulator: parts, sums, and repeated calls."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from kistui.client.realized_profit import fetch_trade_profit
from kistui.errors import KistuiError, NotOnPaperError, TemporaryServerError
from kistui.models.arithmetic import sum_or_none
from kistui.models.calls import ignore_progress
from kistui.models.markets import Market
from kistui.models.order_list import OrderList
from kistui.models.orders import OrderState, Side
from kistui.models.periods import DateRange, Period
from kistui.models.profit_report import ProfitGrouping, ProfitReport
from kistui.services.day_cache import DayCache
from kistui.services.trades import TradeReader
from kistui.simulator import error_response
from tests.client.conftest import ClientHarness, OpenClient, open_client
from tests.support import MORNING

__all__ = ["open_client"]

TODAY = MORNING.date()
YEAR = Period.YEAR.days_until(TODAY)


def reader_of(harness: ClientHarness) -> TradeReader:
    """Return the reader of a harness's account."""
    return TradeReader(harness.profile, harness.read_account)


async def last(parts: AsyncIterator[OrderList]) -> OrderList:
    return [part async for part in parts][-1]


async def last_report(parts: AsyncIterator[ProfitReport]) -> ProfitReport:
    return [part async for part in parts][-1]


async def test_orders_come_in_parts_newest_first(open_client: OpenClient) -> None:
    harness = open_client()
    parts = [part async for part in reader_of(harness).read_orders(YEAR, TODAY)]
    assert [part.parts_read for part in parts] == list(range(1, len(parts) + 1))
    assert {order.ordered_on for order in parts[0].orders} == {TODAY}
    assert not parts[0].is_complete
    assert parts[-1].is_complete
    counts = [len(part.orders) for part in parts]
    assert counts == sorted(counts)
    days = [order.ordered_on or date.min for order in parts[-1].orders]
    assert days == sorted(days, reverse=True)
    assert len({order.key for order in parts[-1].orders}) == counts[-1]
    assert {order.market for order in parts[-1].orders} >= {Market.KR, Market.US, Market.HK}


async def test_orders_agree_with_the_balance(open_client: OpenClient) -> None:
    harness = open_client()
    balance = await harness.fetch_balance()
    orders = await last(reader_of(harness).read_orders(DateRange(TODAY, TODAY), TODAY))
    summary = balance.summary
    assert orders.amount(Side.BUY)["KRW"] == summary.bought_today
    assert orders.amount(Side.SELL)["KRW"] == summary.sold_today
    assert orders.estimated_costs == summary.costs_today
    states = {order.state for order in orders.orders}
    assert states >= {
        OrderState.OPEN, OrderState.PARTLY_FILLED, OrderState.FILLED, OrderState.CANCELLED,
        OrderState.REJECTED,
    }  # fmt: skip
    partly = next(order for order in orders.orders if order.state is OrderState.PARTLY_FILLED)
    (holding,) = (row for row in balance.holdings if row.code == partly.code)
    assert partly.filled_quantity == holding.bought_today
    assert len(partly.changes) == 1


@pytest.mark.parametrize("grouping", list(ProfitGrouping))
@pytest.mark.parametrize("seed", [1, 7])
async def test_profit_agrees_with_kis_whatever_it_is_grouped_by(
    open_client: OpenClient, grouping: ProfitGrouping, seed: int
) -> None:
    harness = open_client(seed=seed)
    report = await last_report(reader_of(harness).read_profit(YEAR, grouping, TODAY))
    assert report.is_complete
    assert report.checks
    assert report.wrong_sums == ()
    total = report.total()
    assert total.profit == sum_or_none(group.profit for group in report.groups())
    daily = await last_report(reader_of(harness).read_profit(YEAR, ProfitGrouping.DAY, TODAY))
    for name in ("profit", "sold", "fees", "taxes", "interest"):
        assert getattr(total, name) == getattr(daily.total(), name)


async def test_days_in_the_future_are_an_empty_list_without_a_call(open_client: OpenClient) -> None:
    harness = open_client()
    days = DateRange(TODAY + timedelta(1), TODAY + timedelta(9))
    orders = await last(reader_of(harness).read_orders(days, TODAY))
    assert (orders.orders, orders.is_complete) == ((), True)
    for grouping in ProfitGrouping:
        report = await last_report(reader_of(harness).read_profit(days, grouping, TODAY))
        assert (report.lines, report.is_complete) == ((), True)
    (trades,) = [part async for part in reader_of(harness).read_overseas_trades(days, TODAY)]
    assert (trades.rows, trades.is_complete) == ((), True)
    assert harness.call_count == 0


async def test_overseas_trades_are_asked_for_up_to_today(open_client: OpenClient) -> None:
    harness = open_client()
    days = DateRange(TODAY - timedelta(9), TODAY + timedelta(900))
    *_, trades = [part async for part in reader_of(harness).read_overseas_trades(days, TODAY)]
    assert trades.is_complete
    ranges = [
        (request.query["ERLM_STRT_DT"], request.query["ERLM_END_DT"])
        for request in harness.simulator.requests
        if "ERLM_STRT_DT" in request.query
    ]
    assert ranges == [("20261114", "20261123")]


async def test_the_tax_sheet_of_a_later_year_asks_for_no_days_in_the_future(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    *_, (_, sheet) = [
        part async for part in reader_of(harness).read_tax_sheet(TODAY.year + 2, TODAY)
    ]
    assert sheet is not None
    assert sheet.sales == ()
    ranges = {
        (request.query["ERLM_STRT_DT"], request.query["ERLM_END_DT"])
        for request in harness.simulator.requests
        if "ERLM_STRT_DT" in request.query
    }
    assert ranges == {("20261123", "20261123")}


async def test_running_profit_ends_in_the_total(open_client: OpenClient) -> None:
    report = await last_report(
        reader_of(open_client()).read_profit(YEAR, ProfitGrouping.MONTH, TODAY)
    )
    groups = report.groups()
    assert groups[0].running_profit == report.total().profit
    assert [group.key for group in groups] == sorted((group.key for group in groups), reverse=True)
    korea = report.total(Market.KR)
    overseas = [report.total(market).profit or 0 for market in Market if market is not Market.KR]
    assert (korea.profit or 0) + sum(overseas) == report.total().profit


async def test_rates_by_item_are_kis_s(open_client: OpenClient) -> None:
    closed = DateRange(YEAR.first, TODAY - timedelta(1))
    harness = open_client()
    report = await last_report(reader_of(harness).read_profit(closed, ProfitGrouping.TRADE, TODAY))
    pages = await harness.read_account(
        lambda request: fetch_trade_profit(request, closed), ignore_progress
    )
    assert pages.summary is not None
    assert pages.summary.rate is not None
    assert report.total(Market.KR).rate == pages.summary.rate.quantize(Decimal("0.01"))


async def test_todays_profit_is_the_balances(open_client: OpenClient) -> None:
    days = DateRange(TODAY, TODAY)
    report = await last_report(
        reader_of(open_client()).read_profit(days, ProfitGrouping.DAY, TODAY)
    )
    (line,) = report.lines
    assert (line.is_today, line.profit, line.sold) == (True, 139_672, 1_420_000)


async def test_a_wrong_total_is_shown_as_a_difference(open_client: OpenClient) -> None:
    harness = open_client(scene="wrong-sums")
    report = await last_report(reader_of(harness).read_profit(YEAR, ProfitGrouping.DAY, TODAY))
    (check,) = report.wrong_sums
    assert (check.name, check.difference) == ("profit", Decimal(77_700))


async def test_days_that_are_over_are_not_asked_for_again(open_client: OpenClient) -> None:
    harness = open_client()
    reader = reader_of(harness)
    first = await last(reader.read_orders(YEAR, TODAY))
    call_count = harness.call_count
    repeated = await last(reader.read_orders(YEAR, TODAY))
    # Today, and the overseas parts that may still change.
    assert harness.call_count - call_count <= 3
    assert repeated.orders == first.orders
    call_count = harness.call_count
    await last_report(reader.read_profit(YEAR, ProfitGrouping.DAY, TODAY))
    await last_report(reader.read_profit(YEAR, ProfitGrouping.MONTH, TODAY))
    assert harness.call_count - call_count == 5
    tomorrow = TODAY + timedelta(1)
    call_count = harness.call_count
    await last_report(reader.read_profit(YEAR, ProfitGrouping.DAY, tomorrow))
    assert harness.call_count - call_count >= 3


def domestic_ranges(harness: ClientHarness) -> list[DateRange]:
    """Return the days of the calls for domestic orders, oldest call first."""
    return [
        DateRange(
            date.fromisoformat(request.query["INQR_STRT_DT"]),
            date.fromisoformat(request.query["INQR_END_DT"]),
        )
        for request in harness.simulator.requests
        if request.path.endswith("inquire-daily-ccld")
    ]


async def test_a_longer_range_asks_for_no_day_again(open_client: OpenClient) -> None:
    harness = open_client()
    reader = reader_of(harness)
    for period in (Period.WEEK, Period.MONTH, Period.THREE_MONTHS, Period.YEAR):
        orders = await last(reader.read_orders(period.days_until(TODAY), TODAY))
    past_ranges = sorted(days for days in domestic_ranges(harness) if TODAY not in days)
    fresh = await last(reader_of(harness).read_orders(YEAR, TODAY))
    assert orders.orders == fresh.orders
    assert all(days.last < later.first for days, later in pairwise(past_ranges))


async def test_the_tax_sheet_asks_again_only_for_what_may_settle(open_client: OpenClient) -> None:
    harness = open_client()
    reader = reader_of(harness)

    async def read_sheet() -> object:
        return [part async for part in reader.read_tax_sheet(TODAY.year, TODAY)][-1][1]

    sheet = await read_sheet()
    request_count = len(harness.simulator.requests)
    assert await read_sheet() == sheet
    repeated = [
        request.query["INQR_STRT_DT" if "profit" in request.path else "ERLM_STRT_DT"]
        for request in harness.simulator.requests[request_count:]
        if "period" in request.path
    ]
    assert repeated == ["20261109", "20261123"]  # two weeks of trades, and today's profit


async def test_an_overseas_failure_leaves_the_domestic_orders(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script("trading/inquire-ccnl", *[error_response("EGW00203")] * 3)
    orders = await last(reader_of(harness).read_orders(DateRange(TODAY, TODAY), TODAY))
    assert isinstance(orders.overseas_error, TemporaryServerError)
    assert not orders.is_complete
    assert {order.market for order in orders.orders} == {Market.KR}


async def test_a_domestic_failure_is_an_error_and_no_empty_list(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script("inquire-daily-ccld", *[error_response("EGW00203")] * 3)
    with pytest.raises(KistuiError):
        await last(reader_of(harness).read_orders(DateRange(TODAY, TODAY), TODAY))


async def test_an_account_without_consent_has_no_overseas_part(open_client: OpenClient) -> None:
    harness = open_client(scene="no-consent")
    orders = await last(reader_of(harness).read_orders(DateRange(TODAY, TODAY), TODAY))
    assert orders.is_complete
    assert {order.market for order in orders.orders} == {Market.KR}


async def test_a_pension_names_the_days_kis_does_not_serve(open_client: OpenClient) -> None:
    harness = open_client()
    harness.use_account(harness.simulator.accounts[2])
    orders = await last(reader_of(harness).read_orders(YEAR, TODAY))
    assert orders.missing_days == DateRange(TODAY - timedelta(90), TODAY - timedelta(1))
    assert orders.orders


async def test_paper_has_no_profit_and_says_so_without_a_call(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    reader = reader_of(harness)
    with pytest.raises(NotOnPaperError):
        await last_report(reader.read_profit(YEAR, ProfitGrouping.DAY, TODAY))
    with pytest.raises(NotOnPaperError):
        async for _ in reader.read_tax_sheet(2026, TODAY):
            pass
    assert harness.call_count == 0
    orders = await last(reader.read_orders(DateRange(TODAY, TODAY), TODAY))
    assert orders.is_paper
    assert all(order.market is not Market.KR for order in orders.orders)


async def test_the_tax_sheet_looks_for_purchases_of_earlier_years(open_client: OpenClient) -> None:
    harness = open_client()
    parts = [part async for part in reader_of(harness).read_tax_sheet(2026, TODAY)]
    sheet = parts[-1][1]
    assert sheet is not None
    assert all(part is None for _, part in parts[:-1])
    assert sheet.sales
    assert sheet.unsettled
    assert sheet.sales_without_cost == 0
    assert sheet.purchases_since is not None
    assert sheet.purchases_since.year < 2026
    assert sheet.kis_profit is not None
    assert sheet.gain == sum_or_none(sale.gain for sale in sheet.sales)
    assert all(
        sale.trade.settlement_date and sale.trade.settlement_date.year == 2026
        for sale in sheet.sales
    )


def test_results_of_another_day_are_dropped() -> None:
    cache = DayCache()
    cache.store("key", TODAY, 1)
    assert cache.get("key", TODAY) == 1
    assert cache.get("key", TODAY + timedelta(1)) is None
    cache.store("other", TODAY + timedelta(1), 2)
    assert len(cache) == 1


def test_the_least_used_results_are_dropped() -> None:
    cache = DayCache(max_results=3)
    for number in range(3):
        cache.store(number, TODAY, number)
    assert cache.get(0, TODAY) == 0
    cache.store(3, TODAY, 3)
    assert [cache.get(number, TODAY) for number in range(4)] == [0, None, 2, 3]
