"""The holdings as a table: its lines are laid out for any width, and made when looked at."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from kistui.models.balance import Balance
from kistui.models.overseas import OverseasHolding
from kistui.models.holdings import AnyHolding
from kistui.view import format as show
from kistui.view.arrange import AS_RECEIVED, Arranged, Arrangement, arrange
from kistui.view.cells import Cell, Line, Role, fit, pad, width_of
from kistui.view.columns import COLUMNS, Column
from kistui.view.fitting import NAME, Fit, fitting
from kistui.view.formatted import Formatted
from kistui.view.markets import key_of_group
from kistui.view.words import Words

NAME_MIN, NAME_MAX = 10, 32


class Table:
    """A laid-out table; every line is as wide as every other, and made when it is looked at."""

    def __init__(
        self, header: Line, keys: tuple[str, ...], line: Callable[[int], Line], total: Line
    ) -> None:
        self.header = header
        self.keys = keys
        """The items of the rows, through refreshes the same."""
        self.total = total
        self._line = line
        self._made: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def line(self, at: int) -> Line:
        """One row."""
        made = self._made.get(at)
        if made is None:
            made = self._made[at] = self._line(at)
        return made

    @property
    def lines(self) -> Iterator[Line]:
        """Every row."""
        return map(self._line, range(len(self.keys)))


EMPTY_TABLE = Table((), (), lambda _at: (), ())


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
        self._formatted = formatted = formatted or Formatted(balance, words, hidden=hidden)
        self.arranged: Arranged = arrange(balance, arrangement, formatted.sheet)
        self._shown = formatted.together(self.arranged, arrangement)
        self._titles = [_title(column, arrangement, words) for column in COLUMNS]
        self._wanted = _wanted(self.arranged, arrangement)
        self._rows, self._keys = _rows(self.arranged)

    def __len__(self) -> int:
        return len(self._keys)

    def holding(self, key: str | None) -> AnyHolding | None:
        """The holding that the `key` of a row names."""
        if key not in self._keys:
            return None
        row = self._rows[self._keys.index(key)]
        return self.arranged.sheet.holdings[row] if row >= 0 else None

    def layout(self, width: int) -> Table:
        """The table in `width` columns; no number is ever cut, the name gives way to them."""
        shown, rows = self._shown, self._rows
        found = self._fit(width)

        def row(at: int) -> Line:
            if rows[at] < 0:
                return _line(found, partial(shown.sum, -rows[at]))
            holding = self.arranged.sheet.holdings[rows[at]]
            return _line(found, self._formatted.cells(holding).__getitem__)

        header = _line(found, lambda column: Cell(self._titles[column], Role.DIM))
        return Table(header, self._keys, row, _line(found, partial(shown.sum, 0)))

    def _fit(self, width: int) -> Fit:
        titles = [width_of(title) for title in self._titles]
        usual = min(max(titles[NAME], self._shown.width(NAME), NAME_MIN), NAME_MAX)
        # The name gives way to numbers, but the words for sums stay whole.
        least = min(usual, max(NAME_MIN, self._shown.sums_width(NAME)))

        def measure(at: int) -> int:
            return max(titles[at], self._shown.width(at))

        return fitting(self._wanted, titles, measure, (least, usual), width)


def key_of(holding: AnyHolding) -> str:
    """What names an item through refreshes."""
    key = holding.code or holding.name or ""
    return f"{holding.market.value}:{key}" if isinstance(holding, OverseasHolding) else key


def title_of(
    balance: Balance, view: HoldingsView, arrangement: Arrangement, words: Words
) -> tuple[str, str]:
    """The words in the frame: how many there are and in what order; how many are left out."""
    sheet = view.arranged.sheet
    n = sheet.held
    parts = [words("holdings.title" if balance.is_complete else "holdings.partial", n=n)]
    if arrangement.market is not None:
        parts.append(words(f"market.{arrangement.market.value}"))
    if arrangement.is_filtered:
        shown = len(view.arranged.rows)
        parts.append(words("holdings.found", n=shown, of=view.arranged.total))
    if arrangement.column is not None:
        mark = show.DOWN if arrangement.descending else show.UP
        name = words(f"column.{arrangement.column}")
        parts.append(words("holdings.sorted", column=f"{name} {mark}"))
    sold_out = len(sheet.holdings) - n
    state = "sold_out_shown" if arrangement.with_sold_out else "sold_out_hidden"
    return " · ".join(parts), words(f"holdings.{state}", n=sold_out) if sold_out else ""


def _wanted(arranged: Arranged, arrangement: Arrangement) -> list[int]:
    """The columns that may be shown."""
    only = arrangement.columns
    return [
        at
        for at, column in enumerate(COLUMNS)
        if (only is None or column.name in only or at == NAME)
        and (not column.is_foreign or arranged.groups)
    ]


def _rows(arranged: Arranged) -> tuple[Sequence[int], tuple[str, ...]]:
    """The rows as they stand below each other, and what names each.

    Below zero are the lines of markets: -1 is the first one's.
    """
    keys = arranged.sheet.read(key_of)
    if not arranged.groups:
        return arranged.rows, tuple(keys[row] for row in arranged.rows)
    rows: list[int] = []
    names: list[str] = []
    for number, group in enumerate(arranged.groups, 1):
        rows += (-number, *group.rows)
        names += (key_of_group(group), *(keys[row] for row in group.rows))
    return rows, tuple(names)


def _line(found: Fit, cell: Callable[[int], Cell]) -> Line:
    space = " " * found.gap
    return tuple(_place(COLUMNS[at], width, cell(at), space) for at, width in found.columns)


def _place(column: Column, width: int, cell: Cell, space: str) -> Cell:
    is_text = column.is_text
    text = fit(cell.text, width) if is_text else cell.text
    return Cell(pad(text, width, right=not is_text) + space, cell.role)


def _title(column: Column, arrangement: Arrangement, words: Words) -> str:
    title = words(f"column.{column.name}") + (show.COMPUTED if column.is_computed else "")
    if column.name != arrangement.column:
        return title
    return title + (show.DOWN if arrangement.descending else show.UP)
