"""Table drawn line by line, with a fixed header and total; only changed lines are repainted.

It sends about half the bytes of Textual's `DataTable`, and sorts and filters several times faster.
"""

from collections.abc import Container
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kistui.formatting.cells import Line, Role
from kistui.formatting.table import EMPTY_TABLE_LAYOUT, TableLayout
from kistui.tui import keymap
from kistui.tui.widgets.lines import RoleStyledWidget

HEADER_HEIGHT = 1
"""Height of the header in lines."""
MIN_HEIGHT_FOR_RULE = 5
"""Height in lines below which the rule is left out to make room for a row."""
HIGHLIGHT_SECONDS = 0.8
"""Seconds for which a changed cell is highlighted."""


class TableSource(Protocol):
    """Source of table rows, laid out for a given width."""

    def lay_out(self, width: int) -> TableLayout:
        """Return the table laid out for `width` columns."""


class LineTable(ScrollView, RoleStyledWidget, can_focus=True):
    """Shows the rows of a `TableSource`; the cursor follows its item when the rows change."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--cursor",
        "line-table--highlight",
    }
    DEFAULT_CSS = """
    LineTable {
        height: 1fr;
        overflow-x: hidden;
        background: $background;
        scrollbar-size-vertical: 1;

        & > .line-table--cursor { background: $cursor; }
        &:nocolor > .line-table--cursor { text-style: reverse; }
        &:ansi > .line-table--cursor { background: ansi_default; text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(keymap.to_bindings(keymap.TABLE))

    cursor = reactive(0, repaint=False)
    """Index of the row under the cursor."""
    dimmed = reactive(False)
    """Whether the figures are outdated."""
    cursor_always_visible = reactive(False)
    """Whether the cursor is drawn while another widget has the focus."""

    class CursorMoved(Message):
        """The cursor moved to another item, or to none."""

    class RowOpened(Message):
        """The row under the cursor was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source: TableSource | None = None
        self.table_layout = EMPTY_TABLE_LAYOUT
        """The table as it is laid out for the present width."""
        self._cached_size = Size()
        """Size at the last layout or paint; `self.size` walks up the widget tree."""
        self._first_row_key: str | None = None
        """The row on which the cursor begins."""
        self._shows_cursor = False
        self._placeholder_line: Line = ()
        self.highlighted_cells: dict[str, frozenset[int]] = {}
        """Indexes of the highlighted cells, by row key."""

    def show_rows(
        self, source: TableSource, *, placeholder: Line = (), highlight_changes: bool = False
    ) -> None:
        """Show new rows and repaint only the lines that differ.

        `placeholder` is shown without rows; `highlight_changes` marks changed cells for a moment.
        """
        previous, key = self._visible_rows(), self.row_key
        header, was_placeholder = self.table_layout.header, self._placeholder_line
        self._source, self._placeholder_line = source, placeholder
        self._update_table()
        if placeholder != was_placeholder and not self.table_layout.row_keys:
            self._refresh_screen_line(HEADER_HEIGHT)
        if highlight_changes and header == self.table_layout.header:
            self._highlight_changed_cells(previous)
        if self.row_key != key:
            self.post_message(self.CursorMoved())

    @property
    def row_key(self) -> str | None:
        """The key of the row under the cursor."""
        return self._row_key_at(self.cursor)

    @property
    def row_position(self) -> tuple[int, int]:
        """The number of the row under the cursor, from 1, and the number of rows."""
        return self.cursor + 1, len(self.table_layout)

    @property
    def row_text(self) -> str:
        """The row under the cursor, its cells separated by tabs."""
        if self.row_key is None:
            return ""
        return "\t".join(self.table_layout.row_texts(self.cursor))

    def on_resize(self, _event: Resize) -> None:
        """Lay out the columns for the new width."""
        self._update_table()
        self._scroll_to_cursor()

    def _update_table(self) -> None:
        # A hidden table has no size: it keeps its last one, so that the cursor has the same rows.
        self._cached_size = self.size or self._cached_size
        if self._source is None or not self._cached_size.width:
            return
        cursor_key = self._row_key_at(self.cursor) or self._first_row_key
        self._first_row_key, previous = None, self._visible_rows()
        old_layout = self.table_layout
        self.table_layout = self._source.lay_out(self._cached_size.width)
        keys = self.table_layout.row_keys
        self.virtual_size = Size(
            self._cached_size.width, HEADER_HEIGHT + len(keys) + self._footer_height
        )
        cursor = keys.index(cursor_key) if cursor_key in keys else self.cursor
        cursor = max(0, min(cursor, len(keys) - 1))
        if cursor != self.cursor:
            # Scroll so that the item stays on its screen line, but not away from the first row.
            top = self.scroll_offset.y + cursor - self.cursor
            self.set_reactive(LineTable.cursor, cursor)
            if old_layout and self.scroll_offset.y > 0:
                self.scroll_to(y=max(top, 0), animate=False, force=True)
            self._scroll_to_cursor()
            self.refresh()
        elif len(old_layout) != len(keys) or old_layout.header != self.table_layout.header:
            self.refresh()
        else:
            self._refresh_changed(previous, old_layout.total_row)

    def _visible_rows(self) -> dict[int, tuple[str, Line]]:
        """Return the visible rows by index."""
        top = self.scroll_offset.y
        last = min(top + self._visible_row_count, len(self.table_layout))
        return {
            index: (self.table_layout.row_keys[index], self.table_layout.render_row(index))
            for index in range(top, last)
        }

    def _highlight_changed_cells(self, previous: dict[int, tuple[str, Line]]) -> None:
        lines = dict(previous.values())
        changed = {}
        for key, line in self._visible_rows().values():
            old_line = lines.get(key, line)
            cells = frozenset(index for index, cell in enumerate(line) if cell != old_line[index])
            if cells:
                changed[key] = cells
        if changed:
            self.highlighted_cells = changed
            self.set_timer(HIGHLIGHT_SECONDS, self._end_highlight)

    def _end_highlight(self) -> None:
        ended, self.highlighted_cells = self.highlighted_cells, {}
        for index, (key, _) in self._visible_rows().items():
            if key in ended:
                self._refresh_row(index)

    def _refresh_changed(self, previous: dict[int, tuple[str, Line]], total: Line) -> None:
        for index, row in self._visible_rows().items():
            if previous.get(index) != row:
                self._refresh_row(index)
        if total != self.table_layout.total_row:
            self._refresh_screen_line(self._total_y)

    def _row_key_at(self, index: int) -> str | None:
        keys = self.table_layout.row_keys
        return keys[index] if 0 <= index < len(keys) else None

    @property
    def _visible_row_count(self) -> int:
        """The number of lines available for rows."""
        return max(self._cached_size.height - HEADER_HEIGHT - self._footer_height, 1)

    @property
    def _footer_height(self) -> int:
        """The height of rule and total, or only of the total if the table is short."""
        return 2 if self._cached_size.height >= MIN_HEIGHT_FOR_RULE else 1

    @property
    def _total_y(self) -> int:
        """The screen line of the total: below the last row, or at the bottom."""
        rows = len(self.table_layout) or 1  # the placeholder takes one line
        return HEADER_HEIGHT + min(rows, self._visible_row_count) + self._footer_height - 1

    def _refresh_row(self, index: int) -> None:
        line = index - self.scroll_offset.y
        if 0 <= line < self._visible_row_count:
            self._refresh_screen_line(HEADER_HEIGHT + line)

    def _refresh_screen_line(self, y: int) -> None:
        width = self._cached_size.width - self.scrollbar_size_vertical  # the bar does not change
        self.refresh(Region(0, y, width, 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Keep the cursor visible; repaint two lines, or all of them after scrolling."""
        self._scroll_to_cursor()
        self._refresh_row(old)
        self._refresh_row(new)
        self.post_message(self.CursorMoved())

    def _scroll_to_cursor(self) -> None:
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + self._visible_row_count:
            self.scroll_to(y=self.cursor - self._visible_row_count + 1, animate=False, force=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor by a number of rows."""
        self.cursor = max(0, min(self.cursor + rows, len(self.table_layout) - 1))

    def move_to_key(self, row_key: str | None) -> None:
        """Move the cursor to the row with `row_key`, if there is one; before a layout, then."""
        if row_key in self.table_layout.row_keys:
            self.cursor = self.table_layout.row_keys.index(row_key)
        elif self.table_layout is EMPTY_TABLE_LAYOUT:
            self._first_row_key = row_key

    def action_move_page(self, pages: int) -> None:
        """Move the cursor by screenfuls."""
        self.action_move(pages * self._visible_row_count)

    def action_move_to_first(self) -> None:
        """Move the cursor to the first row."""
        self.cursor = 0

    def action_move_to_last(self) -> None:
        """Move the cursor to the last row."""
        self.cursor = max(0, len(self.table_layout) - 1)

    def on_click(self, event: Click) -> None:
        """Move the cursor to the clicked row; a double click opens it."""
        line = event.y - HEADER_HEIGHT
        if 0 <= line < self._visible_row_count and line + self.scroll_offset.y < len(
            self.table_layout
        ):
            self.cursor = line + self.scroll_offset.y
            if event.chain == 2:
                self.post_message(self.RowOpened())

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render the lines of a region."""
        self._cached_size = self.size
        # Not `has_focus`, which changes a frame later.
        self._shows_cursor = self.cursor_always_visible or self.screen.focused is self
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Render one screen line."""
        width, table = self._cached_size.width, self.table_layout
        line = y - HEADER_HEIGHT
        index = line + self.scroll_offset.y
        if y == 0:
            return self._line_strip(table.header, width)
        if y == self._total_y:
            return self._line_strip(table.total_row, width)
        if y == self._total_y - 1 and self._footer_height > 1:
            return Strip([Segment("─" * width, self.role_styles()[Role.RULE])], width)
        if 0 <= line < self._visible_row_count and index < len(table):
            return self._row_strip(index, width)
        if y == HEADER_HEIGHT and not table.row_keys:
            return self._line_strip(self._placeholder_line, width)
        return Strip.blank(width, self.base_style)

    def _row_strip(self, index: int, width: int) -> Strip:
        """Return a row with highlights and cursor applied."""
        strip = self._line_strip(self.table_layout.render_row(index), width)
        cells = self.highlighted_cells.get(self.table_layout.row_keys[index])
        if cells:
            strip = self._apply_component_style(strip, "line-table--highlight", cells)
        if index == self.cursor and self._shows_cursor:
            strip = self._apply_component_style(strip, "line-table--cursor", range(len(strip)))
        return strip

    def _apply_component_style(self, strip: Strip, name: str, cells: Container[int]) -> Strip:
        """Return the strip with a component style applied to the segments in `cells`."""
        mark = self.component_style(name)
        return Strip(
            (
                Segment(text, (style or self.base_style) + mark)
                if index in cells
                else Segment(text, style)
                for index, (text, style, _) in enumerate(strip)
            ),
            strip.cell_length,
        )

    def _line_strip(self, line: Line, width: int) -> Strip:
        return self.line_to_strip(line, width, dimmed=self.dimmed)
