"""An account's holdings at home and abroad as one: who weighs how much, what all is worth."""

from decimal import Decimal
from typing import TypeVar

from kistui.model.balance import Balance, Holding
from kistui.model.overseas import ForeignHolding, Overseas
from kistui.model.record import replace
from kistui.model.remote import Failed, Loading, Ready, Remote, Unknown, last_good
from kistui.model.sums import rate, total_of

Position = Holding | ForeignHolding
P = TypeVar("P", Holding, ForeignHolding)


def overseas_of(balance: Balance) -> Overseas | None:
    """The newest there is of what is held abroad."""
    good = last_good(balance.abroad)
    return good.value if good else None


def positions(balance: Balance) -> tuple[Position, ...]:
    """Every holding, those at home first."""
    abroad = overseas_of(balance)
    return (*balance.holdings, *(abroad.holdings if abroad else ()))


def with_abroad(balance: Balance, abroad: Remote[Overseas]) -> Balance:
    """The balance with what is held abroad; each holding's weight is its part of all."""
    good = last_good(abroad)
    had = overseas_of(balance)
    if (good is None or not good.value.holdings) and (had is None or not had.holdings):
        return replace(balance, abroad=abroad)
    total = _worth(balance, good.value if good else None) if balance.is_complete else None
    if good is None:
        at_home = tuple(_weighed(each, total) for each in balance.holdings)
        return replace(balance, holdings=at_home, abroad=abroad)
    foreign = tuple(_weighed(each, total) for each in good.value.holdings)
    weighed = Ready(replace(good.value, holdings=foreign), good.at)
    return replace(
        balance,
        holdings=tuple(_weighed(each, total) for each in balance.holdings),
        abroad=_with_good(abroad, weighed),
    )


def worth(balance: Balance) -> int | None:
    """Won that all holdings are worth."""
    return _worth(balance, overseas_of(balance))


def _worth(balance: Balance, abroad: Overseas | None) -> int | None:
    at_home = total_of(each.valuation for each in balance.held)
    if abroad is None or not abroad.held:
        return at_home
    return total_of((at_home, abroad.valuation_won))


def lacks_abroad(balance: Balance) -> bool:
    """Whether what is held abroad could not be read, now or ever before."""
    return isinstance(balance.abroad, Failed) and balance.abroad.last is None


def settled(balance: Balance) -> Balance:
    """The balance with nothing under way: what was being read abroad is what it was before."""
    match balance.abroad:
        case Loading(last):
            return replace(balance, abroad=last or Unknown())
        case _:
            return balance


def total_value(balance: Balance) -> int | None:
    """Won in all: KIS's total at home, with shares and cash abroad as far as they are read."""
    at_home, abroad = balance.priced_summary.total_value, overseas_of(balance)
    if abroad is None or abroad.is_empty:
        return at_home
    return total_of((at_home, abroad.value_won))


def purchase_amount(balance: Balance) -> int | None:
    """Won paid for all that is held; abroad at today's rates."""
    return _both(balance, balance.priced_summary.purchase_amount, "purchase_won")


def profit_loss(balance: Balance) -> int | None:
    """Won gained or lost on all that is held; abroad at today's rates."""
    return _both(balance, balance.priced_summary.profit_loss, "profit_loss_won")


def profit_rate(balance: Balance) -> Decimal | None:
    """Profit and loss over what was paid, in percent."""
    return rate(profit_loss(balance), purchase_amount(balance))


def _both(balance: Balance, at_home: int | None, name: str) -> int | None:
    abroad = overseas_of(balance)
    if abroad is None or not abroad.held:
        return at_home
    return total_of((at_home, getattr(abroad, name)))


def _weighed(position: P, total: int | None) -> P:
    return replace(position, weight=rate(position.valuation_won, total))


def _with_good(remote: Remote[Overseas], good: Ready[Overseas]) -> Remote[Overseas]:
    match remote:
        case Loading():
            return Loading(good)
        case Failed(error, at):
            return Failed(error, at, good)
        case _:
            return good
