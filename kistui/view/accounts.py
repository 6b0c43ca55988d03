"""All accounts as a table: whose, how much, how it changed, its token, how old; and the total."""

from collections.abc import Sequence
from datetime import datetime

from kistui.models.account_totals import AccountOverview, AccountTotals, compute_totals
from kistui.models.holdings import profit_loss, profit_rate, total_value
from kistui.models.record import record
from kistui.models.load_state import Failed, Loading, Loaded
from kistui.view import format as show
from kistui.view.cells import Cell, Line, Role, fit, pad
from kistui.view.status import error_text, freshness
from kistui.view.token import short_cell
from kistui.view.words import Words

NAME_WIDTH, STATE_WIDTH = 20, 18
# Columns by name, with the order in which they give way; 0 stays. Texts stand at the left.
COLUMNS = {
    "mark": 0, "kind": 0, "name": 0, "account": 8, "place": 9, "total_value": 0, "asset_change": 4,
    "profit_loss": 3, "profit_rate": 5, "token": 6, "state": 2,
}  # fmt: skip
_TEXTS = frozenset({"mark", "kind", "name", "account", "place", "token", "state"})
_AMOUNTS = frozenset({"total_value", "asset_change", "profit_loss"})
_UNTITLED = frozenset({"mark", "kind"})


@record
class AccountsTable:
    """Lines of one width: a header, one an account, the total."""

    header: Line
    lines: tuple[Line, ...]
    total: Line


NO_ACCOUNTS = AccountsTable((), (), ())


def accounts_table(
    figures: Sequence[AccountOverview],
    default: str | None,
    now: datetime,
    words: Words,
    width: int,
    *,
    hidden: bool,
) -> AccountsTable:
    """Every account in its own state; `default` is the name of the one opened at the start."""
    if not figures:
        return NO_ACCOUNTS
    rows = [_cells(each, default, now, words, hidden=hidden) for each in figures]
    head = {
        name: Cell("" if name in _UNTITLED else words(f"accounts.{name}"), Role.DIM)
        for name in COLUMNS
    }
    foot = _total(compute_totals(figures), words, hidden=hidden)
    columns = list(COLUMNS)
    while True:
        widths = {
            name: max(each[name].width for each in (head, foot, *rows) if name in each)
            for name in columns
        }
        if sum(widths.values()) + sum(map(_gap, columns)) <= width:
            break
        droppable = [name for name in columns if COLUMNS[name]]
        if not droppable:
            break
        columns.remove(max(droppable, key=lambda name: COLUMNS[name]))
    return AccountsTable(
        _line(head, widths), tuple(_line(row, widths) for row in rows), _line(foot, widths)
    )


def _gap(name: str) -> int:
    return 1 if name in _UNTITLED else 2


def _line(cells: dict[str, Cell], widths: dict[str, int]) -> Line:
    line = []
    for name, width in widths.items():
        cell = cells.get(name, Cell(""))
        line += [
            Cell(pad(cell.text, width, right=name not in _TEXTS), cell.role),
            Cell(" " * _gap(name)),
        ]
    return tuple(line)


def _cells(
    figures: AccountOverview,
    default: str | None,
    now: datetime,
    words: Words,
    *,
    hidden: bool,
) -> dict[str, Cell]:
    profile, balance = figures.profile, figures.last_balance
    summary = balance.priced_summary if balance else None
    place = "demo" if profile.is_demo else profile.secret_backend.value
    cells = {
        "mark": Cell("●" if profile.name == default else " "),
        "kind": Cell(f" {words(f'kind.{profile.environment_label}')} ", Role(profile.environment_label)),
        "name": Cell(fit(profile.name, NAME_WIDTH), Role.STRONG),
        "account": Cell(profile.account.masked),
        "place": Cell(words(f"place.{place}"), Role.LABEL),
        "total_value": show.number(total_value(balance) if balance else None),
        "asset_change": show.change(summary.asset_change if summary else None),
        "profit_loss": show.change(profit_loss(balance) if balance else None),
        "profit_rate": show.percent(profit_rate(balance) if balance else None),
        "token": short_cell(figures.token_record, now, words),
        "state": _state(figures, now, words),
    }
    return _hide(cells, hidden=hidden)


def _state(figures: AccountOverview, now: datetime, words: Words) -> Cell:
    """How old the figures are; of a failure, what it was."""
    match figures.balance_state:
        case Failed(error):
            return Cell(fit(error_text(error, words).title, STATE_WIDTH), Role.BAD)
        case Loading():
            return Cell(words("bar.loading"), Role.DIM)
        case Loaded(value, _) if isinstance(value.overseas, Failed):
            return Cell(words("abroad.not_read"), Role.WARN)
        case Loaded(loaded_at=at):
            return Cell(show.clock_time(at), Role.DIM)
        case remote:
            return freshness(remote, now, words)


def _total(of: AccountTotals, words: Words, *, hidden: bool) -> dict[str, Cell]:
    """The total says how many accounts it knows, so that it cannot pass for more."""
    name = words("accounts.sum", n=of.accounts)
    if not of.accounts:
        return {"name": Cell(words("accounts.sum_none"), Role.DIM)}
    if of.known < of.accounts:
        name = words("accounts.sum_of", n=of.known, of=of.accounts)
    cells = {
        "name": Cell(name, Role.STRONG),
        "total_value": Cell(show.number(of.total_value).text, Role.STRONG),
        "asset_change": show.change(of.asset_change),
        "profit_loss": show.change(of.profit_loss),
        "profit_rate": show.percent(of.profit_rate),
    }
    return _hide(cells, hidden=hidden)


def _hide(cells: dict[str, Cell], *, hidden: bool) -> dict[str, Cell]:
    return {
        name: show.private(cell, hidden=hidden and name in _AMOUNTS and cell.text != "-")
        for name, cell in cells.items()
    }
