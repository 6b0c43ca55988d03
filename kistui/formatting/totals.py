"""Totals of holdings in won; sold-out holdings do not count."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.holding_columns import GET_DAY_PROFIT, GET_PROFIT_LOSS, GET_VALUATION
from kistui.formatting.holdings_data import GET_IS_SOLD_OUT, Getter, HoldingsData, V
from kistui.models.arithmetic import percent_of, sum_or_none

_GET_PURCHASE_AMOUNT: Getter[int | None] = attrgetter("purchase_won")


class HoldingsTotals:
    """The totals of some rows; each is computed when it is asked for."""

    def __init__(self, data: HoldingsData, rows: Sequence[int]) -> None:
        sold_out = data.column(GET_IS_SOLD_OUT)
        self.data = data
        self.held_rows = [row for row in rows if not sold_out[row]]
        """The rows that are not sold out."""

    def values(self, getter: Getter[V]) -> list[V]:
        """Return the values of the rows that count."""
        values = self.data.column(getter)
        return [values[row] for row in self.held_rows]

    def total(self, getter: Getter[int | None]) -> int | None:
        """Return the sum of the values, or None if one of them is unknown."""
        return sum_or_none(self.values(getter))

    def format_cell(self, column: str) -> Cell:
        """Return the total of a column; an empty cell if the column has none."""
        formatter = _TOTAL_FORMATTERS.get(column)
        return formatter(self) if formatter else Cell("")


_TOTAL_FORMATTERS: Mapping[str, Callable[[HoldingsTotals], Cell]] = {
    "day_profit": lambda totals: show.format_change(totals.total(GET_DAY_PROFIT)),
    "valuation": lambda totals: Cell(
        show.format_number(totals.total(GET_VALUATION)).text, Role.STRONG
    ),
    "profit_loss": lambda totals: show.format_change(totals.total(GET_PROFIT_LOSS)),
    "profit_rate": lambda totals: show.format_percent(
        percent_of(totals.total(GET_PROFIT_LOSS), totals.total(_GET_PURCHASE_AMOUNT))
    ),
    "weight": lambda totals: show.format_share(
        percent_of(totals.total(GET_VALUATION), totals.data.valuation)
    ),
}
