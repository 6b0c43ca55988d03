"""Which fields are private: amounts, quantities and prices paid, which hiding amounts masks."""

from typing import Any

from kistui.models.kis_fields import SENSITIVE_TYPES, FieldSpec, ValueType, field_specs

_MARKET_PRICE_FIELDS = frozenset({"price", "day_change", "collateral_price"})


def is_sensitive_field(spec: FieldSpec) -> bool:
    """Return whether a field is private; market prices and exchange rates are not."""
    if spec.value_type is ValueType.PRICE:
        return spec.name not in _MARKET_PRICE_FIELDS
    return spec.value_type in SENSITIVE_TYPES


def kis_fields(record: Any, *, amounts_hidden: bool) -> dict[str, Any]:
    """Return a record's values under KIS's keys, in KIS's order; hidden ones are None."""
    return {
        spec.key: None
        if amounts_hidden and is_sensitive_field(spec)
        else getattr(record, spec.name)
        for spec in field_specs(type(record))
    }
