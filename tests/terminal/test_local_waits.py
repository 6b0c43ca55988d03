"""What kistui waits for on this machine is named, and a command that asks gets the terminal."""

import fcntl
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kistui.simulator import Simulator, SimulatorOptions
from tests.terminal.pty_terminal import RUN_PROCESS, PtyTerminal, isolated_environment

pytestmark = pytest.mark.mostly_waits

ASKING = """
import json, sys
terminal = open("/dev/tty", "r+b", buffering=0)
terminal.write(b"master password? ")
answer = terminal.readline().decode().strip()
print(json.dumps({"app_key": sys.argv[1], "app_secret": sys.argv[2]}) if answer == "open" else "")
"""
SLOW = """
import fcntl, os, time
file = open(os.environ["LOCKED_FILE"], "w")
fcntl.flock(file, fcntl.LOCK_EX)
time.sleep(60)
"""
SLOW_AND_FAILING = "import time; time.sleep(1); raise SystemExit(1)"
StartKistui = Callable[..., PtyTerminal]


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
def start(home: Path) -> Iterator[StartKistui]:
    """Return what starts kistui with a `secret_command` that runs a script."""
    with Simulator(SimulatorOptions()) as simulator, ExitStack() as stack:

        def start_with(
            script: str,
            *arguments: str,
            asks: bool = False,
            function: str = RUN_PROCESS,
            **environ: str,
        ) -> PtyTerminal:
            write_config(home, simulator, script, asks=asks)
            environment = isolated_environment(home, **environ)
            terminal = PtyTerminal(arguments, environ=environment, function=function)
            stack.callback(terminal.close)
            return terminal

        yield start_with


@pytest.fixture
def asking(start: StartKistui) -> PtyTerminal:
    """Return a terminal on which the command asks its question."""
    terminal = start(ASKING, asks=True)
    terminal.wait_until(lambda: b"master password?" in terminal.output, "the question")
    return terminal


def test_a_command_that_asks_has_the_terminal_until_it_ends(asking: PtyTerminal) -> None:
    modes = asking.modes()
    assert modes == asking.modes_before
    asking.press("open\r")
    asking.wait_for_text("평가금액")
    assert asking.modes() != modes
    asking.press("q")
    assert asking.wait() == 0


def test_ctrl_c_ends_the_command_that_asks_and_not_the_app(asking: PtyTerminal) -> None:
    asking.press("\x03")
    asking.wait_for_text("중단되었습니다")
    asking.press("q")
    assert asking.wait() == 0


def test_a_slow_command_is_named_and_ends_with_the_app(start: StartKistui, home: Path) -> None:
    locked_file = home / "locked"

    def runs() -> bool:
        if not locked_file.exists():
            return False
        with locked_file.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    terminal = start(SLOW, LANG="en_US.UTF-8", LOCKED_FILE=str(locked_file))
    terminal.wait_for_text("Waiting for the command python")
    terminal.wait_until(runs, "the command")
    assert "from KIS" not in terminal.text
    terminal.press("q")
    assert terminal.wait() == 0
    assert not runs()


def test_the_command_line_names_a_slow_command_too(start: StartKistui) -> None:
    terminal = start(SLOW_AND_FAILING, "balance", LANG="en_US.UTF-8")
    assert terminal.wait() == 3
    assert b"Waiting for the command python" in terminal.output
