"""How a list is read page by page.

A cursor carries the instant of its first page, so that all pages tell of one moment and their
rows add up to the summary, however prices move between the calls.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from kistui.simulator.request import Request

CURSOR_PATTERN = re.compile(r"[^^]*\^([0-9]{6})\^([0-9]{1,12})\^[0-9a-f]{16} *")


class PageStart(NamedTuple):
    """Where a page begins: after so many rows, at an epoch second."""

    offset: int
    timestamp: int


class PagingOptions(NamedTuple):
    """How all lists of one kind are cut: `width` is that of the keys, 100 or 200.

    `letters` are the `tr_cont` of a page with more to come and of the last.
    """

    page_size: int
    seed: int
    tr_cont_codes: tuple[str, str]
    is_endless: bool
    key_width: int = 100


class PagedList(NamedTuple):
    """One list: the codes of its rows, and the query that asks for it, echoed."""

    paging: PagingOptions
    codes: Sequence[str]
    search_key: str

    def page_start(self, request: Request, timestamp: int) -> PageStart:
        """Where to read on; the first page for any key that was not handed out exactly so."""
        first = PageStart(0, timestamp)
        if not request.is_continuation or self.paging.is_endless:
            return first
        key = request.query.get(f"CTX_AREA_NK{self.paging.key_width}", "")
        found = CURSOR_PATTERN.fullmatch(key)
        if (
            found is None
            or request.query.get(f"CTX_AREA_FK{self.paging.key_width}") != self._padded_search_key
        ):
            return first
        place = PageStart(int(found[1]), int(found[2]))
        is_known = 0 < place.offset < len(self.codes)
        return place if is_known and key == self._format_cursor(place) else first

    def row_slice(self, page_start: PageStart) -> slice:
        """Which rows the page has."""
        return slice(page_start.offset, page_start.offset + self.paging.page_size)

    def cursor_fields(self, page_start: PageStart) -> dict[str, str]:
        """What the body carries for the next page; the cursor is blank when there is none."""
        following = self._next_start(page_start)
        cursor = self._format_cursor(following) if following else " " * self.paging.key_width
        width = self.paging.key_width
        return {f"ctx_area_fk{width}": self._padded_search_key, f"ctx_area_nk{width}": cursor}

    def is_last(self, page_start: PageStart) -> bool:
        """Whether nothing follows the page."""
        return self._next_start(page_start) is None

    def tr_cont(self, page_start: PageStart) -> str:
        """The `tr_cont` of the answer."""
        more, last = self.paging.tr_cont_codes
        return more if self._next_start(page_start) else last

    def message_code(self, page_start: PageStart, *, is_paper: bool) -> str:
        """The message code of a page."""
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
        plain = (
            f"{self.codes[page_start.offset - 1]}^{page_start.offset:06d}^{page_start.timestamp}^"
        )
        seal = sha256(f"{self.paging.seed}/{plain}".encode()).hexdigest()[:16]
        return f"{plain}{seal}".ljust(self.paging.key_width)


def completed_code(*, is_paper: bool) -> str:
    """The message code of an answer that has no pages."""
    return "20310000" if is_paper else "KIOK0510"


def empty_code(*, is_paper: bool) -> str:
    """The message code when there is nothing to show; it is no refusal."""
    return "70070000" if is_paper else "KIOK0560"


def encode_search_key(request: Request, names: Sequence[str]) -> str:
    """The query as a cursor remembers it, a blank as N."""
    return "".join(f"{request.query[name] or 'N'}^" for name in names)
