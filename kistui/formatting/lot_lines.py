"""The fields of a holding's lots with their labels, two per line."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kistui.formatting.boxes import LabelledValue, two_column_lines, wrap_text
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.serialization import is_sensitive_field
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_change,
    format_number,
    format_percent,
    masked_amount,
)
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import signed_change
from kistui.models.balance import Holding, Lot
from kistui.models.kis_fields import FieldSpec, ValueType, field_specs
from kistui.models.overseas import OverseasHolding

# All 26 fields of a lot in reading order, two per line; a holding has some of them.
LOT_FIELD_ORDER = (
    "valuation", "price",
    "profit_loss", "day_change",
    "profit_rate", "day_rate",
    "purchase_amount", "average_price",
    "quantity", "sellable_quantity",
    "bought_today", "bought_yesterday",
    "sold_today", "sold_yesterday",
    "loan_date", "expiry_date",
    "loan_amount", "loan_price",
    "short_proceeds", "valuation_return",
    "collateral_price", "margin_rate_name",
    "guarantee_rate_name", "trade_kind",
    "code", "name",
)  # fmt: skip
# Fields that KIS fills for few accounts; without a value only the raw fields list them.
_SHOWN_IF_NOT_ZERO = frozenset({"valuation_return"})
# The fields of several lots that kistui computes, other than plain sums.
_COMPUTED_WHEN_MERGED = frozenset({"average_price", "profit_rate"})
# In reading order, two per line; a lot record has only some of these fields.
OVERSEAS_LOT_FIELD_ORDER = (
    "valuation", "price",
    "profit_loss", "average_price",
    "profit_rate", "purchase_amount",
    "quantity", "sellable_quantity",
    "settled_quantity", "security_type",
    "bought_today", "sold_today",
    "bought_amount", "sold_amount",
    "base_rate", "rate_unit",
    "paid_won", "loan_balance",
    "loan_type", "loan_date",
    "expiry_date", "market_name",
    "country", "exchange",
    "price_exchange", "product_type",
    "currency", "isin",
    "code", "name",
)  # fmt: skip
# KIS sends zeros and losses for these when there is no price.
_PRICE_DEPENDENT = frozenset({"price", "valuation", "profit_loss", "profit_rate"})
_SIGNED_FIELDS = frozenset({"profit_loss", "day_change"})

_UNIT_FORMATTERS: dict[ValueType, Callable[[Any], Cell]] = {
    ValueType.WON: format_number,
    ValueType.QUANTITY: format_number,
    ValueType.PRICE: format_number,
    ValueType.AMOUNT: format_number,
    ValueType.FRACTIONAL_QUANTITY: format_number,
    ValueType.EXCHANGE_RATE: format_number,
    ValueType.PERCENT: format_percent,
    ValueType.DATE: lambda day: Cell(day.isoformat()),
    ValueType.TEXT: Cell,
    ValueType.CODE: Cell,
}


def domestic_lot_lines(
    holding: Holding, t: Translations, width: int, *, amounts_hidden: bool
) -> list[Line]:
    """Return the fields of the only lot; of several, those of all merged, then those of each."""
    lots = holding.lots
    if len(lots) == 1:
        return list(
            two_column_lines(
                _lot_entries(_without_unpriced_fields(lots[0]), t, amounts_hidden=amounts_hidden),
                width,
            )
        )
    lines = list(two_column_lines(_lot_entries(holding, t, amounts_hidden=amounts_hidden), width))
    for number, lot in enumerate(lots, 1):
        title = t("detail.lot", n=number, of=len(lots), kind=lot.trade_kind or "")
        lines += [(), *wrap_text(title, width, Role.STRONG)]
        lines += two_column_lines(
            _lot_entries(_without_unpriced_fields(lot), t, amounts_hidden=amounts_hidden),
            width,
        )
    return lines


def overseas_lot_lines(
    holding: OverseasHolding, t: Translations, width: int, *, amounts_hidden: bool
) -> list[Line]:
    """Return the fields of each lot."""
    lines: list[Line] = []
    has_several_lots = len(holding.lots) > 1
    for number, lot in enumerate(holding.lots, 1):
        if has_several_lots:
            security_type = getattr(lot, "security_type", None) or ""
            title = t("detail.lot", n=number, of=len(holding.lots), kind=security_type)
            lines += [*([()] if lines else []), *wrap_text(title, width, Role.STRONG)]
        lines += two_column_lines(
            _overseas_lot_entries(lot, t, amounts_hidden=amounts_hidden), width
        )
    return lines


def _lot_entries(
    record: Holding | Lot, t: Translations, *, amounts_hidden: bool
) -> list[LabelledValue]:
    spec_by_name = {spec.name: spec for spec in field_specs(type(record))}
    record = replace(record, day_change=signed_change(record.day_change, record.day_rate))
    marked_fields = _COMPUTED_WHEN_MERGED if isinstance(record, Holding) else frozenset[str]()
    return [
        LabelledValue(
            t(f"lot.{name}") + (COMPUTED_MARK if name in marked_fields else ""),
            _format_field(spec_by_name[name], getattr(record, name), amounts_hidden=amounts_hidden),
        )
        for name in LOT_FIELD_ORDER
        if name in spec_by_name and (name not in _SHOWN_IF_NOT_ZERO or getattr(record, name))
    ]


def _without_unpriced_fields(lot: Lot) -> Lot:
    """Return the lot; if it has no price, the fields that depend on the price are None."""
    if lot.is_priced:
        return lot
    return replace(
        lot,
        price=None,
        valuation=None,
        profit_loss=None,
        profit_rate=None,
        valuation_return=None,
        day_rate=None,
        day_change=None,
    )


def _overseas_lot_entries(
    lot: Any, t: Translations, *, amounts_hidden: bool
) -> list[LabelledValue]:
    spec_by_name = {spec.name: spec for spec in field_specs(type(lot))}
    is_unpriced = not lot.price and lot.quantity != 0
    return [
        LabelledValue(
            t(f"overseas_lot.{name}"),
            UNAVAILABLE
            if is_unpriced and name in _PRICE_DEPENDENT
            else _format_field(
                spec_by_name[name], getattr(lot, name), amounts_hidden=amounts_hidden
            ),
        )
        for name in OVERSEAS_LOT_FIELD_ORDER
        if name in spec_by_name
    ]


def _format_field(spec: FieldSpec, value: Any, *, amounts_hidden: bool) -> Cell:
    """Return a field's value formatted by its type, masked if it is private."""
    if value is None or value == "":
        return UNAVAILABLE
    if amounts_hidden and is_sensitive_field(spec):
        return masked_amount()
    return (
        format_change(value)
        if spec.name in _SIGNED_FIELDS
        else _UNIT_FORMATTERS[spec.value_type](value)
    )
