"""The accounts page: the state of each account, and the total of the real ones."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from kistui.errors import ServiceUnavailableError
from kistui.formatting.cells import plain_text
from kistui.i18n import load_translations
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.load_state import Failed, Loaded, Loading, NotLoaded, last_loaded
from kistui.models.totals import compute_headline
from kistui.services.session import Session
from kistui.simulator import Simulator, SimulatorOptions
from kistui.tui.messages import AccountStateChanged, ProfileSelected, ProfilesLoaded
from kistui.tui.screens.accounts import AccountsScreen
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import SelectDialog
from kistui.tui.widgets.lines import StatusLine
from tests.support import FakeClock
from tests.tui.conftest import AppUnderTest, MakeApp
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import add_profile, balance_screen, notice

COUNT = 8
SCENES = {2: "wrong-account", 3: "refused-secret", 4: "off-hours"}
SLOW, EXPIRED, PAPER = 5, 6, 7


@pytest.fixture
def servers(clock: FakeClock) -> Iterator[list[Simulator]]:
    """A server for each account: some fail, one is slow, one is for paper trading."""
    running = []
    for number in range(COUNT):
        scene = SCENES.get(number, "ordinary")
        delay = 0.6 if number == SLOW else 0.0
        environment = "paper" if number == PAPER else "real"
        options = SimulatorOptions(
            scene=scene, delay=delay, environment=environment, seed=number + 1
        )
        running.append(Simulator(options, clock=clock).start())
    yield running
    for simulator in running:
        simulator.stop()


def add_profiles(app: AppUnderTest, servers: list[Simulator]) -> list[Profile]:
    profiles = []
    for number, simulator in enumerate(servers):
        environment = Environment.PAPER if number == PAPER else Environment.REAL
        profile = Profile(
            f"a{number:02}",
            environment,
            AccountNumber.parse(simulator.account_number),
            simulator.url,
            secret_backend=SecretBackend.PLAIN,
        )
        credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        app.profile_service.add(profile, credentials)
        profiles.append(profile)
    return profiles


def lines(pilot: Pilot[None]) -> list[str]:
    options = pilot.app.screen.query_one(OptionList).options
    return [str(option.prompt) for option in options]


def total(pilot: Pilot[None]) -> str:
    return plain_text(pilot.app.screen.query_one("#total", StatusLine).line)


async def open_all(pilot: Pilot[None]) -> None:
    await pilot.press("4")
    await settle(pilot)
    assert isinstance(pilot.app.screen, AccountsScreen)


@asynccontextmanager
async def accounts_page(
    app: AppUnderTest, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[None]]:
    """Run the app on its accounts page, with the balance of every account."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await open_all(pilot)
        yield pilot


def move_to(pilot: Pilot[None], name: str) -> OptionList:
    """Move the cursor to the row of an account."""
    options = pilot.app.screen.query_one(OptionList)
    options.highlighted = [name in line for line in lines(pilot)].index(True)
    return options


async def ask_to_refresh_all(pilot: Pilot[None]) -> None:
    """Press the key that loads all accounts; it asks before missing tokens are issued."""
    await pilot.press("r")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))


async def test_each_account_has_its_own_state(
    make_app: MakeApp, servers: list[Simulator], clock: FakeClock
) -> None:
    app = make_app()
    profiles = add_profiles(app, servers)
    async with accounts_page(app, (120, 36)) as pilot:
        assert "7계좌 중 0" in total(pilot)
        await ask_to_refresh_all(pilot)
        await pilot.press("down", "enter")
        ordinary = [p for n, p in enumerate(profiles) if n not in {*SCENES, SLOW}]
        states = app.balance_states
        await wait_until(pilot, lambda: all(isinstance(states.get(p), Loaded) for p in ordinary))
        slow = states.get(profiles[SLOW])
        assert isinstance(slow, (Loading, Loaded))
        await wait_until(pilot, lambda: isinstance(states.get(profiles[SLOW]), Loaded))
        failed = profiles[2], profiles[3]
        await wait_until(pilot, lambda: all(isinstance(states.get(p), Failed) for p in failed))
        await settle(pilot)
        assert "7계좌 중 5" in total(pilot)
        shown = lines(pilot)
        assert "앱키의 계좌" in shown[2]
        assert "10:32:07" in shown[0]
        assert len({len(line) for line in shown}) >= 1
        # The total is of the real accounts whose figures are known, and of no paper.
        known: list[Any] = [
            compute_headline(states.get(p).value).total_value.amount  # type: ignore[union-attr]
            for n, p in enumerate(profiles)
            if n != PAPER and isinstance(states.get(p), Loaded)
        ]
        if all(value is not None for value in known):
            assert f"{sum(known):,}" in total(pilot)
        # A token expires: that account alone issues another.
        servers[EXPIRED].expire_tokens()
        clock.advance(minutes=2)
        issued = [server.count_requests("tokenP") for server in servers]
        at = clock()
        await ask_to_refresh_all(pilot)
        await pilot.press("enter")
        await wait_until(
            pilot,
            lambda: all(
                isinstance(r := states.get(p), Loaded) and r.loaded_at == at for p in ordinary
            ),
        )
        now_issued = [server.count_requests("tokenP") for server in servers]
        assert [n for n in range(COUNT) if now_issued[n] > issued[n]] == [EXPIRED]
        failure = app.screen.query_one("#failure", Static)
        accounts = app.profile_service.list_profiles()
        for profile in failed:
            app.screen.query_one(OptionList).highlighted = accounts.index(profile)
            await settle(pilot)
            state = states.get(profile)
            assert isinstance(state, Failed)
            title = load_translations("ko")(f"error.{state.error.slug}.title")
            assert f"{profile.name}: {title}" in str(failure.content)  # its column has no room
            assert title in screen_text(pilot)
        app.screen.query_one(OptionList).highlighted = accounts.index(ordinary[0])
        await settle(pilot)
        assert not failure.display


async def test_enter_opens_an_account_with_its_figures(
    make_app: MakeApp, servers: list[Simulator]
) -> None:
    app = make_app()
    profiles = add_profiles(app, servers[:2])
    async with accounts_page(app) as pilot:
        await ask_to_refresh_all(pilot)
        await pilot.press("down", "enter")
        await wait_until(
            pilot, lambda: all(isinstance(app.balance_states.get(p), Loaded) for p in profiles)
        )
        await wait_until(pilot, lambda: "모두 조회했습니다" in notice(pilot))
        await pilot.press("home", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, BalanceScreen)
        assert profiles[0].name in plain_text(app.screen.query_one("#bar", StatusLine).line)


async def test_esc_while_the_accounts_page_loads_an_account_keeps_its_last_figures(
    make_app: MakeApp, clock: FakeClock
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.advance(minutes=5)
        await pilot.press("r")
        await settle(pilot)
        last = balance_screen(pilot).load_state
        assert isinstance(last, Loaded)
        assert last.loaded_at == clock()
        profile = app.profile_service.demo_profile()
        # Twice, as of an account that is also that of the environment.
        app.post_message(AccountStateChanged(profile, Loading(last)))
        app.post_message(AccountStateChanged(profile, Loading(last)))
        await pilot.pause()
        assert isinstance(balance_screen(pilot).load_state, Loading)
        await pilot.press("escape")
        assert balance_screen(pilot).load_state == last


async def test_a_row_of_an_account_that_is_no_longer_listed_opens_none(
    make_app: MakeApp, servers: list[Simulator]
) -> None:
    """Enter, pressed while the list is read again, arrives after what was read."""
    app = make_app()
    profiles = add_profiles(app, servers[:2])
    async with accounts_page(app) as pilot:
        options = move_to(pilot, "a01")
        app.screen.post_message(ProfilesLoaded((profiles[0],), None))
        options.action_select()
        await settle(pilot)
        assert isinstance(app.screen, AccountsScreen)
        assert len(lines(pilot)) == 1


async def test_the_cursor_stays_on_its_account_when_others_are_listed(
    make_app: MakeApp, servers: list[Simulator]
) -> None:
    app = make_app()
    profiles = add_profiles(app, servers[:3])
    async with accounts_page(app) as pilot:
        options = move_to(pilot, "a01")
        for listed in (profiles[1:], profiles):
            app.screen.post_message(ProfilesLoaded(tuple(listed), None))
            await settle(pilot)
            assert options.highlighted is not None
            assert "a01" in lines(pilot)[options.highlighted]


async def test_the_account_of_the_environment_may_have_the_name_of_a_saved_one(
    make_app: MakeApp, servers: list[Simulator]
) -> None:
    """A saved profile may be called as those of the environment and the demo are."""
    server = servers[0]
    environ = {
        "KIS_APP_KEY": server.app_key,
        "KIS_APP_SECRET": server.app_secret,
        "KIS_ACCOUNT": "87654321-01",
    }
    app = make_app(environ=environ)
    for name in ("env", "demo"):
        add_profile(app.profile_service, servers[1], name)
    async with accounts_page(app, (120, 36)) as pilot:
        options = app.screen.query_one(OptionList)
        listed = app.profile_service.list_profiles()
        assert [profile.name for profile in listed] == ["env", "env", "demo", "demo"]
        assert len(lines(pilot)) == len(listed)
        options.highlighted = 1
        app.screen.post_message(ProfilesLoaded(listed, None))
        await settle(pilot)
        assert options.highlighted == 1
        await pilot.press("enter")
        await settle(pilot)
        assert balance_screen(pilot).loader.profile == listed[1]
        await pilot.press("p")
        await wait_until(pilot, lambda: isinstance(app.screen, SelectDialog))
        assert app.screen.query_one(OptionList).highlighted == 1
        await pilot.press("down", "enter")
        await settle(pilot)
        assert balance_screen(pilot).loader.profile == listed[2]
        await pilot.press("colon", *"env")
        accounts = lines(pilot)
        assert [" env " in line for line in accounts].count(True) == 2, accounts
        first = [" env " in line for line in accounts].index(True)
        await pilot.press(*["down"] * first, "enter")
        await settle(pilot)
        assert balance_screen(pilot).loader.profile == listed[0]


async def test_without_consent_only_accounts_with_a_token_are_refreshed(
    make_app: MakeApp, servers: list[Simulator]
) -> None:
    app = make_app()
    profiles = add_profiles(app, servers[:2])
    async with accounts_page(app) as pilot:
        demo = app.simulator
        before = demo.count_requests("inquire-balance")
        await ask_to_refresh_all(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: demo.count_requests("inquire-balance") == before + 1)
        assert [server.count_requests("tokenP") for server in servers[:2]] == [0, 0]
        assert not isinstance(app.balance_states.get(profiles[0]), Loaded)
        await ask_to_refresh_all(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert [server.count_requests("tokenP") for server in servers[:2]] == [0, 0]


async def test_amounts_are_hidden_on_the_accounts_page(make_app: MakeApp) -> None:
    app = make_app()
    async with accounts_page(app, (120, 36)) as pilot:
        assert "96,7" in lines(pilot)[0] or "96,8" in lines(pilot)[0]
        await pilot.press("full_stop")
        await pilot.pause()
        assert "•••" in lines(pilot)[0]
        assert "96,7" not in lines(pilot)[0]
        assert "%" in lines(pilot)[0]


async def test_an_account_left_while_loading_is_not_loaded(
    make_app: MakeApp, servers: list[Simulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    first, second = add_profiles(app, servers[:2])
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        fetch_balance = Session.fetch_balance

        async def never_for_first(session: Session, *args: Any) -> Any:
            if session.profile == first:
                await asyncio.sleep(3600)
            return await fetch_balance(session, *args)

        monkeypatch.setattr(Session, "fetch_balance", never_for_first)
        app.post_message(ProfileSelected(first))
        await wait_until(pilot, lambda: isinstance(app.balance_states.get(first), Loading))
        app.post_message(ProfileSelected(second))
        await wait_until(pilot, lambda: isinstance(app.balance_states.get(second), Loaded))
        assert isinstance(app.balance_states.get(first), NotLoaded)


async def test_refreshing_all_keeps_the_last_overseas_balance(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(overseas=True)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        profile = app.profile_service.demo_profile()

        async def fails(*_: object) -> None:
            raise ServiceUnavailableError(status=500)

        monkeypatch.setattr(Session, "fetch_overseas", fails)
        await open_all(pilot)
        screen = cast("AccountsScreen", app.screen)
        screen.account_loader.refresh(profile)

        def overseas_state() -> object:
            loaded = last_loaded(app.balance_states.get(profile))
            return loaded.value.overseas if loaded else None

        await wait_until(pilot, lambda: isinstance(overseas_state(), Failed))
        state = overseas_state()
        assert isinstance(state, Failed)
        assert state.previous is not None
        assert "해외 조회 실패" in "\n".join(lines(pilot))
