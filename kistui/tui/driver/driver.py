"""Driver with job control, hang-up detection and resize handling.

Textual's own driver stops with SIGSTOP even if no shell is waiting to resume it, uses a full CPU
when the terminal hangs up, and blocks forever on a writer thread that died of the hang-up. The
kernel sends SIGCONT after the SIGHUP of a hang-up: a driver that resumes then, on a terminal that
is gone or after the app has ended, starts an input thread that is never stopped.
"""

import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event, Thread, get_ident
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ScreenStackError
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message

assert sys.platform != "win32"  # noqa: S101  # Windows keeps Textual's driver

import termios  # noqa: E402

from kistui.tui.driver.early_signals import (  # noqa: E402
    POLL_SECONDS,
    TERMINATION_SIGNALS,
    is_in_background,
    received_signal,
)
from kistui.tui.textual_patches import TextualLinuxDriver  # noqa: E402

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from typing import IO

SIGNAL_EXIT_SECONDS = 1.5
"""Seconds after a signal or a hang-up at which the process ends, whatever it still waits for."""
QUIT_EXIT_SECONDS = 5.0
"""Seconds after the user has quit, in which files may still be written."""
RESTORE_SEQUENCES = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Restores the terminal if the app cannot do it any more."""
MAX_WAITING_EVENTS = 1000
"""Events that the input thread sends before it waits for the app: as many keys may wait there."""
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


class InputLimit:
    """Makes the input thread wait at times until the app has handled what it was sent.

    Otherwise a busy app would fall ever further behind, for example while the mouse moves. Unread
    input stays in the terminal. `call_later` has the app call a function after the events before
    it; `stopped` is set when the thread is to end.
    """

    def __init__(self, call_later: Callable[[Callable[[], object]], bool], stopped: Event) -> None:
        self._call_later = call_later
        self._stopped = stopped
        self._sent = 0

    def count(self) -> None:
        """Count an event; after `MAX_WAITING_EVENTS` events, wait for the app."""
        self._sent += 1
        if self._sent < MAX_WAITING_EVENTS:
            return
        self._sent = 0
        is_handled = Event()
        if self._call_later(is_handled.set):
            while not (is_handled.wait(0.1) or self._stopped.is_set()):
                pass


class KistuiDriver(TextualLinuxDriver):
    """Linux driver that restores the terminal however the app ends or stops."""

    forced_exit_cleanups: ClassVar[list[Callable[[], None]]] = []
    """Called before a deadline ends the process, where no other cleanup runs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Textual writes to standard error, which the user may have redirected to a file.
        self.output = BrokenPipeSafeFile(sys.__stdout__ or self.output)
        self._input_limit = InputLimit(self.app.call_later, self.exit_event)
        self._is_starting = False
        self._is_suspending = False
        self._is_suspended = False
        self._is_exiting = False
        self._has_ended = False
        self._repaint_timer: TimerHandle | None = None
        self._is_basic_terminal = os.environ.get("TERM") in BASIC_TERMINALS
        # Python's own handlers also run while the event loop is blocked by a terminal that takes
        # no output. They are installed here: from now on there is terminal state to restore.
        for number in TERMINATION_SIGNALS:
            signal.signal(number, self._on_termination_signal)
        self._watch_job_control()
        Thread(target=self._watch_hangup, name="kistui-line", daemon=True).start()
        if (signal_number := received_signal()) is not None:
            self._exit_from_thread(signal_number)

    def _on_termination_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and self.is_lent:
            return  # Ctrl+C is meant for the program that has the terminal
        # In the background, as after Ctrl+Z and `kill %1`, to restore it would stop the process.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        self._exit_from_thread(signal.Signals(number))

    def _exit_from_thread(self, number: signal.Signals) -> None:
        """Exit soon with 128 + the signal number, from any thread and in any state."""
        self._is_exiting = True
        self._start_deadline(SIGNAL_EXIT_SECONDS, 128 + number)
        with suppress(RuntimeError):  # the loop has ended
            self.event_loop.call_soon_threadsafe(self._exit_on_signal, number)

    def _exit_on_signal(self, number: signal.Signals) -> None:
        """Exit with 128 + the signal number, restoring the terminal."""
        if self._has_screen():
            self.app.exit(return_code=128 + number)
        else:  # Textual cannot exit while it mounts a screen
            self.event_loop.call_later(0.01, self._exit_on_signal, number)

    def _start_deadline(self, seconds: float, code: int) -> None:
        """End the process after `seconds`, even while threads wait for locks or programs."""
        Thread(
            target=self._end_process, args=(seconds, code), name="kistui-deadline", daemon=True
        ).start()

    def _end_process(self, seconds: float, code: int) -> None:
        time.sleep(seconds)
        if not (self._has_ended or self._is_suspended or self._is_hung_up()):
            # In a thread: a terminal that takes no output would block this one.
            restore = Thread(target=self._restore_terminal, daemon=True)
            restore.start()
            restore.join(0.2)
        try:
            for clean_up in self.forced_exit_cleanups:
                clean_up()
        finally:
            os._exit(code)

    def _restore_terminal(self) -> None:
        with suppress(OSError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            os.write(self.output.fileno(), RESTORE_SEQUENCES)

    def _has_screen(self) -> bool:
        with suppress(ScreenStackError):
            return self.app.screen.is_mounted
        return False

    def _watch_hangup(self) -> None:
        """Exit when the terminal hangs up, even without SIGHUP."""
        poller = select.poll()
        poller.register(self.fileno, 0)
        events = poller.poll()
        # A system whose `poll` does not know terminals answers POLLNVAL at once.
        if any(flags & (select.POLLHUP | select.POLLERR) for _, flags in events):
            self._exit_from_thread(signal.SIGHUP)

    def _is_hung_up(self) -> bool:
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:
            return True
        return False

    def run_input_thread(self) -> None:
        """Read input until the driver stops; a terminal that cannot be read has hung up.

        Any other error ends the app as its own do: Textual would end it with exit code 0.
        """
        try:
            super().run_input_thread()
        except OSError:
            self._exit_from_thread(signal.SIGHUP)
        except Exception as error:  # noqa: BLE001  # whatever the parser or Textual raises
            self.event_loop.call_soon_threadsafe(self.app.handle_error, error)

    def send_message(self, message: Message) -> None:
        """Send input to the app, not much faster than it handles it."""
        super().send_message(message)
        self._input_limit.count()

    def _watch_job_control(self) -> None:
        self.event_loop.add_signal_handler(signal.SIGTSTP, self._suspend_process)
        self.event_loop.add_signal_handler(signal.SIGCONT, self._on_continued)

    def _unwatch_job_control(self) -> None:
        self.event_loop.remove_signal_handler(signal.SIGCONT)
        self.event_loop.remove_signal_handler(signal.SIGTSTP)

    def _suspend_process(self) -> None:
        """Give the terminal to the shell and stop; resume at once if no shell waits."""
        if self.is_lent:
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        self._unwatch_job_control()
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
        if not (self._has_ended or self.is_lent or self._is_hung_up()):
            self.suspend_application_mode()
            self._resume_process()

    def _resume_process(self) -> None:
        # After `bg`, another job owns the terminal.
        while is_in_background(self.fileno) and not self._is_exiting:
            time.sleep(POLL_SECONDS)  # any thread gets what ends a stopped process
            if not self._is_exiting:
                signal.pthread_kill(get_ident(), signal.SIGSTOP)
        if self._is_exiting:
            return
        if self._is_hung_up():
            self._exit_from_thread(signal.SIGHUP)
            return
        self.signal_resume()
        self.resume_application_mode()
        self.repaint()
        self._watch_job_control()

    def suspend_application_mode(self) -> None:
        """Give the terminal back until `resume_application_mode`."""
        self._is_suspending = True
        super().suspend_application_mode()
        self._is_suspending = False
        self._is_suspended = True

    def stop_application_mode(self) -> None:
        """Restore the terminal; at the end of the app, ignore signals that would take it again."""
        if not self._is_suspended:
            super().stop_application_mode()
        if not self._is_suspending:
            self._has_ended = True
            self._unwatch_job_control()
            self._start_deadline(QUIT_EXIT_SECONDS, self.app.return_code or 0)

    def terminal_size(self) -> tuple[int, int]:
        """Return columns and lines; repaint once a resize is over."""
        if not self._is_starting:
            self.event_loop.call_soon_threadsafe(self._schedule_repaint)
        return self._query_size()

    def _query_size(self) -> tuple[int, int]:
        # Ask the terminal first: COLUMNS and LINES do not follow a resize.
        try:
            width, height = os.get_terminal_size(self.output.fileno())
        except OSError:
            width = height = 0
        return (width, height) if width and height else super().terminal_size()

    def start_application_mode(self) -> None:
        """Enter application mode without scheduling a repaint."""
        self._is_starting, self._is_suspended = True, False
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._is_starting = False

    def _schedule_repaint(self) -> None:
        """Repaint after the last resize: a frame in progress may have had the old size."""
        if self._repaint_timer is not None:
            self._repaint_timer.cancel()
        self._repaint_timer = self.event_loop.call_later(RESIZE_DEBOUNCE, self._after_resize)

    def _after_resize(self) -> None:
        """Repaint everything at the present size.

        A nested SIGWINCH posts its event first, so the last posted size may be outdated.
        """
        size = Size(*self._query_size())
        if self._has_screen() and self.app.screen.size != size:
            self.app.post_message(Resize(size, size))
            self._repaint_timer = self.event_loop.call_later(RESIZE_DEBOUNCE, self.repaint)
        else:
            self.repaint()

    def repaint(self) -> None:
        """Repaint everything, whatever the screen is assumed to show."""
        if self._has_screen():
            self.app.refresh(layout=True)

    def write(self, data: str) -> None:
        """Write data, except sequences that a basic terminal would print."""
        if self.is_writing and not (
            self._is_basic_terminal and _UNSUPPORTED_SEQUENCES.fullmatch(data)
        ):
            super().write(data)
