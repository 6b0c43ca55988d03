"""Turns to call KIS, shared by all processes of this machine: one small private file per limit.

KIS counts the calls of an account and of an app key, whichever program makes them. A file holds
when the next call may be made; it is locked only while it is read and written, never for a wait.
"""

import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from kistui.errors import StorageError
from kistui.storage.files import FILE_MODE, ensure_private_dir

MAX_CONTENT_BYTES = 32
MAX_POSTPONED = 2.0
"""Seconds."""
LOCK_ATTEMPTS, LOCK_PAUSE = 100, 0.01
"""A lock is held for less than a millisecond; one of a stopped process is not waited for."""


class SharedTurns:
    """The turns of one app key, in `directory`; every method blocks briefly and raises nothing.

    `salt` holds the app key, so that an account number cannot be guessed from a file name. Where
    files cannot be written every turn is free.
    """

    def __init__(
        self, directory: Path, salt: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._directory = directory
        self._salt = salt
        self._clock = clock

    def take(self, limit: str, interval: float) -> float:
        """Take a turn if one is free now: return 0, otherwise the seconds until the next."""
        with self._locked(limit) as handle:
            if handle is None:
                return 0.0
            now = self._clock()
            delay = _read_time(handle) - now
            # A time further away is from before the clock was set back.
            if 0 < delay <= interval + MAX_POSTPONED:
                return delay
            _write_time(handle, now + interval)
            return 0.0

    def postpone(self, limit: str, delay: float) -> None:
        """Let the next turn begin `delay` seconds from now or later."""
        with self._locked(limit) as handle:
            begins_at = self._clock() + min(delay, MAX_POSTPONED)
            if handle is not None and _read_time(handle) < begins_at:
                _write_time(handle, begins_at)

    @contextmanager
    def _locked(self, limit: str) -> Iterator[int | None]:
        """Yield the handle of a limit's locked file; `None` if it cannot be had."""
        handle = self._open(limit)
        try:
            yield handle if handle is not None and _lock(handle) else None
        finally:
            if handle is not None:
                os.close(handle)

    def _open(self, limit: str) -> int | None:
        name = sha256(f"{self._salt}\n{limit}".encode()).hexdigest()[:32]
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            ensure_private_dir(self._directory)
            handle = os.open(self._directory / name, flags, FILE_MODE)
        except (OSError, StorageError):
            return None
        status = os.fstat(handle)
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
            return handle
        os.close(handle)
        return None


def _lock(handle: int) -> bool:
    for _ in range(LOCK_ATTEMPTS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE)
        except OSError:  # a disk without locks
            return False
        else:
            return True
    return False


def _read_time(handle: int) -> float:
    """Return the time in a file, in seconds since the epoch; 0 for anything else."""
    try:
        seconds = float(os.pread(handle, MAX_CONTENT_BYTES, 0))
    except (OSError, ValueError):
        return 0.0
    return seconds if 0 < seconds < 1e12 else 0.0


def _write_time(handle: int, seconds: float) -> None:
    content = f"{seconds:.6f}\n".encode()
    try:
        os.pwrite(handle, content, 0)
        os.ftruncate(handle, len(content))
    except OSError:  # a full disk: others do not learn of this call
        pass
