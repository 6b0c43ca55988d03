"""Paged lists of an account's rows: orders, profit, trades. One function reads all of them.

Rows differ in their quirks: a key with a capital letter, a row of blanks instead of no row, keys
of a page that are not blank at the end. `RowList` declares what is special about a list.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct, field

from kistui.client import response_parsing
from kistui.client.endpoints import Endpoint
from kistui.client.pagination import (
    AccountRequest,
    AllPages,
    Cursor,
    ListPage,
    fetch_all_pages,
    may_be_partial,
    next_cursor,
)
from kistui.client.response_parsing import JsonObject, RowParser

RowT = TypeVar("RowT")
TotalsT = TypeVar("TotalsT")

DOCUMENTED_ROWS_KEY = "output1"


class RowList(Struct, Generic[RowT, TotalsT], frozen=True, kw_only=True):
    """How a list is read: its endpoint, the key of its rows, and the records of rows and totals.

    Rows without that key are looked for under `output1`, where KIS's documents sometimes put them.
    `aliases` maps other spellings of a key to the declared one. `short_code_key` names a code that
    is padded to 12 characters. `ends_without_rows`: a page without rows is the last page, whatever
    its header says.
    """

    endpoint: Endpoint
    row_parser: RowParser[RowT]
    totals_parser: RowParser[TotalsT] | None = None
    rows_key: str = DOCUMENTED_ROWS_KEY
    key_width: int = 100
    aliases: Mapping[str, str] = field(default_factory=dict)
    short_code_key: str = ""
    ends_without_rows: bool = False


async def fetch_list(
    account_request: AccountRequest,
    row_list: RowList[RowT, TotalsT],
    params: Mapping[str, str],
) -> AllPages[RowT, TotalsT]:
    """Fetch all pages of a list; raises errors of the KisError tree."""

    async def fetch(cursor: Cursor, page: int) -> ListPage[RowT, TotalsT]:
        return await account_request.fetch_page(
            row_list.endpoint,
            {**params, **cursor.params(row_list.key_width)},
            lambda response: parse_list_page(row_list, response.tr_cont, response.body),
            cursor,
            page,
        )

    return await fetch_all_pages(fetch)


def parse_list_page(
    row_list: RowList[RowT, TotalsT], tr_cont: str, body: JsonObject
) -> ListPage[RowT, TotalsT]:
    """Parse one page; raises MalformedResponseError."""
    unreadable: set[str] = set()
    body = {key.lower(): value for key, value in body.items()}
    rows_key = row_list.rows_key
    if rows_key not in body and DOCUMENTED_ROWS_KEY in body:
        rows_key = DOCUMENTED_ROWS_KEY
    rows = [
        _normalize_row(row, row_list)
        for row in response_parsing.parse_required_rows(body, rows_key)
        if not is_blank_row(row)
    ]
    totals = None
    if row_list.totals_parser is not None:
        totals_rows = response_parsing.parse_rows(body, "output2")
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
    """Return whether every value of a row is blank: KIS's way to say that there is none."""
    return all(isinstance(value, str) and not value.strip() for value in row.values())


def short_code(code: object) -> object:
    """Return a code of 12 characters as its last 6, or 7 for an ETN: `00000A005930` is 005930."""
    if not isinstance(code, str) or len(code.strip()) != 12:
        return code
    code = code.strip()
    return code[-7:] if code[-7] == "Q" else code[-6:]


def _normalize_row(row: JsonObject, row_list: RowList[RowT, TotalsT]) -> JsonObject:
    values = {key.lower(): value for key, value in row.items()}
    for alias, key in row_list.aliases.items():
        if alias in values:
            values.setdefault(key, values[alias])
    if row_list.short_code_key in values:
        values[row_list.short_code_key] = short_code(values[row_list.short_code_key])
    return values


def join_pages(
    pages: list[AllPages[RowT, TotalsT]], merge_totals: Callable[[list[TotalsT]], TotalsT | None]
) -> AllPages[RowT, TotalsT]:
    """Return the lists of several queries as one."""
    return AllPages(
        [row for part in pages for row in part.rows],
        merge_totals([part.summary for part in pages if part.summary is not None]),
        sum(part.page_count for part in pages),
        any(part.may_be_partial for part in pages),
        tuple(sorted({key for part in pages for key in part.unreadable_fields})),
    )
