"""Records as JSON text, rows as CSV text: exact, and safe for a spreadsheet."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

_FORMULA_PREFIXES = frozenset("=+-@")
_CONTROL_PREFIXES = ("\t", "\r")


def to_json(record: dict[str, Any]) -> str:
    """A record as indented JSON."""
    return json.dumps(record, ensure_ascii=False, indent=2, default=_json_default)


def _json_default(value: object) -> str:
    """Prices and rates in exact decimal text, dates in ISO form."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class _LineBuffer:
    """Lines in the making: a file as far as csv's writer wants one, with no file in it."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line.removesuffix("\r\n"))

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)


def to_csv(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """A head and rows as CSV."""
    # The writer quotes what is in its own line end: with \r\n, either break inside of a name.
    text = _LineBuffer()
    import csv  # noqa: PLC0415  # for those who want it

    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return str(text)


def _csv_cell(value: object) -> object:
    """Texts that a spreadsheet would run as a formula get an apostrophe before them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _is_formula(value) else value
    return value if isinstance(value, int) else _json_default(value)


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate `text`: blanks before it are passed over by some."""
    # Full-width and small forms (＝ ﹦) are the same sign to a spreadsheet with an East Asian eye.
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return first in _FORMULA_PREFIXES or text.startswith(_CONTROL_PREFIXES)
