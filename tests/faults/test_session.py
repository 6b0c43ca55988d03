"""Each fault in a session: the expected error and requests, and the next refresh works."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from datetime import date

import pytest

from kistui.errors import (
    DataChangedError,
    KistuiError,
    MalformedResponseError,
    PaginationError,
)
from kistui.models.balance import Balance
from kistui.models.periods import DateRange
from kistui.models.prices import DomesticItem
from kistui.services.session import Session
from tests.faults.expectations import EXPECTATIONS, Reaction
from tests.faults.fault_table import (
    APP_CASES,
    BALANCE_PATH,
    FAULT_CASES,
    TOKEN_PATH,
    FaultCase,
    case_id,
    group_faults,
)
from tests.faults.harness import FaultHarness

NEW_TOKENS = {Reaction.RENEW_TOKEN: 1}
AGAIN = {Reaction.RETRY, Reaction.WAIT_AND_RETRY, Reaction.RENEW_TOKEN}
PERSISTENT = group_faults(FAULT_CASES)
TRANSIENT = group_faults(
    fault for fault in FAULT_CASES if fault.path_suffix == BALANCE_PATH and fault.reaction in AGAIN
)


def test_the_table_has_a_row_for_every_error() -> None:
    assert len(FAULT_CASES) >= 100
    assert len({case_id(fault) for fault in FAULT_CASES}) == len(FAULT_CASES)
    assert len(APP_CASES) >= 30
    assert {fault.error for fault in APP_CASES} == {fault.error for fault in FAULT_CASES}
    by_state = {"ConnectFailedError", "TlsError"}  # tested in test_servers
    in_table = {fault.error.__name__ for fault in FAULT_CASES if fault.error}
    assert {kind.__name__ for kind in EXPECTATIONS} == by_state | in_table


@pytest.mark.parametrize("group", PERSISTENT)
async def test_persistent_faults_are_reported_and_leave_no_trace(
    harness: FaultHarness, group: str
) -> None:
    """Run the faults one after another in one session, so that none may leave a trace."""
    harness.set_timeouts(PERSISTENT[group][0])
    async with aclosing(harness.open_session()) as session:
        for fault in PERSISTENT[group]:
            await _check_persistent_fault(harness, session, fault)
    assert harness.redirect_target.requests == []


async def _check_persistent_fault(
    harness: FaultHarness, session: Session, fault: FaultCase
) -> None:
    balance_before = await harness.fetch_balance(session)
    harness.start_fault(fault)
    with expect_error(fault) as errors:
        await harness.fetch_balance(session)
    _assert_expected_requests(harness, fault)
    for error in errors:
        assert not fault.error_field or error.details["where"] == fault.error_field
        assert secrets_of(harness).isdisjoint(str(error).split())
        assert len(str(error)) < 2500
    assert time_independent_parts(
        await _fetch_after_fault(harness, session)
    ) == time_independent_parts(balance_before)


@pytest.mark.parametrize("group", TRANSIENT)
async def test_transient_faults_are_not_reported(harness: FaultHarness, group: str) -> None:
    harness.set_timeouts(TRANSIENT[group][0])
    async with aclosing(harness.open_session()) as session:
        for fault in TRANSIENT[group]:
            await _check_transient_fault(harness, session, fault)


async def _check_transient_fault(harness: FaultHarness, session: Session, fault: FaultCase) -> None:
    balance_before = await harness.fetch_balance(session)
    harness.start_fault(fault, times=1)
    assert time_independent_parts(await harness.fetch_balance(session)) == time_independent_parts(
        balance_before
    )


PRICE_PATH = "inquire-daily-itemchartprice"
SPAN = DateRange(date(2026, 11, 2), date(2026, 11, 23))
PRICES = group_faults(
    fault
    for fault in APP_CASES
    if fault.path_suffix == BALANCE_PATH
    and not fault.hours_after
    and fault.error not in {None, DataChangedError, MalformedResponseError, PaginationError}
)


@pytest.mark.parametrize("group", PRICES)
async def test_daily_prices_report_the_errors_of_a_balance(
    harness: FaultHarness, group: str
) -> None:
    harness.set_timeouts(PRICES[group][0])
    async with aclosing(harness.open_session()) as session:
        await session.fetch_daily_prices(DomesticItem("005930"), SPAN)
        for fault in PRICES[group]:
            await _check_prices(harness, session, fault)


async def _check_prices(harness: FaultHarness, session: Session, fault: FaultCase) -> None:
    before = harness.simulator.count_requests(PRICE_PATH)
    harness.simulator.script(PRICE_PATH, *[fault.reply] * fault.max_requests)
    with expect_error(fault):
        await session.fetch_daily_prices(DomesticItem("005930"), SPAN)
    assert harness.simulator.count_requests(PRICE_PATH) - before == fault.max_requests
    assert (await session.fetch_daily_prices(DomesticItem("005930"), SPAN)).bars


def _assert_expected_requests(harness: FaultHarness, fault: FaultCase) -> None:
    assert harness.request_count(fault.path_suffix) == fault.max_requests
    if fault.path_suffix == BALANCE_PATH:
        assert harness.request_count(TOKEN_PATH) == NEW_TOKENS.get(fault.reaction, 0)
    else:
        assert harness.request_count(BALANCE_PATH) == 0
    match fault.reaction:
        case Reaction.RETRY if fault.path_suffix == BALANCE_PATH:
            assert harness.slept_seconds < fault.max_requests
        case Reaction.RENEW_TOKEN:
            pass  # the minute between two tokens may have passed
        case Reaction.WAIT_AND_RETRY:
            assert harness.slept_seconds >= fault.max_requests - 1
            assert harness.announced_waits > 0
        case _:
            assert harness.slept_seconds == 0


async def _fetch_after_fault(harness: FaultHarness, session: Session) -> Balance:
    """Return the next balance; the fault must have left no other token behind."""
    has_token = await session.token_manager.has_usable_token()
    before = harness.simulator.count_requests(TOKEN_PATH)
    balance = await harness.fetch_balance(session)
    assert harness.simulator.count_requests(TOKEN_PATH) - before == (0 if has_token else 1)
    return balance


@contextmanager
def expect_error(fault: FaultCase) -> Iterator[list[KistuiError]]:
    """Yield a list that receives the expected error; any other outcome fails."""
    errors: list[KistuiError] = []
    if fault.error is None:
        yield errors
        return
    with pytest.raises(KistuiError) as caught:
        yield errors
    assert type(caught.value) is fault.error
    errors.append(caught.value)


def time_independent_parts(balance: Balance) -> object:
    """Return the parts of a balance that do not depend on the time."""
    quantities = [(holding.code, holding.quantity) for holding in balance.holdings]
    return quantities, balance.page_count, balance.is_complete


def secrets_of(harness: FaultHarness) -> set[str]:
    return {
        harness.simulator.app_key,
        harness.simulator.app_secret,
        harness.simulator.account_number,
    }
