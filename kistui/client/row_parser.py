"""Rows of KIS's JSON to records: text → `int | Decimal | date | str | None`, a page at a time.

Nearly all texts are plainly what they should be, and a pattern knows it of a whole column at once:
field by field a page is read in half the time that row by row takes.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Context, Decimal
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any, Generic, TypeVar

from kistui.client.response_parsing import (
    JsonObject,
    is_text_or_number,
    parse_optional_date,
    parse_string,
)
from kistui.errors import MalformedResponseError
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.record import maker
from kistui.models.text import SAFE_CHARACTERS, clean_text

RecordT = TypeVar("RecordT")
ParseValue = Callable[[str, Any], Any]

MAX_TEXT_LENGTH = 500
"""Characters of a name that are kept; KIS's have 60."""

CACHE_SIZE, MAX_CACHED_LENGTH = 256, 32
"""Texts that are not read again: every page has the same summary, and whole columns of zeros."""

# KIS's widest number has 31 characters; what is longer is not one.
_INTEGER_PATTERN, _FRACTION_PATTERN = "[+-]?+[0-9]{1,19}+", r"(?:\.[0-9]{0,12}+)?+"
_NUMBER_PATTERN = re.compile(_INTEGER_PATTERN + _FRACTION_PATTERN)
_DECIMAL_CONTEXT = Context(prec=31)


def _parse_number(key: str, value: Any) -> str | None:
    """The digits of a number, or `None` for a blank; KIS pads with blanks and zeros."""
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
    digits = _parse_number(key, value)
    if digits is None:
        return None
    whole, _, fraction = digits.partition(".")
    if fraction.strip("0"):
        raise MalformedResponseError(where=key)
    return int(whole)


def _parse_decimal(key: str, value: Any) -> Decimal | None:
    digits = _parse_number(key, value)
    return None if digits is None else Decimal(digits)


def _parse_text(key: str, value: Any) -> str | None:
    if value is None:
        return None
    return clean_text(parse_string(key, value)[:MAX_TEXT_LENGTH]) or None


def _column_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{pattern}(?:\n{pattern})*+")


class Converter:
    """How the values of some units are read: one, or a column whose texts are nearly all plain."""

    def __init__(
        self, read: ParseValue, are_plain: re.Pattern[str], convert: Callable[[str], Any]
    ) -> None:
        self._read = read
        self._read_again = lru_cache(CACHE_SIZE)(read)
        self._are_plain = are_plain
        self._convert = convert

    def convert(self, key: str, value: Any) -> Any:
        """One value; raises Malformed naming its field."""
        if isinstance(value, str) and len(value) <= MAX_CACHED_LENGTH:
            return self._read_again(key, value)
        return self._read(key, value)

    def convert_column(self, key: str, column: Sequence[Any]) -> Iterable[Any]:
        """The values of one field; raises Malformed naming it."""
        first, count = column[0], len(column)
        if isinstance(first, str) and first == column[-1] and column.count(first) == count:
            return repeat(self.convert(key, first), count)
        try:
            lines = "\n".join(column)
        except TypeError:  # not all are texts
            lines = ""
        # A text with a line break in it would look like two plain ones.
        if lines.count("\n") == count - 1 and self._are_plain.fullmatch(lines):
            return map(self._convert, column)
        return [self.convert(key, value) for value in column]


_INTEGER_CONVERTER = Converter(_parse_integer, _column_pattern(_INTEGER_PATTERN), int)
_DECIMAL_CONVERTER = Converter(
    _parse_decimal,
    _column_pattern(_INTEGER_PATTERN + _FRACTION_PATTERN),
    _DECIMAL_CONTEXT.create_decimal,
)
_DATE_CONVERTER = Converter(parse_optional_date, _column_pattern("0{8}"), lambda _zeros: None)
_TEXT_CONVERTER = Converter(
    _parse_text, _column_pattern(f"(?! ){SAFE_CHARACTERS}{{1,{MAX_TEXT_LENGTH}}}+(?<! )"), str
)

CONVERTERS: Mapping[ValueType, Converter] = {
    ValueType.WON: _INTEGER_CONVERTER,
    ValueType.QUANTITY: _INTEGER_CONVERTER,
    ValueType.PRICE: _DECIMAL_CONVERTER,
    ValueType.AMOUNT: _DECIMAL_CONVERTER,
    ValueType.FRACTIONAL_QUANTITY: _DECIMAL_CONVERTER,
    ValueType.EXCHANGE_RATE: _DECIMAL_CONVERTER,
    ValueType.PERCENT: _DECIMAL_CONVERTER,
    ValueType.DATE: _DATE_CONVERTER,
    ValueType.TEXT: _TEXT_CONVERTER,
    ValueType.CODE: _TEXT_CONVERTER,
}


class RowParser(Generic[RecordT]):
    """Reads rows into one record class by its declared fields; unknown keys are left alone."""

    def __init__(self, record: type[RecordT]) -> None:
        self._record = record
        self._specs = field_specs(record)
        self._keys = [spec.key for spec in self._specs]
        self._kinds = [CONVERTERS[spec.value_type] for spec in self._specs]
        self._pick = itemgetter(*self._keys)

    def parse(self, row: JsonObject) -> RecordT:
        """A record; raises Malformed naming the field whose text is not what its unit asks for."""
        values = zip(self._specs, self._kinds, strict=True)
        return self._record(
            **{spec.name: kind.convert(spec.key, row.get(spec.key)) for spec, kind in values}
        )

    def parse_all(self, rows: Sequence[JsonObject]) -> tuple[RecordT, ...]:
        """A record of each row; raises as `read` does."""
        if not rows:
            return ()
        raw, width = self._raw_values(rows), len(self._keys)
        columns = (
            kind.convert_column(key, raw[at::width])
            for at, (key, kind) in enumerate(zip(self._keys, self._kinds, strict=True))
        )
        return tuple(map(maker(self._record), *columns))

    def _raw_values(self, rows: Sequence[JsonObject]) -> list[Any]:
        """The values of all rows, one after another."""
        raw: list[Any] = []
        pick = self._pick
        try:
            for row in rows:
                raw += pick(row)
        except KeyError:
            return [row.get(key) for row in rows for key in self._keys]
        return raw
