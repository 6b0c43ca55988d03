"""Reading a balance page by page (연속조회): a pure loop over an injected `fetch`.

KIS marks a page with more to come by `tr_cont` F or M; all else ends it. The cursor goes back
exactly as it came, trailing blanks included: whether KIS takes a stripped one is not known.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from kistui.client import wire
from kistui.errors import DataChanged, PagingBroken
from kistui.model.account import AccountNumber
from kistui.model.balance import Balance, Lot, Summary, merge_lots
from kistui.model.progress import OnProgress, PageRead

LOTS = wire.Reader(Lot)
SUMMARIES = wire.Reader(Summary)

MORE = frozenset("FM")
PAGE_CAP = 200
"""More than any account has: 10,000 rows at 50 a page."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to read on; blank for the first page. It holds the account number: never shown."""

    condition: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    tr_cont: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer; `next` is blank on the last."""

    lots: tuple[Lot, ...]
    summary: Summary | None
    next: Cursor | None


Fetch = Callable[[Cursor], Awaitable[Page]]


def balance_params(account: AccountNumber, cursor: Cursor) -> dict[str, str]:
    """The query of one page.

    `INQR_DVSN` 01 gives a row for each loan date; 02, by item, has been withdrawn by KIS.
    """
    return {
        "CANO": account.number,
        "ACNT_PRDT_CD": account.product,
        "AFHR_FLPR_YN": "N",
        "OFL_YN": "",
        "INQR_DVSN": "01",
        "UNPR_DVSN": "01",
        "FUND_STTL_ICLD_YN": "N",
        "FNCG_AMT_AUTO_RDPT_YN": "N",
        "PRCS_DVSN": "00",
        "CTX_AREA_FK100": cursor.condition,
        "CTX_AREA_NK100": cursor.key,
    }


def read_page(tr_cont: str, body: dict[str, Any]) -> Page:
    """One page of inquire-balance; raises Malformed."""
    lots = tuple(LOTS.read(row) for row in wire.rows(body, "output1"))
    summaries = wire.rows(body, "output2")
    summary = SUMMARIES.read(summaries[0]) if summaries else None
    return Page(lots, summary, _next_cursor(tr_cont, body))


def _next_cursor(tr_cont: str, body: dict[str, Any]) -> Cursor | None:
    if tr_cont.strip() not in MORE:
        return None
    condition = wire.read_text("ctx_area_fk100", body.get("ctx_area_fk100", ""))
    key = wire.read_text("ctx_area_nk100", body.get("ctx_area_nk100", ""))
    return Cursor(condition, key, "N") if key.strip() else None


async def read_balance(fetch: Fetch, on_progress: OnProgress) -> Balance:
    """Every page, once more from the start if KIS says the data changed (SYDB0050)."""
    try:
        return await _read_all(fetch, on_progress)
    except DataChanged:
        return await _read_all(fetch, on_progress)


async def _read_all(fetch: Fetch, on_progress: OnProgress) -> Balance:
    lots: list[Lot] = []
    seen: set[Cursor] = set()
    cursor = Cursor()
    for number in range(1, PAGE_CAP + 1):
        page = await fetch(cursor)
        lots.extend(page.lots)
        summary, is_last = page.summary or Summary(), page.next is None
        on_progress(PageRead(number, tuple(lots), summary, is_last))
        if page.next is None:
            # The same summary comes with every page: the last is the newest, and there is one.
            return Balance(summary=summary, holdings=merge_lots(lots), pages=number)
        if page.next in seen or not page.lots:
            raise PagingBroken(page=number)
        seen.add(page.next)
        cursor = page.next
    raise PagingBroken(page=PAGE_CAP)
