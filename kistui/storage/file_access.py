"""What private files need of the operating system, on POSIX systems and on Windows.

Windows has no owner, mode or link protection that Python can use here: a user's folders are
private by their access lists. Its locks are those of `msvcrt`, on a byte far behind the content.
"""

import os
import stat
import sys
from contextlib import suppress

FILE_MODE, DIR_MODE = 0o600, 0o700

if sys.platform == "win32":
    import msvcrt

    NON_BLOCKING_FLAGS = os.O_BINARY | os.O_NOINHERIT
    SAFE_FLAGS = NON_BLOCKING_FLAGS
    KEEPS_OPEN_FILES = False
    """Whether an open file can be renamed."""
    _LOCKED_BYTE = 1 << 30
    """Windows also refuses to read a locked byte: it lies where no file has content."""

    def is_own(status: os.stat_result) -> bool:
        """Return whether a file or folder is the user's; Windows has access lists instead."""
        return True

    def is_wide_mode(mode: int) -> bool:
        """Return whether a mode lets other users open a file or folder: none does here."""
        return False

    def narrow_mode(handle: int) -> None:
        """Remove the permissions of other users: access lists have them already."""

    def lock_handle(handle: int, *, waits: bool = False) -> None:
        """Lock an open file; BlockingIOError if another has it, OSError without locks.

        With `waits` it waits for the other process, here for ten seconds.
        """
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
        finally:
            os.lseek(handle, 0, os.SEEK_SET)

    def fsync_directory(path: "os.PathLike[str]") -> None:
        """Flush a folder's entries to disk: Windows opens no folders, and does it itself."""
else:
    import fcntl

    NON_BLOCKING_FLAGS = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    SAFE_FLAGS = NON_BLOCKING_FLAGS | os.O_NOFOLLOW
    KEEPS_OPEN_FILES = True
    """Whether an open file can be renamed."""

    def is_own(status: os.stat_result) -> bool:
        """Return whether a file or folder is the user's."""
        return status.st_uid == os.geteuid()

    def is_wide_mode(mode: int) -> bool:
        """Return whether a mode lets other users open a file or folder."""
        return bool(mode & 0o077)

    def narrow_mode(handle: int) -> None:
        """Remove the permissions of other users; raises OSError."""
        os.fchmod(handle, FILE_MODE)

    def lock_handle(handle: int, *, waits: bool = False) -> None:
        """Lock an open file; BlockingIOError if another has it, OSError without locks.

        With `waits` it waits for the other process.
        """
        fcntl.flock(handle, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)

    def fsync_directory(path: "os.PathLike[str]") -> None:
        """Flush a folder's entries to disk; some network disks cannot, which raises nothing."""
        with suppress(OSError):
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def is_own_regular(status: os.stat_result) -> bool:
    """Return whether a path is a regular file of the user's."""
    return stat.S_ISREG(status.st_mode) and is_own(status)


def open_safely(path: "os.PathLike[str] | str", flags: int) -> int:
    """Open a file of mode 0600; never follows a link, blocks or is inherited. Raises OSError."""
    return os.open(path, flags | SAFE_FLAGS, FILE_MODE)
