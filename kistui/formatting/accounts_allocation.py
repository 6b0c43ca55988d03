"""How the assets are divided among accounts and, in each, among markets and cash: a bar each.

The bars have one scale, so that those of the accounts add up to that of the total.
"""

from collections.abc import Sequence
from decimal import Decimal

from kistui.formatting import values as show
from kistui.formatting.allocation import legend_lines, stacked_bar
from kistui.formatting.cells import Cell, Line, Role, display_width, line_width, pad, truncate
from kistui.formatting.profiles import MAX_NAME_LENGTH
from kistui.i18n.translations import Translations
from kistui.models.allocation import (
    Allocation,
    AllocationCut,
    combine_allocations,
    compute_allocation,
)
from kistui.models.arithmetic import percent_of
from kistui.models.totals import AccountOverview, Scope

SHARE_WIDTH = 6
"""Columns of `100.0%`."""
GAP = 2


def accounts_allocation_lines(
    accounts: Sequence[AccountOverview], t: Translations, width: int
) -> tuple[Line, ...]:
    """Return a bar for each account, one for the total of several, and the legend.

    Real accounts alone are shown if there are any, as in the total. There are no lines without a
    single account whose assets are known in full.
    """
    counted = [account for account in accounts if account.is_real] or accounts
    allocations = [_allocation_of(account) for account in counted]
    known = [allocation for allocation in allocations if allocation is not None]
    combined = combine_allocations(known)
    if combined is None:
        return ()
    names = [truncate(account.profile.name, MAX_NAME_LENGTH) for account in counted]
    total_name = t("accounts.allocation_total")
    if len(known) < len(counted):
        total_name += f" {len(known)}/{len(counted)}"
    name_width = max(map(display_width, (*names, total_name)))
    bar_width = max(width - name_width - SHARE_WIDTH - 2 * GAP, 1)
    lines = [
        _bar_line(pad(name, name_width), allocation, combined, bar_width)
        for name, allocation in zip(names, allocations, strict=True)
    ]
    if len(known) > 1:
        lines.append(_bar_line(pad(total_name, name_width), combined, combined, bar_width))
    return (*lines, *legend_lines(combined, t, width))


def _allocation_of(account: AccountOverview) -> Allocation | None:
    balance = account.full_balance
    allocation = compute_allocation(balance, AllocationCut.MARKET) if balance else None
    return allocation if allocation and allocation.scope is Scope.WHOLE else None


def _bar_line(name: str, allocation: Allocation | None, combined: Allocation, width: int) -> Line:
    """Return an account's name, its bar and its share; a dash where it is not known."""
    label = Cell(name + " " * GAP, Role.STRONG)
    if allocation is None:
        return (label, show.UNAVAILABLE)
    amounts = {part.kind: part.amount for part in allocation.parts}
    share = percent_of(sum(amounts.values()), sum(part.amount for part in combined.parts))
    columns = max(round(width * (share or Decimal(0)) / 100), 1)
    # In the order of the total, so that a market has the same fill in every bar.
    bar = stacked_bar([amounts.get(part.kind, 0) for part in combined.parts], columns)
    share_cell = show.format_share(share)
    blanks = width - line_width(bar) + GAP + SHARE_WIDTH - share_cell.width
    return (label, *bar, Cell(" " * max(blanks, 0)), share_cell)
