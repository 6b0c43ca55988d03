"""An account's assets by class, as KIS adds them up (투자계좌자산현황조회).

KIS sends rows without names: only their position tells what they are, and it depends on how many
rows there are. Rows of an unknown number of classes keep their position instead of a name.
"""

from collections.abc import Mapping, Sequence
from enum import Enum

from msgspec import Struct

from kistui.models import kis_fields as kis


class AssetCategory(Enum):
    """A class of assets; the value is what exports show."""

    STOCKS = "stocks"
    FUNDS = "funds"
    IMA = "ima"
    BONDS = "bonds"
    ELS_DLS = "els_dls"
    WRAP = "wrap"
    TRUST = "trust"
    RP = "rp"
    FOREIGN_RP = "foreign_rp"
    OVERSEAS_STOCKS = "overseas_stocks"
    OVERSEAS_BONDS = "overseas_bonds"
    GOLD = "gold"
    CD_CP = "cd_cp"
    SHORT_TERM_BONDS = "short_term_bonds"
    OTHER_FIRMS = "other_firms"
    FOREIGN_SHORT_TERM_BONDS = "foreign_short_term_bonds"
    FOREIGN_ELS_DLS = "foreign_els_dls"
    FOREIGN_CURRENCY = "foreign_currency"
    DEPOSIT = "deposit"
    DEPOSIT_AND_CMA = "deposit_and_cma"
    SUBSCRIPTION_DEPOSIT = "subscription_deposit"


_GENERAL_CATEGORIES = (
    AssetCategory.STOCKS, AssetCategory.FUNDS, AssetCategory.IMA, AssetCategory.BONDS,
    AssetCategory.ELS_DLS, AssetCategory.WRAP, AssetCategory.TRUST, AssetCategory.RP,
    AssetCategory.OVERSEAS_STOCKS, AssetCategory.OVERSEAS_BONDS, AssetCategory.GOLD,
    AssetCategory.CD_CP, AssetCategory.SHORT_TERM_BONDS, AssetCategory.OTHER_FIRMS,
    AssetCategory.FOREIGN_SHORT_TERM_BONDS, AssetCategory.FOREIGN_ELS_DLS,
    AssetCategory.FOREIGN_CURRENCY, AssetCategory.DEPOSIT, AssetCategory.SUBSCRIPTION_DEPOSIT,
)  # fmt: skip
_FUND_ACCOUNT_CATEGORIES = (
    AssetCategory.FUNDS, AssetCategory.IMA, AssetCategory.BONDS, AssetCategory.ELS_DLS,
    AssetCategory.WRAP, AssetCategory.TRUST, AssetCategory.RP, AssetCategory.FOREIGN_RP,
    AssetCategory.OVERSEAS_BONDS, AssetCategory.CD_CP, AssetCategory.SHORT_TERM_BONDS,
    AssetCategory.FOREIGN_SHORT_TERM_BONDS, AssetCategory.FOREIGN_ELS_DLS,
    AssetCategory.FOREIGN_CURRENCY, AssetCategory.DEPOSIT_AND_CMA,
    AssetCategory.SUBSCRIPTION_DEPOSIT,
)  # fmt: skip
CATEGORIES_BY_ROW_COUNT: Mapping[int, tuple[AssetCategory, ...]] = {
    20: _GENERAL_CATEGORIES,
    # As KIS sent it before there were IMA.
    19: tuple(category for category in _GENERAL_CATEGORIES if category is not AssetCategory.IMA),
    17: _FUND_ACCOUNT_CATEGORIES,
}
"""The classes of the rows in KIS's order, by the number of rows; the last row is the total."""


class AssetRow(Struct, frozen=True, kw_only=True):
    """One unnamed row of `output1`."""

    purchase_amount: kis.Won = kis.key("pchs_amt")
    valuation: kis.Won = kis.key("evlu_amt")
    profit_loss: kis.Won = kis.key("evlu_pfls_amt")
    loan: kis.Won = kis.key("crdt_lnd_amt")
    net_assets: kis.Won = kis.key("real_nass_amt")
    share: kis.Percent = kis.key("whol_weit_rt")


class AssetTotals(Struct, frozen=True, kw_only=True):
    """The account's totals, all 25 fields of `output2`."""

    purchase_amount: kis.Won = kis.key("pchs_amt_smtl")
    net_assets: kis.Won = kis.key("nass_tot_amt")
    """Has been seen without the cash, so it is not the account's worth."""
    loans: kis.Won = kis.key("loan_amt_smtl")
    profit_loss: kis.Won = kis.key("evlu_pfls_amt_smtl")
    valuation: kis.Won = kis.key("evlu_amt_smtl")
    total_assets: kis.Won = kis.key("tot_asst_amt")
    all_loans: kis.Won = kis.key("tot_lnda_tot_ulst_lnda")
    cma_loan: kis.Won = kis.key("cma_auto_loan_amt")
    secured_loans: kis.Won = kis.key("tot_mgln_amt")
    stock_loan_value: kis.Won = kis.key("stln_evlu_amt")
    margin_loans: kis.Won = kis.key("crdt_fncg_amt")
    ocl_apl_loan: kis.Won = kis.key("ocl_apl_loan_amt")
    pledged: kis.Won = kis.key("pldg_stup_amt")
    foreign_currency: kis.Won = kis.key("frcr_evlu_tota")
    total_deposit: kis.Won = kis.key("tot_dncl_amt")
    cma_value: kis.Won = kis.key("cma_evlu_amt")
    deposit: kis.Won = kis.key("dncl_amt")
    substitute: kis.Won = kis.key("tot_sbst_amt")
    receivable_today: kis.Won = kis.key("thdt_rcvb_amt")
    overseas_stocks: kis.Amount = kis.key("ovrs_stck_evlu_amt1")
    overseas_bonds: kis.Amount = kis.key("ovrs_bond_evlu_amt")
    mmf_cma_loan: kis.Won = kis.key("mmf_cma_mgge_loan_amt")
    subscription_deposit: kis.Won = kis.key("sbsc_dncl_amt")
    subscription_loan: kis.Won = kis.key("pbst_sbsc_fnds_loan_use_amt")
    corporate_loans: kis.Won = kis.key("etpr_crdt_grnt_loan_amt")


class AssetLine(Struct, frozen=True):
    """A row with its meaning: a class, or its position from 1 where that is unknown."""

    category: AssetCategory | int
    row: AssetRow


class AssetClasses(Struct, frozen=True, kw_only=True):
    """The classes in KIS's order, without the total row, which is separate."""

    lines: tuple[AssetLine, ...]
    total: AssetRow = AssetRow()
    totals: AssetTotals = AssetTotals()
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted; those values are `None`."""

    @property
    def rows(self) -> tuple[AssetRow, ...]:
        """The rows of the lines."""
        return tuple(line.row for line in self.lines)

    @property
    def is_priced(self) -> bool:
        """Whether no class is worth nothing although it was paid for, as before the open."""
        return not any(row.valuation == 0 and row.purchase_amount for row in self.rows)

    @property
    def total_assets(self) -> int | None:
        """Total assets in won: of the total row, otherwise of the totals."""
        if self.total.valuation is not None:
            return self.total.valuation
        return self.totals.total_assets


def name_rows(rows: Sequence[AssetRow]) -> tuple[tuple[AssetLine, ...], AssetRow]:
    """Return the rows with their classes, and the last row, which is the total."""
    if not rows:
        return (), AssetRow()
    *lines, total = rows
    categories = CATEGORIES_BY_ROW_COUNT.get(len(rows), range(1, len(rows)))
    return tuple(map(AssetLine, categories, lines)), total
