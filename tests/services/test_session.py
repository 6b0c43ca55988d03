"""Credentials → token → balance: how a session renews tokens."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.errors import TokenExpiredError, TokenInvalidError
from kistui.models.account import AccountNumber, Credentials
from kistui.models.calls import ProgressEvent, TokenIssued, TokenRequested
from kistui.models.text import Secret
from kistui.services.session import Session
from kistui.services.token_manager import TokenManager
from kistui.simulator import Simulator
from kistui.storage.token_store import TokenStore
from tests.services.token_stampede import create_profiles
from tests.support import CREDENTIALS, PROFILE, FakeClock, StubClient


@pytest.fixture
def client(clock: FakeClock) -> StubClient:
    return StubClient(clock)


@pytest.fixture
def session(client: StubClient, clock: FakeClock, tmp_path: Path) -> Session:
    return Session(PROFILE, CREDENTIALS, client.as_client, client.token_manager(tmp_path, clock))


async def test_many_callers_cause_one_issue(session: Session, client: StubClient) -> None:
    await asyncio.gather(*(session.fetch_balance() for _ in range(20)))
    assert client.issue_count == 1


async def test_a_token_serves_until_ten_minutes_before_its_end(
    session: Session, client: StubClient, clock: FakeClock
) -> None:
    await session.fetch_balance()
    clock.advance(hours=23, minutes=49, seconds=59)
    await session.fetch_balance()
    assert client.issue_count == 1
    clock.advance(seconds=1)
    await session.fetch_balance()
    assert client.issue_count == 2


async def test_the_renewal_time_of_a_token_is_a_setting(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    token = TokenManager(
        TokenStore(tmp_path),
        CREDENTIALS,
        client.as_client,
        clock,
        renew_before=timedelta(hours=2),
    )
    session = Session(PROFILE, CREDENTIALS, client.as_client, token)
    await session.fetch_balance()
    clock.advance(hours=22)
    await session.fetch_balance()
    assert client.issue_count == 2


@pytest.mark.parametrize("error", [TokenExpiredError, TokenInvalidError])
async def test_a_token_rejected_before_its_expiry_is_replaced_once(
    session: Session,
    client: StubClient,
    clock: FakeClock,
    error: type[TokenExpiredError | TokenInvalidError],
) -> None:
    await session.fetch_balance()
    client.rejection_error = error
    client.rejected_tokens = {"token-1"}
    clock.advance(minutes=2)
    await asyncio.gather(session.fetch_balance(), session.fetch_balance(), session.fetch_balance())
    assert client.issue_count == 2


async def test_a_second_rejection_is_reported_and_not_retried(
    session: Session, client: StubClient, clock: FakeClock
) -> None:
    await session.fetch_balance()
    client.rejected_tokens = {"token-1", "token-2"}
    clock.advance(minutes=2)
    with pytest.raises(TokenExpiredError):
        await session.fetch_balance()
    assert client.issue_count == 2


async def test_an_issue_is_reported_before_kis_notifies_the_owner(session: Session) -> None:
    events: list[ProgressEvent] = []
    await session.fetch_balance(events.append)
    await session.fetch_balance(events.append)
    assert events == [TokenRequested(), TokenIssued()]


async def test_a_caller_cancelled_during_an_issue_loses_no_token(
    session: Session, client: StubClient
) -> None:
    client.issue_allowed.clear()
    leaving = asyncio.ensure_future(session.fetch_balance())
    await client.issue_started.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    client.issue_allowed.set()
    await session.fetch_balance()
    assert client.issue_count == 1


async def test_closing_in_the_middle_of_an_issue_keeps_its_token(
    session: Session, client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    client.issue_allowed.clear()
    leaving = asyncio.ensure_future(session.fetch_balance())
    await client.issue_started.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    closing = asyncio.ensure_future(session.aclose())
    await asyncio.sleep(0)
    client.issue_allowed.set()
    await closing
    assert client.is_closed
    assert asyncio.all_tasks() <= {asyncio.current_task(), leaving, closing}
    record = await client.token_manager(tmp_path, clock).load_record()
    assert record.token
    assert record.token.value == Secret("token-1")


async def test_closing_does_not_wait_for_an_answer_that_does_not_come(
    session: Session, client: StubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.services.token_manager.SHUTDOWN_TIMEOUT", 0.01)
    client.issue_allowed.clear()
    leaving = asyncio.ensure_future(session.fetch_balance())
    await client.issue_started.wait()
    leaving.cancel()
    await session.aclose()
    assert client.is_closed
    assert asyncio.all_tasks() <= {asyncio.current_task(), leaving}


async def test_closing_closes_the_client(session: Session, client: StubClient) -> None:
    await session.aclose()
    assert client.is_closed


async def test_two_profiles_on_one_app_key_share_its_rate_limits(
    simulator: Simulator, tmp_path: Path, clock: FakeClock
) -> None:
    profile_service = create_profiles(tmp_path, clock, {})
    account = AccountNumber.parse(simulator.account_number)
    credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
    profile = replace(PROFILE, account=account, base_url=simulator.url)
    first = profile_service.open_session_with(profile, credentials)
    second = profile_service.open_session_with(replace(profile, name="isa"), credentials)
    third = profile_service.open_session_with(
        replace(profile, name="own"), replace(credentials, app_key=Secret("own"))
    )
    await first.fetch_balance()
    calls = [session.api_usage().calls_last_minute for session in (first, second, third)]
    assert calls == [1, 1, 0]
    for session in (first, second, third):
        await session.aclose()
