"""Streams that are closed, full or left, and locales without UTF-8."""

import os
import subprocess
import sys
from pathlib import Path

KISTUI = [sys.executable, "-m", "kistui"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


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
