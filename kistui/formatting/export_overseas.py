"""The overseas part of the exports: KIS's values under KIS's keys, totals under our own names."""

from typing import Any

from kistui.clock import KST
from kistui.formatting.privacy import kis_fields
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, NotLoaded, last_loaded
from kistui.models.overseas import Market, OverseasBalance, OverseasHolding
from kistui.models.totals import total_value

JsonObject = dict[str, Any]

PUBLIC_FIELDS = ("code", "name", "exchange", "currency", "price", "profit_rate", "weight")
AMOUNT_FIELDS = (
    "quantity", "sellable_quantity", "average_price", "purchase_amount", "valuation",
    "profit_loss", "paid_won", "valuation_won", "profit_loss_won",
)  # fmt: skip
KRW_TOTAL_FIELDS = ("valuation_won", "purchase_won", "profit_loss_won", "cash_won")
OVERSEAS_TOTAL_NAMES = (*KRW_TOTAL_FIELDS, "profit_rate", "total_value")


def overseas_summary(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    """Return `overseas` with state, totals and cash by currency; empty if it was not requested."""
    overseas = _last_overseas(balance)
    if isinstance(balance.overseas, NotLoaded):
        return {}
    fields = _load_state(balance) | {
        "totals": kis_fields(overseas.totals, amounts_hidden=amounts_hidden),
        "cash": [kis_fields(cash, amounts_hidden=amounts_hidden) for cash in overseas.cash],
        "rates": {
            code: {"won": rate.krw_per_unit, "unit": rate.unit}
            for code, rate in overseas.exchange_rates.items()
        },
        "computed": overseas_totals(balance, amounts_hidden=amounts_hidden),
    }
    return {"overseas": fields}


def overseas_totals(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    """Return totals in won and the account's total value; empty if overseas was not requested."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    overseas = _last_overseas(balance)
    totals = {name: getattr(overseas, name) for name in KRW_TOTAL_FIELDS}
    totals |= {"profit_rate": overseas.profit_rate, "total_value": total_value(balance)}
    is_known = last_loaded(balance.overseas) is not None
    visible_names = {"profit_rate"} if amounts_hidden else set(totals)
    return {
        name: value if is_known and name in visible_names else None
        for name, value in totals.items()
    }


def overseas_holdings(
    balance: Balance, market: Market | None, *, amounts_hidden: bool
) -> JsonObject:
    """Return `overseas` with state and the holdings, with their lots, of one market or of all."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    holdings = (
        holding for holding in _last_overseas(balance).holdings if market in {None, holding.market}
    )
    rows = [_holding_dict(holding, amounts_hidden=amounts_hidden) for holding in holdings]
    return {"overseas": _load_state(balance) | {"holdings": rows}}


def _holding_dict(holding: OverseasHolding, *, amounts_hidden: bool) -> JsonObject:
    fields: JsonObject = {"market": holding.market.value}
    fields |= {name: getattr(holding, name) for name in PUBLIC_FIELDS}
    fields |= {name: None if amounts_hidden else getattr(holding, name) for name in AMOUNT_FIELDS}
    return fields | {
        "lots": [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in holding.lots]
    }


def _last_overseas(balance: Balance) -> OverseasBalance:
    last_good = last_loaded(balance.overseas)
    return last_good.value if last_good else OverseasBalance()


def _load_state(balance: Balance) -> JsonObject:
    """Return the state (`fresh`, `failed` with an error slug, or `loading`) and the fetch time."""
    last_good = last_loaded(balance.overseas)
    fetched_at = (
        last_good.loaded_at.astimezone(KST).replace(microsecond=0).isoformat()
        if last_good
        else None
    )
    state: JsonObject = {"state": "loading", "fetched_at": fetched_at}
    match balance.overseas:
        case Loaded(value):
            refused = [market.value for market in value.markets_without_consent]
            state |= {"state": "fresh", "without_consent": refused}
        case Failed(error):
            state |= {"state": "failed", "error": error.slug}
    return state
