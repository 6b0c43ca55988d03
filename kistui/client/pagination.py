"""Reading an answer page by page (연속조회): a pure loop over an injected `fetch`.

KIS marks a page with more to come by `tr_cont` F or M; all else ends it. The cursor goes back
exactly as it came, trailing blanks included: whether KIS takes a stripped one is not known.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from msgspec import Struct

from kistui.client import response_parsing
from kistui.errors import DataChangedError, PaginationError
from kistui.models.secret import Secret

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
        """The keys as a query has them; overseas they are 200 characters wide."""
        return {
            f"CTX_AREA_FK{width}": self.condition.reveal(),
            f"CTX_AREA_NK{width}": self.key.reveal(),
        }


class Page(Struct, Generic[RowT, SummaryT], frozen=True):
    """One answer: its rows, its summary if there is one; `next` is blank on the last."""

    rows: tuple[RowT, ...]
    summary: SummaryT | None
    next_cursor: Cursor | None


FetchPage = Callable[[Cursor, int], Awaitable[Page[RowT, SummaryT]]]
"""Fetches the page at a cursor; the page number is for the log."""
OnPage = Callable[[int, list[RowT], Page[RowT, SummaryT]], None]
"""Told of each page: its number, all rows so far, itself."""


def next_cursor(tr_cont: str, body: response_parsing.JsonObject, width: int = 100) -> Cursor | None:
    """Where an answer goes on; `None` when it was the last."""
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
    """All rows, the last page's summary, how many pages.

    Once more from the start if KIS says that the data changed (SYDB0050). The same summary comes
    with every page: the last is the newest, and there is one. Raises PagingBroken when pages
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
