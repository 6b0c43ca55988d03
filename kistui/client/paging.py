"""Reading an answer page by page (연속조회): a pure loop over an injected `fetch`.

KIS marks a page with more to come by `tr_cont` F or M; all else ends it. The cursor goes back
exactly as it came, trailing blanks included: whether KIS takes a stripped one is not known.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from kistui.client import wire
from kistui.errors import DataChanged, PagingBroken
from kistui.model.record import field, record, replace

R = TypeVar("R")
S = TypeVar("S")

MORE = frozenset("FM")
PAGE_CAP = 200
"""More than any account has: 10,000 rows at 50 a page."""


@record
class Cursor:
    """Where to read on; blank for the first page. It holds the account number: never shown."""

    condition: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    tr_cont: str = ""
    page: int = field(default=1, compare=False)
    """Which page it is of, for the log."""

    def params(self, width: int = 100) -> dict[str, str]:
        """The keys as a query has them; overseas they are 200 characters wide."""
        return {f"CTX_AREA_FK{width}": self.condition, f"CTX_AREA_NK{width}": self.key}


@record
class Page(Generic[R, S]):
    """One answer: its rows, its summary if there is one; `next` is blank on the last."""

    rows: tuple[R, ...]
    summary: S | None
    next: Cursor | None


Fetch = Callable[[Cursor], Awaitable[Page[R, S]]]
OnPage = Callable[[int, list[R], Page[R, S]], None]
"""Told of each page: its number, all rows so far, itself."""


def next_cursor(tr_cont: str, body: wire.Json, width: int = 100) -> Cursor | None:
    """Where an answer goes on; `None` when it was the last."""
    if tr_cont.strip() not in MORE:
        return None
    condition, key = (
        wire.read_key(name, body.get(name))
        for name in (f"ctx_area_fk{width}", f"ctx_area_nk{width}")
    )
    return Cursor(condition, key, "N") if key.strip() else None


async def every_page(
    fetch: Fetch[R, S], on_page: OnPage[R, S] | None = None
) -> tuple[list[R], S | None, int]:
    """All rows, the last page's summary, how many pages.

    Once more from the start if KIS says that the data changed (SYDB0050). The same summary comes
    with every page: the last is the newest, and there is one. Raises PagingBroken when pages
    repeat or do not end.
    """
    try:
        return await _read_all(fetch, on_page)
    except DataChanged:
        return await _read_all(fetch, on_page)


async def _read_all(
    fetch: Fetch[R, S], on_page: OnPage[R, S] | None
) -> tuple[list[R], S | None, int]:
    rows: list[R] = []
    seen: set[Cursor] = set()
    cursor = Cursor()
    for number in range(1, PAGE_CAP + 1):
        page = await fetch(cursor)
        rows.extend(page.rows)
        if on_page:
            on_page(number, rows, page)
        if page.next is None:
            return rows, page.summary, number
        if page.next in seen or not page.rows:
            raise PagingBroken(page=number)
        seen.add(page.next)
        cursor = replace(page.next, page=number + 1)
    raise PagingBroken(page=PAGE_CAP)
