"""The figures each profile had when last read: a private file a profile, for the next start.

A convenience: a file that is not wholly as it would be written counts as none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from kistui.errors import StorageError
from kistui.models.account import Profile
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.load_state import Loaded
from kistui.models.text import clean_text
from kistui.storage.files import (
    PARSE_ERRORS,
    read_private_file,
    remove_private_file,
    write_private_file,
)

R = TypeVar("R")
FieldParser = Callable[[Any], Any]

SCHEMA_VERSION = 1
MAX_BALANCE_BYTES = 8 << 20
"""More than 20,000 rows; what is cut off there cannot be read."""
MAX_STORED_TEXT, MAX_STORED_PAGES = 500, 10_000
MAX_KRW = 10**19
VALID_YEARS = range(1900, 3000)
_DECIMAL_PATTERN = re.compile(r"-?[0-9]{1,31}(?:\.[0-9]{1,31})?")


def account_fingerprint(profile: Profile, base_url: str | None, app_key: str = "") -> str:
    """Whose figures they are: of another account, world or server it is another.

    A number could be guessed from it: where none is on disk, `app_key` prevents that.
    """
    account = f"{profile.account.number}-{profile.account.product_code}"
    whose = (profile.name, profile.environment.value, account, base_url or "", app_key)
    return _short_hash("\n".join(whose))


class BalanceStore:
    """The files in `folder`; every method blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, profile: str, fingerprint: str) -> Loaded[Balance] | None:
        """What was last kept for a profile, if it is its owner's; `None` for any other file."""
        import json  # noqa: PLC0415  # 3 ms, for those who have figures kept

        try:
            content = read_private_file(self._path(profile), MAX_BALANCE_BYTES)
            return None if content is None else _parse_balance(json.loads(content), fingerprint)
        except (StorageError, *PARSE_ERRORS):
            return None

    def write(self, profile: str, fingerprint: str, ready: Loaded[Balance]) -> None:
        """Keep a profile's figures, without those abroad.

        Raises UnsafeFileError, FileWriteError.
        """
        import json  # noqa: PLC0415

        balance = ready.value
        table = {
            "schema": SCHEMA_VERSION,
            "owner": fingerprint,
            "at": ready.loaded_at.astimezone(UTC).isoformat(),
            "pages": balance.page_count,
            "is_pension": balance.is_pension,
            "summary": _serialize_records(BalanceSummary, [balance.summary]),
            "lots": _serialize_records(Lot, balance.lots),
        }
        write_private_file(self._path(profile), json.dumps(table, separators=(",", ":")).encode())

    def delete(self, profile: str) -> None:
        """Keep nothing of a profile; raises FileWriteError."""
        remove_private_file(self._path(profile))

    def delete_all(self) -> None:
        """Keep nothing of anybody; raises FileWriteError."""
        for path in self._folder.glob("*.json"):
            remove_private_file(path)

    def _path(self, profile: str) -> Path:
        return self._folder / f"{_short_hash(profile)}.json"


def _short_hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _serialize_records(kind: type[Any], items: Iterable[Any]) -> dict[str, Any]:
    """Records by their fields' names, which stand there once."""
    names = [spec.name for spec in field_specs(kind)]
    return {
        "fields": names,
        "rows": [[_serialize_value(getattr(one, name)) for name in names] for one in items],
    }


def _serialize_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _parse_balance(raw: Any, fingerprint: str) -> Loaded[Balance]:
    """What a table holds; raises ValueError, KeyError or TypeError for any other shape."""
    pages, is_pension = raw["pages"], raw["is_pension"]
    if raw["schema"] != SCHEMA_VERSION or raw["owner"] != fingerprint:
        raise ValueError
    if (
        type(pages) is not int
        or not 0 < pages < MAX_STORED_PAGES
        or not isinstance(is_pension, bool)
    ):
        raise ValueError
    (summary,) = _parse_records(BalanceSummary, raw["summary"])
    holdings = merge_lots(_parse_records(Lot, raw["lots"]))
    balance = Balance(summary=summary, holdings=holdings, page_count=pages, is_pension=is_pension)
    return Loaded(balance, _parse_datetime(raw["at"]))


def _parse_records(kind: type[R], raw: Any) -> tuple[R, ...]:
    names = [spec.name for spec in field_specs(kind)]
    if raw["fields"] != names:
        raise ValueError
    parsers = [_FIELD_PARSERS[spec.value_type] for spec in field_specs(kind)]
    return tuple(
        kind(
            **{
                name: None if value is None else parse(value)
                for name, parse, value in zip(names, parsers, row, strict=True)
            }
        )
        for row in raw["rows"]
    )


def _parse_datetime(raw: Any) -> datetime:
    at = datetime.fromisoformat(raw)
    if at.tzinfo is None or at.year not in VALID_YEARS:
        raise ValueError
    return at


def _parse_int(raw: Any) -> int:
    if type(raw) is not int or abs(raw) >= MAX_KRW:  # a bool is none
        raise ValueError
    return raw


def _parse_decimal(raw: Any) -> Decimal:
    if not _DECIMAL_PATTERN.fullmatch(raw):
        raise ValueError
    return Decimal(raw)


def _parse_text(raw: Any) -> str | None:
    """Cleaned again: the file comes from outside."""
    if not isinstance(raw, str):
        raise TypeError
    return clean_text(raw[:MAX_STORED_TEXT]) or None


_FIELD_PARSERS: Mapping[ValueType, FieldParser] = {
    ValueType.WON: _parse_int,
    ValueType.QUANTITY: _parse_int,
    ValueType.PRICE: _parse_decimal,
    ValueType.AMOUNT: _parse_decimal,
    ValueType.FRACTIONAL_QUANTITY: _parse_decimal,
    ValueType.EXCHANGE_RATE: _parse_decimal,
    ValueType.PERCENT: _parse_decimal,
    ValueType.DATE: date.fromisoformat,
    ValueType.TEXT: _parse_text,
    ValueType.CODE: _parse_text,
}
