"""`kistui profile`: secrets come through a pipe or a prompt, never the command line."""

import io
import json
import os
import signal
import stat
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from kistui.cli import main, signals
from kistui.cli.context import open_profiles
from kistui.errors import FileWriteError
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.history import DayRecord
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage.history_store import HistoryStore, history_name
from kistui.storage.paths import default_paths
from tests.support import FakeClock

Out = pytest.CaptureFixture[str]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "kistui"


@pytest.fixture
def server(clock: FakeClock, monkeypatch: pytest.MonkeyPatch, config: Path) -> Iterator[Simulator]:
    with Simulator(clock=clock) as running:
        monkeypatch.setenv("KISTUI_BASE_URL", running.url)
        yield running


def pipe(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def add(
    monkeypatch: pytest.MonkeyPatch, server: Simulator, name: str, secrets: str = "plain"
) -> int:
    pipe(monkeypatch, server.app_key, server.app_secret)
    return main(["profile", "add", name, "--account", server.account_number, "--secrets", secrets])


@pytest.mark.parametrize(
    ("name", "secrets"), [("main", "plain"), ("a b", "plain"), ("new", "keyring")]
)
def test_a_profile_that_cannot_be_saved_is_refused_before_the_keys_are_read(
    name: str, secrets: str, monkeypatch: pytest.MonkeyPatch, server: Simulator, capsys: Out
) -> None:
    """Nobody likes to paste an app key and an app secret twice."""
    assert add(monkeypatch, server, "main") == 0
    assert add(monkeypatch, server, name, secrets) != 0
    assert sys.stdin.readline().strip() == server.app_key


def test_a_profile_is_added_listed_used_and_removed(
    server: Simulator, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    assert add(monkeypatch, server, "main") == 0
    assert add(monkeypatch, server, "isa") == 0
    assert main(["profile", "use", "isa"]) == 0
    capsys.readouterr()
    assert main(["profile", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.splitlines()[0].split()[:2] == ["실전", "main"]
    assert listed.splitlines()[1].split()[:3] == ["●", "실전", "isa"]
    assert server.account_number[:8] not in listed
    pipe(monkeypatch, "no")
    assert main(["profile", "remove", "isa"]) == 0
    pipe(monkeypatch, "isa")
    assert main(["profile", "remove", "isa"]) == 0
    capsys.readouterr()
    assert main(["profile", "list"]) == 0
    assert "isa" not in capsys.readouterr().out
    assert "isa" not in (config / "secrets.toml").read_text()
    assert stat.S_IMODE((config / "secrets.toml").stat().st_mode) == 0o600


def test_a_profile_reads_its_balance(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    add(monkeypatch, server, "main")
    capsys.readouterr()
    assert main(["balance", "--profile", "main", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["profile"] == "main"


def test_an_unknown_profile_lists_the_known_profiles(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    add(monkeypatch, server, "main")
    assert main(["balance", "--profile", "nope"]) == 3
    assert "등록된 프로필: main" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [("short", "x", "앱키: 36자여야"), ("k" * 36, "x", "앱시크릿: 180자여야")],
)
def test_wrong_keys_are_refused_and_nothing_is_written(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out, key: str, secret: str, words: str
) -> None:
    pipe(monkeypatch, key, secret)
    arguments = ["profile", "add", "main", "--account", "12345678", "--secrets", "plain"]
    assert main(arguments) == 3
    assert words in capsys.readouterr().err
    assert not config.exists()


def test_an_encrypted_profile_asks_on_a_terminal_only(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    assert add(monkeypatch, server, "main", "encrypted") == 3
    assert "암호" in capsys.readouterr().err


def test_a_missing_keyring_is_reported(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    assert add(monkeypatch, server, "main", "keyring") == 3
    assert "OS 키링을 사용할 수 없습니다" in capsys.readouterr().err


def test_a_command_can_give_the_keys(server: Simulator, capsys: Out, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"{server.app_key}\n{server.app_secret}\n")
    assert main(
        ["profile", "add", "main", "--account", server.account_number, "--secrets", "command",
         "--secret-command", "cat", str(keys)]
    ) == 0  # fmt: skip
    assert main(["balance"]) == 0
    keys.write_text("nothing\n")
    assert main(["balance"]) == 3
    output = capsys.readouterr().err
    assert "cat: " in output
    assert "nothing" not in output


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_command_is_refused_where_the_keys_are_stored_elsewhere(
    config: Path, capsys: Out, lang: str
) -> None:
    account = ["--account", "12345678-01", "--secrets", "plain"]
    arguments = ["profile", "add", "main", *account, "--secret-command", "pass", "show"]
    assert main([*arguments, "--lang", lang]) == 2
    assert "--secrets command" in capsys.readouterr().err
    assert not config.exists()


@pytest.mark.usefixtures("config")
def test_a_signal_ends_the_command_that_gives_the_keys(
    current_server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It would run on: a token is revoked with keys that a thread waits for."""
    server = current_server
    monkeypatch.setattr(signals, "BLOCKED_AFTER", 60.0)
    pipe_path, script = tmp_path / "pipe", tmp_path / "script.py"
    script.write_text(f"print({server.app_key!r}); print({server.app_secret!r})")
    assert main(
        ["profile", "add", "main", "--account", server.account_number, "--secrets", "command",
         "--secret-command", sys.executable, str(script)]
    ) == 0  # fmt: skip
    assert main(["balance"]) == 0
    os.mkfifo(pipe_path)
    script.write_text(
        f"import time\nwith open({str(pipe_path)!r}, 'w') as pipe:\n"
        "    time.sleep(5)\n    pipe.write('ran on')\n"
    )
    printed: list[str] = []

    def read_pipe() -> None:
        with pipe_path.open() as opened:
            os.kill(os.getpid(), signal.SIGTERM)
            printed.append(opened.read())

    reader = Thread(target=read_pipe, daemon=True)
    reader.start()
    with pytest.raises(SystemExit) as caught:
        main(["profile", "remove", "main", "--yes", "--revoke"])
    reader.join()
    assert caught.value.code == 128 + signal.SIGTERM
    assert printed == [""]


def test_a_mistake_in_the_configuration_is_reported_and_the_file_unchanged(
    config: Path, capsys: Out
) -> None:
    config.mkdir(parents=True)
    (config / "config.toml").write_text("[profiles]\nmain = 1\n")
    for arguments in (["profile", "list"], ["balance"]):
        assert main(arguments) == 3
        assert "profiles.main" in capsys.readouterr().err
    assert main(["--demo", "balance"]) == 0
    assert (config / "config.toml").read_text() == "[profiles]\nmain = 1\n"


def test_the_environment_wins_over_the_default(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    add(monkeypatch, server, "main")
    monkeypatch.setenv("KIS_APP_KEY", server.app_key)
    monkeypatch.setenv("KIS_APP_SECRET", server.app_secret)
    monkeypatch.setenv("KIS_ACCOUNT", server.account_number)
    capsys.readouterr()
    assert main(["balance", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["profile"] == "env"


def test_no_secret_is_an_argument() -> None:
    for name in ("--app-key", "--app-secret", "--secret", "--passphrase"):
        with pytest.raises(SystemExit) as caught:
            main(["profile", "add", "x", "--account", "1", "--secrets", "plain", name, "x"])
        assert caught.value.code == 2


def test_an_import_lists_masked_credentials_and_saves_the_named_one(
    server: Simulator, tmp_path: Path, capsys: Out
) -> None:
    path = tmp_path / "koreainvestment.key"
    path.write_text(f"{server.app_key}\n{server.app_secret}\n{server.account_number}\n")
    assert main(["profile", "import", str(path), "--secrets", "plain"]) == 0
    output = capsys.readouterr()
    assert server.app_key[-4:] in output.out
    assert server.app_key not in output.out
    assert server.account_number[:8] not in output.out
    named = ["profile", "import", str(path), "--secrets", "plain", "--name", "main"]
    assert main(named) == 1
    assert "--real" in capsys.readouterr().err
    assert main([*named, "--real"]) == 0
    assert main(["balance", "--profile", "main"]) == 0


def test_a_failed_import_says_why_in_the_users_language(
    config: Path, tmp_path: Path, capsys: Out
) -> None:
    for lang, words in (("ko", "파일이 없습니다"), ("en", "no such file")):
        missing = str(tmp_path / "nothing")
        assert main(["profile", "import", missing, "--secrets", "plain", "--lang", lang]) == 1
        assert words in capsys.readouterr().err


def token_files(tmp_path: Path) -> list[str]:
    folder = tmp_path / ".local" / "state" / "kistui" / "tokens"
    return sorted(path.name for path in folder.glob("*") if "profiles" not in path.name)


@pytest.mark.usefixtures("config")
def test_removing_the_last_profile_of_an_app_key_removes_its_token_lock_and_balance(
    current_server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, tmp_path: Path
) -> None:
    server = current_server
    for name in ("main", "copy"):
        add(monkeypatch, server, name)
        assert main(["balance", "--profile", name]) == 0
    assert token_files(tmp_path)
    assert main(["profile", "remove", "copy", "--yes", "--revoke"]) == 0
    assert "토큰을 폐기하지 않았습니다" in capsys.readouterr().err
    assert token_files(tmp_path)
    assert [call.path for call in server.requests if "revoke" in call.path] == []
    pipe(monkeypatch, "main", "y")
    assert main(["profile", "remove", "main"]) == 0
    assert "폐기했습니다" in capsys.readouterr().err
    assert [call.path for call in server.requests if "revoke" in call.path] == ["/oauth2/revokeP"]
    assert token_files(tmp_path) == []


def test_the_question_about_a_token_names_profiles_that_may_use_it(
    current_server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, config: Path
) -> None:
    add(monkeypatch, current_server, "main")
    assert main(["balance"]) == 0
    monkeypatch.setattr(ProfileService, "remove", lambda *_args, **_options: None)  # ask twice
    for account, text in (
        ("paper", "다른 프로필이 없습니다"),
        ("real", "written-real은 연 적이 없어"),
    ):
        with (config / "config.toml").open("a") as file:
            file.write(f'[profiles.written-{account}]\nenvironment = "{account}"\n')
            file.write('account = "50090001-01"\nsecrets = "plain"\n')
        pipe(monkeypatch, "main", "n")
        assert main(["profile", "remove", "main"]) == 0
        assert text in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "lines"), [(["--yes"], ()), ([], ("main",)), ([], ("main", "n"))]
)
@pytest.mark.usefixtures("config")
def test_removal_deletes_a_token_from_the_disk_and_revokes_it_only_if_asked(
    current_server: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    lines: tuple[str, ...],
) -> None:
    server = current_server
    add(monkeypatch, server, "main")
    assert main(["balance", "--profile", "main"]) == 0
    pipe(monkeypatch, *lines)
    assert main(["profile", "remove", "main", *arguments]) == 0
    assert token_files(tmp_path) == []
    assert [call.path for call in server.requests if "revoke" in call.path] == []


@pytest.mark.usefixtures("config")
def test_no_token_is_revoked_for_a_profile_that_cannot_be_removed(
    current_server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Out
) -> None:
    server = current_server
    add(monkeypatch, server, "main")
    assert main(["balance", "--profile", "main"]) == 0

    def full(*_: object) -> None:
        raise FileWriteError(path="config.toml", reason="enospc")

    monkeypatch.setattr("kistui.storage.config.update_config", full)
    assert main(["profile", "remove", "main", "--yes", "--revoke"]) == 1
    assert [call.path for call in server.requests if "revoke" in call.path] == []
    assert token_files(tmp_path)


def test_replaced_keys_leave_no_token_of_the_old_keys(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add(monkeypatch, server, "main")
    assert main(["balance", "--profile", "main"]) == 0
    with open_profiles(SimulatorOptions) as profiles:
        credentials = Credentials.parse("q" * 36, "t" * 180)
        profiles.replace_credentials(profiles.get("main"), credentials)
    assert token_files(tmp_path) == []


def test_the_demo_records_no_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may run for weeks, and nothing reads them."""
    simulators: list[Simulator] = []

    def make(*arguments: Any, **options: Any) -> Simulator:
        simulators.append(Simulator(*arguments, **options))
        return simulators[-1]

    monkeypatch.setattr("kistui.cli.demo.Simulator", make)
    with open_profiles(SimulatorOptions) as profiles:
        profile = profiles.demo_profile()
        assert httpx.get(f"{profile.base_url}/unknown").is_error
        (simulator,) = simulators
        assert simulator.requests == []
        assert simulator.serve_live_prices().received.maxlen == 0


HALF = {"KIS_APP_KEY": "x"}


@pytest.mark.parametrize(
    "variables",
    [HALF, {"KIS_APP_KEY": "k" * 36, "KIS_APP_SECRET": "s" * 180}, {"KIS_PAPER": "vps"}],
)
def test_incomplete_variables_of_another_tool_do_not_stop_saved_profiles(
    server: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Out,
    variables: dict[str, str],
) -> None:
    add(monkeypatch, server, "main")
    assert main(["balance"]) == 0
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    capsys.readouterr()
    for arguments in (
        ["profile", "list"],
        ["status"],
        ["token", "--profile", "main"],
        ["token"],
        ["balance", "--profile", "main"],
        ["balance", "--all"],
        ["holdings"],
    ):
        code, output = main(arguments), capsys.readouterr()
        assert code in (0, 3) if "token" in arguments else code == 0
        assert "환경변수의 계좌를 사용하지 않습니다" in output.err, arguments
    assert main(["status", "--line"]) == 0
    assert capsys.readouterr().err == ""
    if "KIS_APP_KEY" in variables:
        assert main(["balance", "--profile", "env"]) == 3


def test_an_incomplete_environment_without_profiles_is_reported(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("KIS_APP_KEY", "x")
    for arguments in (["balance"], ["balance", "--all"], ["token"]):
        assert main(arguments) == 3
        assert "KIS_APP_SECRET, KIS_ACCOUNT" in capsys.readouterr().err
    assert main(["profile", "list"]) == 0
    assert "KIS_APP_SECRET, KIS_ACCOUNT" in capsys.readouterr().err


def test_a_missing_default_opens_no_other_account(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, config: Path
) -> None:
    add(monkeypatch, server, "main")
    path = config / "config.toml"
    path.write_text(path.read_text().replace('default = "main"', 'default = "gone"'))
    assert main(["balance"]) == 3
    assert "gone 프로필이 없습니다. 등록된 프로필: main" in capsys.readouterr().err
    assert main(["balance", "--profile", "main"]) == 0
    assert main(["profile", "use", "main"]) == 0
    assert main(["balance"]) == 0


def test_an_import_without_a_place_shows_what_a_file_holds(
    config: Path, tmp_path: Path, capsys: Out
) -> None:
    path = tmp_path / ".env"
    lines = (f"KIS_APP_KEY={'k' * 36}", f"KIS_APP_SECRET={'s' * 180}", "KIS_ACCT_STOCK=12345678")
    path.write_bytes("\r\n".join(("# 앱키", *lines)).encode("cp949"))
    assert main(["profile", "import", str(path)]) == 0
    output = capsys.readouterr().out
    assert "CP949" in output
    assert "KIS_PROD_TYPE" in output
    assert "12345678" not in output
    named = ["profile", "import", str(path), "--name", "main"]
    assert main(named) == 2
    assert "--secrets" in capsys.readouterr().err
    assert main([*named, "--secrets", "plain", "--real"]) == 3
    assert "KIS_PROD_TYPE" in capsys.readouterr().err
    account = ["--secrets", "plain", "--real", "--account", "12345678-01"]
    assert main([*named, *account]) == 0
    assert "CP949" in capsys.readouterr().err


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_keys_from_a_pipe_in_the_encodings_of_windows(
    server: Simulator, config: Path, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    text = f"{server.app_key}\r\n{server.app_secret}\r\n"
    stdin = io.TextIOWrapper(io.BytesIO(text.encode(codec)))
    monkeypatch.setattr(sys, "stdin", stdin)
    arguments = ["--account", server.account_number, "--secrets", "plain"]
    assert main(["profile", "add", "main", *arguments]) == 0
    assert server.app_key in (config / "secrets.toml").read_text()


def test_endless_input_is_refused(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    for path in ("/dev/zero", "/dev/urandom"):
        with Path(path).open(encoding="latin-1") as endless:
            monkeypatch.setattr(sys, "stdin", endless)
            arguments = ["--account", "12345678-01", "--secrets", "plain"]
            assert main(["profile", "add", "main", *arguments]) in (1, 3)
            monkeypatch.setattr(sys, "stdin", io.StringIO("x" * 100_000))
            assert main(["profile", "add", "main", *arguments]) == 3


def test_the_assumed_product_code_is_reported(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("KIS_APP_KEY", server.app_key)
    monkeypatch.setenv("KIS_APP_SECRET", server.app_secret)
    for digits, has_notice in ((8, True), (10, False)):
        monkeypatch.setenv("KIS_ACCOUNT", server.account_number.replace("-", "")[:digits])
        for command in (["profile", "list"], ["status"]):
            assert main(command) == 0
            assert ("상품코드 01" in capsys.readouterr().err) is has_notice


def test_figures_need_no_writable_state_folder(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("KIS_APP_KEY", server.app_key)
    monkeypatch.setenv("KIS_APP_SECRET", server.app_secret)
    monkeypatch.setenv("KIS_ACCOUNT", server.account_number)
    assert main(["balance"]) == 0
    output = capsys.readouterr()
    assert "총평가" in output.out
    assert "이 프로그램에서만" in output.err
    assert main(["status"]) == 0
    assert main(["token"]) == 3
    add(monkeypatch, server, "main")
    assert main(["profile", "remove", "main", "--yes"]) == 0


def test_the_list_names_a_missing_default(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, config: Path
) -> None:
    add(monkeypatch, server, "main")
    path = config / "config.toml"
    path.write_text(path.read_text().replace('default = "main"', 'default = "gone"'))
    assert main(["profile", "list"]) == 0
    assert "gone" in capsys.readouterr().err


def test_a_locked_account_does_not_hide_the_others(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, config: Path
) -> None:
    add(monkeypatch, server, "main")
    with open_profiles(SimulatorOptions) as profiles:
        profiles.secrets.unlock("open")
        locked = AccountNumber.parse("50007777-01")
        profiles.add(
            Profile("locked", Environment.REAL, locked, secret_backend=SecretBackend.ENCRYPTED),
            Credentials.parse("q" * 36, "t" * 180),
        )
    capsys.readouterr()
    assert main(["balance", "--all", "--format", "json"]) == 1
    accounts = json.loads(capsys.readouterr().out)["accounts"]
    assert [account["state"] for account in accounts] == ["fresh", "failed"]
    assert accounts[1]["error"] == "passphrase_needed"
    for command in ("snapshot", "orders"):
        assert main([command, "--all", "--lang", "en"]) != 0, command
        assert "locked: The encrypted file is locked" in capsys.readouterr().err, command
    log = default_paths().log_file.read_text()
    assert "event=history profile=main outcome=ok" in log
    assert "event=history profile=locked outcome=passphrase_needed" in log


def test_a_wrong_passphrase_stops_only_the_locked_accounts(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, config: Path
) -> None:
    add(monkeypatch, server, "main")
    monkeypatch.setattr("kistui.cli.commands.profile.prompt_secret", lambda _: "right phrase")
    monkeypatch.setattr("kistui.cli.context.prompt_secret", lambda _: "wrong phrase")
    add(monkeypatch, server, "locked", "encrypted")
    for command in ("balance", "snapshot", "orders"):
        capsys.readouterr()
        assert main([command, "--all", "--lang", "en"]) != 0, command
        output = capsys.readouterr()
        assert "Wrong passphrase" in output.err, command
        assert "Traceback" not in output.err
        assert "main" in output.out or command == "snapshot"


def test_a_new_passphrase_that_is_typed_differently_is_refused(
    server: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: Out, config: Path
) -> None:
    phrases = iter(("right phrase", "wrong phrase"))
    monkeypatch.setattr("kistui.cli.commands.profile.prompt_secret", lambda _: next(phrases))
    assert add(monkeypatch, server, "main", "encrypted") == 2
    assert capsys.readouterr().err.startswith("kistui: ")
    assert not (config / "secrets.enc").exists()


@pytest.mark.parametrize("option", [(), ("--history",)])
def test_the_asset_history_of_a_removed_profile_stays_unless_its_removal_is_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: tuple[str, ...],
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "config" / "kistui"
    folder.mkdir(parents=True, mode=0o700)
    text = '[profiles.main]\nenvironment = "real"\naccount = "50071234-01"\nsecrets = "plain"\n'
    (folder / "config.toml").write_text(text)
    profile = Profile("main", Environment.REAL, AccountNumber("50071234"))
    store = HistoryStore(tmp_path / "state" / "kistui" / "history")
    store.record(history_name(profile, None), DayRecord(day=date(2026, 11, 23), total_value=1))
    assert main(["profile", "remove", "main", "--yes", "--lang", "en", *option]) == 0
    path = store.path(history_name(profile, None))
    assert path.exists() is not bool(option)
    assert path.name in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "missing"),
    [
        ("config.ini", "[KIS]\nappkey = {key}\nappsecret = {secret}\ncano = 12345678\n", "acnt_prdt_cd"),  # noqa: E501
        (".env", "KIS_APPKEY={key}\nKIS_APPSECRET={secret}\nKIS_CANO=12345678\n", "KIS_ACNT_PRDT_CD"),  # noqa: E501
        (".env", "APPKEY={key}\nAPPSECRET={secret}\nCANO=12345678\n", "ACNT_PRDT_CD"),
    ],
)  # fmt: skip
def test_a_missing_value_is_named_as_the_file_names_it(
    config: Path, tmp_path: Path, capsys: Out, name: str, text: str, missing: str
) -> None:
    path = tmp_path / name
    path.write_text(text.format(key="k" * 36, secret="s" * 180))
    options = ["--name", "main", "--secrets", "plain", "--real"]
    for lang, advice in (("ko", "파일에 값을 추가"), ("en", "Add it to the file")):
        assert main(["profile", "import", str(path), *options, "--lang", lang]) == 3
        sentence, hint = capsys.readouterr().err.splitlines()
        assert sentence.endswith(f": {missing}")
        assert advice in hint


def test_an_unknown_profile_without_any_leads_to_adding_one(config: Path, capsys: Out) -> None:
    for arguments in (["balance", "--profile", "x"], ["profile", "use", "x"]):
        assert main([*arguments, "--lang", "en"]) == 3
        assert "There are no profiles yet. Add one" in capsys.readouterr().err


def test_without_an_account_the_first_steps_are_named(config: Path, capsys: Out) -> None:
    for command in (
        "balance",
        "holdings",
        "balance --all",
        "token",
        "history",
        "snapshot",
        "orders",
    ):
        assert main([*command.split(), "--lang", "en"]) == 3
        output = capsys.readouterr()
        assert output.out == ""
        assert output.err.startswith("kistui: No account yet. Add one with kistui profile add")
