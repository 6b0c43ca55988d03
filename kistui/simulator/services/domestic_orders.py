"""주식일별주문체결조회 and 퇴직연금 미체결내역: a row for each order."""

from collections.abc import Sequence
from datetime import timedelta

from kistui.simulator.domestic_ledger import BRANCH, Execution
from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, KST, PENSION, SAVINGS
from kistui.simulator.paging import PagedList, encode_search_key
from kistui.simulator.portfolios import trading_costs
from kistui.simulator.request import Request, parse_days
from kistui.simulator.responses import Response, error_response, format_ratio, success_response
from kistui.simulator.service import Service, service
from kistui.simulator.trade_times import BUY, SELL

REQUIRED_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "INQR_STRT_DT", "INQR_END_DT", "SLL_BUY_DVSN_CD", "PDNO",
    "ORD_GNO_BRNO", "ODNO", "CCLD_DVSN", "INQR_DVSN", "INQR_DVSN_1", "INQR_DVSN_3",
    "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
CURSOR_PARAMS = ("CANO", "ACNT_PRDT_CD", "INQR_STRT_DT", "INQR_END_DT")
PENSION_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "USER_DVSN_CD", "SLL_BUY_DVSN_CD", "CCLD_NCCS_DVSN", "INQR_DVSN_3",
    "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
PAGE_SIZES = {"real": 100, "paper": 15}
RECENT_DAYS = 90
OLDER_TR_IDS = ("CTSC9215R", "VTSC9215R")
PHONE_NUMBER, IP_ADDRESS, EMPLOYEE = "01055501234", "192.0.2.55", "KTUI77"
"""Made-up personal data; KIS sends such data with every order."""

LIMIT, MARKET = "limit", "market"
KOREAN_NAMES = {LIMIT: "지정가", MARKET: "시장가", BUY: "현금매수", SELL: "현금매도"}
ENGLISH_NAMES = {LIMIT: "Limit", MARKET: "Market", BUY: "BUY", SELL: "SELL"}
"""Some accounts have English names."""


@service(
    "/uapi/domestic-stock/v1/trading/inquire-daily-ccld",
    "TTTC0081R",
    "VTTC0081R",
    older_tr_ids=OLDER_TR_IDS,
    required_params=REQUIRED_PARAMS,
    account_types=(GENERAL, ISA, SAVINGS, PENSION),
)
class DomesticOrderService(Service):
    """주식일별주문체결조회: the recent or the older orders, by TR id."""

    def handle(self, request: Request) -> Response:
        """Return a page; paper lists no orders. Raises InvalidParamError."""
        first, last = parse_days(request, "INQR_STRT_DT", "INQR_END_DT")
        is_older = request.headers["tr_id"] in OLDER_TR_IDS
        context = self.context
        if context.account.account_type == PENSION and not is_older:
            return error_response("APBK1744")
        now = context.clock().astimezone(KST)
        border = now.date() - timedelta(RECENT_DAYS)
        if is_older:
            last = min(last, border - timedelta(1))
        else:
            first = max(first, border)
        orders = [
            order
            for order in context.domestic_ledger(now).orders
            if first <= order.day <= last and _matches(request, order)
        ]
        if request.query["INQR_DVSN"] == "00":
            orders.reverse()
        is_paper = context.options.is_paper
        rows = [] if is_paper else orders
        pages = PagedList(
            context.paging(100, PAGE_SIZES[context.options.environment]),
            [f"{order.number:010d}" for order in rows],
            encode_search_key(request, CURSOR_PARAMS),
        )
        page_start = pages.page_start(request, price_tick_time(now))
        page = rows[pages.row_slice(page_start)]
        return pages.response(
            page_start,
            {"output1": [_row(order, self._names) for order in page], "output2": _totals(orders)},
            is_paper=is_paper,
        )

    @property
    def _names(self) -> dict[str, str]:
        return ENGLISH_NAMES if self.context.account.account_type == ISA else KOREAN_NAMES


@service(
    "/uapi/domestic-stock/v1/trading/pension/inquire-daily-ccld",
    "TTTC2210R",
    required_params=PENSION_PARAMS,
    account_types=(PENSION,),
)
class PensionOrderService(Service):
    """퇴직연금 미체결내역: today's orders without dates; the keys are never blank."""

    def handle(self, request: Request) -> Response:
        """Return all orders of today on one page."""
        now = self.context.clock().astimezone(KST)
        orders = [
            order for order in self.context.domestic_ledger(now).orders if order.day == now.date()
        ]
        fields = (
            "ord_gno_brno", "sll_buy_dvsn_cd", "odno", "pdno", "prdt_name", "ord_unpr", "ord_qty",
            "tot_ccld_qty", "ord_dvsn_cd", "ord_dvsn_name", "orgn_odno", "ord_tmd",
        )  # fmt: skip
        rows = []
        for order in reversed(orders):
            row = _row(order, KOREAN_NAMES)
            rows.append(
                {name: row[name] for name in fields}
                | {
                    "nccs_qty": row["rmn_qty"],
                    "pchs_avg_pric": format_ratio(order.amount, order.filled, 4),
                    "excg_id_dvsn_cd": order.exchange,
                    "trad_dvsn_name": "현금",
                }
            )
        return success_response(
            "KIOK0510" if rows else "KIOK0490",
            {
                "ctx_area_fk100": " " * 100,
                "ctx_area_nk100": "^^".ljust(100),
                "output": rows,
            },
            headers={"tr_cont": "D" if rows else "M"},
        )


def _matches(request: Request, order: Execution) -> bool:
    query = request.query
    exchange = query.get("EXCG_ID_DVSN_CD", "ALL")
    return (
        query["SLL_BUY_DVSN_CD"] in ("00", order.side)
        and query["PDNO"] in ("", order.item.code)
        and exchange in ("ALL", order.exchange)
        and query["CCLD_DVSN"] in ("00", "01" if order.filled else "02")
    )


def _row(order: Execution, names: dict[str, str]) -> dict[str, str]:
    is_cancelled = order.cancelled == order.quantity
    return {
        "ord_dt": f"{order.day:%Y%m%d}",
        "ord_gno_brno": BRANCH,
        "odno": f"{order.number:010d}",
        "orgn_odno": f"{order.original:010d}" if order.original else "",
        "ord_dvsn_name": names[LIMIT if order.price else MARKET],
        "sll_buy_dvsn_cd": order.side,
        "sll_buy_dvsn_cd_name": names[order.side],
        "pdno": order.item.code,
        "prdt_name": order.item.name,
        "ord_qty": str(order.quantity),
        "ord_unpr": str(order.price),
        "ord_tmd": order.time,
        "tot_ccld_qty": str(order.filled),
        "avg_prvs": str(order.average),
        "cncl_yn": "Y" if is_cancelled else "N",
        "tot_ccld_amt": str(order.amount),
        "loan_dt": "",
        "ordr_empno": EMPLOYEE,
        "ord_dvsn_cd": "00" if order.price else "01",
        "cncl_cfrm_qty": str(order.cancelled),
        "rmn_qty": str(order.remaining),
        "rjct_qty": str(order.quantity) if order.is_rejected else "0",
        "ccld_cndt_name": "없음",
        "inqr_ip_addr": IP_ADDRESS,
        "cpbc_ordp_ord_rcit_dvsn_cd": "",
        "cpbc_ordp_infm_mthd_dvsn_cd": "",
        "infm_tmd": order.time if order.filled else "",
        "ctac_tlno": PHONE_NUMBER,
        "prdt_type_cd": "300",
        "excg_dvsn_cd": "02",
        "cpbc_ordp_mtrl_dvsn_cd": "",
        "ord_orgno": BRANCH,
        "rsvn_ord_end_dt": "",
        "excg_id_dvsn_Cd": order.exchange,
        "stpm_cndt_pric": "0",
        "stpm_efct_occr_dtmd": "",
    }


def _totals(orders: Sequence[Execution]) -> dict[str, str]:
    filled = sum(order.filled for order in orders)
    bought = sum(order.amount for order in orders if order.side == BUY)
    sold = sum(order.amount for order in orders if order.side == SELL)
    return {
        "tot_ord_qty": str(sum(order.quantity for order in orders)),
        "tot_ccld_qty": str(filled),
        "tot_ccld_amt": str(bought + sold),
        "prsm_tlex_smtl": str(trading_costs(bought, sold)),
        "pchs_avg_pric": format_ratio(bought + sold, filled, 4),
    }
