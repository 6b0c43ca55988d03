"""`kistui balance --all`: every account, and a notice for what could not be read."""

import csv
import io
import json
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.simulator import Simulator, SimulatorOptions, error_response

Out = pytest.CaptureFixture[str]


def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *servers: Simulator) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "kistui"
    folder.mkdir(mode=0o700)
    config, secrets = "", ""
    for number, server in enumerate(servers):
        config += (
            f'[profiles.a{number}]\nenvironment = "{server.options.environment}"\n'
            f'account = "{server.account_number}"\nsecrets = "plain"\nbase_url = "{server.url}"\n'
        )
        secrets += (
            f'[a{number}]\napp_key = "{server.app_key}"\napp_secret = "{server.app_secret}"\n'
        )
    (folder / "config.toml").write_text(config)
    (folder / "secrets.toml").write_text(secrets)
    (folder / "secrets.toml").chmod(0o600)


def test_all_accounts_are_printed_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    with (
        Simulator(SimulatorOptions(seed=1)) as real,
        Simulator(SimulatorOptions(seed=2, environment="paper")) as paper,
        Simulator(SimulatorOptions(scene="refused-secret")) as refused,
    ):
        configure(tmp_path, monkeypatch, real, paper, refused)
        assert main(["balance", "--all", "--format", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        first, second, third = document["accounts"]
        assert (first["state"], second["state"], third["state"]) == ("fresh", "fresh", "failed")
        assert third["error"] == "secret_refused"
        assert len(first["summary"]) == 24
        assert document["total"]["accounts"] == 2
        assert document["total"]["known"] == 1
        full_value = first["overseas"]["computed"]["total_value"]
        assert document["total"]["total_value"] == full_value > first["summary"]["tot_evlu_amt"]
        assert main(["profile", "remove", "a2", "--yes"]) == 0
        assert main(["balance", "--all"]) == 0
        out = capsys.readouterr().out
        assert out.splitlines()[-1].split()[:2] == ["실전", "합계"]
        main(["balance", "--all", "--format", "csv"])
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert [row["profile"] for row in rows] == ["a0", "a1"]
        assert real.count_requests("tokenP") == 1


@pytest.mark.parametrize("arguments", ["balance", "orders", "allocation --by account"])
def test_all_accounts_of_the_demo_are_not_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out, arguments: str
) -> None:
    with Simulator() as server:
        configure(tmp_path, monkeypatch, server)
        everything = [] if "--by" in arguments else ["--all"]
        assert main(["--demo", *arguments.split(), *everything, "--format", "csv"]) == 0
        rows = capsys.readouterr().out
        assert "a0" not in rows
        assert server.requests == []
        assert main(["--demo", "status"]) == 0
        assert "a0" not in capsys.readouterr().out


@pytest.mark.parametrize("output_format", ["table", "csv", "json"])
def test_every_format_says_on_stderr_why_an_account_or_its_overseas_part_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out, output_format: str
) -> None:
    with (
        Simulator() as partial,
        Simulator(SimulatorOptions(scene="refused-secret")) as refused,
    ):
        configure(tmp_path, monkeypatch, partial, refused)
        partial.script("inquire-present-balance", *[error_response("APBK9999", "no")] * 5)
        assert main(["balance", "--all", "--lang", "en", "--format", output_format]) == 1
    notices = capsys.readouterr().err.splitlines()
    assert any(line.startswith("a0: ") and "APBK9999" in line for line in notices)
    assert any(line.startswith("a1: Invalid app secret") for line in notices)


def test_a_note_names_the_account_that_it_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    with Simulator(SimulatorOptions(environment="paper")) as paper:
        configure(tmp_path, monkeypatch, paper)
        for arguments, prefix in ((["--all"], "a0: "), ([], "kistui: ")):
            assert main(["orders", "--lang", "en", *arguments]) == 0
            (note,) = (
                line
                for line in capsys.readouterr().err.splitlines()
                if "does not list domestic orders" in line
            )
            assert note.startswith(prefix)


def test_without_a_profile_the_next_step_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["balance", "--all"]) == 3
    assert "KIS_APP_KEY" in capsys.readouterr().err
    assert main(["balance", "--all", "--demo"]) == 0
