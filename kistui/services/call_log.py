"""The log: the last calls of this process in memory, every call of all processes on disk."""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from kistui.clock import Clock, system_clock
from kistui.errors import StorageError
from kistui.models.call_record import CallRecord, OnCall
from kistui.models.text import mask_secrets
from kistui.storage.log import LogFile, LogWriter, format_call, format_crash
from kistui.storage.paths import display_path

MAX_RECENT_CALLS = 500
"""Calls in memory."""


class CallLog:
    """Told of calls by the sessions; without a `path` nothing is written. Nothing here raises."""

    def __init__(
        self, path: Path | None = None, *, clock: Clock = system_clock, is_debug: bool = False
    ) -> None:
        self._writer = LogWriter(LogFile(path)) if path else None
        self._clock = clock
        self._is_debug = is_debug
        self._calls: deque[CallRecord] = deque(maxlen=MAX_RECENT_CALLS)
        self._count = 0
        self._subscribers: list[OnCall] = []

    def for_profile(self, profile: str) -> OnCall:
        """What a client of `profile` is to tell of its calls."""
        return partial(self._record_call, mask_secrets(profile))

    def recent(self) -> tuple[CallRecord, ...]:
        """The last calls, newest first."""
        return tuple(reversed(self._calls))

    def subscribe(self, callback: OnCall) -> Callable[[], None]:
        """Have `tell` called with every call from now on, until what is returned is called."""
        self._subscribers.append(callback)
        return partial(self._subscribers.remove, callback)

    @property
    def path_label(self) -> str:
        """The file, as the user would call it; blank when there is none."""
        return display_path(self._writer.file.path) if self._writer else ""

    @property
    def write_error(self) -> StorageError | None:
        """Why the log cannot be written, if it cannot."""
        return self._writer.write_error if self._writer else None

    def record_crash(self, error: BaseException) -> None:
        """Write down a bug of ours, at once: the process is about to end."""
        if self._writer:
            with suppress(StorageError):
                self._writer.file.append([format_crash(error, self._clock(), os.getpid())])

    def close(self) -> None:
        """Have what was told written."""
        if self._writer:
            self._writer.close()

    def _record_call(self, profile: str, call: CallRecord) -> None:
        self._count += 1
        call = replace(call, profile=profile, sequence_number=self._count)
        self._calls.append(call)
        if self._writer:
            self._writer.write(partial(format_call, call, os.getpid(), is_debug=self._is_debug))
        for tell in tuple(self._subscribers):
            tell(call)
