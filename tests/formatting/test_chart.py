"""Charts as text: lines, gaps, a second line, a level, axes, and signs of ASCII."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.formatting.ascii import to_ascii
from kistui.formatting.cells import Line, Role, display_width, plain_text
from kistui.formatting.chart import (
    Candle,
    ChartLevel,
    ChartLine,
    candle_capacity,
    candle_lines,
    chart_lines,
    rebase,
    sparkline,
)
from tests.fuzz.strategies import fuzz_settings

FIRST_DAY = date(2026, 7, 6)


def decimals(*numbers: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if number is None else Decimal(number) for number in numbers)


def days(count: int) -> list[date]:
    return [FIRST_DAY + timedelta(days=number) for number in range(count)]


def format_value(value: Decimal) -> str:
    return f"{value:,f}"


def draw(*numbers: int | None, width: int = 30, height: int = 6, **changes: object) -> list[str]:
    values = decimals(*numbers)
    lines = changes.pop("lines", [ChartLine(values)])
    options = {"format_value": format_value, **changes}
    chart = chart_lines(days(len(values)), lines, width, height, **options)  # type: ignore[arg-type]
    return [plain_text(line).rstrip() for line in chart]


def roles_of(lines: Sequence[Line]) -> set[Role]:
    return {cell.role for line in lines for cell in line if cell.text.strip()}


def test_a_rising_line_with_its_axes() -> None:
    assert draw(100, 200, 300, 400, 500) == [
        "                         ⣀⡠⠤⠒⠉",
        "400                 ⢀⡠⠔⠒⠉",
        "               ⣀⡠⠤⠒⠉⠁",
        "200      ⣀⠤⠔⠒⠉⠉",
        "    ⣀⠤⠒⠊⠉",
        "    07-06                07-10",
    ]


def test_unknown_values_are_gaps_in_the_line() -> None:
    chart = draw(5, 5, 5, None, None, None, 5, 5, 5, width=31, height=5, format_value=None)
    assert chart[2] == "⠉" * 8 + " " * 15 + "⠉" * 8
    single_days = draw(None, 5, None, 7, None, width=30, height=5, format_value=None)
    assert sum(len(line.replace(" ", "")) for line in single_days[:-1]) == 2


def test_the_level_has_the_label_and_is_broken() -> None:
    values = decimals(100, 200, 300, 400, 500)
    chart = chart_lines(
        days(5),
        [ChartLine(values)],
        30,
        6,
        format_value=format_value,
        level=ChartLevel(Decimal(250)),
    )
    assert any(plain_text(line).startswith("250 ") for line in chart)
    parts = [cell.text for line in chart for cell in line if cell.role is Role.LABEL]
    assert parts[0].strip() == "250"
    assert [part.strip() for part in parts[1:]] == ["⠉ ⠉ ⠉", "⠉ ⠉ ⠉ ⠉ ⠉ ⠉ ⠉"]


@pytest.mark.parametrize(("level", "label", "row"), [(5000, "↑5,000", 0), (1, "↓1", -2)])
def test_a_level_far_away_is_named_at_the_edge(level: int, label: str, row: int) -> None:
    chart = draw(1000, 1100, 1200, level=ChartLevel(Decimal(level)))
    assert label in chart[row]
    assert sum(line.count(" ⠉ ⠉") for line in chart) == 0


def test_a_second_line_is_rebased_and_dotted() -> None:
    first, second = decimals(None, 200, 220, 240), decimals(4, 5, None, 7)
    rebased = rebase(second, first)
    assert rebased == (Decimal(160), Decimal(200), None, Decimal(280))
    assert rebase(decimals(1, None), decimals(None, 2)) == (None, None)
    assert rebase(decimals(0, 4), decimals(3, 2)) == decimals(0, 2)
    plain = ChartLine(decimals(1, 9, 1, 9), Role.LABEL)
    dotted = plain._replace(is_dotted=True)
    counts = [
        sum(bin(ord(char)).count("1") for char in "".join(draw(1, 9, 1, 9, lines=[line])[:-1]))
        for line in (plain, dotted)
    ]
    assert counts[1] < counts[0]


def test_hidden_values_keep_the_shape_without_labels() -> None:
    chart = draw(100, 200, 300, format_value=None, level=ChartLevel(Decimal(5)))
    assert not any(char.isdigit() for line in chart[:-1] for char in line)
    assert any(line.strip() for line in chart[:-1])


def test_all_values_alike_are_a_line_in_the_middle() -> None:
    chart = draw(7, 7, 7, height=5)
    assert [bool(line.strip()) for line in chart] == [False, False, True, False, True]
    assert chart[2].startswith("7 ")


def test_days_of_more_than_a_year_are_months() -> None:
    spread = [date(2024, 1, 2), date(2025, 3, 4), date(2026, 5, 6)]
    chart = chart_lines(spread, [ChartLine(decimals(1, 2, 3))], 50, 5, format_value=None)
    assert plain_text(chart[-1]).split() == ["2024-01", "2025-03", "2026-05"]


@pytest.mark.parametrize(("width", "height"), [(19, 9), (60, 3), (0, 0)])
def test_a_chart_without_room_is_empty(width: int, height: int) -> None:
    assert draw(1, 2, width=width, height=height) == []
    assert draw(None, None) == []


def test_dots_become_slopes_and_heights_in_ascii() -> None:
    assert [to_ascii(char) for char in "⠉⠒⠤⣀⡇⠊⠑⡠⢄⣿⠀"] == list("'--.|/\\/\\# ")
    chart = "\n".join(draw(1, 9, 1, 9, 5, 5, width=40, height=8))
    assert to_ascii(chart).isascii()
    assert "?" not in to_ascii(chart)


def candle(opening: int, high: int, low: int, close: int) -> Candle:
    return Candle(*map(Decimal, (opening, high, low, close)))


def test_candles_have_wicks_and_bodies_and_fall_in_half_tone() -> None:
    rising, falling, flat = candle(20, 50, 10, 40), candle(40, 50, 10, 20), candle(30, 50, 10, 30)
    unknown = Candle(None, *rising[1:])
    candles = [rising, unknown, falling, flat]
    chart = candle_lines(days(4), candles, 20, 6, format_value=None)
    columns = list(zip(*(plain_text(line).ljust(8) for line in chart[:-1]), strict=False))
    assert ["".join(columns[index]) for index in (0, 2, 4, 6)] == [
        "⡇⣷⣿⡿⡇",
        " " * 5,
        "⡇⣗⣗⡗⡇",
        "⡇⡇⡧⡇⡇",
    ]
    roles = {role for role in (Role.GAIN, Role.LOSS, Role.PLAIN) if role in roles_of(chart)}
    assert roles == {Role.GAIN, Role.LOSS, Role.PLAIN}


def test_candles_take_the_room_they_have() -> None:
    values = decimals(1000, 2000)
    room = candle_capacity([value for value in values if value], 40, format_value)
    assert room == 40 - len("2,000") - 2
    candles = [candle(1000, 2000, 1000, 1500)] * room
    for count in (1, room // 2, room):
        chart = candle_lines(days(count), candles[:count], 40, 6, format_value=format_value)
        assert all(display_width(plain_text(line)) <= 40 for line in chart)
        assert sum("⡇" in line or "⣿" in line for line in map(plain_text, chart)) >= 3


def test_a_sparkline_has_one_row() -> None:
    line = sparkline(decimals(1, 2, None, 4), 12)
    assert plain_text(line).strip()
    assert sum(cell.width for cell in line) == 12
    assert sparkline(decimals(None), 12) == sparkline(decimals(1), 0) == ()


VALUES = st.none() | st.decimals(-(10**12), 10**12, places=4)


@fuzz_settings
@given(
    st.lists(VALUES, min_size=1, max_size=300),
    st.integers(0, 130),
    st.integers(0, 40),
    st.none() | st.decimals(-(10**13), 10**13, places=2).map(ChartLevel),
)
def test_any_chart_fills_its_room(
    values: list[Decimal | None], width: int, height: int, level: ChartLevel | None
) -> None:
    chart = chart_lines(
        days(len(values)),
        [ChartLine(values), ChartLine(values[::-1], Role.LABEL, is_dotted=True)],
        width,
        height,
        format_value=lambda value: f"{value:.0f}",
        level=level,
    )
    assert len(chart) in {0, height}
    for line in chart:
        assert display_width(plain_text(line)) <= width
    assert all(display_width(plain_text(line)) == width for line in chart[:-1])


@pytest.mark.parametrize(("low", "high"), [(77_879, 3_670_836), (1, 19), (-4, 6), (99, 101)])
def test_an_axis_with_room_for_two_labels_has_two(low: int, high: int) -> None:
    assert sum(re.match(r"\s*-?\d", line) is not None for line in draw(low, high, height=8)) > 2
