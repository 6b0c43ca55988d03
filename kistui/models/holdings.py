"""An account's holdings at home and abroad as one: who weighs how much, what all is worth."""

from decimal import Decimal
from typing import TypeVar

from msgspec.structs import replace

from kistui.models.arithmetic import percent_of, sum_or_none
from kistui.models.balance import Balance, Holding
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.overseas import OverseasBalance, OverseasHolding

AnyHolding = Holding | OverseasHolding
AnyHoldingT = TypeVar("AnyHoldingT", Holding, OverseasHolding)


def latest_overseas(balance: Balance) -> OverseasBalance | None:
    """The newest there is of what is held abroad."""
    good = last_loaded(balance.overseas)
    return good.value if good else None


def all_holdings(balance: Balance) -> tuple[AnyHolding, ...]:
    """Every holding, those at home first."""
    abroad = latest_overseas(balance)
    return (*balance.holdings, *(abroad.holdings if abroad else ()))


def with_overseas(balance: Balance, overseas: LoadState[OverseasBalance]) -> Balance:
    """The balance with what is held abroad; each holding's weight is its part of all."""
    good = last_loaded(overseas)
    had = latest_overseas(balance)
    if (good is None or not good.value.holdings) and (had is None or not had.holdings):
        return replace(balance, overseas=overseas)
    total = (
        _holdings_valuation(balance, good.value if good else None) if balance.is_complete else None
    )
    if good is None:
        at_home = tuple(_with_weight(each, total) for each in balance.holdings)
        return replace(balance, holdings=at_home, overseas=overseas)
    foreign = tuple(_with_weight(each, total) for each in good.value.holdings)
    weighed = Loaded(replace(good.value, holdings=foreign), good.loaded_at)
    return replace(
        balance,
        holdings=tuple(_with_weight(each, total) for each in balance.holdings),
        overseas=_replace_loaded(overseas, weighed),
    )


def holdings_valuation(balance: Balance) -> int | None:
    """Won that all holdings are worth."""
    return _holdings_valuation(balance, latest_overseas(balance))


def _holdings_valuation(balance: Balance, abroad: OverseasBalance | None) -> int | None:
    at_home = sum_or_none(each.valuation for each in balance.open_holdings)
    if abroad is None or not abroad.open_holdings:
        return at_home
    return sum_or_none((at_home, abroad.valuation_won))


def overseas_missing(balance: Balance) -> bool:
    """Whether what is held abroad could not be read, now or ever before."""
    return isinstance(balance.overseas, Failed) and balance.overseas.previous is None


def without_pending(balance: Balance) -> Balance:
    """The balance with nothing under way: what was being read abroad is what it was before."""
    match balance.overseas:
        case Loading(last):
            return replace(balance, overseas=last or NotLoaded())
        case _:
            return balance


def total_value(balance: Balance) -> int | None:
    """Won in all: KIS's total at home, with shares and cash abroad as far as they are read."""
    at_home, abroad = balance.priced_summary.total_value, latest_overseas(balance)
    if abroad is None or abroad.is_empty:
        return at_home
    return sum_or_none((at_home, abroad.total_value_won))


def purchase_amount(balance: Balance) -> int | None:
    """Won paid for all that is held; abroad at today's rates."""
    return _domestic_plus_overseas(balance, balance.priced_summary.purchase_amount, "purchase_won")


def profit_loss(balance: Balance) -> int | None:
    """Won gained or lost on all that is held; abroad at today's rates."""
    return _domestic_plus_overseas(balance, balance.priced_summary.profit_loss, "profit_loss_won")


def profit_rate(balance: Balance) -> Decimal | None:
    """Profit and loss over what was paid, in percent."""
    return percent_of(profit_loss(balance), purchase_amount(balance))


def _domestic_plus_overseas(balance: Balance, at_home: int | None, name: str) -> int | None:
    abroad = latest_overseas(balance)
    if abroad is None or not abroad.open_holdings:
        return at_home
    return sum_or_none((at_home, getattr(abroad, name)))


def _with_weight(position: AnyHoldingT, total: int | None) -> AnyHoldingT:
    return replace(position, weight=percent_of(position.valuation_won, total))


def _replace_loaded(
    remote: LoadState[OverseasBalance], good: Loaded[OverseasBalance]
) -> LoadState[OverseasBalance]:
    match remote:
        case Loading():
            return Loading(good)
        case Failed(error, at):
            return Failed(error, at, good)
        case _:
            return good
