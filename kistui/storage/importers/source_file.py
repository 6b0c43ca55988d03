"""The content of a file that is someone else's: opened for reading, never waited for."""

import os
import stat
from pathlib import Path

from kistui.storage.files import errno_name
from kistui.storage.importers.key_pair import UnsupportedSource

MAX_SOURCE_BYTES = 1024 * 1024
"""Bytes; no file of keys is larger."""


def read_source_bytes(path: Path) -> bytes:
    """The content of an ordinary file; raises Unfit."""
    try:
        # Looked at before it is opened: opening a device may already do something.
        _check_source_file(path.stat())
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            # And again, since it may have been exchanged in between.
            _check_source_file(os.fstat(handle))
            content = file.read(MAX_SOURCE_BYTES + 1) or b""  # None where reading would wait
    except OSError as error:
        reason = errno_name(error)
    except ValueError:
        reason = "not_a_path"  # a zero byte in it
    else:
        if len(content) > MAX_SOURCE_BYTES:  # it grew, or is of a file system that tells no sizes
            raise UnsupportedSource("too_large")
        return content
    raise UnsupportedSource(reason)


def decode_source(content: bytes) -> str:
    """A file as text, without the byte order mark of Windows editors; raises Unfit."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # it holds the whole content: not to be in the chain of what is raised
    raise UnsupportedSource("not_utf8")


def _check_source_file(file_stat: os.stat_result) -> None:
    if stat.S_ISDIR(file_stat.st_mode):
        raise UnsupportedSource("eisdir")
    if not stat.S_ISREG(file_stat.st_mode):
        raise UnsupportedSource("not_a_file")
    if file_stat.st_size > MAX_SOURCE_BYTES:
        raise UnsupportedSource("too_large")
