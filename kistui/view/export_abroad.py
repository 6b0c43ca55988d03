"""What is held abroad, for other programs: KIS's values under KIS's keys, sums under our names."""

from typing import Any

from kistui.clock import KST
from kistui.model.balance import Balance
from kistui.model.overseas import ForeignHolding, Market, Overseas
from kistui.model.positions import total_value
from kistui.model.remote import Failed, Ready, Unknown, last_good
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
    if isinstance(balance.abroad, Unknown):
        return {}
    told = _state(balance) | {
        "totals": values(abroad.totals, hidden=hidden),
        "cash": [values(each, hidden=hidden) for each in abroad.cash],
        "rates": {
            code: {"won": each.quoted, "unit": each.unit} for code, each in abroad.rates.items()
        },
        "computed": overseas_sums(balance, hidden=hidden),
    }
    return {"overseas": told}


def overseas_sums(balance: Balance, *, hidden: bool) -> Values:
    """Won in all, with what is held at home; nothing where it was not asked for."""
    if isinstance(balance.abroad, Unknown):
        return {}
    abroad = _known(balance)
    sums = {name: getattr(abroad, name) for name in SUMS}
    sums |= {"profit_rate": abroad.profit_rate, "total_value": total_value(balance)}
    known = last_good(balance.abroad) is not None
    shown = {"profit_rate"} if hidden else set(sums)
    return {name: value if known and name in shown else None for name, value in sums.items()}


def overseas_holdings(balance: Balance, market: Market | None, *, hidden: bool) -> Values:
    """Under `overseas`: state, the holdings of one market or of all with their rows from KIS."""
    if isinstance(balance.abroad, Unknown):
        return {}
    held = (each for each in _known(balance).holdings if market in {None, each.market})
    shown = [_holding(each, hidden=hidden) for each in held]
    return {"overseas": _state(balance) | {"holdings": shown}}


def _holding(holding: ForeignHolding, *, hidden: bool) -> Values:
    figures: Values = {"market": holding.market.value}
    figures |= {name: getattr(holding, name) for name in PUBLIC}
    figures |= {name: None if hidden else getattr(holding, name) for name in AMOUNTS}
    return figures | {"lots": [values(lot, hidden=hidden) for lot in holding.lots]}


def _known(balance: Balance) -> Overseas:
    good = last_good(balance.abroad)
    return good.value if good else Overseas()


def _state(balance: Balance) -> Values:
    """`fresh`, `failed` with the error's word, or `loading`; when it was read."""
    good = last_good(balance.abroad)
    at = good.at.astimezone(KST).replace(microsecond=0).isoformat() if good else None
    state: Values = {"state": "loading", "fetched_at": at}
    match balance.abroad:
        case Ready(value):
            refused = [market.value for market in value.without_consent]
            state |= {"state": "fresh", "without_consent": refused}
        case Failed(error):
            state |= {"state": "failed", "error": error.word}
    return state
