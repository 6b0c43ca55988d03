"""The floor and the peer of every key: the same cells, no more than the act asks for.

python -m bench.floor_app lines|data CELLS.json

`lines` draws ready strips in a ScrollView, `data` is Textual's DataTable with fixed widths. Keys:
arrows and page keys, `s` sorts by the next column, `/` opens the filter and Esc ends it, `1` and
`2` switch, `r` writes the same rows again.
"""

import json
import sys
from pathlib import Path
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import ContentSwitcher, DataTable, Input

WIDTH = 76
FIXED = 3
"""Lines that do not scroll: header, rule and total."""
COLORS = {
    "gain": "red", "loss": "blue", "dim": "grey50", "label": "grey70", "title": "grey70",
    "frame": "steel_blue",
}  # fmt: skip
CURSOR = Style(bgcolor="grey30")
Row = dict[str, Any]


def strip_of(line: list[list[str]]) -> Strip:
    return Strip([Segment(text, Style(color=COLORS.get(role))) for text, role in line])


class Lines(ScrollView, can_focus=True):
    """Ready strips, one a row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "page(-1)"),
        Binding("pagedown", "page(1)"),
    ]

    def __init__(self, content: Row) -> None:
        super().__init__(id="table")
        self._fixed = {
            "header": strip_of(content["header"]),
            "rule": Strip([Segment("─" * WIDTH)]),
            "total": strip_of(content["total"]),
        }
        self._strips: list[Strip] = []
        self._cursor = 0

    def fill(self, rows: list[Row]) -> None:
        self._strips = [row["strip"] for row in rows]
        self._cursor = max(0, min(self._cursor, len(rows) - 1))
        self.virtual_size = Size(WIDTH, len(rows) + FIXED)
        self.refresh()

    @property
    def _room(self) -> int:
        return self.size.height - FIXED

    def action_page(self, pages: int) -> None:
        self.action_move(pages * self._room)

    def action_move(self, rows: int) -> None:
        old, top = self._cursor, self.scroll_offset.y
        self._cursor = new = max(0, min(old + rows, len(self._strips) - 1))
        if new < top or new >= top + self._room:
            to = new if new < top else new - self._room + 1
            self.scroll_to(y=to, animate=False, force=True)
        for row in (old, new):
            self.refresh(Region(0, row - self.scroll_offset.y + 1, WIDTH, 1))

    def render_line(self, y: int) -> Strip:
        height = self.size.height
        fixed = {0: "header", height - 2: "rule", height - 1: "total"}.get(y)
        if fixed:
            return self._fixed[fixed]
        row = y - 1 + self.scroll_offset.y
        if row >= len(self._strips):
            return Strip.blank(WIDTH)
        strip = self._strips[row]
        return strip.apply_style(CURSOR) if row == self._cursor else strip


class Page(ScrollView, can_focus=True):
    """Ready strips, and nothing that moves."""

    def __init__(self, lines: list[list[list[str]]]) -> None:
        super().__init__(id="summary")
        self._strips = [strip_of(line) for line in lines]

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(80)


class Data(DataTable[Text]):
    """The same rows in Textual's own table."""

    def __init__(self, content: Row) -> None:
        super().__init__(id="table", cursor_type="row", cell_padding=0)
        self._header = content["header"]

    def fill(self, rows: list[Row]) -> None:
        self.clear()
        if not self.columns:
            for title, _ in self._header:
                self.add_column(title, width=cell_len(title))
        self.add_rows(row["texts"] for row in rows)


class FloorApp(App[None]):
    """A table and a text, one of them shown."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #table { height: 17; width: 76; margin: 3 2; scrollbar-size-vertical: 1; overflow-x: hidden; }
    #summary { height: 18; width: 80; margin: 2 0; }
    #filter { display: none; height: 1; border: none; dock: top; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show('summary')"),
        Binding("2", "show('table')"),
        Binding("s", "sort"),
        Binding("r", "again"),
        Binding("slash", "filter", priority=True),
        Binding("escape", "leave", priority=True),
    ]

    def __init__(self, kind: str, content: Row) -> None:
        super().__init__()
        self._kind, self._content = kind, content
        self._rows: list[Row] = content["rows"]
        for row in self._rows:
            row["strip"] = strip_of(row["line"])
            row["texts"] = [Text(text, COLORS.get(role, "")) for text, role in row["line"]]
            row["keys"] = [_key(cell) for cell in row["cells"]]
            row["name"] = row["cells"][1].casefold()
        self._shown = self._rows
        self._column = 0

    def compose(self) -> ComposeResult:
        blank = Input(id="filter")
        blank.cursor_blink = False
        yield blank
        with ContentSwitcher(initial="table"):
            yield Page(self._content["summary"])
            make: type[Lines | Data] = Lines if self._kind == "lines" else Data
            yield make(self._content)

    @property
    def _table(self) -> Lines | Data:
        table: Lines | Data = self.query_one("#table")  # type: ignore[assignment]
        return table

    def on_mount(self) -> None:
        self._table.fill(self._shown)
        self._table.focus()

    def action_show(self, part: str) -> None:
        self.query_one(ContentSwitcher).current = part
        self.query_one(f"#{part}").focus()

    def action_again(self) -> None:
        self._table.fill(self._shown)

    def action_sort(self) -> None:
        self._column = (self._column + 1) % len(self._rows[0]["cells"])
        self._shown = sorted(self._shown, key=lambda row: row["keys"][self._column], reverse=True)
        self._table.fill(self._shown)

    def action_filter(self) -> None:
        line = self.query_one(Input)
        line.display = True
        line.focus()

    def action_leave(self) -> None:
        line = self.query_one(Input)
        line.value, line.display = "", False
        self._table.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        asked = event.value.casefold()
        self._shown = [row for row in self._rows if asked in row["name"]]
        self._table.fill(self._shown)


def _key(cell: str) -> tuple[float, str]:
    digits = "".join(char for char in cell if char in "0123456789.")
    try:
        return (-1.0 if cell[:1] in "▼-" else 1.0) * float(digits), cell
    except ValueError:
        return 0.0, cell


if __name__ == "__main__":
    FloorApp(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))).run()
