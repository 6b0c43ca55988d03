"""How assets are divided: an account's by market, item, class or currency, or several by account.

Amounts are in won. An `Allocation` is drawn as one stacked bar: its parts add up to the total
assets of the headline, unless KIS's own sums contradict the rows. `AssetShares` are listed line by
line. Both cover what the headline's total covers: without the overseas part, only the domestic
assets.
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
from kistui.models.overseas import KRW, Market
from kistui.models.totals import (
    AccountOverview,
    AnyHolding,
    Scope,
    all_holdings,
    compute_headline,
    latest_overseas,
)

LARGEST_ITEMS = 10
"""How many items an allocation by item names."""
MAX_SHARE_ROUNDING = Decimal("0.5")
"""Percent by which KIS's shares may miss 100: each is rounded."""


class AllocationGrouping(Enum):
    """What the stacked bar on the summary divides the assets by."""

    MARKET = "market"
    ITEM = "item"


class OtherPart(Enum):
    """A part that is neither a market nor an item."""

    CASH = "cash"
    """Cash of all currencies; negative if more is owed than held."""
    OTHER_ITEMS = "other_items"


class AllocationPart(Struct, frozen=True):
    """One part of the assets: a market, an item by its name, or one of `OtherPart`."""

    kind: Market | OtherPart | str
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
        """The sum of the parts."""
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
    rowless = _value_without_rows(balance) if scope is Scope.WHOLE else 0
    # Rows that contradict KIS's sum of them take nothing from the cash.
    summary, valued_total = balance.priced_summary, sum(value for _, value in amounts)
    stated = summary.valuation if summary.securities_value is None else summary.securities_value
    domestic = sum_or_none(holding.valuation for holding in balance.open_holdings)
    difference = 0 if stated is None or domestic is None else stated - domestic
    cash = total - valued_total - rowless - difference
    others = (Market.OTHER, rowless, 0), (OtherPart.CASH, cash, 0)
    groups = [group for group in (*grouped, *others) if group[1]]
    parts_total = total - difference
    return Allocation(_parts(groups, parts_total), scope, difference) if parts_total else None


def _value_without_rows(balance: Balance) -> int:
    """Return the value of overseas shares of which KIS sent the total but no row."""
    overseas = latest_overseas(balance)
    return (overseas.valuation_won or 0) if overseas is not None and overseas.lacks_rows else 0


def combine_allocations(allocations: Iterable[Allocation]) -> Allocation | None:
    """Return how the assets of several accounts together are divided; `None` for no account."""
    sums: dict[Market | OtherPart | str, int] = defaultdict(int)
    scopes = set()
    for allocation in allocations:
        scopes.add(allocation.scope)
        for part in allocation.parts:
            sums[part.kind] += part.amount
    total = sum(sums.values())
    if not total:
        return None
    # As in a single account, cash comes last.
    kinds = sorted(sums, key=lambda kind: (kind is OtherPart.CASH, -sums[kind]))
    parts = _parts([(kind, sums[kind], 0) for kind in kinds], total)
    return Allocation(parts, Scope.WHOLE if scopes == {Scope.WHOLE} else Scope.DOMESTIC)


_Amounts = Iterable[tuple[AnyHolding, int]]
_Groups = list[tuple[Market | OtherPart | str, int, int]]


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
    return [(market, value, 0) for market, value in _largest_groups_first(sums.items())]


def _by_item(amounts: _Amounts) -> _Groups:
    items = _largest_groups_first(
        (holding.name or holding.code or "", value) for holding, value in amounts
    )
    largest, others = items[:LARGEST_ITEMS], items[LARGEST_ITEMS:]
    groups: _Groups = [(name, value, 0) for name, value in largest]
    if others:
        groups.append((OtherPart.OTHER_ITEMS, sum(value for _, value in others), len(others)))
    return groups


def _largest_groups_first(
    pairs: Iterable[tuple[Market | str, int]],
) -> list[tuple[Market | str, int]]:
    return sorted(pairs, key=lambda pair: pair[1], reverse=True)


class AssetGrouping(Enum):
    """What the cash page and `kistui allocation` divide the assets by; the value is typed there."""

    CLASS = "class"
    CURRENCY = "currency"
    MARKET = "market"
    ACCOUNT = "account"


class AssetShare(Struct, frozen=True):
    """One part: its key, a part of the exports' contract, and its amount in won."""

    key: str
    amount: int | None
    share: Decimal | None
    """In percent of the total."""


class AssetShares(Struct, frozen=True, kw_only=True):
    """The parts from the largest to the smallest; those of zero are last."""

    by: AssetGrouping
    shares: tuple[AssetShare, ...]
    total: int | None
    """Sum of the parts; `None` if it is unknown."""
    scope: Scope = Scope.WHOLE
    difference: int | None = None
    """KIS's own total minus the sum of the parts, where the two differ by more than rounding."""
    is_computed: bool = False
    """Whether classes are computed from the balance, because KIS does not add them up."""

    @property
    def zero_shares(self) -> tuple[AssetShare, ...]:
        """The parts with an amount of zero; an unknown amount is not zero."""
        return tuple(share for share in self.shares if share.amount == 0)

    @property
    def shown_shares(self) -> tuple[AssetShare, ...]:
        """The parts whose amount is not zero."""
        return tuple(share for share in self.shares if share.amount != 0)


def class_shares(classes: AssetClasses) -> AssetShares:
    """Return the classes as KIS adds them up, with KIS's own shares if those add up to 100.

    Otherwise the shares are those of the sum of the classes. Without prices there are none.
    """
    if not classes.is_priced:
        return AssetShares(by=AssetGrouping.CLASS, shares=(), total=None)
    pairs = [
        (
            line.category.value
            if isinstance(line.category, AssetCategory)
            else f"row_{line.category}",
            line.row.valuation,
        )
        for line in classes.lines
    ]
    computed = _shares(AssetGrouping.CLASS, pairs, Scope.WHOLE)
    kis_total = classes.total_assets
    kis_share = decimal_sum_or_none(row.share for row in classes.rows)
    difference = None
    if kis_total is not None and computed.total is not None:
        difference = kis_total - computed.total
    if difference is not None and abs(difference) > len(pairs):
        return replace(computed, difference=difference)
    if kis_share is None or abs(kis_share - 100) > MAX_SHARE_ROUNDING:
        return replace(computed, total=kis_total)
    shares = [
        AssetShare(key, amount, row.share)
        for (key, amount), row in zip(pairs, classes.rows, strict=True)
    ]
    return AssetShares(
        by=AssetGrouping.CLASS, shares=_largest_shares_first(shares), total=kis_total
    )


def balance_class_shares(balance: Balance) -> AssetShares:
    """Return the classes of a balance, computed for an account whose classes KIS does not send."""
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
    pairs = [(category.value, amount) for category, amount in amounts]
    return replace(_shares(AssetGrouping.CLASS, pairs, headline.scope), is_computed=True)


def currency_shares(balance: Balance) -> AssetShares:
    """Return won, which all domestic assets are in, and each currency with its shares and cash."""
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
    return _shares(AssetGrouping.CURRENCY, sums.items(), headline.scope)


def market_shares(balance: Balance) -> AssetShares:
    """Return the markets and cash, as on the summary; without parts if an amount is unknown."""
    allocation = compute_allocation(balance, AllocationGrouping.MARKET)
    if allocation is None:
        total = compute_headline(balance).total_value
        # Nothing, or less, has no parts; any other total has some of unknown amount.
        known = total.amount if total.amount is not None and total.amount <= 0 else None
        return AssetShares(by=AssetGrouping.MARKET, shares=(), total=known, scope=total.scope)
    amounts = [
        (part.kind.value if isinstance(part.kind, Market | OtherPart) else part.kind, part.amount)
        for part in allocation.parts
    ]
    shares = _shares(AssetGrouping.MARKET, amounts, allocation.scope)
    return replace(shares, difference=allocation.difference or None)


def balance_shares(balance: Balance, by: AssetGrouping) -> AssetShares:
    """Return the assets of a balance divided by class, currency or market."""
    match by:
        case AssetGrouping.CLASS:
            return balance_class_shares(balance)
        case AssetGrouping.CURRENCY:
            return currency_shares(balance)
        case _:
            return market_shares(balance)


def account_shares(accounts: Sequence[AccountOverview]) -> AssetShares:
    """Return the total of each account, overseas part included; `None` where that is unknown.

    Without real accounts, paper and demo accounts count. An account under two profile names counts
    once.
    """
    counted: dict[object, AccountOverview] = {}
    for account in [account for account in accounts if account.is_real] or accounts:
        counted.setdefault((account.profile.account, account.profile.base_url), account)
    amounts = [(account.profile.name, _complete_value(account)) for account in counted.values()]
    return _shares(AssetGrouping.ACCOUNT, amounts, Scope.WHOLE)


def _complete_value(account: AccountOverview) -> int | None:
    balance = account.full_balance
    return compute_headline(balance).total_value.complete_amount if balance else None


def _shares(
    by: AssetGrouping, amounts: Iterable[tuple[str, int | None]], scope: Scope
) -> AssetShares:
    """Return shares of the sum of the amounts; of an unknown sum there are none."""
    pairs = list(amounts)
    total = sum_or_none(amount for _, amount in pairs)
    percents = percents_of([amount for _, amount in pairs], total)
    shares = [
        AssetShare(key, amount, percent)
        for (key, amount), percent in zip(pairs, percents, strict=True)
    ]
    return AssetShares(by=by, shares=_largest_shares_first(shares), total=total, scope=scope)


def _largest_shares_first(shares: Iterable[AssetShare]) -> tuple[AssetShare, ...]:
    return tuple(sorted(shares, key=lambda share: (share.amount == 0, -(share.amount or 0))))
