"""The log screen: the list of calls, the detail of a call, and no painting while idle."""

import pytest
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from kistui.errors import FileWriteError
from kistui.models.calls import CallRecord
from kistui.tui.screens.accounts import AccountsScreen
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.log import LogScreen
from kistui.tui.screens.token import TokenScreen
from kistui.tui.widgets.line_table import LineTable
from tests.support import load_app_translations
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import paint_each_frame, screen_text, settle, toast_texts, wait_until

EN = load_app_translations("en")
SIZES = [(60, 20), (120, 36)]


def calls(pilot: Pilot[None]) -> tuple[CallRecord, ...]:
    return app_of(pilot).profile_service.call_log.recent()


async def open_log(pilot: Pilot[None]) -> LineTable:
    await pilot.press("5")
    await settle(pilot)
    assert isinstance(pilot.app.screen, LogScreen)
    return pilot.app.screen.query_one(LineTable)


@pytest.mark.parametrize(("size", "lang"), [((60, 20), "en"), ((80, 24), "ko")])
async def test_every_call_of_this_process_is_listed(
    open_app: OpenApp, size: tuple[int, int], lang: str
) -> None:
    async with open_app("many", lang, holdings=150, size=size) as pilot:
        table = await open_log(pilot)
        assert len(calls(pilot)) == len(app_of(pilot).simulator.requests)
        assert table.row_position == (1, len(calls(pilot)))
        text = screen_text(pilot)
        for value in ("10:32:07", "200", "KIOK0500", f"{len(calls(pilot))}"):
            assert value in text
        assert ("주식 잔고" if lang == "ko" else "Domestic balance") in text
        if size[0] >= 80:
            assert "TTTC8434R" in text


@pytest.mark.parametrize("size", SIZES)
async def test_the_call_detail_follows_the_cursor(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app("many", "en", holdings=150, size=size) as pilot:
        await open_log(pilot)
        if pilot.app.screen.query_one("#call").display:  # there is room for it
            await pilot.press("enter")
        await pilot.press("enter")
        await settle(pilot)
        assert "trading/inquire-present" in screen_text(pilot)
        await pilot.press("end")
        await settle(pilot)
        assert "/oauth2/tokenP" in screen_text(pilot)
        assert "Issue token" in screen_text(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "/oauth2/tokenP" not in screen_text(pilot)
        assert isinstance(pilot.app.screen, LogScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_a_failed_call_has_a_mark_and_a_description(
    open_app: OpenApp,
) -> None:
    async with open_app("wrong-account", "en") as pilot:
        await open_log(pilot)
        assert "!" in screen_text(pilot).splitlines()[4]
        assert "failed 1" in screen_text(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "This app key cannot read this account" in screen_text(pilot)
        assert "INVALID_CHECK_ACNO" in screen_text(pilot)


async def test_a_new_call_keeps_the_cursor_on_its_call(
    open_app: OpenApp,
) -> None:
    async with open_app() as pilot:
        table = await open_log(pilot)
        on_call = app_of(pilot).profile_service.call_log.for_profile("main")
        before = len(calls(pilot))
        on_call(calls(pilot)[0])
        await settle(pilot)
        assert table.row_position == (1, before + 1)
        assert table.row_key == str(before + 1)
        await pilot.press("down")
        await settle(pilot)
        key = table.row_key
        on_call(calls(pilot)[0])
        await settle(pilot)
        assert table.row_key == key
        assert table.row_position == (3, before + 2)


async def test_an_idle_log_paints_nothing(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as pilot:
        paint_each_frame(monkeypatch)
        await open_log(pilot)
        painted: list[str] = []

        def display(_screen: Screen[None], update: CompositorUpdate) -> None:
            painted.append(update.render_segments(pilot.app.console))

        monkeypatch.setattr(pilot.app, "_display", display)

        async def is_painted() -> bool:
            painted.clear()
            for _ in range(5):
                await pilot.pause(0.02)
            return any(painted)

        for _ in range(20):
            if not await is_painted():  # what opening the page has left
                break
        app_of(pilot).tick()
        assert not await is_painted()
        await pilot.press("down")
        await pilot.pause()
        assert any(painted)


async def test_digits_open_and_leave_the_log(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for key, screen in (
            ("3", TokenScreen), ("5", LogScreen), ("4", AccountsScreen), ("5", LogScreen),
            ("2", BalanceScreen), ("5", LogScreen), ("1", BalanceScreen),
        ):  # fmt: skip
            await pilot.press(key)
            await settle(pilot)
            assert isinstance(pilot.app.screen, screen)
            assert len(pilot.app.screen_stack) <= 2


async def test_an_empty_log_shows_a_message(make_app: MakeApp) -> None:
    async with make_app(lang="en", demo=False).run_test(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await wait_until(pilot, lambda: len(app.screen_stack) > 2)  # the form of the first
        await pilot.press("escape")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("5")
        await wait_until(pilot, lambda: "No calls yet." in screen_text(pilot))
        assert EN("key_label.detail") not in screen_text(pilot).splitlines()[-1]
        await pilot.press("down", "end", "enter")
        await pilot.pause()
        assert EN("state.no_row") in screen_text(pilot)
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, BalanceScreen))
        await pilot.press("5")
        await wait_until(pilot, lambda: isinstance(app.screen, LogScreen))
        await pilot.click(offset=(screen_text(pilot).splitlines()[1].index("6 "), 1))
        await settle(pilot)
        assert EN("state.no_account") in screen_text(pilot)
        await pilot.press("6")  # it needs an account
        assert EN("state.no_account") in screen_text(pilot)


async def test_a_log_write_error_is_reported_once(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = FileWriteError(path="~/x.log", reason="enospc")
    monkeypatch.setattr(
        "kistui.services.call_log.CallLog.write_error", property(lambda _self: fault)
    )
    async with open_app(lang="en", size=(120, 36)) as pilot:
        app = app_of(pilot)
        for _ in range(3):
            app.tick()
        await pilot.pause()
        messages = [text for text in toast_texts(app) if "log" in text]
        assert len(messages) == 1
        await open_log(pilot)
        assert "The log cannot be written" in screen_text(pilot)


async def test_hundreds_of_calls_scroll(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        on_call, call = app_of(pilot).profile_service.call_log.for_profile("demo"), calls(pilot)[0]
        for _ in range(300):
            on_call(call)
        table = await open_log(pilot)
        assert table.row_position == (1, 200)
        await pilot.press("end", "enter")
        await wait_until(pilot, lambda: table.row_position == (200, 200))
        await pilot.press("home")
        await settle(pilot)
        assert table.row_position == (1, 200)
        assert str(pilot.app.screen.query_one("#call-lines", Static).content)


async def test_a_tall_window_shows_the_call_from_the_start(open_app: OpenApp) -> None:
    async with open_app(lang="en", size=(120, 40)) as pilot:
        await pilot.press("5")
        await settle(pilot)
        call = pilot.app.screen.query_one("#call")
        assert call.display
        await pilot.press("enter")
        await settle(pilot)
        assert not call.display
        await pilot.press("enter", "escape")  # opened by the user: Esc closes it first
        await settle(pilot)
        assert not call.display
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, BalanceScreen)
        await pilot.press("5", "escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, BalanceScreen)
