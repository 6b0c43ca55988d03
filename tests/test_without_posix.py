"""The command line without what Windows lacks; `tests/without_posix.py` says how far this goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kistui.simulator import Simulator


@pytest.fixture
def environ(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    """Return an environment with empty folders, whose KIS is the simulator."""
    return os.environ | {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "KISTUI_BASE_URL": simulator.url,
        "LANG": "en_US.UTF-8",
    }


def run(arguments: str, environ: dict[str, str], lines: str = "") -> str:
    result = subprocess.run(
        [sys.executable, "-m", "tests.without_posix", *arguments.split()],
        env=environ,
        input=lines,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_profile_is_added_read_and_removed(
    environ: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    add = f"profile add main --real --account {simulator.account_number} --secrets plain"
    run(add, environ, f"{simulator.app_key}\n{simulator.app_secret}\n")
    assert "main" in run("profile list", environ)
    assert "005930" in run("holdings --format csv", environ)
    assert "total_value" in run("balance --format json", environ)
    assert sum(request.path == "/oauth2/tokenP" for request in simulator.requests) == 1
    assert "CTRP6504R" in run("log", environ)
    run("profile remove main", environ, "main\n")
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in left if simulator.app_key.encode() in path.read_bytes()]


@pytest.mark.parametrize("arguments", ["--version", "themes", "keys", "--demo orders"])
def test_a_command_works(arguments: str, environ: dict[str, str]) -> None:
    assert run(arguments, environ)


def test_the_app_keeps_textuals_driver(environ: dict[str, str]) -> None:
    """The driver of kistui needs job control; importing it fails where there is none."""
    code = (
        "from tests.without_posix import hide_posix; hide_posix();"
        "import kistui.tui.app;"
        "import kistui.cli.commands.app as app; assert app.sys.platform == 'win32'"
    )
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)
