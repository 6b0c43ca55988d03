"""A reading as JSON (the public contract) or CSV: what leaves kistui for other programs."""

import csv
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kistui.clock import KST
from kistui.errors import KistuiError
from kistui.model.account import Profile
from kistui.model.accounts import Total
from kistui.model.balance import Balance, Holding, Lot, Summary
from kistui.model.fields import PRIVATE, specs
from kistui.model.reconcile import is_reconciled
from kistui.view.words import Words

_FORMULA_STARTS = frozenset("=+-@")
_CELL_BREAKS = ("\t", "\r")


@dataclass(frozen=True, slots=True)
class Reading:
    """A balance, whose it is, the instant it was read, and whether a later reading failed."""

    profile: Profile
    balance: Balance
    at: datetime
    is_stale: bool = False

    @property
    def state(self) -> str:
        """`fresh`, `stale` or `partial`."""
        if not self.balance.is_complete:
            return "partial"
        return "stale" if self.is_stale else "fresh"


@dataclass(frozen=True, slots=True)
class Missed:
    """A profile whose balance could not be read."""

    profile: Profile
    error: KistuiError
    state: str = "failed"


def summary_json(reading: Reading, *, hidden: bool = False) -> str:
    """All 24 fields under KIS's keys, and what kistui computed under its own names."""
    return _json(_summary(reading, hidden=hidden))


def accounts_json(readings: Sequence[Reading | Missed], of: Total) -> str:
    """Every account as `summary_json` has it, or the word of its error; the real ones together."""
    accounts = [
        _summary(each, hidden=False) if isinstance(each, Reading) else _missed(each)
        for each in readings
    ]
    return _json({"accounts": accounts, "total": asdict(of)})


def accounts_csv(readings: Sequence[Reading | Missed]) -> str:
    """A line an account: whose, its state, all 24 fields under KIS's keys."""
    keys = [spec.key for spec in specs(Summary)]
    rows = []
    for each in readings:
        head = each.profile.name, each.profile.kind, each.profile.account.masked, each.state
        summary = each.balance.summary if isinstance(each, Reading) else Summary()
        rows.append((*head, *_values(summary, hidden=False).values()))
    return _csv(["profile", "environment", "account", "state", *keys], rows)


def _summary(reading: Reading, *, hidden: bool) -> dict[str, Any]:
    priced = reading.balance.priced_summary
    return _head(reading, hidden=hidden) | {
        "summary": _values(reading.balance.summary, hidden=hidden),
        "computed": {
            "profit_rate": priced.computed_profit_rate,
            "asset_change_rate": priced.computed_asset_change_rate,
            "reconciled": is_reconciled(reading.balance),
        },
    }


def _missed(missed: Missed) -> dict[str, Any]:
    return {
        "profile": missed.profile.name,
        "environment": missed.profile.kind,
        "account": missed.profile.account.masked,
        "state": missed.state,
        "error": missed.error.word,
    }


def holdings_json(reading: Reading, *, lots: bool, hidden: bool = False) -> str:
    """Holdings with their weight and lots; with `lots`, the rows as KIS sent them."""
    balance, head = reading.balance, _head(reading, hidden=hidden)
    if lots:
        return _json(head | {"lots": [_values(lot, hidden=hidden) for lot in balance.lots]})
    return _json(head | {"holdings": [_holding(each, hidden=hidden) for each in balance.holdings]})


def summary_csv(reading: Reading, words: Words, *, hidden: bool = False) -> str:
    """A line for each field: KIS's key, its label, its value."""
    values = _values(reading.balance.summary, hidden=hidden)
    labels = (words(f"summary.{spec.name}") for spec in specs(type(reading.balance.summary)))
    rows = ((key, label, value) for (key, value), label in zip(values.items(), labels, strict=True))
    return _csv(("key", "label", "value"), rows)


def holdings_csv(reading: Reading, *, lots: bool, hidden: bool = False) -> str:
    """A line for each holding, or for each lot; KIS's keys at the head."""
    balance = reading.balance
    if lots:
        head = [spec.key for spec in specs(Lot)]
        return _csv(head, (_values(lot, hidden=hidden).values() for lot in balance.lots))
    head = [*(spec.key for spec in specs(Holding)), "weight"]
    return _csv(
        head,
        ((*_values(each, hidden=hidden).values(), each.weight) for each in balance.holdings),
    )


def _head(reading: Reading, *, hidden: bool) -> dict[str, Any]:
    head: dict[str, Any] = {
        "profile": reading.profile.name,
        "environment": reading.profile.kind,
        "account": reading.profile.account.masked,
        "fetched_at": reading.at.astimezone(KST).replace(microsecond=0).isoformat(),
        "state": reading.state,
        "pages": reading.balance.pages,
    }
    # Said only where it is so: a null is then one that was hidden, not one that KIS left blank.
    return head | {"hidden": True} if hidden else head


def _values(record: Any, *, hidden: bool) -> dict[str, Any]:
    """A record's values under KIS's keys, in KIS's order; hidden ones are `None`."""
    return {
        spec.key: None if hidden and spec.unit in PRIVATE else getattr(record, spec.name)
        for spec in specs(type(record))
    }


def _holding(holding: Holding, *, hidden: bool) -> dict[str, Any]:
    return _values(holding, hidden=hidden) | {
        "weight": holding.weight,
        "lots": [_values(lot, hidden=hidden) for lot in holding.lots],
    }


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> str:
    """Prices and rates in exact decimal text, dates in ISO form."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class _Lines:
    """Lines in the making: a file as far as csv's writer wants one, with no file in it."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line.removesuffix("\r\n"))

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)


def _csv(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    # The writer quotes what is in its own line end: with \r\n, either break inside of a name.
    text = _Lines()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return str(text)


def _csv_value(value: object) -> object:
    """Texts that a spreadsheet would run as a formula get an apostrophe before them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _is_formula(value) else value
    return value if isinstance(value, int) else _plain(value)


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate `text`: blanks before it are passed over by some."""
    # Full-width and small forms (＝ ﹦) are the same sign to a spreadsheet with an East Asian eye.
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return first in _FORMULA_STARTS or text.startswith(_CELL_BREAKS)
