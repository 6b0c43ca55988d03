"""Whole runs in a real terminal: signals, sizes, terminal types and keyboard input."""

import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from kistui.formatting.cells import display_width
from tests.terminal.emulated_terminal import KISTUI, EmulatedTerminal

READY = "총평가"
LEFT = b"\x1b[?1049l"


def children(pid: int) -> list[str]:
    done = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_a_signal_leaves_the_terminal_as_it_was(tmp_path: Path, number: signal.Signals) -> None:
    with EmulatedTerminal("--demo", home=tmp_path) as terminal:
        terminal.wait_for_text(READY)
        terminal.process.send_signal(number)
        assert terminal.wait() == 128 + number
        assert LEFT in terminal.output
        assert b"\x1b[?25h" in terminal.output.rpartition(LEFT)[0][-400:] + terminal.output[-400:]
        assert b"\x1b[?1000l" in terminal.output
        assert b"\x1b[?2004l" in terminal.output
        assert terminal.modes() == list(terminal.modes_before)
        assert not [path for path in tmp_path.rglob("*") if path.suffix in {".tmp", ".part"}]


def test_the_app_ends_when_the_terminal_disconnects(tmp_path: Path) -> None:
    with EmulatedTerminal("--demo", home=tmp_path) as terminal:
        terminal.wait_for_text(READY)
        pid = terminal.process.pid
        terminal.disconnect()
        terminal.process.wait(15)
        assert not children(pid)


def test_many_resizes_end_with_a_complete_frame(tmp_path: Path) -> None:
    with EmulatedTerminal("--demo", home=tmp_path) as terminal:
        terminal.wait_for_text(READY)
        chance = random.Random(7)
        for _ in range(200):
            terminal.resize(chance.randint(20, 300), chance.randint(5, 80))
        terminal.resize(120, 36)
        terminal.wait_until(lambda: is_frame_complete(terminal, 120, 36, READY))
        terminal.press("q")
        assert terminal.wait() == 0


def is_frame_complete(terminal: EmulatedTerminal, columns: int, rows: int, word: str) -> bool:
    """Return whether title bar, footer and the frames' right edges are complete."""
    lines = terminal.lines
    frames = [line.rstrip() for line in lines if line.startswith(("╭", "╰"))]
    return (
        len(lines) == rows
        and word in terminal.text
        and "demo 5000****-01" in lines[0]
        and max(map(display_width, frames), default=0) == columns
    )


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (300, 80)])
def test_the_frame_is_complete_at_every_size(
    tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    word, total = ("보유종목", "합계 22") if lang == "ko" else ("Holdings", "Total of 22")
    with EmulatedTerminal("--demo", "--lang", lang, home=tmp_path, size=size) as terminal:
        terminal.wait_for_text("demo 5000****-01")
        terminal.press("2")
        terminal.wait_for_text(total)
        terminal.wait_until(lambda: is_frame_complete(terminal, *size, word))
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("term", ["xterm-256color", "screen", "tmux-256color", "linux", "vt100"])
def test_every_usual_terminal_shows_the_figures(tmp_path: Path, term: str) -> None:
    with EmulatedTerminal("--demo", home=tmp_path, TERM=term) as terminal:
        terminal.wait_for_text(READY, "총대출")
        terminal.press("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_an_unsupported_terminal_is_refused_with_advice(tmp_path: Path, term: str) -> None:
    with EmulatedTerminal("--demo", home=tmp_path, TERM=term) as terminal:
        assert terminal.wait() == 2
        assert "TERM=xterm-256color" in terminal.text
        assert b"\x1b" not in terminal.output


def test_slow_and_plain_and_without_a_mouse(tmp_path: Path) -> None:
    arguments = ("--demo", "--ascii", "--no-mouse", "--slow")
    with EmulatedTerminal(*arguments, home=tmp_path) as terminal:
        terminal.wait_for_text(READY)
        terminal.press("2")
        terminal.wait_for_text("합계 22")
        drawn = set(terminal.text) - {"\n"}
        assert {char for char in drawn if not (char.isascii() or char.isalnum())} == set()
        assert b"\x1b[?1000h" not in terminal.output
        terminal.press("q")
        assert terminal.wait() == 0


def test_a_korean_input_methods_letters_are_keys(tmp_path: Path) -> None:
    with EmulatedTerminal("--demo", home=tmp_path) as terminal:
        terminal.wait_for_text(READY)
        terminal.press("ㅌ")
        terminal.wait_for_text("한글 입력 상태", "•••")
        terminal.press("ㅂ")
        assert terminal.wait() == 0


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_no_control_sequence_of_a_name_reaches_the_terminal(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with EmulatedTerminal("--demo", "--scene", "hostile", home=tmp_path, size=size) as terminal:
        terminal.wait_for_text(READY)
        terminal.press("2")
        terminal.wait_for_text("보유종목", "합계")
        terminal.wait_until(lambda: is_frame_complete(terminal, *size, "합계"))
        right = size[0] - 1
        # Every row is as wide as the frame, whatever characters its name has.
        terminal.wait_until(
            lambda: {terminal.char_at(right, row) for row in range(3, size[1] - 5)} == {"│"}
        )
        terminal.press("\x1b[B\r")
        terminal.wait_for_text("매입금액")
        # Effects of the names in the scene: clear, red, a title, a link, the clipboard.
        clear, right_to_left = b"\x1b[2J\x1b[31m", "\u202e".encode()
        for bad in (clear, b"\x1b]0;", b"\x1b]8;", b"\x1b]52;", right_to_left):
            assert bad not in terminal.output, bad
        terminal.press("\x11")
        assert terminal.wait() == 0


def test_closed_output_is_reported(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{' '.join(KISTUI)} --demo balance >&-",
        shell=True,
        env={**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 1
    assert "표준 출력" in done.stderr.decode()


def test_a_table_in_plain_characters(tmp_path: Path) -> None:
    done = subprocess.run(
        [*KISTUI, "--demo", "--ascii", "holdings", "--market", "all"],
        env={**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        check=True,
        timeout=30,
    )
    text = done.stdout.decode()
    assert "^ " in text
    assert {char for char in text if not (char.isascii() or char.isalnum())} == set()


def test_output_of_another_program_is_painted_over(tmp_path: Path) -> None:
    with EmulatedTerminal("--demo", home=tmp_path) as terminal:
        terminal.wait_for_text(READY)
        terminal.write_to_screen(b"\x1b[4;10Hnews from elsewhere")
        assert "news from elsewhere" in terminal.text
        terminal.press("\x0c")
        terminal.wait_until(lambda: "news from elsewhere" not in terminal.text)
        terminal.wait_for_text(READY)
