"""Realised profit of a range of days: lines of days or trades, groups of them, and checks.

Amounts are won; an overseas line has its own currency's amounts beside them. KIS gives the rate
of a day and of a trade; the rate of a group is computed from the purchase amounts of what was
sold.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import KistuiError
from kistui.models.arithmetic import (
    decimal_or_none,
    decimal_sum_or_none,
    percent_of,
    round_to_won,
    sum_or_none,
)
from kistui.models.markets import KRW, MARKET_BY_CURRENCY, MARKET_BY_EXCHANGE, Market
from kistui.models.partial_list import PartialList
from kistui.models.periods import DateRange
from kistui.models.realized_profit import (
    DailyProfit,
    OverseasProfit,
    OverseasProfitTotals,
    ProfitTotals,
    TodayProfit,
    TradeProfit,
)

CURRENCY_BY_MARKET: Mapping[Market, str] = {
    market: currency for currency, market in MARKET_BY_CURRENCY.items()
}


class ProfitGrouping(Enum):
    """What the lines of a report are grouped by; the value is what users type."""

    DAY = "day"
    ITEM = "item"
    TRADE = "trade"
    MONTH = "month"
    YEAR = "year"

    @property
    def needs_items(self) -> bool:
        """Whether it needs the domestic profit by item."""
        return self in (ProfitGrouping.ITEM, ProfitGrouping.TRADE)


ProfitRow = DailyProfit | TradeProfit | OverseasProfit | TodayProfit


class ProfitLine(Struct, frozen=True, kw_only=True):
    """Realised profit of a day or a trade; `cost` is the purchase amount of what was sold."""

    trade_date: dt.date | None = None
    market: Market = Market.KR
    code: str | None = None
    name: str | None = None
    sold_quantity: Decimal | None = None
    bought: int | None = None
    sold: int | None = None
    cost: Decimal | None = None
    profit: int | None = None
    fees: int | None = None
    taxes: int | None = None
    interest: int | None = None
    rate: Decimal | None = None
    currency: str = KRW
    foreign_profit: Decimal | None = None
    """The profit in `currency`, of an overseas line."""
    is_today: bool = False
    """Whether it is today's profit from the balance, which has fees and taxes in one sum."""
    row: ProfitRow | None = None
    """KIS's own fields."""

    @property
    def has_sale(self) -> bool:
        """Whether something was sold, as far as is known."""
        return self.sold != 0


class ProfitGroup(Struct, frozen=True, kw_only=True):
    """Lines with one key: a day, a month, a year, an item; or a single trade."""

    key: str
    lines: tuple[ProfitLine, ...]
    bought: int | None = None
    sold: int | None = None
    profit: int | None = None
    fees: int | None = None
    taxes: int | None = None
    interest: int | None = None
    rate: Decimal | None = None
    is_rate_computed: bool = False
    running_profit: int | None = None
    """The profit of this group and all earlier groups."""

    @property
    def costs(self) -> int | None:
        """Fees, taxes and interest."""
        return sum_or_none((self.fees, self.taxes, self.interest))

    @property
    def foreign_profit(self) -> Decimal | None:
        """The profit in the currency of the lines, if all have the same foreign one."""
        currencies = {line.currency for line in self.lines}
        if len(currencies) != 1 or KRW in currencies:
            return None
        return decimal_sum_or_none(line.foreign_profit for line in self.lines)


class SumCheck(Struct, frozen=True):
    """A total of KIS beside the sum of the lines; `name` is that of a field of a group."""

    name: str
    market: Market
    kis_total: Decimal
    line_sum: Decimal

    @property
    def difference(self) -> Decimal:
        """KIS's total minus the sum."""
        return self.kis_total - self.line_sum


class ProfitReport(PartialList, frozen=True, kw_only=True):
    """The profit of a range, as far as it has been read; lines in no order."""

    days: DateRange
    grouping: ProfitGrouping
    lines: tuple[ProfitLine, ...] = ()
    checks: tuple[SumCheck, ...] = ()
    overseas_error: KistuiError | None = None
    """Why overseas profit is missing."""

    @property
    def is_complete(self) -> bool:
        """Whether every part was read, overseas profit too."""
        return self.has_all_parts and self.overseas_error is None

    @property
    def wrong_sums(self) -> tuple[SumCheck, ...]:
        """The checks that failed; overseas sums may differ by a won for each overseas line."""
        overseas_count = sum(line.market is not Market.KR for line in self.lines)
        return tuple(
            check
            for check in self.checks
            if abs(check.difference) > (0 if check.market is Market.KR else overseas_count)
        )

    @property
    def is_checked(self) -> bool:
        """Whether the profit of all lines was compared, as far as KIS has a total beside them."""
        compared = {check.market for check in self.checks if check.name == "profit"}
        needed = {
            Market.KR if line.market is Market.KR else Market.OTHER
            for line in self.lines
            if not line.is_today
        }
        return bool(compared) and needed <= compared

    def groups(self, market: Market | None = None) -> tuple[ProfitGroup, ...]:
        """Return the lines of a market, or of all, in groups: the newest or the best first."""
        lines = [line for line in self.lines if market in (None, line.market)]
        groups: dict[str, list[ProfitLine]] = {}
        for index, line in enumerate(sorted(lines, key=_line_date)):
            groups.setdefault(_GROUP_KEYS[self.grouping](line, index), []).append(line)
        grouped = [build_group(key, group) for key, group in groups.items()]
        if self.grouping.needs_items:  # a day with only purchases has no profit
            grouped = [group for group in grouped if any(line.has_sale for line in group.lines)]
        if self.grouping is ProfitGrouping.ITEM:
            return tuple(sorted(grouped, key=lambda group: group.profit or 0, reverse=True))
        running: int | None = 0
        for index, group in enumerate(grouped):
            running = sum_or_none((running, group.profit))
            grouped[index] = replace(group, running_profit=running)
        return tuple(reversed(grouped))

    def total(self, market: Market | None = None) -> ProfitGroup:
        """Return all lines of a market, or of all, as one group."""
        return build_group("", [line for line in self.lines if market in (None, line.market)])


def build_group(key: str, lines: Sequence[ProfitLine]) -> ProfitGroup:
    """Return lines as a group; a sum with an unknown part is `None`.

    Purchases are those of domestic lines.
    """
    sums = {
        name: sum_or_none(getattr(line, name) for line in lines)
        for name in ("sold", "profit", "fees", "taxes", "interest")
    }
    domestic = [line for line in lines if line.market is Market.KR]
    sums["bought"] = sum_or_none(line.bought for line in domestic) if domestic else None
    sales = [line for line in lines if line.has_sale]
    rate, is_computed = (sales[0].rate, False) if len(sales) == 1 else (_rate(sales), True)
    return ProfitGroup(key=key, lines=tuple(lines), rate=rate, is_rate_computed=is_computed, **sums)


def _rate(sales: Sequence[ProfitLine]) -> Decimal | None:
    profit = sum_or_none(line.profit for line in sales)
    cost = decimal_sum_or_none(line.cost for line in sales)
    return percent_of(decimal_or_none(profit), cost)


def _line_date(line: ProfitLine) -> dt.date:
    return line.trade_date or dt.date.min


def _day_key(line: ProfitLine) -> str:
    """Return `2026-11-23`; blank if the day is unknown."""
    return line.trade_date.isoformat() if line.trade_date else ""


_GROUP_KEYS: Mapping[ProfitGrouping, Callable[[ProfitLine, int], str]] = {
    ProfitGrouping.DAY: lambda line, _index: _day_key(line),
    ProfitGrouping.MONTH: lambda line, _index: _day_key(line)[: len("2026-11")],
    ProfitGrouping.YEAR: lambda line, _index: _day_key(line)[: len("2026")],
    ProfitGrouping.ITEM: lambda line, _index: f"{line.market.value}/{line.code or line.name or ''}",
    ProfitGrouping.TRADE: lambda line, index: f"{_day_key(line)}/{line.code or ''}/{index}",
}


def daily_lines(rows: Iterable[DailyProfit]) -> tuple[ProfitLine, ...]:
    """Return domestic days as lines; the purchase amount is computed from profit and rate."""
    return tuple(_domestic_line(row, _cost_from_rate(row.profit, row.rate)) for row in rows)


def trade_lines(rows: Iterable[TradeProfit]) -> tuple[ProfitLine, ...]:
    """Return domestic trades as lines, purchases without a sale included."""
    return tuple(
        replace(_domestic_line(row, row.cost), code=row.code, name=row.name) for row in rows
    )


def _domestic_line(row: DailyProfit | TradeProfit, cost: Decimal | None) -> ProfitLine:
    return ProfitLine(
        trade_date=row.trade_date,
        sold_quantity=decimal_or_none(row.sold_quantity),
        bought=row.bought,
        sold=row.sold,
        cost=cost,
        profit=row.profit,
        fees=row.fees,
        taxes=row.taxes,
        interest=row.interest,
        rate=row.rate,
        row=row,
    )


def _cost_from_rate(profit: int | None, rate: Decimal | None) -> Decimal | None:
    """Return the purchase amount of a profit and its rate, to the won with KIS's 8 decimals."""
    if profit is None or not rate:
        return None
    return Decimal(profit * 100) / rate


def today_line(today: TodayProfit, day: dt.date) -> ProfitLine:
    """Return today's profit as a line; its fees hold all costs."""
    return ProfitLine(
        trade_date=day,
        bought=today.bought,
        sold=today.sold,
        cost=_cost_from_rate(today.profit, today.rate),
        profit=today.profit,
        fees=today.costs,
        taxes=0,
        interest=0,
        rate=today.rate,
        is_today=True,
        row=today,
    )


def overseas_lines(
    in_won: Sequence[OverseasProfit], in_currency: Sequence[OverseasProfit]
) -> tuple[ProfitLine, ...]:
    """Return overseas sales as lines: the rows in won, with the same sales in their currencies.

    KIS lists no overseas purchases here.
    """
    by_identity: dict[tuple[object, ...], list[OverseasProfit]] = {}
    for row in in_currency:
        by_identity.setdefault(row.identity, []).append(row)
    lines = []
    for row in in_won:
        market = MARKET_BY_EXCHANGE.get(row.exchange or "", Market.OTHER)
        unpaired = by_identity.get(row.identity)
        in_own_currency = unpaired.pop(0) if unpaired else None
        lines.append(
            ProfitLine(
                trade_date=row.trade_date,
                market=market,
                code=row.code,
                name=row.name,
                sold_quantity=row.sold_quantity,
                bought=None,
                sold=round_to_won(row.sold),
                cost=row.purchase_amount,
                profit=round_to_won(row.profit),
                fees=round_to_won(row.costs),
                taxes=0,
                interest=0,
                rate=row.rate,
                currency=CURRENCY_BY_MARKET.get(market, ""),
                foreign_profit=in_own_currency.profit if in_own_currency else None,
                row=in_own_currency or row,
            )
        )
    return tuple(lines)


def domestic_checks(
    lines: Sequence[ProfitLine], totals: ProfitTotals | None
) -> tuple[SumCheck, ...]:
    """Return KIS's domestic totals beside the sums of the lines; unknown totals are left out."""
    if totals is None:
        return ()
    pairs = {
        "profit": totals.profit,
        "sold": totals.sold,
        "bought": totals.bought,
        "fees": totals.fees,
        "taxes": totals.taxes,
    }
    sums = build_group("", lines)
    return tuple(
        SumCheck(name, Market.KR, Decimal(total), Decimal(line_sum))
        for name, total in pairs.items()
        if total is not None and (line_sum := getattr(sums, name)) is not None
    )


def overseas_checks(
    lines: Sequence[ProfitLine], totals: OverseasProfitTotals | None
) -> tuple[SumCheck, ...]:
    """Return KIS's overseas total in won beside the sum of the lines."""
    profit = sum_or_none(line.profit for line in lines)
    if totals is None or totals.profit is None or profit is None:
        return ()
    return (SumCheck("profit", Market.OTHER, totals.profit, Decimal(profit)),)
