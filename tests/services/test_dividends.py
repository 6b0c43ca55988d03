"""Dividends of an account against the simulator: parts, failures, and repeated calls."""

from datetime import date, timedelta

import pytest

from kistui.errors import KistuiError, NotOnPaperError, TemporaryServerError
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress
from kistui.models.dividends import DividendReport
from kistui.models.periods import days_of_year
from kistui.services.dividends import DividendReader
from kistui.simulator import error_response
from tests.client.conftest import ClientHarness, OpenClient, open_client
from tests.support import MORNING

__all__ = ["open_client"]

TODAY = MORNING.date()
YEAR = days_of_year(TODAY.year, TODAY)
RIGHTS, SCHEDULE = "period-rights", "ksdinfo/dividend"


def reader_of(harness: ClientHarness) -> DividendReader:
    """Return the dividends of a harness's account."""

    async def fetch_balance(_on_progress: OnProgress) -> Balance:
        return await harness.fetch_balance()

    return DividendReader(harness.profile, harness.read_account, fetch_balance)


async def read(
    reader: DividendReader, *, with_schedule: bool = True, is_refresh: bool = False
) -> list[DividendReport]:
    parts = reader.read(YEAR, TODAY, with_schedule=with_schedule, is_refresh=is_refresh)
    return [part async for part in parts]


async def test_rights_come_first_then_the_schedule_of_each_item(open_client: OpenClient) -> None:
    harness = open_client()
    parts = await read(reader_of(harness))
    paths = [request.path for request in harness.simulator.requests if "/uapi/" in request.path]
    assert [path.rsplit("/", 1)[1] for path in paths[:4]] == [
        "period-rights", "period-rights", "inquire-balance", "dividend",
    ]  # fmt: skip
    assert [part.parts_read for part in parts] == list(range(1, len(parts) + 1))
    report = parts[-1]
    assert report.is_complete
    assert len(parts) == len(paths) == 3 + len(report.holdings or ())
    assert parts[1].received == report.received
    assert len(report.announced) > len(parts[1].announced) > 0
    assert all(dividend.pay_date in YEAR for dividend in report.received)
    assert not any(dividend.is_received(TODAY) for dividend in report.announced)


async def test_announced_dividends_are_of_the_shares_in_the_balance(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    report = (await read(reader_of(harness)))[-1]
    balance = await harness.fetch_balance()
    held = {holding.code: holding.quantity or 0 for holding in balance.open_holdings}
    computed = [item for item in report.announced if item.is_computed]
    assert computed
    for item in computed:
        assert item.quantity == held[item.code]
        assert item.gross is None or item.gross == int((item.per_share or 0) * held[item.code])


async def test_many_items_come_in_steps(open_client: OpenClient) -> None:
    harness = open_client(holdings=120)
    parts = await read(reader_of(harness))
    assert len(parts) < 40
    assert parts[-1].parts_read == parts[-1].part_count > 120
    assert parts[-1].is_complete


async def test_a_dividend_of_last_years_record_date_is_this_years(open_client: OpenClient) -> None:
    report = (await read(reader_of(open_client())))[-1]
    assert min(item.record_date or TODAY for item in report.received) < YEAR.first


async def test_results_of_today_are_not_read_again(open_client: OpenClient) -> None:
    harness = open_client()
    reader = reader_of(harness)
    first = (await read(reader))[-1]
    before = harness.call_count
    assert (await read(reader))[-1] == first
    assert harness.call_count == before
    await read(reader, is_refresh=True)
    assert harness.call_count == before + 2  # the rights of this year, and the balance
    tomorrow = TODAY + timedelta(1)
    async for _ in reader.read(YEAR, tomorrow):
        pass
    assert harness.call_count == before + 2 + before


async def test_without_a_schedule_only_rights_and_holdings_are_read(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    report = (await read(reader_of(harness), with_schedule=False))[-1]
    assert harness.call_count == 3
    assert report.is_complete


async def test_a_failed_announcement_leaves_what_was_received(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(SCHEDULE, None, *[error_response("EGW00001")] * 9)
    report = (await read(reader_of(harness)))[-1]
    assert isinstance(report.announced_error, TemporaryServerError)
    assert report.received
    assert report.holdings
    assert not report.is_complete


async def test_a_failed_balance_leaves_what_was_received(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script("inquire-balance", *[error_response("EGW00001")] * 9)
    report = (await read(reader_of(harness)))[-1]
    assert report.announced_error is not None
    assert report.received
    assert report.holdings is None


async def test_failed_rights_are_an_error(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(RIGHTS, *[error_response("EGW00001")] * 9)
    with pytest.raises(KistuiError):
        await read(reader_of(harness))


async def test_dividends_on_paper_are_refused_without_a_call(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    with pytest.raises(NotOnPaperError):
        await read(reader_of(harness))
    assert harness.call_count == 0


async def test_the_rights_of_a_pension_are_not_asked_for(open_client: OpenClient) -> None:
    harness = open_client()
    harness.use_account(harness.simulator.accounts[2])
    report = (await read(reader_of(harness)))[-1]
    assert not report.has_rights
    assert report.is_complete
    assert harness.simulator.count_requests(RIGHTS) == 0
    assert harness.simulator.count_requests(SCHEDULE) == len(report.holdings or ())


async def test_an_earlier_year_has_what_was_paid_in_it(open_client: OpenClient) -> None:
    harness = open_client()
    reader = reader_of(harness)
    last_year = days_of_year(TODAY.year - 1, TODAY)
    reports = [part async for part in reader.read(last_year, TODAY)]
    assert reports[-1].received
    assert {item.pay_date.year for item in reports[-1].received if item.pay_date} == {2025}
    assert reports[-1].announced == (await read(reader))[-1].announced
    assert date(2025, 1, 1) in last_year
