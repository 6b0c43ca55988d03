"""A screen that was left is freed, and what was painted of it."""

import gc
from collections.abc import Callable
from typing import Any
from weakref import ref

import pytest
from rich.style import Style as RichStyle
from textual.color import Color
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.style import Style
from textual.timer import Timer

from kistui.cli import garbage
from kistui.tui import textual_patches
from kistui.tui.app import CLOSED_SECONDS
from kistui.tui.pages import PAGES
from tests.tui.conftest import OpenApp, app_of
from tests.tui.pilot import settle, wait_until

SCREENS = {page.name: page.shortcut.split(",")[0] for page in PAGES if not page.is_home_tab} | {
    "help": "question_mark",
    "palette": "colon",
    "themes": "t",
    "settings": "comma",
    "columns": "c",
    "export": "e",
    "profiles": "p",
}

MAX_POLLS = 40


async def leave(pilot: Pilot[None], key: str) -> list[ref[Any]]:
    """Open and leave a screen; return references to it, its widgets and their painted lines."""
    home = pilot.app.screen
    await pilot.press(key)
    await wait_until(pilot, lambda: pilot.app.screen is not home and pilot.app.screen.is_mounted)
    await settle(pilot)  # while a page reads, the key below stops that
    nodes: list[Any] = [pilot.app.screen, *pilot.app.screen.walk_children()]
    refs = [ref(item) for node in nodes for item in (node, node._styles_cache)]
    await pilot.press("escape")
    await wait_until(pilot, lambda: pilot.app.screen is home)
    return refs


async def test_a_screen_that_was_left_is_freed(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        await pilot.press("2")
        refs = {}
        for name, key in SCREENS.items():
            refs[name] = await leave(pilot, key)
            assert len(refs[name]) > 4
        await settle(pilot)
        alive = set(refs)
        for _ in range(MAX_POLLS):
            await pilot.pause(0.25)
            gc.collect()
            alive = {name for name in alive if any(item() for item in refs[name])}
            if not alive:
                break
        assert not alive


async def test_garbage_is_collected_once_after_screens_were_closed(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a cycle of thousands of objects, which only a full collection frees."""
    async with open_app() as pilot:
        app = app_of(pilot)
        collections: list[None] = []
        ends: list[Callable[[], object]] = []
        set_timer = app.set_timer

        def hold_timer(delay: float, callback: Any = None, **options: Any) -> Timer:
            is_of_closed_screens = delay == CLOSED_SECONDS
            if is_of_closed_screens:
                ends.append(callback)
            return set_timer(delay, callback, pause=is_of_closed_screens, **options)

        monkeypatch.setattr(app, "set_timer", hold_timer)
        app.screen_closed_callback = lambda: collections.append(None)
        await pilot.press("4", "question_mark", "escape", "escape")
        assert len(ends) == 1
        ends[0]()
        assert len(collections) == 1
        await pilot.press("question_mark", "escape")
        assert len(ends) == 2


def test_slow_collections_are_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands of holdings each would delay the next key by a tenth of a second."""
    seconds, ends = 0, []

    def collect() -> None:
        nonlocal seconds
        seconds += 1
        ends.append(seconds)

    monkeypatch.setattr(gc, "collect", collect)
    collector = garbage.PacedCollector(lambda: seconds)
    for _ in range(10):
        collector.collect()
        seconds += 30
    assert ends == [1, 122, 243]


def test_garbage_is_collected_often_once_the_app_has_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While starting, Python collects rarely; left on, that keeps 30 MiB of closed pages.

    By default, old garbage such as closed pages grows to some 5 MiB before it is collected.
    """
    threshold = gc.get_threshold()
    monkeypatch.setattr(gc, "freeze", lambda: None)
    gc.set_threshold(garbage.STARTUP_THRESHOLD, *threshold[1:])
    try:
        garbage.finish_startup()
        young, middle, old = gc.get_threshold()
        assert young * middle * old < 20_000
    finally:
        gc.set_threshold(*threshold)


def test_garbage_of_the_start_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen with what stays, it would never be freed."""
    threshold = gc.get_threshold()
    gc.disable()
    cycle = type("Cycle", (), {})
    cycle_reference = ref(cycle)
    del cycle
    was_freed = []
    monkeypatch.setattr(gc, "freeze", lambda: was_freed.append(cycle_reference() is None))
    try:
        garbage.finish_startup()
        assert was_freed == [True]
    finally:
        gc.enable()
        gc.set_threshold(*threshold)


async def test_regions_and_pieces_of_lines_are_not_kept_by_the_thousand(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for width in range(2_000):
            Strip.blank(width)
            Region(0, 0, width, 1).union(Region(1, 1, width, 1))
            color = Color(0, width % 256, width // 256)
            Style(color) + Style(bold=True)
            color.darken(0.1)
            RichStyle(color=color.rich_color) + RichStyle(bold=True)
        await settle(pilot)
    sizes = [
        getattr(cached, "cache_info")().currsize  # noqa: B009  # unknown to type checkers
        for cached in (Strip.blank, Style.__add__, Color.darken, RichStyle._add, Region.union)
    ]
    assert sizes == [textual_patches.CACHE_SIZE] * 5
