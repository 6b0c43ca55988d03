"""`kistui log` and `--debug`: what was asked of KIS, for people and scripts."""

import os
import re
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.simulator import Simulator

Out = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".local" / "state" / "kistui" / "kistui.log"


def test_before_the_first_call_the_log_is_empty_and_no_file_is_created(
    capsys: Out, path: Path
) -> None:
    assert main(["log", "--lang", "en"]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert "~/.local/state/kistui/kistui.log" in output.err
    assert main(["log", "--path"]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert not path.parent.exists()


@pytest.mark.usefixtures("account")
def test_the_last_lines_are_printed_unchanged(capsys: Out, path: Path) -> None:
    assert main(["balance", "--market", "kr"]) == 0
    capsys.readouterr()
    assert main(["log"]) == 0
    out = capsys.readouterr().out
    assert out == path.read_text()
    first, second = out.splitlines()
    assert "call=issue_token" in first
    assert "call=domestic_balance" in second
    assert "params=" not in out
    assert main(["log", "-n", "1"]) == 0
    assert capsys.readouterr().out == f"{second}\n"
    assert main(["log", "-n", "0"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("account")
def test_a_terminal_gets_a_table_with_a_title_for_each_day(
    capsys: Out, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["balance", "--market", "kr"]) == 0
    crash = 'at=2026-11-24T09:00:00.000+09:00 pid=1 event=crash kind="ValueError" trace="a:1:b"'
    with path.open("a") as log:
        log.write(f"{crash}\ndamaged\n")
    capsys.readouterr()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["log", "--lang", "en", "--color", "never"]) == 0
    title, header, token, balance, *others, blank, total = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \w{3}", title)
    assert header.split()[:2] == ["Time", "Call"]
    assert "Issue token" in token
    assert "Domestic balance" in balance
    assert "TTTC8434R" in balance
    assert others == [crash, "damaged"]
    assert blank == ""
    assert total.strip().startswith("calls 2 · failed 0")
    assert main(["log", "--raw"]) == 0
    assert capsys.readouterr().out == path.read_text()


@pytest.mark.usefixtures("account")
def test_debug_adds_names_and_no_values(capsys: Out, account: Simulator, path: Path) -> None:
    assert main(["--debug", "balance"]) == 0
    assert main(["balance", "--debug"]) == 0
    lines = path.read_text().splitlines()
    assert all(" params=" in line and " conn=" in line for line in lines)
    assert "params=CANO,ACNT_PRDT_CD" in lines[-1]
    assert account.account_number[:8] not in path.read_text()


@pytest.mark.usefixtures("account")
def test_an_unwritable_log_is_reported_and_nothing_fails(capsys: Out, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True)
    path.symlink_to("/dev/full")
    assert main(["balance", "--lang", "en"]) == 0
    output = capsys.readouterr()
    assert "Total value" in output.out
    assert output.err.count("The log cannot be written") == 1


def test_the_calls_of_the_demo_are_marked(capsys: Out) -> None:
    assert main(["--demo", "balance", "--market", "kr"]) == 0
    capsys.readouterr()
    main(["log"])
    out = capsys.readouterr().out
    assert out.count("profile=demo") == out.count("\n") == 2


def test_a_bug_is_logged_without_its_text(
    capsys: Out, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> int:
        raise ZeroDivisionError("KIS_APP_SECRET=abc")

    monkeypatch.setattr("kistui.cli.commands.log.run", broken)
    assert main(["log"]) == 1
    (line,) = path.read_text().splitlines()
    assert "event=crash kind=ZeroDivisionError" in line
    assert ":broken" in line
    assert f"pid={os.getpid()}" in line
    assert "KIS_APP_SECRET" not in line + capsys.readouterr().err
