"""The app in a real terminal: signals, closed streams, locales without UTF-8."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

KISTUI = [sys.executable, "-m", "kistui"]
ALTERNATE, MAIN = b"\x1b[?1049h", b"\x1b[?1049l"


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


def read_until(terminal: int, wanted: bytes, seconds: float = 20) -> bytes:
    seen, end = b"", time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < end:
        try:
            seen += os.read(terminal, 65_536)
        except OSError:  # the other side is closed
            break
    return seen


@contextmanager
def running(*arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [*KISTUI, *arguments],
        stdin=inside, stdout=inside, stderr=inside, env=environment(), start_new_session=True,
    )  # fmt: skip
    os.close(inside)
    try:
        yield process, terminal
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals) -> None:
    with running("--demo") as (process, terminal):
        assert "갱신".encode() in read_until(terminal, "갱신".encode())
        process.send_signal(number)
        assert MAIN in read_until(terminal, MAIN)
        assert process.wait(10) == 128 + number


def test_q_ends_it_with_zero() -> None:
    with running("--demo") as (process, terminal):
        assert ALTERNATE in read_until(terminal, "갱신".encode())
        os.write(terminal, b"q")
        assert MAIN in read_until(terminal, MAIN)
        assert process.wait(10) == 0


def test_a_locale_without_utf8_still_shows_hangul() -> None:
    plain = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    done = subprocess.run(
        [*KISTUI, "--demo", "balance"], env=plain, capture_output=True, check=True, timeout=30
    )
    assert "총평가" in done.stdout.decode()


def test_a_full_disk_is_a_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*KISTUI, "--demo", "balance"], env=environment(), stdout=full,
            stderr=subprocess.PIPE, check=False, timeout=30,
        )  # fmt: skip
    assert done.returncode == 1
    assert "출력할 수 없습니다" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_reader_that_leaves_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m kistui --demo --scene many holdings | head -1",
        shell=True, env=environment(), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.stderr == b""


def test_closed_streams_are_no_terminal() -> None:
    done = subprocess.run(
        f"{sys.executable} -m kistui --demo <&-",
        shell=True, env=environment(), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert "kistui balance" in done.stderr.decode()
