"""Rights of an account and the dividends its items announce, as KIS sends them.

KIS documents: 기간별계좌권리현황조회 [국내주식-211], 예탁원정보(배당일정) [국내주식-145].
"""

from msgspec import Struct

from kistui.models import kis_fields as kis

DIVIDEND_TYPES = frozenset(
    {"03", "31", "32", "33", "34", "35", "36", "37", "42", "43", "44", "45", "74", "75", "81", "82",
     "83"}
)  # fmt: skip
"""Types of rights that pay out: dividends, and distributions of funds and notes."""


class AccountRight(Struct, frozen=True, kw_only=True):
    """A right of an item in the account. KIS's rows also have the account number, unread."""

    type_code: kis.Code = kis.key("rght_type_cd")
    record_date: kis.Date = kis.key("bass_dt")
    balance_effect: kis.Code = kis.key("rght_cblc_type_cd")
    code: kis.Code = kis.key("shtn_pdno")
    product_type: kis.Code = kis.key("prdt_type_cd")
    name: kis.Text = kis.key("prdt_name")
    quantity: kis.Quantity = kis.key("cblc_qty")
    allotted_quantity: kis.Quantity = kis.key("last_alct_qty")
    excess_quantity: kis.Quantity = kis.key("excs_alct_qty")
    total_allotted_quantity: kis.Quantity = kis.key("tot_alct_qty")
    odd_lot_quantity: kis.FractionalQuantity = kis.key("last_ftsk_qty")
    allotted_amount: kis.Won = kis.key("last_alct_amt")
    odd_lot_amount: kis.Won = kis.key("last_ftsk_chgs")
    repaid_principal: kis.Won = kis.key("rdpt_prca")
    delay_interest: kis.Won = kis.key("dlay_int_amt")
    listing_date: kis.Date = kis.key("lstg_dt")
    subscription_end: kis.Date = kis.key("sbsc_end_dt")
    pay_date: kis.Date = kis.key("cash_dfrm_dt")
    requested_quantity: kis.Quantity = kis.key("rqst_qty")
    requested_amount: kis.Won = kis.key("rqst_amt")
    requested_on: kis.Date = kis.key("rqst_dt")
    refund_date: kis.Date = kis.key("rfnd_dt")
    refund: kis.Won = kis.key("rfnd_amt")
    tax: kis.Won = kis.key("tax_amt")
    subscription_price: kis.Price = kis.key("sbsc_unpr")

    @property
    def right_type(self) -> str:
        """The type in two digits, as KIS sends it; its documents list one digit for some."""
        return (self.type_code or "").zfill(2)

    @property
    def is_dividend(self) -> bool:
        """Whether it is a dividend or a distribution."""
        return self.right_type in DIVIDEND_TYPES


class ScheduledDividend(Struct, frozen=True, kw_only=True):
    """A dividend that an item announces; amounts are 0 and dates blank until they are decided."""

    record_date: kis.Date = kis.key("record_date")
    code: kis.Code = kis.key("sht_cd")
    name: kis.Text = kis.key("isin_name")
    kind: kis.Text = kis.key("divi_kind")
    face_value: kis.Price = kis.key("face_val")
    cash_per_share: kis.Price = kis.key("per_sto_divi_amt")
    cash_rate: kis.Percent = kis.key("divi_rate")
    stock_rate: kis.Percent = kis.key("stk_divi_rate")
    pay_date: kis.Date = kis.key("divi_pay_dt")
    stock_pay_date: kis.Date = kis.key("stk_div_pay_dt")
    odd_lot_pay_date: kis.Date = kis.key("odd_pay_dt")
    stock_kind: kis.Text = kis.key("stk_kind")
    is_high_dividend: kis.Code = kis.key("high_divi_gb")
