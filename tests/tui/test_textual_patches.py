"""Workarounds for Textual: each fails without its patch on the Textual that is pinned."""

import gc
import importlib
import pkgutil
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.cache import FIFOCache
from textual.css.query import NoMatches
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList

import kistui.tui
from kistui.tui import textual_patches
from kistui.tui.textual_patches import (
    patch_caches_of_strips,
    patch_callbacks_of_removed_screens,
    patch_click_on_removed_option,
    patch_endless_resize,
    patch_lost_resize,
    patch_needless_renders,
    patch_page_key_without_room,
)
from tests.tui.pilot import paint_each_frame, wait_until


def test_private_names_of_textual_are_replaced_in_one_module() -> None:
    """A new Textual version is checked there; a private name elsewhere would be overlooked."""
    overridden: dict[str, list[str]] = {}
    for module_info in pkgutil.walk_packages(kistui.tui.__path__, "kistui.tui."):
        module = importlib.import_module(module_info.name)
        for cls in vars(module).values():
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                inherited = {
                    name
                    for base in cls.__mro__[1:]
                    if base.__module__.startswith("textual")
                    for name, value in vars(base).items()
                    if name.startswith("_") and not name.startswith("__")
                    if callable(value) or isinstance(value, property)
                }
                for name in sorted(inherited & set(vars(cls))):
                    overridden.setdefault(module.__name__, []).append(f"{cls.__name__}.{name}")
    assert overridden.pop(textual_patches.__name__)  # the test sees what is replaced there
    assert overridden == {}


def test_every_patch_is_in_the_table_of_private_names() -> None:
    """The table says when a patch can be deleted."""
    document = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text()
    table = document.partition("## Textual's private names")[2].partition("\n## ")[0]
    patches = {name for name in vars(textual_patches) if name.startswith("patch_")}
    names = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert patches <= names <= set(vars(textual_patches))


def test_a_painted_line_has_the_caches_that_were_used() -> None:
    patch_caches_of_strips()
    line = Strip([Segment("삼성전자")])

    def caches() -> list[object]:
        return [item for item in gc.get_referents(line) if isinstance(item, FIFOCache)]

    assert caches() == []
    part = line.crop(0, 4)
    assert part.text == "삼성"
    assert line.crop(0, 4) is part
    assert len(caches()) == 1


def test_a_painted_line_has_a_value_in_every_slot() -> None:
    """A slot that a new Textual adds must be set by the patch too."""
    patch_caches_of_strips()
    line = Strip([])
    for name in Strip.__slots__:
        getattr(line, name)
    with pytest.raises(AttributeError):
        getattr(line, "_unknown")  # noqa: B009  # unknown to type checkers


class Pane(Widget):
    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[Size] = []

    def on_resize(self, event: Resize) -> None:
        self.sizes.append(event.size)


class OnePane(App[None]):
    def compose(self) -> ComposeResult:
        yield Pane()


async def test_a_paint_between_a_change_and_its_layout_loses_no_resize() -> None:
    patch_lost_resize()
    app = OnePane()
    async with app.run_test(size=(40, 10)) as pilot:
        pane = app.screen.query_one(Pane)
        pane.sizes.clear()
        pane.styles.width = 20
        # What a paint asks for at this moment.
        screen: Any = app.screen
        screen._clear_arrangement_cache()
        screen._compositor._full_map_invalidated = True
        assert screen._compositor.full_map[pane].region.width == 20
        await pilot.pause()  # ends with the layout
        await pilot.pause()
        assert pane.sizes == [pane.size]
        assert pane.size.width == 20


class CountingPane(Widget):
    DEFAULT_CSS = "CountingPane { height: 5; }"
    render_count = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.render_count += 1
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        return Strip.blank(self.size.width)


class TwoPanes(App[None]):
    def compose(self) -> ComposeResult:
        yield CountingPane()
        yield CountingPane()


class PaneInPane(App[None]):
    def compose(self) -> ComposeResult:
        with CountingPane():
            yield CountingPane()


async def refresh_part(pilot: Pilot[None], changed: CountingPane, other: CountingPane) -> None:
    """Refresh two lines of a pane; the other pane may not be asked for lines."""
    await wait_until(pilot, lambda: bool(changed.render_count))
    await pilot.pause(0.05)  # longer than Textual waits before it paints
    counts = changed.render_count, other.render_count
    changed.refresh(Region(0, 1, 40, 2))
    await wait_until(pilot, lambda: changed.render_count > counts[0])
    assert other.render_count == counts[1]


async def test_a_part_of_the_screen_asks_no_widget_outside_of_it_for_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paint_each_frame(monkeypatch)
    patch_needless_renders()
    app = TwoPanes()
    async with app.run_test(size=(40, 10)) as pilot:
        changed, other = app.screen.query(CountingPane)
        await refresh_part(pilot, changed, other)
        count = other.render_count
        app.screen.refresh()
        await wait_until(pilot, lambda: other.render_count > count)


async def test_a_part_of_the_screen_asks_no_widget_behind_it_for_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paint_each_frame(monkeypatch)
    patch_needless_renders()
    app = PaneInPane()
    async with app.run_test(size=(40, 10)) as pilot:
        behind, changed = app.screen.query(CountingPane)
        await refresh_part(pilot, changed, behind)


class OneList(App[None]):
    def compose(self) -> ComposeResult:
        yield OptionList("first", "second")


@pytest.mark.parametrize("is_emptied", [False, True])
async def test_a_click_on_an_option_that_was_removed_does_nothing(*, is_emptied: bool) -> None:
    patch_click_on_removed_option()
    app = OneList()
    async with app.run_test(size=(40, 10)) as pilot:
        options = app.screen.query_one(OptionList)
        painted = app.screen.get_style_at(3, 2)
        assert painted.meta["option"] == 1
        options.clear_options()
        if not is_emptied:
            options.add_option("only")
        click = Click(options, 3, 1, 0, 0, 1, False, False, False, 3, 2, painted)
        options.post_message(click)
        await pilot.pause()
        assert options.highlighted is None


@pytest.mark.parametrize("key", ["pageup", "pagedown"])
async def test_a_page_key_in_a_list_without_room_does_nothing(key: str) -> None:
    patch_page_key_without_room()
    app = OneList()
    async with app.run_test(size=(40, 10)) as pilot:
        options = app.screen.query_one(OptionList)
        options.styles.height = 0
        options.focus()
        await wait_until(pilot, lambda: not options.scrollable_content_region)
        await pilot.press(key)
        assert options.highlighted == 0


def do_nothing() -> None:
    patch_callbacks_of_removed_screens()


class BusyScreen(Screen[None]):
    """Does something after each resize, so that two are never next to each other."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[Size] = []

    def on_resize(self, event: Resize) -> None:
        self.sizes.append(event.size)
        self.call_later(do_nothing)
        assert len(self.sizes) < 20, "without end"


async def test_two_sizes_on_their_way_do_not_undo_each_other_for_ever() -> None:
    patch_endless_resize()
    app = OnePane()
    async with app.run_test(size=(40, 10)) as pilot:
        screen = BusyScreen()
        await app.push_screen(screen)
        for size in (Size(30, 8), Size(40, 10)):
            screen.post_message(Resize(size, size))
            screen.call_later(do_nothing)
        await pilot.pause()
        assert screen.size == Size(40, 10)


def find_missing(screen: Screen[object]) -> None:
    screen.query_one("#missing")


async def test_a_callback_of_a_screen_that_is_gone_finds_no_widgets() -> None:
    patch_callbacks_of_removed_screens()
    app = OnePane()
    async with app.run_test() as pilot:
        removed: Screen[object] = Screen()
        await app.push_screen(removed)
        await app.pop_screen()
        removed._attach(app)  # as while it closes, when its widgets have gone
        app.screen._invoke_later(partial(find_missing, removed), removed)
        await pilot.pause()


async def test_a_callback_of_an_open_screen_still_needs_its_widgets() -> None:
    patch_callbacks_of_removed_screens()
    app = OnePane()
    with pytest.raises(NoMatches):  # noqa: PT012  # raised when the app ends
        async with app.run_test() as pilot:
            app.screen._invoke_later(partial(find_missing, app.screen), app.screen)
            await pilot.pause()
