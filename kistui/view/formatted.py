"""The cells of holdings: thousands are measured, and those made that somebody looks at."""

from functools import cached_property
from operator import attrgetter
from typing import Any

from kistui.models.balance import Balance
from kistui.models.holdings import AnyHolding
from kistui.view import format as show
from kistui.view.arrange import Arranged, Arrangement
from kistui.view.cells import Cell, Role
from kistui.view.columns import COLUMNS, Column
from kistui.view.fitting import NAME
from kistui.view.markets import MarketLine, TotalLine
from kistui.view.sheet import Read, Sheet
from kistui.view.words import Words

Cells = tuple[Cell, ...]
KEPT = 8
"""Queries whose sums and widths are remembered: what was typed is taken back as often."""
_LOTS: Read[tuple[object, ...]] = attrgetter("lots")


class Formatted:
    """A balance's holdings in words, however they are arranged."""

    def __init__(
        self, balance: Balance, words: Words, *, hidden: bool, sheet: Sheet | None = None
    ) -> None:
        self.balance = balance
        self.words = words
        self.hidden = hidden
        self.sheet = sheet or Sheet(balance)
        self._made: dict[int, Cells] = {}
        self._shown: dict[object, Shown] = {}

    def hide(self, hidden: bool) -> "Formatted":
        """The same holdings with their amounts, or without."""
        return Formatted(self.balance, self.words, hidden=hidden, sheet=self.sheet)

    def cells(self, holding: AnyHolding) -> Cells:
        """A holding's cells, one a column."""
        made = self._made.get(id(holding))
        if made is None:
            made = tuple(self._cell(column, holding) for column in COLUMNS)
            self._made[id(holding)] = made
        return made

    def together(self, arranged: Arranged, arrangement: Arrangement) -> "Shown":
        """What is shown as a whole: the same in whatever order."""
        key = arrangement.query, arrangement.market, arrangement.with_sold_out
        shown = self._shown.get(key)
        if shown is None:
            if len(self._shown) >= KEPT:
                self._shown.clear()
            shown = self._shown[key] = Shown(arranged, self)
        return shown

    def form(self, column: Column, value: Any) -> Cell:
        """A value as it stands below a column's title."""
        cell = column.form(value)
        return show.private(cell, hidden=True) if self.hidden and column.is_private else cell

    def values(self, at: int) -> list[Any]:
        """What there is to be seen in a column of each row."""
        return self._names if at == NAME else self.sheet.read(COLUMNS[at].value)

    @cached_property
    def _names(self) -> list[str | None]:
        """With the number of lots where there are several."""
        pairs = zip(self.sheet.read(COLUMNS[NAME].value), self.sheet.read(_LOTS), strict=True)
        return [_name(name, len(lots), self.words) for name, lots in pairs]

    def _cell(self, column: Column, holding: AnyHolding) -> Cell:
        value = column.value(holding)
        if column is COLUMNS[NAME]:
            value = _name(value, len(holding.lots), self.words)
        cell = self.form(column, value)
        return Cell(cell.text, Role.DIM) if holding.is_sold_out else cell


class Shown:
    """What is shown of the holdings, as a whole: sums and widths, each made when asked for."""

    def __init__(self, arranged: Arranged, formatted: Formatted) -> None:
        sheet, words = arranged.sheet, formatted.words
        self._rows = arranged.rows
        self._formatted = formatted
        markets = (MarketLine(group, sheet, words) for group in arranged.groups)
        self._lines: list[TotalLine | MarketLine] = [TotalLine(arranged, words), *markets]
        self._sums: dict[tuple[int, int], Cell] = {}
        self._widths: dict[int, int] = {}

    def sum(self, line: int, at: int) -> Cell:
        """What stands in a column of a line of sums: 0 is the total, those of markets follow."""
        cell = self._sums.get((line, at))
        if cell is None:
            column = COLUMNS[at]
            cell = self._lines[line].cell(column.name)
            hidden = self._formatted.hidden and column.is_private and bool(cell.text)
            cell = self._sums[line, at] = show.private(cell, hidden=hidden)
        return cell

    def sums_width(self, at: int) -> int:
        """The width of the widest sum of a column."""
        return max(self.sum(line, at).width for line in range(len(self._lines)))

    def width(self, at: int) -> int:
        """The width of the widest cell of a column."""
        width = self._widths.get(at)
        if width is None:
            width = self._widths[at] = max(self.sums_width(at), self._rows_width(at))
        return width

    def _rows_width(self, at: int) -> int:
        column, values = COLUMNS[at], self._formatted.values(at)
        shown = [values[row] for row in self._rows]
        return column.widest(shown, lambda value: self._formatted.form(column, value))


def _name(name: str | None, lots: int, words: Words) -> str | None:
    return words("holdings.lots", name=name or "", n=lots) if lots > 1 else name
