"""The domestic portfolio of an account, without prices."""

from typing import NamedTuple

from kistui.simulator.instruments import Instrument


class Trade(NamedTuple):
    """Shares traded at a price in won."""

    quantity: int = 0
    price: int = 0

    @property
    def amount(self) -> int:
        """Return the amount in won."""
        return self.quantity * self.price


class Loan(NamedTuple):
    """A margin loan in won; its age and its term are in days."""

    amount: int
    days_ago: int
    loan_type: str = "자기융자"
    term_days: int = 90


NO_TRADE = Trade()


class Position(NamedTuple):
    """One row: shares held after the trades of today and yesterday, and their cost in won."""

    instrument: Instrument
    quantity: int
    purchase_amount: int
    bought_yesterday: Trade = NO_TRADE
    sold_yesterday: Trade = NO_TRADE
    bought_today: Trade = NO_TRADE
    sold_today: Trade = NO_TRADE
    loan: Loan | None = None

    @property
    def quantity_yesterday(self) -> int:
        """Return the number of shares held at yesterday's close."""
        return self.quantity - self.bought_today.quantity + self.sold_today.quantity


class Portfolio(NamedTuple):
    """An account's positions, and its cash today (D+0) in won."""

    positions: tuple[Position, ...]
    deposit: int


def trading_costs(bought: int, sold: int) -> int:
    """Return fees of 0.014 % on both sides and a tax of 0.15 % on sales, in whole won."""
    return (bought + sold) * 14 // 100_000 + sold * 15 // 10_000
