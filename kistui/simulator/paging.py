"""How a list is read page by page.

A cursor carries the instant of its first page, so that all pages tell of one moment and their
rows add up to the summary, however prices move between the calls.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from kistui.simulator.call import Call

CURSOR = re.compile(r"[^^]*\^([0-9]{6})\^([0-9]{1,12})\^[0-9a-f]{16} *")


class Place(NamedTuple):
    """Where a page begins: after so many rows, at an epoch second."""

    offset: int
    seconds: int


class Paging(NamedTuple):
    """How all lists of one kind are cut: `width` is that of the keys, 100 or 200.

    `letters` are the `tr_cont` of a page with more to come and of the last.
    """

    size: int
    seed: int
    letters: tuple[str, str]
    loops: bool
    width: int = 100


class Pages(NamedTuple):
    """One list: the codes of its rows, and the query that asks for it, echoed."""

    paging: Paging
    codes: Sequence[str]
    condition: str

    def place(self, call: Call, now: int) -> Place:
        """Where to read on; the first page for any key that was not handed out exactly so."""
        first = Place(0, now)
        if not call.is_continuation or self.paging.loops:
            return first
        key = call.query.get(f"CTX_AREA_NK{self.paging.width}", "")
        found = CURSOR.fullmatch(key)
        if found is None or call.query.get(f"CTX_AREA_FK{self.paging.width}") != self._search:
            return first
        place = Place(int(found[1]), int(found[2]))
        is_known = 0 < place.offset < len(self.codes)
        return place if is_known and key == self._cursor(place) else first

    def rows(self, place: Place) -> slice:
        """Which rows the page has."""
        return slice(place.offset, place.offset + self.paging.size)

    def keys(self, place: Place) -> dict[str, str]:
        """What the body carries for the next page; the cursor is blank when there is none."""
        following = self._following(place)
        cursor = self._cursor(following) if following else " " * self.paging.width
        width = self.paging.width
        return {f"ctx_area_fk{width}": self._search, f"ctx_area_nk{width}": cursor}

    def is_last(self, place: Place) -> bool:
        """Whether nothing follows the page."""
        return self._following(place) is None

    def letter(self, place: Place) -> str:
        """The `tr_cont` of the answer."""
        more, last = self.paging.letters
        return more if self._following(place) else last

    def code(self, place: Place, *, is_paper: bool) -> str:
        """The message code of a page."""
        if not self.codes:
            return nothing(is_paper=is_paper)
        if is_paper:
            return "20310000"
        if self._following(place):
            return "KIOK0500"
        return "KIOK0460" if place.offset else "KIOK0510"

    @property
    def _search(self) -> str:
        return self.condition.ljust(self.paging.width)

    def _following(self, place: Place) -> Place | None:
        if self.paging.loops and self.codes:
            return Place(1, 0)
        offset = place.offset + self.paging.size
        return Place(offset, place.seconds) if offset < len(self.codes) else None

    def _cursor(self, place: Place) -> str:
        plain = f"{self.codes[place.offset - 1]}^{place.offset:06d}^{place.seconds}^"
        seal = sha256(f"{self.paging.seed}/{plain}".encode()).hexdigest()[:16]
        return f"{plain}{seal}".ljust(self.paging.width)


def complete(*, is_paper: bool) -> str:
    """The message code of an answer that has no pages."""
    return "20310000" if is_paper else "KIOK0510"


def nothing(*, is_paper: bool) -> str:
    """The message code when there is nothing to show; it is no refusal."""
    return "70070000" if is_paper else "KIOK0560"


def echo(call: Call, names: Sequence[str]) -> str:
    """The query as a cursor remembers it, a blank as N."""
    return "".join(f"{call.query[name] or 'N'}^" for name in names)
