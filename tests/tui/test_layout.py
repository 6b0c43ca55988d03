"""Every page and dialog fits a small terminal, in both languages."""

from collections.abc import AsyncIterator, Collection

import pytest
from textual.pilot import Pilot

from kistui.formatting.cells import display_width
from kistui.i18n import load_translations
from kistui.tui.user_keymap import DEFAULT_KEYMAP, page_tabs
from tests.tui.conftest import OpenApp
from tests.tui.pilot import screen_strips, screen_text, settle

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


def check_page(text: str, size: tuple[int, int], lang: str) -> None:
    """Check the lines, the frames and the tabs of a page."""
    grid = to_grid(text)
    assert {len(line) for line in grid} == {size[0]}, text
    check_frames(grid)
    # In 60 columns only the open page has its name.
    t = load_translations(lang)
    tabs = page_tabs(DEFAULT_KEYMAP)
    texts = [f"{tab.key} {t(f'tab.{tab.name}')}" if size[0] >= 80 else tab.key for tab in tabs]
    assert all(tab in text.splitlines()[1] for tab in texts)


async def shown_in(
    pilot: Pilot[None], sizes: Collection[tuple[int, int]]
) -> AsyncIterator[tuple[int, int]]:
    """Show the screen in each size, beginning with the present one."""
    for size in sorted(sizes, key=lambda size: size != pilot.app.size):
        if size != pilot.app.size:
            await pilot.resize_terminal(*size)
            await settle(pilot)
        yield size


@pytest.mark.parametrize(
    ("lang", "sizes"), [("ko", ((60, 20), (80, 24))), ("en", ((60, 20),))], ids=str
)
async def test_every_view_fits_every_window(
    open_app: OpenApp, lang: str, sizes: tuple[tuple[int, int], ...]
) -> None:
    async with open_app(overseas=True, lang=lang, size=sizes[0]) as pilot:
        pilot.app.clear_notifications()
        for keys in VIEWS:
            await pilot.press(*keys)
            await settle(pilot)
            async for size in shown_in(pilot, sizes):
                check_page(screen_text(pilot), size, lang)
        for key in DIALOGS:
            await pilot.press(key)
            await settle(pilot)
            assert pilot.app.screen.is_modal, key
            async for size in shown_in(pilot, sizes):
                grid = to_grid(screen_text(pilot))
                assert {len(line) for line in grid} == {size[0]}
                left, top, width, height = pilot.app.screen.children[0].region
                check_frames([line[left : left + width] for line in grid[top : top + height]])
            await pilot.press("escape")


async def test_a_detail_shows_the_raw_fields_of_each_lot(open_app: OpenApp) -> None:
    async with open_app("credit") as pilot:
        await pilot.press("2", "enter", "right", "f3")
        await pilot.pause()
        text = screen_text(pilot)
        assert "KIS 원본 1/1건" in text
        assert "loan_dt                     20261027" in text
        assert "grta_rt_name                 (빈 값)" in text


async def test_resizing_to_any_size_breaks_no_detail(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        for keys in (("2", "enter", "f3"), ("5", "enter"), ("6", "semicolon", "enter", "f3"),
                     ("7", "enter", "f3"), ("8", "enter", "f3"), ("9", "f3"), ("h",)):  # fmt: skip
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            for size in ((1, 1), (5, 3), (80, 24)):
                await pilot.resize_terminal(*size)
            assert not pilot.app.screen.is_modal, keys
            await pilot.press("escape")


async def test_without_colours_a_sign_marks_the_cursor(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app() as pilot:

        def marked_text(mark: str) -> str:
            """Return what has a mark on the screen."""
            segments = (segment for strip in screen_strips(pilot) for segment in strip)
            return "".join(segment.text for segment in segments if getattr(segment.style, mark))

        await pilot.press("2", "down")
        assert "SK하이닉스" in marked_text("reverse")
        assert "삼성전자" not in marked_text("reverse")
        for keys, option, other in (
            (("s", "down"), "코드", "수량"),
            (("escape", "comma"), "언어", "테마"),
        ):
            await pilot.press(*keys)
            await settle(pilot)
            assert option in marked_text("underline")
            assert other not in marked_text("underline")
