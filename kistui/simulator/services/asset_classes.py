"""투자계좌자산현황조회 (inquire-account-balance): the assets by class, in rows without names."""

from decimal import Decimal
from typing import NamedTuple

from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA
from kistui.simulator.request import Request
from kistui.simulator.responses import Response, success_response
from kistui.simulator.service import Service, service
from kistui.simulator.services.overseas_present_balance import overseas_totals, value_positions
from kistui.simulator.valuation import format_decimal, format_percent

REQUIRED_PARAMS = ("CANO", "ACNT_PRDT_CD", "INQR_DVSN_1", "BSPR_BF_DT_APLY_YN")
CLASS_COUNT = 19
"""Classes before the total row: stocks first, deposits and subscription deposits last."""
STOCKS, IMA, OVERSEAS_STOCKS, FOREIGN_CURRENCY, DEPOSIT = 0, 2, 8, 16, 17
"""Positions of the classes that the accounts have, and of the one that older responses lack."""


class ClassAmount(NamedTuple):
    """One class: what was paid for it, what it is worth, and what was borrowed, in won."""

    purchase: int = 0
    valuation: int = 0
    loan: int = 0


@service(
    "/uapi/domestic-stock/v1/trading/inquire-account-balance",
    "CTRP6548R",
    required_params=REQUIRED_PARAMS,
    account_types=(GENERAL, ISA),
)
class AssetClassService(Service):
    """투자계좌자산현황조회: the same money as in the domestic and the overseas balance."""

    def handle(self, request: Request) -> Response:
        """Return a row for each class, the total row, and the totals."""
        del request
        context = self.context
        seconds = price_tick_time(context.clock())
        summary = {
            name: int(value)
            for name, value in context.portfolio.snapshot_at(seconds).summary.items()
            if value.lstrip("-").isdecimal()
        }
        deposit = summary["prvs_rcdl_excc_amt"]
        totals = overseas_totals(context, value_positions(context, seconds), seconds)
        foreign = int(totals["frcr_evlu_tota"])
        amounts = [ClassAmount() for _ in range(CLASS_COUNT)]
        amounts[STOCKS] = ClassAmount(
            summary["pchs_amt_smtl_amt"], summary["scts_evlu_amt"], summary["tot_loan_amt"]
        )
        amounts[OVERSEAS_STOCKS] = ClassAmount(
            int(totals["pchs_amt_smtl"]), int(totals["evlu_amt_smtl"])
        )
        amounts[FOREIGN_CURRENCY] = ClassAmount(foreign, foreign)
        amounts[DEPOSIT] = ClassAmount(deposit, deposit)
        if context.has_older_classes:
            del amounts[IMA]
        total = ClassAmount(*(sum(column) for column in zip(*amounts, strict=True)))
        rows = [_row(amount, total.valuation) for amount in (*amounts, total)]
        securities = summary["scts_evlu_amt"] + int(totals["evlu_amt_smtl"])
        purchase = summary["pchs_amt_smtl_amt"] + int(totals["pchs_amt_smtl"])
        return success_response(
            "KIOK0530",
            {
                "output1": rows,
                "output2": _totals(
                    purchase=purchase,
                    securities=securities,
                    loans=total.loan,
                    foreign=foreign,
                    deposit=deposit,
                    overseas=int(totals["evlu_amt_smtl"]),
                ),
            },
        )


def _row(amount: ClassAmount, total: int) -> dict[str, str]:
    share = Decimal(format_percent(amount.valuation, total, 2))
    return {
        "pchs_amt": str(amount.purchase),
        "evlu_amt": str(amount.valuation),
        "evlu_pfls_amt": str(amount.valuation - amount.purchase),
        "crdt_lnd_amt": str(amount.loan),
        "real_nass_amt": str(amount.valuation - amount.loan),
        "whol_weit_rt": format_decimal(share, 8),
    }


def _totals(
    *, purchase: int, securities: int, loans: int, foreign: int, deposit: int, overseas: int
) -> dict[str, str]:
    """Return the totals; KIS's net assets are those of the securities only."""
    zeros = (
        "cma_auto_loan_amt", "tot_mgln_amt", "stln_evlu_amt", "ocl_apl_loan_amt", "pldg_stup_amt",
        "cma_evlu_amt", "tot_sbst_amt", "thdt_rcvb_amt", "mmf_cma_mgge_loan_amt", "sbsc_dncl_amt",
        "pbst_sbsc_fnds_loan_use_amt", "etpr_crdt_grnt_loan_amt",
    )  # fmt: skip
    return {
        "pchs_amt_smtl": str(purchase),
        "nass_tot_amt": str(securities),
        "loan_amt_smtl": str(loans),
        "evlu_pfls_amt_smtl": str(securities - purchase),
        "evlu_amt_smtl": str(securities),
        "tot_asst_amt": str(securities + foreign + deposit),
        "tot_lnda_tot_ulst_lnda": str(loans),
        "crdt_fncg_amt": str(loans),
        "frcr_evlu_tota": str(foreign),
        "tot_dncl_amt": str(deposit),
        "dncl_amt": str(deposit),
        "ovrs_stck_evlu_amt1": format_decimal(Decimal(overseas), 6),
        "ovrs_bond_evlu_amt": format_decimal(Decimal(0), 6),
        **dict.fromkeys(zeros, "0"),
    }
