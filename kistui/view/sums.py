"""What some of the holdings are together, in won; those sold out never count."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from kistui.models.arithmetic import percent_of, sum_or_none
from kistui.view import format as show
from kistui.view.cells import Cell, Role
from kistui.view.columns import DAY_PROFIT, PROFIT, VALUATION
from kistui.view.sheet import IS_SOLD_OUT, Read, Sheet, V

_COST: Read[int | None] = attrgetter("purchase_won")


class Sums:
    """Each is added up when it is asked for."""

    def __init__(self, sheet: Sheet, rows: Sequence[int]) -> None:
        sold_out = sheet.read(IS_SOLD_OUT)
        self.sheet = sheet
        self.rows = [row for row in rows if not sold_out[row]]
        """Those that count."""

    def of(self, read: Read[V]) -> list[V]:
        """The values that are added up."""
        values = self.sheet.read(read)
        return [values[row] for row in self.rows]

    def won(self, read: Read[int | None]) -> int | None:
        """Their sum, or `None` if any is unknown."""
        return sum_or_none(self.of(read))

    def cell(self, column: str) -> Cell:
        """A column's sum, empty where it has none."""
        form = _FORMS.get(column)
        return form(self) if form else Cell("")


_FORMS: Mapping[str, Callable[[Sums], Cell]] = {
    "day_profit": lambda held: show.change(held.won(DAY_PROFIT)),
    "valuation": lambda held: Cell(show.number(held.won(VALUATION)).text, Role.STRONG),
    "profit_loss": lambda held: show.change(held.won(PROFIT)),
    "profit_rate": lambda held: show.percent(percent_of(held.won(PROFIT), held.won(_COST))),
    "weight": lambda held: show.share(percent_of(held.won(VALUATION), held.sheet.worth)),
}
