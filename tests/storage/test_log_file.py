"""The log's files: whole lines from many processes, small, private; a bad disk does no harm."""

import multiprocessing
import os
import re
import stat
from pathlib import Path

import pytest

from kistui.errors import FileWriteError, UnsafeFileError
from kistui.storage.log import LogFileHandler


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "kistui.log"


def all_lines(path: Path) -> list[str]:
    return [
        line
        for file in path.parent.glob(f"{path.name}*")
        for line in file.read_text().split("\n")
        if line
    ]


def test_it_is_private_and_ends_in_the_last_line(path: Path) -> None:
    LogFileHandler(path).append(["one", "two"])
    LogFileHandler(path).append(["three"])
    assert path.read_text() == "one\ntwo\nthree\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert LogFileHandler(path).tail(2) == ["two", "three"]
    assert LogFileHandler(path).tail(0) == []


def test_a_file_others_could_read_is_narrowed(path: Path) -> None:
    LogFileHandler(path).append(["one"])
    path.chmod(0o644)
    LogFileHandler(path).append(["two"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_stays_small_and_keeps_the_newest(path: Path) -> None:
    log = LogFileHandler(path, max_bytes=1000, max_files=3)
    for at in range(530):
        log.append([f"line {at:04}"])
    files = sorted(file.name for file in path.parent.glob("kistui.log*"))
    assert files == [
        "kistui.log",
        "kistui.log.1",
        "kistui.log.2",
    ]
    assert sum(file.stat().st_size for file in path.parent.glob("kistui.log*")) <= 3 * 1010
    lines = log.tail(10_000)
    assert lines == [f"line {at:04}" for at in range(530 - len(lines), 530)]
    assert len(lines) > 200
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in path.parent.iterdir())


def _write_many(path: str, name: int) -> None:
    log = LogFileHandler(Path(path), max_bytes=20_000, max_files=50)
    for at in range(200):
        log.append([f"process={name} line={at} {'x' * 50}"])


def test_processes_at_once_lose_no_line_and_tear_none(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=_write_many, args=(str(path), name)) for name in range(4)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
        assert process.exitcode == 0
    lines = all_lines(path)
    assert len(list(path.parent.glob("kistui.log.*"))) > 1
    assert all(re.fullmatch(r"process=\d line=\d+ x{50}", line) for line in lines)
    assert len(lines) == len(set(lines)) == 800


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    other = tmp_path / "other"
    other.write_text("theirs")
    path.symlink_to(other)
    with pytest.raises(UnsafeFileError):
        LogFileHandler(path).append(["one"])
    assert other.read_text() == "theirs"


def test_a_full_disk_is_an_error_of_ours_and_the_next_line_stands_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = LogFileHandler(path)
    log.append(["one"])
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: real(handle, content[:3]))
    log.append(["two two"])

    def full(_handle: int, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(FileWriteError) as caught:
        log.append(["three"])
    assert caught.value.details["reason"] == "enospc"
    monkeypatch.setattr(os, "write", real)
    log.append(["four"])
    assert path.read_text() == "one\ntwo\nfour\n"


def test_a_file_that_cannot_be_rotated_does_not_grow_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = LogFileHandler(path, max_bytes=1000)
    monkeypatch.setattr(log, "_rotate", lambda: None)
    for at in range(1000):
        log.append([f"line {at:04}"])
    assert path.stat().st_size < 2100
