"""What whole runs show in a real terminal: sizes, terminal types, input methods, hostile names."""

import shlex
import subprocess
from functools import partial
from pathlib import Path

import pytest

from kistui.formatting.cells import display_width
from tests.terminal.pty_terminal import (
    KISTUI,
    REFRESHED_LABEL,
    RUN_PROCESS,
    PtyTerminal,
    isolated_environment,
    run_kistui,
)

pytestmark = pytest.mark.mostly_waits

READY = "국내 손익"
SIZES = ((60, 20), (80, 24), (120, 36), (300, 80))


def is_frame_complete(terminal: PtyTerminal, columns: int, rows: int, word: str) -> bool:
    """Return whether title bar, footer and the frames' right edges are complete."""
    frames = [line.rstrip() for line in terminal.lines if line.startswith(("╭", "╰"))]
    return (
        len(terminal.lines) == rows
        and word in terminal.text
        and "demo 5000****-01" in terminal.lines[0]
        and max(map(display_width, frames), default=0) == columns
    )


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_frame_is_complete_at_every_size(home: Path, lang: str) -> None:
    word, total = ("보유종목", "합계 22") if lang == "ko" else ("Holdings", "Total of 22")
    with run_kistui(home, "--lang", lang, size=SIZES[0]) as terminal:
        terminal.wait_for_text("demo 5000****-01")
        terminal.press("2")
        terminal.wait_for_text(total)
        for size in SIZES:
            terminal.resize(*size)
            terminal.wait_until(partial(is_frame_complete, terminal, *size, word), "the frame")
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("term", ["screen", "linux", "vt100"])
def test_every_usual_terminal_shows_the_balance(home: Path, term: str) -> None:
    with run_kistui(home, TERM=term) as terminal:
        terminal.wait_for_text(READY, "예수금")
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_an_unsupported_terminal_is_refused_with_advice(home: Path, term: str) -> None:
    with run_kistui(home, TERM=term) as terminal:
        assert terminal.wait() == 2
        assert "TERM=xterm-256color" in terminal.text
        assert b"\x1b" not in terminal.output


def test_ascii_without_mouse_on_a_slow_connection(home: Path) -> None:
    with run_kistui(home, "--ascii", "--no-mouse", "--slow") as terminal:
        terminal.wait_for_text(READY)
        terminal.press("2")
        terminal.wait_for_text("합계 22")
        assert not {char for char in terminal.text if not (char.isascii() or char.isalnum())}
        assert b"\x1b[?1000h" not in terminal.output
        terminal.press("q")
        assert terminal.wait() == 0


def test_letters_of_a_korean_input_method_are_keys(home: Path) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(READY)
        terminal.press("ㅌ")
        terminal.wait_for_text("한글 입력 상태", "•••")
        terminal.press("ㅂ")
        assert terminal.wait() == 0


def test_full_width_signs_of_an_input_method_are_keys(home: Path) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(READY)
        for sign, title in (
            ("？", "도움말 ─"),
            ("：", "명령 ─"),
            ("，", "설정 ─"),
            ("＝", "클립보드"),
        ):
            terminal.press(f"2{sign}")
            terminal.wait_for_text(title)
            terminal.press("\x1b")
            terminal.wait_until_idle()
        terminal.press("．")
        terminal.wait_for_text("•••")


def test_no_control_sequence_of_a_name_reaches_the_terminal(home: Path) -> None:
    with run_kistui(home, "--scene", "hostile") as terminal:
        terminal.wait_for_text(READY)
        terminal.press("2")
        for size in ((80, 24), (160, 50)):
            terminal.resize(*size)
            terminal.wait_until(partial(are_rows_as_wide_as_the_frame, terminal, *size), "rows")
        terminal.press("\x1b[B\r")
        terminal.wait_for_text("매입금액")
        # Effects of the names in the scene: clear, red, a title, a link, the clipboard.
        clear, right_to_left = b"\x1b[2J\x1b[31m", "\u202e".encode()
        for sequence in (clear, b"\x1b]0;", b"\x1b]8;", b"\x1b]52;", right_to_left):
            assert sequence not in terminal.output, sequence
        terminal.press("\x11")
        assert terminal.wait() == 0


def are_rows_as_wide_as_the_frame(terminal: PtyTerminal, columns: int, rows: int) -> bool:
    """Return whether every row ends with the frame, whatever characters its name has."""
    right_edge = {terminal.screen.buffer[row][columns - 1].data for row in range(3, rows - 5)}
    return is_frame_complete(terminal, columns, rows, "합계") and right_edge == {"│"}


def test_output_of_another_program_is_painted_over(home: Path) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(READY)
        terminal.paint(b"\x1b[4;10Hnews from elsewhere")
        assert "news from elsewhere" in terminal.text
        terminal.press("\x0c")
        terminal.wait_until(lambda: "news from elsewhere" not in terminal.text)
        terminal.wait_for_text(READY)


def test_closed_output_is_reported(home: Path) -> None:
    result = subprocess.run(
        f"{shlex.join(KISTUI)} --demo balance >&-",
        shell=True,
        env=isolated_environment(home),
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert result.returncode == 1
    assert "표준 출력" in result.stderr.decode()


def test_a_table_in_ascii(home: Path) -> None:
    result = subprocess.run(
        [*KISTUI, "--demo", "--ascii", "holdings", "--market", "all"],
        env=isolated_environment(home),
        capture_output=True,
        check=True,
        timeout=30,
    )
    text = result.stdout.decode()
    assert "^ " in text
    assert not {char for char in text if not (char.isascii() or char.isalnum())}


def test_an_incomplete_environment_opens_the_first_form(home: Path) -> None:
    environ = isolated_environment(home, KIS_APP_KEY="x", KIS_ACCOUNT="50001234-22")
    terminal = PtyTerminal((), environ=environ, function=RUN_PROCESS)
    try:
        terminal.wait_for_text("50001234-22", "1/36")
        terminal.press("\x11")
        assert terminal.wait() == 0
    finally:
        terminal.close()


def test_input_that_is_not_utf_8_does_not_end_the_app(home: Path) -> None:
    with run_kistui(home) as terminal:
        terminal.wait_for_text(REFRESHED_LABEL)
        terminal.press_bytes("가".encode("cp949"))
        terminal.press("2")
        terminal.wait_for_text("삼성전자")
        terminal.press("q")
        assert terminal.wait() == 0
