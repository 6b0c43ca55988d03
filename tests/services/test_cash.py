"""Cash read call after call: what fails leaves the rest, what KIS lacks is not asked for."""

from collections.abc import Collection

import pytest

from kistui.errors import NotOnPaperError, ProductRejectedError, RequestRejectedError
from kistui.models.account import Environment, Profile
from kistui.models.allocation import (
    AllocationGrouping,
    allocate_accounts,
    allocate_balance,
    allocate_classes,
)
from kistui.models.balance import Balance
from kistui.models.cash import CashCall, CashReport, cash_positions
from kistui.models.load_state import Failed, Loaded
from kistui.models.totals import (
    AccountOverview,
    Scope,
    compute_headline,
    latest_overseas,
    with_overseas,
)
from kistui.services.cash import CashReader
from kistui.simulator import error_response
from tests.client.conftest import ClientHarness, OpenClient, open_client
from tests.support import MORNING

__all__ = ["open_client"]


def reader_of(harness: ClientHarness) -> CashReader:
    """Return the cash reader of a harness's account."""
    return CashReader(harness.profile, harness.read_account)


async def reports(
    harness: ClientHarness, calls: Collection[CashCall] = tuple(CashCall)
) -> list[CashReport]:
    return [report async for report in reader_of(harness).read(calls)]


def account_of(harness: ClientHarness, kind: str) -> None:
    harness.use_account(
        next(account for account in harness.simulator.accounts if account.account_type == kind)
    )


async def full_balance(harness: ClientHarness) -> Balance:
    balance = await harness.fetch_balance()
    return with_overseas(balance, Loaded(await harness.fetch_overseas(), MORNING))


async def test_a_report_follows_each_call(open_client: OpenClient) -> None:
    harness = open_client()
    parts = await reports(harness)
    assert [len(part.ended) for part in parts] == [0, 1, 2, 3]
    assert [part.is_complete for part in parts] == [False, False, False, True]
    assert harness.call_count == 3


async def test_a_call_that_fails_leaves_the_others(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script("inquire-psbl-order", error_response("OPSQ2001"))
    report = (await reports(harness))[-1]
    assert isinstance(report.failures[CashCall.BUYING_POWER], RequestRejectedError)
    assert report.margins
    assert report.asset_classes is not None
    assert (len(report.ended), report.is_complete) == (3, False)


async def test_figures_stay_until_newer_ones_come(open_client: OpenClient) -> None:
    harness = open_client()
    first = (await reports(harness))[-1]
    harness.simulator.script("inquire-psbl-order", error_response("OPSQ2001"))
    again = [report async for report in reader_of(harness).read(previous=first)]
    assert all(report.buying_power == first.buying_power for report in again)
    assert [report.is_complete for report in again] == [False] * 4
    assert list(again[-1].failures) == [CashCall.BUYING_POWER]


async def test_paper_is_asked_for_buying_power_only(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    report = (await reports(harness))[-1]
    assert harness.call_count == 1
    assert report.buying_power is not None
    assert {type(error) for error in report.errors.values()} == {NotOnPaperError}
    assert (report.failures, report.is_complete) == ({}, True)


@pytest.mark.parametrize(
    ("kind", "count", "refused"),
    [
        ("isa", 3, set()),
        ("savings", 2, {CashCall.ASSET_CLASSES}),
        ("pension", 1, {CashCall.BUYING_POWER, CashCall.ASSET_CLASSES}),
    ],
)
async def test_other_products_are_complete_without_what_kis_lacks(
    open_client: OpenClient, kind: str, count: int, refused: set[CashCall]
) -> None:
    harness = open_client()
    account_of(harness, kind)
    reader = reader_of(harness)
    report = [report async for report in reader.read()][-1]
    assert harness.call_count == count
    assert set(report.errors) == refused
    second_report = [report async for report in reader.read(previous=report)][-1]
    assert (set(second_report.errors), second_report.is_complete) == (refused, True)
    assert harness.call_count == 2 * count - (CashCall.ASSET_CLASSES in refused)
    assert report.is_complete
    if refused:
        assert isinstance(report.errors[CashCall.ASSET_CLASSES], ProductRejectedError)


@pytest.mark.parametrize("scene", ["ordinary", "credit", "overseas", "filling", "empty"])
async def test_every_division_has_the_total_of_the_headline(
    open_client: OpenClient, scene: str
) -> None:
    harness = open_client(scene=scene)
    balance, report = await full_balance(harness), (await reports(harness))[-1]
    assert report.asset_classes is not None
    total = compute_headline(balance).total_value.complete_amount
    assert total is not None
    overview = AccountOverview(
        Profile("main", Environment.REAL, harness.account), Loaded(balance, MORNING)
    )
    for by in (AllocationGrouping.CURRENCY, AllocationGrouping.CLASS):
        assert allocate_balance(balance, by).total == total
    assert allocate_accounts([overview, overview]).total == total
    if total:
        assert allocate_balance(balance, AllocationGrouping.MARKET).total == total
    # KIS rounds its overseas total once, the headline adds up rows that are whole won.
    rows = len(balance.lots) + 20
    overseas = latest_overseas(balance)
    rows += len(overseas.holdings) if overseas else 0
    assert abs((allocate_classes(report.asset_classes).total or 0) - total) <= rows


async def test_the_positions_are_those_of_the_balance(open_client: OpenClient) -> None:
    harness = open_client()
    balance, report = await full_balance(harness), (await reports(harness))[-1]
    won, *foreign = cash_positions(balance, report)
    assert won.deposit_d2 == balance.summary.deposit_d2
    assert won.orderable is not None
    assert won.orderable <= (won.deposit_d2 or 0)
    assert [position.currency for position in foreign] == ["USD", "HKD", "JPY", "VND", "CNY"]
    assert all(position.orderable is not None for position in foreign)


async def test_without_the_overseas_part_what_is_left_is_named(open_client: OpenClient) -> None:
    harness = open_client()
    balance = await harness.fetch_balance()
    error = RequestRejectedError(code="OPSQ2001", text="", status=200)
    domestic = with_overseas(balance, Failed(error, MORNING))
    by_currency = allocate_balance(domestic, AllocationGrouping.CURRENCY)
    assert (by_currency.scope, [part.key for part in by_currency.parts]) == (
        Scope.DOMESTIC,
        ["KRW"],
    )
    assert allocate_balance(domestic, AllocationGrouping.MARKET).scope is Scope.DOMESTIC
    overview = AccountOverview(
        Profile("main", Environment.REAL, harness.account), Loaded(domestic, MORNING)
    )
    assert allocate_accounts([overview]).parts[0].amount is None
    report = (await reports(harness))[-1]
    won, *foreign = cash_positions(domestic, report)
    assert won.withdrawable is None
    assert foreign[0].deposit == (report.margins or ())[0].deposit
    assert foreign[0].deposit_won is None
