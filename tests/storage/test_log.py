"""The log: whole lines with stable keys from many processes, private; a bad disk does no harm."""

import multiprocessing
import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.errors import FileWriteError, UnsafeFileError
from kistui.models.calls import RateLimitWait
from kistui.storage.log import LogFileHandler, format_call, format_crash, parse_call
from tests.support import CALL, MORNING


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


def test_the_log_is_private_and_ends_in_the_last_line(path: Path) -> None:
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


def test_the_log_stays_small_and_keeps_the_newest_lines(path: Path) -> None:
    log = LogFileHandler(path, max_bytes=1000, max_files=3)
    for number in range(530):
        log.append([f"line {number:04}"])
    files = sorted(file.name for file in path.parent.glob("kistui.log*"))
    assert files == [
        "kistui.log",
        "kistui.log.1",
        "kistui.log.2",
    ]
    assert sum(file.stat().st_size for file in path.parent.glob("kistui.log*")) <= 3 * 1010
    lines = log.tail(10_000)
    assert lines == [f"line {number:04}" for number in range(530 - len(lines), 530)]
    assert len(lines) > 200
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in path.parent.iterdir())


def _write_many(path: str, name: int) -> None:
    log = LogFileHandler(Path(path), max_bytes=20_000, max_files=50)
    for number in range(200):
        log.append([f"process={name} line={number} {'x' * 50}"])


def test_concurrent_processes_lose_and_split_no_line(path: Path) -> None:
    context = multiprocessing.get_context("fork")
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


def test_a_full_disk_is_a_storage_error_and_the_next_line_is_whole(
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
    def refuse(_path: Path, _target: Path) -> None:
        raise PermissionError

    log = LogFileHandler(path, max_bytes=1000)
    monkeypatch.setattr(Path, "replace", refuse)
    for number in range(1000):
        log.append([f"line {number:04}"])
    assert path.stat().st_size < 2100


LINE = (
    "at=2026-11-23T10:32:07.000+09:00 pid=7 event=call profile=main call=domestic_balance "
    "method=GET path=/uapi/domestic-stock/v1/trading/inquire-balance tr_id=TTTC8434R page=2 try=1 "
    "status=500 rt_cd=1 msg_cd=EGW00201 bytes=123 ms=47 wait_ms=1150 retry_ms=1250 "
    'outcome=rate_limited message="초당 \\"거래\\""'
)
PAIR = re.compile(r' ?([a-z_]+)=("(?:[^"\\]|\\.)*"|[^" ]+)')


def test_a_call_is_a_line_of_stable_keys() -> None:
    assert format_call(CALL, 7) == LINE


def test_a_value_that_could_not_be_read_is_named() -> None:
    call = replace(CALL, unreadable_fields=("expd_dt", "hldg_qty"))
    assert format_call(call, 7) == f"{LINE} unreadable=expd_dt,hldg_qty"


def test_debugging_adds_names_marks_waits_and_the_connection() -> None:
    assert format_call(CALL, 7, is_debug=True) == (
        f"{LINE} params=CANO,PDNO cont=N>M wait_account_ms=1050 wait_key_ms=100 conn=new "
        "tcp_ms=3 tls_ms=30"
    )


def test_a_line_is_read_back_as_the_call_it_shows() -> None:
    call = parse_call(LINE)
    assert call == replace(
        CALL,
        duration=0.047,
        rate_limit_wait=RateLimitWait(1.15),
        retry_after=None,
        parameter_names=(),
        continuation="",
        connection_timings=(),
    )
    assert parse_call(LINE.replace("message=", "said=")) == call, "a line of an earlier version"
    assert parse_call(LINE.replace("status=500", "status=-")).status is None  # type: ignore[union-attr]
    damaged_lines = (
        "", "no line", LINE[20:], LINE[:120], LINE.replace("ms=47", "ms=x"),
        LINE.replace("ms=47", f"ms={'9' * 400}"), LINE.replace("at=2026", "at=0001"),
        LINE.replace("+09:00", ""),
    )  # fmt: skip
    for damaged in damaged_lines:
        assert parse_call(damaged) is None, damaged


@given(st.text())
def test_no_control_character_is_read_back(message: str) -> None:
    call = parse_call(format_call(replace(CALL, server_message=message), 7))
    assert call is not None
    assert call.server_message.isprintable()


@given(st.text(), st.text())
def test_any_text_is_one_line_of_pairs(message: str, code: str) -> None:
    line = format_call(replace(CALL, server_message=message, msg_cd=code), 7)
    assert line.isprintable()
    keys = [match[1] for match in PAIR.finditer(line)]
    assert "".join(match[0] for match in PAIR.finditer(line)) == line
    assert keys == [match[1] for match in PAIR.finditer(LINE)]


def test_a_crash_names_kinds_and_places_and_no_text() -> None:
    def fail(app_secret: str) -> None:
        try:
            raise ValueError(app_secret)
        except ValueError as error:
            raise RuntimeError(f"with {app_secret}") from error

    try:
        fail("s3cr3t-value")
    except RuntimeError as error:
        line = format_crash(error, MORNING, 7)
    assert 'event=crash kind="RuntimeError<ValueError"' in line
    assert re.search(r'trace="tests\.storage\.test_log:\d+:test_a_crash\w+ \S+:\d+:fail', line)
    assert "s3cr3t" not in line
