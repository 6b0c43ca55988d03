"""The domestic balance (주식잔고조회) and that of a retirement pension (퇴직연금 잔고조회).

A pension's rows and summary have some of the keys of a domestic balance; the values KIS leaves
out are `None`.
"""

from kistui.client.endpoints import DOMESTIC_BALANCE, PENSION_BALANCE
from kistui.client.pagination import (
    AccountRequest,
    Cursor,
    FetchPage,
    ListPage,
    fetch_all_pages,
    may_be_partial,
    next_cursor,
)
from kistui.client.response_parsing import JsonObject, RowParser, parse_required_rows, parse_rows
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.calls import OnProgress, PageLoaded
from kistui.models.market_hours import AfterHoursPrice

LOT_PARSER = RowParser(Lot)
SUMMARY_PARSER = RowParser(BalanceSummary)

LotPage = ListPage[Lot, BalanceSummary]


PRICE_CODES = {
    AfterHoursPrice.CLOSE: "N",
    AfterHoursPrice.INTEGRATED: "Y",
    AfterHoursPrice.NXT: "X",
}
"""`AFHR_FLPR_YN` as of KIS's notice of 2026-09-09."""


def query_params(cursor: Cursor, price: AfterHoursPrice) -> dict[str, str]:
    """Return the query of a page, without the account.

    `INQR_DVSN` 01 gives a row per loan date; KIS has withdrawn 02, a row per item.
    """
    return {
        "AFHR_FLPR_YN": PRICE_CODES[price],
        "OFL_YN": "",
        "INQR_DVSN": "01",
        "UNPR_DVSN": "01",
        "FUND_STTL_ICLD_YN": "N",
        "FNCG_AMT_AUTO_RDPT_YN": "N",
        "PRCS_DVSN": "00",
        **cursor.params(),
    }


def page_fetcher(
    account_request: AccountRequest, price: AfterHoursPrice
) -> FetchPage[Lot, BalanceSummary]:
    """Return a function that fetches the pages of a domestic balance."""

    async def fetch(cursor: Cursor, page: int) -> LotPage:
        return await account_request.fetch_page(
            DOMESTIC_BALANCE,
            query_params(cursor, price),
            lambda response: parse_page(response.tr_cont, response.body),
            cursor,
            page,
        )

    return fetch


def parse_page(tr_cont: str, body: JsonObject) -> LotPage:
    """Parse one page of inquire-balance; raises MalformedResponseError, also for missing rows."""
    unreadable: set[str] = set()
    rows = parse_required_rows(body, "output1")
    lots = LOT_PARSER.parse_all(rows, unreadable)
    summaries = parse_rows(body, "output2")
    summary = SUMMARY_PARSER.parse(summaries[0], unreadable) if summaries else None
    cursor = next_cursor(tr_cont, body)
    return ListPage(
        tuple(lot for lot in lots if not lot.is_filler),
        summary,
        cursor,
        may_be_partial(tr_cont, rows, cursor),
        tuple(sorted(unreadable)),
    )


async def fetch_balance(
    fetch_page: FetchPage[Lot, BalanceSummary], on_progress: OnProgress
) -> Balance:
    """Fetch all pages and report each to `on_progress`; raises errors of the KisError tree."""

    def report_page(number: int, lots: list[Lot], page: LotPage) -> None:
        is_last = page.next_cursor is None
        on_progress(PageLoaded(number, tuple(lots), page.summary or BalanceSummary(), is_last))

    pages = await fetch_all_pages(fetch_page, report_page)
    return Balance(
        summary=pages.summary or BalanceSummary(),
        holdings=merge_lots(pages.rows),
        page_count=pages.page_count,
        may_be_partial=pages.may_be_partial,
        unreadable_fields=pages.unreadable_fields,
    )


BALANCE_TYPE_FIELD = "cblc_dvsn_name"
"""The kind of balance of a row; a domestic row has how it was bought in its place."""


def pension_page_fetcher(account_request: AccountRequest) -> FetchPage[Lot, BalanceSummary]:
    """Return a function that fetches the pages of a pension's balance."""

    async def fetch(cursor: Cursor, page: int) -> LotPage:
        params = {"ACCA_DVSN_CD": "00", "INQR_DVSN": "00", **cursor.params()}
        return await account_request.fetch_page(
            PENSION_BALANCE,
            params,
            lambda response: parse_pension_page(response.tr_cont, response.body),
            cursor,
            page,
        )

    return fetch


def parse_pension_page(tr_cont: str, body: JsonObject) -> LotPage:
    """Parse one page; raises MalformedResponseError."""
    rows = [
        {**row, "trad_dvsn_name": row.get(BALANCE_TYPE_FIELD)}
        for row in parse_required_rows(body, "output1")
    ]
    return parse_page(tr_cont, {**body, "output1": rows})
