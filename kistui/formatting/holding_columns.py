"""The columns a table of holdings may have: the value of each, its form, and which drop first."""

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
from kistui.models.holdings import AnyHolding
from kistui.models.overseas import OverseasHolding

CellValue = int | Decimal | str | None
ValueGetter = Callable[[AnyHolding], Any]

GET_DAY_PROFIT: ValueGetter = attrgetter("day_profit")
GET_VALUATION: ValueGetter = attrgetter("valuation_won")
GET_PROFIT_LOSS: ValueGetter = attrgetter("profit_loss_won")
_DIGITS = re.compile(r"(\d+)")


class HoldingColumn(NamedTuple):
    """A column of the table. Of those that may drop, the highest `drop` goes first."""

    name: str
    get_value: ValueGetter
    format_value: Callable[[Any], Cell]
    measure_width: WidthMeasurer = max_number_width
    """How wide the widest of many values is in its form."""
    drop_priority: int = 0
    sort_key: ValueGetter | None = None
    """What it is sorted by where that is not its value."""
    is_computed: bool = False
    """Whether the header marks it as kistui's own figure."""
    is_sensitive: bool = False
    """Whether it says how much there is, or what was paid."""
    is_overseas_only: bool = False
    """Whether it is in a holding's own currency, which those at home need not have twice."""

    @property
    def is_text(self) -> bool:
        """Whether it stands at the left, and is cut when there is no room."""
        return self.measure_width is max_text_width

    def format_cell(self, holding: AnyHolding) -> Cell:
        """A holding's value as it stands in the table."""
        return self.format_value(self.get_value(holding))


def _code_cell(text: str | None) -> Cell:
    return Cell(text or "", Role.DIM)


def _name_cell(text: str | None) -> Cell:
    return Cell(text or "", Role.PLAIN)


def _average_price(holding: AnyHolding) -> Decimal | None:
    """In whole won at home, as brokers show it; abroad as it is."""
    price = holding.average_price
    if price is None or isinstance(holding, OverseasHolding):
        return price
    return round_half_up(price)


def _local_currency_amount(holding: AnyHolding, field: str) -> Decimal | None:
    """An amount abroad in its own currency, to the units it is counted in."""
    if not isinstance(holding, OverseasHolding):
        return None
    return show.round_to_currency(getattr(holding, field), holding.currency)


def _blank_if_none(format_value: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    return lambda value: Cell("") if value is None else format_value(value)


def _natural_sort_key(text: str | None) -> tuple[int | str, ...] | None:
    """What a text is sorted by: without case, and numbers in it count as numbers."""
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
    """The column called `name`, if there is one."""
    return next((column for column in HOLDING_COLUMNS if column.name == name), None)
