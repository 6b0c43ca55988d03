"""Parse KIS's JSON: the envelope, single values, and rows into records.

KIS document: 주식잔고조회[v1_국내주식-006].
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from msgspec import Struct

from kistui.client.error_codes import error_for_code
from kistui.clock import KST
from kistui.errors import MalformedResponseError, ServiceUnavailableError
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.text import clean_text

JsonObject = dict[str, Any]
T = TypeVar("T")


class Parsed(Struct, Generic[T], frozen=True):
    """A parsed response, and KIS's keys of the values that could not be read, sorted."""

    value: T
    unreadable_fields: tuple[str, ...] = ()


NO_DATA_CODES = ("KIOK0560", "70070000")
"""Codes of a response without data."""
MAX_CONTINUATION_KEY_LENGTH = 1000
"""Characters of a continuation key; KIS's have 200."""
MAX_TOKEN_LENGTH = 4096
"""Characters of a token; KIS's have 350."""
MAX_PAGE_ROWS = 2000
"""Rows of a response; KIS's have 100."""

_DATETIME_PATTERN = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_DATE_PATTERN = re.compile(r"[0-9]{8}")
_BLANK_DATES = frozenset({"", "00000000"})


def parse_json(content: bytes, status: int) -> JsonObject:
    """Parse a body as a JSON object; raises ServiceUnavailableError for anything else."""
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ServiceUnavailableError(status=status) from None
    if not isinstance(body, dict):
        raise ServiceUnavailableError(status=status)
    return body


def check_oauth_response(body: JsonObject, status: int) -> JsonObject:
    """Return an OAuth response, whose errors have an `error_code`.

    Raises errors of the ApiError tree.
    """
    if "error_code" in body:
        raise error_for_code(
            text_value(body, "error_code"), text_value(body, "error_description"), status
        )
    if "msg_cd" in body:
        raise error_for_code(text_value(body, "msg_cd"), text_value(body, "msg1"), status)
    return body


def check_revoke_response(body: JsonObject) -> None:
    """Check the response of a revocation, which has its own code.

    Raises errors of the ApiError tree.
    """
    code = text_value(body, "code")
    if code != "200":
        raise error_for_code(code, text_value(body, "message"), 200)


def check_api_response(body: JsonObject, status: int) -> JsonObject:
    """Return a TR's response if its `rt_cd` is 0; raises errors of the ApiError tree."""
    if "error_code" in body:
        return check_oauth_response(body, status)
    flag = text_value(body, "rt_cd").strip()
    if not flag:
        raise MalformedResponseError(where="rt_cd")
    if flag != "0":
        raise error_for_code(text_value(body, "msg_cd"), text_value(body, "msg1"), status)
    return body


def text_value(body: Mapping[str, Any], key: str) -> str:
    """Return a code or message; blank if it is missing or neither text nor number."""
    value = body.get(key)
    return str(value) if _is_text_or_number(value) else ""


def _is_text_or_number(value: object) -> bool:
    """Return whether `value` is text or a number; `str` of a deeply nested list would recurse."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def parse_rows(body: JsonObject, key: str) -> list[JsonObject]:
    """Return an array of objects; KIS may send a single object, or omit an empty array.

    A null, a blank and an empty object are an empty array. Raises MalformedResponseError for
    anything else, and for an array that would take long to parse.
    """
    value = body.get(key)
    if value is None or value == {} or (isinstance(value, str) and not value.strip()):
        return []
    if isinstance(value, dict):
        value = [value]
    if (
        not isinstance(value, list)
        or len(value) > MAX_PAGE_ROWS
        or not all(isinstance(row, dict) for row in value)
    ):
        raise MalformedResponseError(where=key)
    return value


def parse_required_rows(body: JsonObject, key: str) -> list[JsonObject]:
    """Return an array that only a response without data may omit."""
    if key not in body and body.get("msg_cd") not in NO_DATA_CODES:
        raise MalformedResponseError(where=key)
    return parse_rows(body, key)


def parse_kst_datetime(key: str, value: Any) -> datetime:
    """Parse `YYYY-MM-DD HH:MM:SS` in Korean time, aware; raises MalformedResponseError."""
    text = parse_string(key, value)
    # strptime accepts digits of every script, and years that a time zone would overflow.
    if not _DATETIME_PATTERN.fullmatch(text):
        raise MalformedResponseError(where=key)
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST)
    except ValueError:
        raise MalformedResponseError(where=key) from None


def parse_required_date(key: str, value: Any) -> date:
    """Parse `YYYYMMDD`, never blank; raises MalformedResponseError."""
    day = parse_optional_date(key, value)
    if day is None:
        raise MalformedResponseError(where=key)
    return day


def parse_optional_date(key: str, value: Any) -> date | None:
    """Parse `YYYYMMDD`, or `None` for a blank or zeros; raises MalformedResponseError."""
    if value is None:
        return None
    text = str(value).strip() if _is_text_or_number(value) else "?"
    if text in _BLANK_DATES:
        return None
    if not _DATE_PATTERN.fullmatch(text):  # strptime accepts seven digits too
        raise MalformedResponseError(where=key)
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=KST).date()
    except ValueError:
        raise MalformedResponseError(where=key) from None


def parse_string(key: str, value: Any) -> str:
    """Return a string as sent, for opaque keys and tokens; raises MalformedResponseError."""
    if not isinstance(value, str):
        raise MalformedResponseError(where=key)
    return value


def parse_continuation_key(key: str, value: Any) -> str:
    """Return a continuation key as sent, blank if missing; raises MalformedResponseError.

    It becomes part of the next URL, which takes no lone surrogates and has a maximum length.
    """
    text = parse_string(key, "" if value is None else value)
    if len(text) > MAX_CONTINUATION_KEY_LENGTH or any(
        "\ud800" <= char <= "\udfff" for char in text
    ):
        raise MalformedResponseError(where=key)
    return text


def parse_access_token(key: str, value: Any) -> str:
    """Return an access token fit for a header; raises MalformedResponseError."""
    token = parse_string(key, value)
    if not (0 < len(token) <= MAX_TOKEN_LENGTH and token.isascii() and token.isprintable()):
        raise MalformedResponseError(where=key)
    return token


RecordT = TypeVar("RecordT")
ParseValue = Callable[[str, Any], Any]

MAX_TEXT_LENGTH = 500
"""Characters of a name; the rest is cut off. KIS's longest name has 60."""

# KIS's widest number has 31 characters; anything longer is not a number of KIS.
_NUMBER_PATTERN = re.compile(r"[+-]?[0-9]{1,19}(?:\.[0-9]{0,12})?")


def _number_text(key: str, value: Any) -> str | None:
    """Return the digits of a number, or `None` for a blank; KIS pads with blanks and zeros."""
    if value is None:
        return None
    if not _is_text_or_number(value):
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
    """Parses rows into one record class by its declared fields; ignores all other keys.

    A value that cannot be read is `None`, as if KIS had not sent it, so that it does not hide the
    others; its key is added to the `unreadable` set of the caller.
    """

    def __init__(self, record: type[RecordT]) -> None:
        self._record = record
        self._fields = [
            (spec.name, spec.key, PARSERS[spec.value_type]) for spec in field_specs(record)
        ]

    def parse(self, row: JsonObject, unreadable: set[str]) -> RecordT:
        """Return a row as a record."""
        try:
            return self._record(
                **{name: parse(key, row.get(key)) for name, key, parse in self._fields}
            )
        except MalformedResponseError:
            return self._parse_readable(row, unreadable)

    def parse_all(self, rows: Iterable[JsonObject], unreadable: set[str]) -> tuple[RecordT, ...]:
        """Return a record for each row."""
        return tuple(self.parse(row, unreadable) for row in rows)

    def _parse_readable(self, row: JsonObject, unreadable: set[str]) -> RecordT:
        values: dict[str, Any] = {}
        for name, key, parse in self._fields:
            try:
                values[name] = parse(key, row.get(key))
            except MalformedResponseError:
                unreadable.add(key)
        return self._record(**values)
