"""The allocation of assets as stacked bars and a legend in the same order.

Every part has a fill of its own, so that bar and legend need no colour. The bars of several
accounts have one scale, so that they add up to that of the total.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kistui.formatting import values as show
from kistui.formatting.bars import stacked_bar, stacked_fill
from kistui.formatting.cells import (
    Cell,
    Line,
    Role,
    display_width,
    join_blocks,
    line_width,
    pad,
    truncate,
)
from kistui.formatting.profiles import MAX_NAME_LENGTH
from kistui.i18n.translations import Translations
from kistui.models.allocation import (
    Allocation,
    AllocationGrouping,
    AllocationPart,
    AssetClass,
    combine_allocations,
    compute_allocation,
)
from kistui.models.arithmetic import percents_of
from kistui.models.overseas import Market
from kistui.models.totals import AccountOverview, Scope

LEGEND_GAP = 2
MAX_NAME_WIDTH = 14
SHARE_WIDTH = 6
"""Columns of `100.0%`."""
GAP = 2


def allocation_lines(allocation: Allocation, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the bar in `width` columns, and the legend in as many lines as it takes."""
    return (allocation_bar(allocation, width), *legend_lines(allocation, t, width))


def allocation_bar(allocation: Allocation, width: int) -> Line:
    """Return the stacked bar of an allocation."""
    return stacked_bar([part.amount for part in allocation.parts], width)


def legend_lines(allocation: Allocation, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the parts by name and share, each behind its fill in the bar."""
    fills = map(stacked_fill, range(len(allocation.parts)))
    percents = show.format_shares([part.share for part in allocation.parts])
    entries: list[Line] = [
        (
            Cell(f"{fill.text} ", fill.role),
            Cell(f"{truncate(_part_name(part, t), MAX_NAME_WIDTH)} ", Role.LABEL),
            Cell(percent.text),
        )
        for fill, part, percent in zip(fills, allocation.parts, percents, strict=True)
    ]
    return join_blocks(entries, width, LEGEND_GAP)


def _part_name(part: AllocationPart, t: Translations) -> str:
    match part.kind:
        case Market() as market:
            return t(f"market.{market.value}")
        case AssetClass.CASH:
            return t("allocation.cash")
        case AssetClass.OTHER_ITEMS:
            return t("allocation.other_items", n=part.item_count)
        case name:
            return str(name)


def accounts_allocation_lines(
    accounts: Sequence[AccountOverview], t: Translations, width: int
) -> tuple[Line, ...]:
    """Return a bar for each account, one for the total of several, and the legend.

    Only real accounts are shown if there are any, as in the total. There are no lines if no
    account's assets are known in full.
    """
    counted = [account for account in accounts if account.is_real] or accounts
    allocations = [_allocation_of(account) for account in counted]
    known_allocations = [allocation for allocation in allocations if allocation is not None]
    combined = combine_allocations(known_allocations)
    if combined is None:
        return ()
    names = [truncate(account.profile.name, MAX_NAME_LENGTH) for account in counted]
    total_name = t("accounts.allocation_total")
    if len(known_allocations) < len(counted):
        total_name += f" {len(known_allocations)}/{len(counted)}"
    name_width = max(map(display_width, (*names, total_name)))
    bar_width = max(width - name_width - SHARE_WIDTH - 2 * GAP, 1)
    totals = [allocation.total if allocation else None for allocation in allocations]
    shares = show.format_shares(percents_of(totals, combined.total))
    lines = [
        _bar_line(pad(name, name_width), allocation, combined, share, bar_width)
        for name, allocation, share in zip(names, allocations, shares, strict=True)
    ]
    if len(known_allocations) > 1:
        share = show.format_share(Decimal(100))
        lines.append(_bar_line(pad(total_name, name_width), combined, combined, share, bar_width))
    return (*lines, *legend_lines(combined, t, width))


def _allocation_of(account: AccountOverview) -> Allocation | None:
    balance = account.full_balance
    allocation = compute_allocation(balance, AllocationGrouping.MARKET) if balance else None
    return allocation if allocation and allocation.scope is Scope.WHOLE else None


def _bar_line(
    name: str,
    allocation: Allocation | None,
    combined: Allocation,
    share: Cell,
    width: int,
) -> Line:
    """Return an account's name, its bar and its share; a dash where it is not known."""
    label = Cell(name + " " * GAP, Role.STRONG)
    if allocation is None:
        return (label, show.UNAVAILABLE)
    amounts = {part.kind: part.amount for part in allocation.parts}
    columns = max(round(width * Fraction(allocation.total, combined.total)), 1)
    # In the order of the total, so that a market has the same fill in every bar.
    bar = stacked_bar([amounts.get(part.kind, 0) for part in combined.parts], columns)
    blanks = width - line_width(bar) + GAP + SHARE_WIDTH - share.width
    return (label, *bar, Cell(" " * max(blanks, 0)), share)
