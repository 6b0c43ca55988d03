"""A reading as JSON (the public contract) or CSV: what leaves kistui for other programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from kistui.clock import KST
from kistui.errors import KistuiError
from kistui.formatting.export_overseas import (
    OVERSEAS_TOTAL_NAMES,
    overseas_holdings,
    overseas_summary,
    overseas_totals,
)
from kistui.formatting.privacy import is_sensitive_field, kis_fields
from kistui.formatting.serialization import to_csv, to_json
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.account_totals import AccountTotals
from kistui.models.balance import Balance, BalanceSummary, Holding, Lot
from kistui.models.holdings import AnyHolding, all_holdings
from kistui.models.kis_fields import field_specs
from kistui.models.overseas import Market
from kistui.models.overseas_records import TradeDateLot
from kistui.models.reconciliation import is_reconciled


class BalanceSnapshot(Struct, frozen=True):
    """A balance, whose it is, the instant it was read, and whether a later reading failed."""

    profile: Profile
    balance: Balance
    fetched_at: datetime
    is_stale: bool = False

    @property
    def load_state(self) -> str:
        """`fresh`, `stale` or `partial`."""
        if not self.balance.is_complete:
            return "partial"
        return "stale" if self.is_stale else "fresh"


class FailedSnapshot(Struct, frozen=True):
    """A profile whose balance could not be read."""

    profile: Profile
    error: KistuiError
    load_state: str = "failed"


def summary_json(snapshot: BalanceSnapshot, *, amounts_hidden: bool = False) -> str:
    """All 24 fields under KIS's keys, and what kistui computed under its own names."""
    return to_json(_summary_dict(snapshot, amounts_hidden=amounts_hidden))


def accounts_json(
    snapshots: Sequence[BalanceSnapshot | FailedSnapshot], total: AccountTotals
) -> str:
    """Every account as `summary_json` has it, or the word of its error; the real ones together."""
    accounts = [
        _summary_dict(each, amounts_hidden=False)
        if isinstance(each, BalanceSnapshot)
        else _failed_dict(each)
        for each in snapshots
    ]
    return to_json({"accounts": accounts, "total": _to_dict(total)})


def _to_dict(instance: Any) -> dict[str, Any]:
    """A record's values by their names."""
    return {each.name: getattr(instance, each.name) for each in fields(instance)}


def accounts_csv(snapshots: Sequence[BalanceSnapshot | FailedSnapshot]) -> str:
    """A line an account: whose, its state, all 24 fields under KIS's keys, and abroad in won."""
    keys = [spec.key for spec in field_specs(BalanceSummary)]
    head = ["profile", "environment", "account", "state", *keys, "overseas.state"]
    rows = []
    for each in snapshots:
        whose = (
            each.profile.name,
            each.profile.environment_label,
            each.profile.account.masked,
            each.load_state,
        )
        nothing = Balance(summary=BalanceSummary(), holdings=())
        balance = each.balance if isinstance(each, BalanceSnapshot) else nothing
        told = overseas_summary(balance, amounts_hidden=False).get("overseas", {})
        sums = told.get("computed", {})
        at_home = kis_fields(balance.summary, amounts_hidden=False).values()
        rows.append((*whose, *at_home, told.get("state"), *map(sums.get, OVERSEAS_TOTAL_NAMES)))
    return to_csv([*head, *(f"overseas.{name}" for name in OVERSEAS_TOTAL_NAMES)], rows)


def _summary_dict(snapshot: BalanceSnapshot, *, amounts_hidden: bool) -> dict[str, Any]:
    priced = snapshot.balance.priced_summary
    return (
        _snapshot_header(snapshot, amounts_hidden=amounts_hidden)
        | {
            "summary": kis_fields(snapshot.balance.summary, amounts_hidden=amounts_hidden),
            "computed": {
                "profit_rate": priced.computed_profit_rate,
                "asset_change_rate": priced.computed_asset_change_rate,
                "reconciled": is_reconciled(snapshot.balance),
            },
        }
        | overseas_summary(snapshot.balance, amounts_hidden=amounts_hidden)
    )


def _failed_dict(failed: FailedSnapshot) -> dict[str, Any]:
    return {
        "profile": failed.profile.name,
        "environment": failed.profile.environment_label,
        "account": failed.profile.account.masked,
        "state": failed.load_state,
        "error": failed.error.slug,
    }


def holdings_json(
    snapshot: BalanceSnapshot,
    *,
    as_lots: bool,
    amounts_hidden: bool = False,
    market: Market | None = None,
) -> str:
    """Holdings with their weight and lots, of one `market` or of all; those abroad apart.

    With `lots`, the rows of home as KIS sent them; those abroad have theirs with them.
    """
    balance, head = snapshot.balance, _snapshot_header(snapshot, amounts_hidden=amounts_hidden)
    at_home = market in {None, Market.KR}
    if as_lots:
        rows = balance.lots if at_home else ()
        head["lots"] = [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in rows]
    else:
        held = balance.holdings if at_home else ()
        head["holdings"] = [_holding_dict(each, amounts_hidden=amounts_hidden) for each in held]
    return to_json(head | overseas_holdings(balance, market, amounts_hidden=amounts_hidden))


def summary_csv(snapshot: BalanceSnapshot, t: Translations, *, amounts_hidden: bool = False) -> str:
    """A line for each field: KIS's key, its label, its value; then what is held abroad, in won."""
    summary = kis_fields(snapshot.balance.summary, amounts_hidden=amounts_hidden)
    labels = (t(f"summary.{spec.name}") for spec in field_specs(BalanceSummary))
    rows = [
        (key, label, value) for (key, value), label in zip(summary.items(), labels, strict=True)
    ]
    abroad = overseas_totals(snapshot.balance, amounts_hidden=amounts_hidden)
    rows += [
        (f"overseas.{name}", t(f"overseas_total.{name}"), value) for name, value in abroad.items()
    ]
    return to_csv(("key", "label", "value"), rows)


def holdings_csv(
    snapshot: BalanceSnapshot,
    *,
    as_lots: bool,
    amounts_hidden: bool = False,
    market: Market | None = None,
) -> str:
    """A line for each holding, of one `market` or of all; KIS's keys of home at the head.

    Amounts are in the line's `currency`, with their won at the end. With `lots`, a line for each
    row as KIS sent it: those of home, or those of one market abroad.
    """
    balance = snapshot.balance
    of_market = [each for each in all_holdings(balance) if market in {None, each.market}]
    if as_lots and market in {None, Market.KR}:
        rows: Sequence[Any] = balance.lots
        return _lots_csv(Lot, rows, amounts_hidden=amounts_hidden)
    if as_lots:
        rows = [lot for each in of_market for lot in each.lots]
        return _lots_csv(
            type(rows[0]) if rows else TradeDateLot, rows, amounts_hidden=amounts_hidden
        )
    head = [spec.key for spec in field_specs(Holding)]
    return to_csv(
        (*head, "weight", "market", "currency", *KRW_COLUMNS),
        (_holding_csv_row(each, amounts_hidden=amounts_hidden) for each in of_market),
    )


KRW_COLUMNS = ("valuation_won", "profit_loss_won")


def _lots_csv(record_type: type[Any], rows: Sequence[Any], *, amounts_hidden: bool) -> str:
    head = [spec.key for spec in field_specs(record_type)]
    return to_csv(head, (kis_fields(lot, amounts_hidden=amounts_hidden).values() for lot in rows))


def _holding_csv_row(holding: AnyHolding, *, amounts_hidden: bool) -> tuple[Any, ...]:
    """A holding under the keys of home, wherever it is held."""
    named = (
        None if amounts_hidden and is_sensitive_field(spec) else getattr(holding, spec.name, None)
        for spec in field_specs(Holding)
    )
    won = (None if amounts_hidden else getattr(holding, name) for name in KRW_COLUMNS)
    return (*named, holding.weight, holding.market.value, holding.currency, *won)


def _snapshot_header(snapshot: BalanceSnapshot, *, amounts_hidden: bool) -> dict[str, Any]:
    head: dict[str, Any] = {
        "profile": snapshot.profile.name,
        "environment": snapshot.profile.environment_label,
        "account": snapshot.profile.account.masked,
        "fetched_at": snapshot.fetched_at.astimezone(KST).replace(microsecond=0).isoformat(),
        "state": snapshot.load_state,
        "pages": snapshot.balance.page_count,
    }
    # Said only where it is so: a null is then one that was hidden, not one that KIS left blank.
    return head | {"hidden": True} if amounts_hidden else head


def _holding_dict(holding: Holding, *, amounts_hidden: bool) -> dict[str, Any]:
    return kis_fields(holding, amounts_hidden=amounts_hidden) | {
        "weight": holding.weight,
        "lots": [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in holding.lots],
    }
