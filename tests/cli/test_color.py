"""`--color`, NO_COLOR and FORCE_COLOR: colours on a terminal, none in a pipe."""

import re
import sys

import pytest

from kistui.cli import main
from kistui.cli.commands.app import set_textual_defaults
from kistui.cli.output import uses_color
from kistui.formatting.ansi import fold_styled, strip_styles, styled_text
from kistui.formatting.cells import Cell, Role, display_width, plain_text
from tests.cli.conftest import LAST_YEAR

Out = pytest.CaptureFixture[str]
GAIN, LOSS = "\x1b[91m", "\x1b[94m"
TERMINAL = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("choice", "environ", "is_terminal", "expected"),
    [
        ("auto", TERMINAL, True, True),
        ("auto", TERMINAL, False, False),
        ("auto", {}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", TERMINAL | {"NO_COLOR": "0"}, True, False),
        ("auto", TERMINAL | {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", TERMINAL | {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_the_option_decides_then_the_environment_then_the_terminal(
    choice: str, environ: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    assert uses_color(choice, environ, is_terminal=is_terminal) is expected


def test_a_styled_line_is_its_text_without_blanks_at_the_end() -> None:
    line = (
        Cell("  이름  "),
        Cell("▲ 1", Role.GAIN),
        Cell(" "),
        Cell("▼ 2  ", Role.LOSS),
        Cell("   ", Role.DIM),
    )
    text = styled_text(line)
    assert text == f"  이름  {GAIN}▲ 1\x1b[0m {LOSS}▼ 2\x1b[0m"
    assert strip_styles(text) == plain_text(line).rstrip()
    assert styled_text(()) == styled_text((Cell("  ", Role.GAIN),)) == ""


@pytest.mark.parametrize(
    "command",
    [
        ("balance",),
        ("balance", "--all"),
        ("holdings",),
        ("profit",),
        ("history",),
        ("tax", "--year", LAST_YEAR),
    ],
    ids=" ".join,
)
def test_gain_and_loss_are_coloured_if_asked(capsys: Out, command: tuple[str, ...]) -> None:
    assert main(["--demo", *command, "--color", "always"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"\x1b\[9[14]m", text)
    assert main(["--demo", "--color", "never", *command]) == 0
    plain = capsys.readouterr().out
    assert "\x1b" not in plain
    # Prices of the demo move, and with them the widths of amounts.
    assert len(plain.splitlines()) == len(text.splitlines())


def test_a_terminal_gets_colours_and_a_file_for_programs_never(
    monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    assert main(["--demo", "holdings"]) == 0
    text = capsys.readouterr().out
    assert GAIN in text
    assert LOSS in text
    for output_format in ("json", "csv", "tsv"):
        assert main(["--demo", "holdings", "--format", output_format, "--color", "always"]) == 0
        assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize(
    "command", ["cash", "history", "orders --period week", "profit", "token issue"]
)
def test_nothing_is_cut_at_the_edge_of_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: Out, command: str, width: int
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["--demo", *command.split()]) == 0
    text = strip_styles(capsys.readouterr().out)
    assert max(map(display_width, text.splitlines())) <= width


def test_lines_break_between_parts_or_words_and_never_within_a_word() -> None:
    def fold(text: str, width: int) -> list[str]:
        return fold_styled(text, width).split("\n")

    assert fold("abc def\nghi", 20) == ["abc def", "ghi"]
    assert fold("one two three four", 10) == ["one two", "three four"]
    assert fold("매수 1,000 · 매도 2,000,000 KRW", 20) == ["매수 1,000 ·", "매도 2,000,000 KRW"]
    assert fold("total 1   day 2 %   month 3 %", 20) == ["total 1   day 2 %", "month 3 %"]
    assert fold("  indented_and_long x", 8) == ["  indented_and_long", "x"]
    assert fold("\x1b[91m▲ 12\x1b[0m won of 3", 8) == ["\x1b[91m▲ 12\x1b[0m won", "of 3"]


def test_the_app_obeys_the_option() -> None:
    environ = {"NO_COLOR": "1"}
    set_textual_defaults(environ, slow=False, color="always")
    assert environ == {}
    set_textual_defaults(environ, slow=False, color="never")
    assert environ == {"NO_COLOR": "1"}
    set_textual_defaults(environ, slow=False)
    assert environ == {"NO_COLOR": "1"}
