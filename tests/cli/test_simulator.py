"""`kistui simulator`: what it prints points a shell or a program at all of its accounts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import pytest

from kistui.cli import main
from kistui.cli.commands.simulator import simulator_options
from kistui.cli.parser import parse_arguments
from kistui.i18n import load_translations
from kistui.simulator import SCENES, Simulator
from tests.simulator.support import TOKEN_PATH

ACCOUNTS = [(account.account_type, account.number) for account in Simulator().accounts]


@contextmanager
def running(*options: str, lines: int) -> Iterator[str]:
    """Yield the first lines that it prints while it runs; it must end with 0."""
    with subprocess.Popen(
        [sys.executable, "-m", "kistui", "simulator", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield "".join(process.stdout.readline() for _ in range(lines))
        finally:
            process.terminate()
            _, stderr = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in stderr


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_shell_that_runs_the_whole_output_has_the_first_account(lang: str) -> None:
    with running("--lang", lang, lines=5 + 4 * (len(ACCOUNTS) - 1)) as text:
        shell = subprocess.run(
            ["sh", "-c", text + 'printf "%s" "$KIS_ACCOUNT $KIS_PAPER $KISTUI_BASE_URL"'],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
        account, paper, url = shell.stdout.split()
    assert (account, paper) == (ACCOUNTS[0][1], "0")
    assert url.startswith("http://127.0.0.1:")
    for _, other in ACCOUNTS[1:]:
        assert f"# export KIS_ACCOUNT='{other}'" in text


@pytest.mark.parametrize("environment", ["real", "paper"])
def test_a_program_reads_one_line_of_json_and_reaches_every_account(environment: str) -> None:
    from http.client import HTTPConnection

    options = ["--paper"] if environment == "paper" else []
    with running("--format", "json", *options, lines=1) as text:
        document = json.loads(text)
        assert document["environment"] == environment
        assert [(entry["kind"], entry["account"]) for entry in document["accounts"]] == ACCOUNTS
        pairs = {(entry["app_key"], entry["app_secret"]) for entry in document["accounts"]}
        for key, secret in pairs:
            connection = HTTPConnection(document["base_url"].removeprefix("http://"), timeout=5)
            body = {"grant_type": "client_credentials", "appkey": key, "appsecret": secret}
            connection.request("POST", TOKEN_PATH, json.dumps(body))
            assert json.loads(connection.getresponse().read())["access_token"]
            connection.close()
    assert len(pairs) == 2


def test_an_output_that_cannot_be_written_is_not_taken_for_a_port_in_use(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Simulator() as other:
        port = other.url.rpartition(":")[2]
        assert main(["simulator", "--port", port, "--lang", "en"]) == 1
        assert f"cannot open port {port}" in capsys.readouterr().err
    with open("/dev/full", "w") as full, redirect_stdout(full):  # noqa: PTH123
        assert main(["simulator", "--lang", "en"]) == 1
        (notice,) = capsys.readouterr().err.splitlines()[1:]
        assert "cannot write the output" in notice


def test_help_lists_every_scene(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "simulator", "--help"]) == 0
    help_text = capsys.readouterr().out
    assert not [name for name in SCENES if f"\n  {name} " not in help_text]


def test_live_prices_are_served_on_request() -> None:
    with running("--live", "--format", "json", lines=1) as text:
        live_url = json.loads(text)["live_url"]
    assert live_url.startswith("ws://127.0.0.1:")
    with running("--live", lines=2) as text:
        assert "export KISTUI_LIVE_URL='ws://127.0.0.1:" in text


@pytest.mark.parametrize("option", ["--no-overseas", "--no-abroad"])
def test_an_account_without_an_overseas_part_has_an_old_option_too(option: str) -> None:
    t = load_translations("en")
    for arguments, has_overseas in ((["simulator", option], False), (["simulator"], True)):
        assert simulator_options(parse_arguments(arguments, t)).overseas is has_overseas
