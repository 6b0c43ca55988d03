"""How a record declares the KIS key and the unit of each of its fields.

    class BalanceSummary(Struct, frozen=True, kw_only=True):
        deposit: kis.Won = kis.key("dnca_tot_amt")

The annotation gives the Python type and the unit, `key` gives KIS's name. From this one line the
client parses the field, the command line exports it and the screens format it. A field that is
shown under its own label has it in `i18n/`, under the record's section and the field's name. Every
value may be `None`: KIS sent none.
"""

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from msgspec import Struct, field
from msgspec.structs import fields


class ValueType(Enum):
    """The unit of a value, which decides its Python type."""

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
    """`Decimal`, won for 1 or, for some currencies, 100 units of a currency."""
    PERCENT = "percent"
    """`Decimal`, 5.99 means 5.99 %."""
    DATE = "date"
    """`date`, Korean calendar."""
    TEXT = "text"
    """`str` for people, made safe to show."""
    CODE = "code"
    """`str`, made safe to show: an item code, a type code, Y or N."""


SENSITIVE_TYPES = frozenset(
    {ValueType.WON, ValueType.QUANTITY, ValueType.AMOUNT, ValueType.FRACTIONAL_QUANTITY}
)
"""Units that tell how much someone owns; prices, rates and weights do not."""

Won = Annotated[int | None, ValueType.WON]
Quantity = Annotated[int | None, ValueType.QUANTITY]
Price = Annotated[Decimal | None, ValueType.PRICE]
Amount = Annotated[Decimal | None, ValueType.AMOUNT]
FractionalQuantity = Annotated[Decimal | None, ValueType.FRACTIONAL_QUANTITY]
ExchangeRate = Annotated[Decimal | None, ValueType.EXCHANGE_RATE]
Percent = Annotated[Decimal | None, ValueType.PERCENT]
Date = Annotated[dt.date | None, ValueType.DATE]
Text = Annotated[str | None, ValueType.TEXT]
Code = Annotated[str | None, ValueType.CODE]


class FieldSpec(Struct, frozen=True):
    """A declared field of a record: its name, its key at KIS, its unit."""

    name: str
    key: str
    value_type: ValueType


def key(name: str) -> Any:
    """Declare a field under KIS's key `name`, `None` by default."""
    return field(default=None, name=name)


def field_specs(record: type[Any]) -> tuple[FieldSpec, ...]:
    """Return the declared fields of a record class in order, without those kistui computes."""
    if record not in _SPECS:
        _SPECS[record] = tuple(
            FieldSpec(info.name, info.encode_name, value_type)
            for info in fields(record)
            for value_type in getattr(info.type, "__metadata__", ())
        )
    return _SPECS[record]


_SPECS: dict[type[Any], tuple[FieldSpec, ...]] = {}
