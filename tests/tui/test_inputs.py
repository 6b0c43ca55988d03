"""Input fields: none blinks, so that an open dialog costs no bytes."""

import pytest
from textual.widgets import Input

from tests.tui.conftest import OpenApp


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
