"""Rights of an account by period, and the dividends that an item announces.

Every function that fetches raises errors of the KisError tree, and NotOnPaperError on paper.

The announcements come from the depository and belong to no account. KIS continues them without
keys: `CTS` stays blank, and only the header asks for the next page.
"""

from kistui.client.connection import ApiResponse
from kistui.client.endpoints import ACCOUNT_RIGHTS, DIVIDEND_SCHEDULE
from kistui.client.pagination import (
    MORE_PAGES_FLAGS,
    AccountRequest,
    AllPages,
    ListPage,
    RowList,
    auth_headers,
    fetch_list,
    is_blank_row,
)
from kistui.client.response_parsing import JsonObject, RowParser, parse_required_rows
from kistui.models.dividends import AccountRight, ScheduledDividend
from kistui.models.periods import DateRange

RIGHTS_LIST: RowList[AccountRight, None] = RowList(
    endpoint=ACCOUNT_RIGHTS,
    row_parser=RowParser(AccountRight),
    rows_key="output",
    aliases={"pdno": "shtn_pdno"},
    short_code_key="shtn_pdno",
    ends_without_rows=True,
)
SCHEDULE_PARSER = RowParser(ScheduledDividend)
SCHEDULE_DATES = ("divi_pay_dt", "stk_div_pay_dt", "odd_pay_dt")
"""Dates of ten characters, `2026/11/20`; `record_date` has eight."""
STOCK_CODE_LENGTH = 7
"""Characters of a code with an A before its six digits."""
MAX_SCHEDULE_PAGES = 10
"""More pages than an item's announcements of a few months have."""


async def fetch_rights(
    account_request: AccountRequest, days: DateRange
) -> AllPages[AccountRight, None]:
    """Fetch the account's domestic rights in a range of days.

    KIS does not say whether the range is of record dates or of pay dates.
    """
    params = {
        "INQR_DVSN": "03",
        "CUST_RNCNO25": "",
        "HMID": "",
        "INQR_STRT_DT": f"{days.first:%Y%m%d}",
        "INQR_END_DT": f"{days.last:%Y%m%d}",
        "RGHT_TYPE_CD": "",
        "PDNO": "",
        "PRDT_TYPE_CD": "",
    }
    return await fetch_list(account_request, RIGHTS_LIST, params)


async def fetch_schedule(
    account_request: AccountRequest, code: str, days: DateRange
) -> AllPages[ScheduledDividend, None]:
    """Fetch the dividends of an item whose record dates are in a range; no account is named."""
    params = {
        "CTS": "",
        "GB1": "0",
        "F_DT": f"{days.first:%Y%m%d}",
        "T_DT": f"{days.last:%Y%m%d}",
        "SHT_CD": code,
        "HIGH_GB": "",
    }
    headers = auth_headers(account_request.credentials, account_request.token)
    pages: list[ListPage[ScheduledDividend, None]] = []
    has_more = True
    while has_more and len(pages) < MAX_SCHEDULE_PAGES:
        page = await account_request.connection.get(
            DIVIDEND_SCHEDULE,
            "",
            account_request.on_progress,
            len(pages) + 1,
            parse=parse_schedule,
            params=params,
            headers={**headers, "tr_cont": "N" if pages else ""},
        )
        if any(page.rows == earlier.rows for earlier in pages):
            break
        pages.append(page)
        has_more = page.may_be_partial
    return AllPages(
        [row for page in pages for row in page.rows],
        None,
        len(pages),
        has_more,
        tuple(sorted({key for page in pages for key in page.unreadable_fields})),
    )


def parse_schedule(response: ApiResponse) -> ListPage[ScheduledDividend, None]:
    """Parse a page, partial if more follow; raises MalformedResponseError."""
    unreadable: set[str] = set()
    rows = [
        _normalize_row(row)
        for row in parse_required_rows(response.body, "output1")
        if not is_blank_row(row)
    ]
    parsed = SCHEDULE_PARSER.parse_all(rows, unreadable)
    has_more = response.tr_cont.strip() in MORE_PAGES_FLAGS
    return ListPage(parsed, None, None, has_more and bool(rows), tuple(sorted(unreadable)))


def _normalize_row(row: JsonObject) -> JsonObject:
    """Return a row with dates of eight digits and a code without the A of stocks."""
    values = dict(row)
    for key in SCHEDULE_DATES:
        if isinstance(row.get(key), str):
            values[key] = row[key].replace("/", "").replace("-", "")
    code = row.get("sht_cd")
    if isinstance(code, str) and len(code.strip()) == STOCK_CODE_LENGTH and code.strip()[0] == "A":
        values["sht_cd"] = code.strip()[1:]
    return values
