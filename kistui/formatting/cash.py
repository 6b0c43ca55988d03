"""The cash of an account: won line by line, foreign currencies as a table, and what is missing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kistui.errors import KistuiError, NotOnPaperError
from kistui.formatting.balance_status import warning_texts
from kistui.formatting.boxes import BoxRow
from kistui.formatting.cells import Cell
from kistui.formatting.error_text import describe_error
from kistui.formatting.table import RecordColumn, Table, build_header, build_rows
from kistui.formatting.values import (
    UNAVAILABLE,
    format_amount,
    format_number,
    format_weekday_date,
    round_to_currency,
)
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.cash import NOT_SERVED_ERRORS, CashCall, CashPosition, CashReport
from kistui.models.load_state import Failed

CALL_NAMES = {
    CashCall.BUYING_POWER: "call.buying_power",
    CashCall.CURRENCY_MARGINS: "call.foreign_cash_by_currency",
    CashCall.ASSET_CLASSES: "call.assets_by_class",
}


def won_rows(
    position: CashPosition, settlement_days: Sequence[date], t: Translations
) -> list[BoxRow]:
    """Return the deposits by settlement day, then buying power and withdrawable cash."""
    dates = [f" {format_weekday_date(day, t)}" for day in settlement_days] or ["", ""]
    amounts = (
        (t("summary_label.deposit"), position.deposit),
        (t("summary_label.deposit_d1") + dates[0], position.deposit_d1),
        (t("summary_label.deposit_d2") + dates[1], position.deposit_d2),
        (t("cash.orderable"), position.orderable),
        (t("cash.orderable_with_credit"), position.orderable_with_credit),
        (t("cash.withdrawable"), position.withdrawable),
    )
    return [BoxRow(label, format_number(amount)) for label, amount in amounts]


def _amount_cell(position: CashPosition, amount: Decimal | None) -> Cell:
    rounded = round_to_currency(amount, position.currency)
    return UNAVAILABLE if rounded is None else format_amount(rounded)


def _column(name: str, drop_priority: int = 0) -> RecordColumn[CashPosition]:
    return RecordColumn(
        name,
        drop_priority,
        is_sensitive=True,
        format_cell=lambda position, _t: _amount_cell(position, getattr(position, name)),
    )


MAIN_COLUMNS = frozenset({"deposit", "orderable", "withdrawable"})
"""Columns without which a box of foreign currencies is too narrow."""
CURRENCY_COLUMNS = (
    RecordColumn[CashPosition](
        "currency",
        is_text=True,
        is_titled=False,
        format_cell=lambda position, _t: Cell(position.currency),
    ),
    _column("deposit"),
    _column("orderable", 1),
    _column("withdrawable", 2),
    _column("withdrawable_d1", 3),
    RecordColumn[CashPosition](
        "deposit_won",
        4,
        is_sensitive=True,
        format_cell=lambda position, _t: format_number(position.deposit_won),
    ),
)


def currency_table(
    positions: Sequence[CashPosition], t: Translations, *, amounts_hidden: bool
) -> Table:
    """Return a row for each foreign currency."""
    rows = build_rows(CURRENCY_COLUMNS, positions, t, amounts_hidden=amounts_hidden)
    header = build_header(CURRENCY_COLUMNS, t, "cash_column")
    return Table(CURRENCY_COLUMNS, header, rows, [position.currency for position in positions])


def split_positions(
    positions: Sequence[CashPosition], *, amounts_hidden: bool
) -> tuple[tuple[CashPosition, ...], tuple[CashPosition, ...]]:
    """Return the foreign currencies to show, and those with a deposit of zero.

    A fold says that amounts are zero, so nothing folds while they are hidden.
    """
    foreign = positions[1:]
    if amounts_hidden:
        return tuple(foreign), ()
    return (
        tuple(position for position in foreign if not position.is_zero),
        tuple(position for position in foreign if position.is_zero),
    )


def cash_notes(balance: Balance | None, report: CashReport, t: Translations) -> list[str]:
    """Return sentences on what failed, what KIS does not serve, and what could not be read."""
    notes = []
    if balance is not None and isinstance(balance.overseas, Failed):
        title = describe_error(balance.overseas.error, t).title
        notes.append(t("overseas.failed", title=title))
    notes += [
        t("cash.failed", name=t(CALL_NAMES[call]), title=describe_error(error, t).title)
        for call, error in report.errors.items()
        if not isinstance(error, NOT_SERVED_ERRORS)
    ]
    by_reason: dict[str, list[str]] = {}
    if balance is not None and not balance.supports_overseas:
        # It comes with the overseas balance, also that in won.
        by_reason["cash.not_served"] = [t("cash.withdrawable")]
    for call, error in report.errors.items():
        if isinstance(error, NOT_SERVED_ERRORS):
            by_reason.setdefault(_reason(error), []).append(t(CALL_NAMES[call]))
    notes += [t(key, names=" · ".join(names)) for key, names in by_reason.items()]
    if balance is not None:
        notes += warning_texts(balance, t)
    if report.unreadable_fields:
        notes.append(t("state.unreadable", fields=", ".join(report.unreadable_fields)))
    return notes


def _reason(error: KistuiError) -> str:
    return "cash.real_only" if isinstance(error, NotOnPaperError) else "cash.not_served"
