"""Each fault through the session: the error promised, as many calls, and the next reading works."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager

import pytest

from kistui.errors import KistuiError
from kistui.models.balance import Balance
from kistui.services.session import Session
from tests.faults.desk import Desk
from tests.faults.promises import PROMISES, Reaction
from tests.faults.table import BALANCE, FAULTS, SEEN, TOKEN, Fault, label

NEW_TOKENS = {Reaction.RENEW: 1}
AGAIN = {Reaction.RETRY, Reaction.WAIT, Reaction.RENEW}


def test_the_table_is_large_and_every_error_has_its_row() -> None:
    assert len(FAULTS) >= 100
    assert len({label(fault) for fault in FAULTS}) == len(FAULTS)
    assert len(SEEN) >= 30
    assert {fault.error for fault in SEEN} == {fault.error for fault in FAULTS}
    by_state = {"ConnectFailedError", "TlsError"}  # of test_servers
    in_table = {fault.error.__name__ for fault in FAULTS if fault.error}
    assert {kind.__name__ for kind in PROMISES} == by_state | in_table


@pytest.mark.parametrize("fault", FAULTS, ids=label)
async def test_a_fault_that_stays_is_told_and_does_no_harm(desk: Desk, fault: Fault) -> None:
    desk.prepare(fault)
    async with aclosing(desk.open()) as session:
        good = await desk.read(session)
        desk.begin(fault)
        with caught_as(fault) as errors:
            await desk.read(session)
        _as_promised(desk, fault)
        for error in errors:
            assert not fault.where or error.details["where"] == fault.where
            assert secrets_of(desk).isdisjoint(str(error).split())
            assert len(str(error)) < 2500
        assert shape_of(await _settled(desk, session)) == shape_of(good)
        assert desk.elsewhere.requests == []


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.at == BALANCE and each.reaction in AGAIN], ids=label
)
async def test_a_fault_that_passes_is_never_seen(desk: Desk, fault: Fault) -> None:
    desk.prepare(fault)
    async with aclosing(desk.open()) as session:
        good = await desk.read(session)
        desk.begin(fault, times=1)
        assert shape_of(await desk.read(session)) == shape_of(good)


def _as_promised(desk: Desk, fault: Fault) -> None:
    assert desk.asked(fault.at) == fault.most_asks
    if fault.at == BALANCE:
        assert desk.asked(TOKEN) == NEW_TOKENS.get(fault.reaction, 0)
    else:
        assert desk.asked(BALANCE) == 0
    match fault.reaction:
        case Reaction.RETRY if fault.at == BALANCE:
            assert desk.waited < fault.most_asks
        case Reaction.RENEW:
            pass  # the minute between two tokens may be over
        case Reaction.WAIT:
            assert desk.waited >= fault.most_asks - 1
            assert desk.tries_told > 0
        case _:
            assert desk.waited == 0


async def _settled(desk: Desk, session: Session) -> Balance:
    """The next reading, with no other token than the fault left behind."""
    has_token = await session.token_manager.has_usable_token()
    before = desk.simulator.count(TOKEN)
    balance = await desk.read(session)
    assert desk.simulator.count(TOKEN) - before == (0 if has_token else 1)
    return balance


@contextmanager
def caught_as(fault: Fault) -> Iterator[list[KistuiError]]:
    """The error of the row and no other, or none."""
    found: list[KistuiError] = []
    if fault.error is None:
        yield found
        return
    with pytest.raises(KistuiError) as caught:
        yield found
    assert type(caught.value) is fault.error
    found.append(caught.value)


def shape_of(balance: Balance) -> object:
    """What does not change with the hour."""
    held = [(each.code, each.quantity) for each in balance.holdings]
    return held, balance.page_count, balance.is_complete


def secrets_of(desk: Desk) -> set[str]:
    return {desk.simulator.app_key, desk.simulator.app_secret, desk.simulator.account}
