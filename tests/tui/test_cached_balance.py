"""The balance cached by the last run: shown at once as outdated, until another is loaded."""

import json
import re
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from kistui.models.account import AccountNumber, Credentials, Profile, SecretBackend
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading, last_loaded
from kistui.models.totals import AccountOverview, is_overseas_missing
from kistui.simulator import Simulator, error_response
from kistui.tui.messages import ProfileSelected
from kistui.tui.screens.dialogs import PromptDialog
from kistui.tui.widgets.summary_pane import SummaryPane
from tests.services.token_stampede import create_profiles, simulator_environ
from tests.support import FakeClock, make_balance, make_lot
from tests.tui.conftest import AppUnderTest, MakeApp, summary_lines, summary_pane
from tests.tui.pilot import screen_text, settle, toast_texts, wait_until
from tests.tui.screens import add_profile, balance_screen, notice, title_bar

pytestmark = pytest.mark.mostly_waits

AMOUNT = re.compile(r"[\d,.]*\d")
SIZE = (80, 24)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "balances"


@pytest.fixture
async def before(make_app: MakeApp, simulator: Simulator, environ: dict[str, str]) -> list[str]:
    """Return the summary that a run three days and two hours ago showed of a profile."""
    add_profile(make_app(demo=False, environ=environ).profile_service, simulator, "main")
    async with make_app(demo=False, environ=environ).run_test(size=SIZE) as pilot:
        await settle(pilot)
        return summary_lines(pilot)


@pytest.fixture
def again(
    make_app: MakeApp, environ: dict[str, str], clock: FakeClock, before: list[str]
) -> AppUnderTest:
    """Return the app of the next start."""
    assert before
    clock.advance(days=3, hours=2)
    return make_app(demo=False, environ=environ)


@pytest.fixture
async def restarted(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], clock: FakeClock
) -> AppUnderTest:
    """Return the app of the next start; the last run cached its figures, whatever it showed."""
    service = make_app(demo=False, environ=environ).profile_service
    profile = add_profile(service, simulator, "main")
    async with aclosing(service.open_session(profile)) as session:
        service.cache.save_balance(profile, await session.fetch_full_balance(clock), clock())
    clock.advance(days=3, hours=2)
    return make_app(demo=False, environ=environ)


def cached_part(cached: Loaded[Balance] | None) -> tuple[object, ...]:
    """Return the parts of a balance that are cached."""
    assert cached
    value = cached.value
    return cached.loaded_at, value.summary, value.holdings, value.page_count, value.overseas


def assert_shows_cached(pilot: Pilot[None], before: list[str]) -> None:
    """Assert that the figures of `before` are shown, overseas ones too."""
    assert summary_lines(pilot) == before
    assert "국내 총자산" not in before[0]


async def test_the_cached_balance_shows_until_the_response_arrives(
    again: AppUnderTest, before: list[str], simulator: Simulator
) -> None:
    simulator.set_scene("slow")
    async with again.run_test(size=SIZE) as pilot:
        assert isinstance(balance_screen(pilot).load_state, Loading)
        assert_shows_cached(pilot, before)
        assert summary_pane(pilot).dimmed
        await pilot.pause()
        assert "화면의 값은 11-23 10:32 KST 기준입니다 · 3일 전" in screen_text(pilot)
        assert "해외 미포함" not in screen_text(pilot)
        assert "조회 중" in title_bar(pilot)
        simulator.set_scene("ordinary")
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))
        assert not summary_pane(pilot).dimmed
        assert "조회 12:32:07 KST" in title_bar(pilot)
        assert "화면의 값은" not in notice(pilot)


async def test_the_cached_balance_is_shown_before_client_and_history_are_imported(
    restarted: AppUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    were_shown: dict[str, bool] = {}

    def note_calls(owner: object, name: str) -> None:
        function = getattr(owner, name)

        def note_call(*arguments: object) -> object:
            summary = restarted.screen_stack[0].query_one(SummaryPane)
            were_shown.setdefault(name, bool(summary.lines))
            return function(*arguments)

        monkeypatch.setattr(owner, name, note_call)

    note_calls(restarted.profile_service, "open_session")
    note_calls(restarted.profile_service.history, "read")
    async with restarted.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert were_shown == {"open_session": True, "read": True}


async def test_a_failure_keeps_the_cached_balance_dimmed_with_its_age(
    again: AppUnderTest, before: list[str], simulator: Simulator
) -> None:
    simulator.set_scene("wrong-account")
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Failed)
        assert_shows_cached(pilot, before)
        assert summary_pane(pilot).dimmed
        assert "11-23 10:32 KST 기준 · 3일 전" in title_bar(pilot)
        assert "[OPSQ2000]" in notice(pilot)


async def test_a_cancelled_load_keeps_the_cached_balance_outdated(
    again: AppUnderTest, before: list[str], simulator: Simulator
) -> None:
    simulator.set_scene("slow")
    async with again.run_test(size=SIZE) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(balance_screen(pilot).load_state, Failed)
        assert_shows_cached(pilot, before)
        assert summary_pane(pilot).dimmed
        assert "3일 전" in title_bar(pilot)


async def test_a_cached_balance_stays_outdated_after_switching(
    restarted: AppUnderTest, simulator: Simulator
) -> None:
    simulator.set_scene("slow")
    main = restarted.profile_service.get("main")
    async with restarted.run_test(size=SIZE) as pilot:
        restarted.post_message(ProfileSelected(restarted.profile_service.demo_profile()))
        await pilot.pause()
        assert last_loaded(restarted.balance_states.get(main)) is None
        restarted.post_message(ProfileSelected(main))
        await wait_until(pilot, lambda: last_loaded(balance_screen(pilot).load_state))
        assert isinstance(balance_screen(pilot).load_state, Loading)
        assert summary_pane(pilot).dimmed


async def test_another_profile_opens_with_its_cached_balance(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], before: list[str]
) -> None:
    app = make_app(environ=environ)
    simulator.set_scene("slow")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        app.post_message(ProfileSelected(app.profile_service.get("main")))
        await wait_until(pilot, lambda: last_loaded(balance_screen(pilot).load_state))
        assert isinstance(balance_screen(pilot).load_state, Loading)
        assert_shows_cached(pilot, before)


async def test_a_late_or_foreign_cached_balance_is_ignored(restarted: AppUnderTest) -> None:
    profile_service = restarted.profile_service
    main = profile_service.get("main")
    old = profile_service.cached_balance(main)
    assert old
    async with restarted.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for profile in (main, replace(main, name="other")):
            balance_screen(pilot).loader.show_cached(profile, old)
            assert isinstance(balance_screen(pilot).load_state, Loaded)
            assert not summary_pane(pilot).dimmed


async def test_no_cached_balance_is_shown_before_the_passphrase(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], clock: FakeClock
) -> None:
    app = make_app(demo=False, environ=environ)
    app.profile_service.secrets.unlock("open")
    main = add_profile(app.profile_service, simulator, "main", SecretBackend.ENCRYPTED)
    async with app.run_test(size=SIZE) as pilot:
        app.post_message(ProfileSelected(main))
        await settle(pilot)
        assert app.profile_service.cached_balance(main)
    clock.advance(hours=1)
    app = make_app(demo=False, environ=environ)
    async with app.run_test(size=SIZE) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, PromptDialog))
        assert last_loaded(balance_screen(pilot).load_state) is None
        app.screen.query_one(Input).value = "open"
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(balance_screen(pilot).load_state, Loaded))


def test_the_cache_of_the_environment_belongs_to_account_and_key(
    tmp_path: Path, clock: FakeClock, simulator: Simulator
) -> None:
    environ = simulator_environ(simulator)
    profile_service = create_profiles(tmp_path, clock, environ)
    own = profile_service.resolve()
    assert own
    profile_service.cache.save_balance(own, make_balance(make_lot()), clock())
    assert cached_part(profile_service.cached_balance(own))
    for name, value in (("KIS_ACCOUNT", "50009999-01"), ("KIS_APP_KEY", "k" * 36)):
        other = create_profiles(tmp_path, clock, environ | {name: value})
        profile = other.resolve()
        assert profile
        assert other.cached_balance(profile) is None


async def test_the_demo_caches_nothing(make_app: MakeApp, folder: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        loaded = last_loaded(balance_screen(pilot).load_state)
        assert loaded
        app.profile_service.cache.save_balance(
            app.profile_service.demo_profile(), loaded.value, loaded.loaded_at
        )
    assert not folder.exists()


async def test_a_failed_cache_write_is_silent(
    make_app: MakeApp, simulator: Simulator, environ: dict[str, str], folder: Path
) -> None:
    app = make_app(demo=False, environ=environ)
    add_profile(app.profile_service, simulator, "main")
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    async with make_app(demo=False, environ=environ).run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)
        assert not toast_texts(pilot.app)


async def test_switching_the_cache_off_deletes_it(restarted: AppUnderTest, folder: Path) -> None:
    profile_service = restarted.profile_service
    main = profile_service.get("main")
    old = profile_service.cached_balance(main)
    assert old
    profile_service.settings.save("keep_figures", False)
    assert list(folder.iterdir()) == []
    profile_service.cache.save_balance(main, old.value, old.loaded_at)
    assert list(folder.iterdir()) == []
    assert profile_service.cached_balance(main) is None


def test_a_cache_switched_off_in_the_file_is_deleted_with_the_next_response(
    restarted: AppUnderTest, folder: Path
) -> None:
    profile_service = restarted.profile_service
    main = profile_service.get("main")
    old = profile_service.cached_balance(main)
    assert old
    text = profile_service.config_file.read_text()
    profile_service.config_file.write_text(f"{text}\n[settings]\nkeep_figures = false\n")
    assert profile_service.cached_balance(main) is None
    profile_service.cache.save_balance(main, old.value, old.loaded_at)
    assert list(folder.iterdir()) == []


def test_changing_or_removing_a_profile_deletes_its_cache(
    restarted: AppUnderTest, simulator: Simulator, folder: Path
) -> None:
    profile_service = restarted.profile_service
    main = profile_service.get("main")
    old = profile_service.cached_balance(main)
    assert old
    keys = Credentials.parse(simulator.app_key, simulator.app_secret)
    other = replace(main, account=AccountNumber.parse("50009999-01"))
    assert profile_service.cached_balance(other) is None
    acts: tuple[tuple[Profile, Callable[[], None]], ...] = (
        (main, lambda: profile_service.replace_credentials(main, keys)),
        (main, lambda: profile_service.update(other)),
        (other, lambda: profile_service.remove(other)),
    )
    for profile, act in acts:
        profile_service.cache.save_balance(profile, old.value, old.loaded_at)
        assert cached_part(profile_service.cached_balance(profile)) == cached_part(old)
        act()
        assert profile_service.cached_balance(profile) is None
        assert list(folder.iterdir()) == []


def test_partial_and_future_balances_are_not_used(
    restarted: AppUnderTest, clock: FakeClock
) -> None:
    profile_service = restarted.profile_service
    main = profile_service.get("main")
    old = profile_service.cached_balance(main)
    assert old
    profile_service.cache.save_balance(
        main, replace(old.value, is_complete=False, page_count=7), clock()
    )
    assert cached_part(profile_service.cached_balance(main)) == cached_part(old)
    clock.advance(days=-4)
    assert profile_service.cached_balance(main) is None


def test_a_cache_without_overseas_leaves_it_unknown(restarted: AppUnderTest, folder: Path) -> None:
    profile_service = restarted.profile_service
    main = profile_service.get("main")
    (path,) = folder.iterdir()
    table = json.loads(path.read_text())
    del table["overseas"]
    path.write_text(json.dumps(table | {"schema": 1}))
    old = profile_service.cached_balance(main)
    assert old
    assert is_overseas_missing(old.value)
    assert AccountOverview(main, Loading(old)).full_balance is None


async def test_overseas_figures_of_the_last_run_are_named_with_their_day(
    restarted: AppUnderTest, simulator: Simulator
) -> None:
    simulator.script("inquire-present-balance", error_response("EGW00204"))
    async with restarted.run_test(size=SIZE) as pilot:
        await settle(pilot)
        state = balance_screen(pilot).load_state
        assert isinstance(state, Loaded)
        assert isinstance(state.value.overseas, Failed)
        assert "11-23 10:32 해외 값 표시 중" in screen_text(pilot)
