"""The holdings as a table: its lines are laid out for any width, and made when looked at."""

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
from kistui.models.holdings import AnyHolding
from kistui.models.overseas import OverseasHolding

MIN_NAME_WIDTH, MAX_NAME_WIDTH = 10, 32


class TableLayout:
    """A laid-out table; every line is as wide as every other, and made when it is looked at."""

    def __init__(
        self,
        header: Line,
        row_keys: tuple[str, ...],
        render_row: Callable[[int], Line],
        total_row: Line,
    ) -> None:
        self.header = header
        self.row_keys = row_keys
        """The items of the rows, through refreshes the same."""
        self.total_row = total_row
        self._render_row = render_row
        self._row_cache: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self.row_keys)

    def render_row(self, index: int) -> Line:
        """One row."""
        made = self._row_cache.get(index)
        if made is None:
            made = self._row_cache[index] = self._render_row(index)
        return made

    @property
    def rows(self) -> Iterator[Line]:
        """Every row."""
        return map(self._render_row, range(len(self.row_keys)))


EMPTY_TABLE_LAYOUT = TableLayout((), (), lambda _at: (), ())


class HoldingsTable:
    """A balance's holdings as arranged, laid out for any width."""

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
        """The holding that the `key` of a row names."""
        if row_key not in self._row_keys:
            return None
        row = self._rows[self._row_keys.index(row_key)]
        return self.filtered.data.holdings[row] if row >= 0 else None

    def lay_out(self, width: int) -> TableLayout:
        """The table in `width` columns; no number is ever cut, the name gives way to them."""
        shown, rows = self._totals, self._rows
        found = self._fit_columns(width)

        def row(index: int) -> Line:
            if rows[index] < 0:
                return _layout_row(found, partial(shown.total_cell, -rows[index]))
            holding = self.filtered.data.holdings[rows[index]]
            return _layout_row(found, self._formatter.row_cells(holding).__getitem__)

        header = _layout_row(found, lambda column: Cell(self._titles[column], Role.DIM))
        return TableLayout(
            header, self._row_keys, row, _layout_row(found, partial(shown.total_cell, 0))
        )

    def _fit_columns(self, width: int) -> ColumnLayout:
        titles = [display_width(title) for title in self._titles]
        usual = min(
            max(titles[NAME_INDEX], self._totals.column_width(NAME_INDEX), MIN_NAME_WIDTH),
            MAX_NAME_WIDTH,
        )
        # The name gives way to numbers, but the words for sums stay whole.
        least = min(usual, max(MIN_NAME_WIDTH, self._totals.totals_width(NAME_INDEX)))

        def measure(index: int) -> int:
            return max(titles[index], self._totals.column_width(index))

        return fit_columns(self._candidate_columns, titles, measure, (least, usual), width)


def holding_row_key(holding: AnyHolding) -> str:
    """What names an item through refreshes."""
    key = holding.code or holding.name or ""
    return f"{holding.market.value}:{key}" if isinstance(holding, OverseasHolding) else key


def table_titles(
    balance: Balance, table: HoldingsTable, view_state: HoldingsViewState, t: Translations
) -> tuple[str, str]:
    """The words in the frame: how many there are and in what order; how many are left out."""
    sheet = table.filtered.data
    n = sheet.held_count
    parts = [t("holdings.title" if balance.is_complete else "holdings.partial", n=n)]
    if view_state.market is not None:
        parts.append(t(f"market.{view_state.market.value}"))
    if view_state.is_filtered:
        shown = len(table.filtered.rows)
        parts.append(t("holdings.found", n=shown, of=table.filtered.unfiltered_count))
    if view_state.sort_column is not None:
        mark = show.DOWN_ARROW if view_state.descending else show.UP_ARROW
        name = t(f"column.{view_state.sort_column}")
        parts.append(t("holdings.sorted", column=f"{name} {mark}"))
    sold_out = len(sheet.holdings) - n
    state = "sold_out_shown" if view_state.show_sold_out else "sold_out_hidden"
    return " · ".join(parts), t(f"holdings.{state}", n=sold_out) if sold_out else ""


def _candidate_column_indexes(
    filtered: FilteredHoldings, view_state: HoldingsViewState
) -> list[int]:
    """The columns that may be shown."""
    only = view_state.visible_columns
    return [
        at
        for at, column in enumerate(HOLDING_COLUMNS)
        if (only is None or column.name in only or at == NAME_INDEX)
        and (not column.is_overseas_only or filtered.groups)
    ]


def _display_rows(filtered: FilteredHoldings) -> tuple[Sequence[int], tuple[str, ...]]:
    """The rows as they stand below each other, and what names each.

    Below zero are the lines of markets: -1 is the first one's.
    """
    keys = filtered.data.column(holding_row_key)
    if not filtered.groups:
        return filtered.rows, tuple(keys[row] for row in filtered.rows)
    rows: list[int] = []
    names: list[str] = []
    for number, group in enumerate(filtered.groups, 1):
        rows += (-number, *group.rows)
        names += (market_row_key(group), *(keys[row] for row in group.rows))
    return rows, tuple(names)


def _layout_row(layout: ColumnLayout, cell: Callable[[int], Cell]) -> Line:
    space = " " * layout.gap
    return tuple(
        _align_cell(HOLDING_COLUMNS[at], width, cell(at), space) for at, width in layout.columns
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
