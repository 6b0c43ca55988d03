"""Closed streams, full disks, closed pipes, and locales without UTF-8."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fork_server import run_forked

KISTUI = [sys.executable, "-m", "kistui"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


@pytest.mark.skipif(
    not __file__.isascii(), reason="Python cannot read the path of an editable install"
)
def test_a_locale_without_utf8_still_shows_hangul() -> None:
    plain = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    result = subprocess.run(
        [*KISTUI, "--demo", "balance"], env=plain, capture_output=True, check=True, timeout=30
    )
    assert "총평가" in result.stdout.decode()


@pytest.mark.parametrize("is_unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("--demo", "balance"), ("--help",), ("--version",)])
def test_a_full_disk_is_reported_in_a_sentence(
    arguments: tuple[str, ...], is_unbuffered: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*KISTUI, *arguments], env=environment(PYTHONUNBUFFERED=is_unbuffered), stdout=full,
            stderr=subprocess.PIPE, check=False, timeout=30,
        )  # fmt: skip
    assert result.returncode == 1
    assert "출력할 수 없습니다: 디스크 공간이 부족합니다" in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()


def test_a_pipe_closed_by_its_reader_is_no_error() -> None:
    result = subprocess.run(
        f"{shlex.join(KISTUI)} --demo --scene many holdings | head -1",
        shell=True, env=environment(), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert result.stderr == b""


def test_closed_streams_are_no_terminal() -> None:
    result = subprocess.run(
        f"{shlex.join(KISTUI)} --demo <&-",
        shell=True, env=environment(), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert result.returncode == 2
    assert "kistui balance" in result.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--demo", "holdings"),
        ("--demo", "balance", "--all"),
        ("--demo", "status"),
        ("--demo", "doctor", "--offline"),
        ("keys",),
        ("themes",),
        ("mcp",),
        ("profile", "--help"),
        ("--version",),
    ],
)
def test_a_closed_stdout_is_reported_in_a_sentence(arguments: tuple[str, ...]) -> None:
    result = run_forked("tests.forked_commands:run_without_stdout", arguments, environment())
    assert result.returncode == 1
    assert "표준 출력" in result.stderr.decode()
    assert "AttributeError" not in result.stderr.decode()


@pytest.mark.parametrize("arguments", [("--demo", "snapshot"), ("log",), ("profile", "list")])
def test_a_command_without_output_needs_no_stdout(arguments: tuple[str, ...]) -> None:
    result = run_forked("tests.forked_commands:run_without_stdout", arguments, environment())
    assert result.returncode == 0
    assert "표준 출력" not in result.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("holdings", "--format", "json", "--profile", "gone"),
        ("profile", "list"),
        ("--demo", "token", "revoke"),
        ("nonsense",),
    ],
)
def test_with_stderr_closed_stdout_has_data_only(arguments: tuple[str, ...]) -> None:
    result = run_forked("tests.forked_commands:run_without_stderr", arguments, environment())
    assert result.stdout == b""


def test_python_starts_with_closed_streams() -> None:
    result = subprocess.run(
        f"{shlex.join(KISTUI)} holdings --format json --profile gone 2>&-",
        shell=True, env=environment(), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (3, b"")
