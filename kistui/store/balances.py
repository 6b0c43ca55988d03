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
from kistui.models.balance import Balance, Lot, BalanceSummary, merge_lots
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.record import maker
from kistui.models.load_state import Loaded
from kistui.models.text import clean_text
from kistui.store.files import OF_ANOTHER_SHAPE, read_private, remove_private, write_private

R = TypeVar("R")
Read = Callable[[Any], Any]

SCHEMA = 1
MOST_BYTES = 8 << 20
"""More than 20,000 rows; what is cut off there cannot be read."""
MOST_TEXT, MOST_PAGES = 500, 10_000
MOST_WON = 10**19
YEARS = range(1900, 3000)
_NUMBER = re.compile(r"-?[0-9]{1,31}(?:\.[0-9]{1,31})?")


def owner_of(profile: Profile, base_url: str | None, app_key: str = "") -> str:
    """Whose figures they are: of another account, world or server it is another.

    A number could be guessed from it: where none is on disk, `app_key` prevents that.
    """
    account = f"{profile.account.number}-{profile.account.product_code}"
    whose = (profile.name, profile.environment.value, account, base_url or "", app_key)
    return _fingerprint("\n".join(whose))


class BalanceStore:
    """The files in `folder`; every method blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, profile: str, owner: str) -> Loaded[Balance] | None:
        """What was last kept for a profile, if it is its owner's; `None` for any other file."""
        import json  # noqa: PLC0415  # 3 ms, for those who have figures kept

        try:
            content = read_private(self._path(profile), MOST_BYTES)
            return None if content is None else _ready(json.loads(content), owner)
        except (StorageError, *OF_ANOTHER_SHAPE):
            return None

    def write(self, profile: str, owner: str, kept: Loaded[Balance]) -> None:
        """Keep a profile's figures, without those abroad; raises FileUnsafe, FileUnwritable."""
        import json  # noqa: PLC0415

        balance = kept.value
        table = {
            "schema": SCHEMA,
            "owner": owner,
            "at": kept.loaded_at.astimezone(UTC).isoformat(),
            "pages": balance.page_count,
            "is_pension": balance.is_pension,
            "summary": _table(BalanceSummary, [balance.summary]),
            "lots": _table(Lot, balance.lots),
        }
        write_private(self._path(profile), json.dumps(table, separators=(",", ":")).encode())

    def forget(self, profile: str) -> None:
        """Keep nothing of a profile; raises FileUnwritable."""
        remove_private(self._path(profile))

    def clear(self) -> None:
        """Keep nothing of anybody; raises FileUnwritable."""
        for path in self._folder.glob("*.json"):
            remove_private(path)

    def _path(self, profile: str) -> Path:
        return self._folder / f"{_fingerprint(profile)}.json"


def _fingerprint(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _table(kind: type[Any], records: Iterable[Any]) -> dict[str, Any]:
    """Records by their fields' names, which stand there once."""
    names = [spec.name for spec in field_specs(kind)]
    return {
        "fields": names,
        "rows": [[_written(getattr(one, name)) for name in names] for one in records],
    }


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _ready(raw: Any, owner: str) -> Loaded[Balance]:
    """What a table holds; raises ValueError, KeyError or TypeError for any other shape."""
    pages, is_pension = raw["pages"], raw["is_pension"]
    if raw["schema"] != SCHEMA or raw["owner"] != owner:
        raise ValueError
    if type(pages) is not int or not 0 < pages < MOST_PAGES or not isinstance(is_pension, bool):
        raise ValueError
    (summary,) = _records(BalanceSummary, raw["summary"])
    holdings = merge_lots(_records(Lot, raw["lots"]))
    balance = Balance(summary=summary, holdings=holdings, page_count=pages, is_pension=is_pension)
    return Loaded(balance, _instant(raw["at"]))


def _records(kind: type[R], raw: Any) -> tuple[R, ...]:
    known = field_specs(kind)
    if raw["fields"] != [spec.name for spec in known]:
        raise ValueError
    reads, make = [_READS[spec.value_type] for spec in known], maker(kind)
    return tuple(
        make(
            *(
                None if value is None else read(value)
                for read, value in zip(reads, row, strict=True)
            )
        )
        for row in raw["rows"]
    )


def _instant(raw: Any) -> datetime:
    at = datetime.fromisoformat(raw)
    if at.tzinfo is None or at.year not in YEARS:
        raise ValueError
    return at


def _whole(raw: Any) -> int:
    if type(raw) is not int or abs(raw) >= MOST_WON:  # a bool is none
        raise ValueError
    return raw


def _decimal(raw: Any) -> Decimal:
    if not _NUMBER.fullmatch(raw):
        raise ValueError
    return Decimal(raw)


def _text(raw: Any) -> str | None:
    """Cleaned again: the file comes from outside."""
    if not isinstance(raw, str):
        raise TypeError
    return clean_text(raw[:MOST_TEXT]) or None


_READS: Mapping[ValueType, Read] = {
    ValueType.WON: _whole,
    ValueType.QUANTITY: _whole,
    ValueType.PRICE: _decimal,
    ValueType.AMOUNT: _decimal,
    ValueType.FRACTIONAL_QUANTITY: _decimal,
    ValueType.EXCHANGE_RATE: _decimal,
    ValueType.PERCENT: _decimal,
    ValueType.DATE: date.fromisoformat,
    ValueType.TEXT: _text,
    ValueType.CODE: _text,
}
