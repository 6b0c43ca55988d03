"""What the details of holdings at home and abroad have in common."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, truncate
from kistui.formatting.grid import LabelledValue, two_column_lines, wrap_text
from kistui.formatting.privacy import is_sensitive_field
from kistui.i18n.translations import Translations
from kistui.models.holdings import AnyHolding
from kistui.models.kis_fields import FieldSpec, ValueType, field_specs, values_by_key
from kistui.models.overseas import OverseasHolding

WEIGHT_BAR_WIDTH = 10
"""Columns of the bar of the weight."""
_SIGNED_FIELDS = frozenset({"profit_loss", "day_change"})

_UNIT_FORMATTERS: dict[ValueType, Callable[[Any], Cell]] = {
    ValueType.WON: show.format_number,
    ValueType.QUANTITY: show.format_number,
    ValueType.PRICE: show.format_number,
    ValueType.AMOUNT: show.format_number,
    ValueType.FRACTIONAL_QUANTITY: show.format_number,
    ValueType.EXCHANGE_RATE: show.format_number,
    ValueType.PERCENT: show.format_percent,
    ValueType.DATE: lambda day: Cell(day.isoformat()),
    ValueType.TEXT: Cell,
    ValueType.CODE: Cell,
}


def detail_heading(
    holding: AnyHolding, tags: Iterable[str], position: tuple[int, int], width: int
) -> Line:
    """Whose it is, whole parts of it when narrow, and its place at the right."""
    place = Cell(f"{position[0]}/{position[1]}", Role.DIM)
    parts = [
        Cell(holding.name or holding.code or "", Role.STRONG),
        Cell(f"  {holding.code or ''}", Role.DIM),
        Cell(f"  {' · '.join(tags)}", Role.LABEL),
    ]
    room = width - place.width - 1
    while len(parts) > 1 and sum(part.width for part in parts) > room:
        parts.pop()
    if len(parts) == 1:
        parts = [Cell(truncate(parts[0].text, room), Role.STRONG)]
    blanks = width - place.width - sum(part.width for part in parts)
    return (*parts, Cell(" " * max(blanks, 1)), place)


def weight_cell(weight: Decimal | None) -> Cell:
    """A part of all holdings, as a bar before its number."""
    if weight is None:
        return show.UNAVAILABLE
    filled = int(
        min(max(weight, Decimal(0)), Decimal(100)) * WEIGHT_BAR_WIDTH / 100 + Decimal("0.5")
    )
    return Cell(
        f"{'█' * filled}{'░' * (WEIGHT_BAR_WIDTH - filled)} {show.format_share(weight).text}"
    )


def break_even_lines(
    holding: AnyHolding, t: Translations, width: int, unit: str, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """How far it is to the average price, in words; nothing where one of the two is unknown."""
    away = holding.break_even_rate
    if away is None or holding.is_sold_out:
        return ()
    way = "detail.break_even_here"
    if away:
        way = "detail.break_even_up" if away > 0 else "detail.break_even_down"
    form = show.format_number if isinstance(holding, OverseasHolding) else show.format_average_price
    average = show.masked_amount() if amounts_hidden else form(holding.average_price)
    text = t(
        way,
        rate=show.format_percent(abs(away), show.COMPUTED_MARK).text.removeprefix("+"),
        price=show.format_number(holding.price).text,
        average=average.text,
        unit=unit,
    )
    return wrap_text(text, width, Role.LABEL)


def format_field(spec: FieldSpec, value: Any, *, amounts_hidden: bool) -> Cell:
    """A declared value in the form of its unit."""
    if value is None or value == "":
        return show.UNAVAILABLE
    if amounts_hidden and is_sensitive_field(spec):
        return show.masked_amount()
    return (
        show.format_change(value)
        if spec.name in _SIGNED_FIELDS
        else _UNIT_FORMATTERS[spec.value_type](value)
    )


def raw_field_lines(
    lots: Sequence[Any], t: Translations, width: int, *, amounts_hidden: bool
) -> list[Line]:
    """KIS's keys and values, lot by lot."""
    lines: list[Line] = []
    known = field_specs(type(lots[0])) if amounts_hidden and lots else ()
    private = {spec.key for spec in known if is_sensitive_field(spec)}
    for number, lot in enumerate(lots, 1):
        title = t("detail.raw", n=number, of=len(lots))
        entries = [
            LabelledValue(
                key, show.masked_amount() if key in private else show.format_raw(value, t)
            )
            for key, value in values_by_key(lot).items()
        ]
        lines += [(), *wrap_text(title, width, Role.STRONG), *two_column_lines(entries, width)]
    return lines
