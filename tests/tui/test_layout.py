"""Every page and dialog fits a small terminal, in both languages."""

import pytest

from kistui.formatting.cells import display_width
from kistui.i18n import load_translations
from kistui.tui.pages import TABS
from tests.tui.conftest import OpenApp
from tests.tui.pilot import screen_text, settle
from tests.tui.test_pictures import wait_until_still

FRAME_EDGES = {"│": "│", "╰": "╯"}
"""The right edge of a frame for each left edge."""
VIEWS = (
    ("1",), ("f3",), ("f3", "2"), ("enter",), ("f3",), ("escape", "3"), ("4",), ("5",), ("8",),
    ("9",), ("f3",), ("f3", "tilde"), ("1", "f3"),
)  # fmt: skip
"""Keys to each view from the one before: each page, the detail, and KIS's own fields."""
DIALOGS = ("question_mark", "colon", "comma", "t", "at", "f8")


def to_grid(text: str) -> list[str]:
    """Return the lines with one character a column: a wide character is followed by a NUL."""
    return [
        "".join(char + "\0" * (display_width(char) - 1) for char in line)
        for line in text.splitlines()
    ]


def check_frames(grid: list[str]) -> None:
    """Check that the right edge of every frame is straight, down to its lower corner."""
    for top, line in enumerate(grid):
        for left in (column for column, char in enumerate(line) if char == "╭"):
            right = line.index("╮", left)
            for below in grid[top + 1 :]:
                if below[left] not in FRAME_EDGES:  # the pane is scrolled
                    break
                assert FRAME_EDGES[below[left]] == below[right], "\n".join(grid)
                if below[left] == "╰":
                    break


@pytest.mark.parametrize(
    ("size", "lang"), [((60, 20), "ko"), ((60, 20), "en"), ((80, 24), "ko")], ids=str
)
async def test_every_view_fits(open_app: OpenApp, size: tuple[int, int], lang: str) -> None:
    t = load_translations(lang)
    async with open_app(overseas=True, lang=lang, size=size) as pilot:
        pilot.app.clear_notifications()
        for keys in VIEWS:
            await pilot.press(*keys)
            await settle(pilot)
            text = screen_text(pilot)
            grid = to_grid(text)
            assert {len(line) for line in grid} == {size[0]}, text
            check_frames(grid)
            # In 60 columns only the open page has its name.
            names = [f"{digit} {t(f'tab.{name}')}" for digit, name in TABS]
            tabs = names if size[0] >= 80 else [digit for digit, _ in TABS]
            assert all(tab in text.splitlines()[1] for tab in tabs)
        for key in DIALOGS:
            await pilot.press(key)
            await wait_until_still(pilot)
            assert pilot.app.screen.is_modal, key
            grid = to_grid(screen_text(pilot))
            assert {len(line) for line in grid} == {size[0]}
            left, top, width, height = pilot.app.screen.children[0].region
            check_frames([line[left : left + width] for line in grid[top : top + height]])
            await pilot.press("escape")
            await pilot.pause()


async def test_a_detail_shows_the_raw_fields_of_each_lot(open_app: OpenApp) -> None:
    async with open_app("credit") as pilot:
        await pilot.press("2", "enter", "right", "f3")
        await pilot.pause()
        text = screen_text(pilot)
        assert "KIS 원본 1/1건" in text
        assert "loan_dt                   2026-10-27" in text
        assert "grta_rt_name                 (빈 값)" in text
