"""Signals that end a command: they raise an exception, so that it removes what it made."""

import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from logging import LogRecord
    from sys import UnraisableHookArgs

T = TypeVar("T")

REPEAT_AFTER = 0.05
"""Seconds after which a lost signal is sent again: by then the callback has ended."""

BLOCKED_AFTER = 0.2
"""Seconds in which an event loop answers that is not blocked."""

CLOSED_AFTER = 1.5
"""Seconds for closing what a coroutine has opened, if the terminal is gone or the machine stops."""

_received: list[int] = []
_interrupts: list[Callable[[int], None]] = []
"""What interrupts the coroutine that runs, if one does."""
_repeats: list[Timer] = []
"""Signals that are to be sent again."""
_resent: set[int] = set()
"""Signals that were sent again, whose exception is still to be raised."""


@contextmanager
def signals_raised() -> Iterator[None]:
    """Raise KeyboardInterrupt on SIGINT, and SystemExit on other signals that end a command.

    asyncio leaves SIGINT to this handler. Its own would only cancel a task, for which a command
    would wait while it reads from a password manager or from standard input.
    """
    previous_handlers: dict[int, Any] = {}
    previous_hook = sys.unraisablehook

    def repeat_lost_signal(unraisable: "UnraisableHookArgs", /) -> None:
        if number := _lost_signal(unraisable.exc_value):
            _send_again(number, REPEAT_AFTER)
        else:
            previous_hook(unraisable)

    _received.clear()
    _repeats.clear()
    _resent.clear()
    with suppress(ValueError):  # outside the main thread, where Python sets no handler
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            # A signal that the caller ignores stays ignored.
            if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                previous_handlers[number] = signal.signal(number, _raise)
        if previous_handlers and hasattr(signal, "SIGTTOU"):  # `_raise` ignores it
            previous_handlers[signal.SIGTTOU] = signal.getsignal(signal.SIGTTOU)
    sys.unraisablehook = repeat_lost_signal
    try:
        yield
    finally:
        sys.unraisablehook = previous_hook
        for repeat in _repeats:  # its handler is about to go: it would end the caller
            repeat.cancel()
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)


def received_signal() -> int | None:
    """Return the first signal that came.

    Python 3.11 and extension modules turn what its handler raised into other exceptions.
    """
    return _received[0] if _received else None


def run_coroutine(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does, but on a signal let it close what it has opened.

    A session waits for a token that it has asked for: KIS has told the owner about it. An exception
    in the event loop would cancel all tasks together, or lose what one of them waits for. It is
    raised all the same if the loop is blocked, as by a password manager, at a second Ctrl+C, and
    `CLOSED_AFTER` another signal, which a shell or `timeout` may send twice. After a signal, no
    thread is waited for: the lookup of a name without a network cannot be cancelled.
    """
    import asyncio

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(main)

        def interrupt(number: int) -> None:
            repeat = _send_again(number, BLOCKED_AFTER)

            def cancel() -> None:
                repeat.cancel()
                if number != signal.SIGINT:
                    _send_again(number, CLOSED_AFTER)
                if not task.cancelling():
                    task.cancel()

            loop.call_soon_threadsafe(cancel)

        _interrupts.append(interrupt)
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError:
            if (number := received_signal()) is not None:
                raise _exception_of(number) from None
            raise
        finally:
            _interrupts.clear()
            if received_signal() is not None:
                from concurrent.futures import ThreadPoolExecutor

                loop.set_default_executor(ThreadPoolExecutor(1))  # `runner` waits for its threads


def _raise(number: int, _frame: FrameType | None) -> None:
    is_first, is_resent = not _received, number in _resent
    _received.append(number)
    _resent.discard(number)
    if not is_resent and (is_first or number != signal.SIGINT):
        if _interrupts:
            _interrupts[-1](number)
            return
        if not is_first:
            return  # the command is ending; a shell and `timeout` send a signal twice
    if hasattr(signal, "SIGTTOU"):
        # In the background, a prompt that restores the terminal would stop the process.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if "asyncio" in sys.modules:
        from asyncio.log import logger

        logger.addFilter(_is_not_about_signal)  # it would list the tasks that the signal ended
    raise _exception_of(number)


def _exception_of(number: int) -> BaseException:
    return KeyboardInterrupt() if number == signal.SIGINT else SystemExit(128 + number)


def _is_not_about_signal(record: "LogRecord") -> bool:
    """Return whether asyncio would log something else than what a signal's handler raised.

    The filter stays: a task is listed when it is freed, which can be after the command.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, BaseExceptionGroup):  # of tasks that httpx runs at the same time
        return error.subgroup((KeyboardInterrupt, SystemExit)) is None
    return not isinstance(error, KeyboardInterrupt | SystemExit)


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


def _send_again(number: int, delay: float) -> Timer:
    """Send a signal whose exception is then raised, even in a coroutine."""

    def send() -> None:
        _resent.add(number)
        os.kill(os.getpid(), number)

    repeat = Timer(delay, send)
    repeat.daemon = True
    repeat.start()
    _repeats.append(repeat)
    return repeat
