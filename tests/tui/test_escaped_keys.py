"""Esc and a key that arrive in one chunk, which is also what Alt with that key sends."""

import pytest
from textual.events import Key
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from kistui.models.settings import Settings
from kistui.tui.screens.accounts import AccountsScreen
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.log import LogScreen
from kistui.tui.screens.profile_form import ProfileForm
from kistui.tui.textual_patches import EscapeAwareParser, EscapedKey
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import settle, wait_until


def parsed(text: str) -> list[Message]:
    """Return what a terminal's input is taken for when no more follows."""
    parser = EscapeAwareParser()
    return [*parser.feed(text), *parser.feed("")]


async def receive(pilot: Pilot[None], text: str) -> None:
    for message in parsed(text):
        pilot.app.post_message(message)
    await pilot.pause()
    await app_of(pilot).key_queue.wait_until_idle()
    await settle(pilot)


@pytest.mark.parametrize("character", [*"4=-bfxX.:ㅂ", "\r"])
def test_esc_and_a_key_in_one_chunk_are_two_keys(character: str) -> None:
    [key] = parsed(f"\x1b{character}")
    assert isinstance(key, EscapedKey)
    assert [part.character for part in key.keys] == ["\x1b", character]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("\x1b", ["escape"]),
        ("\x1b[A", ["up"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[1;5C", ["ctrl+right"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("4¢", ["4", "cent_sign"]),
    ],
)
def test_other_keys_are_parsed_as_textual_parses_them(text: str, names: list[str]) -> None:
    keys = [key for key in parsed(text) if isinstance(key, Key)]
    assert [key.key for key in keys] == names
    assert not any(isinstance(key, EscapedKey) for key in keys)


@pytest.mark.parametrize("next_sequence", ["\x1b[B", "\x1b[<35;5;5M"])
def test_esc_and_a_key_before_another_sequence_are_two_keys(next_sequence: str) -> None:
    key, *others = parsed(f"\x1bj{next_sequence}")
    assert isinstance(key, EscapedKey)
    assert [part.character for part in key.keys] == ["\x1b", "j"]
    assert len(others) == 1
    assert not isinstance(others[0], EscapedKey)


async def test_esc_and_a_digit_leave_a_page_for_another(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("5")
        assert isinstance(pilot.app.screen, LogScreen)
        await receive(pilot, "\x1b4")
        assert isinstance(pilot.app.screen, AccountsScreen)
        await receive(pilot, "\x1b")
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_option_with_an_arrow_moves_by_words_in_a_field(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", "a", "space", "b")
        field = pilot.app.screen.query_one(Input)
        await receive(pilot, "\x1bb")
        assert field.has_focus
        assert field.cursor_position == 2
        await receive(pilot, "\x1bf")
        assert field.cursor_position == 3


async def test_option_with_an_arrow_leaves_no_dialog(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("4", "plus")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ProfileForm))
        pilot.app.screen.query_one("#environment").focus()
        await receive(pilot, "\x1bb")
        assert isinstance(pilot.app.screen, ProfileForm)


async def test_alt_with_a_key_is_one_key_if_the_user_bound_it(make_app: MakeApp) -> None:
    app = make_app(settings=Settings(key_bindings={"page.log": ("alt+4",)}))
    async with app.run_test() as pilot:
        await settle(pilot)
        await receive(pilot, "\x1b4")
        await wait_until(pilot, lambda: isinstance(app.screen, LogScreen))
