"""The view state of the holdings table: filters, sort order and visible columns."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn, find_column
from kistui.formatting.holdings_data import GET_IS_SOLD_OUT, Getter, HoldingsData
from kistui.formatting.search import compile_query, is_blank_query, search_text
from kistui.models.balance import Balance
from kistui.models.overseas import Market
from kistui.models.totals import AnyHolding, all_holdings, latest_overseas

_GET_MARKET: Getter[Market] = attrgetter("market")


class HoldingsViewState(Struct, frozen=True):
    """The user's filters, sort order and columns of the holdings table."""

    sort_column: str | None = None
    """The column to sort by; None keeps KIS's order."""
    descending: bool = True
    query: str = ""
    show_sold_out: bool = False
    visible_columns: tuple[str, ...] | None = None
    """The columns that may be shown, besides the name; None allows all."""
    market: Market | None = None
    """The only market to show; None shows all."""

    @property
    def is_filtered(self) -> bool:
        """Whether a query or a market leaves out holdings."""
        return self.market is not None or not is_blank_query(self.query)

    def to_dict(self) -> dict[str, object]:
        """Return the part that is saved: sort order and columns, but no filters."""
        data: dict[str, object] = {"descending": self.descending}
        if self.sort_column is not None:
            data["column"] = self.sort_column
        if self.visible_columns is not None:
            data["columns"] = list(self.visible_columns)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "HoldingsViewState":
        """Return the view state saved by `to_dict`; invalid and unknown values are ignored."""
        column, columns = data.get("column"), data.get("columns")
        known_names = {candidate.name for candidate in HOLDING_COLUMNS}
        return cls(
            sort_column=column if isinstance(column, str) and column in known_names else None,
            descending=data.get("descending") is not False,
            visible_columns=tuple(
                name for name in columns if isinstance(name, str) and name in known_names
            )
            if isinstance(columns, list)
            else None,
        )


DEFAULT_VIEW_STATE = HoldingsViewState()
"""All holdings that are not sold out, in KIS's order."""


class MarketGroup(NamedTuple):
    """The rows of one market, shown below the market's total row."""

    market: Market
    rows: Sequence[int]


class FilteredHoldings(NamedTuple):
    """The holdings to show, in display order."""

    data: HoldingsData
    rows: Sequence[int]
    """Their rows in `data`."""
    groups: tuple[MarketGroup, ...]
    """The rows by market; empty if the account has no overseas holdings."""
    hidden_sold_out_count: int
    """Sold-out holdings that match the filters but are not shown."""
    unfiltered_count: int
    """How many holdings would be shown without filters."""
    is_filtered: bool

    @property
    def holdings(self) -> tuple[AnyHolding, ...]:
        """The holdings in display order."""
        return tuple(self.data.holdings[row] for row in self.rows)


def filter_and_sort(
    balance: Balance, view_state: HoldingsViewState, data: HoldingsData | None = None
) -> FilteredHoldings:
    """Return a balance's holdings filtered and sorted; sold-out ones come last, if shown.

    With overseas holdings, the result is grouped by market, domestic ones first.
    """
    data = data or HoldingsData(balance)
    sold_out, show_sold_out = data.column(GET_IS_SOLD_OUT), view_state.show_sold_out
    matches = _matching_rows(data, view_state)
    rows = [row for row in matches if not sold_out[row]]
    sold_out_rows = [row for row in matches if sold_out[row]] if len(rows) < len(matches) else []
    if show_sold_out:
        rows += sold_out_rows
    groups: tuple[MarketGroup, ...] = ()
    if len(data.holdings) > len(balance.holdings):
        groups = tuple(_group_by_market(rows, data))
        rows = [row for group in groups for row in group.rows]
    return FilteredHoldings(
        data=data,
        rows=rows,
        groups=groups,
        hidden_sold_out_count=0 if show_sold_out else len(sold_out_rows),
        unfiltered_count=len(data.holdings) if show_sold_out else data.held_count,
        is_filtered=view_state.is_filtered,
    )


def _matching_rows(data: HoldingsData, view_state: HoldingsViewState) -> Sequence[int]:
    """Return the rows that match the filters, in sort order."""
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
        is_match, texts = compile_query(view_state.query), data.column(search_text)
        rows = [row for row in rows if is_match(texts[row])]
    return rows


def _group_by_market(rows: Sequence[int], data: HoldingsData) -> Iterator[MarketGroup]:
    markets = data.column(_GET_MARKET)
    for market in Market:
        market_rows = [row for row in rows if markets[row] is market]
        if market_rows:
            yield MarketGroup(market, market_rows)


def cycle_market(view_state: HoldingsViewState, balance: Balance, step: int) -> HoldingsViewState:
    """Select the market `step` places on; all markets come between the last and the first."""
    overseas = latest_overseas(balance)
    if overseas is None or not overseas.holdings:
        return replace(view_state, market=None)
    held_markets = {holding.market for holding in all_holdings(balance)}
    choices = [None, *(market for market in Market if market in held_markets)]
    index = choices.index(view_state.market) if view_state.market in choices else 0
    return replace(view_state, market=choices[(index + step) % len(choices)])


def cycle_sort_column(view_state: HoldingsViewState, step: int) -> HoldingsViewState:
    """Sort by the column `step` places on; KIS's order comes between the last and the first.

    Text columns start ascending, numbers descending.
    """
    choices: list[HoldingColumn | None] = [None, *_sortable_columns(view_state)]
    current = find_column(view_state.sort_column)
    index = choices.index(current) if current in choices else 0
    chosen = choices[(index + step) % len(choices)]
    if chosen is None:
        return replace(view_state, sort_column=None, descending=True)
    return replace(view_state, sort_column=chosen.name, descending=not chosen.is_text)


def reverse_sort(view_state: HoldingsViewState) -> HoldingsViewState:
    """Reverse the sort direction; KIS's order cannot be reversed."""
    if view_state.sort_column is None:
        return view_state
    return replace(view_state, descending=not view_state.descending)


def _sortable_columns(view_state: HoldingsViewState) -> Sequence[HoldingColumn]:
    """Return the columns to sort by: the visible ones and the name."""
    visible = view_state.visible_columns
    return [
        column for column in HOLDING_COLUMNS if visible is None or column.name in (*visible, "name")
    ]
