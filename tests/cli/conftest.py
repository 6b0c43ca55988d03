"""The simulator's account, and what the examples of the help and of the READMEs need."""

import json
import shlex
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kistui.cli import main, trade_lists
from kistui.cli.commands import mcp as mcp_command
from kistui.cli.commands import simulator as simulator_command
from kistui.clock import korean_date, system_clock
from kistui.simulator import Simulator
from tests.keyrings import memory_keyring
from tests.support import FakeClock

EXAMPLE_ACCOUNT = "12345678-01"
LAST_YEAR = str(korean_date(system_clock()).year - 1)
"""A year of which the demo has sales and dividends on every day, a New Year's Day too."""


def use_account(monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> None:
    """Put a simulator's account into the environment, as a user would set it."""
    for name, value in {
        "KIS_APP_KEY": simulator.app_key,
        "KIS_APP_SECRET": simulator.app_secret,
        "KIS_ACCOUNT": simulator.account_number,
        "KISTUI_BASE_URL": simulator.url,
    }.items():
        monkeypatch.setenv(name, value)
    if simulator.options.is_paper:
        monkeypatch.setenv("KIS_PAPER", "1")


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    """Run a command that ends with `code`; return the JSON that it printed."""
    assert main([*arguments, "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def current_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Yield a simulator in place of KIS, with the clock of the machine."""
    with Simulator(clock=system_clock) as running:
        monkeypatch.setenv("KISTUI_BASE_URL", running.url)
        yield running


@pytest.fixture
def account(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """Return the simulator whose account is in the environment."""
    use_account(monkeypatch, simulator)
    return simulator


@pytest.fixture
def trading(account: Simulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """Return the account in the environment at a time at which KRX trades."""
    monkeypatch.setattr(trade_lists, "system_clock", clock)
    return account


class ExamplesRunner:
    """Runs the commands of examples as they stand, the account number aside."""

    def __init__(
        self,
        simulator: Simulator,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.simulator = simulator
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, command: str) -> str:
        """Run a command, which must succeed; return its standard output."""
        self._capsys.readouterr()
        if "assets.csv" in command and not Path("assets.csv").exists():
            assert main(["history", "--format", "csv"]) == 0
            Path("assets.csv").write_text(self._capsys.readouterr().out)
        words = shlex.split(
            command.replace(EXAMPLE_ACCOUNT, self.simulator.account_number), comments=True
        )
        # What a user would type: the name of a profile to remove, or app key and app secret.
        answers = (
            words[-1:] if "remove" in words else (self.simulator.app_key, self.simulator.app_secret)
        )
        self._monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{line}\n" for line in answers)))
        code = main(words[1:])
        output = self._capsys.readouterr()
        opens_app = not any(word.isalpha() for word in words[1:])
        assert code == (2 if opens_app else 0), (command, output)
        return output.out


def _interrupt(_seconds: float) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def examples_runner(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[ExamplesRunner]:
    """Yield a runner with a simulator in place of KIS, a keyring, and a file to import."""
    # Importing the MCP library takes a second; test_mcp serves for real.
    server = SimpleNamespace(run=lambda _transport: None)
    monkeypatch.setattr(mcp_command, "create_server", lambda _options: server)
    # The simulator runs until it is stopped.
    monkeypatch.setattr(simulator_command, "sleep", _interrupt)
    monkeypatch.chdir(tmp_path)
    with memory_keyring(monkeypatch), Simulator(clock=system_clock) as simulator:
        monkeypatch.setenv("KISTUI_BASE_URL", simulator.url)
        Path("kis_devlp.yaml").write_text(
            f'my_app: "{simulator.app_key}"\nmy_sec: "{simulator.app_secret}"\n'
            f'my_acct_stock: "50001234"\nmy_prod: "01"\n'
        )
        yield ExamplesRunner(simulator, monkeypatch, capsys)
