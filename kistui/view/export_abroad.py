"""What is held abroad, for other programs: KIS's values under KIS's keys, sums under our names."""

from typing import Any

from kistui.clock import KST
from kistui.models.balance import Balance
from kistui.models.overseas import OverseasHolding, Market, OverseasBalance
from kistui.models.holdings import total_value
from kistui.models.load_state import Failed, Loaded, NotLoaded, last_loaded
from kistui.view.privacy import values

Values = dict[str, Any]

PUBLIC = ("code", "name", "exchange", "currency", "price", "profit_rate", "weight")
AMOUNTS = (
    "quantity", "sellable_quantity", "average_price", "purchase_amount", "valuation",
    "profit_loss", "paid_won", "valuation_won", "profit_loss_won",
)  # fmt: skip
SUMS = ("valuation_won", "purchase_won", "profit_loss_won", "cash_won")
SUM_NAMES = (*SUMS, "profit_rate", "total_value")


def overseas_summary(balance: Balance, *, hidden: bool) -> Values:
    """Under `overseas`: state, totals in won, cash by currency; nothing where not asked for."""
    abroad = _known(balance)
    if isinstance(balance.overseas, NotLoaded):
        return {}
    told = _state(balance) | {
        "totals": values(abroad.totals, hidden=hidden),
        "cash": [values(each, hidden=hidden) for each in abroad.cash],
        "rates": {
            code: {"won": each.krw_per_unit, "unit": each.unit} for code, each in abroad.exchange_rates.items()
        },
        "computed": overseas_sums(balance, hidden=hidden),
    }
    return {"overseas": told}


def overseas_sums(balance: Balance, *, hidden: bool) -> Values:
    """Won in all, with what is held at home; nothing where it was not asked for."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    abroad = _known(balance)
    sums = {name: getattr(abroad, name) for name in SUMS}
    sums |= {"profit_rate": abroad.profit_rate, "total_value": total_value(balance)}
    known = last_loaded(balance.overseas) is not None
    shown = {"profit_rate"} if hidden else set(sums)
    return {name: value if known and name in shown else None for name, value in sums.items()}


def overseas_holdings(balance: Balance, market: Market | None, *, hidden: bool) -> Values:
    """Under `overseas`: state, the holdings of one market or of all with their rows from KIS."""
    if isinstance(balance.overseas, NotLoaded):
        return {}
    held = (each for each in _known(balance).holdings if market in {None, each.market})
    shown = [_holding(each, hidden=hidden) for each in held]
    return {"overseas": _state(balance) | {"holdings": shown}}


def _holding(holding: OverseasHolding, *, hidden: bool) -> Values:
    figures: Values = {"market": holding.market.value}
    figures |= {name: getattr(holding, name) for name in PUBLIC}
    figures |= {name: None if hidden else getattr(holding, name) for name in AMOUNTS}
    return figures | {"lots": [values(lot, hidden=hidden) for lot in holding.lots]}


def _known(balance: Balance) -> OverseasBalance:
    good = last_loaded(balance.overseas)
    return good.value if good else OverseasBalance()


def _state(balance: Balance) -> Values:
    """`fresh`, `failed` with the error's word, or `loading`; when it was read."""
    good = last_loaded(balance.overseas)
    at = good.loaded_at.astimezone(KST).replace(microsecond=0).isoformat() if good else None
    state: Values = {"state": "loading", "fetched_at": at}
    match balance.overseas:
        case Loaded(value):
            refused = [market.value for market in value.markets_without_consent]
            state |= {"state": "fresh", "without_consent": refused}
        case Failed(error):
            state |= {"state": "failed", "error": error.slug}
    return state
