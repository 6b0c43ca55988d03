"""From KIS's JSON to values: the envelope, and text → `int | Decimal | date | str | None`.

Here and nowhere else. KIS document: 주식잔고조회[v1_국내주식-006].
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from kistui.client.refusals import refusal
from kistui.clock import KST
from kistui.errors import Malformed, ServiceDown
from kistui.model.fields import Unit, specs
from kistui.model.text import clean_text

R = TypeVar("R")

Json = dict[str, Any]

# KIS's widest number has 31 characters; what is longer is not one.
_NUMBER = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{0,12})?")
_DATE = re.compile(r"[0-9]{8}")
_NO_DATES = frozenset({"", "00000000"})


def read_json(content: bytes, status: int) -> Json:
    """A body as a JSON object; raises ServiceDown when it is anything else."""
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ServiceDown(status=status) from None
    if not isinstance(body, dict):
        raise ServiceDown(status=status)
    return body


def check_oauth(body: Json, status: int) -> Json:
    """An OAuth answer, whose refusals come as `error_code`; raises of the Refused tree."""
    if "error_code" in body:
        raise refusal(str(body["error_code"]), str(body.get("error_description", "")), status)
    if "msg_cd" in body:
        raise refusal(str(body["msg_cd"]), str(body.get("msg1", "")), status)
    return body


def check_envelope(body: Json, status: int) -> Json:
    """A TR's answer, good when `rt_cd` is 0; raises of the Refused tree."""
    if "error_code" in body:
        return check_oauth(body, status)
    if "rt_cd" not in body:
        raise Malformed(where="rt_cd")
    if str(body["rt_cd"]).strip() != "0":
        raise refusal(str(body.get("msg_cd", "")), str(body.get("msg1", "")), status)
    return body


def rows(body: Json, key: str) -> list[Json]:
    """An array of objects; KIS sometimes sends a single object, or leaves it out when empty."""
    value = body.get(key, [])
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Malformed(where=key)
    return value


def read_kst(key: str, value: Any) -> datetime:
    """`YYYY-MM-DD HH:MM:SS` in Korean time, as an aware instant; raises Malformed."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST)
    except ValueError:
        raise Malformed(where=key) from None


def read_date(key: str, value: Any) -> date:
    """`YYYYMMDD`, never blank; raises Malformed."""
    day = _date(key, value)
    if day is None:
        raise Malformed(where=key)
    return day


def read_text(key: str, value: Any) -> str:
    """A string as sent, untouched: for opaque keys and tokens; raises Malformed."""
    if not isinstance(value, str):
        raise Malformed(where=key)
    return value


def _number(key: str, value: Any) -> str | None:
    """The digits of a number, or `None` for a blank; KIS pads with blanks and zeros."""
    if value is None or isinstance(value, bool):
        if value is None:
            return None
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


def _date(key: str, value: Any) -> date | None:
    written = str(value or "").strip()
    if written in _NO_DATES:
        return None
    if not _DATE.fullmatch(written):  # strptime would find a day in seven digits too
        raise Malformed(where=key)
    try:
        return datetime.strptime(written, "%Y%m%d").replace(tzinfo=KST).date()
    except ValueError:
        raise Malformed(where=key) from None


def _text(key: str, value: Any) -> str | None:
    if value is None:
        return None
    return clean_text(read_text(key, value)) or None


Read = Callable[[str, Any], Any]

_READ: Mapping[Unit, Read] = {
    Unit.WON: _integer,
    Unit.QUANTITY: _integer,
    Unit.PRICE: _decimal,
    Unit.AMOUNT: _decimal,
    Unit.SHARES: _decimal,
    Unit.RATE: _decimal,
    Unit.PERCENT: _decimal,
    Unit.DATE: _date,
    Unit.TEXT: _text,
    Unit.CODE: _text,
}


class Reader(Generic[R]):
    """Reads rows into one record class by its declared fields; unknown keys are left alone."""

    def __init__(self, record: type[R]) -> None:
        self._record = record
        self._plan = tuple((spec.name, spec.key, _READ[spec.unit]) for spec in specs(record))

    def read(self, row: Mapping[str, Any]) -> R:
        """A record; raises Malformed naming the field whose text is not what its unit asks for."""
        return self._record(**{name: read(key, row.get(key)) for name, key, read in self._plan})
