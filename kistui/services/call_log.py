"""The call log: recent calls of this process in memory, calls of all processes on disk."""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kistui.clock import Clock, system_clock
from kistui.errors import StorageError
from kistui.models.calls import CallRecord, OnCall
from kistui.models.text import mask_secrets
from kistui.storage.paths import display_path

if TYPE_CHECKING:
    from kistui.storage.log import LogWriter

MAX_RECENT_CALLS = 200
"""How many calls of this process stay in memory; the log file has those before."""


class CallLog:
    """Records calls of the sessions; writes nothing without a `path`. No method raises."""

    def __init__(
        self, path: Path | None = None, *, clock: Clock = system_clock, is_debug: bool = False
    ) -> None:
        self._path = path
        self._writer: LogWriter | None = None
        self._clock = clock
        self._is_debug = is_debug
        self._calls: deque[CallRecord] = deque(maxlen=MAX_RECENT_CALLS)
        self._count = 0
        self._subscribers: list[OnCall] = []

    def for_profile(self, profile: str) -> OnCall:
        """Return the callback for the calls of a client of `profile`."""
        return partial(self._record_call, mask_secrets(profile))

    def recent(self) -> tuple[CallRecord, ...]:
        """Return the recent calls, newest first."""
        return tuple(reversed(self._calls))

    def subscribe(self, callback: OnCall) -> Callable[[], None]:
        """Call `callback` with every new call; return a function that unsubscribes it."""
        self._subscribers.append(callback)
        return partial(self._subscribers.remove, callback)

    @property
    def path_label(self) -> str:
        """The path of the file with `~` for the home; blank without a file."""
        return display_path(self._path) if self._path else ""

    @property
    def write_error(self) -> StorageError | None:
        """Why the log cannot be written, if it cannot."""
        return self._writer.handler.write_error if self._writer else None

    def record_crash(self, error: BaseException) -> None:
        """Log a bug of kistui at once, because the process is about to end."""
        from kistui.storage.log import format_crash  # noqa: PLC0415  # only writing pays for it

        if writer := self._open_writer():
            with suppress(StorageError):
                writer.handler.append([format_crash(error, self._clock(), os.getpid())])

    def record_history(self, profile: str, outcome: str) -> None:
        """Log how a profile's asset history was recorded: `ok`, `partial` or an error's slug."""
        from kistui.storage.log import format_history_event  # noqa: PLC0415

        if writer := self._open_writer():
            line = format_history_event(mask_secrets(profile), outcome, self._clock(), os.getpid())
            with suppress(StorageError):
                writer.handler.append([line])

    def close(self) -> None:
        """Write what is queued."""
        if self._writer:
            self._writer.close()

    def _record_call(self, profile: str, call: CallRecord) -> None:
        self._count += 1
        call = replace(call, profile=profile, sequence_number=self._count)
        self._calls.append(call)
        if writer := self._open_writer():
            writer.write(call)
        for callback in tuple(self._subscribers):
            callback(call)

    def _open_writer(self) -> "LogWriter | None":
        from kistui.storage.log import LogFileHandler, LogWriter  # noqa: PLC0415

        if self._writer is None and self._path:
            self._writer = LogWriter(LogFileHandler(self._path, is_debug=self._is_debug))
        return self._writer
