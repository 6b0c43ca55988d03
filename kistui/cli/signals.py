"""Signals that end a command: they raise an exception, so that it removes what it made."""

import os
import signal
import sys
from contextlib import contextmanager, suppress

TYPE_CHECKING = False  # importing `typing` would slow down `kistui status --line`
if TYPE_CHECKING:
    from collections.abc import Iterator
    from sys import UnraisableHookArgs
    from threading import Timer
    from types import FrameType
    from typing import Any

REPEAT_AFTER = 0.05
"""Seconds after which a lost signal is sent again: by then the callback has ended."""

_received: list[int] = []


@contextmanager
def signals_raised() -> "Iterator[None]":
    """Raise KeyboardInterrupt on SIGINT, and SystemExit on other signals that end a command.

    asyncio leaves SIGINT to this handler. Its own would only cancel a task, for which a command
    would wait while it reads from a password manager or from standard input.
    """
    previous_handlers: dict[int, Any] = {}
    previous_hook = sys.unraisablehook
    repeats: list[Timer] = []

    def repeat_lost_signal(unraisable: "UnraisableHookArgs", /) -> None:
        if number := _lost_signal(unraisable.exc_value):
            repeats.append(_send_again(number))
        else:
            previous_hook(unraisable)

    _received.clear()
    with suppress(ValueError):  # outside the main thread, where Python sets no handler
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            # A signal that the caller ignores stays ignored.
            if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                previous_handlers[number] = signal.signal(number, _raise)
    sys.unraisablehook = repeat_lost_signal
    try:
        yield
    finally:
        sys.unraisablehook = previous_hook
        for repeat in repeats:  # its handler is about to go: it would end the caller
            repeat.cancel()
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)


def received_signal() -> int | None:
    """Return the first signal that came.

    Python 3.11 and extension modules turn what its handler raised into other exceptions.
    """
    return _received[0] if _received else None


def _raise(number: int, _frame: "FrameType | None") -> None:
    _received.append(number)
    if "asyncio" in sys.modules:
        from asyncio.log import logger

        logger.disabled = True  # it would list the tasks in which the exception came
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _lost_signal(error: BaseException | None) -> int | None:
    """Return the signal whose exception Python has dropped, `None` for any other exception.

    It drops those in callbacks of what is freed or collected; each import has some.
    """
    match error:
        case KeyboardInterrupt():
            return signal.SIGINT
        case SystemExit(code=int(code)) if code > 128:
            return code - 128
    return None


def _send_again(number: int) -> "Timer":
    from threading import Timer

    repeat = Timer(REPEAT_AFTER, os.kill, (os.getpid(), number))
    repeat.daemon = True
    repeat.start()
    return repeat
