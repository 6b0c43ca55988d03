"""The terminal under the app: it comes and goes, stops and continues, and is left as it was.

Textual's own driver stops with SIGSTOP, which no shell takes over where none is waiting, spins
when the line is cut, and blocks for good on a writer that died of it.
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
"""Seconds without a change of size after which a window is not being dragged any more."""
BASIC_TERMINALS = frozenset({"linux", "vt52", "vt100", "vt102", "vt220", "ansi"})
"""Values of TERM whose terminals print what they do not understand."""
# Questions about modes, the protocol for keys, the pointer's shape.
_UNSUPPORTED_SEQUENCES = re.compile(r"\x1b\[(?:\?\d+\$p|[<>]\d*u)|\x1b\]22;[^\x07]*\x07")


class BrokenPipeSafeFile:
    """A file to write to; once the line is cut, what is written is lost, and nothing fails."""

    def __init__(self, file: "IO[str]") -> None:
        self._file = file
        self._is_broken = False

    def write(self, text: str) -> None:
        """Write, or lose it."""
        self._ignore_errors(partial(self._file.write, text))

    def flush(self) -> None:
        """Flush, or do nothing."""
        self._ignore_errors(self._file.flush)

    def fileno(self) -> int:
        """The file's."""
        return self._file.fileno()

    def _ignore_errors(self, act: Any) -> None:
        if not self._is_broken:
            try:
                act()
            except (OSError, ValueError):
                self._is_broken = True
                with suppress(OSError, ValueError):  # what is left in buffers goes nowhere
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self._file.fileno())


class KistuiDriver(LinuxDriver):
    """Leaves the terminal sane whatever ends or stops the app."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # What goes to standard error may be kept in a file; the screen is not for that.
        self._file: Any = BrokenPipeSafeFile(sys.__stdout__ or self._file)
        self._is_starting = False
        self._repaint_timer: asyncio.TimerHandle | None = None
        self._is_basic_terminal = os.environ.get("TERM") in BASIC_TERMINALS
        self._loop = asyncio.get_running_loop()
        # In the loop, not between any two instructions: a handler writes, and a write may be going
        # on. Here, not when the screen stands: from now on there is something to restore.
        for number in TERMINATION_SIGNALS:
            self._loop.add_signal_handler(number, self._exit_on_signal, number)
        self._watch_job_control()
        Thread(target=self._watch_hangup, name="kistui-line", daemon=True).start()

    def _exit_on_signal(self, number: signal.Signals) -> None:
        """Leave the terminal as it was, and tell the shell which signal it was."""
        if self._has_screen():
            self._app.exit(return_code=128 + number)
        else:  # Textual cannot leave a screen that is being made
            self._loop.call_later(0.01, self._exit_on_signal, number)

    def _has_screen(self) -> bool:
        with suppress(ScreenStackError):
            return self._app.screen.is_mounted
        return False

    def _watch_hangup(self) -> None:
        """End when the other side has gone, signal or not."""
        line = select.poll()
        line.register(self.fileno, 0)
        line.poll()
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._exit_on_signal, signal.SIGHUP)

    def _watch_job_control(self) -> None:
        self._loop.add_signal_handler(signal.SIGTSTP, self._suspend_process)
        self._loop.add_signal_handler(signal.SIGCONT, self._on_continued)

    def _suspend_process(self) -> None:
        """Give the terminal to the shell and stop; where no shell waits, come straight back."""
        self._loop.remove_signal_handler(signal.SIGCONT)
        self._loop.remove_signal_handler(signal.SIGTSTP)
        self.suspend_application_mode()
        # All of the job, such as the `uv run` it was started with, or the shell would not notice.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # To this thread: the stop is over when this returns. The kernel ignores it where nobody
        # could continue the process.
        signal.pthread_kill(get_ident(), signal.SIGTSTP)
        self._resume_process()

    def _on_continued(self) -> None:
        """Continued after a stop that could not be seen coming: the shell's modes are set now."""
        self.suspend_application_mode()
        self._resume_process()

    def _resume_process(self) -> None:
        while self._is_in_background():  # `bg`: the terminal is another's
            signal.pthread_kill(get_ident(), signal.SIGSTOP)
        self._must_signal_resume = True
        self.resume_application_mode()
        self.repaint()
        self._watch_job_control()

    def _is_in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # cut off, or not the terminal of this session
            return False

    def _get_terminal_size(self) -> tuple[int, int]:
        # Asked at the start, and by a signal's handler whenever the window has changed.
        if not self._is_starting:
            self._loop.call_soon_threadsafe(self._schedule_repaint)
        return self._query_size()

    def _query_size(self) -> tuple[int, int]:
        # The terminal first: COLUMNS and LINES, exported once, know nothing of a resize.
        try:
            width, height = os.get_terminal_size(self._file.fileno())
        except OSError:
            width = height = 0
        return (width, height) if width and height else super()._get_terminal_size()

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._is_starting = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_starting = False

    def _schedule_repaint(self) -> None:
        """Paint everything when the window rests: a frame under way fell into another size."""
        if self._repaint_timer is not None:
            self._repaint_timer.cancel()
        self._repaint_timer = self._loop.call_later(RESIZE_DEBOUNCE, self._after_resize)

    def _after_resize(self) -> None:
        """Paint everything, at the size there is now.

        A signal that comes while another is handled is told of first: the last size told of may
        be the one before the last.
        """
        size = Size(*self._query_size())
        if self._has_screen() and self._app.screen.size != size:
            self._app.post_message(Resize(size, size))
            self._repaint_timer = self._loop.call_later(RESIZE_DEBOUNCE, self.repaint)
        else:
            self.repaint()

    def repaint(self) -> None:
        """Paint everything, whatever is thought to stand there."""
        if self._has_screen():
            self._app.refresh(layout=True)

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse_pixels:
            self._mouse_pixels = False
            self.write("\x1b[?1016l")

    def write(self, data: str) -> None:
        """Write, but not what a plain terminal would print."""
        if not (self._is_basic_terminal and _UNSUPPORTED_SEQUENCES.fullmatch(data)):
            super().write(data)
