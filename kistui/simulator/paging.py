"""Pagination of KIS's list responses.

A cursor carries the time of its first page, so that all pages are valued at the same time and
their rows add up to the summary although prices move between the requests.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from kistui.simulator.request import Request
from kistui.simulator.responses import Response, success_response

CURSOR_PATTERN = re.compile(r"[^^]*\^([0-9]{6})\^([0-9]{1,12})\^[0-9a-f]{16} *")


class PageStart(NamedTuple):
    """Where a page begins: the index of its first row, and the epoch second of its prices."""

    offset: int
    timestamp: int


class PagingOptions(NamedTuple):
    """How the lists of a TR are paged: `key_width` is that of the cursor fields, 100 or 200.

    `tr_cont_codes` are the `tr_cont` of a page with more to follow and of the last page.
    """

    page_size: int
    seed: int
    tr_cont_codes: tuple[str, str]
    is_endless: bool
    key_width: int = 100


class PagedList(NamedTuple):
    """A paged list: the codes of its rows, and the search key, which is echoed in the cursor."""

    paging: PagingOptions
    codes: Sequence[str]
    search_key: str

    def page_start(self, request: Request, timestamp: int) -> PageStart:
        """Return the start of the requested page; the first page for any invalid cursor."""
        first_page = PageStart(0, timestamp)
        if not request.is_continuation or self.paging.is_endless:
            return first_page
        key = request.query.get(f"CTX_AREA_NK{self.paging.key_width}", "")
        match = CURSOR_PATTERN.fullmatch(key)
        if (
            match is None
            or request.query.get(f"CTX_AREA_FK{self.paging.key_width}") != self._padded_search_key
        ):
            return first_page
        start = PageStart(int(match[1]), int(match[2]))
        is_known = 0 < start.offset < len(self.codes)
        return start if is_known and key == self._format_cursor(start) else first_page

    def row_slice(self, page_start: PageStart) -> slice:
        """Return the slice of rows on the page."""
        return slice(page_start.offset, page_start.offset + self.paging.page_size)

    def response(
        self, page_start: PageStart, output: Mapping[str, object], *, is_paper: bool
    ) -> Response:
        """Return the page: cursor fields, then output, marked as the last page if it is."""
        return success_response(
            self._message_code(page_start, is_paper=is_paper),
            {**self._cursor_fields(page_start), **output},
            headers={"tr_cont": self._tr_cont(page_start)},
        )

    def is_last(self, page_start: PageStart) -> bool:
        """Return whether the page is the last."""
        return self._next_start(page_start) is None

    def _cursor_fields(self, page_start: PageStart) -> dict[str, str]:
        """Return the body's cursor fields for the next page; blank when there is none."""
        next_start = self._next_start(page_start)
        cursor = self._format_cursor(next_start) if next_start else " " * self.paging.key_width
        width = self.paging.key_width
        return {f"ctx_area_fk{width}": self._padded_search_key, f"ctx_area_nk{width}": cursor}

    def _tr_cont(self, page_start: PageStart) -> str:
        """Return the `tr_cont` header of the response."""
        more_code, last_code = self.paging.tr_cont_codes
        return more_code if self._next_start(page_start) else last_code

    def _message_code(self, page_start: PageStart, *, is_paper: bool) -> str:
        """Return the message code of a page."""
        if not self.codes:
            return empty_code(is_paper=is_paper)
        if is_paper:
            return "20310000"
        if self._next_start(page_start):
            return "KIOK0500"
        return "KIOK0460" if page_start.offset else "KIOK0510"

    @property
    def _padded_search_key(self) -> str:
        return self.search_key.ljust(self.paging.key_width)

    def _next_start(self, page_start: PageStart) -> PageStart | None:
        if self.paging.is_endless and self.codes:
            return PageStart(1, 0)
        offset = page_start.offset + self.paging.page_size
        return PageStart(offset, page_start.timestamp) if offset < len(self.codes) else None

    def _format_cursor(self, page_start: PageStart) -> str:
        position = (
            f"{self.codes[page_start.offset - 1]}^{page_start.offset:06d}^{page_start.timestamp}^"
        )
        checksum = sha256(f"{self.paging.seed}/{position}".encode()).hexdigest()[:16]
        return f"{position}{checksum}".ljust(self.paging.key_width)


def completed_code(*, is_paper: bool) -> str:
    """Return the message code of a response without pages."""
    return "20310000" if is_paper else "KIOK0510"


def empty_code(*, is_paper: bool) -> str:
    """Return the message code of a successful response without rows."""
    return "70070000" if is_paper else "KIOK0560"


def encode_search_key(request: Request, names: Sequence[str]) -> str:
    """Return the query as it is written in a cursor, with N for a blank value."""
    return "".join(f"{request.query[name] or 'N'}^" for name in names)
