"""Exported files: private, written completely or not at all, never overwriting by accident."""

import os
import re
import stat
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kistui.clock import KST
from kistui.errors import FileAlreadyExistsError, FileWriteError, UnsafeFileError
from kistui.storage.file_access import fsync_directory, is_own_regular, open_safely
from kistui.storage.files import errno_name, remove_leftovers, temporary_sibling


def suggested_path(profile_name: str, content_name: str, now: datetime, suffix: str) -> str:
    """Return `~/kistui-main-holdings-20261123-103207.csv`: KST time; `suffix` without its dot."""
    name = re.sub(r"[^\w-]", "-", profile_name)
    return f"~/kistui-{name}-{content_name}-{now.astimezone(KST):%Y%m%d-%H%M%S}.{suffix}"


def save_export(path: str, text: str, *, bom: bool, overwrite: bool) -> str:
    """Write a text to a path typed by the user, and return that path in full.

    Raises as `expand_path` and `write_export`.
    """
    target = expand_path(path)
    write_export(target, encode_text(text, bom=bom), overwrite=overwrite)
    return str(target)


def expand_path(path: str) -> Path:
    """Return a path typed by the user, with `~` expanded; raises FileWriteError if invalid."""
    try:
        return Path(path).expanduser().absolute()
    except (RuntimeError, ValueError):
        raise FileWriteError(path=path, reason="not_a_path") from None
    except OSError as error:  # the working folder is gone
        raise FileWriteError(path=path, reason=errno_name(error)) from None


def encode_text(text: str, *, bom: bool) -> bytes:
    """Encode as UTF-8; Excel shows Korean correctly only with `bom`."""
    return text.encode("utf-8-sig" if bom else "utf-8")


def write_export(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a 0600 file atomically into an existing folder, whose mode is not changed.

    Raises FileAlreadyExistsError without `overwrite`, even if the file was created meanwhile;
    UnsafeFileError for a link, a device or another user's file; FileWriteError.
    """
    try:
        _check_parent_dir(path)
        _check_target(path, overwrite=overwrite)
    except ValueError:  # a null byte or a lone surrogate
        raise FileWriteError(path=ascii(path), reason="not_a_path") from None
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None
    # The folder is the user's: only files that an export has left are removed.
    remove_leftovers(path.parent, (f".{path.name}.", ".kistui-"))
    with temporary_sibling(path, content) as temporary:
        if overwrite:
            temporary.replace(path)
        else:
            _move_without_replacing(temporary, path)
        fsync_directory(path.parent)


def _check_parent_dir(path: Path) -> None:
    if not stat.S_ISDIR(path.parent.stat().st_mode):
        raise FileWriteError(path=str(path), reason="enotdir")


def _check_target(path: Path, *, overwrite: bool) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode):
        raise FileWriteError(path=str(path), reason="eisdir")
    if not is_own_regular(status):
        raise UnsafeFileError(path=str(path))
    if not overwrite:
        raise FileAlreadyExistsError(path=str(path))


def _move_without_replacing(temporary: Path, path: Path) -> None:
    """Move without replacing, atomically: only one of two writers gets the name."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise FileAlreadyExistsError(path=str(path)) from None
    except OSError:
        # A disk without hard links, such as a FAT stick; any other error occurs again below.
        _reserve_and_replace(temporary, path)


def _reserve_and_replace(temporary: Path, path: Path) -> None:
    """Move in two steps: reserve the name with an empty file, then replace that."""
    try:
        os.close(open_safely(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        raise FileAlreadyExistsError(path=str(path)) from None
    try:
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
