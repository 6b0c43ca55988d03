"""Credentials from other tools' files: read only, and nothing in them is ever run."""

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from kistui.errors import ImportRefused, InvalidKey
from kistui.model.account import Found
from kistui.store.importers.formats import Pair, Unreadable, read_env, read_json, read_lines
from kistui.store.importers.kis_yaml import read_yaml
from kistui.store.importers.mojito import read_pickle

MOST = 1024 * 1024
"""Bytes; no file of keys is larger."""

Reader = Callable[[bytes], Iterable[Pair]]
_READERS: tuple[Reader, ...] = (read_pickle, read_json, read_lines, read_env, read_yaml)


def read_file(path: Path) -> tuple[Found, ...]:
    """What is in a file, by its content; raises ImportRefused. The file is not changed."""
    content = _read(path)
    wrong: InvalidKey | None = None
    for reader in _READERS:
        try:
            pairs = list(reader(content))
        except Unreadable as error:
            raise _refused(path, str(error)) from None
        found = []
        for pair in pairs:
            try:
                found.append(pair.found())
            except InvalidKey as error:
                wrong = error
        if found:
            return tuple(found)
    if wrong is not None:
        what, has, wants = (wrong.details[name] for name in ("what", "found", "wanted"))
        raise _refused(path, f"{what} has {has} characters, not {wants}")
    raise _refused(path, "no app key and app secret in it")


def _read(path: Path) -> bytes:
    """The content of an ordinary file; a pipe or a device is never waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(path, error.strerror or type(error).__name__) from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise _refused(path, "not a file")
        if about.st_size > MOST:
            raise _refused(path, "too large")
        return os.read(handle, MOST)
    finally:
        os.close(handle)


def _refused(path: Path, reason: str) -> ImportRefused:
    return ImportRefused(path=str(path), reason=reason)
