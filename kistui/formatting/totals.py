"""What some of the holdings are together, in won; those sold out never count."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.holding_columns import GET_DAY_PROFIT, GET_PROFIT_LOSS, GET_VALUATION
from kistui.formatting.holdings_data import GET_IS_SOLD_OUT, Getter, HoldingsData, V
from kistui.models.arithmetic import percent_of, sum_or_none

_GET_PURCHASE_AMOUNT: Getter[int | None] = attrgetter("purchase_won")


class HoldingsTotals:
    """Each is added up when it is asked for."""

    def __init__(self, data: HoldingsData, rows: Sequence[int]) -> None:
        sold_out = data.column(GET_IS_SOLD_OUT)
        self.data = data
        self.held_rows = [row for row in rows if not sold_out[row]]
        """Those that count."""

    def values(self, getter: Getter[V]) -> list[V]:
        """The values that are added up."""
        values = self.data.column(getter)
        return [values[row] for row in self.held_rows]

    def total(self, getter: Getter[int | None]) -> int | None:
        """Their sum, or `None` if any is unknown."""
        return sum_or_none(self.values(getter))

    def format_cell(self, column: str) -> Cell:
        """A column's sum, empty where it has none."""
        form = _TOTAL_FORMATTERS.get(column)
        return form(self) if form else Cell("")


_TOTAL_FORMATTERS: Mapping[str, Callable[[HoldingsTotals], Cell]] = {
    "day_profit": lambda held: show.format_change(held.total(GET_DAY_PROFIT)),
    "valuation": lambda held: Cell(show.format_number(held.total(GET_VALUATION)).text, Role.STRONG),
    "profit_loss": lambda held: show.format_change(held.total(GET_PROFIT_LOSS)),
    "profit_rate": lambda held: show.format_percent(
        percent_of(held.total(GET_PROFIT_LOSS), held.total(_GET_PURCHASE_AMOUNT))
    ),
    "weight": lambda held: show.format_share(
        percent_of(held.total(GET_VALUATION), held.data.valuation)
    ),
}
