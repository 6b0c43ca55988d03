"""Exports go where the user says, complete and private, and replace nothing by accident."""

import errno
import os
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from kistui.errors import FileAlreadyExistsError, FileWriteError, UnsafeFileError
from kistui.services import exports
from kistui.services.exports import encode_text, expand_path, suggested_path, write_export
from kistui.storage.file_access import FILE_MODE
from tests.support import MORNING

BOTH = pytest.mark.parametrize("overwrite", [False, True])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the user has it: others may enter."""
    downloads = tmp_path / "Downloads"
    downloads.mkdir()
    downloads.chmod(0o755)
    return downloads


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)


@BOTH
def test_a_new_file_is_private_and_the_folder_unchanged(folder: Path, overwrite: bool) -> None:
    path = folder / "a.csv"
    before = os.umask(0)
    try:
        write_export(path, b"content", overwrite=overwrite)
    finally:
        os.umask(before)
    assert path.read_bytes() == b"content"
    assert mode_of(path) == FILE_MODE
    assert mode_of(folder) == 0o755
    assert path.stat().st_nlink == 1
    assert list(folder.iterdir()) == [path]


def test_an_existing_file_is_not_overwritten(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(FileAlreadyExistsError) as caught:
        write_export(path, b"new", overwrite=False)
    assert caught.value.details == {"path": str(path)}
    assert path.read_bytes() == b"old"
    assert list(folder.iterdir()) == [path]


def test_a_file_is_replaced_when_asked_and_is_private_then(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_export(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"
    assert mode_of(path) == FILE_MODE
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no-links"])
def test_a_file_created_meanwhile_is_not_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    path = folder / "a.csv"
    # Called after the target has been checked.
    monkeypatch.setattr(exports, "remove_leftovers", lambda *_: path.write_bytes(b"theirs"))
    if not links:
        refuse_links(monkeypatch)
    with pytest.raises(FileAlreadyExistsError):
        write_export(path, b"ours", overwrite=False)
    assert path.read_bytes() == b"theirs"
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no-links"])
def test_only_one_of_many_writers_gets_the_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        refuse_links(monkeypatch)
    path, wrote, refused = folder / "a.csv", [], []
    start = threading.Barrier(6)

    def write(content: bytes) -> None:
        start.wait()
        try:
            write_export(path, content, overwrite=False)
        except FileAlreadyExistsError:
            refused.append(content)
        else:
            wrote.append(content)

    threads = [threading.Thread(target=write, args=(bytes([65 + n]) * 4000,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wrote) == 1
    assert len(refused) == 5
    assert path.read_bytes() == wrote[0]
    assert list(folder.iterdir()) == [path]


def test_without_hard_links_the_file_is_written_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_links(monkeypatch)
    path = folder / "a.csv"
    write_export(path, b"content", overwrite=False)
    assert path.read_bytes() == b"content"
    assert mode_of(path) == FILE_MODE
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@BOTH
def test_a_disk_that_fails_at_any_step_leaves_all_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, overwrite: bool
) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "full")

    owner: object = os if step == "fsync" else Path
    monkeypatch.setattr(owner, step, full)
    refuse_links(monkeypatch)
    path = folder / "a.csv"
    if overwrite:
        path.write_bytes(b"old")
    with pytest.raises(FileWriteError) as caught:
        write_export(path, b"new", overwrite=overwrite)
    assert caught.value.details == {"path": str(path), "reason": "enospc"}
    assert [file.read_bytes() for file in folder.iterdir()] == ([b"old"] if overwrite else [])


@BOTH
def test_a_missing_folder_is_not_created(tmp_path: Path, overwrite: bool) -> None:
    path = tmp_path / "none" / "a.csv"
    with pytest.raises(FileWriteError) as caught:
        write_export(path, b"", overwrite=overwrite)
    assert caught.value.details == {"path": str(path), "reason": "enoent"}
    assert not path.parent.exists()


@BOTH
def test_a_file_is_no_folder(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileWriteError) as caught:
        write_export(tmp_path / "file" / "a.csv", b"", overwrite=overwrite)
    assert caught.value.details["reason"] == "enotdir"


@BOTH
def test_a_folder_is_no_file(folder: Path, overwrite: bool) -> None:
    with pytest.raises(FileWriteError) as caught:
        write_export(folder, b"", overwrite=overwrite)
    assert caught.value.details["reason"] == "eisdir"


@BOTH
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_is_not_replaced(folder: Path, overwrite: bool, dangling: bool) -> None:
    target = folder / "target"
    if not dangling:
        target.write_bytes(b"precious")
    link = folder / "a.csv"
    link.symlink_to(target)
    with pytest.raises(UnsafeFileError):
        write_export(link, b"new", overwrite=overwrite)
    assert link.is_symlink()
    assert target.exists() != dangling


@BOTH
def test_a_pipe_is_not_replaced(folder: Path, overwrite: bool) -> None:
    path = folder / "a.csv"
    os.mkfifo(path)
    with pytest.raises(UnsafeFileError):
        write_export(path, b"new", overwrite=overwrite)


def test_another_users_file_is_not_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "a.csv"
    path.write_bytes(b"theirs")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(UnsafeFileError):
        write_export(path, b"new", overwrite=True)
    assert path.read_bytes() == b"theirs"


def test_a_folder_may_be_reached_through_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    write_export(tmp_path / "link" / "a.csv", b"content", overwrite=False)
    assert (folder / "a.csv").read_bytes() == b"content"


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_an_invalid_path_is_reported(folder: Path, name: str) -> None:
    with pytest.raises(FileWriteError) as caught:
        write_export(folder / name, b"", overwrite=False)
    assert caught.value.details["reason"] == "not_a_path"
    assert caught.value.details["path"].isprintable()


@pytest.mark.parametrize(
    ("name", "reason"), [("~nobody-of-this-name/a.csv", "not_a_path"), ("a.csv", "enoent")]
)
def test_a_path_without_a_file_is_reported(
    name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(FileWriteError) as caught:
        expand_path(name)
    assert caught.value.details == {"path": name, "reason": reason}


def test_the_suggested_name_is_in_korean_time() -> None:
    expected = "~/kistui-main-holdings-20261123-103207.csv"
    assert suggested_path("main", "holdings", MORNING, "csv") == expected
    assert suggested_path("main", "holdings", MORNING.astimezone(UTC), "csv") == expected
    new_year = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert suggested_path("연금", "summary", new_year, "json") == (
        "~/kistui-연금-summary-20270101-000000.json"
    )


def test_the_suggested_name_leads_to_no_other_folder() -> None:
    assert suggested_path("../a b", "holdings", MORNING, "csv").count("/") == 1


def test_the_byte_order_mark_is_written_only_on_request() -> None:
    assert encode_text("삼성\n", bom=False) == "삼성\n".encode()
    assert encode_text("삼성\n", bom=True) == b"\xef\xbb\xbf" + "삼성\n".encode()
