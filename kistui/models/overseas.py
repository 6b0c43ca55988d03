"""An account abroad: shares by market, cash by currency, and what they are in won.

Amounts are `Decimal` in their own currency, to every decimal KIS sent; won are whole and come
from the rate KIS used. Without that rate the won are `None`, never zero.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum

from msgspec import Struct, field

from kistui.models.arithmetic import (
    decimal_sum_or_none,
    percent_of,
    percent_to,
    price_per_share,
    round_to_won,
    sum_or_none,
)
from kistui.models.overseas_records import OverseasCash, OverseasLot, OverseasTotals, TradeDateLot


class Market(Enum):
    """Where shares are traded; the value is what users type."""

    KR = "kr"
    US = "us"
    HK = "hk"
    CN = "cn"
    JP = "jp"
    VN = "vn"
    OTHER = "other"
    """An exchange and a currency kistui does not know."""


KRW = "KRW"
MARKET_BY_EXCHANGE: Mapping[str, Market] = {
    "NASD": Market.US, "NAS": Market.US, "NYSE": Market.US, "AMEX": Market.US,
    "SEHK": Market.HK, "SHAA": Market.CN, "SZAA": Market.CN, "TKSE": Market.JP,
    "HASE": Market.VN, "VNSE": Market.VN,
}  # fmt: skip
"""By KIS's exchange code."""
MARKET_BY_CURRENCY: Mapping[str, Market] = {
    "USD": Market.US, "HKD": Market.HK, "CNY": Market.CN, "JPY": Market.JP, "VND": Market.VN,
}  # fmt: skip
QUOTE_UNITS: Mapping[str, Decimal] = {"JPY": Decimal(100), "VND": Decimal(100)}
"""For how much of a currency its rate is, where no row of shares says it."""


class ExchangeRate(Struct, frozen=True):
    """Won for `unit` of a currency, as KIS gives it."""

    krw_per_unit: Decimal
    unit: Decimal = Decimal(1)

    def to_won(self, amount: Decimal | None) -> int | None:
        """An amount in whole won."""
        return None if amount is None else round_to_won(amount * self.krw_per_unit / self.unit)


class OverseasHolding(Struct, frozen=True, kw_only=True):
    """An item held abroad, its lots merged; amounts and prices in `currency`."""

    code: str | None = None
    name: str | None = None
    exchange: str | None = None
    market: Market = Market.OTHER
    currency: str = ""
    quantity: Decimal | None = None
    sellable_quantity: Decimal | None = None
    average_price: Decimal | None = None
    price: Decimal | None = None
    purchase_amount: Decimal | None = None
    valuation: Decimal | None = None
    profit_loss: Decimal | None = None
    profit_rate: Decimal | None = None
    bought_today: Decimal | None = None
    sold_today: Decimal | None = None
    paid_won: int | None = None
    """Won at the rates of the purchases; KIS's figure."""
    exchange_rate: ExchangeRate | None = None
    weight: Decimal | None = None
    """Share of the valuation of all holdings, at home too, in percent; computed."""
    lots: tuple[OverseasLot, ...] = ()

    @property
    def purchase_won(self) -> int | None:
        """What it cost, in won at today's rate."""
        return self._to_won(self.purchase_amount)

    @property
    def valuation_won(self) -> int | None:
        """What it is worth, in won at today's rate."""
        return self._to_won(self.valuation)

    @property
    def profit_loss_won(self) -> int | None:
        """Its profit and loss, in won at today's rate; that of the currency itself is not in it."""
        return self._to_won(self.profit_loss)

    @property
    def is_sold_out(self) -> bool:
        """Sold today; the row stays until it is settled."""
        return self.quantity == 0

    @property
    def day_rate(self) -> None:
        """KIS does not say how the price moved today."""

    @property
    def day_profit(self) -> None:
        """Not known without the day's move."""

    @property
    def break_even_rate(self) -> Decimal | None:
        """How far the price has to move to be the average price, in percent; computed."""
        return percent_to(self.price, self.average_price)

    def _to_won(self, amount: Decimal | None) -> int | None:
        return self.exchange_rate.to_won(amount) if self.exchange_rate else None


class OverseasBalance(Struct, frozen=True, kw_only=True):
    """An answer: holdings in KIS's order, cash by currency, totals in won."""

    holdings: tuple[OverseasHolding, ...] = ()
    cash: tuple[OverseasCash, ...] = ()
    totals: OverseasTotals = field(default_factory=OverseasTotals)
    markets_without_consent: tuple[Market, ...] = ()
    """Markets on which the account may not trade."""

    @property
    def exchange_rates(self) -> Mapping[str, ExchangeRate]:
        """The rate of each currency: that of its shares, else the first one posted today."""
        found: dict[str, ExchangeRate] = {}
        for holding in self.holdings:
            if holding.exchange_rate is not None:
                found.setdefault(holding.currency, holding.exchange_rate)
        for each in self.cash:
            code = each.currency or ""
            if each.first_posted_rate:
                found.setdefault(
                    code, ExchangeRate(each.first_posted_rate, QUOTE_UNITS.get(code, Decimal(1)))
                )
        return found

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing abroad, nor ever was as far as KIS says."""
        told = (
            self.totals.valuation,
            self.totals.valuation_sum,
            self.totals.foreign_currency_balance,
        )
        return not self.holdings and not any(each.deposit for each in self.cash) and not any(told)

    @property
    def open_holdings(self) -> tuple[OverseasHolding, ...]:
        """The holdings without those sold out."""
        return tuple(each for each in self.holdings if not each.is_sold_out)

    @property
    def purchase_won(self) -> int | None:
        """What is held cost, in won: KIS's total, else the sum of the holdings."""
        given = self.totals.purchase_amount
        return self._sum_over_holdings("purchase_won") if given is None else given

    @property
    def valuation_won(self) -> int | None:
        """What is held is worth, in won: KIS's total, else the sum of the holdings."""
        if any(not each.is_sold_out and each.price is None for each in self.holdings):
            return None  # KIS's total would be that of a fall to nothing
        given = self.totals.valuation
        return self._sum_over_holdings("valuation_won") if given is None else given

    @property
    def profit_loss_won(self) -> int | None:
        """Profit and loss in won: the valuation less the purchases, whatever KIS calls it."""
        worth, cost = self.valuation_won, self.purchase_won
        return None if worth is None or cost is None else worth - cost

    @property
    def profit_rate(self) -> Decimal | None:
        """Profit and loss over purchases; computed."""
        return percent_of(self.profit_loss_won, self.purchase_won)

    @property
    def cash_won(self) -> int | None:
        """All currencies in won: by their rates, else KIS's total."""
        by_rates = sum_or_none(self.cash_to_won(each) for each in self.cash) if self.cash else None
        return round_to_won(self.totals.foreign_currency_balance) if by_rates is None else by_rates

    def cash_to_won(self, cash: OverseasCash) -> int | None:
        """One currency's cash in won; none of it is none of either."""
        if cash.deposit == 0:
            return 0
        known = self.exchange_rates.get(cash.currency or "")
        return known.to_won(cash.deposit) if known else None

    @property
    def total_value_won(self) -> int | None:
        """Shares and cash together."""
        return sum_or_none((self.valuation_won, self.cash_won))

    def _sum_over_holdings(self, name: str) -> int | None:
        return sum_or_none(getattr(each, name) for each in self.open_holdings)


def merge_overseas_lots(answers: Sequence[Sequence[OverseasLot]]) -> tuple[OverseasHolding, ...]:
    """Holdings from the rows of one answer or several, in the order of first appearance.

    A row without a code fills up the answer. The same row under another exchange code, or in
    another answer, is the same shares: it counts once.
    """
    groups: dict[tuple[str, str], list[OverseasLot]] = {}
    for lot in _unique_lots(answers):
        groups.setdefault((lot.code or "", lot.currency or ""), []).append(lot)
    return tuple(_merge_group(group) for group in groups.values())


def _unique_lots(answers: Sequence[Sequence[OverseasLot]]) -> Iterator[OverseasLot]:
    """The rows without repetitions: those an answer has twice for one exchange are two lots."""
    most: Counter[tuple[object, ...]] = Counter()
    for answer in answers:
        seen: Counter[tuple[object, ...]] = Counter()
        for lot in answer:
            if not lot.code:
                continue
            identity = _lot_identity(lot)
            seen[lot.exchange, identity] += 1
            if seen[lot.exchange, identity] > most[identity]:
                most[identity] += 1
                yield lot


def _lot_identity(lot: OverseasLot) -> tuple[object, ...]:
    """What names the shares; the price may move between two answers, the exchange's code too."""
    kind = lot.security_type if isinstance(lot, TradeDateLot) else lot.loan_type
    return (
        lot.code, lot.currency, lot.quantity, lot.purchase_amount, lot.average_price, kind,
        lot.loan_date,
    )  # fmt: skip


def _merge_group(lots: list[OverseasLot]) -> OverseasHolding:
    lead = next((lot for lot in lots if lot.price), lots[0])
    alone = lead if len(lots) == 1 else None
    shares = decimal_sum_or_none(lot.quantity for lot in lots)
    cost = decimal_sum_or_none(lot.purchase_amount for lot in lots)
    # Without a price there is no value and no loss, unless nothing is held.
    priced = all(lot.price for lot in lots if lot.quantity != 0)
    value = decimal_sum_or_none(lot.valuation for lot in lots) if priced else None
    profit = decimal_sum_or_none(lot.profit_loss for lot in lots) if priced else None
    currency = lead.currency or ""
    traded = [lot for lot in lots if isinstance(lot, TradeDateLot)]
    return OverseasHolding(
        code=lead.code,
        name=_display_name(lead),
        exchange=lead.exchange,
        market=_market_of(lead.exchange, currency),
        currency=currency,
        quantity=shares,
        sellable_quantity=decimal_sum_or_none(lot.sellable_quantity for lot in lots),
        average_price=alone.average_price if alone else price_per_share(cost, shares),
        price=lead.price or None,
        purchase_amount=cost,
        valuation=value,
        profit_loss=profit,
        # KIS's 0 for what cost nothing is no rate.
        profit_rate=alone.profit_rate if alone and priced and cost else percent_of(profit, cost),
        bought_today=decimal_sum_or_none(lot.bought_today for lot in traded) if traded else None,
        sold_today=decimal_sum_or_none(lot.sold_today for lot in traded) if traded else None,
        paid_won=sum_or_none(lot.paid_won for lot in traded) if traded else None,
        exchange_rate=_exchange_rate_of(lead),
        lots=tuple(lots),
    )


def _market_of(exchange: str | None, currency: str) -> Market:
    by_currency = MARKET_BY_CURRENCY.get(currency, Market.OTHER)
    return MARKET_BY_EXCHANGE.get(exchange or "", by_currency)


def _exchange_rate_of(lot: OverseasLot) -> ExchangeRate | None:
    if not isinstance(lot, TradeDateLot) or not lot.base_rate:
        return None
    unit = lot.rate_unit or QUOTE_UNITS.get(lot.currency or "", Decimal(1))
    return ExchangeRate(lot.base_rate, unit)


def _display_name(lot: OverseasLot) -> str | None:
    """Some names carry their code before them: `[4689]Z홀딩스`."""
    return lot.name.removeprefix(f"[{lot.code}]").strip() or lot.code if lot.name else lot.code
