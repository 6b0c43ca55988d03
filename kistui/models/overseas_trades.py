"""Overseas trades with their fees, settlement date and exchange rate: one row per day and side.

KIS document: 해외주식 일별거래내역[해외주식-063].
"""

from decimal import Decimal

from msgspec import Struct

from kistui.models import kis_fields as kis
from kistui.models.arithmetic import sum_or_none
from kistui.models.orders import SIDE_BY_CODE, Side


class OverseasTrade(Struct, frozen=True, kw_only=True):
    """A day's purchases or sales of an item; amounts in its currency and in won."""

    trade_date: kis.Date = kis.key("trad_dt")
    settlement_date: kis.Date = kis.key("sttl_dt")
    side_code: kis.Code = kis.key("sll_buy_dvsn_cd")
    code: kis.Code = kis.key("pdno")
    name: kis.Text = kis.key("ovrs_item_name")
    whole_quantity: kis.FractionalQuantity = kis.key("ccld_qty")
    fractional_quantity: kis.FractionalQuantity = kis.key("amt_unit_ccld_qty")
    price: kis.Price = kis.key("ft_ccld_unpr2")
    amount: kis.Amount = kis.key("tr_frcr_amt2")
    amount_won: kis.Won = kis.key("tr_amt")
    proceeds: kis.Amount = kis.key("frcr_excc_amt_1")
    proceeds_won: kis.Won = kis.key("wcrc_excc_amt")
    broker_fee: kis.Amount = kis.key("dmst_frcr_fee1")
    overseas_fee: kis.Amount = kis.key("frcr_fee1")
    broker_fee_won: kis.Won = kis.key("dmst_wcrc_fee")
    overseas_fee_won: kis.Won = kis.key("ovrs_wcrc_fee")
    currency: kis.Code = kis.key("crcy_cd")
    isin: kis.Code = kis.key("std_pdno")
    exchange_rate: kis.ExchangeRate = kis.key("erlm_exrt")
    loan_kind: kis.Text = kis.key("loan_dvsn_name")

    @property
    def side(self) -> Side | None:
        """The side, by KIS's code."""
        return SIDE_BY_CODE.get(self.side_code or "")

    @property
    def quantity(self) -> Decimal | None:
        """The shares traded; an order of fractions has 0 whole shares."""
        whole, fraction = self.whole_quantity, self.fractional_quantity
        return whole or fraction or (None if whole is None else fraction)

    @property
    def item_identity(self) -> str:
        """The ISIN, which survives a change of ticker, otherwise the ticker."""
        return self.isin or self.code or ""

    @property
    def is_settled(self) -> bool:
        """Whether KIS knows the rate; without it the won are 0, which means unknown."""
        return bool(self.exchange_rate)

    @property
    def settlement_rate(self) -> Decimal | None:
        """Won per unit of the currency; KIS sends 0 until it is known."""
        return self.exchange_rate or None

    @property
    def traded_won(self) -> int | None:
        """The amount in won at the rate of the settlement; `None` until it is known."""
        return self.amount_won if self.is_settled else None

    @property
    def fees_won(self) -> int | None:
        """Fees in won; `None` until the rate is known."""
        if not self.is_settled:
            return None
        return sum_or_none((self.broker_fee_won, self.overseas_fee_won))


class OverseasTradeTotals(Struct, frozen=True, kw_only=True):
    """KIS's sums of a query; they make sense for one currency only."""

    bought: kis.Amount = kis.key("frcr_buy_amt_smtl")
    sold: kis.Amount = kis.key("frcr_sll_amt_smtl")
    broker_fees: kis.Amount = kis.key("dmst_fee_smtl")
    overseas_fees: kis.Amount = kis.key("ovrs_fee_smtl")


class OverseasTradeList(Struct, frozen=True, kw_only=True):
    """The overseas trades of a range of days, as far as they have been read."""

    rows: tuple[OverseasTrade, ...] = ()
    parts_read: int = 0
    part_count: int = 1
    may_be_partial: bool = False
    unreadable_fields: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every part was read."""
        return self.parts_read == self.part_count
