"""The table of all accounts, with values, token and state of each, and the total."""

from collections.abc import Sequence
from datetime import datetime

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.profiles import MAX_NAME_LENGTH, environment_badge
from kistui.formatting.status import describe_error, freshness_cell
from kistui.formatting.table import Column, Table, build_row
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

ACCOUNT_COLUMNS = (
    Column("mark", is_text=True, max_gap=1),
    Column("kind", is_text=True, max_gap=1),
    Column("name", is_text=True, max_width=MAX_NAME_LENGTH),
    Column("account", drop_priority=8, is_text=True),
    Column("place", drop_priority=9, is_text=True),
    Column("total_value"),
    Column("asset_change", drop_priority=4),
    Column("profit_loss", drop_priority=3),
    Column("profit_rate", drop_priority=5),
    Column("token", drop_priority=6, is_text=True),
    Column("state", drop_priority=2, is_text=True, max_width=18),
)
_AMOUNT_COLUMNS = frozenset({"total_value", "asset_change", "profit_loss"})
_UNTITLED = frozenset({"mark", "kind"})


def build_accounts_table(
    accounts: Sequence[AccountOverview],
    default_profile: str | None,
    now: datetime,
    t: Translations,
    *,
    amounts_hidden: bool,
) -> Table:
    """Return the table of the accounts, with their total as the last line."""
    titles = {
        column.name: Cell(t(f"accounts.{column.name}"), Role.DIM)
        for column in ACCOUNT_COLUMNS
        if column.name not in _UNTITLED
    }
    rows = [
        _account_cells(account, default_profile, now, t, amounts_hidden=amounts_hidden)
        for account in accounts
    ]
    total = _total_cells(compute_totals(accounts), t, amounts_hidden=amounts_hidden)
    return Table(
        ACCOUNT_COLUMNS,
        build_row(ACCOUNT_COLUMNS, titles),
        [build_row(ACCOUNT_COLUMNS, row) for row in rows],
        [account.profile.name for account in accounts],
        totals=(build_row(ACCOUNT_COLUMNS, total),),
    )


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
        "kind": environment_badge(profile, t),
        "name": Cell(profile.name, Role.STRONG),
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
            return Cell(describe_error(error, t).title, Role.BAD)
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
