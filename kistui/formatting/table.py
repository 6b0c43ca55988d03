"""Tables: columns are declared once, fitted into a width, and rows of cells become lines."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

from kistui.formatting.cells import Cell, Line, Role, leading_blocks, pad, truncate, truncate_line
from kistui.formatting.values import COMPUTED_MARK, masked_amount
from kistui.i18n.translations import Translations

GAPS = (2, 1)
"""Blanks after each column: the second is tried before a column is dropped."""
FOOTER_GAP = 3
SCROLL_BAR_WIDTH = 2
"""Columns of a scroll bar and a blank before it."""
ITEM_NAME_WIDTH = 24
"""The width beyond which the name of an item is truncated in a list of trades or dividends."""


RecordT = TypeVar("RecordT")


class Row:
    """The cells of a row, one per declared column, and their widths.

    A graphic cell is drawn when it is shown; its column has a fixed width.
    """

    __slots__ = ("_draw", "cells", "widths")

    def __init__(
        self,
        cells: Iterable[Cell],
        *,
        draw: Callable[[int], Cell] | None = None,
        widths: tuple[int, ...] = (),
    ) -> None:
        """Create a row; `draw` returns the graphic cell of a column, given its index.

        `widths` are those of the cells, if they are known.
        """
        self.cells = tuple(cells)
        self.widths = widths or tuple(cell.width for cell in self.cells)
        self._draw = draw

    def cell(self, index: int, column: "Column") -> Cell:
        """Return the cell at `index`, which is the index of `column`."""
        return self._draw(index) if column.is_graphic and self._draw else self.cells[index]


class Column(Struct, frozen=True):
    """A column; when the table is too wide, the highest `drop_priority` drops first."""

    name: str
    drop_priority: int = 0
    """0 keeps the column at any width."""
    is_text: bool = False
    """Whether cells are left-aligned and may be truncated; numbers never are."""
    max_width: int | None = None
    """The width beyond which a text is truncated."""
    min_width: int | None = None
    """The width to which a text may shrink before other columns drop; None never shrinks."""
    max_gap: int = GAPS[0]
    is_titled: bool = True
    is_graphic: bool = False
    """Whether it is a picture of another column's value, which copied text leaves out."""
    has_optional_total: bool = False
    """Whether a total's cell is left out where it and the blank cells before it lack the room."""
    is_decorative: bool = False
    """Whether it drops before any text shrinks."""
    is_computed: bool = False
    """Whether kistui computes every value, other than as a sum or in won; the title says so."""
    is_sensitive: bool = False
    """Whether the value is an amount, a quantity or a price paid, which hiding amounts masks."""

    def mask(self, cell: Cell, *, amounts_hidden: bool) -> Cell:
        """Return a cell of this column, masked if amounts are hidden and it shows one."""
        has_figure = any(map(str.isdigit, cell.text))
        is_masked = amounts_hidden and self.is_sensitive and has_figure
        return masked_amount() if is_masked else cell


class RecordColumn(Column, Generic[RecordT], frozen=True, kw_only=True):
    """A column of a table of records."""

    format_cell: Callable[[RecordT, Translations], Cell]


def build_header(columns: Sequence[Column], t: Translations, section: str) -> Row:
    """Return the titles of the columns, which are the texts of a section under their names."""
    return Row(
        Cell(column_title(column, t, section), Role.DIM) if column.is_titled else Cell("")
        for column in columns
    )


def column_title(column: Column, t: Translations, section: str) -> str:
    """Return the title of a column: the text of a section under its name, marked if computed."""
    return t(f"{section}.{column.name}") + (COMPUTED_MARK if column.is_computed else "")


def build_rows(
    columns: Sequence[RecordColumn[RecordT]],
    records: Iterable[RecordT],
    t: Translations,
    *,
    amounts_hidden: bool = False,
) -> list[Row]:
    """Return a row for each record."""
    return [
        Row(
            column.mask(column.format_cell(record, t), amounts_hidden=amounts_hidden)
            for column in columns
        )
        for record in records
    ]


class Table:
    """A header, rows and totals, which `lay_out` fits into a width."""

    def __init__(
        self,
        columns: Sequence[Column],
        header: Row,
        rows: Sequence[Row],
        row_keys: Sequence[str],
        *,
        totals: Sequence[Row] = (),
        footer: Sequence[Line] = (),
        hidden_columns: Container[str] = (),
    ) -> None:
        """Create a table of rows and their keys, which stay the same across refreshes.

        The first of `totals` is the last line of the table, others are among the rows. None is
        truncated, but its cells may reach over blank cells beside them. Without totals, the last
        line is as many blocks of `footer` as fit.
        """
        self._columns = columns
        self._header = header
        self._rows = rows
        self.row_keys = tuple(row_keys)
        self._totals = totals
        self._total_ids = frozenset(map(id, totals))
        self._footer = footer
        self._hidden_columns = hidden_columns

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def _row_widths(self) -> list[int]:
        """The width of the widest cell of each column, without totals."""
        rows = (row for row in self._rows if id(row) not in self._total_ids)
        return _max_widths((self._header, *rows))

    def lay_out(self, width: int, *, with_graphics: bool = True) -> "TableLayout":
        """Return the table in `width` columns; columns that do not fit are dropped."""
        widths, gap = self._fit_columns(width, with_graphics=with_graphics)
        layout = self._layout(widths)

        def render(row: Row) -> Line:
            spans = [
                _Span(row.cell(index, column), column, width) for index, column, width in layout
            ]
            if id(row) in self._total_ids:
                spans = _join_blank_cells(spans, gap)
            return tuple(_render_cell(*span, gap) for span in spans)

        def texts(row: Row) -> tuple[str, ...]:
            return tuple(
                _render_cell(row.cells[index], column, width, gap).text.strip()
                for index, column, width in layout
                if not column.is_graphic
            )

        total_row = render(self._totals[0]) if self._totals else self._fit_footer(width)
        return TableLayout(
            render(self._header), self.row_keys, total_row, self._rows, render=render, texts=texts
        )

    def _fit_footer(self, width: int) -> Line:
        """Return the blocks that fit beside a scroll bar; the first one is cut if it must be."""
        available = width - SCROLL_BAR_WIDTH
        line = leading_blocks(self._footer, available, FOOTER_GAP)
        return line if line or not self._footer else truncate_line(self._footer[0], available)

    def dropped_columns(self, width: int) -> frozenset[str]:
        """Return the names of the columns that do not fit into `width` columns."""
        fitting, _ = self._fit_columns(width)
        measured, _ = self._measure_columns(self._totals)
        return frozenset(self._columns[index].name for index in measured if index not in fitting)

    def _layout(self, widths: Mapping[int, int]) -> list[tuple[int, Column, int]]:
        return [(index, self._columns[index], width) for index, width in widths.items()]

    def _fit_columns(
        self, available_width: int, *, with_graphics: bool = True
    ) -> tuple[dict[int, int], int]:
        """Return the widths of the columns that fit, by index, and the gap after each.

        Titles of totals reach over blank cells; a column whose title would be cut is widened.
        """
        widths, gap = self._fit(
            available_width, *self._measure_columns((), with_graphics=with_graphics)
        )
        layout = self._layout(widths)
        for row in self._totals:
            spans = [_Span(row.cells[index], column, width) for index, column, width in layout]
            if any(span.is_cut for span in _join_blank_cells(spans, gap)):
                measured = self._measure_columns(self._totals, with_graphics=with_graphics)
                return self._fit(available_width, *measured)
        return widths, gap

    def _fit(
        self, available_width: int, widths: dict[int, int], least_widths: dict[int, int]
    ) -> tuple[dict[int, int], int]:
        while True:
            for gap in GAPS:
                gaps = sum(min(self._columns[index].max_gap, gap) for index in widths)
                excess = sum(widths.values()) + gaps - available_width
                if excess <= 0:
                    return widths, gap
            decorative = [index for index in widths if self._columns[index].is_decorative]
            if not decorative and excess <= sum(widths.values()) - sum(least_widths.values()):
                return _shrink(widths, least_widths, excess), GAPS[-1]
            droppable = decorative or [
                index for index in widths if self._columns[index].drop_priority
            ]
            if not droppable:
                # Texts become as short as they must, numbers stay whole.
                least_widths = {
                    index: widths[index] if self._columns[index].min_width is None else 1
                    for index in widths
                }
                return _shrink(widths, least_widths, excess), GAPS[-1]
            dropped = max(droppable, key=lambda index: self._columns[index].drop_priority)
            del widths[dropped], least_widths[dropped]

    def _measure_columns(
        self, titled_totals: Sequence[Row], *, with_graphics: bool = True
    ) -> tuple[dict[int, int], dict[int, int]]:
        """Return the natural and least widths of the columns by index, without empty columns.

        Texts are as wide as in `titled_totals`, numbers as in all totals.
        """
        total_widths = _max_widths(self._totals) or [0] * len(self._columns)
        title_widths = _max_widths(titled_totals) or [0] * len(self._columns)
        row_widths = self._row_widths
        widths, least_widths = {}, {}
        for index, column in enumerate(self._columns):
            if column.name in self._hidden_columns or (column.is_graphic and not with_graphics):
                continue
            row_width = row_widths[index]
            total_width = (title_widths if column.is_text else total_widths)[index]
            if column.has_optional_total:
                total_width = 0
            if column.max_width is not None:
                row_width = min(row_width, column.max_width)
            width = max(row_width, total_width, column.min_width or 0)
            if width:
                widths[index] = width
                least_widths[index] = (
                    width if column.min_width is None else max(column.min_width, total_width)
                )
        return widths, least_widths


class _Span(NamedTuple):
    """A cell with the width of its column, or of that and the blank cells beside it."""

    cell: Cell
    column: Column
    width: int

    @property
    def is_cut(self) -> bool:
        """Whether a text is wider than its room."""
        return self.column.is_text and self.cell.width > self.width


def _join_blank_cells(spans: Sequence[_Span], gap: int) -> list[_Span]:
    """Return the spans of a total: a text reaches to the right, an optional number to the left."""
    joined: list[_Span] = []
    for cell, column, width in spans:
        gives_way = not cell.text or column.has_optional_total
        if joined and gives_way and joined[-1].is_cut:
            left_span = joined.pop()
            span = left_span._replace(
                width=left_span.width + min(left_span.column.max_gap, gap) + width
            )
        else:
            available_width = width
            while column.has_optional_total and cell.width > available_width and joined:
                if joined[-1].cell.text:
                    break
                left_span = joined.pop()
                available_width += left_span.width + min(left_span.column.max_gap, gap)
            is_left_out = column.has_optional_total and cell.width > available_width
            span = _Span(Cell("") if is_left_out else cell, column, available_width)
        joined.append(span)
    return joined


def _max_widths(rows: Iterable[Row]) -> list[int]:
    """Return the width of the widest cell of each column."""
    return list(map(max, zip(*(row.widths for row in rows), strict=True)))


def _shrink(
    widths: Mapping[int, int], least_widths: Mapping[int, int], excess: int
) -> dict[int, int]:
    """Return the widths with the excess taken from the columns that may shrink."""
    shrunk = {}
    for index, width in widths.items():
        cut = max(0, min(width - least_widths[index], excess))
        shrunk[index] = width - cut
        excess -= cut
    return shrunk


def _render_cell(cell: Cell, column: Column, width: int, gap: int) -> Cell:
    text = truncate(cell.text, width) if column.is_text else cell.text
    blanks = " " * min(column.max_gap, gap)
    return Cell(pad(text, width, align_right=not column.is_text) + blanks, cell.role)


class TableLayout:
    """A table laid out for one width; all lines are equally wide, rows are rendered on demand."""

    def __init__(
        self,
        header: Line,
        row_keys: tuple[str, ...],
        total_row: Line,
        rows: Sequence[Row],
        *,
        render: Callable[[Row], Line],
        texts: Callable[[Row], tuple[str, ...]],
    ) -> None:
        self.header = header
        self.row_keys = row_keys
        self.total_row = total_row
        self._rows = rows
        self._render = render
        self._texts = texts

    def __len__(self) -> int:
        return len(self.row_keys)

    def render_row(self, index: int) -> Line:
        """Return the row at `index`."""
        return self._render(self._rows[index])

    def row_texts(self, index: int) -> tuple[str, ...]:
        """Return the texts of the row at `index`, without blanks around them and without bars."""
        return self._texts(self._rows[index])

    @property
    def rows(self) -> Iterator[Line]:
        """All rows, from top to bottom."""
        return map(self._render, self._rows)


EMPTY_TABLE_LAYOUT = TableLayout(
    (), (), (), (), render=lambda row: row.cells, texts=lambda _row: ()
)
