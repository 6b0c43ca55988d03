"""Completion as real shells do it, and the man page."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kistui.cli import main
from kistui.cli.commands import COMMANDS
from tests.terminal.pty_terminal import PtyTerminal

CASES = {
    "kistui hold": {"holdings"},
    "kistui balance --mar": {"--market"},
    "kistui balance --market ": {"kr", "all"},
    "kistui balance --profile m": {"main", "mock"},
    "kistui profile use i": {"isa"},
    "kistui --demo --scene ord": {"ordinary"},
    "kistui --theme kistui-l": {"kistui-light"},
}
CONFIG = """\
[profiles.main]
environment = "real"
secrets = "keyring"
account = "12345678-01"
[profiles.mock]
environment = "paper"
secrets = "keyring"
account = "50001234-01"
[profiles.isa]
environment = "real"
secrets = "keyring"
account = "87654321-01"
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return an environment with three profiles, in which `kistui` is found."""
    folder = tmp_path / "config" / "kistui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG)
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }


def shell_output(command: list[str], environ: dict[str, str]) -> str:
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert not result.stderr
    return result.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes(environ: dict[str, str]) -> None:
    script = 'eval "$(kistui completion bash)"\n'
    for line in CASES:
        *words, last = line.split(" ")
        quoted = " ".join(f'"{word}"' for word in (*words, last))
        script += (
            f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; COMPREPLY=();"
            '_shtab_kistui; echo "${COMPREPLY[*]}"\n'
        )
    lines = shell_output(["bash", "-c", script], environ).splitlines()
    completions = {line: {*words.split()} for line, words in zip(CASES, lines, strict=True)}
    assert completions == CASES


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(environ: dict[str, str]) -> None:
    script = "kistui completion fish | source\n" + "".join(
        f"echo @; complete -C '{line}'\n" for line in CASES
    )
    blocks = shell_output(["fish", "--no-config", "-c", script], environ).split("@\n")[1:]
    completions = {
        line: {row.split("\t")[0] for row in block.splitlines()}
        for line, block in zip(CASES, blocks, strict=True)
    }
    assert completions == CASES


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes(environ: dict[str, str]) -> None:
    terminal = PtyTerminal(("zsh", "-f"), environ=environ)
    try:
        terminal.press('autoload -U compinit; compinit -u; eval "$(kistui completion zsh)"\r')
        terminal.press("PS1='ready> '; clear\r")
        terminal.wait_for_text("ready>")
        for line in ("kistui hold", "kistui balance --profile ma", "kistui --theme kistui-l"):
            (word,) = (word for word in CASES[line.replace("ma", "m")] if word != "mock")
            terminal.press(f"{line}\t")
            terminal.wait_for_text(f"ready> {line.rpartition(' ')[0]} {word}")
            terminal.press("\x15")
    finally:
        terminal.close()


def test_the_man_page_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "man", "--lang", "en"]) == 0
    page = capsys.readouterr().out
    assert page.startswith(".TH KISTUI")
    assert not {name for name in COMMANDS if f"kistui {name}" not in page.replace("\\", "")}


def test_without_a_shell_the_known_shells_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "--lang", "en"]) == 2
    assert "bash, zsh or fish" in capsys.readouterr().err


def test_unreadable_names_complete_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "kistui").mkdir()
    (tmp_path / "kistui" / "config.toml").write_text("[")
    assert main(["completion", "--values", "profiles"]) == 0
    assert not capsys.readouterr().out.strip()
