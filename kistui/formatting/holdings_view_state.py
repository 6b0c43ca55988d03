"""The view state of the holdings table: filters, sort order and visible columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn, find_column
from kistui.formatting.search import compile_query, is_blank_query, search_text
from kistui.models.balance import Balance
from kistui.models.markets import Market
from kistui.models.totals import AnyHolding, all_holdings, latest_overseas


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
    is_grouped: bool = True
    """Whether holdings are grouped by market; otherwise they are one ranking."""

    @property
    def is_filtered(self) -> bool:
        """Whether a query or a market leaves out holdings."""
        return self.market is not None or not is_blank_query(self.query)

    def to_dict(self) -> dict[str, object]:
        """Return the part that is saved: sort order and columns, but no filters."""
        data: dict[str, object] = {"descending": self.descending}
        if self.sort_column is not None:
            data["column"] = self.sort_column
        if not self.is_grouped:
            data["grouped"] = False
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
            is_grouped=data.get("grouped") is not False,
            visible_columns=tuple(
                name for name in columns if isinstance(name, str) and name in known_names
            )
            if isinstance(columns, list)
            else None,
        )


DEFAULT_VIEW_STATE = HoldingsViewState()
"""All holdings that are not sold out, in KIS's order."""


class MarketGroup(NamedTuple):
    """Holdings that are shown together; without a market, those of all markets."""

    market: Market | None
    holdings: Sequence[AnyHolding]


class FilteredHoldings(NamedTuple):
    """The holdings to show, in display order."""

    groups: tuple[MarketGroup, ...]
    """One group per market if the account has overseas holdings, unless they are one ranking."""
    held_count: int
    """How many holdings of the account are not sold out."""
    sold_out_count: int
    """How many holdings of the account are sold out."""
    unfiltered_count: int
    """How many holdings would be shown without filters."""
    is_filtered: bool
    has_overseas: bool
    """Whether overseas holdings are shown."""
    has_domestic: bool
    """Whether domestic holdings are shown, or none at all."""

    @property
    def holdings(self) -> tuple[AnyHolding, ...]:
        """The holdings in display order."""
        return tuple(holding for group in self.groups for holding in group.holdings)


def filter_and_sort(balance: Balance, view_state: HoldingsViewState) -> FilteredHoldings:
    """Return a balance's holdings filtered and sorted; sold-out items come last, if shown.

    With overseas holdings, the result may be grouped by market, domestic holdings first.
    """
    holdings = all_holdings(balance)
    sold_out_count = sum(holding.is_sold_out for holding in holdings)
    held_count = len(holdings) - sold_out_count
    matches = _filter(_sort(holdings, view_state), view_state)
    visible = [holding for holding in matches if not holding.is_sold_out]
    if view_state.show_sold_out:
        visible += [holding for holding in matches if holding.is_sold_out]
    is_grouped = view_state.is_grouped and len(holdings) > len(balance.holdings)
    has_overseas = any(holding.market is not Market.KR for holding in visible)
    return FilteredHoldings(
        groups=tuple(_group_by_market(visible)) if is_grouped else (MarketGroup(None, visible),),
        held_count=held_count,
        sold_out_count=sold_out_count,
        unfiltered_count=len(holdings) if view_state.show_sold_out else held_count,
        is_filtered=view_state.is_filtered,
        has_overseas=has_overseas,
        has_domestic=not visible or any(holding.market is Market.KR for holding in visible),
    )


def _sort(holdings: Sequence[AnyHolding], view_state: HoldingsViewState) -> Sequence[AnyHolding]:
    """Return the holdings sorted; ties keep KIS's order, those without a value come last."""
    column = find_column(view_state.sort_column)
    if column is None:
        return holdings
    sort_key = column.sort_key or column.value_of
    keyed = [(sort_key(holding), holding) for holding in holdings]
    pairs_with_key = [pair for pair in keyed if pair[0] is not None]
    # Unlike reversing the result, `reverse` keeps equal keys in KIS's order.
    pairs_with_key.sort(key=itemgetter(0), reverse=view_state.descending)
    return [
        holding for _, holding in (*pairs_with_key, *(pair for pair in keyed if pair[0] is None))
    ]


def _filter(holdings: Iterable[AnyHolding], view_state: HoldingsViewState) -> Sequence[AnyHolding]:
    matches = [holding for holding in holdings if view_state.market in {None, holding.market}]
    if is_blank_query(view_state.query):
        return matches
    is_match = compile_query(view_state.query)
    return [holding for holding in matches if is_match(search_text(holding))]


def _group_by_market(holdings: Iterable[AnyHolding]) -> Iterator[MarketGroup]:
    groups: dict[Market, list[AnyHolding]] = {market: [] for market in Market}
    for holding in holdings:
        groups[holding.market].append(holding)
    return (MarketGroup(market, group) for market, group in groups.items() if group)


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
    choices: list[HoldingColumn | None] = [None, *sortable_columns(view_state)]
    current = find_column(view_state.sort_column)
    index = choices.index(current) if current in choices else 0
    chosen = choices[(index + step) % len(choices)]
    return sort_by(view_state, chosen.name if chosen else None)


def toggle_grouping(view_state: HoldingsViewState) -> HoldingsViewState:
    """Show one ranking over all markets, or market by market again.

    A ranking needs an order: without one it is by valuation.
    """
    if not view_state.is_grouped or view_state.sort_column is not None:
        return replace(view_state, is_grouped=not view_state.is_grouped)
    return replace(view_state, is_grouped=False, sort_column="valuation", descending=True)


def sort_by(view_state: HoldingsViewState, name: str | None) -> HoldingsViewState:
    """Sort by a column, numbers descending; the current column again reverses the order."""
    column = find_column(name)
    if column is None:
        return replace(view_state, sort_column=None, descending=True)
    if view_state.sort_column == name:
        return reverse_sort(view_state)
    return replace(view_state, sort_column=name, descending=not column.is_text)


def reverse_sort(view_state: HoldingsViewState) -> HoldingsViewState:
    """Reverse the sort direction; KIS's order cannot be reversed."""
    if view_state.sort_column is None:
        return view_state
    return replace(view_state, descending=not view_state.descending)


def sortable_columns(view_state: HoldingsViewState) -> Sequence[HoldingColumn]:
    """Return the columns to sort by: the visible columns and the name."""
    visible = view_state.visible_columns
    return [
        column for column in HOLDING_COLUMNS if visible is None or column.name in (*visible, "name")
    ]
