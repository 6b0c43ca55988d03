"""The asset history as text: the table of days with its gaps, the headline, and JSON."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.serialization import to_json
from kistui.formatting.table import RecordColumn, Table, build_header, build_rows
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_change,
    format_number,
    format_percent,
    mask_amount,
)
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.history import (
    AssetHistory,
    CashFlow,
    Change,
    DayRecord,
    Period,
    change_between,
    change_since,
    missing_days,
    net_cash_flow,
    time_weighted_return,
)

MAX_NOTE_WIDTH = 40


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
    shows_year: bool = False

    @property
    def is_gap(self) -> bool:
        """Whether nothing was recorded."""
        return self.record is None and not self.cash_flows


def history_rows(
    history: AssetHistory, today: date, holidays: Collection[date] = ()
) -> tuple[HistoryRow, ...]:
    """Return the days with their gaps, newest first."""
    return tuple(reversed(list(_rows_by_day(history, today, holidays))))


def _rows_by_day(
    history: AssetHistory, today: date, holidays: Collection[date]
) -> Iterator[HistoryRow]:
    recorded = {record.day for record in history.days}
    flows: dict[date, tuple[CashFlow, ...]] = {}
    for flow in history.cash_flows:
        flows[flow.day] = (*flows.get(flow.day, ()), flow)
    records = {record.day: record for record in history.days}
    gaps = {
        days[0]: days
        for earlier, later in zip(history.days, history.days[1:], strict=False)
        if (days := missing_days(earlier, later, holidays))
    }
    previous: DayRecord | None = None
    for day in sorted({*recorded, *flows, *gaps}):
        shows_year = day.year != today.year
        if day in gaps:
            days = gaps[day]
            yield HistoryRow(days[0], days[-1], shows_year=shows_year)
        record = records.get(day)
        if record or day in flows:
            change = change_between(previous, record) if previous and record else None
            yield HistoryRow(day, day, record, change, flows.get(day, ()), shows_year=shows_year)
        previous = record or previous


def format_day(day: date, t: Translations, *, with_year: bool = False) -> str:
    """Return a day with its weekday: `11-27 Fri`, `2025-11-27 Thu`."""
    weekday = t("history.weekdays").split()[day.weekday()]
    return f"{day.isoformat() if with_year else day.strftime('%m-%d')} {weekday}"


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


def _note_cell(row: HistoryRow, t: Translations) -> Cell:
    """Return what kind of day it is, which stays visible when amounts are hidden."""
    if row.is_gap:
        return Cell(t("history.no_record"), Role.DIM)
    if not row.cash_flows:
        return Cell("")
    is_deposit = {flow.amount > 0 for flow in row.cash_flows}
    if len(is_deposit) > 1:
        return Cell(t("history.both_flows"), Role.LABEL)
    return Cell(t("history.deposit" if is_deposit == {True} else "history.withdrawal"), Role.LABEL)


def _cash_flow_cell(row: HistoryRow, _t: Translations) -> Cell:
    flows = (f"{flow.amount:+,} {flow.note}".strip() for flow in row.cash_flows)
    return Cell(" · ".join(flows), Role.LABEL)


HistoryColumn = RecordColumn[HistoryRow]

HISTORY_COLUMNS = (
    HistoryColumn("day", is_text=True, format_cell=_day_cell),
    HistoryColumn("total", is_sensitive=True, format_cell=_number_cell("total_value")),
    HistoryColumn(
        "change",
        is_sensitive=True,
        format_cell=lambda row, _t: format_change(row.change.amount) if row.change else Cell(""),
    ),
    HistoryColumn(
        "change_rate",
        format_cell=lambda row, _t: format_percent(row.change.rate) if row.change else Cell(""),
    ),
    HistoryColumn(
        "profit_loss",
        drop_priority=1,
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
    HistoryColumn(
        "note",
        is_text=True,
        format_cell=_note_cell,
    ),
    HistoryColumn(
        "flow",
        is_text=True,
        drop_priority=2,
        max_width=MAX_NOTE_WIDTH,
        is_titled=False,
        is_sensitive=True,
        format_cell=_cash_flow_cell,
    ),
)


def history_table(
    rows: Sequence[HistoryRow], t: Translations, *, amounts_hidden: bool = False
) -> Table:
    """Return the table of days, in the order given."""
    table_rows = build_rows(HISTORY_COLUMNS, rows, t, amounts_hidden=amounts_hidden)
    return Table(
        HISTORY_COLUMNS,
        build_header(HISTORY_COLUMNS, t, "history_column"),
        table_rows,
        [f"{row.first.isoformat()}{'-' if row.is_gap else ''}" for row in rows],
    )


def headline_line(history: AssetHistory, t: Translations, *, amounts_hidden: bool = False) -> Line:
    """Return the last total with its changes: since the record before, in 30 days, in all."""
    if not history.days:
        return ()
    last = history.days[-1]
    total = mask_amount(format_number(last.total_value), amounts_hidden=amounts_hidden)
    cells = [Cell(total.text, Role.STRONG if not amounts_hidden else Role.DIM)]
    if len(history.days) > 1:
        change = change_between(history.days[-2], last)
        amount = mask_amount(format_change(change.amount), amounts_hidden=amounts_hidden)
        cells += [
            Cell(f"   {t('history.day_change')} ", Role.LABEL),
            amount,
            Cell(" "),
            format_percent(change.rate),
        ]
    month = change_since(history.days, Period.MONTH.first_day(last.day))
    whole = change_since(history.days, None)
    if month is not None and month != whole:
        cells += [Cell(f"   {t('history.month_change')} ", Role.LABEL), format_percent(month.rate)]
    if whole is not None:
        title = t("history.whole_change", day=_short_day(whole.since, last.day))
        cells += [Cell(f"   {title} ", Role.LABEL), format_percent(whole.rate)]
    return tuple(cells)


def _short_day(day: date, today: date) -> str:
    return f"{day.month}/{day.day}" if day.year == today.year else f"{day:%Y}/{day.month}/{day.day}"


def return_line(history: AssetHistory, t: Translations, *, amounts_hidden: bool = False) -> Line:
    """Return deposits less withdrawals and the return without them, if any were noted.

    Otherwise, say that deposits are part of the changes.
    """
    if not history.cash_flows:
        return (Cell(t("history.flows_unknown"), Role.DIM),)
    first = history.days[0].day if history.days else None
    net = format_number(net_cash_flow(history.cash_flows, first))
    rate = time_weighted_return(history)
    return (
        Cell(f"{t('history.net_flow')} ", Role.LABEL),
        mask_amount(net, amounts_hidden=amounts_hidden),
        Cell(f"   {t('history.own_return')} ", Role.LABEL),
        format_percent(rate, COMPUTED_MARK) if rate is not None else UNAVAILABLE,
    )


def history_json(
    profile: Profile,
    history: AssetHistory,
    holidays: Collection[date] = (),
    *,
    amounts_hidden: bool = False,
) -> str:
    """Return the days, the business days without a record, the deposits, and what is computed."""
    pairs = zip(history.days, history.days[1:], strict=False)
    gaps = [day for earlier, later in pairs for day in missing_days(earlier, later, holidays)]
    whole = change_since(history.days, None)
    first = history.days[0].day if history.days else None

    def amount(value: int | None) -> int | None:
        return None if amounts_hidden else value

    document: dict[str, Any] = {
        "profile": profile.name,
        "environment": profile.environment_label,
        "account": profile.account.masked,
    }
    if amounts_hidden:  # tells a null that was hidden from one that is not known
        document["hidden"] = True
    document |= {
        "days": [
            {
                "date": record.day,
                "total": amount(record.total_value),
                "securities": amount(record.securities),
                "cash": amount(record.cash),
                "overseas": amount(record.overseas),
                "profit_loss": amount(record.profit_loss),
                "profit_rate": record.profit_rate,
                "purchase_amount": amount(record.purchase_amount),
                "rates": dict(record.exchange_rates),
                "taken_at": record.taken_at,
                "closing": record.is_closing,
                "coverage": "full" if record.covers_overseas else "domestic",
            }
            for record in history.days
        ],
        "missing": gaps,
        "deposits": [
            {
                "date": flow.day,
                "amount": amount(flow.amount),
                "note": None if amounts_hidden else flow.note,
            }
            for flow in history.cash_flows
        ],
        "computed": {
            "since": whole.since if whole else None,
            "change": amount(whole.amount) if whole else None,
            "change_rate": whole.rate if whole else None,
            "net_deposits": amount(net_cash_flow(history.cash_flows, first)),
            "time_weighted_return": time_weighted_return(history) if history.cash_flows else None,
        },
    }
    return to_json(document)
