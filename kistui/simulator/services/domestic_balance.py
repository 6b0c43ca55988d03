"""주식잔고조회 (inquire-balance), the domestic balance."""

from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, SAVINGS
from kistui.simulator.paging import PagedList, encode_search_key
from kistui.simulator.price_history import INTEGRATED, NXT, REGULAR
from kistui.simulator.request import InvalidParamError, Request
from kistui.simulator.responses import Response
from kistui.simulator.service import Service, service

REQUIRED_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
    "FUND_STTL_ICLD_YN", "FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
CURSOR_PARAMS = ("CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
          "FUND_STTL_ICLD_YN")  # fmt: skip


@service(
    "/uapi/domestic-stock/v1/trading/inquire-balance",
    "TTTC8434R",
    "VTTC8434R",
    required_params=REQUIRED_PARAMS,
    account_types=(GENERAL, ISA, SAVINGS),
)
class DomesticBalanceService(Service):
    """주식잔고조회."""

    def handle(self, request: Request) -> Response:
        """Return a page; raises InvalidParamError."""
        if request.query["INQR_DVSN"] != "01":
            raise InvalidParamError("INQR_DVSN")
        price_set = request.query["AFHR_FLPR_YN"]
        if price_set not in {REGULAR, NXT, INTEGRATED}:
            raise InvalidParamError("AFHR_FLPR_YN")
        context = self.context
        pages = PagedList(
            context.paging(100),
            context.portfolio.codes,
            encode_search_key(request, CURSOR_PARAMS),
        )
        page_start = pages.page_start(request, price_tick_time(context.clock()))
        snapshot = context.portfolio.snapshot_at(page_start.timestamp, price_set)
        return pages.response(
            page_start,
            {"output1": snapshot.rows[pages.row_slice(page_start)], "output2": [snapshot.summary]},
            is_paper=context.options.is_paper,
        )
