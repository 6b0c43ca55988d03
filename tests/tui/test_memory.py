"""What was left is let go of: no screen, and nothing painted of it, is kept."""

import gc
from typing import Any
from weakref import ref

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import OpenApp, settle, wait_until

SCREENS = {
    "token": "3",
    "accounts": "4",
    "log": "5",
    "help": "question_mark",
    "palette": "colon",
    "themes": "t",
    "settings": "comma",
    "columns": "c",
    "export": "e",
    "profiles": "p",
}

SECONDS = 10
"""A timer that was stopped keeps what it was for until it would have rung."""


async def leave(pilot: Pilot[None], key: str) -> list[ref[Any]]:
    """Open a screen and leave it: what was it, its widgets and their lines."""
    home = pilot.app.screen
    await pilot.press(key)
    await wait_until(pilot, lambda: pilot.app.screen is not home and pilot.app.screen.is_mounted)
    await pilot.pause()
    nodes: list[Any] = [pilot.app.screen, *pilot.app.screen.walk_children()]
    refs = [ref(kept) for node in nodes for kept in (node, node._styles_cache)]
    await pilot.press("escape")
    await wait_until(pilot, lambda: pilot.app.screen is home)
    return refs


@pytest.mark.parametrize("key", SCREENS.values(), ids=SCREENS)
async def test_a_screen_that_was_left_is_let_go_of(open_app: OpenApp, key: str) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        await leave(pilot, key)  # what it alone imports is there now
        refs = await leave(pilot, key)
        await settle(pilot)

        assert len(refs) > 4
        for _ in range(SECONDS):
            gc.collect()
            if not any(each() for each in refs):
                return
            await pilot.pause(1)
        pytest.fail(f"kept: {[each() for each in refs if each()]}")
