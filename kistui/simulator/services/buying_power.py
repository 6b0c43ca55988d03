"""매수가능조회 (inquire-psbl-order) and 해외증거금 통화별조회: what can be ordered for."""

from datetime import datetime
from decimal import Decimal

from kistui.simulator.cash import foreign_cash_with_margin, orderable_won
from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, KST, SAVINGS
from kistui.simulator.overseas import CURRENCIES, exchange_rates
from kistui.simulator.paging import completed_code
from kistui.simulator.request import Request
from kistui.simulator.responses import Response, invalid_param, success_response
from kistui.simulator.service import Service, service
from kistui.simulator.valuation import format_decimal

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
        """Return the amounts, or the error for an invalid parameter."""
        for name in ("CMA_EVLU_AMT_ICLD_YN", "OVRS_ICLD_YN"):
            if request.query[name] not in FLAGS:
                return invalid_param(name)
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
        # Integrated margin: won can be used for any currency, also one that is not held.
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
