"""Profiles that another kistui, the command line or an editor changes while the app is open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from kistui.models.account import AccountNumber, SecretBackend
from kistui.models.load_state import Loaded, NotLoaded
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator
from kistui.tui.screens.accounts import AccountsScreen
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.profile_form import ProfileForm
from tests.support import FakeClock
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import add_profile, balance_screen, notice, title_bar


@pytest.fixture
def other(make_app: MakeApp, environ: dict[str, str]) -> ProfileService:
    """Return the profiles as another kistui changes them."""
    service = make_app(demo=False, environ=environ).profile_service
    service.secrets.unlock("열려라")
    return service


@pytest.fixture
def open_accounts(
    make_app: MakeApp, environ: dict[str, str], simulator: Simulator, other: ProfileService
) -> OpenApp:
    """Open the accounts page of a saved profile, `main`, whose figures are shown."""

    @asynccontextmanager
    async def open_accounts() -> AsyncIterator[Pilot[None]]:
        add_profile(other, simulator, "main")
        app = make_app(demo=False, environ=environ)
        async with app.run_test(size=(80, 24)) as pilot:
            await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
            await open_page(pilot)
            yield pilot

    return open_accounts


async def open_page(pilot: Pilot[None]) -> None:
    """Open the accounts page."""
    await pilot.press("4")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, AccountsScreen))
    await settle(pilot)


async def enter_account_number(pilot: Pilot[None], number: str) -> None:
    """Enter a number for the highlighted profile."""
    await pilot.press("f7")
    await wait_until(pilot, lambda: bool(pilot.app.screen.query("#answer")))
    await pilot.press(*number, "enter")


def other_account(simulator: Simulator) -> AccountNumber:
    """Return another account of the same app key, whose holdings are others."""
    return AccountNumber.parse(simulator.accounts[1].number)


async def test_figures_of_an_account_are_never_shown_or_recorded_as_those_of_another(
    open_accounts: OpenApp, other: ProfileService, simulator: Simulator
) -> None:
    async with open_accounts() as pilot:
        app = app_of(pilot)
        before = other.get("main")
        changed = replace(before, account=other_account(simulator))
        other.update(changed)
        await pilot.press("escape")
        await open_page(pilot)
        assert app.balance_states.get(changed) == NotLoaded()
        await pilot.press("f5")
        await wait_until(pilot, lambda: isinstance(app.balance_states.get(changed), Loaded))
        await settle(pilot)
        loaded, old = app.balance_states.get(changed), app.balance_states.get(before)
        assert isinstance(loaded, Loaded)
        assert isinstance(old, Loaded)
        total = loaded.value.summary.total_value
        assert total != old.value.summary.total_value
        assert [day.total_value for day in other.history.read(changed).days] == [total]


async def test_the_account_that_is_shown_follows_its_corrected_number(
    open_accounts: OpenApp, simulator: Simulator
) -> None:
    async with open_accounts() as pilot:
        app = app_of(pilot)
        await enter_account_number(pilot, simulator.accounts[1].number)
        await wait_until(pilot, lambda: bool(notice(pilot)))
        await pilot.press("escape")
        loader = balance_screen(pilot).loader
        await wait_until(pilot, lambda: isinstance(loader.load_state, Loaded))
        assert loader.profile == app.profile_service.get("main")
        assert loader.profile.account == other_account(simulator)


async def test_an_account_is_opened_when_its_app_key_was_replaced(
    open_accounts: OpenApp, simulator: Simulator, clock: FakeClock
) -> None:
    async with open_accounts() as pilot:
        app = app_of(pilot)
        clock.advance(minutes=1)  # the app key has another token then
        await pilot.press("number_sign")
        await wait_until(pilot, lambda: isinstance(app.screen, ProfileForm))
        app.screen.query_one("#app_key", Input).value = simulator.app_key
        app.screen.query_one("#app_secret", Input).value = simulator.app_secret
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
        loader = balance_screen(pilot).loader
        await wait_until(pilot, lambda: isinstance(loader.load_state, Loaded))


async def test_a_refresh_lists_the_accounts_as_they_are_now(
    open_accounts: OpenApp, other: ProfileService, simulator: Simulator
) -> None:
    async with open_accounts() as pilot:
        app = app_of(pilot)
        config = other.config_file.read_text()
        other.config_file.write_text("[profiles.main")
        await pilot.press("f5")
        await settle(pilot)
        assert "설정 파일에 오류" in notice(pilot)
        other.config_file.write_text(config)
        add_profile(other, simulator, "added")
        await pilot.press("f5")
        await wait_until(pilot, lambda: app.screen.query_one(OptionList).option_count == 2)
        assert "added" in screen_text(pilot)


async def test_the_title_says_that_a_token_was_revoked_elsewhere(
    open_accounts: OpenApp, other: ProfileService
) -> None:
    async with open_accounts() as pilot:
        assert await other.revoke_token(other.get("main"))
        await pilot.press("escape", "r")
        await wait_until(pilot, lambda: "토큰 발급 대기" in title_bar(pilot))


async def test_an_app_key_is_read_where_another_kistui_has_moved_it(
    make_app: MakeApp, environ: dict[str, str], other: ProfileService, simulator: Simulator
) -> None:
    add_profile(other, simulator, "main", SecretBackend.ENCRYPTED)
    app = make_app(demo=True, environ=environ)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await open_page(pilot)
        other.change_secret_backend(other.get("main"), SecretBackend.PLAIN)
        await pilot.press("home", "enter")
        loader = balance_screen(pilot).loader
        await wait_until(pilot, lambda: isinstance(loader.load_state, Loaded) and loader.profile)
        assert loader.profile is not None
        assert loader.profile.name == "main"


async def test_an_account_stays_open_when_its_own_number_is_entered_again(
    open_accounts: OpenApp, simulator: Simulator
) -> None:
    async with open_accounts() as pilot:
        await enter_account_number(pilot, simulator.account_number)
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, AccountsScreen))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)
