"""The pages of one account's requests (연속조회): a loop over an injected `fetch`.

KIS marks a page that has a next one by `tr_cont` F or M. The cursor is sent back unchanged,
trailing blanks included: whether KIS accepts a stripped one is unknown.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from kistui.client import response_parsing
from kistui.client.connection import ApiResponse, Connection
from kistui.client.endpoints import Endpoint
from kistui.errors import DataChangedError, PaginationError
from kistui.models.account import AccountNumber, Credentials
from kistui.models.calls import OnProgress
from kistui.models.text import Secret
from kistui.models.token import AccessToken

RowT = TypeVar("RowT")
SummaryT = TypeVar("SummaryT")

MORE_PAGES_FLAGS = frozenset("FM")
MAX_PAGES = 200
"""More than any account has: 10,000 rows at 50 a page."""


class Cursor(Struct, frozen=True):
    """Where the next page starts; blank for the first page. KIS's keys hold the account number."""

    condition: Secret = Secret("")
    key: Secret = Secret("")
    tr_cont: str = ""

    def params(self, width: int = 100) -> dict[str, str]:
        """Return the keys as query parameters; overseas ones are 200 characters wide."""
        return {
            f"CTX_AREA_FK{width}": self.condition.reveal(),
            f"CTX_AREA_NK{width}": self.key.reveal(),
        }


class Page(Struct, Generic[RowT, SummaryT], frozen=True):
    """One page: its rows, its summary if any; the last page has no `next_cursor`."""

    rows: tuple[RowT, ...]
    summary: SummaryT | None
    next_cursor: Cursor | None


FetchPage = Callable[[Cursor, int], Awaitable[Page[RowT, SummaryT]]]
"""Fetches the page at a cursor; the page number is for the log."""
OnPage = Callable[[int, list[RowT], Page[RowT, SummaryT]], None]
"""Receives each page: its number, all rows so far, the page."""


def next_cursor(tr_cont: str, body: response_parsing.JsonObject, width: int = 100) -> Cursor | None:
    """Return the cursor of the next page; `None` after the last."""
    if tr_cont.strip() not in MORE_PAGES_FLAGS:
        return None
    condition, key = (
        response_parsing.parse_continuation_key(name, body.get(name))
        for name in (f"ctx_area_fk{width}", f"ctx_area_nk{width}")
    )
    return Cursor(Secret(condition), Secret(key), "N") if key.strip() else None


async def fetch_all_pages(
    fetch: FetchPage[RowT, SummaryT], on_page: OnPage[RowT, SummaryT] | None = None
) -> tuple[list[RowT], SummaryT | None, int]:
    """Return all rows, the last page's summary, and the number of pages.

    Starts over once if KIS reports that the data changed (SYDB0050). KIS sends the summary with
    every page, so the last one is the newest. Raises PaginationError when pages
    repeat or do not end.
    """
    try:
        return await _fetch_all_pages_once(fetch, on_page)
    except DataChangedError:
        return await _fetch_all_pages_once(fetch, on_page)


async def _fetch_all_pages_once(
    fetch: FetchPage[RowT, SummaryT], on_page: OnPage[RowT, SummaryT] | None
) -> tuple[list[RowT], SummaryT | None, int]:
    rows: list[RowT] = []
    seen: set[Cursor] = set()
    cursor = Cursor()
    for number in range(1, MAX_PAGES + 1):
        page = await fetch(cursor, number)
        rows.extend(page.rows)
        if on_page:
            on_page(number, rows, page)
        if page.next_cursor is None:
            return rows, page.summary, number
        if page.next_cursor in seen or not page.rows:
            raise PaginationError(page=number)
        seen.add(page.next_cursor)
        cursor = page.next_cursor
    raise PaginationError(page=MAX_PAGES)


FIRST_PAGE = Cursor()


class AccountRequest(Struct, frozen=True):
    """Everything that the requests of one account have in common."""

    connection: Connection
    credentials: Credentials
    token: AccessToken
    account: AccountNumber
    on_progress: OnProgress

    async def fetch_page(
        self,
        endpoint: Endpoint,
        params: Mapping[str, str],
        cursor: Cursor = FIRST_PAGE,
        page: int = 1,
    ) -> ApiResponse:
        """Fetch one page; raises errors of the KisError tree."""
        return await self.connection.get(
            endpoint,
            self.account.number,
            self.on_progress,
            page,
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
