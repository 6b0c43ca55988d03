"""Private files: what a killed writer leaves behind is found and removed, a live one is not."""

import errno
import fcntl
import multiprocessing
import os
import signal
import stat
import threading
import time
from pathlib import Path

import pytest

from kistui.models.account import Credentials
from kistui.models.text import Secret
from kistui.services.exports import write_export
from kistui.storage import files
from kistui.storage.files import (
    folder_in_use,
    leftover_files,
    remove_unused_folders,
    write_private_file,
)
from kistui.storage.paths import AppPaths
from kistui.storage.secrets import PlaintextSecretStore

CREDENTIALS = Credentials(Secret("k" * 36), Secret("s" * 180))


def die_while_writing(path: Path) -> None:
    """Write a file and be killed before it takes its place."""
    with files.temporary_sibling(path, b"a secret"):
        os.kill(os.getpid(), signal.SIGKILL)


def kill_a_writer(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    process = multiprocessing.get_context("fork").Process(target=die_while_writing, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def test_the_next_write_in_the_folder_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    paths = AppPaths(tmp_path / "config", tmp_path / "state")
    kill_a_writer(paths.plaintext_secrets_file)
    (leftover,) = leftover_files(paths.config_dir)
    assert leftover.read_bytes() == b"a secret"
    PlaintextSecretStore(paths).write("main", CREDENTIALS)
    assert leftover_files(paths.config_dir) == ()
    assert not leftover.exists()


def test_a_write_under_way_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with files.temporary_sibling(path, b"new") as temporary:
        assert leftover_files(tmp_path) == ()
        write_private_file(tmp_path / "other", b"other")
        temporary.replace(path)
    assert path.read_bytes() == b"new"


def test_a_look_at_a_file_that_is_just_created_does_not_leave_it_unlocked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def lock_after_another(handle: int, operation: int) -> None:
        monkeypatch.undo()
        (temporary,) = tmp_path.iterdir()
        other = os.open(temporary, os.O_RDONLY)
        lock(other, fcntl.LOCK_EX)
        threading.Timer(0.05, os.close, (other,)).start()
        lock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", lock_after_another)
    with files.temporary_sibling(tmp_path / "file", b"new"):
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
        assert leftover_files(tmp_path) == ()


def test_an_empty_temporary_file_is_a_leftover_after_a_minute(tmp_path: Path) -> None:
    temporary = tmp_path / ".file.0123456789ab.tmp"
    temporary.touch()
    assert leftover_files(tmp_path) == ()
    os.utime(temporary, (time.time() - 61, time.time() - 61))
    assert leftover_files(tmp_path) == (temporary,)


def test_files_of_other_names_and_links_are_no_leftovers(tmp_path: Path) -> None:
    (tmp_path / "file.tmp").write_text("x")
    (tmp_path / ".file.tmp").write_text("x")
    (tmp_path / ".file.0123456789ab.tmp").symlink_to(tmp_path / "file.tmp")
    assert leftover_files(tmp_path) == ()


def test_an_export_removes_leftovers_of_exports_only(tmp_path: Path) -> None:
    for name in ("kistui-main-summary-20261123-103207.csv", "out.csv", "mine.csv"):
        kill_a_writer(tmp_path / name)
    write_export(tmp_path / "out.csv", b"figures", overwrite=False)
    (left,) = leftover_files(tmp_path)
    assert left.name.startswith(".mine.csv.")


def test_a_disk_that_cannot_flush_a_folder_reports_no_failed_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "no folders")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", files_only)
    write_private_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_folders_of_killed_processes_are_removed(tmp_path: Path) -> None:
    left, used, unmarked, other = (
        tmp_path / name for name in ("demo-left", "demo-used", "demo-unmarked", "other")
    )
    for folder in (left, used, unmarked, other):
        (folder / "tokens").mkdir(parents=True)
    for folder in (left, other):
        with folder_in_use(folder):
            pass
    with folder_in_use(used):
        remove_unused_folders(tmp_path, "demo-")
        assert sorted(tmp_path.iterdir()) == sorted((used, unmarked, other))
    remove_unused_folders(tmp_path, "demo-")
    assert sorted(tmp_path.iterdir()) == sorted((unmarked, other))
