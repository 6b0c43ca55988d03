"""Files for the user, in any folder of theirs: private, whole, and never in place of another."""

import os
import re
import stat
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kistui.clock import KST
from kistui.errors import FileAlreadyExistsError, FileWriteError, UnsafeFileError
from kistui.storage.files import FILE_MODE, errno_name, fsync_dir, temporary_sibling


def suggested_file_name(profile_name: str, content_name: str, now: datetime, suffix: str) -> str:
    """`kistui-main-holdings-20261123-103207.csv`: in Korean time; `suffix` without its dot."""
    name = re.sub(r"[^\w-]", "-", profile_name)
    return f"kistui-{name}-{content_name}-{now.astimezone(KST):%Y%m%d-%H%M%S}.{suffix}"


def expand_path(path: str) -> Path:
    """A path as a user types it, `~` and all; raises FileWriteError for one that is none."""
    try:
        return Path(path).expanduser().absolute()
    except (RuntimeError, ValueError):
        raise FileWriteError(path=path, reason="not_a_path") from None


def encode_text(text: str, *, bom: bool) -> bytes:
    """UTF-8; with `bom`, marked as such, without which Excel takes Korean for another encoding."""
    return text.encode("utf-8-sig" if bom else "utf-8")


def write_export(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a 0600 file as a whole into a folder that is there; the folder stays as it is.

    Without `overwrite` a file that is there, or comes to be meanwhile, is kept:
    FileAlreadyExistsError. Raises
    UnsafeFileError for a link, a device or another user's file, FileWriteError.
    """
    try:
        _check_parent_dir(path)
        _check_target(path, overwrite=overwrite)
    except ValueError:  # a zero byte, or half a character
        raise FileWriteError(path=ascii(path), reason="not_a_path") from None
    except OSError as error:
        raise FileWriteError(path=str(path), reason=errno_name(error)) from None
    with temporary_sibling(path, content) as beside:
        if overwrite:
            beside.replace(path)
        else:
            _move_without_replacing(beside, path)
        # The file is whole by now; some network disks cannot sync a folder.
        with suppress(OSError):
            fsync_dir(path.parent)


def _check_parent_dir(path: Path) -> None:
    if not stat.S_ISDIR(path.parent.stat().st_mode):
        raise FileWriteError(path=str(path), reason="enotdir")


def _check_target(path: Path, *, overwrite: bool) -> None:
    try:
        there = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(there.st_mode):
        raise FileWriteError(path=str(path), reason="eisdir")
    if not stat.S_ISREG(there.st_mode) or there.st_uid != os.geteuid():
        raise UnsafeFileError(path=str(path))
    if not overwrite:
        raise FileAlreadyExistsError(path=str(path))


def _move_without_replacing(temporary: Path, path: Path) -> None:
    """Move without replacing, in one step: of two writers one gets the name, no file is lost."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise FileAlreadyExistsError(path=str(path)) from None
    except OSError:
        # A disk without hard links, such as a FAT stick; whatever else it was comes again.
        _reserve_and_replace(temporary, path)


def _reserve_and_replace(temporary: Path, path: Path) -> None:
    """The same in two steps: an empty file takes the name, then the whole one its place."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE))
    except FileExistsError:
        raise FileAlreadyExistsError(path=str(path)) from None
    try:
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
