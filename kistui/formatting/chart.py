"""Charts of daily values in braille dots: lines or candles over days, a level, labelled axes.

A cell is two dots wide and four high. `AsciiFilter` turns the dots into signs of ASCII. A second
line is dotted and a falling candle half-tone, so that both differ without colour.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from kistui.formatting.ascii import BRAILLE_BITS, BRAILLE_BLANK
from kistui.formatting.cells import Cell, Line, Role, display_width, pad
from kistui.formatting.values import gain_loss_role

DOTS_PER_COLUMN, DOTS_PER_ROW = 2, 4
ROWS_PER_LABEL = 2
"""Least distance between two labels of the vertical axis, in rows."""
DAY_LABEL_GAP = 6
"""Least number of blanks between two labels of the horizontal axis."""
MAX_LEVEL_DISTANCE = Decimal("0.6")
"""How far from the lines a level may lie to be drawn, as a part of their range."""
MAX_CANDLE_COLUMNS = 2
MIN_WIDTH, MIN_HEIGHT = 20, 4
"""Columns and rows below which nothing is drawn."""


class ChartLine(NamedTuple):
    """A line: one value for each day, where `None` is a gap."""

    values: Sequence[Decimal | None]
    role: Role = Role.PLAIN
    is_dotted: bool = False


class Candle(NamedTuple):
    """The prices of a day; without all four nothing is drawn."""

    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal | None


class ChartLevel(NamedTuple):
    """A horizontal line at a value, such as the average price."""

    value: Decimal
    role: Role = Role.LABEL


FormatValue = Callable[[Decimal], str]
DotPosition = tuple[int, int]


def chart_lines(
    days: Sequence[date],
    lines: Sequence[ChartLine],
    width: int,
    height: int,
    *,
    format_value: FormatValue | None,
    level: ChartLevel | None = None,
) -> tuple[Line, ...]:
    """Return a chart of `height` rows, its axes included; empty if there is no room or no value.

    The first line is drawn over the others. Without `format_value` the vertical axis has no labels.
    """
    values = [value for line in lines for value in line.values if value is not None]
    if width < MIN_WIDTH:
        return ()

    def draw(canvas: "_Canvas", scale: "_Scale") -> None:
        for line in reversed(lines):
            _draw_line(canvas, scale, line)

    return _framed(days, values, draw, (width, height), format_value=format_value, level=level)


def candle_lines(
    days: Sequence[date],
    candles: Sequence[Candle],
    width: int,
    height: int,
    *,
    format_value: FormatValue | None,
    level: ChartLevel | None = None,
) -> tuple[Line, ...]:
    """Return a chart of candles, a column or more each; there must be room for all."""
    values = [value for candle in candles for value in candle if value is not None]
    if width < MIN_WIDTH:
        return ()
    count = max(len(candles), 1)
    capacity = candle_capacity(values, width, format_value)
    columns = max(min(capacity // count, MAX_CANDLE_COLUMNS), 1)

    def draw(canvas: "_Canvas", scale: "_Scale") -> None:
        for index, candle in enumerate(candles[-canvas.width :]):
            _draw_candle(canvas, scale, candle, index * columns * DOTS_PER_COLUMN)

    size = width - max(capacity - count * columns, 0), height
    return _framed(days, values, draw, size, format_value=format_value, level=level)


def candle_capacity(values: Sequence[Decimal], width: int, format_value: FormatValue | None) -> int:
    """Return how many candles fit into `width` columns beside the labels of these prices."""
    return max(width - _label_room(values, format_value), 1)


def _label_room(values: Sequence[Decimal], format_value: FormatValue | None) -> int:
    """Return the columns that labels of the vertical axis may need, an arrow and a gap included."""
    if format_value is None or not values:
        return 0
    return 2 + max(display_width(format_value(value)) for value in (min(values), max(values)))


def _framed(
    days: Sequence[date],
    values: Sequence[Decimal],
    draw: "Callable[[_Canvas, _Scale], None]",
    size: tuple[int, int],
    *,
    format_value: FormatValue | None,
    level: ChartLevel | None,
) -> tuple[Line, ...]:
    """Return what `draw` draws, over the level, with its axes."""
    width, height = size
    if not values or height < MIN_HEIGHT:
        return ()
    low, high = min(values), max(values)
    if level is not None and not level_side(level.value, low, high):
        low, high = min(low, level.value), max(high, level.value)
    plot_height = height - 1
    scale = _Scale(low, high, plot_height * DOTS_PER_ROW)
    labels = _value_labels(scale, plot_height, level, format_value)
    label_width = max((cell.width for cell in labels.values()), default=0)
    margin = label_width + 1 if label_width else 0
    canvas = _Canvas(width - margin, plot_height)
    if level is not None and low <= level.value <= high:
        canvas.draw_level(scale.dot_row(level.value), level.role)
    draw(canvas, scale)
    rows = [
        (*_padded_label(labels.get(row), label_width), *cells)
        for row, cells in enumerate(canvas.rows())
    ]
    return (*rows, (Cell(" " * margin), *_day_axis(days, width - margin)))


def sparkline(values: Sequence[Decimal | None], width: int, role: Role = Role.PLAIN) -> Line:
    """Return a line of one row without axes; empty without a value."""
    known_values = [value for value in values if value is not None]
    if not known_values or width < 1:
        return ()
    canvas = _Canvas(width, 1)
    _draw_line(
        canvas, _Scale(min(known_values), max(known_values), DOTS_PER_ROW), ChartLine(values, role)
    )
    return next(iter(canvas.rows()))


def rebase(
    values: Sequence[Decimal | None], reference: Sequence[Decimal | None]
) -> tuple[Decimal | None, ...]:
    """Return values scaled to equal `reference` on the first day that both have a value."""
    for value, target in zip(values, reference, strict=True):
        if value and target is not None:
            return tuple(item if item is None else item * target / value for item in values)
    return (None,) * len(values)


class _Scale(NamedTuple):
    """Maps values to rows of dots, counted from the top."""

    low: Decimal
    high: Decimal
    dot_rows: int

    def dot_row(self, value: Decimal) -> int:
        if self.high == self.low:
            return self.dot_rows // 2
        part = (self.high - value) / (self.high - self.low)
        return round(part * (self.dot_rows - 1))


class _Canvas:
    """A grid of braille cells; a cell has the role of what was drawn into it last."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self._bits = [[0] * width for _ in range(height)]
        self._roles = [[Role.PLAIN] * width for _ in range(height)]

    @property
    def dot_columns(self) -> int:
        return self.width * DOTS_PER_COLUMN

    def draw_dot(self, x: int, y: int, role: Role) -> None:
        row, column = y // DOTS_PER_ROW, x // DOTS_PER_COLUMN
        self._bits[row][column] |= BRAILLE_BITS[y % DOTS_PER_ROW][x % DOTS_PER_COLUMN]
        self._roles[row][column] = role

    def draw_level(self, y: int, role: Role) -> None:
        """Draw a broken horizontal line: every second cell."""
        for x in range(self.dot_columns):
            if x % (2 * DOTS_PER_COLUMN) < DOTS_PER_COLUMN:
                self.draw_dot(x, y, role)

    def draw_segment(self, start: DotPosition, end: DotPosition, step: int, role: Role) -> None:
        """Draw a straight line; a `step` of 2 leaves out every second column or row of dots."""
        (x1, y1), (x2, y2) = start, end
        length = max(abs(x2 - x1), abs(y2 - y1), 1)
        for number in range(length + 1):
            x = x1 + (2 * (x2 - x1) * number + length) // (2 * length)
            y = y1 + (2 * (y2 - y1) * number + length) // (2 * length)
            if (x + y) % step == 0:
                self.draw_dot(x, y, role)

    def rows(self) -> Sequence[Line]:
        """Return the cells of every row, those of one role in a row together."""
        lines: list[Line] = []
        for bits, roles in zip(self._bits, self._roles, strict=True):
            text = "".join([chr(BRAILLE_BLANK + bit) if bit else " " for bit in bits])
            starts = [0]
            for column, bit in enumerate(bits):
                if bit and roles[column] is not roles[starts[-1]]:
                    starts.append(column)
            ends = [*starts[1:], self.width]
            lines.append(
                tuple(
                    Cell(text[start:end], roles[start])
                    for start, end in zip(starts, ends, strict=True)
                )
            )
        return lines


def _draw_line(canvas: _Canvas, scale: _Scale, line: ChartLine) -> None:
    """Draw a line that breaks at gaps; a value between two gaps is a dot."""
    last_index, last_x = len(line.values) - 1, canvas.dot_columns - 1
    previous: DotPosition | None = None
    for index, value in enumerate(line.values):
        if value is None:
            previous = None
            continue
        x = last_x if not last_index else (2 * index * last_x + last_index) // (2 * last_index)
        position = x, scale.dot_row(value)
        step = 2 if line.is_dotted and previous else 1
        canvas.draw_segment(previous or position, position, step, line.role)
        previous = position


def _draw_candle(canvas: _Canvas, scale: _Scale, candle: Candle, x: int) -> None:
    if candle.open is None or candle.high is None or candle.low is None or candle.close is None:
        return
    role = gain_loss_role(candle.close - candle.open)
    top, bottom = sorted(map(scale.dot_row, (candle.open, candle.close)))
    for y in range(scale.dot_row(candle.high), scale.dot_row(candle.low) + 1):
        canvas.draw_dot(x, y, role)
    for y in range(top, bottom + 1):
        if role is not Role.LOSS or y % 2:
            canvas.draw_dot(x + 1, y, role)


def level_side(level: Decimal, low: Decimal, high: Decimal) -> int:
    """Return 0 if a level is drawn in a chart of these extremes, 1 if it lies above, -1 below."""
    reach = max(high - low, high / 100) * MAX_LEVEL_DISTANCE
    if low - reach <= level <= high + reach:
        return 0
    return 1 if level > high else -1


def _value_labels(
    scale: _Scale, rows: int, level: ChartLevel | None, format_value: FormatValue | None
) -> dict[int, Cell]:
    """Return the labels of the vertical axis by row; the level's takes precedence.

    A level beyond the chart is labelled at its edge, with an arrow.
    """
    if format_value is None:
        return {}
    labels: dict[int, Cell] = {}
    if level is not None:
        text = format_value(level.value)
        if level.value > scale.high:
            labels[0] = Cell(f"↑{text}", level.role)
        elif level.value < scale.low:
            labels[rows - 1] = Cell(f"↓{text}", level.role)
        else:
            labels[scale.dot_row(level.value) // DOTS_PER_ROW] = Cell(text, level.role)
    ticks = _round_values(scale.low, scale.high, max(rows // ROWS_PER_LABEL, 1))
    for tick, text in zip(ticks, _with_equal_decimals(map(format_value, ticks)), strict=True):
        row = scale.dot_row(tick) // DOTS_PER_ROW
        if not {row - 1, row, row + 1} & labels.keys():
            labels[row] = Cell(text, Role.DIM)
    return labels


def _with_equal_decimals(texts: Iterable[str]) -> list[str]:
    """Return numbers with as many decimals as the longest: `1.700M` beside `1.725M`.

    Numbers of different units stay as they are.
    """
    labels = list(texts)
    matches = [re.fullmatch(r"([^.]*\d)(?:\.(\d+))?(\D*)", label) for label in labels]
    parts = [match.groups(default="") for match in matches if match]
    if len(parts) < len(labels) or len({unit for _, _, unit in parts}) > 1:
        return labels
    places = max((len(decimals) for _, decimals, _ in parts), default=0)
    point = "." if places else ""
    return [f"{integer}{point}{decimals:0<{places}}{unit}" for integer, decimals, unit in parts]


def _round_values(low: Decimal, high: Decimal, count: int) -> list[Decimal]:
    """Return about `count` round values between `low` and `high`, two at least if it is not 1."""
    if low == high:
        return [low]
    finer = (_multiples(low, high, number) for number in range(count, 3 * count + 1))
    return next((values for values in finer if len(values) >= min(count, 2)), [low])


def _multiples(low: Decimal, high: Decimal, count: int) -> list[Decimal]:
    """Return the multiples between `low` and `high` of a round step of at most `count` of them."""
    raw_step = (high - low) / count
    magnitude = Decimal(1).scaleb(raw_step.adjusted())
    factors = (1, 2, Decimal("2.5"), 5, 10) if magnitude >= 10 else (1, 2, 5, 10)
    step = next(magnitude * factor for factor in factors if magnitude * factor >= raw_step)
    first = (low / step).to_integral_value(ROUND_CEILING)
    last = (high / step).to_integral_value(ROUND_FLOOR)
    return [number * step for number in range(int(first), int(last) + 1)]


def _padded_label(label: Cell | None, width: int) -> Line:
    if not width:
        return ()
    text, role, _ = label or Cell("")
    return (Cell(pad(text, width, align_right=True) + " ", role),)


def _day_axis(days: Sequence[date], width: int) -> Line:
    """Return as many days as fit, evenly spaced: the first at the left, the last at the right."""
    spans_years = (days[-1] - days[0]).days > 366
    label_format = "%Y-%m" if spans_years else "%m-%d"
    label_width = len("2026-11") if spans_years else len("11-23")
    count = max(min((width + DAY_LABEL_GAP) // (label_width + DAY_LABEL_GAP), len(days)), 1)
    axis = ""
    for number in range(count):
        last = max(count - 1, 1)
        text = days[number * (len(days) - 1) // last].strftime(label_format)
        start = number * (width - label_width) // last
        axis += " " * (start - len(axis)) + text
    return (Cell(axis, Role.DIM),)
