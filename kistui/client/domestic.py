"""The domestic balance (주식잔고조회): its query, and its pages as one balance."""

from kistui.client import wire
from kistui.client.asking import Asking
from kistui.client.endpoints import DOMESTIC_BALANCE
from kistui.client.paging import Cursor, Fetch, Page, every_page, next_cursor
from kistui.client.reader import Reader
from kistui.model.balance import Balance, Lot, Summary, merge_lots
from kistui.model.progress import OnProgress, PageRead

LOTS = Reader(Lot)
SUMMARIES = Reader(Summary)

LotPage = Page[Lot, Summary]


def params(cursor: Cursor) -> dict[str, str]:
    """The query of one page, but for the account.

    `INQR_DVSN` 01 gives a row for each loan date; 02, by item, has been withdrawn by KIS.
    """
    return {
        "AFHR_FLPR_YN": "N",
        "OFL_YN": "",
        "INQR_DVSN": "01",
        "UNPR_DVSN": "01",
        "FUND_STTL_ICLD_YN": "N",
        "FNCG_AMT_AUTO_RDPT_YN": "N",
        "PRCS_DVSN": "00",
        **cursor.params(),
    }


def pages(asking: Asking) -> Fetch[Lot, Summary]:
    """Fetches the pages of an account's domestic balance."""

    async def fetch(cursor: Cursor) -> LotPage:
        answer = await asking.page(DOMESTIC_BALANCE, params(cursor), cursor)
        return read_page(answer.tr_cont, answer.body)

    return fetch


def read_page(tr_cont: str, body: wire.Json) -> LotPage:
    """One page of inquire-balance; raises Malformed, also for rows left out without a word."""
    lots = LOTS.read_all(wire.rows_told(body, "output1"))
    summaries = wire.rows(body, "output2")
    summary = SUMMARIES.read(summaries[0]) if summaries else None
    return Page(lots, summary, next_cursor(tr_cont, body))


async def read_balance(fetch: Fetch[Lot, Summary], on_progress: OnProgress) -> Balance:
    """Every page of it; each is told of as it comes."""

    def tell(number: int, lots: list[Lot], page: LotPage) -> None:
        is_last = page.next is None
        on_progress(PageRead(number, tuple(lots), page.summary or Summary(), is_last))

    whole = await every_page(fetch, tell)
    lots, summary, pages = whole
    return Balance(summary=summary or Summary(), holdings=merge_lots(lots), pages=pages)
