"""The columns of the holdings table: value, format, width and drop priority of each."""

import re
from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.column_widths import (
    WidthMeasurer,
    max_amount_width,
    max_decimal_width,
    max_number_width,
    max_text_width,
)
from kistui.models.arithmetic import round_half_up
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding

CellValue = int | Decimal | str | None
ValueGetter = Callable[[AnyHolding], Any]

GET_DAY_PROFIT: ValueGetter = attrgetter("day_profit")
GET_VALUATION: ValueGetter = attrgetter("valuation_won")
GET_PROFIT_LOSS: ValueGetter = attrgetter("profit_loss_won")
_DIGITS = re.compile(r"(\d+)")


class HoldingColumn(NamedTuple):
    """A column; when the table is too wide, the highest `drop_priority` drops first."""

    name: str
    get_value: ValueGetter
    format_value: Callable[[Any], Cell]
    measure_width: WidthMeasurer = max_number_width
    """Returns the width of the widest of many values, formatted."""
    drop_priority: int = 0
    sort_key: ValueGetter | None = None
    """The sort key, if it is not the value itself."""
    is_computed: bool = False
    """Whether kistui computes the value; the header marks it."""
    is_sensitive: bool = False
    """Whether the value is an amount, a quantity or a price paid, which hiding amounts masks."""
    is_overseas_only: bool = False
    """Whether the value is in a foreign currency; domestic holdings leave the cell blank."""

    @property
    def is_text(self) -> bool:
        """Whether cells are left-aligned and may be truncated."""
        return self.measure_width is max_text_width

    def format_cell(self, holding: AnyHolding) -> Cell:
        """Return the cell of a holding in this column."""
        return self.format_value(self.get_value(holding))


def _code_cell(text: str | None) -> Cell:
    return Cell(text or "", Role.DIM)


def _name_cell(text: str | None) -> Cell:
    return Cell(text or "", Role.PLAIN)


def _average_price(holding: AnyHolding) -> Decimal | None:
    """Return the average price: in whole won for domestic holdings, exact for overseas ones."""
    price = holding.average_price
    if price is None or isinstance(holding, OverseasHolding):
        return price
    return round_half_up(price)


def _local_currency_amount(holding: AnyHolding, field: str) -> Decimal | None:
    """Return an overseas amount rounded to its currency; None for domestic holdings."""
    if not isinstance(holding, OverseasHolding):
        return None
    return show.round_to_currency(getattr(holding, field), holding.currency)


def _blank_if_none(format_value: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    return lambda value: Cell("") if value is None else format_value(value)


def _natural_sort_key(text: str | None) -> tuple[int | str, ...] | None:
    """Return a sort key that ignores case and compares runs of digits as numbers."""
    if not text:
        return None
    parts: list[int | str] = list(_DIGITS.split(text.casefold()))
    parts[1::2] = map(int, parts[1::2])
    return tuple(parts)


HOLDING_COLUMNS = (
    HoldingColumn(
        "code",
        attrgetter("code"),
        _code_cell,
        max_text_width,
        drop_priority=8,
        sort_key=lambda h: _natural_sort_key(h.code),
    ),
    HoldingColumn(
        "name",
        attrgetter("name"),
        _name_cell,
        max_text_width,
        sort_key=lambda h: _natural_sort_key(h.name),
    ),
    HoldingColumn(
        "quantity",
        attrgetter("quantity"),
        show.format_number,
        max_decimal_width,
        drop_priority=4,
        is_sensitive=True,
    ),
    HoldingColumn(
        "sellable_quantity",
        attrgetter("sellable_quantity"),
        show.format_number,
        max_decimal_width,
        drop_priority=10,
        is_sensitive=True,
    ),
    HoldingColumn(
        "average_price",
        _average_price,
        show.format_number,
        max_decimal_width,
        drop_priority=7,
        is_sensitive=True,
    ),
    HoldingColumn(
        "price", attrgetter("price"), show.format_number, max_decimal_width, drop_priority=5
    ),
    HoldingColumn("day_rate", attrgetter("day_rate"), show.format_percent, drop_priority=9),
    HoldingColumn(
        "day_profit",
        GET_DAY_PROFIT,
        show.format_change,
        drop_priority=11,
        is_computed=True,
        is_sensitive=True,
    ),
    HoldingColumn(
        "foreign_valuation",
        lambda h: _local_currency_amount(h, "valuation"),
        _blank_if_none(show.format_amount),
        max_amount_width,
        drop_priority=6,
        is_sensitive=True,
        is_overseas_only=True,
    ),
    HoldingColumn(
        "foreign_profit_loss",
        lambda h: _local_currency_amount(h, "profit_loss"),
        _blank_if_none(show.format_amount_change),
        max_amount_width,
        drop_priority=8,
        is_sensitive=True,
        is_overseas_only=True,
    ),
    HoldingColumn(
        "valuation", GET_VALUATION, show.format_number, drop_priority=2, is_sensitive=True
    ),
    HoldingColumn(
        "profit_loss", GET_PROFIT_LOSS, show.format_change, drop_priority=3, is_sensitive=True
    ),
    HoldingColumn("profit_rate", attrgetter("profit_rate"), show.format_percent, drop_priority=1),
    HoldingColumn("weight", attrgetter("weight"), show.format_share, drop_priority=6),
)


def find_column(name: str | None) -> HoldingColumn | None:
    """Return the column called `name`, or None if there is none."""
    return next((column for column in HOLDING_COLUMNS if column.name == name), None)
