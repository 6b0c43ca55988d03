"""inquire-balance: what it asks of a query, and what it answers for one book."""

from datetime import datetime

from kistui.simulator.book import Book
from kistui.simulator.call import Call
from kistui.simulator.figures import Snapshot, snapshot
from kistui.simulator.korea import KST, Clock
from kistui.simulator.market import Item, price, standstill
from kistui.simulator.options import Options
from kistui.simulator.paging import Pages, Paging, echo
from kistui.simulator.replies import Reply, invalid, success
from kistui.simulator.scenes import Scene

FIELDS = (
    "CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
    "FUND_STTL_ICLD_YN", "FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
ECHOED = ("CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
          "FUND_STTL_ICLD_YN")  # fmt: skip


class Watched:
    """A book and its figures at any instant; the last ones are kept, for the pages that follow."""

    def __init__(self, book: Book, scene: Scene, options: Options) -> None:
        self.book = book
        self._scene = scene
        self._options = options
        self._last: tuple[int, Snapshot] | None = None

    def at(self, seconds: int) -> Snapshot:
        """The figures at an epoch second."""
        if self._last is None or self._last[0] != seconds:
            at = datetime.fromtimestamp(seconds, KST)
            seen = snapshot(
                self.book,
                lambda item: self._price(item, seconds),
                at,
                is_paper=self._options.is_paper,
            )
            self._last = seconds, seen
        return self._last[1]

    def _price(self, item: Item, seconds: int) -> int:
        return 0 if self._scene.off_hours else price(item, self._options.seed, seconds)


class DomesticBalance:
    """One account's Korean holdings in one scene."""

    fields = FIELDS

    def __init__(self, watched: Watched, paging: Paging, options: Options, clock: Clock) -> None:
        self._watched = watched
        self._paging = paging
        self._options = options
        self._clock = clock
        self._codes = tuple(position.item.code for position in watched.book.positions)

    def answer(self, call: Call) -> Reply:
        """A page, or why the query is refused."""
        if call.query["INQR_DVSN"] != "01":
            return invalid("INQR_DVSN")
        pages = Pages(self._paging, self._codes, echo(call, ECHOED))
        place = pages.place(call, standstill(self._clock()))
        whole = self._watched.at(place.seconds)
        return success(
            pages.code(place, is_paper=self._options.is_paper),
            {
                **pages.keys(place),
                "output1": whole.rows[pages.rows(place)],
                "output2": [whole.summary],
            },
            headers={"tr_cont": pages.letter(place)},
        )
