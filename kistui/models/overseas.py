"""The overseas balance: shares by market, cash by currency, and their value in won.

Amounts are `Decimal` in their own currency, with every decimal KIS sent; amounts in won are whole
and use KIS's exchange rate. Without that rate they are `None`, never zero.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, field

from kistui.models import kis_fields as kis
from kistui.models.arithmetic import (
    decimal_sum_or_none,
    percent_of,
    percent_to,
    price_per_share,
    round_to_won,
    sum_or_none,
)
from kistui.models.markets import (
    MARKET_BY_CURRENCY,
    MARKET_BY_EXCHANGE,
    QUOTE_UNITS,
    ExchangeRate,
    Market,
)


class TradeDateLot(Struct, frozen=True, kw_only=True):
    """A row of the trade-date balance, all 29 fields; includes fractional shares."""

    name: kis.Text = kis.key("prdt_name")
    settled_quantity: kis.FractionalQuantity = kis.key("cblc_qty13")
    bought_today: kis.FractionalQuantity = kis.key("thdt_buy_ccld_qty1")
    sold_today: kis.FractionalQuantity = kis.key("thdt_sll_ccld_qty1")
    quantity: kis.FractionalQuantity = kis.key("ccld_qty_smtl1")
    sellable_quantity: kis.FractionalQuantity = kis.key("ord_psbl_qty1")
    purchase_amount: kis.Amount = kis.key("frcr_pchs_amt")
    valuation: kis.Amount = kis.key("frcr_evlu_amt2")
    profit_loss: kis.Amount = kis.key("evlu_pfls_amt2")
    profit_rate: kis.Percent = kis.key("evlu_pfls_rt1")
    code: kis.Code = kis.key("pdno")
    base_rate: kis.ExchangeRate = kis.key("bass_exrt")
    currency: kis.Code = kis.key("buy_crcy_cd")
    price: kis.Price = kis.key("ovrs_now_pric1")
    average_price: kis.Price = kis.key("avg_unpr3")
    market_name: kis.Text = kis.key("tr_mket_name")
    country: kis.Text = kis.key("natn_kor_name")
    paid_won: kis.Won = kis.key("pchs_rmnd_wcrc_amt")
    bought_amount: kis.Amount = kis.key("thdt_buy_ccld_frcr_amt")
    sold_amount: kis.Amount = kis.key("thdt_sll_ccld_frcr_amt")
    rate_unit: kis.ExchangeRate = kis.key("unit_amt")
    isin: kis.Code = kis.key("std_pdno")
    product_type: kis.Code = kis.key("prdt_type_cd")
    security_type: kis.Text = kis.key("scts_dvsn_name")
    loan_balance: kis.Won = kis.key("loan_rmnd")
    loan_date: kis.Date = kis.key("loan_dt")
    expiry_date: kis.Date = kis.key("loan_expd_dt")
    exchange: kis.Code = kis.key("ovrs_excg_cd")
    price_exchange: kis.Code = kis.key("item_lnkg_excg_cd")


class SettlementDateLot(Struct, frozen=True, kw_only=True):
    """A row of the balance by exchange: whole shares only, no exchange rate."""

    product_type: kis.Code = kis.key("prdt_type_cd")
    code: kis.Code = kis.key("ovrs_pdno")
    name: kis.Text = kis.key("ovrs_item_name")
    profit_loss: kis.Amount = kis.key("frcr_evlu_pfls_amt")
    profit_rate: kis.Percent = kis.key("evlu_pfls_rt")
    average_price: kis.Price = kis.key("pchs_avg_pric")
    quantity: kis.FractionalQuantity = kis.key("ovrs_cblc_qty")
    sellable_quantity: kis.FractionalQuantity = kis.key("ord_psbl_qty")
    purchase_amount: kis.Amount = kis.key("frcr_pchs_amt1")
    valuation: kis.Amount = kis.key("ovrs_stck_evlu_amt")
    price: kis.Price = kis.key("now_pric2")
    currency: kis.Code = kis.key("tr_crcy_cd")
    exchange: kis.Code = kis.key("ovrs_excg_cd")
    loan_type: kis.Code = kis.key("loan_type_cd")
    loan_date: kis.Date = kis.key("loan_dt")
    expiry_date: kis.Date = kis.key("expd_dt")


OverseasLot = TradeDateLot | SettlementDateLot


class OverseasCash(Struct, frozen=True, kw_only=True):
    """Cash in a currency, all 12 fields of `output2`."""

    currency: kis.Code = kis.key("crcy_cd")
    currency_name: kis.Text = kis.key("crcy_cd_name")
    bought: kis.Amount = kis.key("frcr_buy_amt_smtl")
    sold: kis.Amount = kis.key("frcr_sll_amt_smtl")
    deposit: kis.Amount = kis.key("frcr_dncl_amt_2")
    first_posted_rate: kis.ExchangeRate = kis.key("frst_bltn_exrt")
    buy_margin: kis.Amount = kis.key("frcr_buy_mgn_amt")
    other_margin: kis.Amount = kis.key("frcr_etc_mgna")
    withdrawable: kis.Amount = kis.key("frcr_drwg_psbl_amt_1")
    # KIS uses the same key for a valuation in `output1`; here it is the withdrawable won.
    withdrawable_won: kis.Amount = kis.key("frcr_evlu_amt2")
    local_custody: kis.Code = kis.key("acpl_cstd_crcy_yn")
    withdrawable_d1: kis.Amount = kis.key("nxdy_frcr_drwg_psbl_amt")


class OverseasTotals(Struct, frozen=True, kw_only=True):
    """The overseas totals in won, all 21 fields of `output3`."""

    purchase_sum: kis.Won = kis.key("pchs_amt_smtl")
    valuation_sum: kis.Won = kis.key("evlu_amt_smtl")
    profit_loss_sum: kis.Won = kis.key("evlu_pfls_amt_smtl")
    deposit: kis.Won = kis.key("dncl_amt")
    cma_value: kis.Won = kis.key("cma_evlu_amt")
    total_deposit: kis.Won = kis.key("tot_dncl_amt")
    other_margin: kis.Won = kis.key("etc_mgna")
    withdrawable: kis.Won = kis.key("wdrw_psbl_tot_amt")
    foreign_currency_valuation: kis.Won = kis.key("frcr_evlu_tota")
    profit_rate: kis.Percent = kis.key("evlu_erng_rt1")
    purchase_amount: kis.Won = kis.key("pchs_amt_smtl_amt")
    valuation: kis.Won = kis.key("evlu_amt_smtl_amt")
    profit_loss: kis.Amount = kis.key("tot_evlu_pfls_amt")
    total_assets: kis.Won = kis.key("tot_asst_amt")
    buy_margin: kis.Won = kis.key("buy_mgn_amt")
    margin: kis.Won = kis.key("mgna_tota")
    usable_foreign_currency: kis.Amount = kis.key("frcr_use_psbl_amt")
    unsettled_sales: kis.Won = kis.key("ustl_sll_amt_smtl")
    unsettled_purchases: kis.Won = kis.key("ustl_buy_amt_smtl")
    foreign_currency_balance: kis.Amount = kis.key("tot_frcr_cblc_smtl")
    loans: kis.Won = kis.key("tot_loan_amt")


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
    """Share of the valuation of all holdings, domestic and overseas, in percent; computed."""
    lots: tuple[OverseasLot, ...] = ()
    is_live: bool = False
    """Whether the price is of a trade since KIS sent the balance."""

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
    def is_profit_rate_computed(self) -> bool:
        """Whether the profit rate is kistui's: KIS sends one for each lot."""
        return len(self.lots) != 1

    @property
    def is_sold_out(self) -> bool:
        """Whether it was sold today; the row, worth nothing, stays until settlement."""
        return self.quantity == 0 and not self.valuation

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
    may_be_partial: bool = False
    """Whether more rows may exist: KIS did not mark the last page as the last."""
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted; those values are `None`."""

    @property
    def exchange_rates(self) -> Mapping[str, ExchangeRate]:
        """The rate by currency: of its shares, otherwise the first rate posted today."""
        rates: dict[str, ExchangeRate] = {}
        for holding in self.holdings:
            if holding.exchange_rate is not None and holding.currency:
                rates.setdefault(holding.currency, holding.exchange_rate)
        for cash in self.cash:
            code = cash.currency or ""
            if cash.first_posted_rate and code:
                rates.setdefault(
                    code, ExchangeRate(cash.first_posted_rate, QUOTE_UNITS.get(code, Decimal(1)))
                )
        return rates

    @property
    def is_empty(self) -> bool:
        """Whether there are no holdings, no cash and no totals, and all that was sent was read."""
        totals = (
            self.totals.valuation,
            self.totals.valuation_sum,
            self.totals.foreign_currency_balance,
        )
        is_known = not self.unreadable_fields and all(cash.deposit == 0 for cash in self.cash)
        return is_known and not self.holdings and not any(totals)

    @property
    def lacks_rows(self) -> bool:
        """Whether KIS's totals count holdings of which no row came."""
        return not self.holdings and bool(self.totals.valuation or self.totals.valuation_sum)

    @property
    def open_holdings(self) -> tuple[OverseasHolding, ...]:
        """The holdings without those sold out."""
        return tuple(holding for holding in self.holdings if not holding.is_sold_out)

    @property
    def is_priced(self) -> bool:
        """Whether no item held has a price of 0."""
        return all(
            lot.price != 0 or lot.quantity == 0
            for holding in self.open_holdings
            for lot in holding.lots
        )

    @property
    def holdings_valuation_won(self) -> int | None:
        """Sum of the holdings' valuations in won, whatever KIS's total is."""
        return self._sum_over_holdings("valuation_won")

    @property
    def purchase_won(self) -> int | None:
        """Purchase amount in won: the sum of the holdings, otherwise KIS's total."""
        return self._sum_or_kis_total("purchase_won", self.totals.purchase_amount)

    @property
    def valuation_won(self) -> int | None:
        """Valuation in won: the sum of the holdings, otherwise KIS's total."""
        if not self.is_priced:
            return None  # KIS's total counts a price of 0 as no value
        return self._sum_or_kis_total("valuation_won", self.totals.valuation)

    @property
    def profit_loss_won(self) -> int | None:
        """Profit and loss in won: the sum of the holdings, otherwise from KIS's totals."""
        if not self.is_priced:
            return None
        valuation, purchase = self.totals.valuation, self.totals.purchase_amount
        kis_total = None if valuation is None or purchase is None else valuation - purchase
        return self._sum_or_kis_total("profit_loss_won", kis_total)

    @property
    def profit_rate(self) -> Decimal | None:
        """Profit and loss in percent of the purchase amount; computed."""
        return percent_of(self.profit_loss_won, self.purchase_won)

    @property
    def cash_won(self) -> int | None:
        """Cash of all currencies in won: by their rates, otherwise KIS's total."""
        by_rates = sum_or_none(self.cash_to_won(cash) for cash in self.cash) if self.cash else None
        return round_to_won(self.totals.foreign_currency_balance) if by_rates is None else by_rates

    @property
    def has_no_cash(self) -> bool:
        """Whether there is no cash in any currency; without rows, by KIS's total."""
        if not self.cash:
            return self.totals.foreign_currency_balance == 0
        return all(cash.deposit == 0 for cash in self.cash)

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

    def _sum_or_kis_total(self, name: str, kis_total: int | None) -> int | None:
        """Return the sum over the holdings, so that all pages show what the rows add up to.

        KIS's total is rounded once instead of row by row, and may be later or earlier.
        """
        row_sum = self._sum_over_holdings(name) if self.holdings else None
        if row_sum is not None or kis_total is not None:
            return kis_total if row_sum is None else row_sum
        is_nothing_held = not (self.holdings or self.unreadable_fields or self.lacks_rows)
        return 0 if is_nothing_held else None

    def _sum_over_holdings(self, name: str) -> int | None:
        return sum_or_none(getattr(holding, name) for holding in self.open_holdings)


def merge_overseas_lots(responses: Sequence[Sequence[OverseasLot]]) -> tuple[OverseasHolding, ...]:
    """Merge the rows of one or several responses into holdings, in order of first appearance.

    Rows that name nothing and hold nothing are fillers. The same row under another exchange code,
    or in another response, is the same shares and counts once.
    """
    return group_overseas_lots(_unique_lots(responses))


def group_overseas_lots(lots: Iterable[OverseasLot]) -> tuple[OverseasHolding, ...]:
    """Make holdings of distinct lots, in order of first appearance."""
    groups: dict[tuple[str, str], list[OverseasLot]] = {}
    for lot in lots:
        groups.setdefault((lot.code or lot.name or "", lot.currency or ""), []).append(lot)
    return tuple(_merge_group(group) for group in groups.values())


def _unique_lots(responses: Sequence[Sequence[OverseasLot]]) -> Iterator[OverseasLot]:
    """Yield the distinct rows; equal rows in one response of one exchange are two lots."""
    yielded: Counter[tuple[object, ...]] = Counter()
    for lots in responses:
        seen: Counter[tuple[object, ...]] = Counter()
        for lot in lots:
            if _is_filler(lot):
                continue
            identity = _lot_identity(lot)
            seen[lot.exchange, identity] += 1
            if seen[lot.exchange, identity] > yielded[identity]:
                yielded[identity] += 1
                yield lot


def _is_filler(lot: OverseasLot) -> bool:
    return not (lot.code or lot.name or lot.quantity or lot.valuation or lot.purchase_amount)


def _lot_identity(lot: OverseasLot) -> tuple[object, ...]:
    """Return what identifies a lot; price and exchange code may differ between responses."""
    kind = lot.security_type if isinstance(lot, TradeDateLot) else lot.loan_type
    return (
        lot.code, lot.currency, lot.quantity, lot.purchase_amount, lot.average_price, kind,
        lot.loan_date,
    )  # fmt: skip


def _merge_group(lots: list[OverseasLot]) -> OverseasHolding:
    priced_lot = next((lot for lot in lots if lot.price), lots[0])
    only_lot = priced_lot if len(lots) == 1 else None
    shares = decimal_sum_or_none(lot.quantity for lot in lots)
    purchase = decimal_sum_or_none(lot.purchase_amount for lot in lots)
    # At a price of 0 there is no valuation and no loss, unless nothing is held.
    is_priced = all(lot.price != 0 for lot in lots if lot.quantity != 0)
    valuation = decimal_sum_or_none(lot.valuation for lot in lots) if is_priced else None
    profit = decimal_sum_or_none(lot.profit_loss for lot in lots) if is_priced else None
    currency = priced_lot.currency or ""
    trade_date_lots = [lot for lot in lots if isinstance(lot, TradeDateLot)]
    return OverseasHolding(
        code=priced_lot.code,
        name=_display_name(priced_lot),
        exchange=priced_lot.exchange,
        market=_market_of(priced_lot.exchange, currency),
        currency=currency,
        quantity=shares,
        sellable_quantity=decimal_sum_or_none(lot.sellable_quantity for lot in lots),
        average_price=only_lot.average_price if only_lot else price_per_share(purchase, shares),
        price=priced_lot.price or None,
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
        exchange_rate=_exchange_rate_of(priced_lot),
        lots=tuple(lots),
    )


def _market_of(exchange: str | None, currency: str) -> Market:
    by_currency = MARKET_BY_CURRENCY.get(currency, Market.OTHER)
    return MARKET_BY_EXCHANGE.get(exchange or "", by_currency)


def _exchange_rate_of(lot: OverseasLot) -> ExchangeRate | None:
    if not isinstance(lot, TradeDateLot) or not lot.base_rate:
        return None
    unit = lot.rate_unit or QUOTE_UNITS.get(lot.currency or "", Decimal(1))
    # Without both, yen could be worth a hundred times too much.
    return ExchangeRate(lot.base_rate, unit) if lot.rate_unit or lot.currency else None


def _display_name(lot: OverseasLot) -> str | None:
    """Return the name without the code some names start with: `[4689]Z홀딩스`."""
    return lot.name.removeprefix(f"[{lot.code}]").strip() or lot.code if lot.name else lot.code
