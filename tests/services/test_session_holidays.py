"""Trading holidays: one call a day for all sessions, never an error, none on paper."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from kistui.cli.demo import demo_from_simulator
from kistui.client import KisClient, RateLimits
from kistui.errors import KistuiError
from kistui.models.account import AccountNumber, Credentials, Environment, Profile
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.services.session import Session
from kistui.services.token_manager import TokenManager
from kistui.simulator import Response, Simulator, SimulatorOptions, error_response
from kistui.storage.paths import AppPaths
from kistui.storage.state_files import HolidayStore
from kistui.storage.token_store import TokenStore
from tests.support import FakeClock

HOLIDAY = "chk-holiday"
TODAY = date(2026, 12, 21)
TOMORROW = TODAY + timedelta(days=1)
CHRISTMAS = date(2026, 12, 25)

Open = Callable[..., Session]


@pytest.fixture
def store(tmp_path: Path) -> HolidayStore:
    return HolidayStore(tmp_path / "holidays.toml")


@pytest.fixture
async def opened(
    simulator: Simulator, store: HolidayStore, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Open]:
    """Open sessions that share tokens and holidays; close them all."""
    sessions: list[Session] = []

    def open_session(holidays: HolidayStore | None = store, on: Simulator = simulator) -> Session:
        credentials = Credentials.parse(on.app_key, on.app_secret)
        environment = Environment(on.options.environment)
        profile = Profile("main", environment, AccountNumber.parse(on.account_number))
        client = KisClient(
            environment, base_url=on.url, rate_limits=RateLimits.unlimited(), clock=clock
        )
        token = TokenManager(TokenStore(tmp_path / "tokens"), credentials, client, clock)
        sessions.append(Session(profile, credentials, client, token, holiday_store=holidays))
        return sessions[-1]

    yield open_session
    for session in sessions:
        await session.aclose()


async def test_two_sessions_on_one_day_cause_one_call(opened: Open, simulator: Simulator) -> None:
    first, second = opened(), opened()
    await first.token_manager.get()
    closed = await first.get_holidays(TODAY)
    assert CHRISTMAS in closed
    assert await second.get_holidays(TODAY) == await first.get_holidays(TODAY) == closed
    assert simulator.count_requests(HOLIDAY) == 1


async def test_known_holidays_are_read_without_a_call(
    opened: Open, simulator: Simulator, store: HolidayStore
) -> None:
    assert await opened().read_holidays() == frozenset()
    store.write(TODAY, {CHRISTMAS})
    assert await opened().read_holidays() == {CHRISTMAS}
    assert await opened(holidays=None).read_holidays() == frozenset()
    assert simulator.count_requests(HOLIDAY) == 0


async def test_the_next_day_kis_is_asked_again(
    opened: Open, simulator: Simulator, store: HolidayStore
) -> None:
    session = opened()
    await session.token_manager.get()
    await session.get_holidays(TODAY)
    await session.get_holidays(TOMORROW)
    assert [
        request.query["BASS_DT"] for request in simulator.requests if request.path.endswith(HOLIDAY)
    ] == ["20261221", "20261222"]
    assert store.read()[0] == TOMORROW


async def test_sessions_that_ask_at_once_cause_one_call(opened: Open, simulator: Simulator) -> None:
    sessions = [opened() for _ in range(5)]
    await sessions[0].token_manager.get()
    await asyncio.gather(*(session.get_holidays(TODAY) for session in sessions * 2))
    assert simulator.count_requests(HOLIDAY) == 1
    for session in sessions:  # also those who came while it was under way
        assert CHRISTMAS in await session.get_holidays(TODAY)


async def test_a_token_is_never_issued_for_holidays(
    opened: Open, simulator: Simulator, store: HolidayStore
) -> None:
    session = opened()
    store.write(TODAY - timedelta(days=1), {CHRISTMAS})
    assert await session.get_holidays(TODAY) == {CHRISTMAS}
    assert simulator.requests == []
    await session.token_manager.get()
    assert len(await session.get_holidays(TODAY)) > 1
    assert (simulator.notice_count, simulator.count_requests(HOLIDAY)) == (1, 1)


async def test_a_rejected_token_is_not_replaced_for_holidays(
    opened: Open, simulator: Simulator
) -> None:
    session = opened()
    await session.token_manager.get()
    simulator.invalidate_tokens()
    assert await session.get_holidays(TODAY) == frozenset()
    assert (simulator.notice_count, simulator.count_requests(HOLIDAY)) == (1, 1)


async def test_paper_is_never_asked(opened: Open, store: HolidayStore, clock: FakeClock) -> None:
    with Simulator(SimulatorOptions(environment="paper"), clock=clock) as paper:
        session = opened(on=paper)
        await session.fetch_balance()
        assert await session.get_holidays(TODAY) == frozenset()
        store.write(TODAY - timedelta(days=1), {CHRISTMAS})
        assert await session.get_holidays(TODAY) == {CHRISTMAS}
        assert paper.count_requests(HOLIDAY) == 0


@pytest.mark.parametrize(
    "reply",
    [
        error_response("EGW00206"),
        error_response("EGW00201"),
        error_response("EGW00203"),
        Response(disconnect="before"),
        Response(status=503, body=b"<html>"),
        Response(body=b'{"rt_cd":"0","output":[{"bass_dt":"soon","opnd_yn":"N"}]}'),
    ],
    ids=["no permission", "limit", "trouble", "dropped", "down", "malformed"],
)
async def test_after_a_failure_the_stored_holidays_are_used_for_the_day(
    opened: Open, simulator: Simulator, store: HolidayStore, reply: Response
) -> None:
    store.write(TODAY - timedelta(days=1), {CHRISTMAS})
    simulator.script(HOLIDAY, reply)
    await opened().token_manager.get()
    for session in (opened(), opened()):
        assert await session.get_holidays(TODAY) == {CHRISTMAS}
        assert await session.get_holidays(TODAY) == {CHRISTMAS}
    assert simulator.count_requests(HOLIDAY) == 1
    assert len(await opened().get_holidays(TOMORROW)) > 1


async def test_an_unreachable_server_is_no_error(opened: Open, simulator: Simulator) -> None:
    session = opened()
    await session.token_manager.get()
    simulator.stop()
    assert await session.get_holidays(TODAY) == frozenset()


async def test_without_a_record_of_the_request_kis_is_not_asked(
    opened: Open, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "holidays.toml").symlink_to(tmp_path / "elsewhere")
    session = opened()
    await session.token_manager.get()
    assert await session.get_holidays(TODAY) == frozenset()
    assert simulator.count_requests(HOLIDAY) == 0


async def test_holidays_that_cannot_be_stored_serve_their_session(
    opened: Open, simulator: Simulator, store: HolidayStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def claim(_today: date) -> bool:
        monkeypatch.setattr(store, "write", full)
        return True

    def full(*_: object) -> None:
        raise KistuiError

    monkeypatch.setattr(store, "claim_daily_request", claim)
    session = opened()
    await session.token_manager.get()
    assert CHRISTMAS in await session.get_holidays(TODAY)
    assert CHRISTMAS in await session.get_holidays(TODAY)
    assert simulator.count_requests(HOLIDAY) == 1


async def test_without_a_store_nothing_is_asked(opened: Open, simulator: Simulator) -> None:
    session = opened(None)
    await session.fetch_balance()
    assert await session.get_holidays(TODAY) == frozenset()
    assert simulator.count_requests(HOLIDAY) == 0


async def test_a_balance_does_not_request_the_holidays(opened: Open, simulator: Simulator) -> None:
    await opened().fetch_balance()
    assert len(simulator.requests) == 2
    assert simulator.count_requests(HOLIDAY) == 0


@pytest.mark.parametrize("environment", Environment)
async def test_the_users_profiles_share_one_file_and_paper_has_none(
    clock: FakeClock, tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = AppPaths(tmp_path / "config", tmp_path / "state")
    with Simulator(SimulatorOptions(environment=environment.value), clock=clock) as simulator:
        for module in ("endpoints", "connection"):
            monkeypatch.setattr(f"kistui.client.{module}.BASE_URLS", {environment: simulator.url})
        credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        account = AccountNumber.parse(simulator.account_number)
        for name in ("main", "other"):
            profile = Profile(name, environment, account)
            profiles = ProfileService(paths, {}, no_demo, clock)
            session = profiles.open_session_with(profile, credentials)
            await session.token_manager.get()
            closed = await session.get_holidays(TODAY)
            assert (CHRISTMAS in closed) is (environment is Environment.REAL)
            await session.aclose()
        assert simulator.count_requests(HOLIDAY) == (1 if environment is Environment.REAL else 0)
    assert paths.holidays_file.exists() is (environment is Environment.REAL)


async def test_another_server_s_holidays_are_not_the_user_s(
    simulator: Simulator, clock: FakeClock, tmp_path: Path
) -> None:
    paths = AppPaths(tmp_path / "config", tmp_path / "state")
    credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
    account = AccountNumber.parse(simulator.account_number)
    profile = Profile("main", Environment.REAL, account, simulator.url)
    session = ProfileService(paths, {}, no_demo, clock).open_session_with(profile, credentials)
    await session.token_manager.get()
    assert await session.get_holidays(TODAY) == frozenset()
    await session.aclose()
    assert not paths.holidays_file.exists()


def no_demo() -> DemoAccount:
    raise AssertionError


async def test_the_demo_has_its_own_file(
    simulator: Simulator, clock: FakeClock, tmp_path: Path
) -> None:
    demo = demo_from_simulator(simulator, clock, tmp_path / "demo")
    session = demo.open_session()
    await session.fetch_balance()
    assert CHRISTMAS in await session.get_holidays(TODAY)
    await session.aclose()
    assert (tmp_path / "demo" / "holidays.toml").exists()
