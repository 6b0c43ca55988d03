"""inquire-balance: what it asks of a query, and how it turns pages.

A cursor carries the instant of its first page, so that all pages tell of one moment and their
rows add up to the summary, however prices move between the calls.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from kistui.simulator.call import Call
from kistui.simulator.figures import Snapshot, snapshot
from kistui.simulator.korea import KST, Clock
from kistui.simulator.market import Item, price, standstill
from kistui.simulator.options import ACCOUNT, Options
from kistui.simulator.replies import Reply, json_reply, padded, refusal
from kistui.simulator.scenes import Scene

KEY_WIDTH = 100
CURSOR = re.compile(r"[^^]*\^([0-9]{6})\^([0-9]{1,12})\^[0-9a-f]{16} *")
FIELDS = (
    "CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
    "FUND_STTL_ICLD_YN", "FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
ECHOED = ("CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
          "FUND_STTL_ICLD_YN")  # fmt: skip

MESSAGES = {
    "KIOK0500": "조회가 계속됩니다..다음버튼을 Click 하십시오.",
    "KIOK0460": "조회 되었습니다. (마지막 자료)",
    "KIOK0510": "조회가 완료되었습니다",
    "KIOK0560": "조회할 내용이 없습니다",
    "20310000": "모의투자 조회가 완료되었습니다.",
    "70070000": "모의투자 조회할 내역(자료)이 없습니다.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after so many rows, at an epoch second."""

    offset: int
    seconds: int


class Ledger:
    """One account's balance in one scene."""

    def __init__(self, scene: Scene, options: Options, clock: Clock) -> None:
        self._scene = scene
        self._options = options
        self._clock = clock
        self._page_size = options.rows_per_page
        self._book = scene.book(options.seed, scene.rows(options.holdings, self._page_size))
        self._last: tuple[int, Snapshot] | None = None

    def answer(self, call: Call) -> Reply:
        """A page, or why the query is refused."""
        return _refused(call) or self._page(call)

    def _page(self, call: Call) -> Reply:
        condition = _condition(call)
        place = self._place(call, condition)
        whole = self._snapshot(place.seconds)
        end = place.offset + self._page_size
        cursor, letter = self._onward(Place(end, place.seconds))
        code = self._code(place, has_more=not cursor.isspace())
        return json_reply(
            {
                "ctx_area_fk100": condition,
                "ctx_area_nk100": cursor,
                "output1": whole.rows[place.offset : end],
                "output2": [whole.summary],
                "rt_cd": "0",
                "msg_cd": code,
                "msg1": padded(MESSAGES[code]),
            },
            headers={"tr_cont": letter},
        )

    def _place(self, call: Call, condition: str) -> Place:
        """Where to read on; the first page for any key that was not handed out exactly so."""
        first = Place(0, standstill(self._clock()))
        if not call.is_continuation or self._scene.loops:
            return first
        key = call.query["CTX_AREA_NK100"]
        found = CURSOR.fullmatch(key)
        if found is None or call.query["CTX_AREA_FK100"] != condition:
            return first
        place = Place(int(found[1]), int(found[2]))
        is_known = 0 < place.offset < len(self._book.positions)
        return place if is_known and key == self._cursor(place) else first

    def _onward(self, following: Place) -> tuple[str, str]:
        """The cursor to the next page, blank when there is none, and the `tr_cont` that says so."""
        more, last = self._scene.letters
        if self._scene.loops and self._book.positions:
            return self._cursor(Place(1, 0)), more
        if following.offset >= len(self._book.positions):
            return " " * KEY_WIDTH, last
        return self._cursor(following), more

    def _cursor(self, place: Place) -> str:
        code = self._book.positions[place.offset - 1].item.code
        plain = f"{code}^{place.offset:06d}^{place.seconds}^"
        seal = sha256(f"{self._options.seed}/{plain}".encode()).hexdigest()[:16]
        return f"{plain}{seal}".ljust(KEY_WIDTH)

    def _code(self, place: Place, *, has_more: bool) -> str:
        if self._options.is_paper:
            return "20310000" if self._book.positions else "70070000"
        if not self._book.positions:
            return "KIOK0560"
        if has_more:
            return "KIOK0500"
        return "KIOK0460" if place.offset else "KIOK0510"

    def _snapshot(self, seconds: int) -> Snapshot:
        """The figures at an instant; the last ones are kept, for the pages that follow."""
        if self._last is None or self._last[0] != seconds:
            at = datetime.fromtimestamp(seconds, KST)
            seen = snapshot(
                self._book,
                lambda item: self._price(item, seconds),
                at,
                is_paper=self._options.is_paper,
            )
            self._last = seconds, seen
        return self._last[1]

    def _price(self, item: Item, seconds: int) -> int:
        return 0 if self._scene.off_hours else price(item, self._options.seed, seconds)


def _refused(call: Call) -> Reply | None:
    missing = next((name for name in FIELDS if name not in call.query), None)
    if missing:
        return refusal("OPSQ2001", f"ERROR : INPUT FIELD NOT FOUND / {missing}")
    if f"{call.query['CANO']}-{call.query['ACNT_PRDT_CD']}" != ACCOUNT:
        return refusal("OPSQ2000")
    if call.query["INQR_DVSN"] != "01":
        return refusal("OPSQ2001", "ERROR : INPUT INVALID_CHECK_INQR_DVSN")
    return None


def _condition(call: Call) -> str:
    """The query echoed, a blank as N."""
    return "".join(f"{call.query[name] or 'N'}^" for name in ECHOED).ljust(KEY_WIDTH)
