"""A pilot that waits until the app is idle, short of timers, and paints only what a test reads.

Textual's own sleeps until the process uses little CPU: that takes 20 ms or more for each step, and
on a busy machine it ends before the app has answered.
"""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import pytest
from rich.console import RenderableType
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from kistui.tui.app import KistuiApp
from kistui.tui.key_queue import KeyQueue

POLL_SECONDS = 0.002
SHORT_WORK_POLLS = 100
"""Polls within which a worker that a key has started usually ends, if nothing holds it up."""
TIMEOUT_SECONDS = 60

_press, _resize_terminal = Pilot.press, Pilot.resize_terminal
_render_update = Compositor.render_update


def patch_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the methods of a pilot return when the app is idle and painted."""
    monkeypatch.setattr("textual.app.wait_for_idle", _wait_until_nothing_is_ready)
    monkeypatch.setattr("textual.pilot.wait_for_idle", _wait_until_nothing_is_ready)
    monkeypatch.setattr(Pilot, "_wait_for_screen", _wait_until_idle)
    monkeypatch.setattr(Pilot, "press", _press_and_wait)
    monkeypatch.setattr(Pilot, "resize_terminal", _resize_and_wait)
    monkeypatch.setattr(Compositor, "render_update", _render_whole_screens_only)


def screen_strips(pilot: Pilot[Any]) -> list[Strip]:
    """Return the lines of the whole screen, with their styles."""
    visible_screen_stack.set(pilot.app._background_screens)  # behind a dialog
    return pilot.app.screen._compositor.render_strips()


def screen_text(pilot: Pilot[Any]) -> str:
    """Return the text of the whole screen."""
    width, height = pilot.app.size
    strips = screen_strips(pilot)
    assert len(strips) == height
    return "\n".join(strip.text[:width] for strip in strips)


def toast_texts(app: App[Any]) -> list[str]:
    """Return the texts of the notifications that are shown, oldest first."""
    return [str(notification.message) for notification in app._notifications]


async def settle(pilot: Pilot[None]) -> None:
    """Wait until each worker is finished or waits for the answer to a dialog."""
    loop = asyncio.get_running_loop()
    end = loop.time() + TIMEOUT_SECONDS
    await _wait_until_idle(pilot)
    while _is_working(pilot):
        assert loop.time() < end, f"some do not end: {[*pilot.app.workers]}"
        await asyncio.sleep(POLL_SECONDS)
        if not _is_working(pilot):  # else the app lays out when it would
            await _wait_until_idle(pilot)  # what a worker has brought may start others


async def wait_until(pilot: Pilot[None], predicate: Callable[[], object]) -> None:
    """Wait for what takes a thread or a timer; a screen that opens has its widgets then."""
    loop = asyncio.get_running_loop()
    end = loop.time() + TIMEOUT_SECONDS
    await pilot.pause()
    while not predicate():
        assert loop.time() < end, "the condition did not come true"
        await pilot.pause(0.01)
    await pilot.pause()


def paint(pilot: Pilot[None]) -> None:
    """Render the screen as a terminal would show it now; raises what a widget raises."""
    app = pilot.app
    if app.is_running:
        _render_update(app.screen._compositor, screen_stack=app._background_screens)


def paint_each_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint as the app does, for tests of what is painted and when."""
    monkeypatch.setattr(Compositor, "render_update", _render_update)


async def _wait_until_nothing_is_ready(*_: object) -> None:
    """Wait until every task of the loop waits for time, a socket or a thread."""
    loop: Any = asyncio.get_running_loop()
    ready: Collection[object] = loop._ready
    idle_rounds = 0
    while idle_rounds < 2:  # the second one polls the sockets
        await asyncio.sleep(0)
        idle_rounds = 0 if ready else idle_rounds + 1


async def _wait_until_idle(pilot: Pilot[None], timeout: float = 0.0) -> bool:  # noqa: ASYNC109
    """Wait until the app has handled and laid out everything; stands for `_wait_for_screen`."""
    while True:
        await _wait_until_nothing_is_ready()
        if not pilot.app.is_running:
            return True
        screen: Any = pilot.app.screen
        if not screen._update_timer._active.is_set():
            return True
        screen._on_timer_update()  # the frame that the timer would bring


def _is_working(pilot: Pilot[None]) -> bool:
    in_dialogs = getattr(pilot.app, "workers_in_dialogs", ())
    return not all(worker.is_finished or worker in in_dialogs for worker in pilot.app.workers)


async def _press_and_wait(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await _press(pilot, key)
        if isinstance(pilot.app, KistuiApp):
            await _wait_for_short_work(pilot, pilot.app.key_queue)
    await _wait_until_idle(pilot)


async def _wait_for_short_work(pilot: Pilot[None], key_queue: KeyQueue) -> None:
    for _ in range(SHORT_WORK_POLLS):
        await _wait_until_idle(pilot)
        has_ended = pilot.app.return_code is not None  # no widget takes the key any more
        if has_ended or (key_queue.is_idle and not _is_working(pilot)):
            return
        await asyncio.sleep(POLL_SECONDS)
    await asyncio.wait_for(key_queue.wait_until_idle(), TIMEOUT_SECONDS)


async def _resize_and_wait(pilot: Pilot[None], width: int, height: int) -> None:
    await _resize_terminal(pilot, width, height)
    # Textual delays the change.
    await wait_until(pilot, lambda: pilot.app._resize_timer is None)
    await _wait_until_idle(pilot)


def _render_whole_screens_only(
    compositor: Compositor, full: bool = False, **options: Any
) -> RenderableType | None:
    return _render_update(compositor, full, **options) if full else None
