"""The log's files: appended to by many processes at once, rotated by one of them.

A batch of lines is one `write` to a file opened for appending: the system keeps it whole. Who holds
an older file open after a rotation writes into that one, and nothing is lost.
"""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from kistui.errors import FileWriteError, LockTimeoutError, UnsafeFileError
from kistui.storage.files import (
    FILE_MODE,
    ensure_private_dir,
    errno_name,
    file_lock,
    read_private_file,
)

MAX_LOG_BYTES = 1_000_000
"""Of one file, about."""
MAX_FILES = 5
ROTATION_LOCK_TIMEOUT = 1.0


class LogFile:
    """`path`, and beside it the older ones `path.1` to `path.4`; every method blocks."""

    def __init__(
        self, path: Path, *, max_bytes: int = MAX_LOG_BYTES, max_files: int = MAX_FILES
    ) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._is_last_line_partial = False
        """Whether the last line may have been written in part."""

    def append(self, lines: Iterable[str]) -> None:
        """Write lines, whole; raises FileUnsafe, FileUnwritable."""
        content = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        if self._is_last_line_partial:
            content = b"\n" + content
        ensure_private_dir(self.path.parent)
        try:
            size = self._append_bytes(content)
        except OSError as error:
            if self.path.is_symlink():
                raise UnsafeFileError(path=str(self.path)) from None
            raise FileWriteError(path=str(self.path), reason=errno_name(error)) from None
        if size >= self._max_bytes:
            self._rotate()

    def tail(self, count: int) -> list[str]:
        """The last lines, oldest first; raises FileUnsafe, FileUnreadable."""
        lines: list[str] = []
        for path in self._paths():
            if len(lines) >= count:
                break
            content = read_private_file(path) or b""
            lines = [*filter(None, content.decode("utf-8", "replace").split("\n")), *lines]
        return lines[max(len(lines) - count, 0) :]

    def _paths(self) -> list[Path]:
        """Newest first."""
        name = self.path.name
        return [self.path, *(self.path.with_name(f"{name}.{n}") for n in range(1, self._max_files))]

    def _append_bytes(self, content: bytes) -> int:
        """Append, and the size the file has then; raises OSError, FileUnsafe."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(self.path, flags | os.O_CLOEXEC, FILE_MODE)
        try:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
                raise UnsafeFileError(path=str(self.path))
            if about.st_mode & 0o077:
                os.fchmod(handle, FILE_MODE)
            if about.st_size > 2 * self._max_bytes:
                # It could not be rotated for long: it does not grow on.
                return about.st_size
            written = os.write(handle, content)
            self._is_last_line_partial = written < len(content)
            return about.st_size + written
        finally:
            os.close(handle)

    def _rotate(self) -> None:
        """Make room, unless another process just did; if that fails, the next line tries again."""
        with (
            suppress(LockTimeoutError, FileWriteError, OSError),
            file_lock(self.path, ROTATION_LOCK_TIMEOUT),
        ):
            if self.path.stat().st_size < self._max_bytes:
                return
            older = self._paths()
            for newer, path in reversed(list(zip(older, islice(older, 1, None), strict=False))):
                with suppress(FileNotFoundError):
                    newer.replace(path)
