"""매수가능조회 (inquire-psbl-order), 해외증거금 통화별조회, and 투자계좌자산현황조회.

What can be ordered for in won and in foreign currencies, and the assets by class, in rows without
names.
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from kistui.simulator.cash import foreign_cash_with_margin, orderable_won
from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, KST, SAVINGS
from kistui.simulator.overseas import CURRENCIES, exchange_rates
from kistui.simulator.paging import completed_code
from kistui.simulator.request import InvalidParamError, Request
from kistui.simulator.responses import Response, format_decimal, format_percent, success_response
from kistui.simulator.service import Service, service
from kistui.simulator.services.overseas_present_balance import overseas_totals, value_positions

BUYING_POWER_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "PDNO", "ORD_UNPR", "ORD_DVSN", "CMA_EVLU_AMT_ICLD_YN",
    "OVRS_ICLD_YN",
)  # fmt: skip
FLAGS = frozenset("YN")
OBSERVED_FOREIGN_AMOUNT = 157_998_704_172_856
"""What KIS was observed to send as the foreign currency in won."""
COUNTRIES = (
    ("미국", "USD"), ("독일", "USD"), ("홍콩", "HKD"), ("홍콩", "CNY"), ("중국", "CNY"),
    ("일본", "JPY"), ("베트남", "VND"),
)  # fmt: skip
"""A row for each country and currency; two currencies have two rows."""

ASSET_CLASS_PARAMS = ("CANO", "ACNT_PRDT_CD", "INQR_DVSN_1", "BSPR_BF_DT_APLY_YN")
CLASS_COUNT = 19
"""Classes before the total row: stocks first, deposits and subscription deposits last."""
STOCKS, IMA, OVERSEAS_STOCKS, FOREIGN_CURRENCY, DEPOSIT = 0, 2, 8, 16, 17
"""Positions of the classes that the accounts have, and of the one that older responses lack."""


@service(
    "/uapi/domestic-stock/v1/trading/inquire-psbl-order",
    "TTTC8908R",
    "VTTC8908R",
    required_params=BUYING_POWER_PARAMS,
    account_types=(GENERAL, ISA, SAVINGS),
)
class BuyingPowerService(Service):
    """매수가능조회 without an item: only amounts, no quantities."""

    def handle(self, request: Request) -> Response:
        """Return the amounts; raises InvalidParamError."""
        for name in ("CMA_EVLU_AMT_ICLD_YN", "OVRS_ICLD_YN"):
            if request.query[name] not in FLAGS:
                raise InvalidParamError(name)
        context = self.context
        instant = datetime.fromtimestamp(price_tick_time(context.clock()), KST)
        won = orderable_won(context, instant)
        includes_overseas = request.query["OVRS_ICLD_YN"] == "Y"
        is_paper = context.options.is_paper
        output = {
            "ord_psbl_cash": won.orderable - won.reusable,
            "ord_psbl_sbst": 0,
            "ruse_psbl_amt": won.reusable,
            "fund_rpch_chgs": 0,
            "psbl_qty_calc_unpr": 0,
            "nrcvb_buy_amt": won.orderable,
            "nrcvb_buy_qty": 0,
            "max_buy_amt": won.with_credit,
            "max_buy_qty": 0,
            "cma_evlu_amt": 0,
            "ovrs_re_use_amt_wcrc": 0,
            "ord_psbl_frcr_amt_wcrc": OBSERVED_FOREIGN_AMOUNT if includes_overseas else 0,
        }
        return success_response(
            completed_code(is_paper=is_paper),
            {"output": {name: str(amount) for name, amount in output.items()}},
        )


@service(
    "/uapi/overseas-stock/v1/trading/foreign-margin",
    "TTTC2101R",
    required_params=("CANO", "ACNT_PRDT_CD"),
    account_types=(GENERAL, ISA),
)
class CurrencyMarginService(Service):
    """해외증거금 통화별조회: the same deposit in every row of its currency."""

    def handle(self, request: Request) -> Response:
        """Return a row for each country and currency."""
        del request
        context = self.context
        day = context.clock().astimezone(KST).date()
        rates = exchange_rates(context.options.seed, day)
        rows = [
            self._row(country, code, rates[code])
            for country, code in COUNTRIES
            if code in context.overseas.cash_by_currency
        ]
        return success_response(completed_code(is_paper=False), {"output": rows})

    def _row(self, country: str, code: str, unit_rate: Decimal) -> dict[str, str]:
        context = self.context
        cash = foreign_cash_with_margin(context, code)
        instant = datetime.fromtimestamp(price_tick_time(context.clock()), KST)
        won_rate = unit_rate / CURRENCIES[code].unit
        # Integrated margin: won can be used for any currency, also a currency that is not held.
        converted = orderable_won(context, instant).orderable / won_rate
        return {
            "natn_name": country,
            "crcy_cd": code,
            "frcr_dncl_amt1": format_decimal(cash.deposit, 6),
            "ustl_buy_amt": format_decimal(cash.bought, 2),
            "ustl_sll_amt": format_decimal(cash.sold, 2),
            "frcr_rcvb_amt": format_decimal(Decimal(0), 2),
            "frcr_mgn_amt": format_decimal(cash.margin, 6),
            "frcr_gnrl_ord_psbl_amt": format_decimal(cash.orderable, 2),
            "frcr_ord_psbl_amt1": format_decimal(converted, 6),
            "itgr_ord_psbl_amt": format_decimal(cash.orderable + converted, 2),
            "bass_exrt": format_decimal(unit_rate, 8),
        }


class ClassAmount(NamedTuple):
    """One class: what was paid for it, what it is worth, and what was borrowed, in won."""

    purchase: int = 0
    valuation: int = 0
    loan: int = 0


@service(
    "/uapi/domestic-stock/v1/trading/inquire-account-balance",
    "CTRP6548R",
    required_params=ASSET_CLASS_PARAMS,
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
