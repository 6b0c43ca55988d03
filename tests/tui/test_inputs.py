"""Input fields: none blinks, so that an open dialog costs no bytes, and queries have a limit."""

from textual.events import Paste
from textual.widgets import Input

from tests.tui.conftest import OpenApp
from tests.tui.pilot import settle

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


async def test_a_query_has_at_most_sixty_characters(open_app: OpenApp) -> None:
    """Python keeps the patterns of the last 512 queries: long pastes took 20 MiB of memory."""
    async with open_app() as pilot:
        for keys in (("colon",), ("question_mark",), ("2", "slash"), ("6", "slash")):
            await pilot.press(*keys)
            for text in "가" * 50, "나" * 20, "다":
                pilot.app.post_message(Paste(text))
                await settle(pilot)
            assert isinstance(pilot.app.focused, Input), keys
            assert pilot.app.focused.value == "가" * 50 + "나" * 10, keys
            await pilot.press("escape", "1")
