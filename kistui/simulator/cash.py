"""The cash of an account in won and in foreign currencies: one source for all TRs that show it."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from kistui.simulator.options import GENERAL, KST
from kistui.simulator.portfolios import Portfolio
from kistui.simulator.service import AccountContext
from kistui.simulator.trade_times import BUY
from kistui.simulator.valuation import TradeCash, trade_cash

CREDIT_NUMERATOR, CREDIT_DENOMINATOR = 5, 2
"""The multiple of the buying power that 미수 (unsettled credit) allows: a margin of 40 %."""


def withdrawable_won(portfolio: Portfolio) -> int:
    """Return the deposit less unsettled purchases and costs; unsettled sales do not count yet."""
    return _withdrawable(trade_cash(portfolio))


def _withdrawable(cash: TradeCash) -> int:
    bought = cash.bought_yesterday + cash.bought_today
    return max(cash.deposit - bought - cash.costs_yesterday - cash.costs_today, 0)


class OrderableWon(NamedTuple):
    """The buying power for domestic shares in won: the D+2 deposit less open purchase orders."""

    cash: TradeCash
    open_purchases: int
    has_credit: bool

    @property
    def orderable(self) -> int:
        """The buying power without 미수."""
        return max(self.cash.deposit_d2 - self.open_purchases, 0)

    @property
    def reusable(self) -> int:
        """The part of the buying power that comes from unsettled sales."""
        return min(self.orderable, self.cash.sold_yesterday + self.cash.sold_today)

    @property
    def with_credit(self) -> int:
        """The buying power with 미수."""
        if not self.has_credit:
            return self.orderable
        return self.orderable * CREDIT_NUMERATOR // CREDIT_DENOMINATOR


def orderable_won(context: AccountContext, instant: datetime) -> OrderableWon:
    """Return the buying power of an account at an instant."""
    local = instant.astimezone(KST)
    orders = context.domestic_ledger(local).orders
    open_purchases = sum(
        order.remaining * order.price
        for order in orders
        if order.day == local.date() and order.side == BUY
    )
    return OrderableWon(
        trade_cash(context.portfolio.portfolio_at(local)),
        open_purchases,
        context.account.account_type == GENERAL,
    )


class ForeignCash(NamedTuple):
    """The cash in a currency; today's trades are not settled, and open orders reserve `margin`."""

    deposit: Decimal
    bought: Decimal
    sold: Decimal
    margin: Decimal = Decimal(0)

    @property
    def withdrawable(self) -> Decimal:
        """The amount that can be withdrawn today."""
        return max(self.deposit - self.bought, Decimal(0))

    @property
    def withdrawable_next_day(self) -> Decimal:
        """The amount that can be withdrawn on the next day."""
        return max(self.deposit - self.bought + self.sold, Decimal(0))

    @property
    def orderable(self) -> Decimal:
        """The buying power."""
        return max(self.withdrawable_next_day - self.margin, Decimal(0))


def foreign_cash(context: AccountContext, currency_code: str) -> ForeignCash:
    """Return the cash of a currency, without the margin of open orders."""
    positions = [
        position
        for position in context.overseas.positions
        if position.instrument.currency.code == currency_code
    ]
    return ForeignCash(
        context.overseas.cash_by_currency.get(currency_code, Decimal(0)),
        sum((position.bought_today.amount for position in positions), Decimal(0)),
        sum((position.sold_today.amount for position in positions), Decimal(0)),
    )


def foreign_cash_with_margin(context: AccountContext, currency_code: str) -> ForeignCash:
    """Return the cash of a currency with the margin that open purchases reserve."""
    margin = sum(
        (
            order.remaining * order.price
            for order in context.overseas_ledger().orders
            if order.side == BUY and order.item.currency.code == currency_code
        ),
        Decimal(0),
    )
    return foreign_cash(context, currency_code)._replace(margin=margin)
