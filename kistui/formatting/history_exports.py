"""The asset history as JSON, whose keys are a public contract."""

from collections.abc import Collection
from datetime import date
from itertools import pairwise

from kistui.formatting.serialization import profile_fields, to_json
from kistui.models.account import Profile
from kistui.models.history import (
    AssetHistory,
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
    gaps = [day for pair in pairwise(history.days) for day in missing_days(*pair, holidays)]
    total_change = change_since(history.days, None)
    first = history.days[0].day if history.days else None

    def amount(value: int | None) -> int | None:
        return None if amounts_hidden else value

    document = profile_fields(profile)
    if amounts_hidden:  # distinguishes a hidden value from an unknown one
        document["hidden"] = True
    document |= {
        "days": [
            {
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
            for record in history.days
        ],
        "missing": gaps,
        "deposits": [
            {
                "date": flow.day,
                "amount": amount(flow.amount),
                "note": None if amounts_hidden else flow.note,
            }
            for flow in history.cash_flows
        ],
        "computed": {
            "since": total_change.since if total_change else None,
            "change": amount(total_change.amount) if total_change else None,
            "change_rate": total_change.rate if total_change else None,
            "net_deposits": amount(net_cash_flow(history.cash_flows, first)),
            "time_weighted_return": time_weighted_return(history) if history.cash_flows else None,
        },
    }
    return to_json(document)
