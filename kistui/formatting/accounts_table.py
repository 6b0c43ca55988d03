"""The table of all accounts, with values, token and state of each, and the total."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, pad, truncate
from kistui.formatting.status import describe_error, freshness_cell
from kistui.formatting.token import token_column_cell
from kistui.i18n.translations import Translations
from kistui.models.load_state import Failed, Loaded, Loading
from kistui.models.totals import (
    AccountOverview,
    AccountTotals,
    compute_totals,
    profit_loss,
    profit_rate,
    total_value,
)

NAME_COLUMN_WIDTH, STATE_COLUMN_WIDTH = 20, 18
# Drop priority by column name: the highest drops first, 0 never drops.
ACCOUNT_COLUMNS = {
    "mark": 0, "kind": 0, "name": 0, "account": 8, "place": 9, "total_value": 0, "asset_change": 4,
    "profit_loss": 3, "profit_rate": 5, "token": 6, "state": 2,
}  # fmt: skip
_LEFT_ALIGNED = frozenset({"mark", "kind", "name", "account", "place", "token", "state"})
_AMOUNT_COLUMNS = frozenset({"total_value", "asset_change", "profit_loss"})
_UNTITLED = frozenset({"mark", "kind"})


class AccountsTable(Struct, frozen=True):
    """The lines of the table, all equally wide: header, one per account, total."""

    header: Line
    rows: tuple[Line, ...]
    total_row: Line


EMPTY_ACCOUNTS_TABLE = AccountsTable((), (), ())


def build_accounts_table(
    accounts: Sequence[AccountOverview],
    default_profile: str | None,
    now: datetime,
    t: Translations,
    width: int,
    *,
    amounts_hidden: bool,
) -> AccountsTable:
    """Return the table in `width` columns; columns that do not fit are dropped."""
    if not accounts:
        return EMPTY_ACCOUNTS_TABLE
    rows = [
        _account_cells(account, default_profile, now, t, amounts_hidden=amounts_hidden)
        for account in accounts
    ]
    header = {
        name: Cell("" if name in _UNTITLED else t(f"accounts.{name}"), Role.DIM)
        for name in ACCOUNT_COLUMNS
    }
    total_row = _total_cells(compute_totals(accounts), t, amounts_hidden=amounts_hidden)
    columns = list(ACCOUNT_COLUMNS)
    while True:
        widths = {
            name: max(cells[name].width for cells in (header, total_row, *rows) if name in cells)
            for name in columns
        }
        if sum(widths.values()) + sum(map(_column_gap, columns)) <= width:
            break
        droppable = [name for name in columns if ACCOUNT_COLUMNS[name]]
        if not droppable:
            break
        columns.remove(max(droppable, key=lambda name: ACCOUNT_COLUMNS[name]))
    return AccountsTable(
        _layout_row(header, widths),
        tuple(_layout_row(row, widths) for row in rows),
        _layout_row(total_row, widths),
    )


def _column_gap(name: str) -> int:
    return 1 if name in _UNTITLED else 2


def _layout_row(cells: dict[str, Cell], widths: dict[str, int]) -> Line:
    line = []
    for name, width in widths.items():
        cell = cells.get(name, Cell(""))
        line += [
            Cell(pad(cell.text, width, align_right=name not in _LEFT_ALIGNED), cell.role),
            Cell(" " * _column_gap(name)),
        ]
    return tuple(line)


def _account_cells(
    account: AccountOverview,
    default_profile: str | None,
    now: datetime,
    t: Translations,
    *,
    amounts_hidden: bool,
) -> dict[str, Cell]:
    profile, balance = account.profile, account.last_balance
    summary = balance.priced_summary if balance else None
    place = "demo" if profile.is_demo else profile.secret_backend.value
    cells = {
        "mark": Cell("●" if profile.name == default_profile else " "),
        "kind": Cell(
            f" {t(f'environment.{profile.environment_label}')} ",
            Role(profile.environment_label),
        ),
        "name": Cell(truncate(profile.name, NAME_COLUMN_WIDTH), Role.STRONG),
        "account": Cell(profile.account.masked),
        "place": Cell(t(f"secret_backend.{place}"), Role.LABEL),
        "total_value": show.format_number(total_value(balance) if balance else None),
        "asset_change": show.format_change(summary.asset_change if summary else None),
        "profit_loss": show.format_change(profit_loss(balance) if balance else None),
        "profit_rate": show.format_percent(profit_rate(balance) if balance else None),
        "token": token_column_cell(account.token_record, now, t),
        "state": _state_cell(account, now, t),
    }
    return _mask_amounts(cells, amounts_hidden=amounts_hidden)


def _state_cell(account: AccountOverview, now: datetime, t: Translations) -> Cell:
    """Return when the balance was loaded, or why it was not."""
    match account.balance_state:
        case Failed(error):
            return Cell(truncate(describe_error(error, t).title, STATE_COLUMN_WIDTH), Role.BAD)
        case Loading():
            return Cell(t("bar.loading"), Role.DIM)
        case Loaded(value, _) if isinstance(value.overseas, Failed):
            return Cell(t("overseas.not_read"), Role.WARN)
        case Loaded(loaded_at=loaded_at):
            return Cell(show.format_time(loaded_at), Role.DIM)
        case load_state:
            return freshness_cell(load_state, now, t)


def _total_cells(
    totals: AccountTotals, t: Translations, *, amounts_hidden: bool
) -> dict[str, Cell]:
    """Return the total row; its name says how many of the accounts the total includes."""
    name = t("accounts.sum", n=totals.accounts)
    if not totals.accounts:
        return {"name": Cell(t("accounts.sum_none"), Role.DIM)}
    if totals.known < totals.accounts:
        name = t("accounts.sum_of", n=totals.known, of=totals.accounts)
    cells = {
        "name": Cell(name, Role.STRONG),
        "total_value": Cell(show.format_number(totals.total_value).text, Role.STRONG),
        "asset_change": show.format_change(totals.asset_change),
        "profit_loss": show.format_change(totals.profit_loss),
        "profit_rate": show.format_percent(totals.profit_rate),
    }
    return _mask_amounts(cells, amounts_hidden=amounts_hidden)


def _mask_amounts(cells: dict[str, Cell], *, amounts_hidden: bool) -> dict[str, Cell]:
    return {
        name: show.mask_amount(
            cell, amounts_hidden=amounts_hidden and name in _AMOUNT_COLUMNS and cell.text != "-"
        )
        for name, cell in cells.items()
    }
