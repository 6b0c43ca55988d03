"""The asset history as JSON, whose keys are a public contract."""

from collections.abc import Collection
from datetime import date
from itertools import pairwise

from kistui.formatting.serialization import JsonObject, profile_fields, to_json
from kistui.models.account import Profile
from kistui.models.history import (
    AssetHistory,
    CashFlow,
    DayRecord,
    change_since,
    missing_days,
    net_cash_flow,
    time_weighted_return,
)


def history_json(
    profile: Profile,
    history: AssetHistory,
    holidays: Collection[date] = (),
    *,
    amounts_hidden: bool = False,
) -> str:
    """Return the days, the business days without a record, the deposits, and what is computed."""
    document = profile_fields(profile)
    if amounts_hidden:  # distinguishes a hidden value from an unknown one
        document["hidden"] = True
    days, flows = history.days, history.cash_flows
    return to_json(
        document
        | {
            "days": [_day_dict(record, amounts_hidden=amounts_hidden) for record in days],
            "missing": [day for pair in pairwise(days) for day in missing_days(*pair, holidays)],
            "deposits": [_cash_flow_dict(flow, amounts_hidden=amounts_hidden) for flow in flows],
            "computed": _computed_dict(history, amounts_hidden=amounts_hidden),
        }
    )


def _day_dict(record: DayRecord, *, amounts_hidden: bool) -> JsonObject:
    def amount(value: int | None) -> int | None:
        return None if amounts_hidden else value

    return {
        "date": record.day,
        "total": amount(record.total_value),
        "securities": amount(record.securities),
        "cash": amount(record.cash),
        "overseas": amount(record.overseas),
        "profit_loss": amount(record.profit_loss),
        "profit_rate": record.profit_rate,
        "purchase_amount": amount(record.purchase_amount),
        "rates": dict(record.exchange_rates),
        "taken_at": record.taken_at,
        "closing": record.is_closing,
        "coverage": "full" if record.covers_overseas else "domestic",
    }


def _cash_flow_dict(flow: CashFlow, *, amounts_hidden: bool) -> JsonObject:
    return {
        "date": flow.day,
        "amount": None if amounts_hidden else flow.amount,
        "note": None if amounts_hidden else flow.note,
    }


def _computed_dict(history: AssetHistory, *, amounts_hidden: bool) -> JsonObject:
    """Return the change since the first day, and the return without deposits if any are noted."""
    change = change_since(history.days, None)
    first = history.days[0].day if history.days else None
    net_deposits = net_cash_flow(history.cash_flows, first)
    return {
        "since": change.since if change else None,
        "change": change.amount if change and not amounts_hidden else None,
        "change_rate": change.rate if change else None,
        "net_deposits": None if amounts_hidden else net_deposits,
        "time_weighted_return": time_weighted_return(history) if history.cash_flows else None,
    }
