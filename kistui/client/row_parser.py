"""Parse rows of KIS's JSON into records: text to `int`, `Decimal`, `date`, `str` or `None`."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

from kistui.client.response_parsing import (
    JsonObject,
    is_text_or_number,
    parse_optional_date,
    parse_string,
)
from kistui.errors import MalformedResponseError
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.text import clean_text

RecordT = TypeVar("RecordT")
ParseValue = Callable[[str, Any], Any]

MAX_TEXT_LENGTH = 500
"""Characters of a name that are kept; KIS's longest has 60."""

# KIS's widest number has 31 characters; anything longer is not a number of KIS.
_NUMBER_PATTERN = re.compile(r"[+-]?[0-9]{1,19}(?:\.[0-9]{0,12})?")


def _number_text(key: str, value: Any) -> str | None:
    """Return the digits of a number, or `None` for a blank; KIS pads with blanks and zeros."""
    if value is None:
        return None
    if not is_text_or_number(value):
        raise MalformedResponseError(where=key)
    digits = str(value).strip()
    if not digits:
        return None
    if not _NUMBER_PATTERN.fullmatch(digits):
        raise MalformedResponseError(where=key)
    return digits


def _parse_integer(key: str, value: Any) -> int | None:
    digits = _number_text(key, value)
    if digits is None:
        return None
    integer, _, fraction = digits.partition(".")
    if fraction.strip("0"):
        raise MalformedResponseError(where=key)
    return int(integer)


def _parse_decimal(key: str, value: Any) -> Decimal | None:
    digits = _number_text(key, value)
    return None if digits is None else Decimal(digits)


def _parse_text(key: str, value: Any) -> str | None:
    if value is None:
        return None
    return clean_text(parse_string(key, value)[:MAX_TEXT_LENGTH]) or None


PARSERS: Mapping[ValueType, ParseValue] = {
    ValueType.WON: _parse_integer,
    ValueType.QUANTITY: _parse_integer,
    ValueType.PRICE: _parse_decimal,
    ValueType.AMOUNT: _parse_decimal,
    ValueType.FRACTIONAL_QUANTITY: _parse_decimal,
    ValueType.EXCHANGE_RATE: _parse_decimal,
    ValueType.PERCENT: _parse_decimal,
    ValueType.DATE: parse_optional_date,
    ValueType.TEXT: _parse_text,
    ValueType.CODE: _parse_text,
}


class RowParser(Generic[RecordT]):
    """Parses rows into one record class by its declared fields; ignores all other keys."""

    def __init__(self, record: type[RecordT]) -> None:
        self._record = record
        self._fields = [
            (spec.name, spec.key, PARSERS[spec.value_type]) for spec in field_specs(record)
        ]

    def parse(self, row: JsonObject) -> RecordT:
        """Return a row as a record; raises MalformedResponseError naming the wrong field."""
        return self._record(**{name: parse(key, row.get(key)) for name, key, parse in self._fields})

    def parse_all(self, rows: Iterable[JsonObject]) -> tuple[RecordT, ...]:
        """Return a record for each row; raises as `parse` does."""
        return tuple(self.parse(row) for row in rows)
