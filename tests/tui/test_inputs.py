"""Input fields: none blinks, so that an open dialog costs no bytes."""

from textual.widgets import Input

from tests.tui.conftest import OpenApp

FIELDS = {
    "palette": ("colon",),
    "filter": ("2", "slash"),
    "orders": ("6", "slash"),
    "deposit": ("tilde", "n"),
    "profile": ("4", "plus"),
}
"""Keys that open a field."""


async def test_no_cursor_blinks(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for name, keys in FIELDS.items():
            await pilot.press(*keys)
            assert isinstance(pilot.app.focused, Input), name
            fields = list(pilot.app.screen.query(Input))
            assert not any(field.cursor_blink for field in fields), name
            await pilot.press("escape", "1")
            assert not isinstance(pilot.app.focused, Input)
