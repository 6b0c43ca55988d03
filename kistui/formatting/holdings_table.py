"""The holdings of a balance as a table, with a total row per market if some are overseas."""

from collections.abc import Iterable, Mapping
from functools import partial

from kistui.formatting.cells import Cell, Role
from kistui.formatting.holding_columns import (
    GRAPHIC_COLUMNS,
    HOLDING_COLUMNS,
    TABLE_COLUMNS,
    GraphicColumn,
    HoldingColumn,
    HoldingsGroup,
    TableColumn,
)
from kistui.formatting.holdings_view_state import (
    DEFAULT_VIEW_STATE,
    HoldingsViewState,
    filter_and_sort,
)
from kistui.formatting.table import Row, Table, TableLayout, column_title
from kistui.formatting.values import (
    AMOUNT_MASK,
    DOWN_ARROW,
    UNAVAILABLE,
    UP_ARROW,
    decimal_count,
    live_mark,
    pad_decimals,
)
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.markets import Market
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding, all_holdings, holdings_valuation

MARKET_KEY_PREFIX = "market:"
_COLUMN_NAMES = [column.name for column in TABLE_COLUMNS]
NAME_INDEX, _VALUATION_INDEX = map(_COLUMN_NAMES.index, ("name", "valuation"))
_CELL_ORDER = tuple((*HOLDING_COLUMNS, *GRAPHIC_COLUMNS).index(column) for column in TABLE_COLUMNS)
"""The cells of the data columns and of the bars after them, in the order of the table."""
_ALIGNED_INDEXES = tuple(
    index for index, column in enumerate(HOLDING_COLUMNS) if column.aligns_decimals
)
_MARKED_INDEXES = tuple(
    index for index, column in enumerate(HOLDING_COLUMNS) if column.name in {"price", "valuation"}
)
"""The cells that say whether they are at a live price."""
_BLANK = Cell("")


class HoldingsTable:
    """A balance's holdings, filtered and sorted by the view state."""

    def __init__(
        self,
        balance: Balance,
        t: Translations,
        view_state: HoldingsViewState = DEFAULT_VIEW_STATE,
        *,
        amounts_hidden: bool = False,
        previous: "HoldingsTable | None" = None,
    ) -> None:
        """Create the table of a balance, with the rows of `previous` for unchanged holdings."""
        self.balance = balance
        self.amounts_hidden = amounts_hidden
        self._t = t
        self._row_cache: dict[int, tuple[AnyHolding, Row]] = {}
        """The holdings with their formatted rows, by the identity of the holding."""
        holdings = all_holdings(balance)
        self._scales = {
            column.name: _greatest_magnitude(column, holdings) for column in GRAPHIC_COLUMNS
        }
        self._decimals = _decimals_by_currency(holdings)
        if previous is not None and previous.format_key == self.format_key:
            self._take_rows(previous, holdings)
        self.arrange(view_state)

    @property
    def format_key(self) -> tuple[object, ...]:
        """What the text of a row depends on, besides its holding."""
        return self.amounts_hidden, id(self._t), self._decimals, self.balance.confirmed is None

    def formatted_row(self, holding: AnyHolding) -> Row | None:
        """Return the row of a holding if it was formatted already."""
        known, row = self._row_cache.get(id(holding), (None, None))
        return row if known is holding else None

    def _take_rows(self, previous: "HoldingsTable", holdings: Iterable[AnyHolding]) -> None:
        """Reuse the formatted rows of unchanged holdings; only their bars may differ."""
        for holding in holdings:
            if row := previous.formatted_row(holding):
                draw = partial(_draw_bar, self._scales, holding)
                row = Row(row.cells, draw=draw, widths=row.widths)
                self._row_cache[id(holding)] = holding, row

    def arrange(self, view_state: HoldingsViewState) -> None:
        """Filter and sort the holdings; rows that were shown before are not formatted again."""
        self._view_state = view_state
        self.filtered = filter_and_sort(self.balance, view_state)
        self._holding_by_key: dict[str, AnyHolding] = {}
        self._table = self._build_table()

    def __len__(self) -> int:
        return len(self._table)

    def find_holding(self, row_key: str | None) -> AnyHolding | None:
        """Return the holding of the row with `row_key`; None for a total row or an unknown key."""
        return self._holding_by_key.get(row_key or "")

    def item_position(self, row_key: str | None) -> tuple[int, int]:
        """Return the number of a holding among those shown, from 1, and their number.

        A market's total row has the number of the holding before it.
        """
        keys = self._table.row_keys
        row = keys.index(row_key) if row_key in keys else -1
        number = sum(key in self._holding_by_key for key in keys[: row + 1])
        return number, len(self.filtered.holdings)

    def adjacent_key(self, row_key: str | None, step: int) -> str | None:
        """Return the key of the holding `step` holdings on, or of the last in that direction."""
        keys = [key for key in self._table.row_keys if key in self._holding_by_key]
        if not keys:
            return None
        position, _ = self.item_position(row_key)
        # From a market's total row, the next holding is the one below it.
        index = position - 1 + step + (row_key not in self._holding_by_key and step < 0)
        return keys[max(0, min(index, len(keys) - 1))]

    def lay_out(self, width: int, *, with_graphics: bool = True) -> TableLayout:
        """Return the table in `width` columns; only the name is ever truncated, numbers are not."""
        return self._table.lay_out(width, with_graphics=with_graphics)

    def dropped_columns(self, width: int) -> frozenset[str]:
        """Return the names of the columns that do not fit into `width` columns."""
        return self._table.dropped_columns(width)

    @property
    def titles(self) -> tuple[str, str]:
        """The titles in the frame: count, filters and order; the number of sold-out holdings."""
        t, view_state, filtered = self._t, self._view_state, self.filtered
        title_key = "holdings.title" if self.balance.is_complete else "holdings.partial"
        parts = [t(title_key, n=filtered.held_count)]
        if view_state.market is not None:
            parts.append(t(f"market.{view_state.market.value}"))
        if view_state.is_filtered:
            match_count, held_count = len(filtered.holdings), filtered.unfiltered_count
            parts.append(t("holdings.match_count", n=match_count, of=held_count))
        if view_state.sort_column is not None:
            column = f"{t(f'column.{view_state.sort_column}')} {self._sort_arrow}"
            parts.append(t("holdings.sorted", column=column))
        sold_out_key = "sold_out_shown" if view_state.show_sold_out else "sold_out_hidden"
        n = filtered.sold_out_count
        return " · ".join(parts), t(f"holdings.{sold_out_key}", n=n) if n else ""

    def _build_table(self) -> Table:
        filtered = self.filtered
        # A partial balance has no known weights, not even that of the whole.
        valuation = holdings_valuation(self.balance) if self.balance.is_complete else None
        totals = [self._total_row(HoldingsGroup(filtered.holdings, valuation))]
        keys: list[str] = []
        rows: list[Row] = []
        for market, holdings in filtered.groups:
            if market is not None:
                totals.append(self._total_row(HoldingsGroup(holdings, valuation, market)))
                keys.append(f"{MARKET_KEY_PREFIX}{market.value}")
                rows.append(totals[-1])
            keys += map(holding_row_key, holdings)
            rows += map(self._holding_row, holdings)
            for holding in holdings:
                self._holding_by_key.setdefault(holding_row_key(holding), holding)
        header = Row(Cell(self._column_title(column), Role.DIM) for column in TABLE_COLUMNS)
        return Table(
            TABLE_COLUMNS, header, rows, keys, totals=totals, hidden_columns=self._hidden_columns
        )

    @property
    def _hidden_columns(self) -> frozenset[str]:
        """The columns that the view state leaves out, or that no shown holding has a value in."""
        visible = self._view_state.visible_columns
        filtered = self.filtered
        hidden = {
            column.name
            for column in HOLDING_COLUMNS
            if (visible is not None and column.name not in (*visible, "name"))
            or (column.is_overseas_only and not filtered.has_overseas)
            or (column.is_domestic_only and not filtered.has_domestic)
        }
        return frozenset(
            hidden.union(
                bar.name
                for bar in GRAPHIC_COLUMNS
                if bar.value_column in hidden
                or not self._scales[bar.name]
                or (bar.is_sensitive and self.amounts_hidden)
            )
        )

    def _holding_row(self, holding: AnyHolding) -> Row:
        row = self.formatted_row(holding)
        if row is None:
            cells = [
                column.mask(column.format_cell(holding), amounts_hidden=self.amounts_hidden)
                for column in HOLDING_COLUMNS
            ]
            if isinstance(holding, OverseasHolding):
                self._pad_decimals(cells, holding)
            if self.balance.confirmed is not None:
                for index in _MARKED_INDEXES:
                    cells[index] = _with_live_mark(cells[index], holding.is_live)
            if len(holding.lots) > 1:
                name = self._t("holdings.lots", name=holding.name or "", n=len(holding.lots))
                cells[NAME_INDEX] = Cell(name)
            cells += [_BLANK] * len(GRAPHIC_COLUMNS)
            if holding.is_sold_out:
                cells = [Cell(cell.text, Role.DIM) for cell in cells]
            row = Row(
                (cells[index] for index in _CELL_ORDER),
                # Not a method: a cycle with the table would keep all figures until it is collected.
                draw=partial(_draw_bar, self._scales, holding),
            )
            self._row_cache[id(holding)] = holding, row
        return row

    def _pad_decimals(self, cells: list[Cell], holding: OverseasHolding) -> None:
        for index in _ALIGNED_INDEXES:
            cell = cells[index]
            if cell.text not in {UNAVAILABLE.text, AMOUNT_MASK}:
                count = self._decimals[index, holding.currency]
                cells[index] = Cell(pad_decimals(cell.text, count), cell.role)

    def _total_row(self, group: HoldingsGroup) -> Row:
        cells = [
            column.mask(column.format_total(group, self._t), amounts_hidden=self.amounts_hidden)
            if isinstance(column, HoldingColumn)
            else Cell("")
            for column in TABLE_COLUMNS
        ]
        if self.balance.confirmed is not None:
            is_live = any(holding.is_live for holding in group.holdings)
            cells[_VALUATION_INDEX] = _with_live_mark(cells[_VALUATION_INDEX], is_live)
        cells[NAME_INDEX] = Cell(self._total_title(group), Role.STRONG)
        return Row(cells)

    def _total_title(self, group: HoldingsGroup) -> str:
        t, n = self._t, len(group.open_holdings)
        if group.market is not None:
            name = t(f"market.{group.market.value}")
            return t("holdings.market", name=name, currency="/".join(group.currencies), n=n)
        if self.filtered.is_filtered:
            return t("column.total_of_matches", n=n, of=self.filtered.held_count)
        return t("column.total", n=n)

    def _column_title(self, column: TableColumn) -> str:
        if isinstance(column, GraphicColumn):
            return ""
        title = column_title(column, self._t, "column")
        return title + (self._sort_arrow if column.name == self._view_state.sort_column else "")

    @property
    def _sort_arrow(self) -> str:
        return DOWN_ARROW if self._view_state.descending else UP_ARROW


def _draw_bar(scales: Mapping[str, int], holding: AnyHolding, index: int) -> Cell:
    column = TABLE_COLUMNS[index]
    if holding.is_sold_out or not isinstance(column, GraphicColumn):
        return _BLANK
    measure = column.measure(holding)
    return _BLANK if measure is None else column.draw(measure, scales[column.name])


def _with_live_mark(cell: Cell, is_live: bool) -> Cell:
    return Cell(f"{live_mark(is_live)}{cell.text}", cell.role)


def _greatest_magnitude(column: GraphicColumn, holdings: Iterable[AnyHolding]) -> int:
    measures = (column.measure(holding) for holding in holdings if not holding.is_sold_out)
    return max((abs(measure) for measure in measures if measure is not None), default=0)


def _decimals_by_currency(holdings: Iterable[AnyHolding]) -> Mapping[tuple[int, str], int]:
    """Return the most decimals in each aligned column, by its index, and foreign currency."""
    counts: dict[tuple[int, str], int] = {}
    for holding in holdings:
        if not isinstance(holding, OverseasHolding):
            continue
        for index in _ALIGNED_INDEXES:
            key = index, holding.currency
            count = decimal_count(HOLDING_COLUMNS[index].format_cell(holding).text)
            counts[key] = max(counts.get(key, 0), count)
    return counts


def holding_row_key(holding: AnyHolding) -> str:
    """Return the key of a holding's row, the same across refreshes."""
    key = holding.code or holding.name or ""
    return f"{holding.market.value}:{key}" if isinstance(holding, OverseasHolding) else key


def market_of_row_key(row_key: str | None) -> Market | None:
    """Return the market of a total row's key; None for the key of a holding."""
    if row_key is None or not row_key.startswith(MARKET_KEY_PREFIX):
        return None
    return Market(row_key.removeprefix(MARKET_KEY_PREFIX))
