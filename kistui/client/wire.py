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

NOTHING = ("KIOK0560", "70070000")
"""Codes of an answer that there is nothing to show."""
MOST_TEXT = 500
"""Characters of a name that are kept; KIS's have 60."""
MOST_KEY = 1000
"""Characters of a continuation key; KIS's have 200."""
MOST_TOKEN = 4096
"""Characters of a token; KIS's have 350."""

# KIS's widest number has 31 characters; what is longer is not one.
_NUMBER = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{0,12})?")
_INSTANT = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
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
        raise refusal(_said(body, "error_code"), _said(body, "error_description"), status)
    if "msg_cd" in body:
        raise refusal(_said(body, "msg_cd"), _said(body, "msg1"), status)
    return body


def check_revoked(body: Json) -> None:
    """A revocation's answer, whose own code must say so; raises of the Refused tree."""
    code = _said(body, "code")
    if code != "200":
        raise refusal(code, _said(body, "message"), 200)


def check_envelope(body: Json, status: int) -> Json:
    """A TR's answer, good when `rt_cd` is 0; raises of the Refused tree."""
    if "error_code" in body:
        return check_oauth(body, status)
    flag = _said(body, "rt_cd").strip()
    if not flag:
        raise Malformed(where="rt_cd")
    if flag != "0":
        raise refusal(_said(body, "msg_cd"), _said(body, "msg1"), status)
    return body


def _said(body: Json, key: str) -> str:
    """A code or a sentence, blank where there is none; what is neither text nor number is none."""
    value = body.get(key)
    return str(value) if _is_plain(value) else ""


def _is_plain(value: object) -> bool:
    """Text or a number: not to be asked for its text is a list, which may be nested without end."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def rows(body: Json, key: str) -> list[Json]:
    """An array of objects; KIS sometimes sends a single object, or leaves it out when empty."""
    value = body.get(key, [])
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Malformed(where=key)
    return value


def rows_told(body: Json, key: str) -> list[Json]:
    """An array that only an answer which says that there is nothing may leave out."""
    if key not in body and body.get("msg_cd") not in NOTHING:
        raise Malformed(where=key)
    return rows(body, key)


def read_kst(key: str, value: Any) -> datetime:
    """`YYYY-MM-DD HH:MM:SS` in Korean time, as an aware instant; raises Malformed."""
    written = read_text(key, value)
    # strptime takes digits of every script; and what is not of our time no clock can be added to.
    if not _INSTANT.fullmatch(written):
        raise Malformed(where=key)
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST)
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


def read_key(key: str, value: Any) -> str:
    """A continuation key as sent, blank where there is none; raises Malformed.

    It goes into the next address, which takes no lone surrogate and has an end.
    """
    text = read_text(key, "" if value is None else value)
    if len(text) > MOST_KEY or any("\ud800" <= char <= "\udfff" for char in text):
        raise Malformed(where=key)
    return text


def read_token(key: str, value: Any) -> str:
    """An access token, which goes into a header; raises Malformed."""
    token = read_text(key, value)
    if not (0 < len(token) <= MOST_TOKEN and token.isascii() and token.isprintable()):
        raise Malformed(where=key)
    return token


def _number(key: str, value: Any) -> str | None:
    """The digits of a number, or `None` for a blank; KIS pads with blanks and zeros."""
    if value is None:
        return None
    if not _is_plain(value):
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
    if value is None:
        return None
    written = str(value).strip() if _is_plain(value) else "?"
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
    return clean_text(read_text(key, value)[:MOST_TEXT]) or None


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


Seen = dict[str, Any]
"""What texts were read as: most of a page's are the same few."""
MOST_SEEN, LONGEST_SEEN = 512, 32


class Reader(Generic[R]):
    """Reads rows into one record class by its declared fields; unknown keys are left alone."""

    def __init__(self, record: type[R]) -> None:
        self._record = record
        seen: dict[Read, Seen] = {}
        self._plan = tuple(
            (spec.name, spec.key, read, seen.setdefault(read, {}))
            for spec in specs(record)
            for read in (_READ[spec.unit],)
        )

    def read(self, row: Mapping[str, Any]) -> R:
        """A record; raises Malformed naming the field whose text is not what its unit asks for."""
        values: dict[str, Any] = {}
        for name, key, read, seen in self._plan:
            raw = row.get(key)
            if type(raw) is not str:  # true and 1 are the same key of a dict
                values[name] = read(key, raw)
            elif raw in seen:
                values[name] = seen[raw]
            else:
                value = values[name] = read(key, raw)
                if len(raw) <= LONGEST_SEEN:
                    if len(seen) >= MOST_SEEN:  # old prices: nobody meets them again
                        seen.clear()
                    seen[raw] = value
        return self._record(**values)
