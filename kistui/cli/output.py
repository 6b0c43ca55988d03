"""A reading as JSON (the public contract), CSV or a table."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kistui.clock import KST
from kistui.model.account import Profile
from kistui.model.balance import Balance, Holding, Lot, separate_lots
from kistui.model.fields import specs, values_by_key
from kistui.model.reconcile import is_reconciled
from kistui.model.remote import Ready
from kistui.view.arrange import Arrangement
from kistui.view.cells import text_of
from kistui.view.holdings import HoldingsView
from kistui.view.status import notice
from kistui.view.summary import boxes
from kistui.view.words import Words

BOX_WIDTH = 44
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Reading:
    """A balance, whose it is, and the instant it was read."""

    profile: Profile
    balance: Balance
    at: datetime


def summary_json(reading: Reading) -> str:
    """All 24 fields under KIS's keys, and what kistui computed under its own names."""
    priced = reading.balance.priced_summary
    return _json(
        _head(reading)
        | {
            "summary": values_by_key(reading.balance.summary),
            "computed": {
                "profit_rate": priced.computed_profit_rate,
                "asset_change_rate": priced.computed_asset_change_rate,
                "reconciled": is_reconciled(reading.balance),
            },
        }
    )


def holdings_json(reading: Reading, *, lots: bool) -> str:
    """Holdings with their weight and lots; with `lots`, the rows as KIS sent them."""
    if lots:
        return _json(
            _head(reading) | {"lots": [values_by_key(lot) for lot in reading.balance.lots]}
        )
    return _json(
        _head(reading) | {"holdings": [_holding(each) for each in reading.balance.holdings]}
    )


def summary_csv(reading: Reading, words: Words) -> str:
    """A line for each field: KIS's key, its label, its value."""
    summary = reading.balance.summary
    rows = (
        (spec.key, words(f"summary.{spec.name}"), getattr(summary, spec.name))
        for spec in specs(type(summary))
    )
    return _csv(("key", "label", "value"), rows)


def holdings_csv(reading: Reading, *, lots: bool) -> str:
    """A line for each holding, or for each lot; KIS's keys at the head."""
    if lots:
        head = [spec.key for spec in specs(Lot)]
        return _csv(head, (values_by_key(lot).values() for lot in reading.balance.lots))
    head = [*(spec.key for spec in specs(Holding)), "weight"]
    return _csv(
        head,
        ((*values_by_key(each).values(), each.weight) for each in reading.balance.holdings),
    )


def summary_table(reading: Reading, words: Words) -> str:
    """The groups of the screen, one below the other."""
    parts = []
    for box in boxes(reading.balance, words, roomy=False):
        lines = "\n".join(f"  {text_of(line)}" for line in box.lines(BOX_WIDTH))
        parts.append(f"{box.title}\n{lines}")
    return "\n\n".join([*parts, _footnote(reading, words)])


def holdings_table(reading: Reading, words: Words, width: int, *, lots: bool) -> str:
    """The table of the screen in `width` columns."""
    balance = reading.balance
    if lots:
        balance = replace(balance, holdings=separate_lots(balance.lots))
    view = HoldingsView(balance, words, Arrangement(with_sold_out=lots))
    if not len(view):
        return f"{words('state.empty')}\n\n{_footnote(reading, words)}"
    table = view.layout(width)
    lines = [text_of(line).rstrip() for line in (table.header, *(row.line for row in table.rows))]
    total = text_of(table.total).rstrip()
    return "\n".join([*lines, "", total, "", _footnote(reading, words)])


def _footnote(reading: Reading, words: Words) -> str:
    lines = notice(Ready(reading.balance, reading.at), None, words)
    return "\n".join(text_of(line).strip() for line in lines)


def _head(reading: Reading) -> dict[str, Any]:
    return {
        "profile": reading.profile.name,
        "environment": reading.profile.kind,
        "account": reading.profile.account.masked,
        "fetched_at": reading.at.astimezone(KST).replace(microsecond=0).isoformat(),
        "state": "fresh",
        "pages": reading.balance.pages,
    }


def _holding(holding: Holding) -> dict[str, Any]:
    return values_by_key(holding) | {
        "weight": holding.weight,
        "lots": [values_by_key(lot) for lot in holding.lots],
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


def _csv(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return target.getvalue()


def _csv_value(value: object) -> object:
    """Texts that a spreadsheet would run as a formula get an apostrophe before them."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return value if isinstance(value, int) else _plain(value)
