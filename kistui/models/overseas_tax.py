"""The overseas sales of a year as the tax law counts them: in won at the rate of the settlement.

This is an estimate and no tax advice. The gain of a sale is its proceeds minus its fees minus the
purchase amount with its fees, in won. The year is that of the settlement. Which method KIS files
with is not known: the moving average is the default, first in first out the other.
"""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum

from msgspec import Struct

from kistui.models.arithmetic import decimal_or_none, round_to_won, sum_or_none
from kistui.models.orders import Side
from kistui.models.overseas import OverseasBalance, TradeDateLot
from kistui.models.realized_profit import OverseasTrade

BASIC_DEDUCTION = 2_500_000
"""Untaxed gains per year, in won."""
TAX_PERCENT = 22
"""Income tax of 20 % and local tax of 2 %."""


class CostMethod(Enum):
    """Which purchases a sale uses up; the value is what users type."""

    AVERAGE = "average"
    FIFO = "fifo"


class TaxSale(Struct, frozen=True):
    """A settled sale; `cost` is `None` if purchases are missing, have no rate or are unreadable."""

    trade: OverseasTrade
    cost: int | None

    @property
    def proceeds(self) -> int | None:
        """The amount in won."""
        return self.trade.traded_won

    @property
    def fees(self) -> int | None:
        """The fees of the sale in won; those of the purchases are part of the cost."""
        return self.trade.fees_won

    @property
    def gain(self) -> int | None:
        """Proceeds minus fees minus cost."""
        if self.proceeds is None or self.fees is None or self.cost is None:
            return None
        return self.proceeds - self.fees - self.cost


class TaxSheet(Struct, frozen=True, kw_only=True):
    """The sales of a year, first settled first; `unsettled` are those without a rate yet."""

    year: int
    method: CostMethod = CostMethod.AVERAGE
    sales: tuple[TaxSale, ...] = ()
    unsettled: tuple[OverseasTrade, ...] = ()
    deduction: int = BASIC_DEDUCTION
    tax_percent: int = TAX_PERCENT
    purchases_since: dt.date | None = None
    """The first day that was asked for; earlier purchases are unknown."""
    unverified_items: int | None = None
    """Items sold whose trades do not add up to the balance; `None` if that could not be checked."""
    kis_profit: Decimal | None = None
    """KIS's own profit of the year in won, at the rates of the days of the sales."""
    may_be_partial: bool = False
    unreadable_fields: tuple[str, ...] = ()

    @property
    def part_count(self) -> int:
        """0, for unknown: how many years must be read is seen while they are read."""
        return 0

    @property
    def proceeds(self) -> int | None:
        """Proceeds of all settled sales."""
        return sum_or_none(sale.proceeds for sale in self.sales)

    @property
    def cost(self) -> int | None:
        """Purchase amounts of all settled sales."""
        return sum_or_none(sale.cost for sale in self.sales)

    @property
    def fees(self) -> int | None:
        """Fees of all settled sales."""
        return sum_or_none(sale.fees for sale in self.sales)

    @property
    def gain(self) -> int | None:
        """Gain of all settled sales; `None` if the gain of a sale is unknown."""
        return sum_or_none(sale.gain for sale in self.sales)

    @property
    def sales_without_cost(self) -> int:
        """The number of sales whose gain is unknown."""
        return sum(sale.gain is None for sale in self.sales)

    @property
    def taxable(self) -> int | None:
        """The gain above the deduction, never negative."""
        return None if self.gain is None else max(0, self.gain - self.deduction)

    @property
    def estimated_tax(self) -> int | None:
        """The estimated tax on it, rounded down to whole won."""
        return None if self.taxable is None else self.taxable * self.tax_percent // 100


def compute_tax_sheet(
    trades: Iterable[OverseasTrade],
    year: int,
    *,
    method: CostMethod = CostMethod.AVERAGE,
    kis_profit: Decimal | None = None,
) -> TaxSheet:
    """Return the sheet of a year from all trades that are known, in any order.

    A sale whose days could not be read may be of any year: it is in each, without a cost.
    """
    lots: dict[str, _Lots] = defaultdict(lambda: _Lots(method))
    sales: list[TaxSale] = []
    unsettled: list[OverseasTrade] = []
    for trade in sorted(trades, key=_trade_order):
        item = lots[trade.item_identity]
        if trade.side is None or trade.quantity is None or trade.trade_date is None:
            item.forget()
        if trade.side is Side.BUY:
            item.buy(trade)
        elif trade.side is Side.SELL:
            cost = item.sell(trade)
            if _tax_year(trade) not in (year, None):
                continue
            if trade.is_settled:
                sales.append(TaxSale(trade, cost))
            else:
                unsettled.append(trade)
    return TaxSheet(
        year=year,
        method=method,
        sales=tuple(sorted(sales, key=lambda sale: _settled_on(sale.trade))),
        unsettled=tuple(sorted(unsettled, key=_settled_on)),
        kis_profit=kis_profit,
    )


def _settled_on(trade: OverseasTrade) -> dt.date:
    return trade.settlement_date or trade.trade_date or dt.date.min


HeldQuantities = Mapping[str, tuple[Decimal, ...]]
"""The shares of each item by its identity, with and without the trades of today."""


def held_quantities(balance: OverseasBalance) -> HeldQuantities | None:
    """Return the shares held of each item; `None` if a row has no ISIN or no quantity."""
    held: dict[str, tuple[Decimal, ...]] = {}
    for holding in balance.holdings:
        for lot in holding.lots:
            if not isinstance(lot, TradeDateLot) or lot.quantity is None:
                return None
            identity = lot.isin or lot.code or ""
            with_today, without_today = held.get(identity, (Decimal(0), Decimal(0)))
            change = (lot.bought_today or Decimal(0)) - (lot.sold_today or Decimal(0))
            held[identity] = with_today + lot.quantity, without_today + lot.quantity - change
    return held


def items_missing_purchases(
    trades: Iterable[OverseasTrade], year: int, held: HeldQuantities | None
) -> frozenset[str]:
    """Return the items sold in a year whose earliest trades are missing.

    Then more was sold than bought, or the remainder differs from what is held. Without `held` only
    the former can be checked.
    """
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    sold: set[str] = set()
    missing: set[str] = set()
    for trade in sorted(trades, key=_trade_order):
        identity = trade.item_identity
        quantities[identity] += (1 if trade.side is Side.BUY else -1) * (trade.quantity or 0)
        if trade.side is Side.SELL and _tax_year(trade) == year:
            sold.add(identity)
        if quantities[identity] < 0:
            missing.add(identity)
    if held is not None:
        nothing = (Decimal(0),)
        missing |= {item for item in sold if quantities[item] not in held.get(item, nothing)}
    return frozenset(sold & missing)


def _tax_year(trade: OverseasTrade) -> int | None:
    day = trade.settlement_date or trade.trade_date
    return day.year if day else None


def _trade_order(trade: OverseasTrade) -> tuple[dt.date, bool]:
    """Return the sort key of a trade: its day, and purchases of a day before its sales."""
    return (trade.trade_date or dt.date.min, trade.side is Side.SELL)


class _Lots:
    """The shares of an item with their purchase amounts in won, `None` where unknown."""

    def __init__(self, method: CostMethod) -> None:
        self._method = method
        self._lots: deque[tuple[Decimal, Decimal | None]] = deque()
        self._is_known = True

    def forget(self) -> None:
        """Make the cost of every later sale unknown, because that of the remaining shares is."""
        self._is_known = False

    def buy(self, trade: OverseasTrade) -> None:
        """Add a purchase: its amount and its fees."""
        paid = sum_or_none((trade.traded_won, trade.fees_won))
        self._lots.append((trade.quantity or Decimal(0), decimal_or_none(paid)))
        if self._method is CostMethod.AVERAGE and len(self._lots) > 1:
            shares = sum((shares for shares, _ in self._lots), Decimal(0))
            costs = [cost for _, cost in self._lots if cost is not None]
            is_known = len(costs) == len(self._lots)
            self._lots = deque([(shares, sum(costs, Decimal(0)) if is_known else None)])

    def sell(self, trade: OverseasTrade) -> int | None:
        """Remove what was sold; return its purchase amount, `None` if a part is unknown."""
        missing = trade.quantity
        if missing is None or not self._is_known:
            return None
        cost: Decimal | None = Decimal(0)
        while missing > 0 and self._lots:
            shares, paid = self._lots.popleft()
            used = min(shares, missing)
            part = None if paid is None else paid * used / shares if shares else Decimal(0)
            cost = None if cost is None or part is None else cost + part
            missing -= used
            if used < shares:
                unused_cost = None if paid is None or part is None else paid - part
                self._lots.appendleft((shares - used, unused_cost))
        return None if missing > 0 else round_to_won(cost)
