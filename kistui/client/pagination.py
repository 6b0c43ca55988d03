"""The pages of one account's requests (연속조회), and the lists of rows that come in pages.

KIS marks a page that others follow by `tr_cont` F or M, and the last page by D or E. The cursor is
sent back unchanged, trailing blanks included: whether KIS accepts a stripped cursor is unknown.

Rows of lists differ in their quirks: a key with a capital letter, a row of blanks instead of no
row, keys of a page that are not blank at the end. `RowList` declares what is special about a list.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct, field

from kistui.client.connection import ApiResponse, Connection, ParsedT
from kistui.client.endpoints import Endpoint
from kistui.client.response_parsing import (
    JsonObject,
    RowParser,
    parse_continuation_key,
    parse_required_rows,
    parse_rows,
)
from kistui.errors import DataChangedError, PaginationError
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.calls import OnProgress
from kistui.models.text import Secret
from kistui.models.token import AccessToken

RowT = TypeVar("RowT")
SummaryT = TypeVar("SummaryT")

MORE_PAGES_FLAGS = frozenset("FM")
LAST_PAGE_FLAGS = frozenset("DE")
FULL_PAGE_SIZES = frozenset({15, 20, 50, 100})
"""Rows of a full page: 20 on paper, 50 on real, 100 overseas; orders 15 on paper."""
MAX_PAGES = 200
"""More than any account has: 10,000 rows at 50 a page."""
MAX_ROWS = 20_000
"""Rows of all pages: as many as `MAX_PAGES` full pages have overseas."""


class Cursor(Struct, frozen=True):
    """Where the next page starts; blank for the first page. KIS's keys hold the account number."""

    condition: Secret = Secret("")
    key: Secret = Secret("")
    tr_cont: str = ""

    def params(self, width: int = 100) -> dict[str, str]:
        """Return the keys as query parameters; overseas keys are 200 characters wide."""
        return {
            f"CTX_AREA_FK{width}": self.condition.reveal(),
            f"CTX_AREA_NK{width}": self.key.reveal(),
        }


FIRST_PAGE = Cursor()


class ListPage(Struct, Generic[RowT, SummaryT], frozen=True):
    """One page: its rows, its summary if any; the last page has no `next_cursor`.

    `may_be_partial`: it is the last page that can be fetched, but more may follow.
    """

    rows: tuple[RowT, ...]
    summary: SummaryT | None
    next_cursor: Cursor | None
    may_be_partial: bool = False
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted."""


class AllPages(Struct, Generic[RowT, SummaryT], frozen=True):
    """The rows of all pages, and the summary of the last."""

    rows: list[RowT]
    summary: SummaryT | None
    page_count: int
    may_be_partial: bool = False
    unreadable_fields: tuple[str, ...] = ()


FetchPage = Callable[[Cursor, int], Awaitable[ListPage[RowT, SummaryT]]]
"""Fetches the page at a cursor; the page number is for the log."""
OnPage = Callable[[int, list[RowT], ListPage[RowT, SummaryT]], None]
"""Receives each page: its number, all rows so far, the page."""


def next_cursor(tr_cont: str, body: JsonObject, width: int = 100) -> Cursor | None:
    """Return the cursor of the next page; `None` after the last."""
    if tr_cont.strip() not in MORE_PAGES_FLAGS:
        return None
    condition, key = (
        parse_continuation_key(name, body.get(name))
        for name in (f"ctx_area_fk{width}", f"ctx_area_nk{width}")
    )
    return Cursor(Secret(condition), Secret(key), "N") if key.strip() else None


def may_be_partial(tr_cont: str, rows: Sequence[JsonObject], cursor: Cursor | None) -> bool:
    """Return whether more rows may follow a page although there is no cursor to fetch them with.

    KIS marked that more follow, or set no mark and the page is full.
    """
    flag = tr_cont.strip()
    if cursor is not None or flag in LAST_PAGE_FLAGS:
        return False
    return flag in MORE_PAGES_FLAGS or len(rows) in FULL_PAGE_SIZES


async def fetch_all_pages(
    fetch: FetchPage[RowT, SummaryT], on_page: OnPage[RowT, SummaryT] | None = None
) -> AllPages[RowT, SummaryT]:
    """Fetch all pages; start over once if KIS reports that the data changed (SYDB0050).

    KIS sends the summary with every page, so the last summary is the newest. Raises
    PaginationError when pages repeat, do not end or have too many rows.
    """
    try:
        return await _fetch_all_pages_once(fetch, on_page)
    except DataChangedError:
        return await _fetch_all_pages_once(fetch, on_page)


async def _fetch_all_pages_once(
    fetch: FetchPage[RowT, SummaryT], on_page: OnPage[RowT, SummaryT] | None
) -> AllPages[RowT, SummaryT]:
    rows: list[RowT] = []
    pages: list[tuple[RowT, ...]] = []
    unreadable: set[str] = set()
    seen: set[Cursor] = set()
    cursor = FIRST_PAGE
    for number in range(1, MAX_PAGES + 1):
        page = await fetch(cursor, number)
        if page.rows and page.rows in pages:
            raise PaginationError(page=number)
        pages.append(page.rows)
        rows.extend(page.rows)
        unreadable.update(page.unreadable_fields)
        if on_page:
            on_page(number, rows, page)
        if page.next_cursor is None:
            return AllPages(
                rows, page.summary, number, page.may_be_partial, tuple(sorted(unreadable))
            )
        if page.next_cursor in seen or not page.rows or len(rows) > MAX_ROWS:
            raise PaginationError(page=number)
        seen.add(page.next_cursor)
        cursor = page.next_cursor
    raise PaginationError(page=MAX_PAGES)


class AccountRequest(Struct, frozen=True):
    """The parameters that all requests of an account share."""

    connection: Connection
    environment: Environment
    credentials: Credentials
    token: AccessToken
    account: AccountNumber
    on_progress: OnProgress

    async def fetch_page(
        self,
        endpoint: Endpoint,
        params: Mapping[str, str],
        parse: Callable[[ApiResponse], ParsedT],
        cursor: Cursor = FIRST_PAGE,
        page: int = 1,
    ) -> ParsedT:
        """Fetch one page and parse it; raises errors of the KisError tree."""
        return await self.connection.get(
            endpoint,
            self.account.number,
            self.on_progress,
            page,
            parse=parse,
            params={
                "CANO": self.account.number,
                "ACNT_PRDT_CD": self.account.product_code,
                **params,
            },
            headers={**auth_headers(self.credentials, self.token), "tr_cont": cursor.tr_cont},
        )


def auth_headers(credentials: Credentials, token: AccessToken) -> dict[str, str]:
    """Return the headers that authorize a read."""
    return {"authorization": f"Bearer {token.value.reveal()}", **app_key_fields(credentials)}


def app_key_fields(credentials: Credentials) -> dict[str, str]:
    """Return an app key and its secret as KIS names them, in headers and OAuth bodies alike."""
    return {
        "appkey": credentials.app_key.reveal(),
        "appsecret": credentials.app_secret.reveal(),
    }


DOCUMENTED_ROWS_KEY = "output1"


class RowList(Struct, Generic[RowT, SummaryT], frozen=True, kw_only=True):
    """How a list is read: its endpoint, the key of its rows, and the records of rows and totals.

    Rows without that key are looked for under `output1`, where KIS's documents sometimes put them.
    `aliases` maps other spellings of a key to the declared one. `short_code_key` names a code that
    is padded to 12 characters. `ends_without_rows`: a page without rows is the last page, whatever
    its header says.
    """

    endpoint: Endpoint
    row_parser: RowParser[RowT]
    totals_parser: RowParser[SummaryT] | None = None
    rows_key: str = DOCUMENTED_ROWS_KEY
    key_width: int = 100
    aliases: Mapping[str, str] = field(default_factory=dict)
    short_code_key: str = ""
    ends_without_rows: bool = False


async def fetch_list(
    account_request: AccountRequest,
    row_list: RowList[RowT, SummaryT],
    params: Mapping[str, str],
) -> AllPages[RowT, SummaryT]:
    """Fetch all pages of a list; raises errors of the KisError tree."""

    async def fetch(cursor: Cursor, page: int) -> ListPage[RowT, SummaryT]:
        return await account_request.fetch_page(
            row_list.endpoint,
            {**params, **cursor.params(row_list.key_width)},
            lambda response: parse_list_page(row_list, response.tr_cont, response.body),
            cursor,
            page,
        )

    return await fetch_all_pages(fetch)


def parse_list_page(
    row_list: RowList[RowT, SummaryT], tr_cont: str, body: JsonObject
) -> ListPage[RowT, SummaryT]:
    """Parse one page; raises MalformedResponseError."""
    unreadable: set[str] = set()
    body = {key.lower(): value for key, value in body.items()}
    rows_key = row_list.rows_key
    if rows_key not in body and DOCUMENTED_ROWS_KEY in body:
        rows_key = DOCUMENTED_ROWS_KEY
    rows = [
        _normalize_row(row, row_list)
        for row in parse_required_rows(body, rows_key)
        if not is_blank_row(row)
    ]
    totals = None
    if row_list.totals_parser is not None:
        totals_rows = parse_rows(body, "output2")
        if totals_rows:
            totals = row_list.totals_parser.parse(
                _normalize_row(totals_rows[0], row_list), unreadable
            )
    cursor = next_cursor(tr_cont, body, row_list.key_width)
    if row_list.ends_without_rows and not rows:
        cursor = None
    is_partial = bool(rows) and may_be_partial(tr_cont, rows, cursor)
    return ListPage(
        row_list.row_parser.parse_all(rows, unreadable),
        totals,
        cursor,
        is_partial,
        tuple(sorted(unreadable)),
    )


def is_blank_row(row: JsonObject) -> bool:
    """Return whether every value of a row is blank or null: KIS's way to say that there is none."""
    return all(
        value is None or (isinstance(value, str) and not value.strip()) for value in row.values()
    )


def short_code(code: object) -> object:
    """Return a code of 12 characters as its last 6, or 7 for an ETN: `00000A005930` is 005930."""
    if not isinstance(code, str) or len(code.strip()) != 12:
        return code
    code = code.strip()
    return code[-7:] if code[-7] == "Q" else code[-6:]


def _normalize_row(row: JsonObject, row_list: RowList[RowT, SummaryT]) -> JsonObject:
    values = {key.lower(): value for key, value in row.items()}
    for alias, key in row_list.aliases.items():
        if alias in values:
            values.setdefault(key, values[alias])
    if row_list.short_code_key in values:
        values[row_list.short_code_key] = short_code(values[row_list.short_code_key])
    return values


def join_pages(
    pages: list[AllPages[RowT, SummaryT]], merge_totals: Callable[[list[SummaryT]], SummaryT | None]
) -> AllPages[RowT, SummaryT]:
    """Return the lists of several queries as one."""
    return AllPages(
        [row for part in pages for row in part.rows],
        merge_totals([part.summary for part in pages if part.summary is not None]),
        sum(part.page_count for part in pages),
        any(part.may_be_partial for part in pages),
        tuple(sorted({key for part in pages for key in part.unreadable_fields})),
    )
