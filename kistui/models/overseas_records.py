"""KIS's rows of overseas shares and cash; amounts in their own currency.

KIS documents: 해외주식 잔고[v1_해외주식-006], 해외주식 체결기준현재잔고[v1_해외주식-008]. The
fields of an inquire-balance row that hold the account number are left out.
"""

from msgspec import Struct

from kistui.models import kis_fields as kis


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
    """Cash in one currency, all 12 fields of `output2`."""

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
