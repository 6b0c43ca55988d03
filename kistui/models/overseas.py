"""The overseas balance: shares by market, cash by currency, and their value in won.

Amounts are `Decimal` in their own currency, with every decimal KIS sent; amounts in won are whole
and use KIS's exchange rate. Without that rate they are `None`, never zero.
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
    """A market; the value is what users type."""

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
"""Units of a currency that its rate is quoted for, if no row of shares gives them."""


class ExchangeRate(Struct, frozen=True):
    """Won per `unit` of a currency, as KIS quotes it."""

    krw_per_unit: Decimal
    unit: Decimal = Decimal(1)

    def to_won(self, amount: Decimal | None) -> int | None:
        """Return an amount in whole won."""
        return None if amount is None else round_to_won(amount * self.krw_per_unit / self.unit)


class OverseasHolding(Struct, frozen=True, kw_only=True):
    """An overseas item, its lots merged; amounts and prices in `currency`."""

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
    """Purchase amount in won at the rates of the purchases, from KIS."""
    exchange_rate: ExchangeRate | None = None
    weight: Decimal | None = None
    """Share of the valuation of all holdings, domestic ones included, in percent; computed."""
    lots: tuple[OverseasLot, ...] = ()

    @property
    def purchase_won(self) -> int | None:
        """Purchase amount in won at today's rate."""
        return self._to_won(self.purchase_amount)

    @property
    def valuation_won(self) -> int | None:
        """Valuation in won at today's rate."""
        return self._to_won(self.valuation)

    @property
    def profit_loss_won(self) -> int | None:
        """Profit and loss in won at today's rate, without the gain of the currency itself."""
        return self._to_won(self.profit_loss)

    @property
    def is_sold_out(self) -> bool:
        """Whether it was sold today; the row stays until settlement."""
        return self.quantity == 0

    @property
    def day_rate(self) -> None:
        """Always `None`: KIS does not send today's price change."""

    @property
    def day_profit(self) -> None:
        """Always `None`: it needs today's price change."""

    @property
    def break_even_rate(self) -> Decimal | None:
        """The move in percent from the price to the average price; computed."""
        return percent_to(self.price, self.average_price)

    def _to_won(self, amount: Decimal | None) -> int | None:
        return self.exchange_rate.to_won(amount) if self.exchange_rate else None


class OverseasBalance(Struct, frozen=True, kw_only=True):
    """Holdings in KIS's order, cash by currency, totals in won."""

    holdings: tuple[OverseasHolding, ...] = ()
    cash: tuple[OverseasCash, ...] = ()
    totals: OverseasTotals = field(default_factory=OverseasTotals)
    markets_without_consent: tuple[Market, ...] = ()
    """Markets for which the account has not applied for trading."""

    @property
    def exchange_rates(self) -> Mapping[str, ExchangeRate]:
        """The rate by currency: of its shares, otherwise the first rate posted today."""
        rates: dict[str, ExchangeRate] = {}
        for holding in self.holdings:
            if holding.exchange_rate is not None:
                rates.setdefault(holding.currency, holding.exchange_rate)
        for cash in self.cash:
            code = cash.currency or ""
            if cash.first_posted_rate:
                rates.setdefault(
                    code, ExchangeRate(cash.first_posted_rate, QUOTE_UNITS.get(code, Decimal(1)))
                )
        return rates

    @property
    def is_empty(self) -> bool:
        """Whether there are no holdings, no cash and no totals."""
        totals = (
            self.totals.valuation,
            self.totals.valuation_sum,
            self.totals.foreign_currency_balance,
        )
        return not self.holdings and not any(cash.deposit for cash in self.cash) and not any(totals)

    @property
    def open_holdings(self) -> tuple[OverseasHolding, ...]:
        """The holdings without those sold out."""
        return tuple(holding for holding in self.holdings if not holding.is_sold_out)

    @property
    def purchase_won(self) -> int | None:
        """Purchase amount in won: KIS's total, otherwise the sum of the holdings."""
        kis_total = self.totals.purchase_amount
        return self._sum_over_holdings("purchase_won") if kis_total is None else kis_total

    @property
    def valuation_won(self) -> int | None:
        """Valuation in won: KIS's total, otherwise the sum of the holdings."""
        if any(holding.price is None for holding in self.open_holdings):
            return None  # KIS's total counts a missing price as zero
        kis_total = self.totals.valuation
        return self._sum_over_holdings("valuation_won") if kis_total is None else kis_total

    @property
    def profit_loss_won(self) -> int | None:
        """Profit and loss in won: valuation minus purchase amount."""
        valuation, purchase = self.valuation_won, self.purchase_won
        return None if valuation is None or purchase is None else valuation - purchase

    @property
    def profit_rate(self) -> Decimal | None:
        """Profit and loss in percent of the purchase amount; computed."""
        return percent_of(self.profit_loss_won, self.purchase_won)

    @property
    def cash_won(self) -> int | None:
        """Cash of all currencies in won: by their rates, otherwise KIS's total."""
        by_rates = sum_or_none(self.cash_to_won(cash) for cash in self.cash) if self.cash else None
        return round_to_won(self.totals.foreign_currency_balance) if by_rates is None else by_rates

    def cash_to_won(self, cash: OverseasCash) -> int | None:
        """Return one currency's cash in won; 0 needs no rate."""
        if cash.deposit == 0:
            return 0
        rate = self.exchange_rates.get(cash.currency or "")
        return rate.to_won(cash.deposit) if rate else None

    @property
    def total_value_won(self) -> int | None:
        """Shares and cash in won."""
        return sum_or_none((self.valuation_won, self.cash_won))

    def _sum_over_holdings(self, name: str) -> int | None:
        return sum_or_none(getattr(holding, name) for holding in self.open_holdings)


def merge_overseas_lots(answers: Sequence[Sequence[OverseasLot]]) -> tuple[OverseasHolding, ...]:
    """Merge the rows of one or several responses into holdings, in order of first appearance.

    Rows without a code are fillers. The same row under another exchange code, or in another
    response, is the same shares and counts once.
    """
    groups: dict[tuple[str, str], list[OverseasLot]] = {}
    for lot in _unique_lots(answers):
        groups.setdefault((lot.code or "", lot.currency or ""), []).append(lot)
    return tuple(_merge_group(group) for group in groups.values())


def _unique_lots(answers: Sequence[Sequence[OverseasLot]]) -> Iterator[OverseasLot]:
    """Yield the distinct rows; equal rows in one response of one exchange are two lots."""
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
    """Return what identifies a lot; price and exchange code may differ between responses."""
    kind = lot.security_type if isinstance(lot, TradeDateLot) else lot.loan_type
    return (
        lot.code, lot.currency, lot.quantity, lot.purchase_amount, lot.average_price, kind,
        lot.loan_date,
    )  # fmt: skip


def _merge_group(lots: list[OverseasLot]) -> OverseasHolding:
    lead = next((lot for lot in lots if lot.price), lots[0])
    only_lot = lead if len(lots) == 1 else None
    shares = decimal_sum_or_none(lot.quantity for lot in lots)
    purchase = decimal_sum_or_none(lot.purchase_amount for lot in lots)
    # Without a price there is no valuation and no loss, unless nothing is held.
    is_priced = all(lot.price for lot in lots if lot.quantity != 0)
    valuation = decimal_sum_or_none(lot.valuation for lot in lots) if is_priced else None
    profit = decimal_sum_or_none(lot.profit_loss for lot in lots) if is_priced else None
    currency = lead.currency or ""
    trade_date_lots = [lot for lot in lots if isinstance(lot, TradeDateLot)]
    return OverseasHolding(
        code=lead.code,
        name=_display_name(lead),
        exchange=lead.exchange,
        market=_market_of(lead.exchange, currency),
        currency=currency,
        quantity=shares,
        sellable_quantity=decimal_sum_or_none(lot.sellable_quantity for lot in lots),
        average_price=only_lot.average_price if only_lot else price_per_share(purchase, shares),
        price=lead.price or None,
        purchase_amount=purchase,
        valuation=valuation,
        profit_loss=profit,
        # KIS sends a rate of 0 for shares that cost nothing.
        profit_rate=only_lot.profit_rate
        if only_lot and is_priced and purchase
        else percent_of(profit, purchase),
        bought_today=decimal_sum_or_none(lot.bought_today for lot in trade_date_lots)
        if trade_date_lots
        else None,
        sold_today=decimal_sum_or_none(lot.sold_today for lot in trade_date_lots)
        if trade_date_lots
        else None,
        paid_won=sum_or_none(lot.paid_won for lot in trade_date_lots) if trade_date_lots else None,
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
    """Return the name without the code some names start with: `[4689]Z홀딩스`."""
    return lot.name.removeprefix(f"[{lot.code}]").strip() or lot.code if lot.name else lot.code
