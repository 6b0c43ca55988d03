"""Input fields: none blinks, so that an open dialog costs no bytes, and queries have a limit."""

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.tui.conftest import OpenApp
from tests.tui.pilot import settle


@pytest.mark.parametrize(
    "keys",
    [("colon",), ("2", "slash"), ("6", "slash"), ("tilde", "n"), ("4", "plus")],
    ids=["palette", "filter", "orders", "deposit", "profile"],
)
async def test_no_cursor_blinks(open_app: OpenApp, keys: tuple[str, ...]) -> None:
    async with open_app() as pilot:
        await pilot.press(*keys)
        assert isinstance(pilot.app.focused, Input)
        fields = pilot.app.screen.query(Input).results()
        assert not any(field.cursor_blink for field in fields)


@pytest.mark.parametrize("keys", [(":",), ("?",), ("2", "/"), ("6", "/")], ids=str)
async def test_a_query_has_a_limit(open_app: OpenApp, keys: tuple[str, ...]) -> None:
    """Python keeps the patterns of the last 512 queries: long pastes took 20 MiB of memory."""
    async with open_app() as pilot:
        await pilot.press(*keys)
        for text in "가" * 60, "나":
            pilot.app.post_message(Paste(text))
            await settle(pilot)
            assert isinstance(pilot.app.focused, Input)
            assert pilot.app.focused.value == "가" * 60
