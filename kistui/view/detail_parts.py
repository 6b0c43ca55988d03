"""What the details of holdings at home and abroad have in common."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kistui.models.kis_fields import FieldSpec, ValueType, field_specs, values_by_key
from kistui.models.overseas import OverseasHolding
from kistui.models.holdings import AnyHolding
from kistui.view import format as show
from kistui.view.cells import Cell, Line, Role, fit
from kistui.view.grid import Entry, folded, grid
from kistui.view.privacy import is_private
from kistui.view.words import Words

BAR = 10
"""Columns of the bar of the weight."""
_CHANGES = frozenset({"profit_loss", "day_change"})

_FORMS: dict[ValueType, Callable[[Any], Cell]] = {
    ValueType.WON: show.number,
    ValueType.QUANTITY: show.number,
    ValueType.PRICE: show.number,
    ValueType.AMOUNT: show.number,
    ValueType.FRACTIONAL_QUANTITY: show.number,
    ValueType.EXCHANGE_RATE: show.number,
    ValueType.PERCENT: show.percent,
    ValueType.DATE: lambda day: Cell(day.isoformat()),
    ValueType.TEXT: Cell,
    ValueType.CODE: Cell,
}


def heading(holding: AnyHolding, kinds: Iterable[str], position: tuple[int, int], width: int) -> Line:
    """Whose it is, whole parts of it when narrow, and its place at the right."""
    place = Cell(f"{position[0]}/{position[1]}", Role.DIM)
    parts = [
        Cell(holding.name or holding.code or "", Role.STRONG),
        Cell(f"  {holding.code or ''}", Role.DIM),
        Cell(f"  {' · '.join(kinds)}", Role.LABEL),
    ]
    room = width - place.width - 1
    while len(parts) > 1 and sum(part.width for part in parts) > room:
        parts.pop()
    if len(parts) == 1:
        parts = [Cell(fit(parts[0].text, room), Role.STRONG)]
    blanks = width - place.width - sum(part.width for part in parts)
    return (*parts, Cell(" " * max(blanks, 1)), place)


def weight_cell(weight: Decimal | None) -> Cell:
    """A part of all holdings, as a bar before its number."""
    if weight is None:
        return show.UNAVAILABLE
    filled = int(min(max(weight, Decimal(0)), Decimal(100)) * BAR / 100 + Decimal("0.5"))
    return Cell(f"{'█' * filled}{'░' * (BAR - filled)} {show.share(weight).text}")


def break_even(
    holding: AnyHolding, words: Words, width: int, unit: str, *, hidden: bool
) -> tuple[Line, ...]:
    """How far it is to the average price, in words; nothing where one of the two is unknown."""
    away = holding.break_even_rate
    if away is None or holding.is_sold_out:
        return ()
    way = "detail.break_even_here"
    if away:
        way = "detail.break_even_up" if away > 0 else "detail.break_even_down"
    form = show.number if isinstance(holding, OverseasHolding) else show.average
    average = show.hidden_amount() if hidden else form(holding.average_price)
    text = words(
        way,
        rate=show.percent(abs(away), show.COMPUTED).text.removeprefix("+"),
        price=show.number(holding.price).text,
        average=average.text,
        unit=unit,
    )
    return folded(text, width, Role.LABEL)


def field_cell(spec: FieldSpec, value: Any, *, hidden: bool) -> Cell:
    """A declared value in the form of its unit."""
    if value is None or value == "":
        return show.UNAVAILABLE
    if hidden and is_private(spec):
        return show.hidden_amount()
    return show.change(value) if spec.name in _CHANGES else _FORMS[spec.value_type](value)


def raw_lines(lots: Sequence[Any], words: Words, width: int, *, hidden: bool) -> list[Line]:
    """KIS's keys and values, lot by lot."""
    lines: list[Line] = []
    known = field_specs(type(lots[0])) if hidden and lots else ()
    private = {spec.key for spec in known if is_private(spec)}
    for number, lot in enumerate(lots, 1):
        title = words("detail.raw", n=number, of=len(lots))
        entries = [
            Entry(key, show.hidden_amount() if key in private else show.as_received(value, words))
            for key, value in values_by_key(lot).items()
        ]
        lines += [(), *folded(title, width, Role.STRONG), *grid(entries, width)]
    return lines
