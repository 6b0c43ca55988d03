"""Private files: 0600 in 0700 folders, written atomically, never through a link; and locks."""

import errno
import os
import re
import time
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from kistui.errors import (
    FileReadError,
    FileWriteError,
    LockTimeoutError,
    StorageError,
    UnsafeFileError,
)
from kistui.storage.file_access import (
    DIR_MODE,
    FILE_MODE,
    KEEPS_OPEN_FILES,
    fsync_directory,
    is_own,
    is_own_regular,
    is_wide_mode,
    lock_handle,
    narrow_mode,
    open_safely,
)

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another process's lock."""
PARSE_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What the parsers raise for a file that kistui did not write."""
VALID_YEARS = range(1900, 3000)
"""Years whose dates can be computed with, and shown in any time zone."""
_TEMPORARY_NAME_PATTERN = re.compile(r"\..+\.[0-9a-f]{12}\.tmp")
_STALE_AFTER = 60.0
"""Seconds after which a temporary file that cannot be locked counts as left behind."""
_IN_USE_FILE = "in-use"
"""The file in a folder that its process keeps locked."""
_is_read_only: ContextVar[bool] = ContextVar("is_read_only", default=False)


@contextmanager
def read_only_mode() -> Iterator[None]:
    """Leave the modes of files as they are when reading them."""
    previous = _is_read_only.set(True)
    try:
        yield
    finally:
        _is_read_only.reset(previous)


def exists(path: Path) -> bool:
    """Return whether there is a file; `False` also in a folder that may not be entered.

    `Path.exists` and its like raise PermissionError there, before reading could say why.
    """
    with suppress(OSError):
        return path.exists()
    return False


def is_link(path: Path) -> bool:
    """Return whether a path is a symbolic link; `False` in a folder that may not be entered."""
    with suppress(OSError):
        return path.is_symlink()
    return False


def files_in(directory: Path, pattern: str) -> tuple[Path, ...]:
    """Return the files of a folder that match, in order; none if it may not be entered."""
    with suppress(OSError):
        return tuple(sorted(directory.glob(pattern)))
    return ()


def read_private_file(path: Path, max_bytes: int = -1) -> bytes | None:
    """Return a file's content, or its first `max_bytes` bytes; `None` when there is no file.

    Removes the permissions of other users. Raises UnsafeFileError for a link or another user's
    file, FileReadError for everything else that prevents reading.
    """
    try:
        handle = open_safely(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if is_link(path):
            raise UnsafeFileError(path=str(path)) from None
        raise FileReadError(path=str(path), reason=errno_name(error)) from None
    try:
        status = os.fstat(handle)
        if not is_own_regular(status):
            raise UnsafeFileError(path=str(path))
        if is_wide_mode(status.st_mode) and not _is_read_only.get():
            with suppress(OSError):
                narrow_mode(handle)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(max_bytes)
    except OSError as error:
        raise FileReadError(path=str(path), reason=errno_name(error)) from None
    finally:
        os.close(handle)


def write_private_file(path: Path, content: bytes) -> None:
    """Replace a file atomically: after a kill or on a full disk the old content remains.

    Raises UnsafeFileError for a link in its place, FileWriteError.
    """
    ensure_private_dir(path.parent)
    if is_link(path):
        raise UnsafeFileError(path=str(path))
    remove_leftovers(path.parent)
    with temporary_sibling(path, content) as temporary:
        move_into_place(temporary, path)


def read_private_toml(path: Path) -> dict[str, Any]:
    """Return the table in a file, empty if there is none or it cannot be parsed.

    Raises UnsafeFileError, FileReadError.
    """
    content = read_private_file(path) or b""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


def write_private_toml(path: Path, table: Mapping[str, Any]) -> None:
    """Replace a file with a table; raises as `write_private_file`."""
    import tomli_w  # noqa: PLC0415  # only writing pays for it

    write_private_file(path, tomli_w.dumps(table).encode())


def resolve_link(path: Path) -> Path:
    """Return the target of a link, `path` itself if it is none; only for files without secrets.

    Raises UnsafeFileError for a link that has no end or leads to another user's file, FileReadError
    for one that leads nowhere: its file may be on a disk that is not there now.
    """
    if not is_link(path):
        return path
    try:
        target = path.resolve()
        if not is_own(target.stat()):
            raise UnsafeFileError(path=str(path))
    except (FileNotFoundError, NotADirectoryError):
        details = {"reason": "dangling_link", "target": str(path.readlink())}
        raise FileReadError(path=str(path), **details) from None
    except (OSError, RuntimeError):
        raise UnsafeFileError(path=str(path)) from None
    return target


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file atomically in a folder of the user's, whose mode is not changed.

    Raises FileWriteError.
    """
    remove_leftovers(path.parent, (f".{path.name}.",))
    with temporary_sibling(path, content) as temporary:
        move_into_place(temporary, path)


@contextmanager
def temporary_sibling(path: Path, content: bytes) -> Iterator[Path]:
    """Write a 0600 file beside `path` for the caller to move there; remove it if not moved.

    The file is locked until then, so that `leftover_files` does not name it. Raises FileWriteError
    naming `path`, also for an OSError of the caller's block.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    try:
        handle = open_safely(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        with os.fdopen(handle, "wb") as file:
            with suppress(OSError):  # a disk without locks
                lock_handle(handle, waits=True)  # others hold it only to test it
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if KEEPS_OPEN_FILES:
                yield temporary
        if not KEEPS_OPEN_FILES:
            yield temporary
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def leftover_files(directory: Path, prefixes: tuple[str, ...] = (".",)) -> tuple[Path, ...]:
    """Return the temporary files that killed processes left in a folder."""
    with suppress(OSError):
        return tuple(
            path
            for path in sorted(directory.iterdir())
            if _TEMPORARY_NAME_PATTERN.fullmatch(path.name)
            and path.name.startswith(prefixes)
            and _is_leftover(path)
        )
    return ()


def remove_leftovers(directory: Path, prefixes: tuple[str, ...] = (".",)) -> None:
    """Remove the temporary files that killed processes left in a folder; raises nothing."""
    for path in leftover_files(directory, prefixes):
        with suppress(OSError):
            path.unlink()


@contextmanager
def folder_in_use(folder: Path) -> Iterator[None]:
    """Mark a folder as used by this process, so that `remove_unused_folders` leaves it."""
    handle = open_safely(folder / _IN_USE_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with suppress(OSError):  # a disk without locks
            lock_handle(handle, waits=True)  # others hold it only to test it
            os.write(handle, b"\n")
        yield
    finally:
        os.close(handle)


def remove_unused_folders(parent: Path, prefix: str) -> None:
    """Remove the user's folders whose process was killed; raises nothing."""
    from shutil import rmtree  # noqa: PLC0415  # only the demo needs it

    for path in files_in(parent, f"{prefix}*/{_IN_USE_FILE}"):
        with suppress(OSError):  # locked by its process, or on a disk without locks
            handle = open_safely(path, os.O_RDONLY)
            try:
                status = os.fstat(handle)
                lock_handle(handle)
            finally:
                os.close(handle)
            # Its process locks the file before it writes into it.
            if is_own_regular(status) and status.st_size:
                rmtree(path.parent, ignore_errors=True)  # which follows no link


def _is_leftover(path: Path) -> bool:
    """Return whether no process is writing a temporary file any more."""
    try:
        handle = open_safely(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        status = os.fstat(handle)
        if not is_own_regular(status):
            return False
        is_stale = time.time() - status.st_mtime > _STALE_AFTER
        try:
            lock_handle(handle)
        except BlockingIOError:
            return False
        except OSError:  # a disk without locks
            return is_stale
        if not KEEPS_OPEN_FILES:  # its writer has closed it before it is moved
            return is_stale
        # Its writer locks a file right after creating it: an empty one may be in between.
        return is_stale or status.st_size > 0
    finally:
        os.close(handle)


def short_hash(*parts: str) -> str:
    """Return a short hash of texts, for file names and fingerprints."""
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def parse_iso_datetime(text: str) -> datetime:
    """Parse an instant of a file; raises ValueError, TypeError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant.year not in VALID_YEARS:
        raise ValueError
    return instant


def remove_private_file(path: Path) -> None:
    """Remove a file if it exists; raises FileWriteError."""
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None


def ensure_private_dir(directory: Path) -> None:
    """Create a 0700 folder or narrow its mode; raises UnsafeFileError, FileWriteError."""
    try:
        directory.mkdir(mode=DIR_MODE, parents=True, exist_ok=True)
        status = directory.stat()
        if not is_own(status):
            raise UnsafeFileError(path=str(directory))
        if is_wide_mode(status.st_mode):
            directory.chmod(DIR_MODE)
    except OSError as error:
        raise FileWriteError(path=str(directory), reason=errno_name(error)) from None


def remove_lock_files(path: Path) -> None:
    """Remove what locking `path` has left beside it; raises FileWriteError."""
    for lock_file in (_lock_file(path), _holder_file(path)):
        remove_private_file(lock_file)


@contextmanager
def file_lock(path: Path, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the lock beside `path`, blocking; the lock of a crashed process is free.

    Raises UnsafeFileError, FileWriteError, and LockTimeoutError after `timeout` seconds.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  # 14 ms that only writing pays for

    ensure_private_dir(path.parent)
    lock = FileLock(_lock_file(path), timeout=timeout, mode=FILE_MODE)
    try:
        with lock:
            yield
    except Timeout:
        raise LockTimeoutError(path=str(path), seconds=round(timeout), holder="?") from None
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None


@asynccontextmanager
async def async_file_lock(
    path: Path, seconds: float, on_wait: Callable[[str], None]
) -> AsyncIterator[None]:
    """Hold the same lock across awaits, without blocking the event loop.

    A file beside the lock names the process that holds it; `on_wait` receives its id, or `?`, when
    the wait is long enough to be noticed. Raises as `file_lock` does.
    """
    import asyncio  # noqa: PLC0415  # 20 ms that `kistui status` need not pay for

    from filelock import AsyncFileLock, Timeout  # noqa: PLC0415

    from kistui.models.calls import NOTICEABLE_WAIT  # noqa: PLC0415

    holder_file = _holder_file(path)
    await asyncio.to_thread(ensure_private_dir, path.parent)
    lock = AsyncFileLock(_lock_file(path), timeout=seconds, mode=FILE_MODE)
    try:
        try:
            await lock.acquire(min(seconds, NOTICEABLE_WAIT))
        except Timeout:
            on_wait(await asyncio.to_thread(_read_holder, holder_file))
            await lock.acquire(max(seconds - NOTICEABLE_WAIT, 0))
    except Timeout:
        holder = await asyncio.to_thread(_read_holder, holder_file)
        raise LockTimeoutError(path=str(path), seconds=round(seconds), holder=holder) from None
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None
    try:
        with suppress(FileWriteError):  # only the waiting message of others needs it
            await asyncio.to_thread(write_private_file, holder_file, str(os.getpid()).encode())
        yield
    finally:
        await lock.release()


def _lock_file(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _holder_file(path: Path) -> Path:
    return path.with_name(f".{path.name}.holder")


def _read_holder(path: Path) -> str:
    """Return the id of the process that holds a lock, `?` where it is not known."""
    with suppress(StorageError, ValueError):
        return str(int(read_private_file(path) or b""))
    return "?"


def move_into_place(temporary: Path, path: Path) -> None:
    """Replace `path` and flush the folder, so that it survives a power cut; raises OSError.

    After the replacement nothing is raised: callers take an error for an unchanged file.
    """
    temporary.replace(path)
    fsync_directory(path.parent)


def errno_name(error: OSError) -> str:
    """Return the lower-case errno name, such as `enospc`; kistui.i18n has its text."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__).lower()
