"""How an account's assets are divided: by market and cash, or by item.

Amounts are in won and add up to the total assets of the headline, unless KIS's own sums contradict
the rows. An allocation covers what the headline's total covers: without the overseas part, only
the domestic assets.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from msgspec import Struct

from kistui.models.arithmetic import percents_of, sum_or_none
from kistui.models.balance import Balance
from kistui.models.overseas import Market
from kistui.models.totals import AnyHolding, Scope, all_holdings, compute_headline

LARGEST_ITEMS = 10


class AllocationGrouping(Enum):
    """The criterion by which assets are divided."""

    MARKET = "market"
    ITEM = "item"


class AssetClass(Enum):
    """A part that is neither a market nor an item."""

    CASH = "cash"
    """Cash of all currencies; negative if more is owed than held."""
    OTHER_ITEMS = "other_items"


class AllocationPart(Struct, frozen=True):
    """One part of the assets: a market, an item by its name, or another class."""

    kind: Market | AssetClass | str
    amount: int
    share: Decimal
    """In percent of the sum of the parts."""
    item_count: int = 0
    """The number of items that `OTHER_ITEMS` adds up."""


class Allocation(Struct, frozen=True):
    """The parts from the largest to the smallest, then the other items and cash."""

    parts: tuple[AllocationPart, ...]
    scope: Scope
    difference: int = 0
    """The total assets minus the parts: KIS's domestic securities minus the domestic rows."""

    @property
    def total(self) -> int:
        """Return the sum of the parts."""
        return sum(part.amount for part in self.parts)


def compute_allocation(balance: Balance, grouping: AllocationGrouping) -> Allocation | None:
    """Return how the assets are divided; `None` if an amount is unknown or there are no assets."""
    headline_total = compute_headline(balance).total_value
    total, scope = headline_total.amount, headline_total.scope
    holdings = balance.holdings if scope is Scope.DOMESTIC else all_holdings(balance)
    valued = [(holding, holding.valuation_won) for holding in holdings if not holding.is_sold_out]
    amounts = [(holding, value) for holding, value in valued if value is not None]
    if not total or total < 0 or not balance.is_complete or len(amounts) < len(valued):
        return None
    grouped = _by_market(amounts) if grouping is AllocationGrouping.MARKET else _by_item(amounts)
    # Rows that contradict KIS's sum of them take nothing from the cash.
    summary, valued_total = balance.priced_summary, sum(value for _, value in amounts)
    stated = summary.valuation if summary.securities_value is None else summary.securities_value
    domestic = sum_or_none(holding.valuation for holding in balance.open_holdings)
    difference = 0 if stated is None or domestic is None else stated - domestic
    cash = total - valued_total - difference
    groups = [group for group in (*grouped, (AssetClass.CASH, cash, 0)) if group[1]]
    if not valued_total + cash:
        return None
    return Allocation(_parts(groups, valued_total + cash), scope, difference)


def combine_allocations(allocations: Iterable[Allocation]) -> Allocation | None:
    """Return how the assets of several accounts together are divided; `None` for no account."""
    sums: dict[Market | AssetClass | str, int] = defaultdict(int)
    scopes = set()
    for allocation in allocations:
        scopes.add(allocation.scope)
        for part in allocation.parts:
            sums[part.kind] += part.amount
    total = sum(sums.values())
    if not total:
        return None
    # As in a single account, cash comes last.
    kinds = sorted(sums, key=lambda kind: (kind is AssetClass.CASH, -sums[kind]))
    parts = _parts([(kind, sums[kind], 0) for kind in kinds], total)
    return Allocation(parts, Scope.WHOLE if scopes == {Scope.WHOLE} else Scope.DOMESTIC)


_Amounts = Iterable[tuple[AnyHolding, int]]
_Groups = list[tuple[Market | AssetClass | str, int, int]]


def _parts(groups: _Groups, total: int) -> tuple[AllocationPart, ...]:
    percents = percents_of([amount for _, amount, _ in groups], total)
    return tuple(
        AllocationPart(kind, amount, percent or Decimal(0), item_count)
        for (kind, amount, item_count), percent in zip(groups, percents, strict=True)
    )


def _by_market(amounts: _Amounts) -> _Groups:
    sums: dict[Market, int] = defaultdict(int)
    for holding, value in amounts:
        sums[holding.market] += value
    return [(market, value, 0) for market, value in _largest_first(sums.items())]


def _by_item(amounts: _Amounts) -> _Groups:
    items = _largest_first(
        (holding.name or holding.code or "", value) for holding, value in amounts
    )
    largest, others = items[:LARGEST_ITEMS], items[LARGEST_ITEMS:]
    groups: _Groups = [(name, value, 0) for name, value in largest]
    if others:
        groups.append((AssetClass.OTHER_ITEMS, sum(value for _, value in others), len(others)))
    return groups


def _largest_first(pairs: Iterable[tuple[Market | str, int]]) -> list[tuple[Market | str, int]]:
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)
