"""What kistui waits for on this machine is named, and a command that asks gets the terminal."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kistui.simulator import Simulator, SimulatorOptions
from tests.terminal.pty_terminal import KISTUI, PtyTerminal, isolated_environment

ASKING = """
import json, sys
terminal = open("/dev/tty", "r+b", buffering=0)
terminal.write(b"master password? ")
answer = terminal.readline().decode().strip()
print(json.dumps({"app_key": sys.argv[1], "app_secret": sys.argv[2]}) if answer == "open" else "")
"""
StartTerminal = Callable[..., PtyTerminal]
SLOW = "import time; time.sleep(60)"


def write_config(home: Path, simulator: Simulator, script: str, *, asks: bool) -> None:
    command = [sys.executable, "-c", script, simulator.app_key, simulator.app_secret]
    config = home / "config" / "kistui" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text(
        "[profiles.main]\n"
        f'environment = "real"\naccount = "{simulator.account_number}"\n'
        f'base_url = "{simulator.url}"\nsecrets = "command"\n'
        f"secret_command = {json.dumps(command)}\n"
        f"secret_command_asks = {str(asks).lower()}\n"
    )
    config.chmod(0o600)


@pytest.fixture
def terminal_with(home: Path) -> Iterator[StartTerminal]:
    terminals: list[PtyTerminal] = []

    def start(*arguments: str, **environ: str) -> PtyTerminal:
        environment = isolated_environment(home, **environ)
        terminals.append(PtyTerminal((*KISTUI, *arguments), environ=environment))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def test_a_command_that_asks_has_the_terminal_until_it_ends(
    home: Path, terminal_with: StartTerminal
) -> None:
    with Simulator(SimulatorOptions()) as simulator:
        write_config(home, simulator, ASKING, asks=True)
        terminal = terminal_with()
        terminal.wait_until(lambda: b"master password?" in terminal.output, "the question")
        modes = terminal.modes()
        assert modes == terminal.modes_before
        terminal.press("open\r")
        terminal.wait_for_text("평가금액")
        assert terminal.modes() != modes
        terminal.press("q")
        assert terminal.wait() == 0


def test_ctrl_c_ends_the_command_that_asks_and_not_the_app(
    home: Path, terminal_with: StartTerminal
) -> None:
    with Simulator(SimulatorOptions()) as simulator:
        write_config(home, simulator, ASKING, asks=True)
        terminal = terminal_with()
        terminal.wait_until(lambda: b"master password?" in terminal.output, "the question")
        terminal.press("\x03")
        terminal.wait_for_text("중단되었습니다")
        terminal.press("q")
        assert terminal.wait() == 0


def test_a_slow_command_is_named_and_cannot_reach_the_terminal(
    home: Path, terminal_with: StartTerminal
) -> None:
    with Simulator(SimulatorOptions()) as simulator:
        write_config(home, simulator, SLOW, asks=False)
        terminal = terminal_with(LANG="en_US.UTF-8")
        terminal.wait_for_text("Waiting for the command python")
        assert "from KIS" not in terminal.text
        terminal.press("q")
        assert terminal.wait() == 0


def test_the_command_line_names_a_slow_command_too(
    home: Path, terminal_with: StartTerminal
) -> None:
    with Simulator(SimulatorOptions()) as simulator:
        write_config(home, simulator, "import time; time.sleep(1); raise SystemExit(1)", asks=False)
        terminal = terminal_with("balance", LANG="en_US.UTF-8")
        assert terminal.wait() == 3
        assert b"Waiting for the command python" in terminal.output
