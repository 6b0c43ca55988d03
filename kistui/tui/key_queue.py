"""Holds keys back until the key before them has taken effect.

A paste, or packets that arrive together over SSH, bring several keys at once. Textual hands each of
them to the widget that has the focus at that moment, so the keys after one that opens a dialog
would go to the page below it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from textual.app import App, ScreenStackError
from textual.events import Key, Paste
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from kistui.tui.textual_patches import EscapedKey

OPENS_DIALOG = "opens a dialog"
"""Name of a worker that opens a dialog after it has read something: keys wait for the dialog."""
MAX_WAIT_SECONDS = 1.0
"""Longest wait for a widget that has stopped handling messages."""
MAX_OPENING_SECONDS = 6.0
"""Longest wait for a page or dialog that opens, such as a form that waits for a locked keyring."""
POLL_SECONDS = 0.01
PAINT_SECONDS = 0.03
"""Seconds in which the frame of a key is usually sent."""
MAX_WAITING_KEYS = 1000
"""More keys than a paste of keys and secrets has; those of a key that is held down are dropped."""

WORD_KEYS = frozenset({"alt+b", "alt+f"})
"""What macOS sends for an arrow with Option, which moves by words in a text field."""

KeyOrPaste = Key | Paste


class KeyHandled(Message):
    """Follows a key from its widget up to the app; arrives once the key has been handled."""

    def __init__(self, handled: asyncio.Event) -> None:
        super().__init__()
        self.handled = handled


class KeyContext(NamedTuple):
    """Where a key arrives: its widget, the open screen, and the dialogs about to open."""

    target: Widget
    screen: Screen[object]
    opening: frozenset[Worker[object]]


class KeyQueue:
    """Passes keys and pastes on to `dispatch`, each after the one before it has taken effect."""

    def __init__(
        self,
        app: App[None],
        dispatch: Callable[[KeyOrPaste], Awaitable[None]],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._app = app
        self._dispatch = dispatch
        self._on_error = on_error
        self._waiting: deque[KeyOrPaste] = deque()
        self._next_came = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_held = False

    def hold(self) -> None:
        """Hold all keys until `release`, as no page can take them yet."""
        self._is_held = True

    def release(self, *, expects_dialog: bool = False) -> None:
        """Pass on the keys that have waited, once a dialog that is expected is open."""
        self._is_held = False
        self._task = asyncio.create_task(self._start(expects_dialog=expects_dialog))

    async def _start(self, *, expects_dialog: bool) -> None:
        with suppress(ScreenStackError):  # the app ends
            screen = self._app.screen
            await self._wait_until(lambda: screen.is_mounted)
            if expects_dialog:
                await self._wait_until(lambda: isinstance(self._app.screen, ModalScreen))
            await self._drain(KeyContext(screen, screen, frozenset()))

    async def handle(self, event: KeyOrPaste) -> None:
        """Pass an event on, now or after the events before it."""
        if isinstance(event, EscapedKey):
            for key in self._keys_of(event):
                await self.handle(key)
            return
        if not self.is_idle:
            if len(self._waiting) < MAX_WAITING_KEYS:
                self._waiting.append(event)
                self._next_came.set()
            return
        context = self._current_context()
        await self._dispatch(event)
        self._next_came.clear()
        self._task = asyncio.create_task(self._drain(context))

    def _keys_of(self, event: EscapedKey) -> tuple[Key, ...]:
        """Return the key with Alt if it does something here, else Esc and the key.

        An arrow with Option never leaves a dialog: what was typed there would be lost.
        """
        screen = self._app.screen
        is_word_move = event.key in WORD_KEYS and isinstance(screen, ModalScreen)
        is_alt = is_word_move or event.key in screen.active_bindings
        return (event.alt_key,) if is_alt else event.keys

    @property
    def is_idle(self) -> bool:
        """Whether all keys have taken effect."""
        return not self._is_held and (self._task is None or self._task.done())

    def press_next(self, keys: Sequence[Key]) -> None:
        """Press keys before those that wait, while a key is handled."""
        self._waiting.extendleft(reversed(keys))

    async def wait_until_idle(self) -> None:
        """Wait until all keys have taken effect."""
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    def close(self) -> None:
        """Drop the keys that wait."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _drain(self, context: KeyContext) -> None:
        try:
            # Let the frame of a single key be painted first: the checks below would delay it.
            await _wait(self._next_came, PAINT_SECONDS)
            while True:
                await self._wait_for_effect(context)
                if not self._waiting:
                    return
                context = self._current_context()
                await self._dispatch(self._waiting.popleft())
        except ScreenStackError:  # the app ends
            self._waiting.clear()
        except Exception as error:  # noqa: BLE001  # a bug ends the app; a task would keep it silent
            self._on_error(error)

    def _current_context(self) -> KeyContext:
        """Return the state at present; raises ScreenStackError when the app ends."""
        screen = self._app.screen
        return KeyContext(screen.focused or screen, screen, self._workers_opening_dialogs())

    def _workers_opening_dialogs(self) -> frozenset[Worker[object]]:
        return frozenset(
            worker
            for worker in self._app.workers
            if worker.name == OPENS_DIALOG and not worker.is_finished
        )

    async def _wait_for_effect(self, context: KeyContext) -> None:
        await self._wait_until_handled(context.target)
        await self._wait_for_dialog(context)
        screen: Screen[object] | None = None
        while screen is not self._app.screen:  # a new screen may open another
            screen = opening = self._app.screen
            await self._wait_until(lambda: opening.is_mounted or opening is not self._app.screen)  # noqa: B023  # it is called at once
            await self._wait_until_handled(screen)
            if isinstance(context.target, Input) and screen.focused is context.target:
                return  # text is typed faster than frames are painted
            await self._wait_until_painted(screen)

    async def _wait_for_dialog(self, context: KeyContext) -> None:
        """Wait for a dialog that a worker is about to open."""
        await self._wait_until(
            lambda: (
                not self._workers_opening_dialogs() - context.opening
                or self._app.screen is not context.screen
            )
        )

    async def _wait_until(self, is_open: Callable[[], bool]) -> None:
        """Wait until a page or dialog is open; otherwise drop the keys meant for it."""
        for _ in range(int(MAX_OPENING_SECONDS / POLL_SECONDS)):
            if is_open():
                return
            await asyncio.sleep(POLL_SECONDS)
        self._waiting.clear()

    async def _wait_until_handled(self, target: Widget) -> None:
        handled = asyncio.Event()
        if not target.post_message(KeyHandled(handled)):
            return
        # A widget that the key closes, such as a dialog, handles nothing more.
        for _ in range(int(MAX_WAIT_SECONDS / POLL_SECONDS)):
            if handled.is_set() or not target.is_running:
                return
            await _wait(handled, POLL_SECONDS)

    async def _wait_until_painted(self, screen: Screen[object]) -> None:
        painted = asyncio.Event()
        if screen.call_after_refresh(painted.set):
            await _wait(painted, MAX_WAIT_SECONDS)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
