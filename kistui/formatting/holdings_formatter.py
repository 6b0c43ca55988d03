"""The cells of holdings: thousands are measured, and those made that somebody looks at."""

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
from kistui.models.holdings import AnyHolding

RowCells = tuple[Cell, ...]
MAX_CACHED_TOTALS = 8
"""Queries whose sums and widths are remembered: what was typed is taken back as often."""
_GET_LOTS: Getter[tuple[object, ...]] = attrgetter("lots")


class HoldingsFormatter:
    """A balance's holdings in words, however they are arranged."""

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
        """The same holdings with their amounts, or without."""
        return HoldingsFormatter(
            self.balance, self.t, amounts_hidden=amounts_hidden, data=self.data
        )

    def row_cells(self, holding: AnyHolding) -> RowCells:
        """A holding's cells, one a column."""
        made = self._row_cache.get(id(holding))
        if made is None:
            made = tuple(self._format_holding_cell(column, holding) for column in HOLDING_COLUMNS)
            self._row_cache[id(holding)] = made
        return made

    def totals_for(
        self, filtered: FilteredHoldings, view_state: HoldingsViewState
    ) -> "VisibleTotals":
        """What is shown as a whole: the same in whatever order."""
        key = view_state.query, view_state.market, view_state.show_sold_out
        shown = self._totals_cache.get(key)
        if shown is None:
            if len(self._totals_cache) >= MAX_CACHED_TOTALS:
                self._totals_cache.clear()
            shown = self._totals_cache[key] = VisibleTotals(filtered, self)
        return shown

    def format_cell(self, column: HoldingColumn, value: Any) -> Cell:
        """A value as it stands below a column's title."""
        cell = column.format_value(value)
        return (
            show.mask_amount(cell, amounts_hidden=True)
            if self.amounts_hidden and column.is_sensitive
            else cell
        )

    def column_values(self, index: int) -> list[Any]:
        """What there is to be seen in a column of each row."""
        return (
            self._name_values
            if index == NAME_INDEX
            else self.data.column(HOLDING_COLUMNS[index].get_value)
        )

    @cached_property
    def _name_values(self) -> list[str | None]:
        """With the number of lots where there are several."""
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
    """What is shown of the holdings, as a whole: sums and widths, each made when asked for."""

    def __init__(self, filtered: FilteredHoldings, formatter: HoldingsFormatter) -> None:
        sheet, t = filtered.data, formatter.t
        self._rows = filtered.rows
        self._formatter = formatter
        markets = (MarketTotalRow(group, sheet, t) for group in filtered.groups)
        self._total_rows: list[TotalRow | MarketTotalRow] = [TotalRow(filtered, t), *markets]
        self._cell_cache: dict[tuple[int, int], Cell] = {}
        self._width_cache: dict[int, int] = {}

    def total_cell(self, total_index: int, index: int) -> Cell:
        """What stands in a column of a line of sums: 0 is the total, those of markets follow."""
        cell = self._cell_cache.get((total_index, index))
        if cell is None:
            column = HOLDING_COLUMNS[index]
            cell = self._total_rows[total_index].format_cell(column.name)
            hidden = self._formatter.amounts_hidden and column.is_sensitive and bool(cell.text)
            cell = self._cell_cache[total_index, index] = show.mask_amount(
                cell, amounts_hidden=hidden
            )
        return cell

    def totals_width(self, index: int) -> int:
        """The width of the widest sum of a column."""
        return max(self.total_cell(line, index).width for line in range(len(self._total_rows)))

    def column_width(self, index: int) -> int:
        """The width of the widest cell of a column."""
        width = self._width_cache.get(index)
        if width is None:
            width = self._width_cache[index] = max(
                self.totals_width(index), self._holdings_width(index)
            )
        return width

    def _holdings_width(self, index: int) -> int:
        column, values = HOLDING_COLUMNS[index], self._formatter.column_values(index)
        shown = [values[row] for row in self._rows]
        return column.measure_width(shown, lambda value: self._formatter.format_cell(column, value))


def _name_with_lot_count(name: str | None, lot_count: int, t: Translations) -> str | None:
    return t("holdings.lots", name=name or "", n=lot_count) if lot_count > 1 else name
