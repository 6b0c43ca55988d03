"""The columns a table of holdings may have: the value of each, its form, and which drop first."""

import re
from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from kistui.models.overseas import OverseasHolding
from kistui.models.holdings import AnyHolding
from kistui.models.rounding import round_half_up
from kistui.view import format as show
from kistui.view.cells import Cell, Role
from kistui.view.widest import Widest, of_amounts, of_decimals, of_numbers, of_texts

Value = int | Decimal | str | None
Read = Callable[[AnyHolding], Any]

DAY_PROFIT: Read = attrgetter("day_profit")
VALUATION: Read = attrgetter("valuation_won")
PROFIT: Read = attrgetter("profit_loss_won")
_DIGITS = re.compile(r"(\d+)")


class Column(NamedTuple):
    """A column of the table. Of those that may drop, the highest `drop` goes first."""

    name: str
    value: Read
    form: Callable[[Any], Cell]
    widest: Widest = of_numbers
    """How wide the widest of many values is in its form."""
    drop: int = 0
    key: Read | None = None
    """What it is sorted by where that is not its value."""
    is_computed: bool = False
    """Whether the header marks it as kistui's own figure."""
    is_private: bool = False
    """Whether it says how much there is, or what was paid."""
    is_foreign: bool = False
    """Whether it is in a holding's own currency, which those at home need not have twice."""

    @property
    def is_text(self) -> bool:
        """Whether it stands at the left, and is cut when there is no room."""
        return self.widest is of_texts

    def cell(self, holding: AnyHolding) -> Cell:
        """A holding's value as it stands in the table."""
        return self.form(self.value(holding))


def _code(text: str | None) -> Cell:
    return Cell(text or "", Role.DIM)


def _name(text: str | None) -> Cell:
    return Cell(text or "", Role.PLAIN)


def _average(holding: AnyHolding) -> Decimal | None:
    """In whole won at home, as brokers show it; abroad as it is."""
    price = holding.average_price
    if price is None or isinstance(holding, OverseasHolding):
        return price
    return round_half_up(price)


def _own(holding: AnyHolding, name: str) -> Decimal | None:
    """An amount abroad in its own currency, to the units it is counted in."""
    if not isinstance(holding, OverseasHolding):
        return None
    return show.money(getattr(holding, name), holding.currency)


def _or_nothing(form: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    return lambda value: Cell("") if value is None else form(value)


def _natural(text: str | None) -> tuple[int | str, ...] | None:
    """What a text is sorted by: without case, and numbers in it count as numbers."""
    if not text:
        return None
    parts: list[int | str] = list(_DIGITS.split(text.casefold()))
    parts[1::2] = map(int, parts[1::2])
    return tuple(parts)


COLUMNS = (
    Column(
        "code",
        attrgetter("code"),
        _code,
        of_texts,
        drop=8,
        key=lambda h: _natural(h.code),
    ),
    Column("name", attrgetter("name"), _name, of_texts, key=lambda h: _natural(h.name)),
    Column(
        "quantity",
        attrgetter("quantity"),
        show.number,
        of_decimals,
        drop=4,
        is_private=True,
    ),
    Column(
        "sellable_quantity",
        attrgetter("sellable_quantity"),
        show.number,
        of_decimals,
        drop=10,
        is_private=True,
    ),
    Column("average_price", _average, show.number, of_decimals, drop=7, is_private=True),
    Column("price", attrgetter("price"), show.number, of_decimals, drop=5),
    Column("day_rate", attrgetter("day_rate"), show.percent, drop=9),
    Column("day_profit", DAY_PROFIT, show.change, drop=11, is_computed=True, is_private=True),
    Column(
        "foreign_valuation",
        lambda h: _own(h, "valuation"),
        _or_nothing(show.amount),
        of_amounts,
        drop=6,
        is_private=True,
        is_foreign=True,
    ),
    Column(
        "foreign_profit_loss",
        lambda h: _own(h, "profit_loss"),
        _or_nothing(show.amount_change),
        of_amounts,
        drop=8,
        is_private=True,
        is_foreign=True,
    ),
    Column("valuation", VALUATION, show.number, drop=2, is_private=True),
    Column("profit_loss", PROFIT, show.change, drop=3, is_private=True),
    Column("profit_rate", attrgetter("profit_rate"), show.percent, drop=1),
    Column("weight", attrgetter("weight"), show.share, drop=6),
)


def column_of(name: str | None) -> Column | None:
    """The column called `name`, if there is one."""
    return next((column for column in COLUMNS if column.name == name), None)
