"""The recorded days as a table: changes, gaps, an index to compare with, noted deposits."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.table import RecordColumn, Table, build_header, build_rows
from kistui.formatting.values import (
    AMOUNT_MASK,
    format_change,
    format_day,
    format_number,
    format_percent,
    without_colour,
)
from kistui.i18n.translations import Translations
from kistui.models.history import (
    AssetHistory,
    CashFlow,
    Change,
    DayRecord,
    change_between,
    missing_days,
)
from kistui.models.prices import Benchmark

MIN_NOTE_WIDTH, MAX_NOTE_WIDTH = 10, 40


class HistoryRow(Struct, frozen=True):
    """A day of the table, or a run of business days without a record.

    A day without a record has cash flows that were noted for it.
    """

    first: date
    last: date
    record: DayRecord | None = None
    change: Change | None = None
    """The change since the record before."""
    cash_flows: tuple[CashFlow, ...] = ()
    contains_cash_flow: bool = False
    """Whether the change contains a deposit or withdrawal, also of a day without a record."""
    shows_year: bool = False
    benchmark_rate: Decimal | None = None
    """The change of the benchmark since the record before, in percent."""

    @property
    def is_gap(self) -> bool:
        """Whether nothing was recorded."""
        return self.record is None and not self.cash_flows


def history_rows(
    history: AssetHistory,
    today: date,
    holidays: Collection[date] = (),
    benchmark: Benchmark | None = None,
) -> tuple[HistoryRow, ...]:
    """Return the days with their gaps, newest first."""
    rows = list(_rows_by_day(history, today, holidays))
    if benchmark is not None:
        rates = benchmark.change_rates([record.day for record in history.days])
        rows = [
            replace(row, benchmark_rate=rates.get(row.first)) if row.record else row for row in rows
        ]
    return tuple(reversed(rows))


def _rows_by_day(
    history: AssetHistory, today: date, holidays: Collection[date]
) -> Iterator[HistoryRow]:
    flows: dict[date, tuple[CashFlow, ...]] = {}
    for flow in history.cash_flows:
        flows[flow.day] = (*flows.get(flow.day, ()), flow)
    records = {record.day: record for record in history.days}
    gaps = {
        days[0]: days
        for earlier, later in pairwise(history.days)
        if (days := missing_days(earlier, later, holidays))
    }
    previous: DayRecord | None = None
    for day in sorted({*records, *flows, *gaps}):
        shows_year = day.year != today.year
        if day in gaps:
            days = gaps[day]
            yield HistoryRow(days[0], days[-1], shows_year=shows_year)
        record = records.get(day)
        if record or day in flows:
            change = change_between(previous, record) if previous and record else None
            yield HistoryRow(
                day,
                day,
                record,
                change,
                flows.get(day, ()),
                contains_cash_flow=bool(change and history.has_cash_flow(change.since, day)),
                shows_year=shows_year,
            )
        previous = record or previous


def _day_cell(row: HistoryRow, t: Translations) -> Cell:
    text = format_day(row.first, t, with_year=row.shows_year)
    if row.first != row.last:
        text = f"{row.first:%m-%d} – {row.last:%m-%d}"
    return Cell(text, Role.DIM if row.is_gap else Role.LABEL)


def _number_cell(name: str) -> Callable[[HistoryRow, Translations], Cell]:
    """Return a formatter of an amount of the record."""

    def format_cell(row: HistoryRow, _t: Translations) -> Cell:
        return format_number(getattr(row.record, name)) if row.record else Cell("")

    return format_cell


def _change_cell(row: HistoryRow, format_value: Callable[[Change], Cell]) -> Cell:
    """Return the change since the record before, without colour if it contains a deposit."""
    if row.change is None:
        return Cell("")
    cell = format_value(row.change)
    return without_colour(cell) if row.contains_cash_flow else cell


def _note_text(row: HistoryRow, t: Translations, *, amounts_hidden: bool) -> str:
    """Return that nothing was recorded, or the deposits; amounts before notes, which may be cut."""
    if row.is_gap:
        return t("history.no_record")
    if amounts_hidden:
        return " ".join(cash_flow_text(flow, t, amounts_hidden=True) for flow in row.cash_flows)
    notes = " · ".join(flow.note for flow in row.cash_flows if flow.note)
    return f"{_amounts_text(row)} {notes}".strip()


def _amounts_text(row: HistoryRow) -> str:
    return " ".join(f"{flow.amount:+,}" for flow in row.cash_flows)


def cash_flow_text(flow: CashFlow, t: Translations, *, amounts_hidden: bool = False) -> str:
    """Return a deposit or withdrawal: `+1,000,000 bonus`, or only which of them it is."""
    if amounts_hidden:
        name = t("history.deposit" if flow.amount > 0 else "history.withdrawal")
        return f"{name} {AMOUNT_MASK}"
    return f"{flow.amount:+,} {flow.note}".strip()


def _note_column(rows: Sequence[HistoryRow], *, amounts_hidden: bool) -> "HistoryColumn":
    """Return the column of gaps and deposits, in which no amount is cut."""

    def format_cell(row: HistoryRow, t: Translations) -> Cell:
        text = _note_text(row, t, amounts_hidden=amounts_hidden)
        return Cell(text, Role.DIM if row.is_gap else Role.LABEL)

    return HistoryColumn(
        "note",
        is_text=True,
        max_width=MAX_NOTE_WIDTH,
        min_width=max(MIN_NOTE_WIDTH, *(len(_amounts_text(row)) for row in rows)),
        format_cell=format_cell,
    )


def _benchmark_cell(row: HistoryRow, _t: Translations) -> Cell:
    return format_percent(row.benchmark_rate) if row.change else Cell("")


HistoryColumn = RecordColumn[HistoryRow]

HISTORY_COLUMNS = (
    HistoryColumn("day", is_text=True, format_cell=_day_cell),
    HistoryColumn("total", is_sensitive=True, format_cell=_number_cell("total_value")),
    HistoryColumn(
        "change",
        is_sensitive=True,
        format_cell=lambda row, _t: _change_cell(row, lambda change: format_change(change.amount)),
    ),
    HistoryColumn(
        "change_rate",
        format_cell=lambda row, _t: _change_cell(row, lambda change: format_percent(change.rate)),
    ),
    HistoryColumn(
        "profit_loss",
        drop_priority=2,
        is_sensitive=True,
        format_cell=lambda row, _t: (
            format_change(row.record.profit_loss) if row.record else Cell("")
        ),
    ),
    HistoryColumn(
        "profit_rate",
        drop_priority=3,
        format_cell=lambda row, _t: (
            format_percent(row.record.profit_rate) if row.record else Cell("")
        ),
    ),
    HistoryColumn(
        "securities", drop_priority=5, is_sensitive=True, format_cell=_number_cell("securities")
    ),
    HistoryColumn("cash", drop_priority=6, is_sensitive=True, format_cell=_number_cell("cash")),
    HistoryColumn(
        "overseas", drop_priority=4, is_sensitive=True, format_cell=_number_cell("overseas")
    ),
)


def history_table(
    rows: Sequence[HistoryRow],
    t: Translations,
    *,
    amounts_hidden: bool = False,
    benchmark: Benchmark | None = None,
    footer: Sequence[Line] = (),
) -> Table:
    """Return the table of days, in the order given."""
    columns: tuple[HistoryColumn, ...] = HISTORY_COLUMNS
    if any(row.is_gap or row.cash_flows for row in rows):
        columns = (*columns, _note_column(rows, amounts_hidden=amounts_hidden))
    if benchmark is not None:
        column = HistoryColumn(benchmark.index.value, format_cell=_benchmark_cell)
        columns = (*columns[:4], column, *columns[4:])
    table_rows = build_rows(columns, rows, t, amounts_hidden=amounts_hidden)
    return Table(
        columns,
        build_header(columns, t, "history_column"),
        table_rows,
        [f"{row.first.isoformat()}{'-' if row.is_gap else ''}" for row in rows],
        footer=footer,
    )
