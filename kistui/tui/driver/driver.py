"""Driver with job control, hang-up detection and resize handling.

Textual's own driver stops with SIGSTOP even if no shell is waiting to resume it, uses a full CPU
when the terminal hangs up, and blocks forever on a writer thread that died of the hang-up.
"""

import asyncio
import os
import re
import select
import signal
import sys
from contextlib import suppress
from functools import partial
from threading import Thread, get_ident
from typing import TYPE_CHECKING, Any

from textual.app import ScreenStackError
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.geometry import Size

if TYPE_CHECKING:
    from typing import IO

TERMINATION_SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
RESIZE_DEBOUNCE = 0.1
"""Seconds without a change of size after which a resize counts as finished."""
BASIC_TERMINALS = frozenset({"linux", "vt52", "vt100", "vt102", "vt220", "ansi"})
"""Values of TERM whose terminals print escape sequences that they do not support."""
# Mode queries, the Kitty key protocol, the pointer shape.
_UNSUPPORTED_SEQUENCES = re.compile(r"\x1b\[(?:\?\d+\$p|[<>]\d*u)|\x1b\]22;[^\x07]*\x07")


class BrokenPipeSafeFile:
    """Output file that discards writes, instead of failing, once the terminal is gone."""

    def __init__(self, file: "IO[str]") -> None:
        self._file = file
        self._is_broken = False

    def write(self, text: str) -> None:
        """Write text; discard it if the file is broken."""
        self._ignore_errors(partial(self._file.write, text))

    def flush(self) -> None:
        """Flush the file; do nothing if it is broken."""
        self._ignore_errors(self._file.flush)

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._file.fileno()

    def _ignore_errors(self, operation: Any) -> None:
        if not self._is_broken:
            try:
                operation()
            except (OSError, ValueError):
                self._is_broken = True
                with suppress(OSError, ValueError):  # buffered text must not fail at exit
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self._file.fileno())


class KistuiDriver(LinuxDriver):
    """Linux driver that restores the terminal however the app ends or stops."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Textual writes to standard error, which the user may have redirected to a file.
        self._file: Any = BrokenPipeSafeFile(sys.__stdout__ or self._file)
        self._is_starting = False
        self._repaint_timer: asyncio.TimerHandle | None = None
        self._is_basic_terminal = os.environ.get("TERM") in BASIC_TERMINALS
        self._loop = asyncio.get_running_loop()
        # Handlers run in the event loop because they write, and must not interrupt a write. They
        # are installed here because from now on there is terminal state to restore.
        for number in TERMINATION_SIGNALS:
            self._loop.add_signal_handler(number, self._exit_on_signal, number)
        self._watch_job_control()
        Thread(target=self._watch_hangup, name="kistui-line", daemon=True).start()

    def _exit_on_signal(self, number: signal.Signals) -> None:
        """Exit with 128 + the signal number, restoring the terminal."""
        if self._has_screen():
            self._app.exit(return_code=128 + number)
        else:  # Textual cannot exit while it mounts a screen
            self._loop.call_later(0.01, self._exit_on_signal, number)

    def _has_screen(self) -> bool:
        with suppress(ScreenStackError):
            return self._app.screen.is_mounted
        return False

    def _watch_hangup(self) -> None:
        """Exit when the terminal hangs up, even without SIGHUP."""
        poller = select.poll()
        poller.register(self.fileno, 0)
        poller.poll()
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._exit_on_signal, signal.SIGHUP)

    def _watch_job_control(self) -> None:
        self._loop.add_signal_handler(signal.SIGTSTP, self._suspend_process)
        self._loop.add_signal_handler(signal.SIGCONT, self._on_continued)

    def _suspend_process(self) -> None:
        """Give the terminal to the shell and stop; resume at once if no shell waits."""
        self._loop.remove_signal_handler(signal.SIGCONT)
        self._loop.remove_signal_handler(signal.SIGTSTP)
        self.suspend_application_mode()
        # Stop the whole process group, such as a parent `uv run`, or the shell would not notice.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # Sent to this thread, so that the call returns after the stop. The kernel ignores the
        # signal if no process could resume this one.
        signal.pthread_kill(get_ident(), signal.SIGTSTP)
        self._resume_process()

    def _on_continued(self) -> None:
        """Take the terminal again after SIGSTOP, which leaves the shell's modes set."""
        self.suspend_application_mode()
        self._resume_process()

    def _resume_process(self) -> None:
        while self._is_in_background():  # after `bg`, another job owns the terminal
            signal.pthread_kill(get_ident(), signal.SIGSTOP)
        self._must_signal_resume = True
        self.resume_application_mode()
        self.repaint()
        self._watch_job_control()

    def _is_in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # hung up, or not the controlling terminal
            return False

    def _get_terminal_size(self) -> tuple[int, int]:
        # Called at the start, and by the SIGWINCH handler.
        if not self._is_starting:
            self._loop.call_soon_threadsafe(self._schedule_repaint)
        return self._query_size()

    def _query_size(self) -> tuple[int, int]:
        # Ask the terminal first: COLUMNS and LINES do not follow a resize.
        try:
            width, height = os.get_terminal_size(self._file.fileno())
        except OSError:
            width = height = 0
        return (width, height) if width and height else super()._get_terminal_size()

    def start_application_mode(self) -> None:
        """Enter application mode without scheduling a repaint."""
        self._is_starting = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_starting = False

    def _schedule_repaint(self) -> None:
        """Repaint after the last resize: a frame in progress may have had the old size."""
        if self._repaint_timer is not None:
            self._repaint_timer.cancel()
        self._repaint_timer = self._loop.call_later(RESIZE_DEBOUNCE, self._after_resize)

    def _after_resize(self) -> None:
        """Repaint everything at the present size.

        A nested SIGWINCH posts its event first, so the last posted size may be outdated.
        """
        size = Size(*self._query_size())
        if self._has_screen() and self._app.screen.size != size:
            self._app.post_message(Resize(size, size))
            self._repaint_timer = self._loop.call_later(RESIZE_DEBOUNCE, self.repaint)
        else:
            self.repaint()

    def repaint(self) -> None:
        """Repaint everything, whatever the screen is assumed to show."""
        if self._has_screen():
            self._app.refresh(layout=True)

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse_pixels:
            self._mouse_pixels = False
            self.write("\x1b[?1016l")

    def write(self, data: str) -> None:
        """Write data, except sequences that a basic terminal would print."""
        if not (self._is_basic_terminal and _UNSUPPORTED_SEQUENCES.fullmatch(data)):
            super().write(data)
