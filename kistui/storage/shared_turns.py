"""Turns to call KIS, shared by all processes of this machine: one small private file per limit.

KIS counts the calls of an account and of an app key, whichever program makes them. A file holds
when the next call may be made; it is locked only while it is read and written, never for a wait.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kistui.errors import StorageError
from kistui.models.calls import APP_KEY_LIMIT
from kistui.storage.file_access import is_own_regular, lock_handle, open_safely
from kistui.storage.files import ensure_private_dir, remove_private_file, short_hash

ACCOUNT_DIGITS = 3
"""Hexadecimal digits of an account in a file name: too few to tell which account it is."""
MAX_CONTENT_BYTES = 32
MAX_POSTPONED = 2.0
"""Longest delay of a turn in seconds."""
LOCK_ATTEMPTS = 100
LOCK_PAUSE = 0.01
"""Seconds between attempts. A lock is held for less than a millisecond; after all attempts its
process must have been stopped, and is not waited for."""


class SharedTurns:
    """The turns of an app key and of accounts, in `directory`.

    `app_key_name` is the name of the app key's token record. An account has the same turns under
    every app key. Every method blocks briefly and raises nothing; where files cannot be written
    every turn is free.
    """

    def __init__(
        self, directory: Path, app_key_name: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._directory = directory
        self._app_key_name = app_key_name
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
        """Yield the handle of a limit's locked file; `None` if it cannot be opened and locked."""
        handle = self._open(limit)
        try:
            yield handle if handle is not None and _lock(handle) else None
        finally:
            if handle is not None:
                os.close(handle)

    def _open(self, limit: str) -> int | None:
        name = self._app_key_name if limit == APP_KEY_LIMIT else account_file_name(limit)
        try:
            ensure_private_dir(self._directory)
            handle = open_safely(self._directory / name, os.O_RDWR | os.O_CREAT)
        except (OSError, StorageError):
            return None
        if is_own_regular(os.fstat(handle)):
            return handle
        os.close(handle)
        return None


def account_file_name(account_number: str) -> str:
    """Return the name of an account's file; of thousands of accounts a few share one."""
    return f"account-{short_hash(account_number)[:ACCOUNT_DIGITS]}"


def delete_turns(directory: Path, names: Iterable[str]) -> None:
    """Delete the files of app keys and accounts not in use any more; raises FileWriteError."""
    for name in names:
        remove_private_file(directory / name)


def _lock(handle: int) -> bool:
    for _ in range(LOCK_ATTEMPTS):
        try:
            lock_handle(handle)
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
        os.lseek(handle, 0, os.SEEK_SET)
        seconds = float(os.read(handle, MAX_CONTENT_BYTES))
    except (OSError, ValueError):
        return 0.0
    return seconds if 0 < seconds < 1e12 else 0.0


def _write_time(handle: int, seconds: float) -> None:
    content = f"{seconds:.6f}\n".encode()
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, content)
        os.ftruncate(handle, len(content))
    except OSError:  # a full disk: others do not learn of this call
        pass
