"""inquire-balance: what it asks of a query, and what it answers for one book."""

from datetime import datetime

from kistui.simulator.clock import KST, Clock
from kistui.simulator.options import SimulatorOptions
from kistui.simulator.paging import PagedList, PagingOptions, encode_search_key
from kistui.simulator.portfolio import Portfolio
from kistui.simulator.prices import Instrument, price_at, price_tick_time
from kistui.simulator.request import Request
from kistui.simulator.responses import Response, invalid_param, success_response
from kistui.simulator.scenes import Scene
from kistui.simulator.valuation import Snapshot, build_snapshot

REQUIRED_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
    "FUND_STTL_ICLD_YN", "FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
CURSOR_PARAMS = ("CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
          "FUND_STTL_ICLD_YN")  # fmt: skip


class PricedPortfolio:
    """A book and its figures at any instant; the last ones are kept, for the pages that follow."""

    def __init__(self, portfolio: Portfolio, scene: Scene, options: SimulatorOptions) -> None:
        self.portfolio = portfolio
        self._scene = scene
        self._options = options
        self._last_snapshot: tuple[int, Snapshot] | None = None

    def snapshot_at(self, seconds: int) -> Snapshot:
        """The figures at an epoch second."""
        if self._last_snapshot is None or self._last_snapshot[0] != seconds:
            at = datetime.fromtimestamp(seconds, KST)
            seen = build_snapshot(
                self.portfolio,
                lambda item: self._price(item, seconds),
                at,
                is_paper=self._options.is_paper,
            )
            self._last_snapshot = seconds, seen
        return self._last_snapshot[1]

    def _price(self, item: Instrument, seconds: int) -> int:
        return 0 if self._scene.is_off_hours else price_at(item, self._options.seed, seconds)


class DomesticBalanceEndpoint:
    """One account's Korean holdings in one scene."""

    required_params = REQUIRED_PARAMS

    def __init__(
        self,
        portfolio: PricedPortfolio,
        paging_options: PagingOptions,
        options: SimulatorOptions,
        clock: Clock,
    ) -> None:
        self._portfolio = portfolio
        self._paging_options = paging_options
        self._options = options
        self._clock = clock
        self._codes = tuple(position.instrument.code for position in portfolio.portfolio.positions)

    def handle(self, request: Request) -> Response:
        """A page, or why the query is refused."""
        if request.query["INQR_DVSN"] != "01":
            return invalid_param("INQR_DVSN")
        pages = PagedList(
            self._paging_options, self._codes, encode_search_key(request, CURSOR_PARAMS)
        )
        place = pages.page_start(request, price_tick_time(self._clock()))
        whole = self._portfolio.snapshot_at(place.timestamp)
        return success_response(
            pages.message_code(place, is_paper=self._options.is_paper),
            {
                **pages.cursor_fields(place),
                "output1": whole.rows[pages.row_slice(place)],
                "output2": [whole.summary],
            },
            headers={"tr_cont": pages.tr_cont(place)},
        )
