"""Which holdings are shown and in what order: the user's choice, and what it makes of a balance."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from kistui.models.balance import Balance
from kistui.models.overseas import Market
from kistui.models.holdings import AnyHolding, latest_overseas, all_holdings
from kistui.models.record import record, replace
from kistui.view.columns import COLUMNS, Column, column_of
from kistui.view.search import asks, is_blank, searched
from kistui.view.sheet import IS_SOLD_OUT, Read, Sheet

_MARKET: Read[Market] = attrgetter("market")


@record
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


class MarketGroup(NamedTuple):
    """The rows of one market; above them stands what they are together."""

    market: Market
    rows: Sequence[int]


class Arranged(NamedTuple):
    """The holdings to show, in order."""

    sheet: Sheet
    rows: Sequence[int]
    """Theirs in the sheet."""
    groups: tuple[MarketGroup, ...]
    """The same by market; none where all there is, is at home."""
    hidden_sold_out: int
    """Sold-out holdings that the query finds and that are not shown."""
    total: int
    """How many would be shown without a query."""
    is_filtered: bool

    @property
    def shown(self) -> tuple[AnyHolding, ...]:
        """The holdings themselves."""
        return tuple(self.sheet.holdings[row] for row in self.rows)


def arrange(balance: Balance, arrangement: Arrangement, sheet: Sheet | None = None) -> Arranged:
    """A balance's holdings filtered and sorted; the sold-out ones, if shown, at the end.

    With anything held abroad they stand market by market, those at home first.
    """
    sheet = sheet or Sheet(balance)
    sold_out, with_gone = sheet.read(IS_SOLD_OUT), arrangement.with_sold_out
    found = _found(sheet, arrangement)
    rows = [row for row in found if not sold_out[row]]
    gone = [row for row in found if sold_out[row]] if len(rows) < len(found) else []
    if with_gone:
        rows += gone
    groups: tuple[MarketGroup, ...] = ()
    if len(sheet.holdings) > len(balance.holdings):
        groups = tuple(_by_market(rows, sheet))
        rows = [row for group in groups for row in group.rows]
    return Arranged(
        sheet=sheet,
        rows=rows,
        groups=groups,
        hidden_sold_out=0 if with_gone else len(gone),
        total=len(sheet.holdings) if with_gone else sheet.held,
        is_filtered=arrangement.is_filtered,
    )


def _found(sheet: Sheet, arrangement: Arrangement) -> Sequence[int]:
    """The rows that are asked for, in order."""
    rows: Sequence[int] = range(len(sheet.holdings))
    column, market = column_of(arrangement.column), arrangement.market
    if column is not None:
        rows = sheet.order(column.key or column.value, descending=arrangement.descending)
    if market is not None:
        markets = sheet.read(_MARKET)
        rows = [row for row in rows if markets[row] is market]
    if not is_blank(arrangement.query):
        asked, texts = asks(arrangement.query), sheet.read(searched)
        rows = [row for row in rows if asked(texts[row])]
    return rows


def _by_market(rows: Sequence[int], sheet: Sheet) -> Iterator[MarketGroup]:
    markets = sheet.read(_MARKET)
    for market in Market:
        of_it = [row for row in rows if markets[row] is market]
        if of_it:
            yield MarketGroup(market, of_it)


def next_market(arrangement: Arrangement, balance: Balance, step: int) -> Arrangement:
    """Only the market `step` places on; all of them stand between the last and the first."""
    abroad = latest_overseas(balance)
    if abroad is None or not abroad.holdings:
        return replace(arrangement, market=None)
    there = {each.market for each in all_holdings(balance)}
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
