"""The holdings as a table: columns that fit their widest number, and drop whole when narrow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kistui.model.balance import Balance
from kistui.model.overseas import ForeignHolding
from kistui.model.positions import Position, positions, worth
from kistui.view import format as show
from kistui.view.arrange import AS_RECEIVED, Arranged, Arrangement, arrange
from kistui.view.cells import Cell, Line, Role, fit, pad, width_of
from kistui.view.columns import COLUMNS, Column
from kistui.view.markets import group_cells, key_of_group, sum_cells
from kistui.view.words import Words

GAPS = (2, 1)
NAME_MIN, NAME_MAX = 10, 32


@dataclass(frozen=True, slots=True)
class Table:
    """A laid-out table; every line is as wide as every other, and made when it is looked at."""

    header: Line
    keys: tuple[str, ...]
    """The items of the rows, through refreshes the same."""
    line: Callable[[int], Line]
    total: Line

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def lines(self) -> Iterator[Line]:
        """Every row."""
        return map(self.line, range(len(self.keys)))


EMPTY_TABLE = Table((), (), lambda _at: (), ())


Cells = tuple[Cell, ...]
Summed = tuple[Cells, tuple[Cells, ...], tuple[int, ...]]
"""The line of the total, those of the markets, the widest cell of each column."""


class Formatted:
    """The cells of a balance's holdings, made once however they are arranged."""

    def __init__(self, balance: Balance, words: Words, *, hidden: bool) -> None:
        self.balance = balance
        self.words = words
        self.hidden = hidden
        self._made: dict[int, tuple[tuple[Cell, ...], tuple[int, ...]]] = {}
        self._summed: tuple[object, Summed] | None = None

    def cells(self, holding: Position) -> tuple[Cell, ...]:
        """A holding's cells, one a column."""
        return self._of(holding)[0]

    def widths(self, holding: Position) -> tuple[int, ...]:
        """Their widths."""
        return self._of(holding)[1]

    def summed(self, arranged: Arranged, arrangement: Arrangement) -> Summed:
        """The sums of what is shown, and its widest cells: the same in whatever order."""
        key = arrangement.query, arrangement.market, arrangement.with_sold_out
        if self._summed is None or self._summed[0] != key:
            self._summed = key, _sum_up(arranged, self)
        return self._summed[1]

    def _of(self, holding: Position) -> tuple[tuple[Cell, ...], tuple[int, ...]]:
        made = self._made.get(id(holding))
        if made is None:
            cells = tuple(
                show.private(
                    _cell(column, holding, self.words), hidden=self.hidden and column.is_private
                )
                for column in COLUMNS
            )
            made = self._made[id(holding)] = cells, tuple(cell.width for cell in cells)
        return made


@dataclass(frozen=True, slots=True)
class _Body:
    """What is shown before it is known which columns fit."""

    keys: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...]
    titles: tuple[str, ...]
    widths: tuple[int, ...]
    wanted: tuple[int, ...]
    """Which columns may be shown."""
    heads: tuple[tuple[Cell, ...], ...]
    """The markets' lines among the rows."""

    @property
    def least_name(self) -> int:
        """The name gives way to numbers, but the words for sums stay whole."""
        at = [column.name for column in COLUMNS].index("name")
        return max(NAME_MIN, *(line[at].width for line in (self.totals, *self.heads)))


class HoldingsView:
    """A balance's holdings as arranged, laid out for any width."""

    def __init__(
        self,
        balance: Balance,
        words: Words,
        arrangement: Arrangement = AS_RECEIVED,
        *,
        hidden: bool = False,
        formatted: Formatted | None = None,
    ) -> None:
        formatted = formatted or Formatted(balance, words, hidden=hidden)
        self.arranged: Arranged = arrange(balance, arrangement)
        self._body = _format(self.arranged, arrangement, formatted)

    def __len__(self) -> int:
        return len(self._body.keys)

    def layout(self, width: int) -> Table:
        """The table in `width` columns; no number is ever cut, the name gives way to them."""
        body = self._body
        chosen, name_width, gap = _choose(body, width)
        placed = tuple(
            (index, name_width if COLUMNS[index].name == "name" else body.widths[index])
            for index in chosen
        )
        space = " " * gap

        def line(cells: Sequence[Cell]) -> Line:
            return tuple(_place(index, at, cells[index], space) for index, at in placed)

        header = line([Cell(title, Role.DIM) for title in body.titles])
        return Table(header, body.keys, lambda at: line(body.rows[at]), line(body.totals))


def key_of(holding: Position) -> str:
    """What names an item through refreshes."""
    key = holding.code or holding.name or ""
    return f"{holding.market.value}:{key}" if isinstance(holding, ForeignHolding) else key


def title_of(
    balance: Balance, view: HoldingsView, arrangement: Arrangement, words: Words
) -> tuple[str, str]:
    """The words in the frame: how many there are and in what order; how many are left out."""
    every = positions(balance)
    n = sum(not each.is_sold_out for each in every)
    parts = [words("holdings.title" if balance.is_complete else "holdings.partial", n=n)]
    if arrangement.market is not None:
        parts.append(words(f"market.{arrangement.market.value}"))
    if arrangement.is_filtered:
        shown = len(view.arranged.shown)
        parts.append(words("holdings.found", n=shown, of=view.arranged.total))
    if arrangement.column is not None:
        mark = show.DOWN if arrangement.descending else show.UP
        name = words(f"column.{arrangement.column}")
        parts.append(words("holdings.sorted", column=f"{name} {mark}"))
    sold_out = len(every) - n
    state = "sold_out_shown" if arrangement.with_sold_out else "sold_out_hidden"
    return " · ".join(parts), words(f"holdings.{state}", n=sold_out) if sold_out else ""


def _place(index: int, width: int, cell: Cell, space: str) -> Cell:
    is_text = COLUMNS[index].is_text
    text = fit(cell.text, width) if is_text else cell.text
    return Cell(pad(text, width, right=not is_text) + space, cell.role)


def _format(arranged: Arranged, arrangement: Arrangement, formatted: Formatted) -> _Body:
    shown, only, words = arranged.shown, arrangement.columns, formatted.words
    totals, heads, widest = formatted.summed(arranged, arrangement)
    titles = tuple(_title(column, arrangement, words) for column in COLUMNS)
    least = tuple(
        max(width_of(title), *(line[at].width for line in (totals, *heads)))
        for at, title in enumerate(titles)
    )
    widths = tuple(map(max, least, widest))
    wanted = tuple(
        at
        for at, column in enumerate(COLUMNS)
        if (only is None or column.name in only or column.name == "name")
        and (not column.is_foreign or arranged.groups)
    )
    keys, rows = list(map(key_of, shown)), list(map(formatted.cells, shown))
    at = 0
    for group, head in zip(arranged.groups, heads, strict=True):
        keys.insert(at, key_of_group(group))
        rows.insert(at, head)
        at += 1 + len(group.holdings)
    return _Body(tuple(keys), tuple(rows), totals, titles, widths, wanted, heads)


def _sum_up(arranged: Arranged, formatted: Formatted) -> Summed:
    whole = worth(formatted.balance)
    totals = _line_of(_totals(arranged, formatted, whole), formatted)
    heads = tuple(
        _line_of(group_cells(each, whole, formatted.words), formatted) for each in arranged.groups
    )
    none = (0,) * len(COLUMNS)
    widest = tuple(map(max, zip(none, *map(formatted.widths, arranged.shown), strict=True)))
    return totals, heads, widest


def _line_of(cells: Mapping[str, Cell], formatted: Formatted) -> tuple[Cell, ...]:
    """A line of sums: a cell for each column, most of them empty; amounts hidden if so wished."""
    line = ((column, cells.get(column.name, Cell(""))) for column in COLUMNS)
    return tuple(
        show.private(cell, hidden=formatted.hidden and column.is_private and bool(cell.text))
        for column, cell in line
    )


def _title(column: Column, arrangement: Arrangement, words: Words) -> str:
    title = words(f"column.{column.name}") + (show.COMPUTED if column.is_computed else "")
    if column.name != arrangement.column:
        return title
    return title + (show.DOWN if arrangement.descending else show.UP)


def _cell(column: Column, holding: Position, words: Words) -> Cell:
    cell = column.cell(holding)
    if column.name == "name" and len(holding.lots) > 1:
        cell = Cell(words("holdings.lots", name=cell.text, n=len(holding.lots)), cell.role)
    return Cell(cell.text, Role.DIM) if holding.is_sold_out else cell


def _totals(arranged: Arranged, formatted: Formatted, whole: int | None) -> dict[str, Cell]:
    """The sums over what is shown and held; the weight is of all that is held."""
    counted = [each for each in arranged.shown if not each.is_sold_out]
    held = sum(not each.is_sold_out for each in positions(formatted.balance))
    words, n = formatted.words, len(counted)
    title = (
        words("column.total_found", n=n, of=held)
        if arranged.is_filtered
        else words("column.total", n=n)
    )
    return {"name": Cell(title, Role.STRONG), **sum_cells(counted, whole)}


def _choose(body: _Body, width: int) -> tuple[list[int], int, int]:
    """The columns that fit in `width`, the columns of the name, and the gap between two."""
    widths = body.widths
    name_at = next(i for i, column in enumerate(COLUMNS) if column.name == "name")
    natural = min(max(widths[name_at], NAME_MIN), NAME_MAX)
    least = min(natural, body.least_name)
    chosen = list(body.wanted)
    while True:
        for gap in GAPS:
            others = sum(widths[i] for i in chosen if i != name_at)
            room = width - others - gap * len(chosen)
            if room >= natural or (gap == GAPS[-1] and room >= least):
                return chosen, min(room, natural), gap
        droppable = [i for i in chosen if COLUMNS[i].drop]
        if not droppable:
            return chosen, max(width - GAPS[-1], 1), GAPS[-1]
        chosen.remove(max(droppable, key=lambda i: COLUMNS[i].drop))
