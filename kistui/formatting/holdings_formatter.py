"""Formats the cells of holdings and measures columns, caching both."""

from functools import cached_property
from operator import attrgetter
from typing import Any

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.column_fit import NAME_INDEX
from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn
from kistui.formatting.holdings_data import Getter, HoldingsData
from kistui.formatting.holdings_view_state import FilteredHoldings, HoldingsViewState
from kistui.formatting.total_rows import MarketTotalRow, TotalRow
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.totals import AnyHolding

RowCells = tuple[Cell, ...]
MAX_CACHED_TOTALS = 8
"""Filters whose totals and widths are cached: deleting a typed character shows them again."""
_GET_LOTS: Getter[tuple[object, ...]] = attrgetter("lots")


class HoldingsFormatter:
    """Formats the holdings of a balance, independent of filters and sort order."""

    def __init__(
        self,
        balance: Balance,
        t: Translations,
        *,
        amounts_hidden: bool,
        data: HoldingsData | None = None,
    ) -> None:
        self.balance = balance
        self.t = t
        self.amounts_hidden = amounts_hidden
        self.data = data or HoldingsData(balance)
        self._row_cache: dict[int, RowCells] = {}
        self._totals_cache: dict[object, VisibleTotals] = {}

    def with_amounts_hidden(self, amounts_hidden: bool) -> "HoldingsFormatter":
        """Return a formatter of the same holdings with amounts hidden or shown."""
        return HoldingsFormatter(
            self.balance, self.t, amounts_hidden=amounts_hidden, data=self.data
        )

    def row_cells(self, holding: AnyHolding) -> RowCells:
        """Return the cells of a holding, one per column of `HOLDING_COLUMNS`."""
        cells = self._row_cache.get(id(holding))
        if cells is None:
            cells = tuple(self._format_holding_cell(column, holding) for column in HOLDING_COLUMNS)
            self._row_cache[id(holding)] = cells
        return cells

    def totals_for(
        self, filtered: FilteredHoldings, view_state: HoldingsViewState
    ) -> "VisibleTotals":
        """Return the totals of the filtered holdings, cached by filter."""
        key = view_state.query, view_state.market, view_state.show_sold_out
        totals = self._totals_cache.get(key)
        if totals is None:
            if len(self._totals_cache) >= MAX_CACHED_TOTALS:
                self._totals_cache.clear()
            totals = self._totals_cache[key] = VisibleTotals(filtered, self)
        return totals

    def format_cell(self, column: HoldingColumn, value: Any) -> Cell:
        """Return the cell of a value in a column, masked if it is private."""
        cell = column.format_value(value)
        return (
            show.mask_amount(cell, amounts_hidden=True)
            if self.amounts_hidden and column.is_sensitive
            else cell
        )

    def column_values(self, index: int) -> list[Any]:
        """Return the values of a column by row; names include the number of lots."""
        return (
            self._name_values
            if index == NAME_INDEX
            else self.data.column(HOLDING_COLUMNS[index].get_value)
        )

    @cached_property
    def _name_values(self) -> list[str | None]:
        """The names by row, with the number of lots if there are several."""
        pairs = zip(
            self.data.column(HOLDING_COLUMNS[NAME_INDEX].get_value),
            self.data.column(_GET_LOTS),
            strict=True,
        )
        return [_name_with_lot_count(name, len(lots), self.t) for name, lots in pairs]

    def _format_holding_cell(self, column: HoldingColumn, holding: AnyHolding) -> Cell:
        value = column.get_value(holding)
        if column is HOLDING_COLUMNS[NAME_INDEX]:
            value = _name_with_lot_count(value, len(holding.lots), self.t)
        cell = self.format_cell(column, value)
        return Cell(cell.text, Role.DIM) if holding.is_sold_out else cell


class VisibleTotals:
    """Total rows and column widths of the holdings shown, each computed once on demand."""

    def __init__(self, filtered: FilteredHoldings, formatter: HoldingsFormatter) -> None:
        data, t = filtered.data, formatter.t
        self._rows = filtered.rows
        self._formatter = formatter
        markets = (MarketTotalRow(group, data, t) for group in filtered.groups)
        self._total_rows: list[TotalRow | MarketTotalRow] = [TotalRow(filtered, t), *markets]
        self._cell_cache: dict[tuple[int, int], Cell] = {}
        self._width_cache: dict[int, int] = {}

    def total_cell(self, total_index: int, index: int) -> Cell:
        """Return the cell of a total row in a column; 0 is the grand total, then the markets."""
        cell = self._cell_cache.get((total_index, index))
        if cell is None:
            column = HOLDING_COLUMNS[index]
            cell = self._total_rows[total_index].format_cell(column.name)
            is_masked = self._formatter.amounts_hidden and column.is_sensitive and bool(cell.text)
            cell = self._cell_cache[total_index, index] = show.mask_amount(
                cell, amounts_hidden=is_masked
            )
        return cell

    def totals_width(self, index: int) -> int:
        """Return the width of the widest total in a column."""
        return max(
            self.total_cell(total_index, index).width
            for total_index in range(len(self._total_rows))
        )

    def column_width(self, index: int) -> int:
        """Return the width of the widest cell in a column, totals included."""
        width = self._width_cache.get(index)
        if width is None:
            width = self._width_cache[index] = max(
                self.totals_width(index), self._holdings_width(index)
            )
        return width

    def _holdings_width(self, index: int) -> int:
        column, values = HOLDING_COLUMNS[index], self._formatter.column_values(index)
        shown_values = [values[row] for row in self._rows]
        return column.measure_width(
            shown_values, lambda value: self._formatter.format_cell(column, value)
        )


def _name_with_lot_count(name: str | None, lot_count: int, t: Translations) -> str | None:
    return t("holdings.lots", name=name or "", n=lot_count) if lot_count > 1 else name
