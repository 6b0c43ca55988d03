"""Private files: 0600 in 0700 folders, written whole or not at all, never through a link."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from kistui.errors import (
    FileReadError,
    FileWriteError,
    LockTimeoutError,
    StorageError,
    UnsafeFileError,
)

if TYPE_CHECKING:
    from filelock import BaseFileLock

FILE_MODE, DIR_MODE = 0o600, 0o700
LOCK_TIMEOUT = 5.0
PARSE_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What comes of reading a file that is not as kistui writes it."""
_is_read_only: ContextVar[bool] = ContextVar("is_read_only", default=False)


@contextmanager
def read_only_mode() -> Iterator[None]:
    """Files that are read are left as they are, their modes too."""
    before = _is_read_only.set(True)
    try:
        yield
    finally:
        _is_read_only.reset(before)


def read_private_file(path: Path, max_bytes: int = -1) -> bytes | None:
    """A file's content, or its first `most` bytes; `None` when there is no file.

    Narrows a mode that lets others read. Raises FileUnsafe for a link or another user's file,
    FileUnreadable for anything else that stands in the way.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise UnsafeFileError(path=str(path)) from None
        raise FileReadError(path=str(path), reason=errno_name(error)) from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
            raise UnsafeFileError(path=str(path))
        if about.st_mode & 0o077 and not _is_read_only.get():
            with suppress(OSError):
                os.fchmod(handle, FILE_MODE)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(max_bytes)
    except OSError as error:
        raise FileReadError(path=str(path), reason=errno_name(error)) from None
    finally:
        os.close(handle)


def write_private_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole: a kill or a full disk leaves the old one as it was.

    Raises FileUnsafe when a link stands in its place, FileUnwritable.
    """
    ensure_private_dir(path.parent)
    if path.is_symlink():
        raise UnsafeFileError(path=str(path))
    with temporary_sibling(path, content) as beside:
        beside.replace(path)
        fsync_dir(path.parent)


@contextmanager
def temporary_sibling(path: Path, content: bytes) -> Iterator[Path]:
    """A whole 0600 file beside `path`, to be moved there; what is not moved is removed.

    Raises FileUnwritable about `path`, for what the system refuses to the caller too.
    """
    beside = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def remove_private_file(path: Path) -> None:
    """Remove a file if it is there; raises FileUnwritable."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None


def ensure_private_dir(directory: Path) -> None:
    """A folder nobody else can enter; raises FileUnsafe, FileUnwritable."""
    try:
        directory.mkdir(mode=DIR_MODE, parents=True, exist_ok=True)
        about = directory.stat()
        if about.st_uid != os.geteuid():
            raise UnsafeFileError(path=str(directory))
        if about.st_mode & 0o077:
            directory.chmod(DIR_MODE)
    except OSError as error:
        raise FileWriteError(path=str(directory), reason=errno_name(error)) from None


@contextmanager
def file_lock(path: Path, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the lock beside `path`; a crashed holder never blocks. Raises StoreBusy."""
    from filelock import FileLock, Timeout  # noqa: PLC0415  # 14 ms, for those who write only

    ensure_private_dir(path.parent)
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=timeout, mode=FILE_MODE)
    try:
        with lock:
            yield
    except Timeout:
        raise LockTimeoutError(path=str(path), seconds=round(timeout), holder="?") from None
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None


class AsyncFileLock:
    """The lock beside `path`, taken without waiting and held across threads and `await`s.

    Beside it stands who holds it. The lock of a process that ended is free.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_cancelled = False
        self._holder_file = path.with_name(f".{path.name}.holder")
        self._lock: BaseFileLock | None = None

    def try_acquire(self) -> bool:
        """Whether it is ours now. Raises FileUnsafe, FileUnwritable."""
        from filelock import FileLock, Timeout  # noqa: PLC0415  # 14 ms, for those who write only

        ensure_private_dir(self.path.parent)
        beside = self.path.with_name(f".{self.path.name}.lock")
        lock = FileLock(beside, timeout=0, mode=FILE_MODE, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            return False
        except OSError as error:
            raise FileWriteError(path=str(self.path), reason=errno_name(error)) from None
        self._lock = lock
        with suppress(FileWriteError):  # a courtesy to those who wait, no more
            write_private_file(self._holder_file, str(os.getpid()).encode())
        return True

    def cancel(self) -> None:
        """Nobody waits for it any more."""
        self.is_cancelled = True

    def release(self) -> None:
        """Let it go, if it is ours."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def holder_pid(self) -> str:
        """The number of the process that holds it, `?` where that cannot be told."""
        with suppress(StorageError, ValueError):
            return str(int(read_private_file(self._holder_file) or b""))
        return "?"


def fsync_dir(directory: Path) -> None:
    """Have a folder's names outlast a power cut; raises OSError."""
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def errno_name(error: OSError) -> str:
    """The system's name for what went wrong, such as `enospc`: its words are in `locale/`."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__).lower()
