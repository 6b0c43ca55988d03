"""The asset history as a picture: the chart of a period, and one line of trend for the summary."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum

from kistui.formatting.cells import Cell, Line, Role, line_width, truncate_line
from kistui.formatting.chart import ChartLine, chart_lines, rebase, sparkline
from kistui.formatting.history import short_day
from kistui.formatting.values import (
    AMOUNT_MASK,
    COMPUTED_MARK,
    format_percent,
    without_colour,
)
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import percent_of, round_half_up
from kistui.models.history import (
    MIN_TREND_DAYS,
    AssetHistory,
    DayRecord,
    change_since,
    time_weighted_return,
)
from kistui.models.market_hours import is_trading_day
from kistui.models.periods import DateRange
from kistui.models.prices import Benchmark

SIGNIFICANT_DIGITS = 5
"""Digits of a shortened amount: enough for round values of an axis."""
MAX_SPARKLINE_WIDTH = 40


class HistoryMeasure(Enum):
    """What the chart shows; its value is its name in texts."""

    TOTAL = "total"
    PROFIT_LOSS = "profit_loss"
    PROFIT_RATE = "profit_rate"

    def value_of(self, record: DayRecord) -> Decimal | None:
        """Return the value of a day."""
        value = record.total_value if self is HistoryMeasure.TOTAL else getattr(record, self.value)
        return None if value is None else Decimal(value)


def business_days(
    records: Sequence[DayRecord], holidays: Collection[date] = ()
) -> tuple[date, ...]:
    """Return the business days from the first record to the last, and all recorded days."""
    recorded = {record.day for record in records}
    days = DateRange(records[0].day, records[-1].day).dates() if records else ()
    return tuple(day for day in days if day in recorded or is_trading_day(day, holidays))


def history_chart_lines(
    records: Sequence[DayRecord],
    measure: HistoryMeasure,
    t: Translations,
    width: int,
    height: int,
    *,
    amounts_hidden: bool,
    benchmark: Benchmark | None = None,
    holidays: Collection[date] = (),
) -> tuple[Line, ...]:
    """Return the chart of a period; days without a record are gaps. Empty without room.

    A benchmark is a dotted line that begins where the total does. Hidden amounts have no axis.
    """
    if len(records) < MIN_TREND_DAYS:
        return ()
    days = business_days(records, holidays)
    by_day = {record.day: measure.value_of(record) for record in records}
    values = [by_day.get(day) for day in days]
    lines = [ChartLine(values, Role.STRONG)]
    if benchmark is not None and measure is HistoryMeasure.TOTAL:
        lines.append(ChartLine(rebase(benchmark.closes(days), values), Role.LABEL, is_dotted=True))

    def format_value(value: Decimal) -> str:
        if measure is HistoryMeasure.PROFIT_RATE:
            return f"{value.normalize():+f}%" if value else "0%"
        return compact_won(value, t)

    has_axis = not amounts_hidden or measure is HistoryMeasure.PROFIT_RATE
    return chart_lines(days, lines, width, height, format_value=format_value if has_axis else None)


def chart_legend(
    history: AssetHistory,
    measure: HistoryMeasure,
    t: Translations,
    benchmark: Benchmark | None = None,
) -> Line:
    """Return what the lines of the chart are, with their change in the period.

    A change that contains deposits says so and has no colour.
    """
    records = history.days
    cells = [Cell("━━ ", Role.STRONG), Cell(t(f"history_column.{measure.value}"), Role.LABEL)]
    if measure is HistoryMeasure.TOTAL:
        change = change_since(records, None)
        if change is not None:
            rate_cell = format_percent(change.rate)
            if history.has_cash_flow(change.since, records[-1].day):
                with_flows = t("history.with_flows", rate=rate_cell.text)
                rate_cell = without_colour(rate_cell)._replace(text=with_flows)
            cells += [Cell(" "), rate_cell]
        if benchmark is not None:
            closes = [
                close for close in benchmark.closes([record.day for record in records]) if close
            ]
            rate = percent_of(closes[-1] - closes[0], closes[0]) if closes else None
            name = t(f"history_column.{benchmark.index.value}")
            cells += [Cell("   ┄┄ ", Role.LABEL), Cell(f"{name} ", Role.LABEL)]
            cells.append(format_percent(rate))
    return tuple(cells)


def trend_line(
    history: AssetHistory, t: Translations, width: int, *, amounts_hidden: bool = False
) -> Line:
    """Return a sparkline with change, highest and lowest total; empty with fewer than 2 days.

    Where deposits were noted, the change is the return without them. Without room, the highest and
    lowest are left out first.
    """
    if not history.has_trend:
        return ()
    records = history.days
    last_day = records[-1].day
    title = t("history.whole_change", day=short_day(records[0].day, last_day))
    rate, mark = _trend_rate(history)
    if mark:
        title = t("history.without_flows", period=title)
    texts: list[Cell] = [Cell(f" {title} ", Role.LABEL), format_percent(rate, mark)]
    high, low = (pick(records, key=lambda record: record.total_value) for pick in (max, min))
    extremes = [
        Cell(f"   {_extreme(key, record, last_day, t, amounts_hidden=amounts_hidden)}", Role.DIM)
        for key, record in (("history.trend_high", high), ("history.trend_low", low))
    ]
    used = line_width(texts)
    for cell in extremes:
        if used + cell.width + MIN_SPARKLINE_WIDTH <= width:
            texts.append(cell)
            used += cell.width
    values = [Decimal(record.total_value) for record in records]
    line = sparkline(values, min(max(width - used, 0), MAX_SPARKLINE_WIDTH), Role.STRONG)
    return truncate_line((*line, *texts), width)


MIN_SPARKLINE_WIDTH = 16


def _trend_rate(history: AssetHistory) -> tuple[Decimal | None, str]:
    """Return the change in percent, or the return without the deposits that were noted."""
    if history.cash_flows and (rate := time_weighted_return(history)) is not None:
        return rate, COMPUTED_MARK
    change = change_since(history.days, None)
    return (change.rate if change else None), ""


def _extreme(
    key: str, record: DayRecord, last_day: date, t: Translations, *, amounts_hidden: bool
) -> str:
    amount = AMOUNT_MASK if amounts_hidden else compact_won(Decimal(record.total_value), t)
    return t(key, amount=amount, day=short_day(record.day, last_day))


def compact_won(value: Decimal, t: Translations) -> str:
    """Return a shortened amount: `1.7316억`, `173.16M`."""
    units = [part.split(":") for part in t("history.compact_units").split()]
    name, size = next(
        ((name, Decimal(size)) for name, size in units if abs(value) >= Decimal(size)),
        ("", Decimal(1)),
    )
    scaled = value / size
    places = max(SIGNIFICANT_DIGITS - 1 - scaled.adjusted(), 0) if scaled else 0
    rounded = round_half_up(scaled, str(Decimal(1).scaleb(-places)))
    text = f"{rounded:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + name
