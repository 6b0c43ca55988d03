"""The simplest Textual app with a table: a DataTable of the same cells, and nothing else.

python -m bench.bare_app CELLS.json
"""

import json
import sys
from pathlib import Path

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import DataTable


class BareApp(App[None]):
    """Shows rows of text."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, titles: list[str], rows: list[list[str]]) -> None:
        super().__init__()
        self._titles, self._rows = titles, rows

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row", cell_padding=0)

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for title in self._titles:
            table.add_column(title, width=cell_len(title))
        table.add_rows(self._rows)


if __name__ == "__main__":
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    BareApp(
        [title for title, _ in content["header"]],
        [[text for text, _ in row] for row in content["rows"]],
    ).run()
