"""Which values tell how much somebody has, or what was paid: what hiding amounts leaves out."""

from typing import Any

from kistui.models.kis_fields import SENSITIVE_TYPES, FieldSpec, ValueType, field_specs

_OF_THE_MARKET = frozenset({"price", "day_change", "collateral_price"})


def is_private(spec: FieldSpec) -> bool:
    """Whether a field is left out; the market's prices and the rates of currencies are not."""
    if spec.value_type is ValueType.PRICE:
        return spec.name not in _OF_THE_MARKET
    return spec.value_type in SENSITIVE_TYPES


def values(record: Any, *, hidden: bool) -> dict[str, Any]:
    """A record's values under KIS's keys, in KIS's order; hidden ones are `None`."""
    return {
        spec.key: None if hidden and is_private(spec) else getattr(record, spec.name)
        for spec in field_specs(type(record))
    }
