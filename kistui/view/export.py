"""A reading as JSON (the public contract) or CSV: what leaves kistui for other programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kistui.clock import KST
from kistui.errors import KistuiError
from kistui.models.overseas_records import TradeDateLot
from kistui.models.account import Profile
from kistui.models.account_totals import AccountTotals
from kistui.models.balance import Balance, Holding, Lot, BalanceSummary
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import Market
from kistui.models.holdings import AnyHolding, all_holdings
from kistui.models.reconciliation import is_reconciled
from kistui.models.record import fields, record
from kistui.view.export_abroad import (
    SUM_NAMES,
    overseas_holdings,
    overseas_summary,
    overseas_sums,
)
from kistui.view.privacy import is_private, values
from kistui.view.words import Words
from kistui.view.written import csv_text, json_text


@record
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


@record
class Missed:
    """A profile whose balance could not be read."""

    profile: Profile
    error: KistuiError
    state: str = "failed"


def summary_json(reading: Reading, *, hidden: bool = False) -> str:
    """All 24 fields under KIS's keys, and what kistui computed under its own names."""
    return json_text(_summary(reading, hidden=hidden))


def accounts_json(readings: Sequence[Reading | Missed], of: AccountTotals) -> str:
    """Every account as `summary_json` has it, or the word of its error; the real ones together."""
    accounts = [
        _summary(each, hidden=False) if isinstance(each, Reading) else _missed(each)
        for each in readings
    ]
    return json_text({"accounts": accounts, "total": _plain(of)})


def _plain(one: Any) -> dict[str, Any]:
    """A record's values by their names."""
    return {each.name: getattr(one, each.name) for each in fields(one)}


def accounts_csv(readings: Sequence[Reading | Missed]) -> str:
    """A line an account: whose, its state, all 24 fields under KIS's keys, and abroad in won."""
    keys = [spec.key for spec in field_specs(BalanceSummary)]
    head = ["profile", "environment", "account", "state", *keys, "overseas.state"]
    rows = []
    for each in readings:
        whose = each.profile.name, each.profile.environment_label, each.profile.account.masked, each.state
        nothing = Balance(summary=BalanceSummary(), holdings=())
        balance = each.balance if isinstance(each, Reading) else nothing
        told = overseas_summary(balance, hidden=False).get("overseas", {})
        sums = told.get("computed", {})
        at_home = values(balance.summary, hidden=False).values()
        rows.append((*whose, *at_home, told.get("state"), *map(sums.get, SUM_NAMES)))
    return csv_text([*head, *(f"overseas.{name}" for name in SUM_NAMES)], rows)


def _summary(reading: Reading, *, hidden: bool) -> dict[str, Any]:
    priced = reading.balance.priced_summary
    return (
        _head(reading, hidden=hidden)
        | {
            "summary": values(reading.balance.summary, hidden=hidden),
            "computed": {
                "profit_rate": priced.computed_profit_rate,
                "asset_change_rate": priced.computed_asset_change_rate,
                "reconciled": is_reconciled(reading.balance),
            },
        }
        | overseas_summary(reading.balance, hidden=hidden)
    )


def _missed(missed: Missed) -> dict[str, Any]:
    return {
        "profile": missed.profile.name,
        "environment": missed.profile.environment_label,
        "account": missed.profile.account.masked,
        "state": missed.state,
        "error": missed.error.slug,
    }


def holdings_json(
    reading: Reading, *, lots: bool, hidden: bool = False, market: Market | None = None
) -> str:
    """Holdings with their weight and lots, of one `market` or of all; those abroad apart.

    With `lots`, the rows of home as KIS sent them; those abroad have theirs with them.
    """
    balance, head = reading.balance, _head(reading, hidden=hidden)
    at_home = market in {None, Market.KR}
    if lots:
        rows = balance.lots if at_home else ()
        head["lots"] = [values(lot, hidden=hidden) for lot in rows]
    else:
        held = balance.holdings if at_home else ()
        head["holdings"] = [_holding(each, hidden=hidden) for each in held]
    return json_text(head | overseas_holdings(balance, market, hidden=hidden))


def summary_csv(reading: Reading, words: Words, *, hidden: bool = False) -> str:
    """A line for each field: KIS's key, its label, its value; then what is held abroad, in won."""
    summary = values(reading.balance.summary, hidden=hidden)
    labels = (words(f"summary.{spec.name}") for spec in field_specs(BalanceSummary))
    rows = [
        (key, label, value) for (key, value), label in zip(summary.items(), labels, strict=True)
    ]
    abroad = overseas_sums(reading.balance, hidden=hidden)
    rows += [(f"overseas.{name}", words(f"sum.{name}"), value) for name, value in abroad.items()]
    return csv_text(("key", "label", "value"), rows)


def holdings_csv(
    reading: Reading, *, lots: bool, hidden: bool = False, market: Market | None = None
) -> str:
    """A line for each holding, of one `market` or of all; KIS's keys of home at the head.

    Amounts are in the line's `currency`, with their won at the end. With `lots`, a line for each
    row as KIS sent it: those of home, or those of one market abroad.
    """
    balance = reading.balance
    of_market = [each for each in all_holdings(balance) if market in {None, each.market}]
    if lots and market in {None, Market.KR}:
        rows: Sequence[Any] = balance.lots
        return _lots_csv(Lot, rows, hidden=hidden)
    if lots:
        rows = [lot for each in of_market for lot in each.lots]
        return _lots_csv(type(rows[0]) if rows else TradeDateLot, rows, hidden=hidden)
    head = [spec.key for spec in field_specs(Holding)]
    return csv_text(
        (*head, "weight", "market", "currency", *WON),
        (_line(each, hidden=hidden) for each in of_market),
    )


WON = ("valuation_won", "profit_loss_won")


def _lots_csv(record: type[Any], rows: Sequence[Any], *, hidden: bool) -> str:
    head = [spec.key for spec in field_specs(record)]
    return csv_text(head, (values(lot, hidden=hidden).values() for lot in rows))


def _line(each: AnyHolding, *, hidden: bool) -> tuple[Any, ...]:
    """A holding under the keys of home, wherever it is held."""
    named = (
        None if hidden and is_private(spec) else getattr(each, spec.name, None)
        for spec in field_specs(Holding)
    )
    won = (None if hidden else getattr(each, name) for name in WON)
    return (*named, each.weight, each.market.value, each.currency, *won)


def _head(reading: Reading, *, hidden: bool) -> dict[str, Any]:
    head: dict[str, Any] = {
        "profile": reading.profile.name,
        "environment": reading.profile.environment_label,
        "account": reading.profile.account.masked,
        "fetched_at": reading.at.astimezone(KST).replace(microsecond=0).isoformat(),
        "state": reading.state,
        "pages": reading.balance.page_count,
    }
    # Said only where it is so: a null is then one that was hidden, not one that KIS left blank.
    return head | {"hidden": True} if hidden else head


def _holding(holding: Holding, *, hidden: bool) -> dict[str, Any]:
    return values(holding, hidden=hidden) | {
        "weight": holding.weight,
        "lots": [values(lot, hidden=hidden) for lot in holding.lots],
    }
