"""The command line without what Windows lacks; `tests/without_posix.py` says how far this goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kistui.simulator import Simulator

pytestmark = pytest.mark.mostly_waits


@pytest.fixture
def environ(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    """Return an environment with empty folders, whose KIS is the simulator."""
    return os.environ | {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "KISTUI_BASE_URL": simulator.url,
        "LANG": "en_US.UTF-8",
    }


def run(*commands: str, environ: dict[str, str], lines: str = "") -> list[str]:
    """Run commands in one process; return the output of each."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.without_posix", *commands],
        env=environ,
        input=lines,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    *outputs, remainder = result.stdout.split("\f")
    assert not remainder
    return outputs


def test_a_profile_is_added_read_and_removed(
    environ: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    _, profiles, holdings, balance, log = run(
        f"profile add main --real --account {simulator.account_number} --secrets plain",
        "profile list",
        "holdings --format csv",
        "balance --format json",
        "log",
        environ=environ,
        lines=f"{simulator.app_key}\n{simulator.app_secret}\n",
    )
    assert "main" in profiles
    assert "005930" in holdings
    assert "total_value" in balance
    assert sum(request.path == "/oauth2/tokenP" for request in simulator.requests) == 1
    assert "CTRP6504R" in log
    assert [path for path in files_in(tmp_path) if has_app_key(path, simulator)]
    run("profile remove main", environ=environ, lines="main\n")
    assert not [path for path in files_in(tmp_path) if has_app_key(path, simulator)]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def has_app_key(path: Path, simulator: Simulator) -> bool:
    return simulator.app_key.encode() in path.read_bytes()


def test_commands_without_an_account_work(environ: dict[str, str]) -> None:
    outputs = run("--version", "themes", "keys", "--demo orders", environ=environ)
    assert len(outputs) == 4
    assert all(outputs)


def test_the_app_keeps_textuals_driver(environ: dict[str, str]) -> None:
    """The driver of kistui needs job control; importing it fails where there is none."""
    code = (
        "from tests.without_posix import hide_posix; hide_posix();"
        "import kistui.tui.app;"
        "import kistui.cli.commands.app as app; assert app.sys.platform == 'win32'"
    )
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)
