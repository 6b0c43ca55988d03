"""How assets are divided, as text: a stacked bar with its legend, or a bar on a line for each part.

In a stacked bar every part has a fill of its own, so that bar and legend need no colour. The bars
of several accounts have one scale, so that they add up to that of the total.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kistui.formatting.boxes import fraction_bar, stacked_bar, stacked_fill
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
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_number,
    format_share,
    format_shares,
    mask_amount,
)
from kistui.i18n.translations import Translations
from kistui.models.allocation import (
    Allocation,
    AllocationGrouping,
    AllocationPart,
    OtherPart,
    allocate_balance,
    combine_allocations,
)
from kistui.models.arithmetic import percents_of
from kistui.models.asset_classes import AssetCategory
from kistui.models.markets import Market
from kistui.models.totals import AccountOverview, Scope, counted_accounts

LEGEND_GAP = 2
MAX_LEGEND_NAME_WIDTH = 14
MAX_SHARE_NAME_WIDTH = 24
COLUMN_GAP = "  "
SHARE_WIDTH = 6
"""Columns of `100.0%`."""
MIN_BAR_WIDTH = 6
"""Columns below which there is no bar."""
MAX_BAR_WIDTH = 80


def stacked_bar_lines(allocation: Allocation, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the bar in `width` columns, and the legend in as many lines as it takes."""
    return (allocation_bar(allocation, width), *_legend_lines(allocation, t, width))


def allocation_bar(allocation: Allocation, width: int) -> Line:
    """Return the stacked bar of an allocation."""
    return stacked_bar([part.amount or 0 for part in stacked_parts(allocation)], width)


def stacked_parts(allocation: Allocation) -> list[AllocationPart]:
    """Return the parts in the order of a stacked bar: other items and cash come last."""
    return sorted(
        allocation.parts,
        key=lambda part: (part.kind is OtherPart.CASH, part.kind is OtherPart.OTHER_ITEMS),
    )


def _legend_lines(allocation: Allocation, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the parts by name and share, each behind its fill in the bar."""
    parts = stacked_parts(allocation)
    fills = map(stacked_fill, range(len(parts)))
    percents = format_shares([part.share for part in parts])
    entries: list[Line] = [
        (
            Cell(f"{fill.text} ", fill.role),
            Cell(f"{truncate(part_name(part, t), MAX_LEGEND_NAME_WIDTH)} ", Role.LABEL),
            Cell(percent.text),
        )
        for fill, part, percent in zip(fills, parts, percents, strict=True)
    ]
    return join_blocks(entries, width, LEGEND_GAP)


def part_name(part: AllocationPart, t: Translations) -> str:
    """Return the name of a part."""
    match part.kind:
        case AssetCategory() as category:
            return t(f"asset_class.{category.value}")
        case Market() as market:
            return t(f"market.{market.value}")
        case OtherPart.CASH:
            return t("allocation.cash")
        case OtherPart.OTHER_ITEMS:
            return t("allocation.other_items", n=part.item_count)
        case int(position):
            return t("asset_class.row", n=position)
        case name:
            return str(name) or "?"


def accounts_allocation_lines(
    accounts: Sequence[AccountOverview], t: Translations, width: int
) -> tuple[Line, ...]:
    """Return a bar for each account, one for the total of several, and the legend.

    Only real accounts are shown if there are any, as in the total. There are no lines if no
    account's assets are known in full.
    """
    counted = counted_accounts(accounts)
    allocations = [_allocation_of(account) for account in counted]
    known_allocations = [allocation for allocation in allocations if allocation is not None]
    combined = combine_allocations(known_allocations)
    if combined is None:
        return ()
    names = [truncate(account.profile.name, MAX_NAME_LENGTH) for account in counted]
    total_name = t("allocation.total")
    if len(known_allocations) < len(counted):
        total_name += f" {len(known_allocations)}/{len(counted)}"
    name_width = max(map(display_width, (*names, total_name)))
    bar_width = max(width - name_width - SHARE_WIDTH - 2 * len(COLUMN_GAP), 1)
    totals = [allocation.total if allocation else None for allocation in allocations]
    shares = format_shares(percents_of(totals, combined.total))
    lines = [
        _account_bar_line(pad(name, name_width), allocation, combined, share, bar_width)
        for name, allocation, share in zip(names, allocations, shares, strict=True)
    ]
    if len(known_allocations) > 1:
        share = format_share(Decimal(100))
        lines.append(
            _account_bar_line(pad(total_name, name_width), combined, combined, share, bar_width)
        )
    return (*lines, *_legend_lines(combined, t, width))


def _allocation_of(account: AccountOverview) -> Allocation | None:
    """Return how an account is divided by market; `None` if its assets are not known in full."""
    if account.full_balance is None:
        return None
    allocation = allocate_balance(account.full_balance, AllocationGrouping.MARKET)
    return allocation if allocation.parts and allocation.scope is Scope.WHOLE else None


def _account_bar_line(
    name: str,
    allocation: Allocation | None,
    combined: Allocation,
    share: Cell,
    width: int,
) -> Line:
    """Return an account's name, its bar and its share; a dash where it is not known."""
    label = Cell(name + COLUMN_GAP, Role.STRONG)
    if allocation is None:
        return (label, UNAVAILABLE)
    amounts = {part.kind: part.amount or 0 for part in allocation.parts}
    columns = max(round(width * Fraction(allocation.total or 0, combined.total or 1)), 1)
    # In the order of the total, so that a market has the same fill in every bar.
    bar = stacked_bar([amounts.get(part.kind, 0) for part in stacked_parts(combined)], columns)
    blanks = width - line_width(bar) + len(COLUMN_GAP) + SHARE_WIDTH - share.width
    return (label, *bar, Cell(" " * max(blanks, 0)), share)


def part_bar_lines(
    allocation: Allocation, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return a line for each part with its name, bar, amount and share."""
    shown_parts = allocation.shown_parts
    names = [truncate(part_name(part, t), MAX_SHARE_NAME_WIDTH) for part in shown_parts]
    amounts = [
        mask_amount(format_number(part.amount), amounts_hidden=amounts_hidden)
        for part in shown_parts
    ]
    percents = format_shares([part.share for part in shown_parts])
    name_width = max(map(display_width, names), default=0)
    amount_width = max((cell.width for cell in amounts), default=0)
    fixed = name_width + amount_width + SHARE_WIDTH + 3 * len(COLUMN_GAP)
    bar_width = min(width - fixed, MAX_BAR_WIDTH)
    greatest = allocation.total or max((part.amount or 0 for part in shown_parts), default=0)
    lines: list[Line] = []
    for name, part, amount, percent in zip(names, shown_parts, amounts, percents, strict=True):
        line = [Cell(pad(name, name_width) + COLUMN_GAP, Role.LABEL)]
        if bar_width >= MIN_BAR_WIDTH:
            bar = fraction_bar(part.amount or 0, greatest, bar_width)
            line.append(Cell(pad(bar, bar_width), Role.BAR))
        for cell, cell_width in ((amount, amount_width), (percent, SHARE_WIDTH)):
            text = pad(cell.text, cell_width, align_right=True)
            line.append(Cell(COLUMN_GAP + text, cell.role))
        lines.append(tuple(line))
    return tuple(lines)


def difference_text(allocation: Allocation, t: Translations, *, amounts_hidden: bool) -> str:
    """Return the difference between the parts and KIS's total; blank if they add up."""
    if not allocation.difference:
        return ""
    won = mask_amount(format_number(allocation.difference), amounts_hidden=amounts_hidden)
    return t("allocation.shares_differ", won=won.text)


def missing_shares_text(allocation: Allocation, t: Translations) -> str:
    """Return why there are no shares; blank if there are some."""
    if any(part.share is not None for part in allocation.parts):
        return ""
    if allocation.total is not None and allocation.total <= 0:
        return t("allocation.no_assets")
    is_by_kis = allocation.by is AllocationGrouping.CLASS and not allocation.is_computed
    return t("allocation.classes_unknown" if is_by_kis else "allocation.shares_unknown")


def folded_text(allocation: Allocation, t: Translations, width: int) -> str:
    """Return the parts of zero, as many as fit into one line, and how many more there are.

    Without such parts the text is empty.
    """
    names = [part_name(part, t) for part in allocation.zero_parts]
    for count in range(len(names), 0, -1):
        shown_names, hidden_count = " · ".join(names[:count]), len(names) - count
        key = "cash.nothing_more" if hidden_count else "cash.nothing"
        text = t(key, names=shown_names, n=hidden_count)
        if count == 1 or display_width(text) <= width:
            return text
    return ""


def allocation_title(allocation: Allocation | None, by: AllocationGrouping, t: Translations) -> str:
    """Return the criterion; says if the parts are computed, or the overseas part is missing."""
    mark = COMPUTED_MARK if allocation is not None and allocation.is_computed else ""
    title = f"{t('allocation.title')} · {t(f'allocation_by.{by.value}')}{mark}"
    is_domestic = allocation is not None and allocation.scope is Scope.DOMESTIC
    return f"{title} · {t('allocation.domestic_only')}" if is_domestic else title
