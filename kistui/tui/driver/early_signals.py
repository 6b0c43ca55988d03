"""Signals that end the app, kept from the start of the command until the driver takes them.

An exception from a handler would be lost in a callback, for example of an import, and could leave
Textual half started. Imports nothing of Textual: the signals are kept while it is imported.
"""

import os
import signal
import sys
import time
from threading import get_ident
from types import FrameType

assert sys.platform != "win32"  # noqa: S101  # Windows keeps Textual's driver

TERMINATION_SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
POLL_SECONDS = 0.1
_received: list[signal.Signals] = []


def keep_signals() -> None:
    """Keep the first signal that ends the app; a second signal ends the process at once."""
    _received.clear()
    for number in TERMINATION_SIGNALS:
        signal.signal(number, _keep)


def received_signal() -> signal.Signals | None:
    """Return the signal that came since `keep_signals`."""
    return _received[0] if _received else None


def exit_if_received() -> None:
    """Raise SystemExit with 128 + the number of the signal, if one came."""
    if (number := received_signal()) is not None:
        raise SystemExit(128 + number)


def is_in_background(terminal: int) -> bool:
    """Return whether another job has the terminal; a terminal that hung up has none."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # hung up, or not the controlling terminal
        return False


def wait_for_terminal() -> None:
    """Stop while another job has the terminal, as after `kistui &`.

    Textual's first request of the terminal would stop it too, but then no signal could end it.
    """
    while is_in_background(sys.stdin.fileno()):
        signal.pthread_kill(get_ident(), signal.SIGTTOU)
        exit_if_received()
        time.sleep(POLL_SECONDS)  # where no shell could resume it, the signal does nothing


def _keep(number: int, _frame: FrameType | None) -> None:
    exit_if_received()
    _received.append(signal.Signals(number))
