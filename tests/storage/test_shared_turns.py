"""Turns shared by processes: a small private file per limit, and none where it cannot be."""

import fcntl
import os
from pathlib import Path

import pytest

from kistui.models.calls import APP_KEY_LIMIT
from kistui.storage import shared_turns
from kistui.storage.shared_turns import SharedTurns, account_file_name

ACCOUNT = "50071234"


class Time:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "turns"


def rounded(seconds: float) -> float:
    return round(seconds, 3)


def test_two_processes_take_turns(folder: Path, time: Time) -> None:
    first, second = SharedTurns(folder, "k", clock=time), SharedTurns(folder, "k", clock=time)
    assert first.take(ACCOUNT, 1.05) == 0
    assert rounded(second.take(ACCOUNT, 1.05)) == 1.05
    time.now += 0.5
    assert rounded(second.take(ACCOUNT, 1.05)) == 0.55
    time.now += 0.55
    assert second.take(ACCOUNT, 1.05) == 0
    assert rounded(first.take(ACCOUNT, 1.05)) == 1.05
    assert first.take(APP_KEY_LIMIT, 0.1) == 0


def test_an_account_has_one_turn_under_two_app_keys(folder: Path, time: Time) -> None:
    first, second = SharedTurns(folder, "k", clock=time), SharedTurns(folder, "other", clock=time)
    assert first.take(ACCOUNT, 1.05) == 0
    assert rounded(second.take(ACCOUNT, 1.05)) == 1.05
    assert second.take("50075678", 1.05) == 0
    assert first.take(APP_KEY_LIMIT, 0.1) == 0
    assert second.take(APP_KEY_LIMIT, 0.1) == 0


def test_an_answer_postpones_the_next_turn_but_never_advances_it(folder: Path, time: Time) -> None:
    turns = SharedTurns(folder, "k", clock=time)
    turns.take(ACCOUNT, 1.05)
    turns.postpone(ACCOUNT, 0.2)
    assert rounded(turns.take(ACCOUNT, 1.05)) == 1.05
    time.now += 0.8
    turns.postpone(ACCOUNT, 1.0)
    assert rounded(turns.take(ACCOUNT, 1.05)) == 1.0


def test_a_clock_that_was_set_back_blocks_no_call(folder: Path, time: Time) -> None:
    turns = SharedTurns(folder, "k", clock=time)
    turns.take(ACCOUNT, 1.05)
    time.now -= 86_400
    assert turns.take(ACCOUNT, 1.05) == 0
    assert rounded(turns.take(ACCOUNT, 1.05)) == 1.05


@pytest.mark.parametrize("content", [b"", b"nan", b"inf", b"soon", b"-5", b"\xff" * 99, b"1e300"])
def test_a_file_that_cannot_be_read_is_a_free_turn(
    folder: Path, time: Time, content: bytes
) -> None:
    turns = SharedTurns(folder, "k", clock=time)
    turns.take(ACCOUNT, 1.05)
    (path,) = folder.iterdir()
    path.write_bytes(content)
    assert turns.take(ACCOUNT, 1.05) == 0
    assert rounded(turns.take(ACCOUNT, 1.05)) == 1.05


def test_the_files_are_private_and_name_no_account(folder: Path, time: Time) -> None:
    SharedTurns(folder, "key", clock=time).take(ACCOUNT, 1.05)
    (path,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert path.name == account_file_name(ACCOUNT)
    accounts = [str(number) for number in range(50_000_000, 50_020_000)]
    assert sum(account_file_name(number) == path.name for number in accounts) > 1
    assert path.read_text() == "1800000001.050000\n"


def test_without_a_writable_folder_every_turn_is_free(tmp_path: Path, time: Time) -> None:
    (tmp_path / "file").write_text("")
    turns = SharedTurns(tmp_path / "file" / "turns", "k", clock=time)
    assert [turns.take(ACCOUNT, 1.05) for _ in range(2)] == [0, 0]
    turns.postpone(ACCOUNT, 1.0)


def test_links_and_other_kinds_of_files_are_unchanged(folder: Path, time: Time) -> None:
    turns = SharedTurns(folder, "k", clock=time)
    turns.take(ACCOUNT, 1.05)
    (path,) = folder.iterdir()
    path.unlink()
    target = folder.parent / "target"
    target.write_text("1900000000")
    path.symlink_to(target)
    assert turns.take(ACCOUNT, 1.05) == 0
    assert target.read_text() == "1900000000"
    path.unlink()
    os.mkfifo(path)
    assert turns.take(ACCOUNT, 1.05) == 0


def test_the_lock_of_a_stopped_process_is_not_waited_for(
    folder: Path, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_turns, "LOCK_ATTEMPTS", 3)
    turns = SharedTurns(folder, "k", clock=time)
    turns.take(ACCOUNT, 1.05)
    (path,) = folder.iterdir()
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert turns.take(ACCOUNT, 1.05) == 0
