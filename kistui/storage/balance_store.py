"""The last balance of each profile, shown at the next start: one private file per profile.

A file that does not have exactly the expected shape counts as absent.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from kistui.errors import StorageError
from kistui.models.account import Profile
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.kis_fields import ValueType, field_specs
from kistui.models.load_state import Loaded, last_loaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.markets import Market
from kistui.models.overseas import (
    OverseasBalance,
    OverseasCash,
    OverseasLot,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    group_overseas_lots,
)
from kistui.models.text import clean_text
from kistui.models.totals import with_overseas
from kistui.storage.files import (
    PARSE_ERRORS,
    files_in,
    parse_iso_datetime,
    read_private_file,
    remove_private_file,
    short_hash,
    write_private_file,
)

RecordT = TypeVar("RecordT")
FieldParser = Callable[[Any], Any]

SCHEMA_VERSION = 2
SCHEMA_WITHOUT_OVERSEAS = 1
"""The version of older files, which have no overseas balance."""
MAX_BALANCE_BYTES = 8 << 20
"""Enough for more than 20,000 rows; a longer file is truncated and so cannot be parsed."""
MAX_TEXT_LENGTH, MAX_PAGES = 500, 10_000
MAX_INT = 10**19
"""Limit of quantities, and of amounts in won."""
_OVERSEAS_LOTS: Mapping[str, type[OverseasLot]] = {
    "trade_date_lots": TradeDateLot,
    "settlement_date_lots": SettlementDateLot,
}
_DOMESTIC_RECORDS = (BalanceSummary, Lot)
_OVERSEAS_RECORDS = (OverseasTotals, OverseasCash, *_OVERSEAS_LOTS.values())
_DECIMAL_PATTERN = re.compile(r"-?[0-9]{1,31}(?:\.[0-9]{1,31})?")


def account_fingerprint(profile: Profile, base_url: str | None, app_key: str = "") -> str:
    """Return the fingerprint of an account in its environment and on its server.

    The number could be found from it by trying all numbers. `app_key` prevents that for an account
    whose number is not on disk otherwise.
    """
    return short_hash(
        profile.name,
        profile.environment.value,
        profile.account.unmasked,
        base_url or "",
        app_key,
    )


class BalanceStore:
    """The files in `folder`; every method blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, profile: str, fingerprint: str) -> Loaded[Balance] | None:
        """Return a profile's balance; `None` if invalid or of another `fingerprint`."""
        import json  # noqa: PLC0415  # 3 ms that only a stored balance pays for

        try:
            content = read_private_file(self._path(profile), MAX_BALANCE_BYTES)
            return None if content is None else _parse_balance(json.loads(content), fingerprint)
        except (StorageError, *PARSE_ERRORS):
            return None

    def write(self, profile: str, fingerprint: str, loaded: Loaded[Balance]) -> None:
        """Store a profile's balance and its last overseas balance, each with its time.

        Raises UnsafeFileError, FileWriteError.
        """
        import json  # noqa: PLC0415

        balance = loaded.value
        table = {
            "schema": SCHEMA_VERSION,
            "owner": fingerprint,
            "at": loaded.loaded_at.astimezone(UTC).isoformat(),
            "pages": balance.page_count,
            "price": balance.after_hours_price and balance.after_hours_price.value,
            "is_pension": balance.is_pension,
            "may_be_partial": balance.may_be_partial,
            "unreadable": list(balance.unreadable_fields),
            "summary": _serialize_records(BalanceSummary, [balance.summary]),
            "lots": _serialize_records(Lot, balance.lots),
            "overseas": _serialize_overseas(last_loaded(balance.overseas)),
        }
        write_private_file(self._path(profile), json.dumps(table, separators=(",", ":")).encode())

    def delete(self, profile: str) -> None:
        """Delete a profile's balance; raises FileWriteError."""
        remove_private_file(self._path(profile))

    def delete_all(self) -> None:
        """Delete all balances; raises FileWriteError."""
        for path in files_in(self._folder, "*.json"):
            remove_private_file(path)

    def _path(self, profile: str) -> Path:
        return self._folder / f"{short_hash(profile)}.json"


def _serialize_overseas(loaded: Loaded[OverseasBalance] | None) -> dict[str, Any] | None:
    if loaded is None:
        return None
    overseas = loaded.value
    lots = [lot for holding in overseas.holdings for lot in holding.lots]
    return {
        "at": loaded.loaded_at.astimezone(UTC).isoformat(),
        "without_consent": [market.value for market in overseas.markets_without_consent],
        "may_be_partial": overseas.may_be_partial,
        "unreadable": list(overseas.unreadable_fields),
        "totals": _serialize_records(OverseasTotals, [overseas.totals]),
        "cash": _serialize_records(OverseasCash, overseas.cash),
        **{
            name: _serialize_records(kind, [lot for lot in lots if isinstance(lot, kind)])
            for name, kind in _OVERSEAS_LOTS.items()
        },
    }


def _serialize_records(kind: type[Any], items: Iterable[Any]) -> dict[str, Any]:
    """Return records as a list of field names and rows of values."""
    names = [spec.name for spec in field_specs(kind)]
    return {
        "fields": names,
        "rows": [[_serialize_value(getattr(item, name)) for name in names] for item in items],
    }


def _serialize_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _parse_balance(raw: Any, fingerprint: str) -> Loaded[Balance]:
    """Parse a stored balance; raises ValueError, KeyError or TypeError."""
    pages, is_pension = raw["pages"], _parse_bool(raw["is_pension"])
    schema = raw["schema"]
    if schema not in (SCHEMA_WITHOUT_OVERSEAS, SCHEMA_VERSION) or raw["owner"] != fingerprint:
        raise ValueError
    if type(pages) is not int or not 0 < pages < MAX_PAGES:
        raise ValueError
    (summary,) = _parse_records(BalanceSummary, raw["summary"])
    holdings = merge_lots(_parse_records(Lot, raw["lots"]))
    balance = Balance(
        summary=summary,
        holdings=holdings,
        page_count=pages,
        after_hours_price=_parse_price(raw, is_pension=is_pension),
        is_pension=is_pension,
        may_be_partial=_parse_bool(raw.get("may_be_partial", False)),
        unreadable_fields=_parse_kis_keys(raw.get("unreadable", []), _DOMESTIC_RECORDS),
    )
    overseas = None if schema == SCHEMA_WITHOUT_OVERSEAS else raw["overseas"]
    if overseas is not None:
        balance = with_overseas(balance, _parse_overseas(overseas))
    return Loaded(balance, parse_iso_datetime(raw["at"]))


def _parse_overseas(raw: Any) -> Loaded[OverseasBalance]:
    (totals,) = _parse_records(OverseasTotals, raw["totals"])
    lots = (lot for name, kind in _OVERSEAS_LOTS.items() for lot in _parse_records(kind, raw[name]))
    overseas = OverseasBalance(
        holdings=group_overseas_lots(lots),
        cash=_parse_records(OverseasCash, raw["cash"]),
        totals=totals,
        markets_without_consent=tuple(map(Market, raw["without_consent"])),
        may_be_partial=_parse_bool(raw["may_be_partial"]),
        unreadable_fields=_parse_kis_keys(raw["unreadable"], _OVERSEAS_RECORDS),
    )
    return Loaded(overseas, parse_iso_datetime(raw["at"]))


def _parse_bool(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def _parse_price(raw: Any, *, is_pension: bool) -> AfterHoursPrice | None:
    """Return which prices a balance has; older files do not say, and have the close."""
    price = raw.get("price", AfterHoursPrice.CLOSE.value)
    return None if is_pension or price is None else AfterHoursPrice(price)


def _parse_kis_keys(raw: Any, kinds: Iterable[type[Any]]) -> tuple[str, ...]:
    """Return the keys of values that could not be read; older files have none."""
    declared_keys = {spec.key for kind in kinds for spec in field_specs(kind)}
    if not isinstance(raw, list) or not declared_keys.issuperset(raw):
        raise ValueError
    return tuple(raw)


def _parse_records(kind: type[RecordT], raw: Any) -> tuple[RecordT, ...]:
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


def _parse_int(raw: Any) -> int:
    if type(raw) is not int or abs(raw) >= MAX_INT:  # not a bool either
        raise ValueError
    return raw


def _parse_decimal(raw: Any) -> Decimal:
    if not _DECIMAL_PATTERN.fullmatch(raw):
        raise ValueError
    return Decimal(raw)


def _parse_text(raw: Any) -> str | None:
    """Clean a text again, because anyone may have edited the file."""
    if not isinstance(raw, str):
        raise TypeError
    return clean_text(raw[:MAX_TEXT_LENGTH]) or None


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
