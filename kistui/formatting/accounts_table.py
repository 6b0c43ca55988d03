"""The table of all accounts, with values, token and state of each, and the total."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from kistui.formatting.balance_status import freshness_cell
from kistui.formatting.cells import Cell, Role
from kistui.formatting.error_text import describe_error
from kistui.formatting.headline import scoped_cell
from kistui.formatting.profiles import MAX_NAME_LENGTH, environment_badge
from kistui.formatting.table import RecordColumn, Row, Table, build_header, build_rows
from kistui.formatting.token import token_column_cell
from kistui.formatting.values import format_change, format_number, format_percent, format_time
from kistui.i18n.translations import Translations
from kistui.models.load_state import Failed, Loaded, Loading
from kistui.models.totals import (
    AccountOverview,
    AccountTotals,
    Headline,
    ScopedAmount,
    compute_headline,
    compute_totals,
)


class AccountRow(NamedTuple):
    """An account as it is at `now`."""

    overview: AccountOverview
    headline: Headline
    """The headline of the last complete balance."""
    is_default: bool
    now: datetime


def _no_total(_totals: AccountTotals, _t: Translations) -> Cell:
    return Cell("")


class AccountColumn(RecordColumn[AccountRow], frozen=True, kw_only=True):
    """A column of the table of accounts."""

    format_total: Callable[[AccountTotals, Translations], Cell] = _no_total


def _secret_backend_cell(row: AccountRow, t: Translations) -> Cell:
    profile = row.overview.profile
    backend = "demo" if profile.is_demo else profile.secret_backend.value
    return Cell(t(f"secret_backend.{backend}"), Role.LABEL)


def _total_value_cell(headline: Headline, t: Translations) -> Cell:
    return Cell(scoped_cell(headline.total_value, format_number, t).text, Role.STRONG)


def _change_cell(
    get_part: Callable[[Headline], ScopedAmount],
) -> Callable[[Headline, Translations], Cell]:
    return lambda headline, t: scoped_cell(get_part(headline), format_change, t)


def _profit_rate_cell(headline: Headline, _t: Translations) -> Cell:
    return format_percent(headline.profit_rate)


def _headline_column(
    name: str,
    format_headline: Callable[[Headline, Translations], Cell],
    *,
    drop_priority: int = 0,
    is_sensitive: bool = True,
    is_computed: bool = False,
) -> AccountColumn:
    """Return a column of the headline of each account, and of all together."""
    return AccountColumn(
        name,
        drop_priority=drop_priority,
        is_sensitive=is_sensitive,
        is_computed=is_computed,
        format_cell=lambda row, t: format_headline(row.headline, t),
        format_total=lambda totals, t: format_headline(totals.headline, t),
    )


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
            return Cell(format_time(loaded_at), Role.DIM)
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
    AccountColumn(
        "secret_backend", drop_priority=9, is_text=True, format_cell=_secret_backend_cell
    ),
    _headline_column("total_value", _total_value_cell),
    _headline_column("asset_change", _change_cell(attrgetter("day_change")), drop_priority=4),
    _headline_column("profit_loss", _change_cell(attrgetter("profit_loss")), drop_priority=3),
    _headline_column(
        "profit_rate", _profit_rate_cell, drop_priority=5, is_sensitive=False, is_computed=True
    ),
    AccountColumn(
        "token",
        drop_priority=6,
        is_text=True,
        format_cell=lambda row, t: token_column_cell(row.overview.token_record, row.now, t),
    ),
    AccountColumn("state", drop_priority=2, is_text=True, max_width=18, format_cell=_state_cell),
)


def _headline(account: AccountOverview) -> Headline:
    balance = account.last_balance
    return compute_headline(balance) if balance else Headline()


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
        AccountRow(account, _headline(account), account.profile.name == default_profile, now)
        for account in accounts
    ]
    columns, totals = ACCOUNT_COLUMNS, compute_totals(accounts)
    # Without a real account there is nothing to add up.
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
