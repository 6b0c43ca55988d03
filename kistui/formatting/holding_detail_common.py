"""Lines and cells shared by the details of domestic and overseas holdings."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, truncate
from kistui.formatting.grid import LabelledValue, two_column_lines, wrap_text
from kistui.formatting.privacy import is_sensitive_field
from kistui.i18n.translations import Translations
from kistui.models.kis_fields import FieldSpec, ValueType, field_specs, values_by_key
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding

WEIGHT_BAR_WIDTH = 10
"""Width of the weight bar in columns."""
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
    """Return name, code and tags, as far as they fit, with the position at the right."""
    position_cell = Cell(f"{position[0]}/{position[1]}", Role.DIM)
    parts = [
        Cell(holding.name or holding.code or "", Role.STRONG),
        Cell(f"  {holding.code or ''}", Role.DIM),
        Cell(f"  {' · '.join(tags)}", Role.LABEL),
    ]
    available = width - position_cell.width - 1
    while len(parts) > 1 and sum(part.width for part in parts) > available:
        parts.pop()
    if len(parts) == 1:
        parts = [Cell(truncate(parts[0].text, available), Role.STRONG)]
    blanks = width - position_cell.width - sum(part.width for part in parts)
    return (*parts, Cell(" " * max(blanks, 1)), position_cell)


def weight_cell(weight: Decimal | None) -> Cell:
    """Return the weight among all holdings as a bar and a percentage."""
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
    """Return a sentence on the price change to break even; empty if that is unknown."""
    break_even_rate = holding.break_even_rate
    if break_even_rate is None or holding.is_sold_out:
        return ()
    message_key = "detail.break_even_here"
    if break_even_rate:
        message_key = "detail.break_even_up" if break_even_rate > 0 else "detail.break_even_down"
    format_price = (
        show.format_number if isinstance(holding, OverseasHolding) else show.format_average_price
    )
    average = show.masked_amount() if amounts_hidden else format_price(holding.average_price)
    text = t(
        message_key,
        rate=show.format_percent(abs(break_even_rate), show.COMPUTED_MARK).text.removeprefix("+"),
        price=show.format_number(holding.price).text,
        average=average.text,
        unit=unit,
    )
    return wrap_text(text, width, Role.LABEL)


def format_field(spec: FieldSpec, value: Any, *, amounts_hidden: bool) -> Cell:
    """Return a field's value formatted by its type, masked if it is private."""
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
    """Return KIS's keys and raw values, lot by lot."""
    lines: list[Line] = []
    specs = field_specs(type(lots[0])) if amounts_hidden and lots else ()
    private_keys = {spec.key for spec in specs if is_sensitive_field(spec)}
    for number, lot in enumerate(lots, 1):
        title = t("detail.raw", n=number, of=len(lots))
        entries = [
            LabelledValue(
                key, show.masked_amount() if key in private_keys else show.format_raw(value, t)
            )
            for key, value in values_by_key(lot).items()
        ]
        lines += [(), *wrap_text(title, width, Role.STRONG), *two_column_lines(entries, width)]
    return lines
