"""Signals that end the app, kept from the start of the command until the driver takes them.

An exception from a handler would be lost in a callback, for example of an import, and could leave
Textual half started. Imports nothing of Textual: the signals are kept while it is imported.
"""

import signal
import sys
from types import FrameType

assert sys.platform != "win32"  # noqa: S101  # Windows keeps Textual's driver

TERMINATION_SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
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


def _keep(number: int, _frame: FrameType | None) -> None:
    exit_if_received()
    _received.append(signal.Signals(number))
