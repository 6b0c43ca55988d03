"""An asset history as CSV: the form on disk, of exports and of imports; a deposit as it is typed.

One row per day, and one per noted deposit; `kind` says which. The file on disk begins with a
line that names the version. An import needs only the columns `date` and `total`.
"""

import csv
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from kistui.models.history import MAX_WON, AssetHistory, CashFlow, DayRecord
from kistui.models.text import FORMULA_PREFIXES, clean_text

VERSION_LINE = "# kistui history 1"
COLUMNS = (
    "kind", "date", "total", "securities", "cash", "overseas", "profit_loss", "purchase_amount",
    "rates", "taken_at", "closing", "coverage", "amount", "note",
)  # fmt: skip
DAY, CASH_FLOW = "day", "deposit"
"""Values of `kind`; a withdrawal is a negative deposit."""
FULL, DOMESTIC = "full", "domestic"
"""Values of `coverage`."""
YES, NO = "yes", "no"
MAX_NOTE_LENGTH = 100
VALID_YEARS = range(1980, 3000)
_WON_PATTERN = re.compile(r"[+-]?[0-9]{1,19}")
_RATE_PATTERN = re.compile(r"([A-Z]{3})=([0-9]{1,12}(?:\.[0-9]{1,12})?)")


class HistoryFormatError(ValueError):
    """A text is no history, or no deposit; `line` counts from 1.

    `reason` is a slug of the texts `reason.*`.
    """

    def __init__(self, line: int, reason: str, **details: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason
        self.details = details


Row = Mapping[str, str]


def format_history(history: AssetHistory, *, amounts_hidden: bool = False) -> str:
    """Return a history as CSV; with `amounts_hidden` amounts and notes are blank."""
    lines: list[str] = []

    class Lines:  # instead of StringIO: this package does not import io
        def write(self, line: str) -> None:
            lines.append(line)

    writer = csv.DictWriter(Lines(), COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    rows = [*map(_day_row, history.days), *map(_cash_flow_row, history.cash_flows)]
    # A day before its deposits.
    for row in sorted(rows, key=lambda row: (row["date"], row["kind"] != DAY)):
        hidden = dict.fromkeys(_PRIVATE_COLUMNS & row.keys(), "") if amounts_hidden else {}
        writer.writerow(row | hidden)
    return "".join(lines)


_PRIVATE_COLUMNS = {
    "total", "securities", "cash", "overseas", "profit_loss", "purchase_amount", "amount", "note",
}  # fmt: skip


def _day_row(record: DayRecord) -> dict[str, str]:
    return {
        "kind": DAY,
        "date": record.day.isoformat(),
        "total": str(record.total_value),
        "securities": _format_won(record.securities),
        "cash": _format_won(record.cash),
        "overseas": _format_won(record.overseas),
        "profit_loss": _format_won(record.profit_loss),
        "purchase_amount": _format_won(record.purchase_amount),
        "rates": " ".join(f"{currency}={rate:f}" for currency, rate in record.exchange_rates),
        "taken_at": record.taken_at.isoformat() if record.taken_at else "",
        "closing": YES if record.is_closing else NO,
        "coverage": FULL if record.covers_overseas else DOMESTIC,
    }


def _cash_flow_row(flow: CashFlow) -> dict[str, str]:
    # An apostrophe defuses texts that a spreadsheet would run as a formula.
    note = f"'{flow.note}" if _is_formula(flow.note) else flow.note
    return {
        "kind": CASH_FLOW,
        "date": flow.day.isoformat(),
        "amount": str(flow.amount),
        "note": note,
    }


def _is_formula(note: str) -> bool:
    """Return whether a note is a formula, with any number of apostrophes before it."""
    return note.lstrip("'").startswith(FORMULA_PREFIXES)


def _format_won(amount: int | None) -> str:
    return "" if amount is None else str(amount)


def parse_history(text: str, today: date | None = None) -> AssetHistory:
    """Parse a history; with `today`, days after it are refused.

    Raises HistoryFormatError.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    skipped = 1 if lines and lines[0].startswith("#") else 0
    if skipped and lines[0].strip() != VERSION_LINE:
        raise HistoryFormatError(1, "unknown_version")
    reader = csv.DictReader(lines[skipped:], strict=True)
    days: dict[date, DayRecord] = {}
    cash_flows = []
    try:
        missing = {"date", "total"} - set(map(str.strip, reader.fieldnames or ()))
        if missing:
            raise HistoryFormatError(skipped + 1, "no_column", name=", ".join(sorted(missing)))
        for raw in reader:
            line = reader.line_num + skipped
            if None in raw or None in raw.values():
                raise HistoryFormatError(line, "wrong_columns")
            row = {name.strip(): value.strip() for name, value in raw.items()}
            day = _parse_day(row["date"], line, today)
            kind = row.get("kind") or DAY
            if kind == CASH_FLOW:
                cash_flows.append(_parse_cash_flow(row, day, line))
            elif kind != DAY:
                raise HistoryFormatError(line, "not_one_of", choices=f"{DAY}, {CASH_FLOW}")
            elif day in days:
                raise HistoryFormatError(line, "day_twice", day=day.isoformat())
            else:
                days[day] = _parse_record(row, day, line)
    except csv.Error:  # `line_num` is that of the row before
        raise HistoryFormatError(reader.line_num + skipped + 1, "not_csv") from None
    return AssetHistory(tuple(days[day] for day in sorted(days)), tuple(sorted(cash_flows)))


def _parse_record(row: Row, day: date, line: int) -> DayRecord:
    total = _parse_won(row, "total", line)
    if total is None:
        raise HistoryFormatError(line, "no_amount", name="total")
    coverage = row.get("coverage") or FULL
    if coverage not in {FULL, DOMESTIC}:
        raise HistoryFormatError(line, "not_one_of", choices=f"{FULL}, {DOMESTIC}")
    closing = row.get("closing") or NO
    if closing not in {YES, NO}:
        raise HistoryFormatError(line, "not_one_of", choices=f"{YES}, {NO}")
    return DayRecord(
        day=day,
        total_value=total,
        securities=_parse_won(row, "securities", line),
        cash=_parse_won(row, "cash", line),
        overseas=_parse_won(row, "overseas", line),
        profit_loss=_parse_won(row, "profit_loss", line),
        purchase_amount=_parse_won(row, "purchase_amount", line),
        exchange_rates=_parse_rates(row.get("rates", ""), line),
        taken_at=_parse_instant(row.get("taken_at", ""), line),
        is_closing=closing == YES,
        covers_overseas=coverage == FULL,
    )


def _parse_cash_flow(row: Row, day: date, line: int) -> CashFlow:
    amount = _parse_won(row, "amount", line)
    if not amount:
        raise HistoryFormatError(line, "no_amount", name="amount")
    note = row.get("note", "")
    if note.startswith("'") and _is_formula(note):
        note = note[1:]
    return CashFlow(day, amount, clean_note(note))


def parse_typed_cash_flow(typed: str, today: date) -> CashFlow:
    """Parse `2026-11-27 -1,000,000 rent`; raises HistoryFormatError."""
    raw_day, raw_amount, note, *_ = [*typed.split(maxsplit=2), "", "", ""]
    day = _parse_day(raw_day, 1, today)
    if not raw_amount:
        raise HistoryFormatError(1, "amount_missing")
    amount = parse_won(raw_amount)
    if not amount:
        raise HistoryFormatError(1, "no_amount", name=raw_amount)
    return CashFlow(day, amount, clean_note(note))


def clean_note(note: str) -> str:
    """Return a note as one line that may be shown, cut to `MAX_NOTE_LENGTH` characters."""
    return clean_text(note)[:MAX_NOTE_LENGTH].strip()


def parse_day(raw: str) -> date | None:
    """Parse a date in ISO format; `None` if it is none."""
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if day.year in VALID_YEARS else None


def parse_won(raw: str) -> int | None:
    """Parse an amount in whole won, commas allowed; `None` if it is none."""
    compact = raw.replace(",", "")
    if not compact.isascii() or not _WON_PATTERN.fullmatch(compact):
        return None
    amount = int(compact)
    return amount if abs(amount) <= MAX_WON else None


def _parse_day(raw: str, line: int, today: date | None) -> date:
    day = parse_day(raw)
    if day is None:
        raise HistoryFormatError(line, "no_date")
    if today is not None and day > today:
        raise HistoryFormatError(line, "future_date", day=day.isoformat())
    return day


def _parse_won(row: Row, name: str, line: int) -> int | None:
    raw = row.get(name, "")
    if not raw:
        return None
    amount = parse_won(raw)
    if amount is None:
        raise HistoryFormatError(line, "no_amount", name=name)
    return amount


def _parse_rates(raw: str, line: int) -> tuple[tuple[str, Decimal], ...]:
    rates = []
    for part in raw.split():
        match = _RATE_PATTERN.fullmatch(part)
        if match is None:
            raise HistoryFormatError(line, "no_amount", name="rates")
        rates.append((match[1], Decimal(match[2])))
    return tuple(sorted(rates))


def _parse_instant(raw: str, line: int) -> datetime | None:
    if not raw:
        return None
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in VALID_YEARS:
        raise HistoryFormatError(line, "no_date")
    return instant
