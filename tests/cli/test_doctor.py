"""`kistui doctor`: it finds faults, changes nothing, and prints nothing private."""

import io
import json
import os
import platform
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kistui.cli import main
from kistui.client.endpoints import ALLOWED_ENDPOINTS, DOMESTIC_FEEDS, OVERSEAS_FEEDS
from kistui.clock import system_clock
from kistui.doctor import CheckStatus
from kistui.doctor.network import check_network_settings
from kistui.simulator import Simulator
from tests.keyrings import memory_keyring

Out = pytest.CaptureFixture[str]
ACCOUNT = "50001234-01"
FENCE = "```"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / ".config" / "kistui"
    folder.mkdir(mode=0o700, parents=True)
    path = folder / "config.toml"
    path.write_text(
        f'[profiles.mine]\nenvironment = "real"\naccount = "{ACCOUNT}"\nsecrets = "plain"\n'
    )
    path.chmod(0o600)
    return path


def examine(capsys: Out, *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["doctor", "--format", "json", *arguments])
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is (code == 0)
    return code, {f"{check['group']}.{check['name']}": check for check in document["checks"]}


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }


def test_a_new_machine_passes_and_nothing_is_written(
    current_server: Simulator, capsys: Out, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    code, checks = examine(capsys)
    assert code == 0
    assert tree(tmp_path) == before
    assert current_server.requests == []
    assert checks["paths.state_folder"]["fault"] == "absent"
    assert checks["network.other"]["value"].startswith("HTTP ")
    assert abs(int(checks["network.other clock"]["value"].split()[0])) <= 2
    assert checks["settings.os_keyring"] == {
        "group": "settings", "name": "os_keyring",
        "state": "warning", "value": "-", "fault": "no_bus",
    }  # fmt: skip
    assert {"group", "name", "state", "value", "fault"} == set(checks["versions.kistui"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's keyring")
@pytest.mark.parametrize(("is_locked", "fault"), [(True, "keyring_locked"), (False, None)])
def test_a_locked_keyring_is_not_unlocked_but_named(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, *, is_locked: bool, fault: str | None
) -> None:
    secretstorage = pytest.importorskip("secretstorage")
    monkeypatch.setattr(secretstorage, "dbus_init", io.BytesIO)  # a connection to close
    monkeypatch.setattr(
        secretstorage, "get_collection_by_alias",
        lambda *_: SimpleNamespace(is_locked=lambda: is_locked),
    )  # fmt: skip
    with memory_keyring(monkeypatch) as backend:
        monkeypatch.setattr(type(backend), "__module__", "keyring.backends.SecretService")
        _, checks = examine(capsys, "--offline")
    assert checks["settings.os_keyring"] == {
        "group": "settings", "name": "os_keyring", "state": "warning" if is_locked else "ok",
        "value": "keyring.backends.SecretService.MemoryKeyring", "fault": fault,
    }  # fmt: skip


@pytest.mark.usefixtures("config")
def test_the_checks_change_no_file(
    current_server: Simulator, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / ".config" / "kistui" / "secrets.toml"
    secrets.write_text(
        f'[mine]\napp_key = "{current_server.app_key}"\n'
        f'app_secret = "{current_server.app_secret}"\n'
    )
    assert main(["balance"]) == 0
    request_count = len(current_server.requests)
    state = tmp_path / ".local" / "state" / "kistui"
    secrets.chmod(0o644)
    (state / "kistui.log").chmod(0o640)
    for path in (state / "tokens").glob("*.toml"):
        path.chmod(0o644)
    before = tree(tmp_path)
    code, checks = examine(capsys)
    assert tree(tmp_path) == before
    assert len(current_server.requests) == request_count
    assert code == 0
    assert (checks["paths.plain_secrets"]["value"], checks["paths.plain_secrets"]["fault"]) == (
        "0644",
        "wide",
    )
    assert checks["paths.log_file"]["fault"] == "wide"
    assert re.match(r"valid (23:5\d|24:00) 0644", checks["tokens.1 real"]["value"])
    assert checks["tokens.1 real"]["fault"] == "wide"
    monkeypatch.setattr("kistui.doctor.local.is_wide_mode", lambda _mode: False)  # as on Windows
    assert examine(capsys, "--offline")[1]["tokens.1 real"]["fault"] is None
    assert checks["settings.config"]["value"] == "1 real, 0 paper"


def test_a_faulty_configuration_fails_one_check(config: Path, capsys: Out, tmp_path: Path) -> None:
    config.write_text("[profiles\n")
    before = tree(tmp_path)
    code, checks = examine(capsys, "--offline")
    assert code == 1
    assert checks["settings.config"]["fault"] == "bad_config"
    assert [name for name, check in checks.items() if check["state"] == "failed"] == [
        "settings.config"
    ]
    assert tree(tmp_path) == before
    assert main(["doctor", "--offline", "--lang", "en"]) == 1
    assert "line 1: invalid TOML (" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "name", "fault"),
    [
        (lambda path: path.symlink_to("/dev/null"), "paths.config_file", "wrong_kind"),
        (lambda path: path.mkdir(), "paths.config_file", "wrong_kind"),
    ],
)
def test_a_device_or_folder_in_place_of_the_configuration_is_reported(
    config: Path, capsys: Out, make: Any, name: str, fault: str
) -> None:
    config.unlink()
    make(config)
    code, checks = examine(capsys, "--offline")
    assert (code, checks[name]["fault"], checks[name]["state"]) == (1, fault, "failed")


def test_a_folder_that_cannot_be_created_is_reported(capsys: Out, tmp_path: Path) -> None:
    (tmp_path / ".local").write_text("a file")
    code, checks = examine(capsys, "--offline")
    assert code == 1
    assert checks["paths.state_folder"]["fault"] == "cannot_be_created"


def test_a_server_that_does_not_answer_fails_its_check(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator() as stopped:
        monkeypatch.setenv("KISTUI_BASE_URL", stopped.url)
    code, checks = examine(capsys)
    assert code == 1
    assert checks["network.other"]["fault"] == "connect_failed"
    code, checks = examine(capsys, "--offline")
    assert code == 0
    assert not any(name.startswith("network.other") for name in checks)


def test_clock_skew_is_reported(
    current_server: Simulator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    monkeypatch.setattr(
        "kistui.cli.commands.doctor.system_clock", lambda: system_clock() - timedelta(minutes=5)
    )
    _, checks = examine(capsys)
    assert checks["network.other clock"]["fault"] == "clock_off"
    assert checks["network.other clock"]["value"] in ("+300 s", "+301 s", "+299 s")


def test_a_clock_without_a_date_to_compare_is_not_called_right(
    current_server: Simulator, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.client.probe.clock_skew", lambda *_: None)
    code, checks = examine(capsys)
    assert code == 0
    assert checks["network.other clock"]["fault"] == "no_date"


@pytest.mark.parametrize("value", ["socks4://127.0.0.1:9", "http://:99999", "ftp://host:1"])
def test_a_proxy_that_cannot_be_used_fails_its_check(value: str) -> None:
    (check,) = check_network_settings({"HTTPS_PROXY": value})
    assert check.status is CheckStatus.FAILED
    (usable,) = check_network_settings({"HTTPS_PROXY": "socks5://127.0.0.1:9"})
    assert usable.status is CheckStatus.OK


def test_certificates_that_cannot_be_used_are_reported(tmp_path: Path) -> None:
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    problems = {
        ("SSL_CERT_FILE", tmp_path / "gone.pem"): "enoent",
        ("SSL_CERT_FILE", tmp_path): "no_certificates",
        ("SSL_CERT_FILE", text): "no_certificates",
        ("SSL_CERT_DIR", text): "enotdir",
        ("SSL_CERT_DIR", tmp_path): "",
    }
    for (name, path), problem in problems.items():
        (check,) = check_network_settings({name: str(path)})
        assert check.problem == problem
        assert check.status is (CheckStatus.FAILED if problem else CheckStatus.OK)


@pytest.mark.usefixtures("current_server", "config")
def test_the_block_to_paste_names_no_user(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pa55@proxy.corp.example:3128")
    monkeypatch.setenv("no_proxy", "intern.corp.example")
    assert main(["doctor", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    block = out.split(FENCE)[1]
    assert "network.HTTPS_PROXY: http://***:3128" in block
    for private in (
        str(tmp_path), "mine", "5000", "127.0.0.1", "corp.example", "pa55", "user:",
        platform.node(), os.environ.get("USER", "no-user"),
    ):  # fmt: skip
        assert private not in block, private
    for secret in ("pa55", "corp.example", ACCOUNT, ACCOUNT[:8], str(tmp_path)):
        assert secret not in out
    assert "~/.config/kistui/config.toml" in out
    assert "mine" in out


@pytest.mark.usefixtures("current_server", "config")
def test_values_are_in_the_users_language_and_codes_in_the_block(capsys: Out) -> None:
    main(["doctor", "--lang", "ko"])
    report, block, _ = capsys.readouterr().out.split(FENCE)
    for words in ("실전 1, 모의 0", "mine  없음", "ms", "초"):
        assert words in report
    for words in ("1 real, 0 paper", ": none", " s\n", "HTTP "):
        assert words in block
        assert words == "HTTP " or words not in report


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_demo_can_be_examined(capsys: Out, lang: str) -> None:
    assert main(["--demo", "doctor", "--lang", lang]) == 0
    assert "HTTP " in capsys.readouterr().out


def test_the_option_api_prints_the_allow_list(capsys: Out) -> None:
    assert main(["doctor", "--api"]) == 0
    out = capsys.readouterr().out
    assert main(["doctor", "--api", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(endpoint["method"], endpoint["path"]) for endpoint in document] == [
        (endpoint.method, endpoint.path) for endpoint in ALLOWED_ENDPOINTS
    ]
    for endpoint in ALLOWED_ENDPOINTS:
        assert endpoint.path in out
        assert all(tr_id in out for tr_id in endpoint.tr_ids.values())
    for feed in (*DOMESTIC_FEEDS.values(), *OVERSEAS_FEEDS.values()):
        assert feed.tr_id in out


def test_leftovers_of_killed_writes_are_reported_and_not_removed(
    current_server: Simulator, config: Path, capsys: Out
) -> None:
    leftover = config.with_name(".secrets.toml.0123456789ab.tmp")
    leftover.write_text("secret")
    code, checks = examine(capsys, "--offline")
    assert code == 0
    assert checks["paths.leftovers"]["fault"] == "leftover"
    assert leftover.exists()
    assert main(["doctor", "--offline"]) == 0
    assert leftover.name in capsys.readouterr().out


def test_a_link_to_the_users_configuration_passes(
    current_server: Simulator, config: Path, tmp_path: Path, capsys: Out
) -> None:
    target = config.rename(tmp_path / "dotfile.toml")
    config.symlink_to(target)
    target.chmod(0o644)
    code, checks = examine(capsys, "--offline")
    assert (code, checks["paths.config_file"]["fault"]) == (0, None)


def test_an_incomplete_environment_is_a_warning_beside_saved_profiles(
    current_server: Simulator, config: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIS_APP_KEY", "x")
    code, checks = examine(capsys, "--offline")
    assert (code, checks["settings.environment"]["state"]) == (0, "warning")
    config.write_text("")
    code, checks = examine(capsys, "--offline")
    assert (code, checks["settings.environment"]["fault"]) == (1, "credentials_missing")


def test_a_missing_default_profile_is_reported(
    current_server: Simulator, config: Path, capsys: Out
) -> None:
    config.write_text('default = "gone"\n' + config.read_text())
    code, checks = examine(capsys, "--offline")
    assert (code, checks["settings.default"]["fault"]) == (1, "bad_config")


def test_an_invalid_asset_history_is_reported(config: Path, capsys: Out) -> None:
    folder = config.parents[2] / ".local" / "state" / "kistui" / "history"
    folder.mkdir(parents=True, mode=0o700)
    history = folder / f"{'0' * 32}.csv"
    history.write_text("# kistui history 1\ndate,total\n2026-11-23,many\n")
    history.chmod(0o600)
    _, checks = examine(capsys, "--offline")
    assert checks["paths.history_folder"]["state"] == "ok"
    assert checks["paths.history_file"]["fault"] == "bad_history"
    main(["doctor", "--offline", "--lang", "en"])
    assert history.name in capsys.readouterr().out
