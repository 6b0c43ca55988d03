"""What KIS sends of shares and cash abroad, record by record; amounts in their own currency.

KIS documents: 해외주식 잔고[v1_해외주식-006], 해외주식 체결기준현재잔고[v1_해외주식-008]. The
fields of an inquire-balance row that hold the account number are left out.
"""

from datetime import date
from decimal import Decimal

from kistui.models import kis_fields as kis
from kistui.models.record import record


@record(kw_only=True)
class TradeDateLot:
    """A row of the balance on trade date, all 29 fields: fractions are among them."""

    name: str | None = kis.text("prdt_name")
    settled_quantity: Decimal | None = kis.fractional_quantity("cblc_qty13")
    bought_today: Decimal | None = kis.fractional_quantity("thdt_buy_ccld_qty1")
    sold_today: Decimal | None = kis.fractional_quantity("thdt_sll_ccld_qty1")
    quantity: Decimal | None = kis.fractional_quantity("ccld_qty_smtl1")
    sellable_quantity: Decimal | None = kis.fractional_quantity("ord_psbl_qty1")
    purchase_amount: Decimal | None = kis.amount("frcr_pchs_amt")
    valuation: Decimal | None = kis.amount("frcr_evlu_amt2")
    profit_loss: Decimal | None = kis.amount("evlu_pfls_amt2")
    profit_rate: Decimal | None = kis.percent("evlu_pfls_rt1")
    code: str | None = kis.code("pdno")
    base_rate: Decimal | None = kis.exchange_rate("bass_exrt")
    currency: str | None = kis.code("buy_crcy_cd")
    price: Decimal | None = kis.price("ovrs_now_pric1")
    average_price: Decimal | None = kis.price("avg_unpr3")
    market_name: str | None = kis.text("tr_mket_name")
    country: str | None = kis.text("natn_kor_name")
    paid_won: int | None = kis.won("pchs_rmnd_wcrc_amt")
    bought_amount: Decimal | None = kis.amount("thdt_buy_ccld_frcr_amt")
    sold_amount: Decimal | None = kis.amount("thdt_sll_ccld_frcr_amt")
    rate_unit: Decimal | None = kis.exchange_rate("unit_amt")
    isin: str | None = kis.code("std_pdno")
    product_type: str | None = kis.code("prdt_type_cd")
    security_type: str | None = kis.text("scts_dvsn_name")
    loan_balance: int | None = kis.won("loan_rmnd")
    loan_date: date | None = kis.date("loan_dt")
    expiry_date: date | None = kis.date("loan_expd_dt")
    exchange: str | None = kis.code("ovrs_excg_cd")
    price_exchange: str | None = kis.code("item_lnkg_excg_cd")


@record(kw_only=True)
class SettlementDateLot:
    """A row of the balance by exchange: whole shares alone, and no rate."""

    product_type: str | None = kis.code("prdt_type_cd")
    code: str | None = kis.code("ovrs_pdno")
    name: str | None = kis.text("ovrs_item_name")
    profit_loss: Decimal | None = kis.amount("frcr_evlu_pfls_amt")
    profit_rate: Decimal | None = kis.percent("evlu_pfls_rt")
    average_price: Decimal | None = kis.price("pchs_avg_pric")
    quantity: Decimal | None = kis.fractional_quantity("ovrs_cblc_qty")
    sellable_quantity: Decimal | None = kis.fractional_quantity("ord_psbl_qty")
    purchase_amount: Decimal | None = kis.amount("frcr_pchs_amt1")
    valuation: Decimal | None = kis.amount("ovrs_stck_evlu_amt")
    price: Decimal | None = kis.price("now_pric2")
    currency: str | None = kis.code("tr_crcy_cd")
    exchange: str | None = kis.code("ovrs_excg_cd")
    loan_type: str | None = kis.code("loan_type_cd")
    loan_date: date | None = kis.date("loan_dt")
    expiry_date: date | None = kis.date("expd_dt")


OverseasLot = TradeDateLot | SettlementDateLot


@record(kw_only=True)
class OverseasCash:
    """Cash in one currency, all 12 fields of `output2`."""

    currency: str | None = kis.code("crcy_cd")
    currency_name: str | None = kis.text("crcy_cd_name")
    bought: Decimal | None = kis.amount("frcr_buy_amt_smtl")
    sold: Decimal | None = kis.amount("frcr_sll_amt_smtl")
    deposit: Decimal | None = kis.amount("frcr_dncl_amt_2")
    first_posted_rate: Decimal | None = kis.exchange_rate("frst_bltn_exrt")
    buy_margin: Decimal | None = kis.amount("frcr_buy_mgn_amt")
    other_margin: Decimal | None = kis.amount("frcr_etc_mgna")
    withdrawable: Decimal | None = kis.amount("frcr_drwg_psbl_amt_1")
    # The same name is a valuation in `output1`; here it is won that may be withdrawn.
    withdrawable_won: Decimal | None = kis.amount("frcr_evlu_amt2")
    local_custody: str | None = kis.code("acpl_cstd_crcy_yn")
    withdrawable_d1: Decimal | None = kis.amount("nxdy_frcr_drwg_psbl_amt")


@record(kw_only=True)
class OverseasTotals:
    """The account abroad in won, all 21 fields of `output3`."""

    purchase_sum: int | None = kis.won("pchs_amt_smtl")
    valuation_sum: int | None = kis.won("evlu_amt_smtl")
    profit_loss_sum: int | None = kis.won("evlu_pfls_amt_smtl")
    deposit: int | None = kis.won("dncl_amt")
    cma_value: int | None = kis.won("cma_evlu_amt")
    total_deposit: int | None = kis.won("tot_dncl_amt")
    other_margin: int | None = kis.won("etc_mgna")
    withdrawable: int | None = kis.won("wdrw_psbl_tot_amt")
    foreign_currency_valuation: int | None = kis.won("frcr_evlu_tota")
    profit_rate: Decimal | None = kis.percent("evlu_erng_rt1")
    purchase_amount: int | None = kis.won("pchs_amt_smtl_amt")
    valuation: int | None = kis.won("evlu_amt_smtl_amt")
    profit_loss: Decimal | None = kis.amount("tot_evlu_pfls_amt")
    total_assets: int | None = kis.won("tot_asst_amt")
    buy_margin: int | None = kis.won("buy_mgn_amt")
    margin: int | None = kis.won("mgna_tota")
    usable_foreign_currency: Decimal | None = kis.amount("frcr_use_psbl_amt")
    unsettled_sales: int | None = kis.won("ustl_sll_amt_smtl")
    unsettled_purchases: int | None = kis.won("ustl_buy_amt_smtl")
    foreign_currency_balance: Decimal | None = kis.amount("tot_frcr_cblc_smtl")
    loans: int | None = kis.won("tot_loan_amt")
