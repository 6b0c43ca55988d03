"""Keys that arrive together, as a paste or bundled packets bring them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from textual.app import ScreenStackError
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input

from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.settings import Settings
from kistui.tui import key_queue
from kistui.tui.app import KistuiApp
from kistui.tui.keymap import key_name
from kistui.tui.screens.search_dialogs import CommandPaletteDialog
from kistui.tui.screens.trade_list import TradeListScreen
from kistui.tui.screens.trades import TradesScreen
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until


def keys(text: str) -> Iterator[Key]:
    for character in text:
        named = {"\r": ("enter", "\r"), "↓": ("down", None), "→": ("right", None)}
        yield Key(*named.get(character, (key_name(character), character)))


async def type_at_once(pilot: Pilot[None], text: str) -> None:
    """Post all keys before the app handles the first, as the driver does with one read."""
    for key in keys(text):
        pilot.app.post_message(key)
    await pilot.pause()
    await app_of(pilot).key_queue.wait_until_idle()


def dialogs(pilot: Pilot[None]) -> list[str]:
    return [type(screen).__name__ for screen in pilot.app.screen_stack[1:]]


async def test_words_behind_the_palettes_key_are_typed_into_it(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await type_at_once(pilot, ":quit")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
        await wait_until(pilot, lambda: pilot.app.screen.query_one(Input).value == "quit")
        assert pilot.app.is_running
        assert dialogs(pilot) == ["CommandPaletteDialog"]


async def test_one_chunk_opens_the_palette_finds_an_action_and_runs_it(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await type_at_once(pilot, ":테마\r")
        await wait_until(pilot, lambda: dialogs(pilot) == ["ThemeDialog"])
        assert not app_of(pilot).amounts_hidden


async def test_a_chunk_exports_through_one_dialog(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await type_at_once(pilot, ":export")
        await wait_until(pilot, lambda: pilot.app.screen.query(Input))
        await pilot.pause()
        assert dialogs(pilot) == ["CommandPaletteDialog"]


async def test_a_move_and_a_change_in_one_chunk_change_the_row_moved_to(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await type_at_once(pilot, ",↓→")
        app = app_of(pilot)
        await wait_until(pilot, lambda: app.settings_controller.settings != Settings())
        first = Settings()
        assert app.settings_controller.settings.language == first.language


async def test_a_detail_opens_with_keys_that_arrive_together(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await type_at_once(pilot, "2↓\r")
        await pilot.pause()
        assert "SK하이닉스" in screen_text(pilot)
        await wait_until(pilot, lambda: "2/" in screen_text(pilot))


async def test_a_paste_is_no_command(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        before = screen_text(pilot)
        pilot.app.post_message(Paste("q:quit\r2"))
        await settle(pilot)
        assert pilot.app.is_running
        assert screen_text(pilot) == before


async def test_a_paste_behind_a_key_goes_into_what_the_key_opens(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        pilot.app.post_message(Key(":", ":"))
        pilot.app.post_message(Key(key_name(":"), ":"))
        pilot.app.post_message(Paste("quit"))
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
        await wait_until(pilot, lambda: "quit" in pilot.app.screen.query_one(Input).value)


async def test_full_width_signs_are_keys(open_app: OpenApp) -> None:
    full_width = "？：／．，＝１｜＠"
    half_width = "".join(chr(ord(character) - 0xFEE0) for character in full_width)
    effects = []
    for characters in (full_width, half_width):
        async with open_app() as pilot:
            before, frames = screen_text(pilot), []
            for character in characters:
                await type_at_once(pilot, f"2{character}")
                await pilot.pause()
                frames.append((dialogs(pilot), screen_text(pilot)))
                await pilot.press("escape", "2")
                assert not dialogs(pilot)
            effects.append(frames)
            assert any(opened for opened, _ in frames)
            assert any(text != before for _, text in frames)
    assert effects[0] == effects[1]


async def test_a_key_that_comes_up_while_the_app_ends_is_dropped(make_app: MakeApp) -> None:
    app = make_app()  # without a screen, as at the end
    for event in (Key("q", "q"), Key("q", "q"), Paste("q")):
        event._set_forwarded()  # noqa: SLF001  # as Textual does
        await app.on_event(event)


async def test_an_error_of_closing_screens_is_no_crash(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.exit()
        app.handle_error(ScreenStackError())
    assert app.return_code == 0
    app = make_app()
    async with app.run_test() as pilot:  # which closes the screens of an app that was not told to
        await pilot.pause()
    app.handle_error(ScreenStackError())
    assert app.return_code is None


async def test_keys_do_not_wait_for_a_dialog_that_was_closed(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed dialog handles no message: waiting for it delayed the next key by a second."""
    async with open_app() as pilot:
        for key in ("comma", "question_mark", "colon", "c", "e"):
            await pilot.press("2", key)
            with monkeypatch.context() as patch:
                patch.setattr(key_queue, "MAX_WAIT_SECONDS", 60)
                async with asyncio.timeout(20):
                    await pilot.press("escape", "1")


async def type_at_the_start(app: KistuiApp, text: str, selector: str) -> str:
    """Type before the app runs; return what its first field has then."""
    for key in keys(text):
        app.post_message(key)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: app.screen.query(selector))
        await app.key_queue.wait_until_idle()
        return app.screen.query_one(selector, Input).value


async def test_keys_typed_at_the_start_go_into_the_first_form(make_app: MakeApp) -> None:
    assert await type_at_the_start(make_app(demo=False), "my name", "#name") == "my name"


async def test_a_passphrase_typed_at_the_start_goes_into_its_dialog(
    make_app: MakeApp,
) -> None:
    app = make_app(demo=False)
    app.profile_service.secrets.unlock("quit")
    account, secrets = AccountNumber("50001234"), Credentials.parse("k" * 36, "s" * 180)
    profile = Profile("main", Environment.REAL, account, secret_backend=SecretBackend.ENCRYPTED)
    app.profile_service.add(profile, secrets)
    assert await type_at_the_start(make_app(demo=False), "quit", "#answer") == "quit"


async def test_keys_wait_for_a_page_that_takes_long_to_open(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_open, mount = asyncio.Event(), TradeListScreen.on_mount

    async def mount_late(self: TradeListScreen[Any]) -> None:
        await is_open.wait()
        mount(self)

    async with open_app() as pilot:
        monkeypatch.setattr(TradeListScreen, "on_mount", mount_late)
        monkeypatch.setattr(key_queue, "MAX_WAIT_SECONDS", 0.0)
        for key in keys("6/sam"):
            pilot.app.post_message(key)
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, TradesScreen))
        for _ in range(20):
            await asyncio.sleep(0)
        is_open.set()
        await app_of(pilot).key_queue.wait_until_idle()
        assert pilot.app.screen.query_one(Input).value == "sam"
