"""The help of every command: translated, within its width, with examples that run."""

import argparse
import ast
import inspect
import os
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from kistui.cli import main
from kistui.cli.commands import APP, COMMANDS
from kistui.cli.output import print_notice
from kistui.cli.parser import translate_argparse
from kistui.formatting.cells import display_width
from kistui.i18n import load_translations
from kistui.simulator import SCENES
from tests.cli.conftest import ExamplesRunner

Out = pytest.CaptureFixture[str]
ACTIONS = {
    "profile": ("list", "add", "use", "remove", "import"),
    "history": ("import", "deposit", "withdrawal"),
}
HELPS = [
    (),
    *((command,) for command in COMMANDS),
    *((command, action) for command, actions in ACTIONS.items() for action in actions),
]
KO, EN = load_translations("ko"), load_translations("en")
HANGUL = re.compile("[가-힣]")
# What argparse says to programmers that call it wrongly.
FOR_PROGRAMMERS = {
    "%r is not callable",
    "'required' is an invalid argument for positionals",
    ".__call__() not defined",
    'argument "-" with mode %r',
    "cannot have multiple subparser arguments",
    "cannot merge actions - two groups are named %r",
    "conflicting option string: %s",
    "conflicting option strings: %s",
    "conflicting subparser alias: %s",
    "conflicting subparser: %s",
    "dest= is required for options like %r",
    "invalid conflict_resolution value: %r",
    "invalid option string %(option)r: must start with a character %(prefix_chars)r",
    "mutually exclusive arguments must be optional",
}


def help_text(capsys: Out, *arguments: str) -> str:
    assert main([*arguments, "--help"]) == 0
    return capsys.readouterr().out


def test_every_message_of_argparse_for_users_is_translated() -> None:
    messages: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(argparse))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count = {"_": 1, "ngettext": 2}.get(node.func.id, 0)
            values = [arg.value for arg in node.args[:count] if isinstance(arg, ast.Constant)]
            messages.update(value for value in values if isinstance(value, str))
    assert len(messages) > 30
    translate_argparse(KO)
    look_up: Any = vars(argparse)["_"]
    for message in messages - FOR_PROGRAMMERS:
        assert f"argparse.{message}" in KO, message
        assert HANGUL.search(look_up(message)) or not re.search("[a-z] [a-z]|options", message)
        fields = set(re.findall(r"%(?:\(\w+\))?[rs]", look_up(message)))
        assert fields <= set(re.findall(r"%(?:\(\w+\))?[rs]", message)), message
    translate_argparse(EN)
    look_up = vars(argparse)["_"]
    assert all(look_up(message) == message for message in messages)


@pytest.mark.parametrize(
    ("arguments", "korean", "english"),
    [
        (["balance", "--format", "xml"], "쓸 수 없는 값입니다: 'xml'", "invalid choice: 'xml'"),
        (["balance", "--format"], "--format: 값이 필요합니다", "expected one argument"),
        (["balance", "--all=1"], "값을 쓰지 않는 옵션입니다: '1'", "ignored explicit argument '1'"),
        (["balance", "--nope"], "알 수 없는 인수입니다: --nope", "unknown arguments: --nope"),
        (["profile", "use"], "필수 인수가 빠졌습니다: 이름", "arguments are required: NAME"),
        (["nope"], "kistui: 명령: 쓸 수 없는 값입니다: 'nope'", "argument COMMAND: invalid choice"),
        (["profile", "nope"], "kistui: 동작: 쓸 수 없는 값입니다", "argument ACTION: invalid"),
        (["profile"], "필수 인수가 빠졌습니다: 동작", "arguments are required: ACTION"),
        (["export"], "필수 인수가 빠졌습니다: 프로그램", "arguments are required: tracker"),
        (["log", "-n", "x"], "0에서 100000 사이의", "must be a number from 0 to 100000"),
        (["history", "--from", "x"], "날짜를 2026-11-02와", "must be a date"),
        (
            ["profile", "import", "x", "--real", "--paper"],
            "--real 옵션과 함께 쓸 수 없습니다",
            "not allowed with argument --real",
        ),
    ],
)
def test_a_wrong_argument_is_named_with_its_help(
    capsys: Out, arguments: list[str], korean: str, english: str
) -> None:
    for lang, words in (("ko", korean), ("en", english)):
        with pytest.raises(SystemExit) as caught:
            main(["--lang", lang, *arguments])
        assert caught.value.code == 2
        sentence, hint = capsys.readouterr().err.splitlines()
        assert sentence.startswith("kistui: ")
        assert words in sentence
        assert hint.startswith("  ")
        assert hint.endswith(" --help")
        help_text(capsys, *hint.split()[hint.split().index("kistui") + 1 : -1])


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_help_is_translated_and_fits(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    for columns, t in product((60, 80, 120), (KO, EN)):
        monkeypatch.setenv("COLUMNS", str(columns))
        text = help_text(capsys, "--lang", t.language, *arguments)
        for line in text.splitlines():
            # argparse keeps an option and its choices together
            is_unwrapped = "kistui " in line or "{" in line or line.lstrip().startswith("[")
            assert display_width(line) <= columns or is_unwrapped, line
        assert ("사용법: kistui" in text) == (t is KO)
        assert not (t is KO and re.search(r"usage:|options:|arguments|show this|examples:", text))
        assert not (t is KO and re.search(r"--\w+ [A-Z]+\b", text)), "a value without a Korean name"
        *_, first, second = [line for line in text.splitlines() if line.startswith("  kistui ")]
        assert first != second


def examples(language: str) -> list[str]:
    t = load_translations(language)
    texts = [t(key) for key in t if "example." in key]
    return [line.split("  ")[0] for text in texts for line in text.splitlines()]


def test_every_help_has_two_examples_that_are_its_own() -> None:
    for arguments in HELPS:
        key = "example." + ("_".join(arguments) or "app")
        for t in (KO, EN):
            lines = t(key).splitlines()
            assert len(lines) == 2
            assert all("  " in line for line in lines)
            assert lines[0].startswith(" ".join(("kistui", *arguments)))
    assert examples("ko") == examples("en")
    assert len(HELPS) * 2 == len(examples("en"))
    assert APP not in COMMANDS.values()


def test_every_example_runs(examples_runner: ExamplesRunner, tmp_path: Path) -> None:
    """In the order of a user who adds accounts, looks and cleans up."""
    order = (
        *("profile add main", "profile use", "", "profile import"),
        *("profile add mock", "profile remove"),
    )
    commands = sorted(dict.fromkeys(examples("en")), key=lambda command: position(command, order))
    for command in commands:
        examples_runner.run(command)
    config = (tmp_path / ".config" / "kistui" / "config.toml").read_text()
    assert not re.search(r"\[profiles\.(main|mock)", config)


def position(command: str, order: tuple[str, ...]) -> int:
    """The place of a command in `order`, in which "" stands for all others."""
    for number, part in enumerate(order):
        if part and f"kistui {part} " in command:
            return number
    return order.index("")


def test_every_scene_is_described_in_the_help_of_the_simulator(capsys: Out) -> None:
    for t in (KO, EN):
        text = help_text(capsys, "simulator", "--lang", t.language)
        for name in SCENES:
            assert re.search(rf"^  {name}  +\S", text, re.MULTILINE)
            assert (HANGUL.search(t(f"scene.{name}")) is not None) == (t is KO)
    assert {key for key in EN if key.startswith("scene.")} == {f"scene.{name}" for name in SCENES}


def test_a_notice_on_a_terminal_is_wrapped_and_indented(
    monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    notice = "kistui: " + "환경변수의 값이 올바르지 않습니다. " * 4
    print_notice(notice.strip(), "", "다음 줄")
    assert capsys.readouterr().err == f"{notice.strip()}\n  다음 줄\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    print_notice(notice)
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith("kistui: ")
    assert others
    assert all(line.startswith("  ") and display_width(line) <= 40 for line in others)
    assert os.environ["COLUMNS"] == "40"


@pytest.mark.parametrize("columns", ["wide", "", "0", "-5"])
def test_a_width_that_is_none_stops_no_notice(
    monkeypatch: pytest.MonkeyPatch, capsys: Out, columns: str
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2)
    monkeypatch.setattr(os, "get_terminal_size", lambda _stream: os.terminal_size((30, 10)))
    monkeypatch.setenv("COLUMNS", columns)
    print_notice("kistui: " + "word " * 12)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 30
