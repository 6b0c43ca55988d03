"""The token files: private, complete or absent; never another key's or an expired token."""

import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.clock import KST
from kistui.errors import LockTimeoutError, StorageError, UnsafeFileError
from kistui.models.text import Secret
from kistui.models.token import AccessToken, Rejection, TokenOrigin, TokenRecord
from kistui.services.token_manager import TokenManager
from kistui.storage.token_store import TokenStore, token_record_name
from tests.support import CREDENTIALS, MORNING, FakeClock, StubClient

NAME = token_record_name("https://kis.example", "key")
TOKEN = AccessToken(
    Secret("eyJ.token"), MORNING, MORNING + timedelta(days=1), TokenOrigin.ISSUED, 4121
)
FULL = TokenRecord(
    token=TOKEN,
    issue_attempted_at=MORNING,
    rejection=Rejection(MORNING + timedelta(hours=1), "EGW00121", was_reissued=True),
    rejected_id=TOKEN.short_id,
    notification_count=2,
    last_notified_at=MORNING,
    measured_skew=timedelta(seconds=-300),
)

instants = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)
)
tokens = st.builds(
    AccessToken,
    st.builds(
        Secret,
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=350),
    ),
    instants,
    instants,
    st.sampled_from(TokenOrigin),
    st.none() | st.integers(1, 2**22),
)
records = st.builds(
    TokenRecord,
    token=st.none() | tokens,
    issue_attempted_at=st.none() | instants,
    rejection=st.none() | st.builds(Rejection, instants, st.just("EGW00123"), st.booleans()),
    rejected_id=st.sampled_from(["", "0123456789abcdef"]),
    notification_count=st.integers(0, 99),
    last_notified_at=st.none() | instants,
    measured_skew=st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=2)),
)


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "state" / "tokens")


def path_of(store: TokenStore, name: str = NAME) -> Path:
    return store.path(name)


def test_a_written_record_is_read_back(store: TokenStore) -> None:
    store.write(NAME, FULL)
    assert store.read(NAME) == FULL


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=records)
def test_every_record_is_read_back_from_disk(store: TokenStore, record: TokenRecord) -> None:
    store.write(NAME, record)
    read = store.read(NAME)
    if record.last_notified_at is None:
        assert read.notifications_today(MORNING) == 0
    else:
        assert (read.notification_count, read.last_notified_at) == (
            record.notification_count,
            record.last_notified_at,
        )
    for part in ("token", "issue_attempted_at", "rejection", "rejected_id"):
        assert getattr(read, part) == getattr(record, part)
    assert (read.measured_skew is None) == (record.measured_skew is None)
    assert abs(read.clock_skew - record.clock_skew) < timedelta(milliseconds=1)


def test_a_rejection_of_an_earlier_version_is_still_known(store: TokenStore) -> None:
    """Without it the next run asks for the same token again, and KIS notifies the owner."""
    store.write(NAME, FULL)
    content = path_of(store).read_text()
    for name, earlier_name in (
        ("[rejection]", "[death]"),
        ("was_reissued", "came_back"),
        ("rejected_id", "buried"),
    ):
        assert name in content
        content = content.replace(name, earlier_name)
    path_of(store).write_text(content)
    assert store.read(NAME) == FULL


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    index=st.integers(0, 2000), junk=st.binary(max_size=12), length=st.integers(0, 40), now=instants
)
def test_a_damaged_file_gives_no_expired_or_foreign_token(
    store: TokenStore, index: int, junk: bytes, length: int, now: datetime
) -> None:
    store.write(NAME, TokenRecord(token=TOKEN, issue_attempted_at=MORNING))
    content = path_of(store).read_bytes()
    index %= len(content)
    path_of(store).write_bytes(content[:index] + junk + content[index + length :])
    record = store.read(NAME)
    token = record.usable_token(now)
    if token is not None:
        assert token.expires_at > now + record.clock_skew
    foreign = token_record_name("https://kis.example", "another key")
    path_of(store, foreign).write_bytes(path_of(store).read_bytes())
    assert store.read(foreign).token is None


@given(record=records, now=instants)
def test_a_record_never_yields_an_expired_token(record: TokenRecord, now: datetime) -> None:
    token = record.usable_token(now)
    if token is not None:
        assert token.expires_at - (now + record.clock_skew) > timedelta(minutes=10)
        assert not record.rejection or record.rejection.was_reissued


@given(record=records, now=instants)
def test_the_wait_is_never_longer_than_the_minute(record: TokenRecord, now: datetime) -> None:
    assert timedelta(0) <= record.next_issue_at(now) - now <= timedelta(minutes=1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"schema = 2",
        b"schema = 1",
        b'schema = 1\nname = "x"',
        b"[" * 5000,
        f'schema = 1\nname = "{NAME}"\nattempted_at = "soon"'.encode(),
        f'schema = 1\nname = "{NAME}"\nattempted_at = 2026-11-23T10:00:00'.encode(),
        f'schema = 1\nname = "{NAME}"\ntoken = 3'.encode(),
        f'schema = 1\nname = "{NAME}"\n[token]\nvalue = ""'.encode(),
        f'schema = 1\nname = "{NAME}"\nskew_seconds = nan'.encode(),
        f'schema = 1\nname = "{NAME}"\nskew_seconds = 1e300'.encode(),
        f'schema = 1\nname = "{NAME}"\nnotices = 3'.encode(),
    ],
)
def test_an_invalid_file_is_no_token_but_counts_as_a_request(
    store: TokenStore, content: bytes
) -> None:
    store.write(NAME, FULL)
    path_of(store).write_bytes(content)
    os.utime(path_of(store), (MORNING.timestamp(), MORNING.timestamp()))
    assert store.read(NAME) == TokenRecord(issue_attempted_at=MORNING)
    store.write(NAME, FULL)
    assert store.read(NAME) == FULL


def test_the_files_are_private(store: TokenStore) -> None:
    store.write(NAME, FULL)
    store.link_profile("main", NAME)
    folder = path_of(store).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert store.status("main").file_mode == 0o600


def test_a_link_in_place_of_a_token_is_not_followed(store: TokenStore, tmp_path: Path) -> None:
    store.write(NAME, FULL)
    target = tmp_path / "target"
    path_of(store).rename(target)
    path_of(store).symlink_to(target)
    with pytest.raises(UnsafeFileError):
        store.read(NAME)
    with pytest.raises(UnsafeFileError):
        store.write(NAME, FULL)


def test_a_file_name_reveals_neither_key_nor_server(store: TokenStore) -> None:
    assert (
        len(
            {
                NAME,
                token_record_name("https://kis.example", "Key"),
                token_record_name("https://b", "key"),
            }
        )
        == 3
    )
    assert "key" not in NAME
    store.write(NAME, FULL)
    assert "kis.example" not in path_of(store).read_text()


def test_a_profile_finds_its_token_without_its_key(store: TokenStore) -> None:
    assert store.status("main").record == TokenRecord()
    store.write(NAME, FULL)
    store.link_profile("main", NAME)
    store.link_profile("main http://127.0.0.1:1", "other")
    store.link_profile("mainly", NAME)
    assert store.status("main").record == FULL
    store.unlink_profile("main")
    assert store.record_name_for("main") is None
    assert store.record_name_for("main http://127.0.0.1:1") is None
    assert store.record_name_for("mainly") == NAME


def test_a_damaged_list_of_names_is_replaced(store: TokenStore) -> None:
    store.link_profile("main", NAME)
    path_of(store).with_name("profiles.toml").write_bytes(b"main = ")
    assert store.record_name_for("main") is None
    store.link_profile("main", NAME)
    assert store.record_name_for("main") == NAME


def test_notices_are_counted_by_the_korean_day() -> None:
    last_minute = datetime(2026, 11, 23, 23, 59, tzinfo=KST)
    record = TokenRecord(notification_count=2, last_notified_at=last_minute)
    assert record.notifications_today(last_minute.astimezone(UTC)) == 2
    assert record.notifications_today(last_minute + timedelta(minutes=2)) == 0
    assert record.with_token(TOKEN, last_minute + timedelta(minutes=2)).notification_count == 1


def test_a_valid_token_of_another_tool_is_imported_if_there_is_none(store: TokenStore) -> None:
    assert not store.import_token(NAME, TOKEN, MORNING + timedelta(hours=23, minutes=55))
    assert store.import_token(NAME, TOKEN, MORNING)
    assert store.read(NAME).token == TOKEN
    assert not store.import_token(NAME, replace(TOKEN, value=Secret("eyJ.other")), MORNING)
    assert store.read(NAME).token == TOKEN


async def test_a_wait_that_is_too_long_names_the_process_that_holds_the_lock(
    store: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.storage.token_store.TOKEN_LOCK_TIMEOUT", 0.1)
    async with store.lock(NAME):
        with pytest.raises(LockTimeoutError) as caught:
            async with store.lock(NAME):
                pass
    assert caught.value.details["holder"] == str(os.getpid())
    async with store.lock(NAME):
        pass


async def test_a_cancelled_wait_leaves_the_lock_free(store: TokenStore) -> None:
    async def wait() -> None:
        async with store.lock(NAME):
            pass

    async with store.lock(NAME):
        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with asyncio.timeout(2), store.lock(NAME):
        pass


async def test_a_wait_for_another_process_is_reported_with_its_id(
    store: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.models.calls.NOTICEABLE_WAIT", 0.01)
    holders: list[str] = []
    is_waiting = asyncio.Event()

    def report(holder: str) -> None:
        holders.append(holder)
        is_waiting.set()

    async def hold() -> None:
        async with store.lock(NAME, report):
            pass

    async with store.lock(NAME):
        waiting = asyncio.ensure_future(hold())
        await is_waiting.wait()
    await waiting
    assert holders == [str(os.getpid())]


async def test_sessions_of_a_process_share_a_token_that_cannot_be_saved(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "file").touch()
    store, client = TokenStore(tmp_path / "file" / "tokens"), StubClient(clock)
    managers = [TokenManager(store, CREDENTIALS, client.as_client, clock) for _ in range(5)]
    tokens = await asyncio.gather(*(manager.get() for manager in managers))
    assert client.issue_count == 1
    assert {token.value for token in tokens} == {Secret("token-1")}
    with suppress(StorageError):
        store.link_profile("main", managers[0].record_name)
    status = store.status("main")
    assert (status.is_shared, status.record.token) == (False, tokens[0])
    store.unlink_profile("main")
    assert store.status("main").record.token is None
