"""Which holdings are shown and in what order: the user's choice, and what it makes of a balance."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kistui.model.balance import Balance
from kistui.model.overseas import Market
from kistui.model.positions import Position, overseas_of, positions
from kistui.view.columns import COLUMNS, Column, Value, column_of
from kistui.view.search import is_blank, matches

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the user wants to see of the holdings."""

    column: str | None = None
    """The column to sort by; `None` is KIS's order."""
    descending: bool = True
    query: str = ""
    with_sold_out: bool = False
    columns: tuple[str, ...] | None = None
    """The columns that may be shown; `None` are all that fit. The name is always one of them."""
    market: Market | None = None
    """The one market to see; `None` are all."""

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out on purpose."""
        return self.market is not None or not is_blank(self.query)

    def kept(self) -> dict[str, object]:
        """What is remembered of it: all but query, market, and the sold-out items."""
        table: dict[str, object] = {"descending": self.descending}
        if self.column is not None:
            table["column"] = self.column
        if self.columns is not None:
            table["columns"] = list(self.columns)
        return table

    @classmethod
    def from_kept(cls, table: Mapping[str, object]) -> "Arrangement":
        """What `kept` gave, as far as it still makes sense."""
        column, columns = table.get("column"), table.get("columns")
        known = {each.name for each in COLUMNS}
        return cls(
            column=column if isinstance(column, str) and column in known else None,
            descending=table.get("descending") is not False,
            columns=tuple(each for each in columns if isinstance(each, str) and each in known)
            if isinstance(columns, list)
            else None,
        )


AS_RECEIVED = Arrangement()
"""Everything held, in KIS's order."""


@dataclass(frozen=True, slots=True)
class MarketGroup:
    """The holdings of one market; above them stands what they are together."""

    market: Market
    holdings: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Arranged:
    """The holdings to show, in order."""

    shown: tuple[Position, ...]
    groups: tuple[MarketGroup, ...]
    """The same by market; none where all there is, is at home."""
    hidden_sold_out: int
    """Sold-out holdings that the query finds and that are not shown."""
    total: int
    """How many would be shown without a query."""
    is_filtered: bool


def arrange(balance: Balance, arrangement: Arrangement) -> Arranged:
    """A balance's holdings filtered and sorted; the sold-out ones, if shown, at the end.

    With anything held abroad they stand market by market, those at home first.
    """
    every, market = positions(balance), arrangement.market
    of_market = [each for each in every if market is None or each.market is market]
    found = [each for each in of_market if matches(each, arrangement.query)]
    held = _sorted([each for each in found if not each.is_sold_out], arrangement)
    gone = _sorted([each for each in found if each.is_sold_out], arrangement)
    with_gone = arrangement.with_sold_out
    shown = [*held, *gone] if with_gone else held
    groups = tuple(_by_market(shown)) if len(every) > len(balance.holdings) else ()
    if groups:
        shown = [each for group in groups for each in group.holdings]
    return Arranged(
        shown=tuple(shown),
        groups=groups,
        hidden_sold_out=0 if with_gone else len(gone),
        total=sum(with_gone or not each.is_sold_out for each in every),
        is_filtered=arrangement.is_filtered,
    )


def _by_market(holdings: Sequence[Position]) -> Iterator[MarketGroup]:
    for market in Market:
        of_it = tuple(each for each in holdings if each.market is market)
        if of_it:
            yield MarketGroup(market, of_it)


def next_market(arrangement: Arrangement, balance: Balance, step: int) -> Arrangement:
    """Only the market `step` places on; all of them stand between the last and the first."""
    abroad = overseas_of(balance)
    if abroad is None or not abroad.holdings:
        return replace(arrangement, market=None)
    there = {each.market for each in positions(balance)}
    places = [None, *(market for market in Market if market in there)]
    at = places.index(arrangement.market) if arrangement.market in places else 0
    return replace(arrangement, market=places[(at + step) % len(places)])


def next_column(arrangement: Arrangement, step: int) -> Arrangement:
    """Sorted by the column `step` places on; KIS's order stands between the last and the first.

    A text begins with its first, a number with its highest.
    """
    places: list[Column | None] = [None, *_sortable(arrangement)]
    now = column_of(arrangement.column)
    at = places.index(now) if now in places else 0
    chosen = places[(at + step) % len(places)]
    if chosen is None:
        return replace(arrangement, column=None, descending=True)
    return replace(arrangement, column=chosen.name, descending=not chosen.is_text)


def reversed_(arrangement: Arrangement) -> Arrangement:
    """The other way round; KIS's order has one direction only."""
    if arrangement.column is None:
        return arrangement
    return replace(arrangement, descending=not arrangement.descending)


def _sortable(arrangement: Arrangement) -> Sequence[Column]:
    """The columns there are to sort by: of those the user wants to see, as far as they are said."""
    wanted = arrangement.columns
    return [each for each in COLUMNS if wanted is None or each.name in (*wanted, "name")]


def _sorted(holdings: list[Position], arrangement: Arrangement) -> list[Position]:
    column = column_of(arrangement.column)
    if column is None:
        return holdings
    keyed = [(_key(column.value(each)), each) for each in holdings]
    known = [(key, each) for key, each in keyed if key is not None]
    # `reverse` keeps equal ones in KIS's order, as reversing the result would not.
    known.sort(key=lambda pair: pair[0], reverse=arrangement.descending)
    return [each for _, each in known] + [each for key, each in keyed if key is None]


def _key(value: Value) -> tuple[int | Decimal | str, ...] | None:
    """What to compare; numbers within a text count as numbers, `None` is without a place."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return (value,)
    parts = _DIGITS.split(value.casefold())
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))
