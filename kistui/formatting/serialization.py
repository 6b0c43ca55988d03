"""Records under KIS's keys without private values, as JSON, and as CSV safe for spreadsheets."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import Struct

from kistui.clock import KST
from kistui.errors import KistuiError
from kistui.models.account import Profile
from kistui.models.kis_fields import SENSITIVE_TYPES, FieldSpec, ValueType, field_specs
from kistui.models.text import FORMULA_PREFIXES

JsonObject = dict[str, Any]
SnapshotT = TypeVar("SnapshotT")

_CONTROL_PREFIXES = ("\t", "\r")
_TRUTH_VALUES = frozenset({"TRUE", "FALSE"})  # the first is a ticker in New York
MAX_EXCEL_LITERAL = 255
"""Longest text that Excel accepts within a formula."""
# Prices that are public, unlike the prices a holder paid.
_MARKET_PRICE_FIELDS = frozenset({"price", "day_change", "collateral_price"})


def is_sensitive_field(spec: FieldSpec) -> bool:
    """Return whether a field is private; market prices and exchange rates are not."""
    if spec.value_type is ValueType.PRICE:
        return spec.name not in _MARKET_PRICE_FIELDS
    return spec.value_type in SENSITIVE_TYPES


def kis_fields(record: Any, *, amounts_hidden: bool) -> JsonObject:
    """Return a record's values under KIS's keys, in KIS's order; hidden values are None."""
    return {
        spec.key: None
        if amounts_hidden and is_sensitive_field(spec)
        else getattr(record, spec.name)
        for spec in field_specs(type(record))
    }


PROFILE_FIELDS = ("profile", "environment", "account")


def profile_fields(profile: Profile) -> JsonObject:
    """Return a profile's name, environment and masked account number, as exports show them."""
    values = (profile.name, profile.environment_label, profile.account.masked)
    return dict(zip(PROFILE_FIELDS, values, strict=True))


class FailedAccount(Struct, frozen=True):
    """A profile that could not be read."""

    profile: Profile
    error: KistuiError
    load_state: str = "failed"
    """The state in exports."""


def account_documents(
    snapshots: Iterable[SnapshotT | FailedAccount], to_document: Callable[[SnapshotT], JsonObject]
) -> list[JsonObject]:
    """Return a document for each account; a failed account's has its error."""
    return [
        profile_fields(snapshot.profile)
        | {"state": snapshot.load_state, "error": snapshot.error.slug}
        if isinstance(snapshot, FailedAccount)
        else to_document(snapshot)
        for snapshot in snapshots
    ]


def format_timestamp(instant: datetime) -> str:
    """Return an instant in KST, to the second: `2026-11-27T10:32:07+09:00`."""
    return instant.astimezone(KST).replace(microsecond=0).isoformat()


def to_json(record: JsonObject) -> str:
    """Return a record as indented JSON."""
    return json.dumps(record, ensure_ascii=False, indent=2, default=_json_default)


def accounts_to_json(documents: Sequence[JsonObject], *, all_accounts: bool) -> str:
    """Return the document of one account, or those of all accounts under `accounts`."""
    return to_json({"accounts": list(documents)} if all_accounts else documents[0])


def _json_default(value: object) -> str:
    """Return a Decimal in full or a date in ISO format; raises TypeError for other types."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class _LineBuffer:
    """Collects the lines of a csv writer, which end in `\r\n`, and joins them with `\n`."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line.removesuffix("\r\n"))

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)


def to_csv(header: Sequence[str], rows: Iterable[Iterable[Any]], *, for_excel: bool = False) -> str:
    """Return a header and rows as CSV; `for_excel` keeps texts such as 005930 as texts."""
    # The writer quotes only characters of its line terminator: \r\n covers both line breaks.
    buffer = _LineBuffer()
    import csv  # noqa: PLC0415  # only CSV exports need it

    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    to_cell = _excel_cell if for_excel else _csv_cell
    writer.writerows([to_cell(value) for value in row] for row in rows)
    return str(buffer)


def csv_to_tsv(text: str) -> str:
    """Return CSV as TSV, which quotes nothing: tabs and line breaks in a value become blanks."""
    import csv  # noqa: PLC0415  # only CSV exports need it

    # Not `splitlines`, which also splits at a form feed within a value.
    rows = csv.reader(f"{line}\n" for line in text.removesuffix("\n").split("\n"))
    return "".join("\t".join(map(_tsv_cell, row)) + "\n" for row in rows)


def _tsv_cell(value: str) -> str:
    return value.replace("\r", "").replace("\n", " ").replace("\t", " ")


def _csv_cell(value: object) -> object:
    """Return a value for the csv writer; an apostrophe defuses texts that look like formulas."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _is_formula(value) else value
    return value if isinstance(value, int) else _json_default(value)


def _excel_cell(value: object) -> object:
    """Return a value for the csv writer; a text that Excel might change is a formula of itself."""
    if not isinstance(value, str) or len(value) > MAX_EXCEL_LITERAL:
        return _csv_cell(value)
    quoted = value.replace('"', '""')
    return f'="{quoted}"' if _is_formula(value) or _may_be_number(value) else value


def _may_be_number(text: str) -> bool:
    """Return whether Excel might read `text` as a number, a date (MAR1, 1-2) or a truth value."""
    normalized = unicodedata.normalize("NFKC", text)
    return any(map(str.isdigit, normalized)) or normalized.strip().upper() in _TRUTH_VALUES


def _is_formula(text: str) -> bool:
    """Return whether a spreadsheet might run `text` as a formula."""
    # Some spreadsheets skip leading blanks, and accept full-width and small forms (＝ ﹦).
    first_char = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return first_char in FORMULA_PREFIXES or text.startswith(_CONTROL_PREFIXES)
