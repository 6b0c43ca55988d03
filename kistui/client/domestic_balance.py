"""The domestic balance (주식잔고조회): its query, and its pages as one balance."""

from kistui.client import response_parsing
from kistui.client.account_request import AccountRequest
from kistui.client.endpoints import DOMESTIC_BALANCE
from kistui.client.pagination import Cursor, FetchPage, Page, fetch_all_pages, next_cursor
from kistui.client.row_parser import RowParser
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.progress import OnProgress, PageLoaded

LOT_PARSER = RowParser(Lot)
SUMMARY_PARSER = RowParser(BalanceSummary)

LotPage = Page[Lot, BalanceSummary]


def query_params(cursor: Cursor) -> dict[str, str]:
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


def page_fetcher(asking: AccountRequest) -> FetchPage[Lot, BalanceSummary]:
    """Fetches the pages of an account's domestic balance."""

    async def fetch(cursor: Cursor, page: int) -> LotPage:
        answer = await asking.fetch_page(DOMESTIC_BALANCE, query_params(cursor), cursor, page)
        return parse_page(answer.tr_cont, answer.body)

    return fetch


def parse_page(tr_cont: str, body: response_parsing.JsonObject) -> LotPage:
    """One page of inquire-balance; raises Malformed, also for rows left out without a word."""
    lots = LOT_PARSER.parse_all(response_parsing.parse_required_rows(body, "output1"))
    summaries = response_parsing.parse_rows(body, "output2")
    summary = SUMMARY_PARSER.parse(summaries[0]) if summaries else None
    return Page(lots, summary, next_cursor(tr_cont, body))


async def fetch_balance(
    fetch_page: FetchPage[Lot, BalanceSummary], on_progress: OnProgress
) -> Balance:
    """Every page of it; each is told of as it comes."""

    def tell(number: int, lots: list[Lot], page: LotPage) -> None:
        is_last = page.next_cursor is None
        on_progress(PageLoaded(number, tuple(lots), page.summary or BalanceSummary(), is_last))

    whole = await fetch_all_pages(fetch_page, tell)
    lots, summary, pages = whole
    return Balance(summary=summary or BalanceSummary(), holdings=merge_lots(lots), page_count=pages)
