"""The allocation of assets as one stacked bar and a legend in the same order.

Every part has a fill of its own, so that bar and legend need no colour.
"""

from collections.abc import Sequence

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, join_blocks, truncate
from kistui.i18n.translations import Translations
from kistui.models.allocation import Allocation, AllocationPart, AssetClass
from kistui.models.overseas import Market

FILLS = "█░▓╱▒║▚─╳┼╲▔"
"""One for each part that an allocation can have; `--ascii` has as many different ones."""
BAR_ROLES = (Role.BAR, Role.BAR_ALT)
LEGEND_GAP = 2
MAX_NAME_WIDTH = 14


def allocation_lines(allocation: Allocation, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the bar in `width` columns, and the legend in as many lines as it takes."""
    return (allocation_bar(allocation, width), *legend_lines(allocation, t, width))


def allocation_bar(allocation: Allocation, width: int) -> Line:
    """Return the stacked bar of an allocation."""
    return stacked_bar([part.amount for part in allocation.parts], width)


def stacked_bar(amounts: Sequence[int], width: int) -> Line:
    """Return the stacked bar; every amount that is more than nothing has at least one column."""
    widths = bar_widths(amounts, width)
    return tuple(
        Cell(_fill(index) * columns, _role(index))
        for index, columns in enumerate(widths)
        if columns
    )


def bar_widths(amounts: Sequence[int], width: int) -> list[int]:
    """Return the columns of each amount, which add up to `width`; none for one below zero."""
    positive = [max(amount, 0) for amount in amounts]
    total = sum(positive)
    if not total:
        return [0] * len(amounts)
    widths = [max(amount * width // total, 1) if amount else 0 for amount in positive]
    remainders = [amount * width % total for amount in positive]
    by_remainder = sorted(range(len(amounts)), key=remainders.__getitem__, reverse=True)
    for index in by_remainder[: max(width - sum(widths), 0)]:
        widths[index] += 1
    while sum(widths) > width:
        widths[widths.index(max(widths))] -= 1
    return widths


def legend_lines(allocation: Allocation, t: Translations, width: int) -> tuple[Line, ...]:
    """Return the parts by name and share, each behind its fill in the bar."""
    entries: list[Line] = [
        (
            Cell(f"{_fill(index)} ", _role(index)),
            Cell(f"{truncate(_part_name(part, t), MAX_NAME_WIDTH)} ", Role.LABEL),
            Cell(show.format_share(part.share).text),
        )
        for index, part in enumerate(allocation.parts)
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


def _fill(index: int) -> str:
    return FILLS[index % len(FILLS)]


def _role(index: int) -> Role:
    return BAR_ROLES[index % len(BAR_ROLES)]
