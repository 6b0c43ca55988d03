"""The table of all accounts, with values, token and state of each, and the total."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.profiles import MAX_NAME_LENGTH, environment_badge
from kistui.formatting.status import describe_error, freshness_cell
from kistui.formatting.table import RecordColumn, Row, Table, build_header, build_rows
from kistui.formatting.token import token_column_cell
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, Loading
from kistui.models.totals import (
    AccountOverview,
    AccountTotals,
    compute_totals,
    profit_loss,
    profit_rate,
    total_value,
)

V = TypeVar("V")


class AccountRow(NamedTuple):
    """An account as it is at `now`."""

    overview: AccountOverview
    is_default: bool
    now: datetime

    @property
    def balance(self) -> Balance | None:
        """The last complete balance, if any."""
        return self.overview.last_balance


def _no_total(_totals: AccountTotals, _t: Translations) -> Cell:
    return Cell("")


class AccountColumn(RecordColumn[AccountRow], frozen=True, kw_only=True):
    """A column of the table of accounts."""

    format_total: Callable[[AccountTotals, Translations], Cell] = _no_total


def _secret_backend_cell(row: AccountRow, t: Translations) -> Cell:
    profile = row.overview.profile
    backend = "demo" if profile.is_demo else profile.secret_backend.value
    return Cell(t(f"secret_backend.{backend}"), Role.LABEL)


def _asset_change(balance: Balance) -> int | None:
    return balance.priced_summary.asset_change


def _balance_cell(
    format_value: Callable[[V | None], Cell], get_value: Callable[[Balance], V | None]
) -> Callable[[AccountRow, Translations], Cell]:
    """Return a formatter of a value of the balance, which is unknown without a balance."""
    return lambda row, _t: format_value(get_value(row.balance) if row.balance else None)


def _state_cell(row: AccountRow, t: Translations) -> Cell:
    """Return when the balance was loaded, or why it was not."""
    match row.overview.balance_state:
        case Failed(error):
            return Cell(describe_error(error, t).title, Role.BAD)
        case Loading():
            return Cell(t("bar.loading"), Role.DIM)
        case Loaded(value, _) if isinstance(value.overseas, Failed):
            return Cell(t("overseas.not_read"), Role.WARN)
        case Loaded(loaded_at=loaded_at):
            return Cell(show.format_time(loaded_at), Role.DIM)
        case load_state:
            return freshness_cell(load_state, row.now, t)


def _total_title(totals: AccountTotals, t: Translations) -> Cell:
    """Return how many accounts the total includes."""
    if not totals.accounts:
        return Cell(t("accounts.sum_none"), Role.DIM)
    if totals.known < totals.accounts:
        name = t("accounts.sum_of", n=totals.known, of=totals.accounts)
        return Cell(name, Role.STRONG)
    return Cell(t("accounts.sum", n=totals.accounts), Role.STRONG)


ACCOUNT_COLUMNS = (
    AccountColumn(
        "mark",
        is_text=True,
        is_titled=False,
        max_gap=1,
        format_cell=lambda row, _t: Cell("●" if row.is_default else " "),
    ),
    AccountColumn(
        "kind",
        is_text=True,
        is_titled=False,
        max_gap=1,
        format_cell=lambda row, t: environment_badge(row.overview.profile, t),
    ),
    AccountColumn(
        "name",
        is_text=True,
        max_width=MAX_NAME_LENGTH,
        format_cell=lambda row, _t: Cell(row.overview.profile.name, Role.STRONG),
        format_total=_total_title,
    ),
    AccountColumn(
        "account",
        drop_priority=8,
        is_text=True,
        format_cell=lambda row, _t: Cell(row.overview.profile.account.masked),
    ),
    AccountColumn("place", drop_priority=9, is_text=True, format_cell=_secret_backend_cell),
    AccountColumn(
        "total_value",
        is_sensitive=True,
        format_cell=_balance_cell(show.format_number, total_value),
        format_total=lambda totals, _t: Cell(
            show.format_number(totals.total_value).text, Role.STRONG
        ),
    ),
    AccountColumn(
        "asset_change",
        drop_priority=4,
        is_sensitive=True,
        format_cell=_balance_cell(show.format_change, _asset_change),
        format_total=lambda totals, _t: show.format_change(totals.asset_change),
    ),
    AccountColumn(
        "profit_loss",
        drop_priority=3,
        is_sensitive=True,
        format_cell=_balance_cell(show.format_change, profit_loss),
        format_total=lambda totals, _t: show.format_change(totals.profit_loss),
    ),
    AccountColumn(
        "profit_rate",
        drop_priority=5,
        format_cell=_balance_cell(show.format_percent, profit_rate),
        format_total=lambda totals, _t: show.format_percent(totals.profit_rate),
    ),
    AccountColumn(
        "token",
        drop_priority=6,
        is_text=True,
        format_cell=lambda row, t: token_column_cell(row.overview.token_record, row.now, t),
    ),
    AccountColumn("state", drop_priority=2, is_text=True, max_width=18, format_cell=_state_cell),
)


def build_accounts_table(
    accounts: Sequence[AccountOverview],
    default_profile: str | None,
    now: datetime,
    t: Translations,
    *,
    amounts_hidden: bool,
) -> Table:
    """Return the table of the accounts, with their total as the last line."""
    rows = [
        AccountRow(account, account.profile.name == default_profile, now) for account in accounts
    ]
    totals = compute_totals(accounts)
    # Without a real account there is nothing to add up.
    columns = ACCOUNT_COLUMNS
    total_row = Row(
        column.mask(column.format_total(totals, t), amounts_hidden=amounts_hidden)
        if totals.accounts or column.name == "name"
        else Cell("")
        for column in columns
    )
    return Table(
        columns,
        build_header(columns, t, "accounts"),
        build_rows(columns, rows, t, amounts_hidden=amounts_hidden),
        [account.profile.name for account in accounts],
        totals=(total_row,),
    )
