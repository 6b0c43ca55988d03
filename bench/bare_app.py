"""The barest Textual app with a table: a DataTable of the same cells, and nothing else.

python -m bench.bare_app CELLS.json
"""

import json
import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class BareApp(App[None]):
    """Shows rows of text."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: list[list[str]]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        # The amounts first, so that 80 columns show some.
        widths = [max(map(len, column)) for column in zip(*self._rows, strict=True)]
        for width in reversed(widths):
            table.add_column("", width=width)
        table.add_rows(reversed(row) for row in self._rows)


if __name__ == "__main__":
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    BareApp([row["cells"] for row in content["rows"]]).run()
