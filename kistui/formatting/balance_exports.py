"""Balances as JSON, whose keys are a public contract, and as CSV."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct

from kistui.formatting.serialization import (
    PROFILE_FIELDS,
    FailedAccount,
    JsonObject,
    account_documents,
    format_timestamp,
    is_sensitive_field,
    kis_fields,
    profile_fields,
    to_csv,
    to_json,
)
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance, BalanceSummary, Holding, Lot
from kistui.models.kis_fields import field_specs
from kistui.models.load_state import Failed, Loaded, NotLoaded, last_loaded
from kistui.models.markets import Market
from kistui.models.overseas import OverseasBalance, OverseasHolding, TradeDateLot
from kistui.models.reconciliation import reconcile
from kistui.models.totals import (
    AccountTotals,
    AnyHolding,
    Headline,
    all_holdings,
    compute_headline,
    unreadable_fields,
)

PUBLIC_FIELDS = ("code", "name", "exchange", "currency", "price", "profit_rate", "weight")
AMOUNT_FIELDS = (
    "quantity", "sellable_quantity", "average_price", "purchase_amount", "valuation",
    "profit_loss", "paid_won", "valuation_won", "profit_loss_won",
)  # fmt: skip
KRW_TOTAL_FIELDS = ("valuation_won", "purchase_won", "profit_loss_won", "cash_won")
OVERSEAS_TOTAL_NAMES = (*KRW_TOTAL_FIELDS, "profit_rate", "total_value")


class BalanceSnapshot(Struct, frozen=True):
    """A profile's balance with its fetch time; stale if a later fetch failed."""

    profile: Profile
    balance: Balance
    fetched_at: datetime
    is_stale: bool = False

    @property
    def load_state(self) -> str:
        """The state in exports: `fresh`, `stale` or `partial`."""
        if not self.balance.is_complete:
            return "partial"
        return "stale" if self.is_stale else "fresh"


def balance_file(
    snapshot: BalanceSnapshot,
    tab: str,
    export_format: str,
    t: Translations,
    *,
    amounts_hidden: bool,
) -> str:
    """Return the file of the summary or of the holdings, by `tab`, as `json`, `csv` or `excel`."""
    for_excel = export_format == "excel"
    if export_format == "json" and tab == "summary":
        return summary_json(snapshot, amounts_hidden=amounts_hidden) + "\n"
    if export_format == "json":
        return holdings_json(snapshot, as_lots=False, amounts_hidden=amounts_hidden) + "\n"
    if tab == "summary":
        return summary_csv(snapshot, t, amounts_hidden=amounts_hidden, for_excel=for_excel)
    return holdings_csv(snapshot, as_lots=False, amounts_hidden=amounts_hidden, for_excel=for_excel)


def summary_json(snapshot: BalanceSnapshot, *, amounts_hidden: bool = False) -> str:
    """Return all 24 summary fields under KIS's keys, and computed values under our own names."""
    return to_json(_summary_dict(snapshot, amounts_hidden=amounts_hidden))


def accounts_json(
    snapshots: Sequence[BalanceSnapshot | FailedAccount],
    total: AccountTotals,
    *,
    amounts_hidden: bool = False,
) -> str:
    """Return every account as in `summary_json`, or its error slug, and the given totals."""
    to_document = partial(_summary_dict, amounts_hidden=amounts_hidden)
    accounts = account_documents(snapshots, to_document)
    counts = {"accounts": total.accounts, "known": total.known}
    headline = headline_fields(total.headline, amounts_hidden=amounts_hidden)
    return to_json({"accounts": accounts, "total": counts | headline})


def headline_fields(headline: Headline, *, amounts_hidden: bool) -> JsonObject:
    """Return the amounts and rates of a headline, each with what it covers."""
    amounts = {
        "total_value": headline.total_value,
        "asset_change": headline.day_change,
        "profit_loss": headline.profit_loss,
    }
    rates = {"asset_change_rate": headline.day_rate, "profit_rate": headline.profit_rate}
    return (
        {name: None if amounts_hidden else part.amount for name, part in amounts.items()}
        | rates
        | {f"{name}_scope": part.scope.value for name, part in amounts.items()}
    )


def accounts_csv(
    snapshots: Sequence[BalanceSnapshot | FailedAccount], *, amounts_hidden: bool = False
) -> str:
    """Return one row per account: profile, state, all 24 fields, and the overseas totals in won."""
    keys = [spec.key for spec in field_specs(BalanceSummary)]
    overseas_keys = ["state", *OVERSEAS_TOTAL_NAMES]
    header = [*PROFILE_FIELDS, "state", *keys, *(f"overseas.{key}" for key in overseas_keys)]
    rows = []
    for snapshot in snapshots:
        empty_balance = Balance(summary=BalanceSummary(), holdings=())
        balance = snapshot.balance if isinstance(snapshot, BalanceSnapshot) else empty_balance
        overseas = _overseas_summary(balance, amounts_hidden=amounts_hidden).get("overseas", {})
        totals = overseas.get("computed", {})
        domestic_values = kis_fields(balance.summary, amounts_hidden=amounts_hidden).values()
        rows.append(
            (
                *profile_fields(snapshot.profile).values(),
                snapshot.load_state,
                *domestic_values,
                overseas.get("state"),
                *map(totals.get, OVERSEAS_TOTAL_NAMES),
            )
        )
    return to_csv(header, rows)


def _summary_dict(snapshot: BalanceSnapshot, *, amounts_hidden: bool) -> JsonObject:
    priced = snapshot.balance.priced_summary
    return (
        _snapshot_header(snapshot, amounts_hidden=amounts_hidden)
        | {
            "summary": kis_fields(snapshot.balance.summary, amounts_hidden=amounts_hidden),
            "computed": {
                "profit_rate": priced.computed_profit_rate,
                "asset_change_rate": priced.computed_asset_change_rate,
                "reconciled": reconcile(snapshot.balance).is_reconciled,
            },
        }
        | _total(snapshot.balance, amounts_hidden=amounts_hidden)
        | _overseas_summary(snapshot.balance, amounts_hidden=amounts_hidden)
    )


def _total(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    return {"total": headline_fields(compute_headline(balance), amounts_hidden=amounts_hidden)}


def holdings_json(
    snapshot: BalanceSnapshot,
    *,
    as_lots: bool,
    amounts_hidden: bool = False,
    market: Market | None = None,
) -> str:
    """Return the holdings of one `market` or of all, with weights and lots; overseas separately.

    With `as_lots`, the domestic part lists the lots instead, as KIS sent them.
    """
    balance, document = snapshot.balance, _snapshot_header(snapshot, amounts_hidden=amounts_hidden)
    includes_domestic = market in {None, Market.KR}
    if as_lots:
        lots = balance.lots if includes_domestic else ()
        document["lots"] = [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in lots]
    else:
        holdings = balance.holdings if includes_domestic else ()
        document["holdings"] = [
            _holding_dict(holding, amounts_hidden=amounts_hidden) for holding in holdings
        ]
    return to_json(
        document
        | _total(balance, amounts_hidden=amounts_hidden)
        | _overseas_holdings(balance, market, amounts_hidden=amounts_hidden)
    )


def summary_csv(
    snapshot: BalanceSnapshot,
    t: Translations,
    *,
    amounts_hidden: bool = False,
    for_excel: bool = False,
) -> str:
    """Return one row per field with key, label and value, then the overseas totals in won."""
    summary = kis_fields(snapshot.balance.summary, amounts_hidden=amounts_hidden)
    labels = (t(f"summary.{spec.name}") for spec in field_specs(BalanceSummary))
    rows = [
        (key, label, value) for (key, value), label in zip(summary.items(), labels, strict=True)
    ]
    totals = _overseas_totals(snapshot.balance, amounts_hidden=amounts_hidden)
    rows += [
        (f"overseas.{name}", t(f"overseas_total.{name}"), value) for name, value in totals.items()
    ]
    return to_csv(("key", "label", "value"), rows, for_excel=for_excel)


def holdings_csv(
    snapshot: BalanceSnapshot,
    *,
    as_lots: bool,
    amounts_hidden: bool = False,
    market: Market | None = None,
    for_excel: bool = False,
) -> str:
    """Return one row per holding of one `market` or of all, under KIS's domestic keys.

    Amounts are in the row's `currency`; the last columns repeat them in won. With `as_lots`,
    return one row per lot as KIS sent it: domestic lots, or those of one overseas market.
    """
    balance = snapshot.balance
    holdings = [holding for holding in all_holdings(balance) if market in {None, holding.market}]
    if as_lots and market in {None, Market.KR}:
        rows: Sequence[Any] = balance.lots
        return _lots_csv(Lot, rows, amounts_hidden=amounts_hidden, for_excel=for_excel)
    if as_lots:
        rows = [lot for holding in holdings for lot in holding.lots]
        record_type = type(rows[0]) if rows else TradeDateLot
        return _lots_csv(record_type, rows, amounts_hidden=amounts_hidden, for_excel=for_excel)
    header = [spec.key for spec in field_specs(Holding)]
    return to_csv(
        (*header, "weight", "market", "currency", *KRW_COLUMNS),
        (_holding_csv_row(holding, amounts_hidden=amounts_hidden) for holding in holdings),
        for_excel=for_excel,
    )


KRW_COLUMNS = ("valuation_won", "profit_loss_won")


def _lots_csv(
    record_type: type[Any], lots: Sequence[Any], *, amounts_hidden: bool, for_excel: bool
) -> str:
    header = [spec.key for spec in field_specs(record_type)]
    rows = (kis_fields(lot, amounts_hidden=amounts_hidden).values() for lot in lots)
    return to_csv(header, rows, for_excel=for_excel)


def _holding_csv_row(holding: AnyHolding, *, amounts_hidden: bool) -> tuple[Any, ...]:
    """Return a domestic or overseas holding as a row under KIS's domestic keys."""
    kis_values = (
        None if amounts_hidden and is_sensitive_field(spec) else getattr(holding, spec.name, None)
        for spec in field_specs(Holding)
    )
    krw_values = (None if amounts_hidden else getattr(holding, name) for name in KRW_COLUMNS)
    return (*kis_values, holding.weight, holding.market.value, holding.currency, *krw_values)


def _snapshot_header(snapshot: BalanceSnapshot, *, amounts_hidden: bool) -> JsonObject:
    price = snapshot.balance.after_hours_price
    header = profile_fields(snapshot.profile) | {
        "fetched_at": format_timestamp(snapshot.fetched_at),
        "state": snapshot.load_state,
        "pages": snapshot.balance.page_count,
        "price_after_hours": price.value if price else None,
    }
    if unreadable := unreadable_fields(snapshot.balance):
        header["unreadable"] = unreadable
    if reconcile(snapshot.balance).may_be_partial:
        header["may_be_partial"] = True
    # Distinguishes a hidden value from one that KIS left blank.
    return header | {"hidden": True} if amounts_hidden else header


def _holding_dict(holding: Holding, *, amounts_hidden: bool) -> JsonObject:
    return kis_fields(holding, amounts_hidden=amounts_hidden) | {
        "weight": holding.weight,
        "lots": [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in holding.lots],
    }


def _overseas_summary(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    """Return `overseas` with state, totals and cash by currency; empty if it was not requested."""
    overseas = _last_overseas(balance)
    if isinstance(balance.overseas, NotLoaded):
        return {}
    fields = _overseas_state(balance) | {
        "totals": kis_fields(overseas.totals, amounts_hidden=amounts_hidden),
        "cash": [kis_fields(cash, amounts_hidden=amounts_hidden) for cash in overseas.cash],
        "rates": {
            code: {"won": rate.krw_per_unit, "unit": rate.unit}
            for code, rate in overseas.exchange_rates.items()
        },
        "computed": _overseas_totals(balance, amounts_hidden=amounts_hidden),
    }
    return {"overseas": fields}


def _overseas_totals(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    """Return totals in won and the account's total value; empty if overseas was not requested."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    overseas = _last_overseas(balance)
    totals = {name: getattr(overseas, name) for name in KRW_TOTAL_FIELDS}
    total_value = compute_headline(balance).total_value.complete_amount
    totals |= {"profit_rate": overseas.profit_rate, "total_value": total_value}
    is_known = last_loaded(balance.overseas) is not None
    visible_names = {"profit_rate"} if amounts_hidden else set(totals)
    return {
        name: value if is_known and name in visible_names else None
        for name, value in totals.items()
    }


def _overseas_holdings(
    balance: Balance, market: Market | None, *, amounts_hidden: bool
) -> JsonObject:
    """Return `overseas` with state and the holdings, with their lots, of one market or of all."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    holdings = (
        holding for holding in _last_overseas(balance).holdings if market in {None, holding.market}
    )
    rows = [_overseas_holding_dict(holding, amounts_hidden=amounts_hidden) for holding in holdings]
    return {"overseas": _overseas_state(balance) | {"holdings": rows}}


def _overseas_holding_dict(holding: OverseasHolding, *, amounts_hidden: bool) -> JsonObject:
    fields: JsonObject = {"market": holding.market.value}
    fields |= {name: getattr(holding, name) for name in PUBLIC_FIELDS}
    fields |= {name: None if amounts_hidden else getattr(holding, name) for name in AMOUNT_FIELDS}
    return fields | {
        "lots": [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in holding.lots]
    }


def _last_overseas(balance: Balance) -> OverseasBalance:
    last_good = last_loaded(balance.overseas)
    return last_good.value if last_good else OverseasBalance()


def _overseas_state(balance: Balance) -> JsonObject:
    """Return the state (`fresh`, `failed` with an error slug, or `loading`) and the fetch time."""
    last_good = last_loaded(balance.overseas)
    fetched_at = format_timestamp(last_good.loaded_at) if last_good else None
    state: JsonObject = {"state": "loading", "fetched_at": fetched_at}
    match balance.overseas:
        case Loaded(value):
            refused = [market.value for market in value.markets_without_consent]
            state |= {"state": "fresh", "without_consent": refused}
        case Failed(error):
            state |= {"state": "failed", "error": error.slug}
    return state
