"""Which holdings are shown and in what order: the user's choice, and what it makes of a balance."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn, find_column
from kistui.formatting.holdings_data import GET_IS_SOLD_OUT, Getter, HoldingsData
from kistui.formatting.search import compile_query, is_blank_query, search_text
from kistui.models.balance import Balance
from kistui.models.holdings import AnyHolding, all_holdings, latest_overseas
from kistui.models.overseas import Market

_GET_MARKET: Getter[Market] = attrgetter("market")


class HoldingsViewState(Struct, frozen=True):
    """What the user wants to see of the holdings."""

    sort_column: str | None = None
    """The column to sort by; `None` is KIS's order."""
    descending: bool = True
    query: str = ""
    show_sold_out: bool = False
    visible_columns: tuple[str, ...] | None = None
    """The columns that may be shown; `None` are all that fit. The name is always one of them."""
    market: Market | None = None
    """The one market to see; `None` are all."""

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out on purpose."""
        return self.market is not None or not is_blank_query(self.query)

    def to_dict(self) -> dict[str, object]:
        """What is remembered of it: all but query, market, and the sold-out items."""
        table: dict[str, object] = {"descending": self.descending}
        if self.sort_column is not None:
            table["column"] = self.sort_column
        if self.visible_columns is not None:
            table["columns"] = list(self.visible_columns)
        return table

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "HoldingsViewState":
        """What `kept` gave, as far as it still makes sense."""
        column, columns = data.get("column"), data.get("columns")
        known = {each.name for each in HOLDING_COLUMNS}
        return cls(
            sort_column=column if isinstance(column, str) and column in known else None,
            descending=data.get("descending") is not False,
            visible_columns=tuple(
                each for each in columns if isinstance(each, str) and each in known
            )
            if isinstance(columns, list)
            else None,
        )


DEFAULT_VIEW_STATE = HoldingsViewState()
"""Everything held, in KIS's order."""


class MarketGroup(NamedTuple):
    """The rows of one market; above them stands what they are together."""

    market: Market
    rows: Sequence[int]


class FilteredHoldings(NamedTuple):
    """The holdings to show, in order."""

    data: HoldingsData
    rows: Sequence[int]
    """Theirs in the sheet."""
    groups: tuple[MarketGroup, ...]
    """The same by market; none where all there is, is at home."""
    hidden_sold_out_count: int
    """Sold-out holdings that the query finds and that are not shown."""
    unfiltered_count: int
    """How many would be shown without a query."""
    is_filtered: bool

    @property
    def holdings(self) -> tuple[AnyHolding, ...]:
        """The holdings themselves."""
        return tuple(self.data.holdings[row] for row in self.rows)


def filter_and_sort(
    balance: Balance, view_state: HoldingsViewState, data: HoldingsData | None = None
) -> FilteredHoldings:
    """A balance's holdings filtered and sorted; the sold-out ones, if shown, at the end.

    With anything held abroad they stand market by market, those at home first.
    """
    data = data or HoldingsData(balance)
    sold_out, with_gone = data.column(GET_IS_SOLD_OUT), view_state.show_sold_out
    found = _matching_rows(data, view_state)
    rows = [row for row in found if not sold_out[row]]
    gone = [row for row in found if sold_out[row]] if len(rows) < len(found) else []
    if with_gone:
        rows += gone
    groups: tuple[MarketGroup, ...] = ()
    if len(data.holdings) > len(balance.holdings):
        groups = tuple(_group_by_market(rows, data))
        rows = [row for group in groups for row in group.rows]
    return FilteredHoldings(
        data=data,
        rows=rows,
        groups=groups,
        hidden_sold_out_count=0 if with_gone else len(gone),
        unfiltered_count=len(data.holdings) if with_gone else data.held_count,
        is_filtered=view_state.is_filtered,
    )


def _matching_rows(data: HoldingsData, view_state: HoldingsViewState) -> Sequence[int]:
    """The rows that are asked for, in order."""
    rows: Sequence[int] = range(len(data.holdings))
    column, market = find_column(view_state.sort_column), view_state.market
    if column is not None:
        rows = data.sorted_rows(
            column.sort_key or column.get_value, descending=view_state.descending
        )
    if market is not None:
        markets = data.column(_GET_MARKET)
        rows = [row for row in rows if markets[row] is market]
    if not is_blank_query(view_state.query):
        asked, texts = compile_query(view_state.query), data.column(search_text)
        rows = [row for row in rows if asked(texts[row])]
    return rows


def _group_by_market(rows: Sequence[int], data: HoldingsData) -> Iterator[MarketGroup]:
    markets = data.column(_GET_MARKET)
    for market in Market:
        of_it = [row for row in rows if markets[row] is market]
        if of_it:
            yield MarketGroup(market, of_it)


def cycle_market(view_state: HoldingsViewState, balance: Balance, step: int) -> HoldingsViewState:
    """Only the market `step` places on; all of them stand between the last and the first."""
    abroad = latest_overseas(balance)
    if abroad is None or not abroad.holdings:
        return replace(view_state, market=None)
    there = {each.market for each in all_holdings(balance)}
    places = [None, *(market for market in Market if market in there)]
    at = places.index(view_state.market) if view_state.market in places else 0
    return replace(view_state, market=places[(at + step) % len(places)])


def cycle_sort_column(view_state: HoldingsViewState, step: int) -> HoldingsViewState:
    """Sorted by the column `step` places on; KIS's order stands between the last and the first.

    A text begins with its first, a number with its highest.
    """
    places: list[HoldingColumn | None] = [None, *_sortable_columns(view_state)]
    now = find_column(view_state.sort_column)
    at = places.index(now) if now in places else 0
    chosen = places[(at + step) % len(places)]
    if chosen is None:
        return replace(view_state, sort_column=None, descending=True)
    return replace(view_state, sort_column=chosen.name, descending=not chosen.is_text)


def reverse_sort(view_state: HoldingsViewState) -> HoldingsViewState:
    """The other way round; KIS's order has one direction only."""
    if view_state.sort_column is None:
        return view_state
    return replace(view_state, descending=not view_state.descending)


def _sortable_columns(view_state: HoldingsViewState) -> Sequence[HoldingColumn]:
    """The columns there are to sort by: of those the user wants to see, as far as they are said."""
    wanted = view_state.visible_columns
    return [each for each in HOLDING_COLUMNS if wanted is None or each.name in (*wanted, "name")]
