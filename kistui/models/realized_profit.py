"""KIS's rows of realised profit, by day and by trade, and of overseas trades.

Domestic profit is after fees, taxes and loan interest. Overseas profit has the costs of the sale
only, and its won are at the rate of the day of the sale; it is not the taxable gain. An overseas
trade has its fees, settlement date and exchange rate.

KIS documents: 기간별손익일별합산조회[v1_국내주식-052], 기간별매매손익현황조회[v1_국내주식-060],
주식잔고조회_실현손익[v1_국내주식-041], 해외주식 기간손익[v1_해외주식-032],
해외주식 일별거래내역[해외주식-063].
"""

from decimal import Decimal

from msgspec import Struct

from kistui.models import kis_fields as kis
from kistui.models.arithmetic import sum_or_none
from kistui.models.orders import SIDE_BY_CODE, Side
from kistui.models.partial_list import PartialList


class DailyProfit(Struct, frozen=True, kw_only=True):
    """A day with domestic trades."""

    trade_date: kis.Date = kis.key("trad_dt")
    bought: kis.Won = kis.key("buy_amt")
    sold: kis.Won = kis.key("sll_amt")
    profit: kis.Won = kis.key("rlzt_pfls")
    fees: kis.Won = kis.key("fee")
    interest: kis.Won = kis.key("loan_int")
    taxes: kis.Won = kis.key("tl_tax")
    rate: kis.Percent = kis.key("pfls_rt")
    sold_quantity: kis.Quantity = kis.key("sll_qty1")
    bought_quantity: kis.Quantity = kis.key("buy_qty1")


class TradeProfit(Struct, frozen=True, kw_only=True):
    """The profit of a day's trades of a domestic item and credit lot; 0 for purchases only."""

    trade_date: kis.Date = kis.key("trad_dt")
    code: kis.Code = kis.key("pdno")
    name: kis.Text = kis.key("prdt_name")
    trade_kind: kis.Text = kis.key("trad_dvsn_name")
    loan_date: kis.Date = kis.key("loan_dt")
    held_quantity: kis.Quantity = kis.key("hldg_qty")
    purchase_price: kis.Price = kis.key("pchs_unpr")
    bought_quantity: kis.Quantity = kis.key("buy_qty")
    bought: kis.Won = kis.key("buy_amt")
    sale_price: kis.Price = kis.key("sll_pric")
    sold_quantity: kis.Quantity = kis.key("sll_qty")
    sold: kis.Won = kis.key("sll_amt")
    profit: kis.Won = kis.key("rlzt_pfls")
    rate: kis.Percent = kis.key("pfls_rt")
    fees: kis.Won = kis.key("fee")
    taxes: kis.Won = kis.key("tl_tax")
    interest: kis.Won = kis.key("loan_int")

    @property
    def cost(self) -> Decimal | None:
        """The purchase amount of what was sold; computed."""
        if self.purchase_price is None or self.sold_quantity is None:
            return None
        return self.purchase_price * self.sold_quantity


class ProfitTotals(Struct, frozen=True, kw_only=True):
    """KIS's totals of all trades of a query."""

    sold_quantity: kis.Quantity = kis.key("sll_qty_smtl")
    sold: kis.Won = kis.key("sll_tr_amt_smtl")
    sale_fees: kis.Won = kis.key("sll_fee_smtl")
    sale_taxes: kis.Won = kis.key("sll_tltx_smtl")
    sale_proceeds: kis.Won = kis.key("sll_excc_amt_smtl")
    bought_quantity: kis.Quantity = kis.key("buy_qty_smtl")
    bought: kis.Won = kis.key("buy_tr_amt_smtl")
    purchase_fees: kis.Won = kis.key("buy_fee_smtl")
    purchase_taxes: kis.Won = kis.key("buy_tax_smtl")
    purchase_costs: kis.Won = kis.key("buy_excc_amt_smtl")
    traded_quantity: kis.Quantity = kis.key("tot_qty")
    traded: kis.Won = kis.key("tot_tr_amt")
    fees: kis.Won = kis.key("tot_fee")
    taxes: kis.Won = kis.key("tot_tltx")
    proceeds: kis.Won = kis.key("tot_excc_amt")
    profit: kis.Won = kis.key("tot_rlzt_pfls")
    interest: kis.Won = kis.key("loan_int")
    rate: kis.Percent = kis.key("tot_pftrt")


class TodayProfit(Struct, frozen=True, kw_only=True):
    """Today's realised profit in the balance."""

    profit: kis.Won = kis.key("rlzt_pfls")
    rate: kis.Percent = kis.key("rlzt_erng_rt")
    bought: kis.Won = kis.key("thdt_buy_amt")
    sold: kis.Won = kis.key("thdt_sll_amt")
    costs: kis.Won = kis.key("thdt_tlex_amt")


class OverseasProfit(Struct, frozen=True, kw_only=True):
    """The profit of a day's sales of an overseas item, in its currency or in won as requested."""

    trade_date: kis.Date = kis.key("trad_day")
    code: kis.Code = kis.key("ovrs_pdno")
    name: kis.Text = kis.key("ovrs_item_name")
    sold_quantity: kis.FractionalQuantity = kis.key("slcl_qty")
    average_price: kis.Price = kis.key("pchs_avg_pric")
    purchase_amount: kis.Amount = kis.key("frcr_pchs_amt1")
    sale_price: kis.Price = kis.key("avg_sll_unpr")
    sold: kis.Amount = kis.key("frcr_sll_amt_smtl1")
    costs: kis.Amount = kis.key("stck_sll_tlex")
    profit: kis.Amount = kis.key("ovrs_rlzt_pfls_amt")
    rate: kis.Percent = kis.key("pftrt")
    exchange_rate: kis.ExchangeRate = kis.key("exrt")
    exchange: kis.Code = kis.key("ovrs_excg_cd")

    @property
    def identity(self) -> tuple[object, ...]:
        """The key that the two rows of a sale share, which are in its currency and in won."""
        return (self.trade_date, self.code, self.exchange)


class OverseasProfitTotals(Struct, frozen=True, kw_only=True):
    """KIS's totals in won of all overseas sales of a query."""

    sold: kis.Amount = kis.key("stck_sll_amt_smtl")
    bought: kis.Amount = kis.key("stck_buy_amt_smtl")
    fees: kis.Amount = kis.key("smtl_fee1")
    proceeds: kis.Amount = kis.key("excc_dfrm_amt")
    profit: kis.Amount = kis.key("ovrs_rlzt_pfls_tot_amt")
    rate: kis.Percent = kis.key("tot_pftrt")


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


class OverseasTradeList(PartialList, frozen=True, kw_only=True):
    """The overseas trades of a range of days, as far as they have been read."""

    rows: tuple[OverseasTrade, ...] = ()
