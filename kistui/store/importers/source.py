"""The content of a file that is someone else's: opened for reading, never waited for."""

import os
import stat
from pathlib import Path

from kistui.store.files import system_reason
from kistui.store.importers.pairs import Unfit

MOST = 1024 * 1024
"""Bytes; no file of keys is larger."""


def read_bytes(path: Path) -> bytes:
    """The content of an ordinary file; raises Unfit."""
    try:
        # Looked at before it is opened: opening a device may already do something.
        _check(path.stat())
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            # And again, since it may have been exchanged in between.
            _check(os.fstat(handle))
            content = file.read(MOST + 1) or b""  # None where reading would wait
    except OSError as error:
        reason = system_reason(error)
    except ValueError:
        reason = "not_a_path"  # a zero byte in it
    else:
        if len(content) > MOST:  # it grew, or is of a file system that tells no sizes
            raise Unfit("too_large")
        return content
    raise Unfit(reason)


def decode(content: bytes) -> str:
    """A file as text, without the byte order mark of Windows editors; raises Unfit."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # it holds the whole content: not to be in the chain of what is raised
    raise Unfit("not_utf8")


def _check(about: os.stat_result) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise Unfit("eisdir")
    if not stat.S_ISREG(about.st_mode):
        raise Unfit("not_a_file")
    if about.st_size > MOST:
        raise Unfit("too_large")
