"""Private files: 0600 in 0700 folders, written whole or not at all, never through a link."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from kistui.errors import FileReadError, UnsafeFileError, FileWriteError, LockTimeoutError, StorageError

if TYPE_CHECKING:
    from filelock import BaseFileLock

FILE_MODE, FOLDER_MODE = 0o600, 0o700
LOCK_SECONDS = 5.0
OF_ANOTHER_SHAPE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What comes of reading a file that is not as kistui writes it."""
_only_looking: ContextVar[bool] = ContextVar("only_looking", default=False)


@contextmanager
def only_looking() -> Iterator[None]:
    """Files that are read are left as they are, their modes too."""
    before = _only_looking.set(True)
    try:
        yield
    finally:
        _only_looking.reset(before)


def read_private(path: Path, most: int = -1) -> bytes | None:
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
        raise FileReadError(path=str(path), reason=system_reason(error)) from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
            raise UnsafeFileError(path=str(path))
        if about.st_mode & 0o077 and not _only_looking.get():
            with suppress(OSError):
                os.fchmod(handle, FILE_MODE)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most)
    except OSError as error:
        raise FileReadError(path=str(path), reason=system_reason(error)) from None
    finally:
        os.close(handle)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file as a whole: a kill or a full disk leaves the old one as it was.

    Raises FileUnsafe when a link stands in its place, FileUnwritable.
    """
    make_private_folder(path.parent)
    if path.is_symlink():
        raise UnsafeFileError(path=str(path))
    with written_beside(path, content) as beside:
        beside.replace(path)
        sync_folder(path.parent)


@contextmanager
def written_beside(path: Path, content: bytes) -> Iterator[Path]:
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
        raise FileWriteError(path=str(path), reason=system_reason(error)) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def remove_private(path: Path) -> None:
    """Remove a file if it is there; raises FileUnwritable."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileWriteError(path=str(path), reason=system_reason(error)) from None


def make_private_folder(folder: Path) -> None:
    """A folder nobody else can enter; raises FileUnsafe, FileUnwritable."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        about = folder.stat()
        if about.st_uid != os.geteuid():
            raise UnsafeFileError(path=str(folder))
        if about.st_mode & 0o077:
            folder.chmod(FOLDER_MODE)
    except OSError as error:
        raise FileWriteError(path=str(folder), reason=system_reason(error)) from None


@contextmanager
def locked(path: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock beside `path`; a crashed holder never blocks. Raises StoreBusy."""
    from filelock import FileLock, Timeout  # noqa: PLC0415  # 14 ms, for those who write only

    make_private_folder(path.parent)
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=seconds, mode=FILE_MODE)
    try:
        with lock:
            yield
    except Timeout:
        raise LockTimeoutError(path=str(path), seconds=round(seconds), holder="?") from None
    except OSError as error:
        raise FileWriteError(path=str(path), reason=system_reason(error)) from None


class FileClaim:
    """The lock beside `path`, taken without waiting and held across threads and `await`s.

    Beside it stands who holds it. The lock of a process that ended is free.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.given_up = False
        self._note = path.with_name(f".{path.name}.holder")
        self._lock: BaseFileLock | None = None

    def take(self) -> bool:
        """Whether it is ours now. Raises FileUnsafe, FileUnwritable."""
        from filelock import FileLock, Timeout  # noqa: PLC0415  # 14 ms, for those who write only

        make_private_folder(self.path.parent)
        beside = self.path.with_name(f".{self.path.name}.lock")
        lock = FileLock(beside, timeout=0, mode=FILE_MODE, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            return False
        except OSError as error:
            raise FileWriteError(path=str(self.path), reason=system_reason(error)) from None
        self._lock = lock
        with suppress(FileWriteError):  # a courtesy to those who wait, no more
            write_private(self._note, str(os.getpid()).encode())
        return True

    def give_up(self) -> None:
        """Nobody waits for it any more."""
        self.given_up = True

    def release(self) -> None:
        """Let it go, if it is ours."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def holder(self) -> str:
        """The number of the process that holds it, `?` where that cannot be told."""
        with suppress(StorageError, ValueError):
            return str(int(read_private(self._note) or b""))
        return "?"


def sync_folder(folder: Path) -> None:
    """Have a folder's names outlast a power cut; raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def system_reason(error: OSError) -> str:
    """The system's name for what went wrong, such as `enospc`: its words are in `locale/`."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__).lower()
