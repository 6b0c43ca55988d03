"""The call log: records in memory, lines on disk, and errors that stop no call."""

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from kistui.errors import FileWriteError
from kistui.models.calls import CallRecord
from kistui.services.call_log import MAX_RECENT_CALLS, CallLog
from kistui.storage.log import LogFileHandler, LogWriter
from tests.support import CALL, FakeClock


def test_the_last_calls_are_in_memory_newest_first(clock: FakeClock) -> None:
    log = CallLog(clock=clock)
    on_call = log.for_profile("main")
    for at in range(MAX_RECENT_CALLS + 20):
        on_call(replace(CALL, page=at))
    calls = log.recent()
    assert len(calls) == MAX_RECENT_CALLS
    assert (calls[0].page, calls[0].sequence_number, calls[0].profile) == (
        MAX_RECENT_CALLS + 19,
        MAX_RECENT_CALLS + 20,
        "main",
    )
    assert calls[-1].page == 20


def test_a_subscriber_receives_calls_until_it_unsubscribes(clock: FakeClock) -> None:
    log, records = CallLog(clock=clock), list[CallRecord]()
    leave = log.subscribe(records.append)
    log.for_profile("a")(CALL)
    leave()
    log.for_profile("a")(CALL)
    assert [call.sequence_number for call in records] == [1]


def test_every_call_is_on_disk_when_it_is_closed(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "state" / "kistui.log"
    log = CallLog(path, clock=clock)
    assert not path.parent.exists()
    for _ in range(300):
        log.for_profile("5000123401")(CALL)
    log.close()
    lines = path.read_text().splitlines()
    assert len(lines) == 300
    assert all("profile=*** call=domestic_balance" in line for line in lines)
    log.for_profile("again")(CALL)
    log.close()
    assert len(path.read_text().splitlines()) == 301


def test_an_unwritable_disk_is_reported_once_and_stops_no_call(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    log = CallLog(tmp_path / "state" / "kistui.log", clock=clock)
    log.for_profile("main")(CALL)
    log.close()
    first = log.write_error
    assert isinstance(first, FileWriteError)
    log.for_profile("main")(CALL)
    log.record_crash(ValueError())
    log.close()
    assert log.write_error is first
    assert len(log.recent()) == 2


def test_a_slow_disk_is_not_waited_for(tmp_path: Path) -> None:
    slow = threading.Event()

    class Slow(LogFileHandler):
        def emit(self, _record: object) -> None:
            slow.wait(30)

    writer = LogWriter(Slow(tmp_path / "log"))
    for _ in range(20_000):  # far more than may wait
        writer.write(CALL)
    slow.set()
    writer.close()


def test_a_writer_whose_thread_could_not_start_is_closed_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_listener: object) -> None:
        raise KeyboardInterrupt  # as a signal does in the middle of it

    monkeypatch.setattr("logging.handlers.QueueListener.start", start)
    writer = LogWriter(LogFileHandler(tmp_path / "log"))
    with pytest.raises(KeyboardInterrupt):
        writer.write(CALL)
    writer.close()  # pytest turns an error in the thread that stops it into a failure
