"""The app that keys are compared with: the same cells in a DataTable, and the same keys.

python -m bench.table_app CELLS.json

`>` sorts by the next column, `/` opens the filter and Esc ends it, `1` and `2` switch between the
summary and the table.
"""

import json
import sys
from pathlib import Path
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import ContentSwitcher, DataTable, Input, Static

COLORS = {"gain": "red", "loss": "blue", "dim": "grey50", "label": "grey70", "title": "grey70"}


class TableApp(App[None]):
    """Shows either a table or a text."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #table { height: 17; width: 76; margin: 3 2; scrollbar-size-vertical: 1; overflow-x: hidden; }
    #summary { height: 18; width: 80; margin: 2 0; }
    #filter { display: none; height: 1; border: none; dock: top; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show('summary')"),
        Binding("2", "show('table')"),
        Binding("greater_than_sign", "sort"),
        Binding("slash", "open_filter", priority=True),
        Binding("escape", "close_filter", priority=True),
    ]

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self._titles = [title for title, _ in content["header"]]
        self._summary = Text("\n".join(content["summary"]))
        self._all = self._shown = [
            [Text(text, COLORS.get(role, "")) for text, role in row] for row in content["rows"]
        ]
        self._sort_column = 0

    def compose(self) -> ComposeResult:
        field = Input(id="filter")
        field.cursor_blink = False
        yield field
        with ContentSwitcher(initial="table"):
            yield Static(self._summary, id="summary")
            yield DataTable[Text](id="table", cursor_type="row", cell_padding=0)

    @property
    def _table(self) -> DataTable[Text]:
        return self.query_one("#table", DataTable)

    def on_mount(self) -> None:
        for title in self._titles:
            self._table.add_column(title, width=cell_len(title))
        self._fill()
        self._table.focus()

    def _fill(self) -> None:
        self._table.clear()
        self._table.add_rows(self._shown)

    def action_show(self, part: str) -> None:
        self.query_one(ContentSwitcher).current = part
        if part == "table":
            self._table.focus()

    def action_sort(self) -> None:
        self._sort_column = column = (self._sort_column + 1) % len(self._titles)
        self._shown = sorted(self._shown, key=lambda row: _sort_key(row[column].plain))
        self._fill()

    def action_open_filter(self) -> None:
        field = self.query_one(Input)
        field.display = True
        field.focus()

    def action_close_filter(self) -> None:
        field = self.query_one(Input)
        field.value, field.display = "", False
        self._table.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        wanted = event.value.casefold()
        self._shown = [
            row for row in self._all if any(wanted in cell.plain.casefold() for cell in row[:2])
        ]
        self._fill()


def _sort_key(cell: str) -> tuple[float, str]:
    digits = "".join(char for char in cell if char in "0123456789.")
    try:
        return (1.0 if cell.strip()[:1] in {"▼", "-"} else -1.0) * float(digits), cell
    except ValueError:
        return 0.0, cell


if __name__ == "__main__":
    TableApp(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))).run()
