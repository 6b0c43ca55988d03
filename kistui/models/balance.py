"""A domestic balance: the account's summary and its holdings (KIS 주식잔고조회).

Every declared value may be `None`: KIS sent a blank. A blank is never zero, and a sum over
a blank is unknown.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from kistui.models import kis_fields as kis
from kistui.models.arithmetic import (
    daily_profit,
    held_since_yesterday,
    percent_of,
    percent_to,
    price_per_share,
    sum_or_none,
)
from kistui.models.load_state import LoadState, NotLoaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.markets import KRW, Market
from kistui.models.overseas import OverseasBalance


class BalanceSummary(Struct, frozen=True, kw_only=True):
    """The account as a whole: all 24 fields of `output2`."""

    deposit: kis.Won = kis.key("dnca_tot_amt")
    deposit_d1: kis.Won = kis.key("nxdy_excc_amt")
    deposit_d2: kis.Won = kis.key("prvs_rcdl_excc_amt")
    cma_value: kis.Won = kis.key("cma_evlu_amt")
    bought_yesterday: kis.Won = kis.key("bfdy_buy_amt")
    bought_today: kis.Won = kis.key("thdt_buy_amt")
    repayment_d1: kis.Won = kis.key("nxdy_auto_rdpt_amt")
    sold_yesterday: kis.Won = kis.key("bfdy_sll_amt")
    sold_today: kis.Won = kis.key("thdt_sll_amt")
    repayment_d2: kis.Won = kis.key("d2_auto_rdpt_amt")
    costs_yesterday: kis.Won = kis.key("bfdy_tlex_amt")
    costs_today: kis.Won = kis.key("thdt_tlex_amt")
    loans: kis.Won = kis.key("tot_loan_amt")
    securities_value: kis.Won = kis.key("scts_evlu_amt")
    total_value: kis.Won = kis.key("tot_evlu_amt")
    net_assets: kis.Won = kis.key("nass_amt")
    auto_repayment: kis.Code = kis.key("fncg_gld_auto_rdpt_yn")
    purchase_amount: kis.Won = kis.key("pchs_amt_smtl_amt")
    valuation: kis.Won = kis.key("evlu_amt_smtl_amt")
    profit_loss: kis.Won = kis.key("evlu_pfls_smtl_amt")
    short_proceeds: kis.Won = kis.key("tot_stln_slng_chgs")
    total_yesterday: kis.Won = kis.key("bfdy_tot_asst_evlu_amt")
    asset_change: kis.Won = kis.key("asst_icdc_amt")
    asset_change_rate: kis.Percent = kis.key("asst_icdc_erng_rt")

    @property
    def computed_profit_rate(self) -> Decimal | None:
        """Profit and loss in percent of the purchase amount; KIS does not send it."""
        return percent_of(self.profit_loss, self.purchase_amount)

    @property
    def computed_asset_change_rate(self) -> Decimal | None:
        """Change in percent of yesterday's assets; KIS sends 0 for it on real accounts."""
        return percent_of(self.asset_change, self.total_yesterday)


class Lot(Struct, frozen=True, kw_only=True):
    """One row of `output1`, all 26 fields: an item bought with cash or on one loan date."""

    code: kis.Code = kis.key("pdno")
    name: kis.Text = kis.key("prdt_name")
    trade_kind: kis.Text = kis.key("trad_dvsn_name")
    bought_yesterday: kis.Quantity = kis.key("bfdy_buy_qty")
    sold_yesterday: kis.Quantity = kis.key("bfdy_sll_qty")
    bought_today: kis.Quantity = kis.key("thdt_buyqty")
    sold_today: kis.Quantity = kis.key("thdt_sll_qty")
    quantity: kis.Quantity = kis.key("hldg_qty")
    sellable_quantity: kis.Quantity = kis.key("ord_psbl_qty")
    average_price: kis.Price = kis.key("pchs_avg_pric")
    purchase_amount: kis.Won = kis.key("pchs_amt")
    price: kis.Price = kis.key("prpr")
    valuation: kis.Won = kis.key("evlu_amt")
    profit_loss: kis.Won = kis.key("evlu_pfls_amt")
    profit_rate: kis.Percent = kis.key("evlu_pfls_rt")
    valuation_return: kis.Percent = kis.key("evlu_erng_rt")
    loan_date: kis.Date = kis.key("loan_dt")
    loan_amount: kis.Won = kis.key("loan_amt")
    short_proceeds: kis.Won = kis.key("stln_slng_chgs")
    expiry_date: kis.Date = kis.key("expd_dt")
    day_rate: kis.Percent = kis.key("fltt_rt")
    day_change: kis.Price = kis.key("bfdy_cprs_icdc")
    margin_rate_name: kis.Text = kis.key("item_mgna_rt_name")
    guarantee_rate_name: kis.Text = kis.key("grta_rt_name")
    collateral_price: kis.Price = kis.key("sbst_pric")
    loan_price: kis.Price = kis.key("stck_loan_unpr")

    @property
    def is_priced(self) -> bool:
        """Whether the values count; before the open KIS sends a price of 0 and a loss of 100 %."""
        return self.price != 0

    @property
    def is_filler(self) -> bool:
        """Whether the row names nothing and holds nothing: KIS pads lists with such rows."""
        return not (
            self.code or self.name or self.quantity or self.valuation or self.purchase_amount
        )


class Holding(Struct, frozen=True, kw_only=True):
    """An item held: its lots merged. Without a price, every value derived from it is `None`."""

    code: kis.Code = kis.key("pdno")
    name: kis.Text = kis.key("prdt_name")
    quantity: kis.Quantity = kis.key("hldg_qty")
    sellable_quantity: kis.Quantity = kis.key("ord_psbl_qty")
    average_price: kis.Price = kis.key("pchs_avg_pric")
    purchase_amount: kis.Won = kis.key("pchs_amt")
    price: kis.Price = kis.key("prpr")
    valuation: kis.Won = kis.key("evlu_amt")
    profit_loss: kis.Won = kis.key("evlu_pfls_amt")
    profit_rate: kis.Percent = kis.key("evlu_pfls_rt")
    day_rate: kis.Percent = kis.key("fltt_rt")
    day_change: kis.Price = kis.key("bfdy_cprs_icdc")
    bought_yesterday: kis.Quantity = kis.key("bfdy_buy_qty")
    sold_yesterday: kis.Quantity = kis.key("bfdy_sll_qty")
    bought_today: kis.Quantity = kis.key("thdt_buyqty")
    sold_today: kis.Quantity = kis.key("thdt_sll_qty")
    loan_amount: kis.Won = kis.key("loan_amt")
    weight: Decimal | None = None
    """Share of the valuation of all holdings, in percent; computed."""
    lots: tuple[Lot, ...] = ()
    is_live: bool = False
    """Whether the price is of a trade since KIS sent the balance."""

    market = Market.KR
    currency = KRW

    @property
    def purchase_won(self) -> int | None:
        """The purchase amount, which is in won already."""
        return self.purchase_amount

    @property
    def valuation_won(self) -> int | None:
        """The valuation, which is in won already."""
        return self.valuation

    @property
    def profit_loss_won(self) -> int | None:
        """The profit and loss, which is in won already."""
        return self.profit_loss

    @property
    def is_profit_rate_computed(self) -> bool:
        """Whether the profit rate is kistui's: KIS sends one for each lot."""
        return len(self.lots) != 1 or self.lots[0].profit_rate is None

    @property
    def is_sold_out(self) -> bool:
        """KIS keeps a row of quantity 0 for two days after a full sale; it is worth nothing."""
        return self.quantity == 0 and not self.valuation

    @property
    def day_profit(self) -> int | None:
        """Profit in won of today's price change on shares held since then; `None` if sold short."""
        if self.quantity == 0 or any(lot.short_proceeds for lot in self.lots):
            return None
        shares = held_since_yesterday(self.quantity, self.bought_today)
        return daily_profit(self.day_change, self.day_rate, shares)

    @property
    def break_even_rate(self) -> Decimal | None:
        """The move in percent from the price to the average price; computed."""
        return percent_to(self.price, self.average_price)


class Balance(Struct, frozen=True, kw_only=True):
    """An account's balance: all pages, lots merged, in KIS's order.

    An incomplete balance holds the pages that arrived; values that need all rows, such as weights,
    are `None`.
    """

    summary: BalanceSummary
    holdings: tuple[Holding, ...]
    page_count: int = 1
    is_complete: bool = True
    overseas: LoadState[OverseasBalance] = field(default_factory=NotLoaded)
    """The overseas balance, loaded separately; `NotLoaded` for accounts that have none."""
    after_hours_price: AfterHoursPrice | None = None
    """Which prices KIS was asked for; `None` for a pension, where it offers no choice."""
    is_pension: bool = False
    """Whether it is a retirement pension's: KIS sends a third of the summary for one."""
    supports_overseas: bool = True
    """Whether the account may hold overseas shares; otherwise the domestic part is the whole."""
    may_be_partial: bool = False
    """Whether more rows may exist: KIS did not mark the last page as the last."""
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted; those values are `None`."""

    confirmed: "Balance | None" = None
    """The balance as KIS sent it, if this balance is at live prices."""

    def __repr__(self) -> str:
        # asyncio.run makes the repr of its result, so thousands of rows would be written out.
        return f"Balance({len(self.holdings)} holdings, {self.page_count} pages)"

    @property
    def as_sent(self) -> "Balance":
        """The balance as KIS sent it, without live prices."""
        return self.confirmed or self

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Every row, not merged by item."""
        return tuple(lot for holding in self.holdings for lot in holding.lots)

    @property
    def is_priced(self) -> bool:
        """Whether no item held has a price of 0; before the open all have."""
        return all(
            lot.is_priced or lot.quantity == 0
            for holding in self.open_holdings
            for lot in holding.lots
        )

    @property
    def priced_summary(self) -> BalanceSummary:
        """The summary; without prices, values derived from them are `None`, not a loss."""
        summary = self._pension_summary if self.is_pension else self.summary
        if self.is_priced:
            return summary
        return replace(
            summary,
            securities_value=None,
            total_value=None,
            net_assets=None,
            valuation=None,
            profit_loss=None,
            asset_change=None,
            asset_change_rate=None,
        )

    @property
    def _pension_summary(self) -> BalanceSummary:
        """A pension's summary with the sums that KIS does not send."""
        return replace(
            self.summary,
            purchase_amount=sum_or_none(holding.purchase_amount for holding in self.open_holdings),
            valuation=sum_or_none(holding.valuation for holding in self.open_holdings),
            profit_loss=sum_or_none(holding.profit_loss for holding in self.open_holdings),
        )

    @property
    def item_count(self) -> int:
        """The number of items held."""
        return len(self.open_holdings)

    @property
    def open_holdings(self) -> tuple[Holding, ...]:
        """The holdings without those sold out."""
        return tuple(holding for holding in self.holdings if not holding.is_sold_out)


def merge_lots(lots: Sequence[Lot]) -> tuple[Holding, ...]:
    """Merge lots into one holding per item code, in order of first appearance."""
    groups: dict[str | None, list[Lot]] = {}
    for lot in lots:
        groups.setdefault(lot.code or lot.name, []).append(lot)
    return _build_holdings(groups.values(), lots)


def lots_as_holdings(lots: Sequence[Lot]) -> tuple[Holding, ...]:
    """Return one holding per lot, not merged."""
    return _build_holdings([[lot] for lot in lots], lots)


def _build_holdings(groups: Iterable[Sequence[Lot]], lots: Sequence[Lot]) -> tuple[Holding, ...]:
    total = sum_or_none(
        lot.valuation if lot.is_priced else None
        for lot in lots
        if lot.quantity != 0 or lot.valuation
    )
    return tuple(_build_holding(_merge_group(group), group, total) for group in groups)


def _merge_group(lots: Sequence[Lot]) -> Lot:
    """Merge the lots of an item; most items have one lot."""
    if len(lots) == 1:
        return lots[0]
    priced_lot = next((lot for lot in lots if lot.price), lots[0])
    sums: dict[str, Any] = {
        name: sum_or_none(getattr(lot, name) for lot in lots) for name in _SUMMED_FIELDS
    }
    # A sold-out row is complete without a price; the row of an item held is not.
    if not all(lot.is_priced or lot.quantity == 0 for lot in lots):
        sums |= {"valuation": None, "profit_loss": None}
    average_price = price_per_share(sums["purchase_amount"], sums["quantity"])
    return replace(priced_lot, average_price=average_price, profit_rate=None, **sums)


_SUMMED_FIELDS = (
    "quantity", "sellable_quantity", "purchase_amount", "valuation", "profit_loss",
    "bought_yesterday", "sold_yesterday", "bought_today", "sold_today", "loan_amount",
)  # fmt: skip


def _build_holding(merged: Lot, lots: Sequence[Lot], total: int | None) -> Holding:
    """Return the holding of `lots`, which are merged into `merged`; `total` is in won."""
    is_priced = merged.is_priced
    is_valued = is_priced or merged.quantity == 0
    value = merged.valuation if is_valued else None
    profit = merged.profit_loss if is_valued else None
    kis_rate = merged.profit_rate if is_valued else None
    return Holding(
        code=merged.code,
        name=merged.name,
        quantity=merged.quantity,
        sellable_quantity=merged.sellable_quantity,
        average_price=merged.average_price,
        purchase_amount=merged.purchase_amount,
        price=merged.price if is_priced else None,
        valuation=value,
        profit_loss=profit,
        profit_rate=kis_rate
        if kis_rate is not None
        else percent_of(profit, merged.purchase_amount),
        day_rate=merged.day_rate if is_priced else None,
        day_change=merged.day_change if is_priced else None,
        bought_yesterday=merged.bought_yesterday,
        sold_yesterday=merged.sold_yesterday,
        bought_today=merged.bought_today,
        sold_today=merged.sold_today,
        loan_amount=merged.loan_amount,
        weight=percent_of(value, total),
        lots=tuple(lots),
    )
