"""The token screen, and the token on other screens, with a fake clock."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.timer import Timer
from textual.widgets import OptionList, Static

from kistui.formatting.cells import plain_text
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.load_state import Failed, Loaded, Loading
from kistui.models.text import Secret
from kistui.models.token import TokenRecord, TokenState
from kistui.storage.token_store import TokenStore
from kistui.tui.app import KistuiApp
from kistui.tui.pages import ACCOUNTS_PAGE, PAGES, TOKEN_PAGE
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import SelectDialog
from kistui.tui.screens.token import TOKEN_POLL_SECONDS, TokenScreen
from kistui.tui.widgets.lines import StatusLine
from tests.support import MORNING, FakeClock
from tests.tui.conftest import OpenApp, app_of
from tests.tui.pilot import settle, toast_texts, wait_until
from tests.tui.screens import balance_screen, simulator_of, title_bar


def store_of(pilot: Pilot[None]) -> tuple[TokenStore, str]:
    """Return the demo's token store and the name of its record."""
    store = app_of(pilot).demo_tokens
    return store, store.record_name_for("demo") or ""


def text(pilot: Pilot[None], selector: str) -> str:
    if selector in ("#token-head", "#token-facts"):
        lines = pilot.app.screen.query(f"{selector} StatusLine").results(StatusLine)
        return "\n".join(plain_text(line.line) for line in lines)
    return str(pilot.app.screen.query_one(selector, Static).content)


async def second(pilot: Pilot[None], clock: FakeClock, **span: float) -> None:
    """Advance the clock and refresh the screen."""
    clock.advance(**span)
    cast("TokenScreen", pilot.app.screen).refresh_view()
    await pilot.pause()


async def open_token(pilot: Pilot[None]) -> None:
    await pilot.press("3")
    await settle(pilot)
    assert isinstance(pilot.app.screen, TokenScreen)


async def choose(pilot: Pilot[None], *keys: str) -> None:
    await pilot.pause()
    assert isinstance(pilot.app.screen, SelectDialog)
    await pilot.press(*keys)
    await settle(pilot)


async def test_the_token_page_counts_down(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app() as pilot:
        await open_token(pilot)
        assert "유효" in text(pilot, "#token-head")
        times = []
        for _ in range(3):
            times.append(text(pilot, "#token-head").split()[0])
            await second(pilot, clock, seconds=1)
        assert times == ["24:00:00", "23:59:59", "23:59:58"]
        assert "2026-11-24 10:32:07 KST  (11-24 01:32:07 UTC)" in text(pilot, "#token-facts")
        await second(pilot, clock, hours=23, minutes=45)
        assert "만료 임박" in text(pilot, "#token-head")
        await second(pilot, clock, hours=2)
        assert "만료" in text(pilot, "#token-head")


async def test_the_digits_lead_back_to_the_balance(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for key, tab in (("1", "summary"), ("2", "holdings")):
            await open_token(pilot)
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(pilot.app.screen, BalanceScreen)
            assert pilot.app.screen.active_tab == tab
        await pilot.press("3", "3", "4", "3")
        await settle(pilot)
        assert len(pilot.app.screen_stack) == 2
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_issuing_asks_first_with_no_as_default(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        clock.advance(minutes=2)
        await open_token(pilot)
        await pilot.press("plus")
        await choose(pilot, "enter")
        assert simulator.count_requests("tokenP") == 1
        await pilot.press("plus")
        await choose(pilot, "escape")
        assert simulator.count_requests("tokenP") == 1
        await pilot.press("plus")
        await choose(pilot, "down", "enter")
        assert simulator.count_requests("tokenP") == 2
        assert "토큰을 발급받았습니다" in text(pilot, "#notice")
        assert "2건" in text(pilot, "#token-facts")


async def test_an_issue_within_the_minute_waits_and_can_be_stopped(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        await open_token(pilot)
        await pilot.press("plus")
        await pilot.pause()
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: "10:33:07" in text(pilot, "#notice"))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, TokenScreen)
        assert "중지했습니다" in text(pilot, "#notice")
        assert simulator.count_requests("tokenP") == 1
        await pilot.press("plus")
        await pilot.pause()
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: "10:33:07" in text(pilot, "#notice"))
        clock.advance(minutes=1)
        await wait_until(pilot, lambda: simulator.count_requests("tokenP") == 2)
        await wait_until(pilot, lambda: "토큰을 발급받았습니다" in text(pilot, "#notice"))


async def test_a_notice_goes_after_a_while_and_progress_stays(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as pilot:
        monkeypatch.setattr(KistuiApp, "NOTIFICATION_TIMEOUT", 0.1)
        await open_token(pilot)
        await pilot.press("plus")
        await pilot.pause()
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: "10:33:07" in text(pilot, "#notice"))
        await pilot.pause(0.3)
        assert "10:33:07" in text(pilot, "#notice")
        await pilot.press("escape")
        await wait_until(pilot, lambda: not text(pilot, "#notice"))


async def test_revoking_asks_first_and_the_next_refresh_issues_another(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        clock.advance(minutes=2)
        await open_token(pilot)
        await pilot.press("delete")
        await choose(pilot, "enter")
        assert simulator.count_requests("revokeP") == 0
        await pilot.press("delete")
        await choose(pilot, "down", "enter")
        assert simulator.count_requests("revokeP") == 1
        assert "없음" in text(pilot, "#token-head")
        assert "토큰 없음" in title_bar(pilot)
        await pilot.press("delete")
        await settle(pilot)
        assert "폐기할 토큰이 없습니다" in text(pilot, "#notice")
        await pilot.press("1", "r")
        await settle(pilot)
        assert simulator.count_requests("tokenP") == 2
        assert "토큰 24시간 0분" in title_bar(pilot)


async def test_token_changes_of_another_process_are_shown(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        await open_token(pilot)
        store, name = store_of(pilot)
        await asyncio.to_thread(store.write, name, TokenRecord())
        await pilot.press("f5")
        await settle(pilot)
        assert "없음" in text(pilot, "#token-head")
        await pilot.press("escape")
        await asyncio.to_thread(store.write, name, TokenRecord(issue_attempted_at=clock()))
        clock.advance(minutes=1)
        app_of(pilot).tick()
        await settle(pilot)
        assert app_of(pilot).token == TokenRecord(issue_attempted_at=MORNING)


def make_token_file_a_link(pilot: Pilot[None], folder: Path) -> None:
    _, name = store_of(pilot)
    path = next(folder.rglob(f"{name}.toml"))
    path.rename(folder / "elsewhere")
    path.symlink_to(folder / "elsewhere")


async def test_an_unsafe_token_file_is_reported(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app() as pilot:
        make_token_file_a_link(pilot, tmp_path)
        await open_token(pilot)
        assert "안전하지 않은" in text(pilot, "#notice") or "링크" in text(pilot, "#notice")


async def test_an_unsafe_token_file_that_was_reported_leaves_other_notices(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are read every few seconds, also while a token is waited for."""
    timers: dict[float, Callable[[], None]] = {}
    set_interval = TokenScreen.set_interval

    def note_timer(screen: TokenScreen, seconds: float, callback: Any, **options: Any) -> Timer:
        timers[seconds] = callback
        return set_interval(screen, seconds, callback, **options)

    monkeypatch.setattr(TokenScreen, "set_interval", note_timer)
    async with open_app() as pilot:
        make_token_file_a_link(pilot, tmp_path)
        await open_token(pilot)
        reported = text(pilot, "#notice")
        cast("TokenScreen", pilot.app.screen).show_notice("기다리는 중", stays=True)
        timers[TOKEN_POLL_SECONDS]()
        await settle(pilot)
        assert text(pilot, "#notice").strip() == "기다리는 중"
        await pilot.press("r")
        await settle(pilot)
        assert text(pilot, "#notice") == reported


async def test_expiry_warnings_appear_once_and_take_no_focus(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        app = app_of(pilot)
        focused = app.focused
        texts: list[str] = []
        for minutes in (24 * 60 - 31, 1, 1, 20, 4, 1, 1, 30):
            clock.advance(minutes=minutes)
            app.tick()
            await pilot.pause()
            texts.append(" ".join(toast_texts(app)))
        assert [len(app_texts.split("토큰이")) - 1 for app_texts in texts] == [
            0, 1, 1, 1, 2, 2, 2, 2,
        ]  # fmt: skip
        assert "30분" in texts[1]
        assert "5분" in texts[4]
        assert app.focused is focused


async def test_the_countdown_stops_with_the_token_screen(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshes: list[None] = []
    monkeypatch.setattr("kistui.tui.screens.token.COUNTDOWN_SECONDS", 0.01)
    monkeypatch.setattr(TokenScreen, "refresh_view", lambda _self: refreshes.append(None))
    async with open_app() as pilot:
        await open_token(pilot)
        before = len(refreshes)
        await wait_until(pilot, lambda: len(refreshes) > before)
        await pilot.press("1")
        await pilot.pause()
        before = len(refreshes)
        await pilot.pause(0.1)
        assert len(refreshes) == before


# the balance


async def test_a_refresh_waits_for_a_token_within_the_minute(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        screen = balance_screen(pilot)
        simulator_of(pilot).invalidate_tokens()
        clock.advance(seconds=20)
        await pilot.press("r")
        await wait_until(pilot, lambda: "10:33:07" in text(pilot, "#notice"))
        assert isinstance(screen.load_state, Loading)
        assert screen.load_state.previous
        clock.advance(seconds=40)
        await wait_until(pilot, lambda: isinstance(screen.load_state, Loaded))
        assert simulator_of(pilot).count_requests("tokenP") == 2


async def test_escape_cancels_the_wait_for_a_token(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app() as pilot:
        screen = balance_screen(pilot)
        before = screen.load_state
        simulator_of(pilot).invalidate_tokens()
        await pilot.press("r")
        await wait_until(pilot, lambda: "10:33:07" in text(pilot, "#notice"))
        await pilot.press("escape")
        await settle(pilot)
        assert screen.load_state == before
        clock.advance(minutes=2)
        await pilot.press("r")
        await settle(pilot)
        assert isinstance(screen.load_state, Loaded)


async def test_a_cancelled_first_load_shows_when_a_token_is_available(
    make_app: Any, clock: FakeClock
) -> None:
    app = make_app()
    profiles = app.profile_service
    session = await asyncio.to_thread(profiles.open_session, profiles.demo_profile())
    app.demo_tokens.write(
        session.token_manager.record_name, TokenRecord(issue_attempted_at=clock())
    )
    await session.aclose()
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: "10:33:07" in text(pilot, "#message-text"))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen.load_state, Failed)
        assert "10:33:07" in text(pilot, "#message-text")
        assert app.simulator.count_requests("tokenP") == 0


async def test_a_rejected_token_issued_again_is_reported(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator_of(pilot).invalidate_tokens(reissue="same")
        clock.advance(minutes=5)
        await pilot.press("r")
        await settle(pilot)
        assert "11-23 16:32" in text(pilot, "#notice") + str(pilot.app.screen.query("Static"))
        assert "토큰 거절됨" in title_bar(pilot)
        await open_token(pilot)
        assert "거절됨" in text(pilot, "#token-head")
        assert "11-23 16:32" in text(pilot, "#token-head")


# the list


async def test_the_token_page_lists_every_profile(make_app: Any, clock: FakeClock) -> None:
    app = make_app()
    profile_service = app.profile_service
    account = AccountNumber.parse("64001234-22")
    for name, environment in (("isa", Environment.REAL), ("try", Environment.PAPER)):
        profile = Profile(name, environment, account, secret_backend=SecretBackend.PLAIN)
        profile_service.add(profile, Credentials(Secret("k" * 36), Secret("s" * 180)))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await open_token(pilot)
        options = pilot.app.screen.query_one(OptionList)
        lines = [str(option.prompt) for option in options.options]
        assert ["isa" in lines[0], "try" in lines[1], "demo" in lines[2]] == [True] * 3
        assert "23시간 59분" in lines[2] or "24시간 0분" in lines[2]
        assert options.highlighted == 2
        await pilot.press("up")
        await settle(pilot)
        assert "try" in str(pilot.app.screen.query_one("#token").border_title)
        assert text(pilot, "#token-head").split()[0] == "--:--:--"
        assert app.token.state(clock()) is TokenState.VALID


async def test_every_page_shows_how_long_the_token_lasts(
    open_app: OpenApp, clock: FakeClock
) -> None:
    """Also as time passes. Accounts have it in their rows, and the token page counts down."""
    async with open_app() as pilot:
        pages = [page for page in PAGES if page not in {ACCOUNTS_PAGE, TOKEN_PAGE}]
        for minutes, page in enumerate(pages):
            await pilot.press(page.shortcut)
            await settle(pilot)
            assert f"토큰 {23 if minutes else 24}시간 {-minutes % 60}분" in title_bar(pilot), (
                page.name
            )
            clock.advance(minutes=1)
            app_of(pilot).tick()
            await settle(pilot)
            assert f"토큰 23시간 {59 - minutes}분" in title_bar(pilot), page.name
