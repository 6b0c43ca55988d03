"""The files of asset histories: private, shared by processes, never overwritten blindly."""

import os
import signal
import stat
from collections.abc import Callable
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.clock import KST
from kistui.errors import FileReadError, HistoryFileError, StorageError, UnsafeFileError
from kistui.models.account import AccountNumber, Environment
from kistui.models.history import AssetHistory, CashFlow, DayRecord
from kistui.models.history_csv import VERSION_LINE
from kistui.storage.files import leftover_files
from kistui.storage.history_store import HistoryStore, history_name, read_history_file
from tests.fuzz.strategies import fuzz_settings
from tests.support import PROFILE

NAME = history_name(PROFILE, None)
MONDAY = date(2026, 11, 23)


def record(number: int = 0, total: int = 1000, hour: int = 10) -> DayRecord:
    day = MONDAY + timedelta(days=number)
    return DayRecord(
        day=day,
        total_value=total,
        taken_at=datetime(day.year, day.month, day.day, hour, tzinfo=KST),
        is_closing=hour >= 16,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history"


@pytest.fixture
def store(folder: Path) -> HistoryStore:
    return HistoryStore(folder)


def run_in_processes(*steps: Callable[[], object]) -> list[int | None]:
    """Run functions in a process each, at once; return their exit codes."""
    processes = [get_context("fork").Process(target=step) for step in steps]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    return [process.exitcode for process in processes]


def test_a_day_has_one_record(store: HistoryStore) -> None:
    assert store.record(NAME, record(total=1))
    assert store.record(NAME, record(total=2, hour=11))
    assert store.record(NAME, record(total=3, hour=16))
    assert not store.record(NAME, record(total=4, hour=15))
    assert not store.record(NAME, record(total=3, hour=16))
    assert store.read(NAME).days == (record(total=3, hour=16),)


def test_files_are_private_and_name_no_account(store: HistoryStore, folder: Path) -> None:
    store.record(NAME, record())
    path = store.path(NAME)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert path.read_text().startswith(VERSION_LINE + "\n")
    assert PROFILE.account.number not in path.read_text() + path.name


def test_an_account_keeps_its_history_under_another_profile_name() -> None:
    assert history_name(replace(PROFILE, name="other"), None) == NAME
    others = {
        history_name(replace(PROFILE, account=AccountNumber.parse("50071235-01")), None),
        history_name(replace(PROFILE, account=AccountNumber.parse("50071234-22")), None),
        history_name(replace(PROFILE, environment=Environment.PAPER), None),
        history_name(replace(PROFILE, is_demo=True), None),
        history_name(PROFILE, "http://127.0.0.1:8000"),
        history_name(PROFILE, None, "app key"),
    }
    assert len(others | {NAME}) == 7


def test_processes_that_write_at_once_lose_nothing(store: HistoryStore) -> None:
    def writer(first: int) -> Callable[[], None]:
        def write() -> None:
            for number in range(first, first + 5):
                store.record(NAME, record(number))
                store.add_cash_flow(NAME, CashFlow(MONDAY, number + 1))

        return write

    assert run_in_processes(*(writer(5 * index) for index in range(4))) == [0] * 4
    history = store.read(NAME)
    assert history.days == tuple(record(number) for number in range(20))
    assert [flow.amount for flow in history.cash_flows] == list(range(1, 21))


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_kill_while_writing_leaves_the_old_file(
    store: HistoryStore, folder: Path, function: str
) -> None:
    store.record(NAME, record())

    def die(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def write() -> None:
        setattr(Path if function == "replace" else os, function, die)
        store.record(NAME, record(1))

    assert run_in_processes(write) == [-signal.SIGKILL]
    assert store.read(NAME).days == (record(),)
    assert len(leftover_files(folder)) == 1
    assert store.record(NAME, record(2))
    assert not leftover_files(folder)
    assert store.read(NAME).days == (record(), record(2))


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"# kistui history 2\nday,sum\n", 1, "unknown_version"),
        (b"date,total\n2026-11-23,1\n", 1, "unknown_version"),
        (b"", 1, "unknown_version"),
        (f"{VERSION_LINE}\ndate,total\n2026-11-23,12x\n".encode(), 3, "no_amount"),
        (f"{VERSION_LINE}\ndate,total\n2026-11-23,".encode() + b"\xff\n", 3, "not_utf8"),
    ],
)
def test_a_damaged_file_is_named_and_unchanged(
    store: HistoryStore, content: bytes, line: int, reason: str
) -> None:
    store.record(NAME, record())
    store.path(NAME).write_bytes(content)
    for use in (
        lambda: store.read(NAME),
        lambda: store.record(NAME, record(1)),
        lambda: store.merge(NAME, AssetHistory((record(1),))),
        lambda: store.add_cash_flow(NAME, CashFlow(MONDAY, 5)),
    ):
        with pytest.raises(HistoryFileError) as caught:
            use()
        assert (caught.value.details["line"], caught.value.details["reason"]) == (line, reason)
    assert store.path(NAME).read_bytes() == content
    assert [error.details["path"] for error in store.problems()] == [str(store.path(NAME))]


def test_a_link_is_refused(store: HistoryStore, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    target = tmp_path / "target"
    target.write_text(f"{VERSION_LINE}\ndate,total\n")
    store.path(NAME).symlink_to(target)
    with pytest.raises(UnsafeFileError):
        store.record(NAME, record())
    assert target.read_text() == f"{VERSION_LINE}\ndate,total\n"


def test_cash_flows_are_noted_and_removed(store: HistoryStore) -> None:
    flow = CashFlow(MONDAY, 500, "bonus")
    store.add_cash_flow(NAME, flow)
    store.add_cash_flow(NAME, flow)
    assert store.read(NAME).cash_flows == (flow, flow)
    assert store.remove_cash_flow(NAME, CashFlow(MONDAY, 500))
    assert not store.remove_cash_flow(NAME, CashFlow(MONDAY, 500, "rent"))
    assert store.read(NAME).cash_flows == (flow,)


def test_a_deleted_history_leaves_no_file(store: HistoryStore, folder: Path) -> None:
    assert not store.delete(NAME)
    store.record(NAME, record())
    assert store.delete(NAME)
    assert not list(folder.iterdir())
    assert store.read(NAME) == AssetHistory()


def test_a_history_is_imported_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    for missing in (path, tmp_path):
        with pytest.raises(FileReadError):
            read_history_file(missing, MONDAY)
    path.write_text("date,total\n2026-11-23,7\n")
    assert read_history_file(path, MONDAY) == AssetHistory((DayRecord(day=MONDAY, total_value=7),))
    with pytest.raises(HistoryFileError) as caught:
        read_history_file(path, MONDAY - timedelta(days=1))
    assert caught.value.details["reason"] == "future_date"


@fuzz_settings
@given(st.binary(max_size=200))
def test_any_bytes_are_a_history_or_an_error_of_the_tree(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    store = HistoryStore(tmp_path_factory.getbasetemp() / "fuzz")
    store.record("a" * 32, record())
    for head in (b"", f"{VERSION_LINE}\n".encode(), f"{VERSION_LINE}\ndate,total\n".encode()):
        store.path("a" * 32).write_bytes(head + content)
        try:
            store.read("a" * 32)
        except StorageError:
            pass
    store.path("a" * 32).unlink()
