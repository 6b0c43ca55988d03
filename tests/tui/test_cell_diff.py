"""Only cells that differ are sent to the terminal, and the screen is the same."""

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyte.screens import Char
from textual.geometry import Size

from kistui.tui.driver.cell_diff import ScreenBuffer

COLUMNS, LINES = 12, 4
SIZE = Size(COLUMNS, LINES)
RED, BOLD = "\x1b[31m", "\x1b[1;32m"
BACK, INVERSE = "\x1b[38;2;1;2;3;48;2;4;5;6m", "\x1b[7;31;48;5;9m"


def fitted(pieces: list[tuple[str, str]]) -> str:
    """Return a line of styled characters, exactly as wide as the screen."""
    fitted_text, width = "", 0
    for style, char in pieces:
        wide = 2 if char == "가" else 1
        if width + wide > COLUMNS:
            break
        fitted_text += f"{style}{char}\x1b[0m" if style else char
        width += wide
    return fitted_text + " " * (COLUMNS - width)


line = st.lists(
    st.tuples(st.sampled_from(["", RED, BOLD, BACK, INVERSE]), st.sampled_from("ab 가")),
    max_size=COLUMNS,
).map(fitted)
frame = st.dictionaries(st.integers(1, LINES), line, min_size=1).map(
    lambda lines: "".join(f"\x1b[{at};1H{text}" for at, text in lines.items()) + "\x1b[1;2H"
)


def visible(char: Char) -> Char:
    """Return a cell without what cannot be seen: the text colour of a blank."""
    return char._replace(fg="", bold=False) if char.data == " " and not char.reverse else char


@given(st.lists(frame, max_size=6))
def test_the_difference_produces_the_same_screen(frames: list[str]) -> None:
    expected, actual = pyte.Screen(COLUMNS, LINES), pyte.Screen(COLUMNS, LINES)
    buffer = ScreenBuffer()
    for frame_text in frames:
        pyte.Stream(expected).feed(frame_text)
        pyte.Stream(actual).feed(buffer.diff(frame_text, SIZE))
        assert actual.display == expected.display
        for y in range(LINES):
            for x in range(COLUMNS):
                assert visible(actual.buffer[y][x]) == visible(expected.buffer[y][x])
        assert (actual.cursor.x, actual.cursor.y) == (expected.cursor.x, expected.cursor.y)


def test_unchanged_cells_are_not_sent_again() -> None:
    buffer = ScreenBuffer()
    first = f"\x1b[2;1H{RED}합계 1,234\x1b[0m\x1b[1;1H"
    assert "합계" in buffer.diff(first, SIZE)
    assert buffer.diff(first, SIZE) == ""
    assert buffer.diff(first.replace("[1;1H", "[1;2H"), SIZE) == "\x1b[1;2H"
    assert buffer.diff(first.replace("4", "5"), SIZE) == f"\x1b[2;10H{RED}5\x1b[0m\x1b[1;1H"


@pytest.mark.parametrize("strange", ["\x1b[2J", "\x1b]8;;x\x1b\\", "e\u0301"])
def test_an_unparsed_frame_is_sent_whole_and_invalidates_the_buffer(strange: str) -> None:
    buffer = ScreenBuffer()
    plain = "\x1b[1;1Habc\x1b[1;1H"
    buffer.diff(plain, SIZE)
    data = f"\x1b[1;1H{strange}\x1b[1;1H"
    assert buffer.diff(data, SIZE) == data
    assert "abc" in buffer.diff(plain, SIZE)


def test_an_overwritten_half_of_a_wide_character_is_sent_again() -> None:
    buffer = ScreenBuffer()
    wide = "\x1b[1;1H가\x1b[1;1H"
    buffer.diff(wide, SIZE)
    buffer.diff("\x1b[1;2Hx\x1b[1;1H", SIZE)
    assert "가" in buffer.diff(wide, SIZE)


def test_a_line_break_moves_to_the_first_column() -> None:
    buffer = ScreenBuffer()
    buffer.diff("\x1b[1;1Hab\ncd\x1b[1;1H", SIZE)
    assert buffer.diff("\x1b[2;1Hcd\x1b[1;1H", SIZE) == ""


def test_a_frame_larger_than_the_window_is_not_buffered() -> None:
    buffer = ScreenBuffer()
    large = "\x1b[4;1Hab\x1b[9;1Hcd\x1b[1;1H"
    assert buffer.diff(large, SIZE) == large
    assert "ab" in buffer.diff("\x1b[4;1Hab\x1b[1;1H", SIZE)


def test_unchanged_colours_are_not_sent_again() -> None:
    frame = f"\x1b[1;1H{BACK}ab\x1b[0m\x1b[31;48;2;4;5;6mc\x1b[0m\x1b[1;1H"
    assert ScreenBuffer().diff(frame, SIZE) == f"\x1b[1;1H{BACK}ab\x1b[31mc\x1b[0m\x1b[1;1H"
