"""How assets are divided: an account's by class, currency, market or item, or several by account.

Amounts are in won. An `Allocation` covers what the headline's total covers: without the overseas
part, only the domestic assets. Its parts add up to that total, unless KIS's own sums contradict the
rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.models.arithmetic import decimal_sum_or_none, percents_of, sum_or_none
from kistui.models.asset_classes import AssetCategory, AssetClasses
from kistui.models.balance import Balance
from kistui.models.markets import KRW, Market
from kistui.models.totals import (
    AccountOverview,
    AnyHolding,
    Scope,
    all_holdings,
    compute_headline,
    counted_accounts,
    latest_overseas,
)

LARGEST_ITEMS = 10
"""How many items an allocation by item names."""
MAX_SHARE_ROUNDING = Decimal("0.5")
"""Percent by which KIS's shares may miss 100: each is rounded."""


class AllocationGrouping(Enum):
    """What assets are divided by; the value is typed after `kistui allocation --by`."""

    CLASS = "class"
    CURRENCY = "currency"
    MARKET = "market"
    ACCOUNT = "account"
    ITEM = "item"


LISTED_GROUPINGS = tuple(by for by in AllocationGrouping if by is not AllocationGrouping.ITEM)
"""Those of the cash page and `kistui allocation`: the holdings list every item already."""


class OtherPart(Enum):
    """A part that is none of the markets or items by which the assets are divided."""

    CASH = "cash"
    """Cash of all currencies; negative if more is owed than held."""
    OTHER_ITEMS = "other_items"


PartKind = AssetCategory | Market | OtherPart | int | str
"""What a part consists of; an int is the position of a class that KIS does not name.

A str is a currency, or the name of an item or a profile.
"""


class AllocationPart(Struct, frozen=True):
    """One part of the assets, and its amount in won."""

    kind: PartKind
    amount: int | None
    share: Decimal | None
    """In percent of the sum of the parts."""
    item_count: int = 0
    """The number of items that `OTHER_ITEMS` adds up."""

    @property
    def key(self) -> str:
        """The part in exports."""
        match self.kind:
            case Enum(value=value):
                return str(value)
            case int(position):
                return f"row_{position}"
            case name:
                return str(name)


class Allocation(Struct, frozen=True, kw_only=True):
    """The parts from the largest to the smallest; those of zero are last."""

    by: AllocationGrouping
    parts: tuple[AllocationPart, ...]
    """Empty if an amount is unknown that the others depend on."""
    total: int | None
    """Sum of the parts; `None` if it is unknown."""
    scope: Scope = Scope.WHOLE
    difference: int | None = None
    """KIS's own total minus the sum of the parts, where the two differ by more than rounding."""
    is_computed: bool = False
    """Whether classes are computed from the balance, because KIS does not add them up."""

    @property
    def zero_parts(self) -> tuple[AllocationPart, ...]:
        """The parts with an amount of zero; an unknown amount is not zero."""
        return tuple(part for part in self.parts if part.amount == 0)

    @property
    def shown_parts(self) -> tuple[AllocationPart, ...]:
        """The parts whose amount is not zero."""
        return tuple(part for part in self.parts if part.amount != 0)


def allocate_balance(balance: Balance, by: AllocationGrouping) -> Allocation:
    """Divide the assets of a balance by class, currency, market or item."""
    match by:
        case AllocationGrouping.CLASS:
            return _by_computed_class(balance)
        case AllocationGrouping.CURRENCY:
            return _by_currency(balance)
        case _:
            return _by_market_or_item(balance, by)


def allocate_classes(classes: AssetClasses) -> Allocation:
    """Divide assets by class as KIS adds them up, with KIS's own shares if those add up to 100.

    Otherwise the shares are those of the sum of the classes. Without prices there are none.
    """
    if not classes.is_priced:
        return Allocation(by=AllocationGrouping.CLASS, parts=(), total=None)
    amounts = [(line.category, line.row.valuation) for line in classes.lines]
    computed = _allocate(AllocationGrouping.CLASS, amounts, Scope.WHOLE)
    kis_total = classes.total_assets
    kis_share = decimal_sum_or_none(row.share for row in classes.rows)
    difference = None
    if kis_total is not None and computed.total is not None:
        difference = kis_total - computed.total
    if difference is not None and abs(difference) > len(amounts):
        return replace(computed, difference=difference)
    if kis_share is None or abs(kis_share - 100) > MAX_SHARE_ROUNDING:
        return replace(computed, total=kis_total)
    parts = [
        AllocationPart(category, amount, row.share)
        for (category, amount), row in zip(amounts, classes.rows, strict=True)
    ]
    return Allocation(by=AllocationGrouping.CLASS, parts=_largest_first(parts), total=kis_total)


def allocate_accounts(accounts: Sequence[AccountOverview]) -> Allocation:
    """Divide by account, overseas part included; an amount is `None` where that is unknown.

    Without real accounts, paper and demo accounts count.
    """
    amounts = [
        (account.profile.name, _complete_value(account)) for account in counted_accounts(accounts)
    ]
    return _allocate(AllocationGrouping.ACCOUNT, amounts, Scope.WHOLE)


def combine_allocations(allocations: Sequence[Allocation]) -> Allocation | None:
    """Return how the assets of several accounts together are divided; `None` for no account."""
    sums: dict[PartKind, int] = defaultdict(int)
    for allocation in allocations:
        for part in allocation.parts:
            sums[part.kind] += part.amount or 0
    is_whole = all(allocation.scope is Scope.WHOLE for allocation in allocations)
    scope = Scope.WHOLE if is_whole else Scope.DOMESTIC
    return _allocate(allocations[0].by, sums.items(), scope) if sum(sums.values()) else None


def _by_market_or_item(balance: Balance, by: AllocationGrouping) -> Allocation:
    headline_total = compute_headline(balance).total_value
    total, scope = headline_total.amount, headline_total.scope
    holdings = balance.holdings if scope is Scope.DOMESTIC else all_holdings(balance)
    valued = [(holding, holding.valuation_won) for holding in holdings if not holding.is_sold_out]
    amounts = [(holding, value) for holding, value in valued if value is not None]
    is_known = total is not None and balance.is_complete and len(amounts) == len(valued)
    if total is None or total <= 0 or not is_known:
        # Nothing, or less, has no parts; any other total has some of unknown amount.
        known_total = total if total is not None and total <= 0 else None
        return Allocation(by=by, parts=(), total=known_total, scope=scope)
    parts = _market_amounts(amounts) if by is AllocationGrouping.MARKET else _item_amounts(amounts)
    rowless = _value_without_rows(balance) if scope is Scope.WHOLE else 0
    # Rows that contradict KIS's sum of them take nothing from the cash.
    summary, valued_total = balance.priced_summary, sum(value for _, value in amounts)
    stated = summary.valuation if summary.securities_value is None else summary.securities_value
    domestic = sum_or_none(holding.valuation for holding in balance.open_holdings)
    difference = 0 if stated is None or domestic is None else stated - domestic
    cash = total - valued_total - rowless - difference
    parts_total = total - difference
    if not parts_total:
        return Allocation(by=by, parts=(), total=None, scope=scope)
    parts += [(Market.OTHER, rowless, 0), (OtherPart.CASH, cash, 0)]
    percents = percents_of([amount for _, amount, _ in parts], parts_total)
    return Allocation(
        by=by,
        parts=_largest_first(
            AllocationPart(kind, amount, percent, item_count)
            for (kind, amount, item_count), percent in zip(parts, percents, strict=True)
            if amount
        ),
        total=parts_total,
        scope=scope,
        difference=difference or None,
    )


def _value_without_rows(balance: Balance) -> int:
    """Return the value of overseas shares of which KIS sent the total but no row."""
    overseas = latest_overseas(balance)
    return (overseas.valuation_won or 0) if overseas is not None and overseas.lacks_rows else 0


_Amounts = Iterable[tuple[AnyHolding, int]]
_Parts = list[tuple[PartKind, int, int]]
"""Kind, amount and number of items of each part."""


def _market_amounts(amounts: _Amounts) -> _Parts:
    sums: dict[Market, int] = defaultdict(int)
    for holding, value in amounts:
        sums[holding.market] += value
    return [(market, value, 0) for market, value in sums.items()]


def _item_amounts(amounts: _Amounts) -> _Parts:
    items = sorted(
        ((holding.name or holding.code or "", value) for holding, value in amounts),
        key=lambda item: item[1],
        reverse=True,
    )
    largest, others = items[:LARGEST_ITEMS], items[LARGEST_ITEMS:]
    parts: _Parts = [(name, value, 0) for name, value in largest]
    if others:
        parts.append((OtherPart.OTHER_ITEMS, sum(value for _, value in others), len(others)))
    return parts


def _by_computed_class(balance: Balance) -> Allocation:
    """Divide by class for an account whose classes KIS does not send."""
    headline, summary = compute_headline(balance).total_value, balance.priced_summary
    total, securities = summary.total_value, summary.securities_value
    cash = None if total is None or securities is None else total - securities
    amounts = [(AssetCategory.STOCKS, securities), (AssetCategory.DEPOSIT, cash)]
    overseas = latest_overseas(balance)
    if overseas is not None and headline.scope is Scope.WHOLE and not overseas.is_empty:
        amounts += [
            (AssetCategory.OVERSEAS_STOCKS, overseas.valuation_won),
            (AssetCategory.FOREIGN_CURRENCY, overseas.cash_won),
        ]
    allocation = _allocate(AllocationGrouping.CLASS, amounts, headline.scope)
    return replace(allocation, is_computed=True)


def _by_currency(balance: Balance) -> Allocation:
    """Divide into won, which all domestic assets are in, and each currency's shares and cash."""
    headline = compute_headline(balance).total_value
    amounts: dict[str, list[int | None]] = defaultdict(list)
    amounts[KRW].append(headline.domestic)
    overseas = latest_overseas(balance)
    if overseas is not None and headline.scope is Scope.WHOLE:
        for holding in overseas.open_holdings:
            amounts[holding.currency].append(holding.valuation_won)
        for cash in overseas.cash:
            amounts[cash.currency or ""].append(overseas.cash_to_won(cash))
        known = sum_or_none(amount for parts in amounts.values() for amount in parts)
        if known is not None and headline.amount is not None and known != headline.amount:
            amounts[""].append(headline.amount - known)  # KIS sent a total without rows
    sums = {currency: sum_or_none(parts) for currency, parts in amounts.items()}
    return _allocate(AllocationGrouping.CURRENCY, sums.items(), headline.scope)


def _complete_value(account: AccountOverview) -> int | None:
    balance = account.full_balance
    return compute_headline(balance).total_value.complete_amount if balance else None


def _allocate(
    by: AllocationGrouping, amounts: Iterable[tuple[PartKind, int | None]], scope: Scope
) -> Allocation:
    """Return parts with their shares of the sum; of an unknown sum there are no shares."""
    pairs = list(amounts)
    total = sum_or_none(amount for _, amount in pairs)
    percents = percents_of([amount for _, amount in pairs], total)
    parts = [
        AllocationPart(kind, amount, percent)
        for (kind, amount), percent in zip(pairs, percents, strict=True)
    ]
    return Allocation(by=by, parts=_largest_first(parts), total=total, scope=scope)


def _largest_first(parts: Iterable[AllocationPart]) -> tuple[AllocationPart, ...]:
    return tuple(sorted(parts, key=lambda part: (part.amount == 0, -(part.amount or 0))))
