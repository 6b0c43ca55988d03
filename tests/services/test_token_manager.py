"""One token for all processes: issue, cooldown, rejection and revocation, with a fake clock."""

import asyncio
import gc
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.clock import KST
from kistui.errors import (
    AppSecretRejectedError,
    ConnectFailedError,
    FileWriteError,
    KistuiError,
    RejectedTokenReissuedError,
    RequestTimeoutError,
    TokenCooldownError,
    TokenInvalidError,
)
from kistui.models.account import Credentials
from kistui.models.calls import (
    LocalWait,
    ProgressEvent,
    TokenIssued,
    TokenNotShared,
    TokenRequestDelayed,
    TokenRequested,
)
from kistui.models.text import Secret
from kistui.models.token import AccessToken, TokenOrigin, TokenState
from kistui.services.session import Session
from kistui.services.token_manager import RejectedToken, TokenManager
from kistui.storage import files, token_store
from kistui.storage.token_store import TokenStore
from tests.support import CREDENTIALS, PROFILE, FakeClock, StubClient


@pytest.fixture
def client(clock: FakeClock) -> StubClient:
    return StubClient(clock)


@pytest.fixture
def shared(client: StubClient, clock: FakeClock, tmp_path: Path) -> TokenManager:
    return client.token_manager(tmp_path, clock)


def another(client: StubClient, clock: FakeClock, tmp_path: Path) -> TokenManager:
    """Return the token manager of another process on the same token."""
    return client.token_manager(tmp_path, clock)


async def test_a_second_process_uses_the_token_of_the_first(
    shared: TokenManager, client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    first = await shared.get()
    assert await another(client, clock, tmp_path).get() == first
    assert client.issue_count == 1


async def test_ten_processes_at_once_make_one_request(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    everyone = [another(client, clock, tmp_path) for _ in range(10)]
    tokens = await asyncio.gather(*(manager.get() for manager in everyone))
    assert {token.value.reveal() for token in tokens} == {"token-1"}
    assert client.issue_count == 1


async def test_a_wait_for_a_token_is_reported_if_another_process_issues_it(
    client: StubClient, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.models.calls.NOTICEABLE_WAIT", 0.01)
    loop, is_noticed = asyncio.get_running_loop(), asyncio.Event()
    for number, holder in enumerate((str(os.getpid()), "7")):

        def read_holder(_path: Path, holder: str = holder) -> str:
            loop.call_soon_threadsafe(is_noticed.set)
            return holder

        monkeypatch.setattr(files, "_read_holder", read_holder)
        client.issue_started.clear()
        client.issue_allowed.clear()
        is_noticed.clear()
        events: list[ProgressEvent] = []
        folder = tmp_path / str(number)
        first = asyncio.create_task(another(client, clock, folder).get())
        await client.issue_started.wait()
        second = asyncio.create_task(another(client, clock, folder).get(events.append))
        await is_noticed.wait()
        client.issue_allowed.set()
        assert await first == await second
        assert events == ([] if holder == str(os.getpid()) else [LocalWait("token_lock", holder)])


async def test_two_keys_have_two_tokens(
    shared: TokenManager, client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    await shared.get()
    other = TokenManager(
        TokenStore(tmp_path), replace(CREDENTIALS, app_key=Secret("other")), client.as_client, clock
    )
    assert (await other.get()).value == Secret("token-2")
    assert (await shared.get()).value == Secret("token-1")


@pytest.mark.parametrize("waited", [0, 17, 59.5])
async def test_a_second_issue_waits_for_the_cooldown_and_reports_its_end(
    shared: TokenManager, client: StubClient, clock: FakeClock, waited: float
) -> None:
    token = await shared.get()
    began = clock()
    clock.advance(seconds=waited)
    events: list[ProgressEvent] = []
    new = await shared.get(
        events.append, rejected=RejectedToken(token, TokenInvalidError(code="EGW00121"))
    )
    assert new.value == Secret("token-2")
    assert events == [
        TokenRequestDelayed(began + timedelta(minutes=1)),
        TokenRequested(),
        TokenIssued(),
    ]
    assert clock() - began >= timedelta(minutes=1)


async def test_after_the_cooldown_there_is_no_wait(shared: TokenManager, clock: FakeClock) -> None:
    token = await shared.get()
    clock.advance(minutes=1)
    events: list[ProgressEvent] = []
    await shared.get(events.append, rejected=RejectedToken(token, TokenInvalidError()))
    assert events == [TokenRequested(), TokenIssued()]


async def test_the_cooldown_holds_for_the_next_process(
    shared: TokenManager, client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    client.issue_error = AppSecretRejectedError(code="EGW00105")
    with pytest.raises(AppSecretRejectedError):
        await shared.get()
    client.issue_error = None
    clock.advance(seconds=10)
    events: list[ProgressEvent] = []
    await another(client, clock, tmp_path).get(events.append)
    assert isinstance(events[0], TokenRequestDelayed)


@pytest.mark.parametrize(
    "error", [None, RequestTimeoutError(host="kis.example"), TokenCooldownError(code="EGW00133")]
)
async def test_the_cooldown_lasts_until_a_minute_after_the_response(
    client: StubClient,
    clock: FakeClock,
    tmp_path: Path,
    error: KistuiError | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """KIS counts from the request: the next one may reach it faster, on an open connection."""
    issue_token = client.issue_token

    async def issue_slowly(credentials: Credentials) -> AccessToken:
        clock.advance(seconds=3)
        return await issue_token(credentials)

    monkeypatch.setattr(client, "issue_token", issue_slowly)
    client.issue_error = error
    manager = another(client, clock, tmp_path)
    with suppress(RequestTimeoutError, TokenCooldownError):
        await manager.get()
    record = await manager.load_record()
    assert record.next_issue_at(clock()) == clock() + timedelta(minutes=1)


async def test_a_request_that_did_not_reach_kis_does_not_count(
    shared: TokenManager, client: StubClient
) -> None:
    client.issue_error = ConnectFailedError(host="kis.example")
    with pytest.raises(ConnectFailedError):
        await shared.get()
    client.issue_error = None
    events: list[ProgressEvent] = []
    await shared.get(events.append)
    assert events == [TokenRequested(), TokenIssued()]


async def test_a_request_without_an_answer_counts(shared: TokenManager, client: StubClient) -> None:
    client.issue_error = RequestTimeoutError(host="kis.example")
    with pytest.raises(RequestTimeoutError):
        await shared.get()
    record = await shared.load_record()
    assert record.state(record.issue_attempted_at or client.clock()) is TokenState.WAITING


async def test_a_request_that_fails_after_its_caller_was_cancelled_prints_nothing(
    shared: TokenManager, client: StubClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.issue_error = RequestTimeoutError(host="kis.example")
    client.issue_allowed.clear()
    caller = asyncio.create_task(shared.get())
    await client.issue_started.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    client.issue_allowed.set()
    await shared.aclose()
    gc.collect()  # asyncio prints an exception when its task is freed
    assert not caplog.records


async def test_a_cancelled_wait_delays_no_other_caller(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    waiting = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        waiting.set()
        await asyncio.sleep(3600)

    store = TokenStore(tmp_path)
    stuck = TokenManager(store, CREDENTIALS, client.as_client, clock, sleep=sleep)
    token = await stuck.get()
    leaving = asyncio.ensure_future(stuck.get(rejected=RejectedToken(token, TokenInvalidError())))
    await waiting.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    assert client.issue_count == 1
    clock.advance(minutes=1)
    fresh = await asyncio.wait_for(stuck.get(rejected=RejectedToken(token, TokenInvalidError())), 5)
    assert fresh.value == Secret("token-2")


async def test_a_cooldown_of_another_program_is_waited_for_and_then_reported(
    shared: TokenManager, client: StubClient, clock: FakeClock
) -> None:
    client.issue_error = TokenCooldownError(code="EGW00133")
    began = clock()
    with pytest.raises(TokenCooldownError) as caught:
        await shared.get()
    assert timedelta(minutes=2) <= clock() - began < timedelta(minutes=3)
    assert caught.value.details["seconds"] == 60


async def test_a_clock_set_back_delays_a_request_by_a_minute_at_most(
    shared: TokenManager, client: StubClient, clock: FakeClock
) -> None:
    token = await shared.get()
    clock.advance(hours=-5)
    began = clock()
    await shared.get(rejected=RejectedToken(token, TokenInvalidError()))
    assert client.issue_count == 2
    assert clock() - began <= timedelta(seconds=61)


@pytest.mark.parametrize("skew", [-30 * 3600, -300, 300, 30 * 3600])
async def test_a_wrong_clock_causes_no_repeated_requests(
    client: StubClient, clock: FakeClock, tmp_path: Path, skew: float
) -> None:
    """Thirty hours fast, every new token would look expired."""
    client.clock_skew = timedelta(seconds=-skew)
    for _ in range(5):
        await another(client, clock, tmp_path).get()
        clock.advance(minutes=5)
    assert client.issue_count == 1


async def test_a_token_that_expired_during_sleep_is_renewed_once(
    shared: TokenManager, client: StubClient, clock: FakeClock
) -> None:
    await shared.get()
    clock.advance(hours=60)
    await asyncio.gather(*(shared.get() for _ in range(5)))
    assert client.issue_count == 2


# the six-hour rule


async def session_with_rejected_token(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> Session:
    """Return a session whose token KIS has rejected and would issue again."""
    client.reissued_value = "same"
    session = Session(PROFILE, CREDENTIALS, client.as_client, client.token_manager(tmp_path, clock))
    await session.fetch_balance()
    client.rejected_tokens = {"same"}
    clock.advance(minutes=5)
    return session


async def test_a_rejected_token_issued_again_is_recognised_and_not_requested_again(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    began = clock()
    session = await session_with_rejected_token(client, clock, tmp_path)
    for _ in range(3):
        with pytest.raises(RejectedTokenReissuedError) as caught:
            await session.fetch_balance()
        clock.advance(minutes=5)
    assert client.issue_count == 2
    at = (began + timedelta(hours=6)).astimezone(KST)
    assert caught.value.details["at"] == f"{at:%m-%d %H:%M}"


async def test_a_rejected_token_that_works_again_is_used(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    session = await session_with_rejected_token(client, clock, tmp_path)
    with pytest.raises(RejectedTokenReissuedError):
        await session.fetch_balance()
    client.rejected_tokens = set()
    await session.fetch_balance()
    assert (await session.token_manager.load_record()).rejection is None
    assert client.issue_count == 2


async def test_after_six_hours_the_rejected_token_is_replaced(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    session = await session_with_rejected_token(client, clock, tmp_path)
    with pytest.raises(RejectedTokenReissuedError):
        await session.fetch_balance()
    client.reissued_value = "other"
    clock.advance(hours=6)
    await session.fetch_balance()
    record = await session.token_manager.load_record()
    assert record.token
    assert record.token.value == Secret("other")
    assert record.state(clock()) is TokenState.VALID


# manual issue and revocation


async def test_a_manual_issue_requests_a_token_even_if_there_is_one(
    shared: TokenManager, client: StubClient, clock: FakeClock
) -> None:
    await shared.get()
    clock.advance(minutes=2)
    await shared.issue()
    assert client.issue_count == 2
    assert (await shared.load_record()).notifications_today(clock()) == 2


async def test_a_revoked_token_is_removed_for_every_process(
    shared: TokenManager, client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    await shared.get()
    other = another(client, clock, tmp_path)
    assert await other.has_usable_token()
    assert await shared.revoke()
    assert client.revoked_tokens == ["token-1"]
    assert not await other.has_usable_token()
    assert not await shared.revoke()


async def test_a_token_that_is_already_invalid_can_be_revoked(
    shared: TokenManager, client: StubClient
) -> None:
    await shared.get()
    client.rejected_tokens = {"token-1"}
    assert await shared.revoke()
    assert (await shared.load_record()).token is None


async def test_a_revoked_token_that_is_issued_again_counts_as_rejected(
    shared: TokenManager, client: StubClient, clock: FakeClock
) -> None:
    client.reissued_value = "same"
    await shared.get()
    await shared.revoke()
    clock.advance(minutes=2)
    await shared.get()
    assert (await shared.load_record()).state(clock()) is TokenState.REJECTED


# storage


async def test_a_token_that_cannot_be_written_is_still_used(
    shared: TokenManager, client: StubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Mapping[str, object]] = []
    write = files.write_private_toml

    def full(path: Path, table: Mapping[str, object]) -> None:
        if "token" in table:
            raise FileWriteError(path="tokens", reason="enospc")
        written.append(table)
        write(path, table)

    monkeypatch.setattr(token_store, "write_private_toml", full)
    assert (await shared.get()).value == Secret("token-1")
    assert (await shared.get()).value == Secret("token-1")
    assert client.issue_count == 1
    assert written


async def test_a_store_that_cannot_be_written_keeps_the_token_in_memory_and_says_so(
    shared: TokenManager,
    client: StubClient,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read_only(*_: object) -> None:
        raise FileWriteError(path="tokens", reason="erofs")

    events: list[ProgressEvent] = []
    with monkeypatch.context() as patch:
        patch.setattr(token_store, "async_file_lock", read_only)
        patch.setattr(token_store, "write_private_toml", read_only)
        for _ in range(3):
            assert (await shared.get(events.append)).value == Secret("token-1")
        assert client.issue_count == 1
        assert [type(event) for event in events] == [TokenRequested, TokenNotShared]
        await shared.issue(events.append)
        assert any(isinstance(event, TokenRequestDelayed) for event in events)
    token = await shared.issue()
    assert token.value == (await shared.get()).value
    assert (await another(client, clock, tmp_path).load_record()).token == token


async def test_a_folder_that_cannot_be_entered_holds_no_token(
    client: StubClient, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    manager = client.token_manager(tmp_path / "file" / "tokens", clock)
    assert await manager.peek() is None
    assert (await manager.get()).value == Secret("token-1")
    assert (await manager.get()).value == Secret("token-1")
    assert await manager.revoke()
    assert await manager.peek() is None


async def test_a_token_names_the_process_that_requested_it(shared: TokenManager) -> None:
    import os

    token: AccessToken = await shared.get()
    assert token.process_id == os.getpid()
    assert token.origin is TokenOrigin.ISSUED
    assert "token-1" not in repr(await shared.load_record())


@pytest.mark.parametrize("skew", [0, 3600])
async def test_a_read_only_disk_fails_no_call_that_works(
    client: StubClient,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    skew: float,
) -> None:
    """A failure to record the use of a valid token is no error."""
    session = Session(PROFILE, CREDENTIALS, client.as_client, client.token_manager(tmp_path, clock))
    await session.fetch_balance()
    client.clock_skew = timedelta(seconds=skew)

    def read_only(*_: object) -> None:
        raise FileWriteError(path="tokens", reason="erofs")

    monkeypatch.setattr("kistui.storage.token_store.async_file_lock", read_only)
    await session.fetch_balance()
    client.rejected_tokens = {"token-1"}
    await session.fetch_balance()
    assert client.issue_count == 2
