"""Workarounds for Textual: each fails without its patch on the Textual that is pinned."""

from typing import Any

from textual.app import App, ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget

from kistui.tui.textual_patches import patch_lost_resize


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
        await pilot.pause()
        assert pane.sizes == [pane.size]
        assert pane.size.width == 20
