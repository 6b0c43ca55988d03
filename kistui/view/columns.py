"""The columns a table of holdings may have: the value of each, its form, and which drop first."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kistui.model.overseas import ForeignHolding
from kistui.model.positions import Position
from kistui.model.rounding import rounded
from kistui.view import format as show
from kistui.view.cells import Cell, Role

Value = int | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. Of those that may drop, the highest `drop` goes first."""

    name: str
    value: Callable[[Position], Value]
    form: Callable[[Any], Cell]
    drop: int = 0
    is_text: bool = False
    is_computed: bool = False
    """Whether the header marks it as kistui's own figure."""
    is_private: bool = False
    """Whether it says how much there is, or what was paid."""
    is_foreign: bool = False
    """Whether it is in a holding's own currency, which those at home need not have twice."""

    def cell(self, holding: Position) -> Cell:
        """A holding's value as it stands in the table."""
        return self.form(self.value(holding))


def _code(text: str | None) -> Cell:
    return Cell(text or "", Role.DIM)


def _name(text: str | None) -> Cell:
    return Cell(text or "", Role.PLAIN)


def _average(holding: Position) -> Decimal | None:
    """In whole won at home, as brokers show it; abroad as it is."""
    price = holding.average_price
    if price is None or isinstance(holding, ForeignHolding):
        return price
    return rounded(price)


def _own(holding: Position, name: str) -> Decimal | None:
    """An amount abroad in its own currency, to the units it is counted in."""
    if not isinstance(holding, ForeignHolding):
        return None
    return show.money(getattr(holding, name), holding.currency)


def _or_nothing(form: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    return lambda value: Cell("") if value is None else form(value)


COLUMNS = (
    Column("code", lambda h: h.code, _code, drop=8, is_text=True),
    Column("name", lambda h: h.name, _name, is_text=True),
    Column("quantity", lambda h: h.quantity, show.number, drop=4, is_private=True),
    Column(
        "sellable_quantity", lambda h: h.sellable_quantity, show.number, drop=10, is_private=True
    ),
    Column("average_price", _average, show.number, drop=7, is_private=True),
    Column("price", lambda h: h.price, show.number, drop=5),
    Column("day_rate", lambda h: h.day_rate, show.percent, drop=9),
    Column(
        "day_profit",
        lambda h: h.day_profit,
        show.change,
        drop=11,
        is_computed=True,
        is_private=True,
    ),
    Column(
        "foreign_valuation",
        lambda h: _own(h, "valuation"),
        _or_nothing(show.amount),
        drop=6,
        is_private=True,
        is_foreign=True,
    ),
    Column(
        "foreign_profit_loss",
        lambda h: _own(h, "profit_loss"),
        _or_nothing(show.amount_change),
        drop=8,
        is_private=True,
        is_foreign=True,
    ),
    Column("valuation", lambda h: h.valuation_won, show.number, drop=2, is_private=True),
    Column("profit_loss", lambda h: h.profit_loss_won, show.change, drop=3, is_private=True),
    Column("profit_rate", lambda h: h.profit_rate, show.percent, drop=1),
    Column("weight", lambda h: h.weight, show.share, drop=6),
)


def column_of(name: str | None) -> Column | None:
    """The column called `name`, if there is one."""
    return next((column for column in COLUMNS if column.name == name), None)
