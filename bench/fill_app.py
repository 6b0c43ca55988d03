"""A table that is filled on a key: kistui's own, or Textual's DataTable.

python -m bench.fill_app lines|data BALANCE.pickle

`f` fills it from a balance, whose words are made by kistui for both; `w` fills it from words
already made; `e` empties it.
"""

import pickle
import sys
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from bench.cells import WIDTH
from kistui import i18n
from kistui.formatting.holdings_table import HoldingsFormatter, HoldingsTable
from kistui.models.balance import Balance, BalanceSummary
from kistui.storage.themes import DEFAULT_THEME, load_themes
from kistui.tui.theme import rich_role_styles, to_textual_theme
from kistui.tui.widgets.line_table import LineTable

WORDS = i18n.load_translations("ko")
THEME = load_themes().by_name[DEFAULT_THEME]
NOBODY = Balance(summary=BalanceSummary(), holdings=())
Format = partial(HoldingsFormatter, t=WORDS, amounts_hidden=False)


class Ours(LineTable):
    """kistui's table of holdings."""

    def fill(self, formatted: HoldingsFormatter) -> None:
        self.show_rows(HoldingsTable(formatted.balance, WORDS, formatter=formatted))


class Theirs(DataTable[Text]):
    """Textual's table, its columns of fixed widths."""

    def fill(self, formatted: HoldingsFormatter) -> None:
        self.clear()
        table = HoldingsTable(formatted.balance, WORDS, formatter=formatted).lay_out(WIDTH)
        styles = rich_role_styles()
        if not self.columns and table.row_keys:
            for cell in table.header:
                self.add_column(cell.text, width=cell.width)
        self.add_rows([Text(cell.text, styles[cell.role]) for cell in row] for row in table.rows)


class FillApp(App[None]):
    """One table and three keys."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Ours, Theirs { height: 17; width: 76; }
    LineTable {
        overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .line-table--cursor { background: $cursor; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fill"),
        Binding("w", "fill_made"),
        Binding("e", "empty"),
    ]

    def __init__(self, kind: str, balance: Balance) -> None:
        super().__init__()
        self._balance = balance
        self._table: Ours | Theirs = (
            Ours() if kind == "lines" else Theirs(cursor_type="row", cell_padding=0)
        )
        self._made = Format(balance)
        for holding in balance.holdings:
            self._made.row_cells(holding)
        self.register_theme(to_textual_theme(THEME))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEME.variables)

    def compose(self) -> ComposeResult:
        yield self._table

    def on_mount(self) -> None:
        self.theme = THEME.name
        self._table.fill(Format(NOBODY))

    def on_ready(self) -> None:
        self._table.fill(self._made)
        self._table.fill(Format(NOBODY))

    def action_fill(self) -> None:
        self._table.fill(Format(self._balance))

    def action_fill_made(self) -> None:
        self._table.fill(self._made)

    def action_empty(self) -> None:
        self._table.fill(Format(NOBODY))


if __name__ == "__main__":
    FillApp(sys.argv[1], pickle.loads(Path(sys.argv[2]).read_bytes())).run()
