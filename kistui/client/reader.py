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

from kistui.client.wire import Json, is_plain, read_day, read_text
from kistui.errors import Malformed
from kistui.model.fields import Unit, specs
from kistui.model.record import maker
from kistui.model.text import ORDINARY, clean_text

R = TypeVar("R")
Read = Callable[[str, Any], Any]

MOST_TEXT = 500
"""Characters of a name that are kept; KIS's have 60."""

MOST_SEEN, LONGEST_SEEN = 256, 32
"""Texts that are not read again: every page has the same summary, and whole columns of zeros."""

# KIS's widest number has 31 characters; what is longer is not one.
_WHOLE, _FRACTION = "[+-]?+[0-9]{1,19}+", r"(?:\.[0-9]{0,12}+)?+"
_NUMBER = re.compile(_WHOLE + _FRACTION)
_EXACT = Context(prec=31)


def _number(key: str, value: Any) -> str | None:
    """The digits of a number, or `None` for a blank; KIS pads with blanks and zeros."""
    if value is None:
        return None
    if not is_plain(value):
        raise Malformed(where=key)
    digits = str(value).strip()
    if not digits:
        return None
    if not _NUMBER.fullmatch(digits):
        raise Malformed(where=key)
    return digits


def _integer(key: str, value: Any) -> int | None:
    digits = _number(key, value)
    if digits is None:
        return None
    whole, _, fraction = digits.partition(".")
    if fraction.strip("0"):
        raise Malformed(where=key)
    return int(whole)


def _decimal(key: str, value: Any) -> Decimal | None:
    digits = _number(key, value)
    return None if digits is None else Decimal(digits)


def _text(key: str, value: Any) -> str | None:
    if value is None:
        return None
    return clean_text(read_text(key, value)[:MOST_TEXT]) or None


def _lines(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{pattern}(?:\n{pattern})*+")


class Kind:
    """How the values of some units are read: one, or a column whose texts are nearly all plain."""

    def __init__(
        self, read: Read, are_plain: re.Pattern[str], convert: Callable[[str], Any]
    ) -> None:
        self._read = read
        self._read_again = lru_cache(MOST_SEEN)(read)
        self._are_plain = are_plain
        self._convert = convert

    def read(self, key: str, value: Any) -> Any:
        """One value; raises Malformed naming its field."""
        if isinstance(value, str) and len(value) <= LONGEST_SEEN:
            return self._read_again(key, value)
        return self._read(key, value)

    def read_column(self, key: str, column: Sequence[Any]) -> Iterable[Any]:
        """The values of one field; raises Malformed naming it."""
        first, count = column[0], len(column)
        if isinstance(first, str) and first == column[-1] and column.count(first) == count:
            return repeat(self.read(key, first), count)
        try:
            lines = "\n".join(column)
        except TypeError:  # not all are texts
            lines = ""
        # A text with a line break in it would look like two plain ones.
        if lines.count("\n") == count - 1 and self._are_plain.fullmatch(lines):
            return map(self._convert, column)
        return [self.read(key, value) for value in column]


_INTEGER = Kind(_integer, _lines(_WHOLE), int)
_DECIMAL = Kind(_decimal, _lines(_WHOLE + _FRACTION), _EXACT.create_decimal)
_DATE = Kind(read_day, _lines("0{8}"), lambda _zeros: None)
_TEXT = Kind(_text, _lines(f"(?! ){ORDINARY}{{1,{MOST_TEXT}}}+(?<! )"), str)

KINDS: Mapping[Unit, Kind] = {
    Unit.WON: _INTEGER,
    Unit.QUANTITY: _INTEGER,
    Unit.PRICE: _DECIMAL,
    Unit.AMOUNT: _DECIMAL,
    Unit.SHARES: _DECIMAL,
    Unit.RATE: _DECIMAL,
    Unit.PERCENT: _DECIMAL,
    Unit.DATE: _DATE,
    Unit.TEXT: _TEXT,
    Unit.CODE: _TEXT,
}


class Reader(Generic[R]):
    """Reads rows into one record class by its declared fields; unknown keys are left alone."""

    def __init__(self, record: type[R]) -> None:
        self._record = record
        self._specs = specs(record)
        self._keys = [spec.key for spec in self._specs]
        self._kinds = [KINDS[spec.unit] for spec in self._specs]
        self._pick = itemgetter(*self._keys)

    def read(self, row: Json) -> R:
        """A record; raises Malformed naming the field whose text is not what its unit asks for."""
        values = zip(self._specs, self._kinds, strict=True)
        return self._record(
            **{spec.name: kind.read(spec.key, row.get(spec.key)) for spec, kind in values}
        )

    def read_all(self, rows: Sequence[Json]) -> tuple[R, ...]:
        """A record of each row; raises as `read` does."""
        if not rows:
            return ()
        raw, width = self._raw(rows), len(self._keys)
        columns = (
            kind.read_column(key, raw[at::width])
            for at, (key, kind) in enumerate(zip(self._keys, self._kinds, strict=True))
        )
        return tuple(map(maker(self._record), *columns))

    def _raw(self, rows: Sequence[Json]) -> list[Any]:
        """The values of all rows, one after another."""
        raw: list[Any] = []
        pick = self._pick
        try:
            for row in rows:
                raw += pick(row)
        except KeyError:
            return [row.get(key) for row in rows for key in self._keys]
        return raw
