"""The holdings as a table that fits any width; rows are rendered on demand."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.formatting.column_fit import NAME_INDEX, ColumnLayout, fit_columns
from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn
from kistui.formatting.holdings_formatter import HoldingsFormatter
from kistui.formatting.holdings_view_state import (
    DEFAULT_VIEW_STATE,
    FilteredHoldings,
    HoldingsViewState,
    filter_and_sort,
)
from kistui.formatting.total_rows import market_row_key
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding

MIN_NAME_WIDTH, MAX_NAME_WIDTH = 10, 32


class TableLayout:
    """A table laid out for one width; all lines are equally wide, rows are rendered on demand."""

    def __init__(
        self,
        header: Line,
        row_keys: tuple[str, ...],
        render_row: Callable[[int], Line],
        total_row: Line,
    ) -> None:
        self.header = header
        self.row_keys = row_keys
        """The keys of the rows; a row keeps its key across refreshes."""
        self.total_row = total_row
        self._render_row = render_row
        self._row_cache: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self.row_keys)

    def render_row(self, index: int) -> Line:
        """Return the row at `index`."""
        row = self._row_cache.get(index)
        if row is None:
            row = self._row_cache[index] = self._render_row(index)
        return row

    @property
    def rows(self) -> Iterator[Line]:
        """All rows, from top to bottom."""
        return map(self._render_row, range(len(self.row_keys)))


EMPTY_TABLE_LAYOUT = TableLayout((), (), lambda _index: (), ())


class HoldingsTable:
    """A balance's holdings, filtered and sorted by the view state."""

    def __init__(
        self,
        balance: Balance,
        t: Translations,
        view_state: HoldingsViewState = DEFAULT_VIEW_STATE,
        *,
        amounts_hidden: bool = False,
        formatter: HoldingsFormatter | None = None,
    ) -> None:
        self._formatter = formatter = formatter or HoldingsFormatter(
            balance, t, amounts_hidden=amounts_hidden
        )
        self.filtered: FilteredHoldings = filter_and_sort(balance, view_state, formatter.data)
        self._totals = formatter.totals_for(self.filtered, view_state)
        self._titles = [_column_title(column, view_state, t) for column in HOLDING_COLUMNS]
        self._candidate_columns = _candidate_column_indexes(self.filtered, view_state)
        self._rows, self._row_keys = _display_rows(self.filtered)

    def __len__(self) -> int:
        return len(self._row_keys)

    def find_holding(self, row_key: str | None) -> AnyHolding | None:
        """Return the holding of the row with `row_key`; None for a total row or an unknown key."""
        if row_key not in self._row_keys:
            return None
        data_row = self._rows[self._row_keys.index(row_key)]
        return self.filtered.data.holdings[data_row] if data_row >= 0 else None

    def lay_out(self, width: int) -> TableLayout:
        """Return the table in `width` columns; only the name is ever truncated, numbers are not."""
        totals, rows = self._totals, self._rows
        columns = self._fit_columns(width)

        def render_row(index: int) -> Line:
            if rows[index] < 0:
                return _layout_row(columns, partial(totals.total_cell, -rows[index]))
            holding = self.filtered.data.holdings[rows[index]]
            return _layout_row(columns, self._formatter.row_cells(holding).__getitem__)

        header = _layout_row(columns, lambda column: Cell(self._titles[column], Role.DIM))
        return TableLayout(
            header, self._row_keys, render_row, _layout_row(columns, partial(totals.total_cell, 0))
        )

    def _fit_columns(self, width: int) -> ColumnLayout:
        title_widths = [display_width(title) for title in self._titles]
        max_name_width = min(
            max(title_widths[NAME_INDEX], self._totals.column_width(NAME_INDEX), MIN_NAME_WIDTH),
            MAX_NAME_WIDTH,
        )
        # Names may be truncated, the titles of total rows may not.
        min_name_width = min(
            max_name_width, max(MIN_NAME_WIDTH, self._totals.totals_width(NAME_INDEX))
        )

        def measure(index: int) -> int:
            return max(title_widths[index], self._totals.column_width(index))

        return fit_columns(
            self._candidate_columns, title_widths, measure, (min_name_width, max_name_width), width
        )


def holding_row_key(holding: AnyHolding) -> str:
    """Return the key of a holding's row, the same across refreshes."""
    key = holding.code or holding.name or ""
    return f"{holding.market.value}:{key}" if isinstance(holding, OverseasHolding) else key


def table_titles(
    balance: Balance, table: HoldingsTable, view_state: HoldingsViewState, t: Translations
) -> tuple[str, str]:
    """Return the titles in the frame: count, filters and order; the number of sold-out holdings."""
    data = table.filtered.data
    held_count = data.held_count
    parts = [t("holdings.title" if balance.is_complete else "holdings.partial", n=held_count)]
    if view_state.market is not None:
        parts.append(t(f"market.{view_state.market.value}"))
    if view_state.is_filtered:
        match_count = len(table.filtered.rows)
        parts.append(t("holdings.found", n=match_count, of=table.filtered.unfiltered_count))
    if view_state.sort_column is not None:
        arrow = show.DOWN_ARROW if view_state.descending else show.UP_ARROW
        name = t(f"column.{view_state.sort_column}")
        parts.append(t("holdings.sorted", column=f"{name} {arrow}"))
    sold_out = len(data.holdings) - held_count
    state = "sold_out_shown" if view_state.show_sold_out else "sold_out_hidden"
    return " · ".join(parts), t(f"holdings.{state}", n=sold_out) if sold_out else ""


def _candidate_column_indexes(
    filtered: FilteredHoldings, view_state: HoldingsViewState
) -> list[int]:
    """Return the indexes of the columns the view state allows, in order."""
    visible = view_state.visible_columns
    return [
        index
        for index, column in enumerate(HOLDING_COLUMNS)
        if (visible is None or column.name in visible or index == NAME_INDEX)
        and (not column.is_overseas_only or filtered.groups)
    ]


def _display_rows(filtered: FilteredHoldings) -> tuple[Sequence[int], tuple[str, ...]]:
    """Return the rows of the data in display order, and their keys.

    A negative row is the total row of a market: -1 is that of the first group.
    """
    keys = filtered.data.column(holding_row_key)
    if not filtered.groups:
        return filtered.rows, tuple(keys[row] for row in filtered.rows)
    rows: list[int] = []
    row_keys: list[str] = []
    for group_number, group in enumerate(filtered.groups, 1):
        rows += (-group_number, *group.rows)
        row_keys += (market_row_key(group), *(keys[row] for row in group.rows))
    return rows, tuple(row_keys)


def _layout_row(layout: ColumnLayout, cell: Callable[[int], Cell]) -> Line:
    gap = " " * layout.gap
    return tuple(
        _align_cell(HOLDING_COLUMNS[index], width, cell(index), gap)
        for index, width in layout.columns
    )


def _align_cell(column: HoldingColumn, width: int, cell: Cell, gap: str) -> Cell:
    is_text = column.is_text
    text = truncate(cell.text, width) if is_text else cell.text
    return Cell(pad(text, width, align_right=not is_text) + gap, cell.role)


def _column_title(column: HoldingColumn, view_state: HoldingsViewState, t: Translations) -> str:
    title = t(f"column.{column.name}") + (show.COMPUTED_MARK if column.is_computed else "")
    if column.name != view_state.sort_column:
        return title
    return title + (show.DOWN_ARROW if view_state.descending else show.UP_ARROW)
