"""How a model field declares the KIS key it comes from and the unit it is in, once.

`deposit: int | None = won("dnca_tot_amt")` is all there is to a field: the client reads and the
command line writes it by its key, the screen formats it by its unit, and its words stand in
`locale/` under the record's section and the field's name.
"""

from enum import Enum
from typing import Any

from kistui.models.record import Field, field, fields, record


class ValueType(Enum):
    """What a value is, and so its type; any value may also be `None`: not available."""

    WON = "won"
    """`int`, Korean won."""
    QUANTITY = "quantity"
    """`int`, shares."""
    PRICE = "price"
    """`Decimal`, won for one share."""
    AMOUNT = "amount"
    """`Decimal`, in the currency of its record."""
    FRACTIONAL_QUANTITY = "shares"
    """`Decimal`, shares with their fractions."""
    EXCHANGE_RATE = "rate"
    """`Decimal`, won for the unit of a currency: for one, or for 100 of some."""
    PERCENT = "percent"
    """`Decimal`, 5.99 means 5.99 %."""
    DATE = "date"
    """`date`, Korean calendar."""
    TEXT = "text"
    """`str`, cleaned."""
    CODE = "code"
    """`str`, cleaned: an item code, a name of a kind, Y or N."""


SENSITIVE_TYPES = frozenset(
    {ValueType.WON, ValueType.QUANTITY, ValueType.AMOUNT, ValueType.FRACTIONAL_QUANTITY}
)
"""What tells how much there is; prices, rates and weights do not."""


@record
class FieldSpec:
    """One declared field of a record: its name here, its key at KIS, its unit."""

    name: str
    key: str
    value_type: ValueType


def _kis_field(key: str, value_type: ValueType) -> Any:
    return field(default=None, metadata={"key": key, "unit": value_type})


def won(key: str) -> Any:
    """Declare an amount in won under KIS's `key`."""
    return _kis_field(key, ValueType.WON)


def quantity(key: str) -> Any:
    """Declare a number of shares under KIS's `key`."""
    return _kis_field(key, ValueType.QUANTITY)


def price(key: str) -> Any:
    """Declare a price in won under KIS's `key`."""
    return _kis_field(key, ValueType.PRICE)


def amount(key: str) -> Any:
    """Declare an amount in the record's own currency under KIS's `key`."""
    return _kis_field(key, ValueType.AMOUNT)


def fractional_quantity(key: str) -> Any:
    """Declare a number of shares, fractions too, under KIS's `key`."""
    return _kis_field(key, ValueType.FRACTIONAL_QUANTITY)


def exchange_rate(key: str) -> Any:
    """Declare won for the unit of a currency under KIS's `key`."""
    return _kis_field(key, ValueType.EXCHANGE_RATE)


def percent(key: str) -> Any:
    """Declare a rate in percent under KIS's `key`."""
    return _kis_field(key, ValueType.PERCENT)


def date(key: str) -> Any:
    """Declare a date under KIS's `key`."""
    return _kis_field(key, ValueType.DATE)


def text(key: str) -> Any:
    """Declare a text for people under KIS's `key`."""
    return _kis_field(key, ValueType.TEXT)


def code(key: str) -> Any:
    """Declare a code under KIS's `key`."""
    return _kis_field(key, ValueType.CODE)


def field_specs(record: type[Any]) -> tuple[FieldSpec, ...]:
    """The declared fields of a record class, in order; computed fields are not among them."""
    return tuple(
        FieldSpec(item.name, item.metadata["key"], item.metadata["unit"])
        for item in fields(record)
        if _is_kis_field(item)
    )


def _is_kis_field(item: Field) -> bool:
    return "key" in item.metadata


def values_by_key(record: Any) -> dict[str, Any]:
    """A record's declared values under KIS's own keys, in KIS's order."""
    return {spec.key: getattr(record, spec.name) for spec in field_specs(type(record))}
