"""What is held abroad, for other programs: KIS's values under KIS's keys, sums under our names."""

from typing import Any

from kistui.clock import KST
from kistui.formatting.privacy import kis_fields
from kistui.models.balance import Balance
from kistui.models.holdings import total_value
from kistui.models.load_state import Failed, Loaded, NotLoaded, last_loaded
from kistui.models.overseas import Market, OverseasBalance, OverseasHolding

JsonObject = dict[str, Any]

PUBLIC_FIELDS = ("code", "name", "exchange", "currency", "price", "profit_rate", "weight")
AMOUNT_FIELDS = (
    "quantity", "sellable_quantity", "average_price", "purchase_amount", "valuation",
    "profit_loss", "paid_won", "valuation_won", "profit_loss_won",
)  # fmt: skip
KRW_TOTAL_FIELDS = ("valuation_won", "purchase_won", "profit_loss_won", "cash_won")
OVERSEAS_TOTAL_NAMES = (*KRW_TOTAL_FIELDS, "profit_rate", "total_value")


def overseas_summary(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    """Under `overseas`: state, totals in won, cash by currency; nothing where not asked for."""
    abroad = _last_overseas(balance)
    if isinstance(balance.overseas, NotLoaded):
        return {}
    told = _load_state(balance) | {
        "totals": kis_fields(abroad.totals, amounts_hidden=amounts_hidden),
        "cash": [kis_fields(each, amounts_hidden=amounts_hidden) for each in abroad.cash],
        "rates": {
            code: {"won": each.krw_per_unit, "unit": each.unit}
            for code, each in abroad.exchange_rates.items()
        },
        "computed": overseas_totals(balance, amounts_hidden=amounts_hidden),
    }
    return {"overseas": told}


def overseas_totals(balance: Balance, *, amounts_hidden: bool) -> JsonObject:
    """Won in all, with what is held at home; nothing where it was not asked for."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    abroad = _last_overseas(balance)
    sums = {name: getattr(abroad, name) for name in KRW_TOTAL_FIELDS}
    sums |= {"profit_rate": abroad.profit_rate, "total_value": total_value(balance)}
    known = last_loaded(balance.overseas) is not None
    shown = {"profit_rate"} if amounts_hidden else set(sums)
    return {name: value if known and name in shown else None for name, value in sums.items()}


def overseas_holdings(
    balance: Balance, market: Market | None, *, amounts_hidden: bool
) -> JsonObject:
    """Under `overseas`: state, the holdings of one market or of all with their rows from KIS."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    held = (each for each in _last_overseas(balance).holdings if market in {None, each.market})
    shown = [_holding_dict(each, amounts_hidden=amounts_hidden) for each in held]
    return {"overseas": _load_state(balance) | {"holdings": shown}}


def _holding_dict(holding: OverseasHolding, *, amounts_hidden: bool) -> JsonObject:
    figures: JsonObject = {"market": holding.market.value}
    figures |= {name: getattr(holding, name) for name in PUBLIC_FIELDS}
    figures |= {name: None if amounts_hidden else getattr(holding, name) for name in AMOUNT_FIELDS}
    return figures | {
        "lots": [kis_fields(lot, amounts_hidden=amounts_hidden) for lot in holding.lots]
    }


def _last_overseas(balance: Balance) -> OverseasBalance:
    good = last_loaded(balance.overseas)
    return good.value if good else OverseasBalance()


def _load_state(balance: Balance) -> JsonObject:
    """`fresh`, `failed` with the error's word, or `loading`; when it was read."""
    good = last_loaded(balance.overseas)
    at = good.loaded_at.astimezone(KST).replace(microsecond=0).isoformat() if good else None
    state: JsonObject = {"state": "loading", "fetched_at": at}
    match balance.overseas:
        case Loaded(value):
            refused = [market.value for market in value.markets_without_consent]
            state |= {"state": "fresh", "without_consent": refused}
        case Failed(error):
            state |= {"state": "failed", "error": error.slug}
    return state
