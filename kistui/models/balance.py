"""A domestic balance: the account's summary and its holdings (KIS 주식잔고조회).

Every declared value may be `None`: KIS sent a blank. A blank is never zero, and a sum over
a blank is unknown, not smaller.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kistui.models import kis_fields as kis
from kistui.models import price_changes
from kistui.models.arithmetic import percent_of, price_per_share, sum_or_none
from kistui.models.load_state import LoadState, NotLoaded
from kistui.models.overseas import KRW, Market, OverseasBalance
from kistui.models.record import field, maker, record, replace


@record(kw_only=True)
class BalanceSummary:
    """The account as a whole: all 24 fields of `output2`."""

    deposit: int | None = kis.won("dnca_tot_amt")
    deposit_d1: int | None = kis.won("nxdy_excc_amt")
    deposit_d2: int | None = kis.won("prvs_rcdl_excc_amt")
    cma_value: int | None = kis.won("cma_evlu_amt")
    bought_yesterday: int | None = kis.won("bfdy_buy_amt")
    bought_today: int | None = kis.won("thdt_buy_amt")
    repayment_d1: int | None = kis.won("nxdy_auto_rdpt_amt")
    sold_yesterday: int | None = kis.won("bfdy_sll_amt")
    sold_today: int | None = kis.won("thdt_sll_amt")
    repayment_d2: int | None = kis.won("d2_auto_rdpt_amt")
    costs_yesterday: int | None = kis.won("bfdy_tlex_amt")
    costs_today: int | None = kis.won("thdt_tlex_amt")
    loans: int | None = kis.won("tot_loan_amt")
    securities_value: int | None = kis.won("scts_evlu_amt")
    total_value: int | None = kis.won("tot_evlu_amt")
    net_assets: int | None = kis.won("nass_amt")
    auto_repayment: str | None = kis.code("fncg_gld_auto_rdpt_yn")
    purchase_amount: int | None = kis.won("pchs_amt_smtl_amt")
    valuation: int | None = kis.won("evlu_amt_smtl_amt")
    profit_loss: int | None = kis.won("evlu_pfls_smtl_amt")
    short_proceeds: int | None = kis.won("tot_stln_slng_chgs")
    total_yesterday: int | None = kis.won("bfdy_tot_asst_evlu_amt")
    asset_change: int | None = kis.won("asst_icdc_amt")
    asset_change_rate: Decimal | None = kis.percent("asst_icdc_erng_rt")

    @property
    def computed_profit_rate(self) -> Decimal | None:
        """Profit and loss over purchase amount; KIS sends no such rate for the account."""
        return percent_of(self.profit_loss, self.purchase_amount)

    @property
    def computed_asset_change_rate(self) -> Decimal | None:
        """Change over yesterday's assets; KIS answers 0 for it on real accounts."""
        return percent_of(self.asset_change, self.total_yesterday)


@record(kw_only=True)
class Lot:
    """One row of `output1`, all 26 fields: an item bought with cash or on one loan date."""

    code: str | None = kis.code("pdno")
    name: str | None = kis.text("prdt_name")
    trade_kind: str | None = kis.text("trad_dvsn_name")
    bought_yesterday: int | None = kis.quantity("bfdy_buy_qty")
    sold_yesterday: int | None = kis.quantity("bfdy_sll_qty")
    bought_today: int | None = kis.quantity("thdt_buyqty")
    sold_today: int | None = kis.quantity("thdt_sll_qty")
    quantity: int | None = kis.quantity("hldg_qty")
    sellable_quantity: int | None = kis.quantity("ord_psbl_qty")
    average_price: Decimal | None = kis.price("pchs_avg_pric")
    purchase_amount: int | None = kis.won("pchs_amt")
    price: Decimal | None = kis.price("prpr")
    valuation: int | None = kis.won("evlu_amt")
    profit_loss: int | None = kis.won("evlu_pfls_amt")
    profit_rate: Decimal | None = kis.percent("evlu_pfls_rt")
    valuation_return: Decimal | None = kis.percent("evlu_erng_rt")
    loan_date: date | None = kis.date("loan_dt")
    loan_amount: int | None = kis.won("loan_amt")
    short_proceeds: int | None = kis.won("stln_slng_chgs")
    expiry_date: date | None = kis.date("expd_dt")
    day_rate: Decimal | None = kis.percent("fltt_rt")
    day_change: Decimal | None = kis.price("bfdy_cprs_icdc")
    margin_rate_name: str | None = kis.text("item_mgna_rt_name")
    guarantee_rate_name: str | None = kis.text("grta_rt_name")
    collateral_price: Decimal | None = kis.price("sbst_pric")
    loan_price: Decimal | None = kis.price("stck_loan_unpr")

    @property
    def is_priced(self) -> bool:
        """Whether there is a price now; before the open KIS sends 0 and a fall of 100 %."""
        return bool(self.price)


@record(kw_only=True)
class Holding:
    """An item held: its lots merged. Without a price now, all that follows from one is `None`."""

    code: str | None = kis.code("pdno")
    name: str | None = kis.text("prdt_name")
    quantity: int | None = kis.quantity("hldg_qty")
    sellable_quantity: int | None = kis.quantity("ord_psbl_qty")
    average_price: Decimal | None = kis.price("pchs_avg_pric")
    purchase_amount: int | None = kis.won("pchs_amt")
    price: Decimal | None = kis.price("prpr")
    valuation: int | None = kis.won("evlu_amt")
    profit_loss: int | None = kis.won("evlu_pfls_amt")
    profit_rate: Decimal | None = kis.percent("evlu_pfls_rt")
    day_rate: Decimal | None = kis.percent("fltt_rt")
    day_change: Decimal | None = kis.price("bfdy_cprs_icdc")
    bought_yesterday: int | None = kis.quantity("bfdy_buy_qty")
    sold_yesterday: int | None = kis.quantity("bfdy_sll_qty")
    bought_today: int | None = kis.quantity("thdt_buyqty")
    sold_today: int | None = kis.quantity("thdt_sll_qty")
    loan_amount: int | None = kis.won("loan_amt")
    weight: Decimal | None = None
    """Share of the valuation of all holdings, in percent; computed."""
    lots: tuple[Lot, ...] = ()

    market = Market.KR
    currency = KRW

    @property
    def purchase_won(self) -> int | None:
        """What it cost: won as it is."""
        return self.purchase_amount

    @property
    def valuation_won(self) -> int | None:
        """What it is worth: won as it is."""
        return self.valuation

    @property
    def profit_loss_won(self) -> int | None:
        """Its profit and loss: won as it is."""
        return self.profit_loss

    @property
    def is_sold_out(self) -> bool:
        """KIS keeps a row of quantity 0 for two days after a full sale."""
        return self.quantity == 0

    @property
    def day_profit(self) -> int | None:
        """Won that today's change made on shares held since yesterday; not on those sold short."""
        if self.is_sold_out or any(lot.short_proceeds for lot in self.lots):
            return None
        shares = price_changes.held_since_yesterday(self.quantity, self.bought_today)
        return price_changes.daily_profit(self.day_change, self.day_rate, shares)

    @property
    def break_even_rate(self) -> Decimal | None:
        """How far the price has to move to be the average price, in percent; computed."""
        return price_changes.percent_to(self.price, self.average_price)


@record(kw_only=True)
class Balance:
    """An answer: every page read, lots merged, in KIS's order.

    One that is not complete holds what arrived; what depends on all of it, such as weights, is
    `None`.
    """

    summary: BalanceSummary
    holdings: tuple[Holding, ...]
    page_count: int = 1
    is_complete: bool = True
    overseas: LoadState[OverseasBalance] = field(default_factory=NotLoaded)
    """What the account holds abroad, in a state of its own; Unknown where it holds nothing."""
    is_pension: bool = False
    """Whether it came by the calls for pensions: of the summary they have a third."""

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Every row as KIS sent it."""
        return tuple(lot for holding in self.holdings for lot in holding.lots)

    @property
    def is_priced(self) -> bool:
        """Whether every item held has a price now; before the open none has."""
        return all(holding.price is not None for holding in self.open_holdings)

    @property
    def priced_summary(self) -> BalanceSummary:
        """The summary; without prices, all that follows from one is `None` and not a loss."""
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
        """The summary of a pension with the sums that KIS leaves to the reader."""
        return replace(
            self.summary,
            purchase_amount=sum_or_none(each.purchase_amount for each in self.open_holdings),
            valuation=sum_or_none(each.valuation for each in self.open_holdings),
            profit_loss=sum_or_none(each.profit_loss for each in self.open_holdings),
        )

    @property
    def open_holdings(self) -> tuple[Holding, ...]:
        """The holdings without those sold out."""
        return tuple(holding for holding in self.holdings if not holding.is_sold_out)


def merge_lots(lots: Sequence[Lot]) -> tuple[Holding, ...]:
    """Holdings from lots: one for each item code, in the order of first appearance."""
    groups: dict[str | None, list[Lot]] = {}
    for lot in lots:
        groups.setdefault(lot.code or lot.name, []).append(lot)
    return _build_holdings(groups.values(), lots)


def lots_as_holdings(lots: Sequence[Lot]) -> tuple[Holding, ...]:
    """A holding for each lot: the same figures, not merged."""
    return _build_holdings([[lot] for lot in lots], lots)


def _build_holdings(groups: Iterable[Sequence[Lot]], lots: Sequence[Lot]) -> tuple[Holding, ...]:
    total = sum_or_none(lot.valuation if lot.price else None for lot in lots if lot.quantity)
    make = maker(Holding)
    return tuple(_build_holding(make, _merge_group(group), group, total) for group in groups)


def _merge_group(lots: Sequence[Lot]) -> Lot:
    """Lots of one item as one; most items are one lot."""
    if len(lots) == 1:
        return lots[0]
    lead = next((lot for lot in lots if lot.is_priced), lots[0])
    sums: dict[str, Any] = {
        name: sum_or_none(getattr(lot, name) for lot in lots) for name in _SUMMED_FIELDS
    }
    # A sold-out row is complete without a price; a held one is not.
    if not all(lot.is_priced or lot.quantity == 0 for lot in lots):
        sums |= {"valuation": None, "profit_loss": None}
    each = price_per_share(sums["purchase_amount"], sums["quantity"])
    return replace(lead, average_price=each, profit_rate=None, **sums)


_SUMMED_FIELDS = (
    "quantity", "sellable_quantity", "purchase_amount", "valuation", "profit_loss",
    "bought_yesterday", "sold_yesterday", "bought_today", "sold_today", "loan_amount",
)  # fmt: skip


def _build_holding(
    make: Callable[..., Holding], lot: Lot, lots: Sequence[Lot], total: int | None
) -> Holding:
    """What `lots` are, which `lot` is together."""
    is_priced = bool(lot.price)
    is_valued = is_priced or lot.quantity == 0
    value = lot.valuation if is_valued else None
    profit = lot.profit_loss if is_valued else None
    given = lot.profit_rate if is_valued else None
    return make(
        code=lot.code,
        name=lot.name,
        quantity=lot.quantity,
        sellable_quantity=lot.sellable_quantity,
        average_price=lot.average_price,
        purchase_amount=lot.purchase_amount,
        price=lot.price if is_priced else None,
        valuation=value,
        profit_loss=profit,
        profit_rate=given if given is not None else percent_of(profit, lot.purchase_amount),
        day_rate=lot.day_rate if is_priced else None,
        day_change=lot.day_change if is_priced else None,
        bought_yesterday=lot.bought_yesterday,
        sold_yesterday=lot.sold_yesterday,
        bought_today=lot.bought_today,
        sold_today=lot.sold_today,
        loan_amount=lot.loan_amount,
        weight=percent_of(value, total),
        lots=tuple(lots),
    )
