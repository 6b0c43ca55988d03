"""`kistui token` and `kistui status`: one token for all calls, and their exit codes."""

import io
import json
import pickle
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kistui.cli import main
from kistui.cli.output import print_progress
from kistui.clock import KST
from kistui.i18n.translations import Translations
from kistui.models.calls import ProgressEvent
from kistui.simulator import Simulator
from tests.cli.conftest import use_account

Out = pytest.CaptureFixture[str]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The simulator's account in the environment, its clock that of the machine."""
    with Simulator() as simulator:
        use_account(monkeypatch, simulator)
        yield simulator


def token_json(capsys: Out, *arguments: str) -> tuple[int, Any]:
    code = main(["token", *arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_every_command_uses_the_one_token(account: Simulator, capsys: Out) -> None:
    assert main(["token"]) == 3
    for command in ("balance", "holdings", "balance"):
        assert main([command]) == 0
    assert main(["token"]) == 0
    assert account.count_requests("tokenP") == 1


def test_status_json_is_the_contract(account: Simulator, capsys: Out) -> None:
    code, document = token_json(capsys)
    assert code == 3
    assert (document["state"], document["valid"], document["expires_at"]) == ("none", False, None)
    assert account.requests == []
    main(["balance"])
    capsys.readouterr()
    code, document = token_json(capsys, "status")
    assert code == 0
    assert list(document) == [
        "profile", "environment", "account", "state", "valid", "remaining_seconds", "expires_at",
        "issued_at", "origin", "next_issue_at", "same_token_until", "notices_today",
        "clock_skew_seconds", "folder",
    ]  # fmt: skip
    assert (document["state"], document["valid"], document["origin"]) == ("valid", True, "issued")
    assert document["account"] == f"{account.account_number[:4]}****-01"
    assert 86_390 <= document["remaining_seconds"] <= 86_400
    assert document["expires_at"].endswith("+09:00")
    assert document["folder"] == "~/.local/state/kistui/tokens"
    assert "eyJ" not in json.dumps(document)


def test_issue_does_not_ask_while_there_is_a_token(account: Simulator, capsys: Out) -> None:
    assert main(["token", "issue"]) == 0
    assert main(["token", "issue"]) == 0
    assert "--again" in capsys.readouterr().err
    assert account.count_requests("tokenP") == 1


def test_issue_again_waits_for_the_cooldown_and_says_so(
    account: Simulator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["token", "issue"])

    def interrupt(progress: ProgressEvent, t: Translations) -> None:
        print_progress(progress, t)
        raise KeyboardInterrupt

    monkeypatch.setattr("kistui.cli.commands.token.print_progress", interrupt)
    assert main(["token", "issue", "--again"]) == 130
    assert "KST" in capsys.readouterr().err
    assert account.count_requests("tokenP") == 1


def test_revoke_asks_for_the_profile_s_name(
    account: Simulator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["balance"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    assert main(["token", "revoke"]) == 1
    assert account.count_requests("revokeP") == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("env\n"))
    assert main(["token", "revoke"]) == 0
    assert account.count_requests("revokeP") == 1
    assert main(["token", "revoke", "--yes"]) == 0
    assert account.count_requests("revokeP") == 1
    assert main(["token"]) == 3


def test_the_line_for_a_prompt_makes_no_call(account: Simulator, capsys: Out) -> None:
    assert main(["status", "--line"]) == 0
    assert capsys.readouterr().out == "[실전] env 토큰 없음\n"
    main(["balance"])
    capsys.readouterr()
    before = len(account.requests)
    assert main(["status", "--line", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("[REAL] env token 2")
    assert main(["status"]) == 0
    assert "5000****-01" in capsys.readouterr().out
    assert len(account.requests) == before


def test_another_key_in_the_environment_is_not_shown_the_token_of_the_first(
    account: Simulator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["balance"])
    monkeypatch.setenv("KIS_APP_KEY", "P" * 36)
    assert main(["token"]) == 3


def test_the_status_line_starts_no_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import subprocess

    code = "import sys; from kistui.cli import main; main(['status', '--line']); " + (
        "bad = {'httpx', 'textual', 'keyring', 'cryptography', 'filelock'} & set(sys.modules);"
        "sys.exit(repr(bad) if bad else 0)"
    )
    for name, value in {"KIS_APP_KEY": "k" * 36, "KIS_APP_SECRET": "s" * 180}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KIS_ACCOUNT", "50001234-01")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30, capture_output=True)


def test_an_imported_token_makes_an_issue_unnecessary(
    account: Simulator, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = (datetime.now(UTC) + timedelta(hours=20)).astimezone(KST)
    raw = {
        "api_key": account.app_key,
        "api_secret": account.app_secret,
        "access_token": "eyJ0.body.sign",
        "access_token_token_expired": f"{end:%Y-%m-%d %H:%M:%S}",
    }
    path = tmp_path / "token.dat"
    path.write_bytes(pickle.dumps(raw))
    for name in ("KIS_APP_KEY", "KIS_APP_SECRET", "KIS_ACCOUNT"):
        monkeypatch.delenv(name)
    options = ["--name", "m", "--account", account.account_number, "--real", "--secrets", "plain"]
    assert main(["profile", "import", str(path), *options]) == 0
    code, document = token_json(capsys)
    assert (code, document["origin"], document["state"]) == (0, "imported", "valid")
    # The simulator does not know it: it is rejected on first use, and another is issued.
    assert main(["balance"]) == 0
    assert account.count_requests("tokenP") == 1


@pytest.mark.parametrize("minutes", [0, 721, "10"])
def test_an_invalid_margin_is_reported(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: object
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "kistui"
    folder.mkdir(mode=0o700)
    value = f'"{minutes}"' if isinstance(minutes, str) else minutes
    (folder / "config.toml").write_text(f"[settings]\nrenew_before_minutes = {value}\n")
    assert main(["profile", "list"]) == 3
    assert "settings.renew_before_minutes" in capsys.readouterr().err
