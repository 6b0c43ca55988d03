"""The TRs of a 퇴직연금 account (product code 29, real only): two balances and the deposit."""

from decimal import Decimal

from kistui.simulator.instruments import is_etf_name, price_tick_time
from kistui.simulator.options import KST, PENSION
from kistui.simulator.paging import PagedList, completed_code, encode_search_key
from kistui.simulator.request import InvalidParamError, Request
from kistui.simulator.responses import Response, format_percent, success_response
from kistui.simulator.service import Service, service
from kistui.simulator.valuation import Snapshot

BALANCE_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "ACCA_DVSN_CD", "INQR_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
PRESENT_BALANCE_PARAMS = (
    "CANO",
    "ACNT_PRDT_CD",
    "USER_DVSN_CD",
    "CTX_AREA_FK100",
    "CTX_AREA_NK100",
)
DEPOSIT_PARAMS = ("CANO", "ACNT_PRDT_CD", "ACCA_DVSN_CD")
BALANCE_ROW_FIELDS = (
    "thdt_buyqty", "thdt_sll_qty", "hldg_qty", "ord_psbl_qty", "pchs_avg_pric", "pchs_amt",
    "prpr", "evlu_amt", "evlu_pfls_amt",
)  # fmt: skip
BALANCE_SUMMARY_FIELDS = (
    "dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt", "thdt_buy_amt", "thdt_sll_amt",
    "thdt_tlex_amt", "scts_evlu_amt", "tot_evlu_amt",
)  # fmt: skip

Row = dict[str, str]


@service(
    "/uapi/domestic-stock/v1/trading/pension/inquire-balance",
    "TTTC2208R",
    required_params=BALANCE_PARAMS,
    account_types=(PENSION,),
)
class PensionBalanceService(Service):
    """퇴직연금 잔고조회: `output2` is an object."""

    def handle(self, request: Request) -> Response:
        """Return a page; raises InvalidParamError."""
        for name in BALANCE_PARAMS[2:4]:
            if request.query[name] != "00":
                raise InvalidParamError(name)
        codes = self.context.portfolio.codes
        pages = PagedList(
            self.context.paging(100), codes, encode_search_key(request, BALANCE_PARAMS[:4])
        )
        page_start = pages.page_start(request, price_tick_time(self.context.clock()))
        snapshot = self.context.portfolio.snapshot_at(page_start.timestamp)
        return pages.response(
            page_start,
            {
                "output1": [
                    _balance_row(row) for row in snapshot.rows[pages.row_slice(page_start)]
                ],
                "output2": {name: snapshot.summary[name] for name in BALANCE_SUMMARY_FIELDS},
            },
            is_paper=False,
        )


@service(
    "/uapi/domestic-stock/v1/trading/pension/inquire-present-balance",
    "TTTC2202R",
    required_params=PRESENT_BALANCE_PARAMS,
    account_types=(PENSION,),
)
class PensionPresentBalanceService(Service):
    """퇴직연금 체결기준잔고: `output2` is an array."""

    def handle(self, request: Request) -> Response:
        """Return a page, or an error; PRCS_DVSN_CD 01 leaves out rows sold out."""
        if request.query["USER_DVSN_CD"] != "00":
            raise InvalidParamError("USER_DVSN_CD")
        process = request.query.get("PRCS_DVSN_CD", "") or "00"
        if process not in {"00", "01"}:
            raise InvalidParamError("PRCS_DVSN_CD")
        now = self.context.clock().astimezone(KST)
        positions = self.context.portfolio.portfolio_at(now).positions
        indexes = [
            index
            for index, position in enumerate(positions)
            if process == "00" or position.quantity
        ]
        codes = [positions[index].instrument.code for index in indexes]
        search_key = f"{encode_search_key(request, PRESENT_BALANCE_PARAMS[:3])}{process}^".replace(
            "^", "!^"
        )
        pages = PagedList(self.context.paging(100), codes, search_key)
        page_start = pages.page_start(request, price_tick_time(self.context.clock()))
        snapshot = self.context.portfolio.snapshot_at(page_start.timestamp)
        rows = [snapshot.rows[index] for index in indexes[pages.row_slice(page_start)]]
        return pages.response(
            page_start,
            {
                "output1": [_present_balance_row(row, snapshot) for row in rows],
                "output2": [_present_balance_summary(snapshot)],
            },
            is_paper=False,
        )


@service(
    "/uapi/domestic-stock/v1/trading/pension/inquire-deposit",
    "TTTC0506R",
    required_params=DEPOSIT_PARAMS,
    account_types=(PENSION,),
)
class PensionDepositService(Service):
    """퇴직연금 예수금조회: only an `output`."""

    def handle(self, request: Request) -> Response:
        """Return cash today and the settlements of the next two days."""
        if request.query["ACCA_DVSN_CD"] != "00":
            raise InvalidParamError("ACCA_DVSN_CD")
        summary = self.context.portfolio.snapshot_at(price_tick_time(self.context.clock())).summary
        d0, d1, d2 = (
            int(summary[name]) for name in ("dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt")
        )
        output = {
            "dnca_tota": str(d0),
            "nxdy_excc_amt": str(d1),
            "nxdy_sttl_amt": str(d1 - d0),
            "nx2_day_sttl_amt": str(d2 - d1),
        }
        return success_response(completed_code(is_paper=False), {"output": output})


def _balance_row(row: Row) -> Row:
    return {
        "cblc_dvsn_name": row["trad_dvsn_name"],
        "prdt_name": row["prdt_name"],
        "pdno": row["pdno"],
        "item_dvsn_name": "ETF" if is_etf_name(row["prdt_name"]) else "주식",
        **{name: row[name] for name in BALANCE_ROW_FIELDS},
        "evlu_erng_rt": format_percent(int(row["evlu_pfls_amt"]), int(row["pchs_amt"]), 8),
    }


def _present_balance_row(row: Row, snapshot: Snapshot) -> Row:
    return {
        "cblc_dvsn": "01",
        "cblc_dvsn_name": row["trad_dvsn_name"],
        "pdno": row["pdno"],
        "prdt_name": row["prdt_name"],
        "hldg_qty": row["hldg_qty"],
        "slpsb_qty": row["ord_psbl_qty"],
        "pchs_avg_pric": row["pchs_avg_pric"],
        "evlu_pfls_amt": row["evlu_pfls_amt"],
        "evlu_pfls_rt": row["evlu_pfls_rt"],
        "prpr": row["prpr"],
        "evlu_amt": row["evlu_amt"],
        "pchs_amt": row["pchs_amt"],
        "cblc_weit": format_percent(
            int(row["evlu_amt"]), int(snapshot.summary["scts_evlu_amt"]), 8
        ),
    }


def _present_balance_summary(snapshot: Snapshot) -> Row:
    summary = snapshot.summary
    profit = Decimal(summary["evlu_pfls_smtl_amt"])
    return {
        "pchs_amt_smtl_amt": summary["pchs_amt_smtl_amt"],
        "evlu_amt_smtl_amt": summary["evlu_amt_smtl_amt"],
        "evlu_pfls_smtl_amt": summary["evlu_pfls_smtl_amt"],
        "trad_pfls_smtl": "0",
        "thdt_tot_pfls_amt": summary["asst_icdc_amt"],
        "pftrt": format_percent(profit, Decimal(summary["pchs_amt_smtl_amt"]), 8),
    }
