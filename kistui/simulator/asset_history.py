"""What an account was worth on past trading days, as a client would have recorded it.

KIS has no call for this. The positions before today's trades are valued at the closes that the
daily prices have, so that the last day's total is yesterday's total in the balance, to the won.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import NamedTuple

from kistui.simulator.options import KST
from kistui.simulator.overseas import (
    CURRENCIES,
    OverseasPortfolio,
    OverseasPosition,
    exchange_rates,
    to_won,
)
from kistui.simulator.portfolios import Portfolio
from kistui.simulator.price_history import domestic_history, overseas_history
from kistui.simulator.service import AccountContext
from kistui.simulator.trading_days import KRX, KRX_CALENDAR, US
from kistui.simulator.valuation import trade_cash

TRADING_DAYS = 60
UNRECORDED = frozenset({9, 33, 34})
"""Trading days without a record, counted back from the last."""
DEPOSITS = {21: (5_000_000, "추가 입금"), 46: (-1_500_000, "생활비")}
"""Amounts in won and their notes, by trading days counted back from the last."""
MAX_POSITIONS = 100
"""Larger accounts have no history: it would take seconds to compute."""
RECORDED_AT = time(15, 50)


class AssetDay(NamedTuple):
    """An account's figures at the close of a trading day, in won; rates are for one unit."""

    day: date
    taken_at: datetime
    total: int
    securities: int
    overseas: int
    profit_loss: int
    purchase_amount: int
    exchange_rates: dict[str, Decimal]


class Deposit(NamedTuple):
    """A deposit, or a withdrawal if negative, in won."""

    day: date
    amount: int
    note: str


def asset_history(
    context: AccountContext,
) -> tuple[tuple[AssetDay, ...], tuple[Deposit, ...]]:
    """Return the recorded days before the last trading day, oldest first, and the deposits."""
    portfolio, seed = context.portfolio.portfolio, context.options.seed
    overseas = context.session_overseas
    if len(portfolio.positions) + len(overseas.positions) > MAX_POSITIONS:
        return (), ()
    last = KRX_CALENDAR.before(KRX.session_day(context.clock()))
    days = list(islice(KRX_CALENDAR.newest_first(date.min, last), TRADING_DAYS))
    recorded = []
    later_deposits = 0
    for number, day in enumerate(days):
        if number not in UNRECORDED:
            recorded.append(_asset_day(portfolio, overseas, seed, day, later_deposits))
        later_deposits += DEPOSITS.get(number, (0, ""))[0]
    deposits = tuple(Deposit(days[number], *DEPOSITS[number]) for number in DEPOSITS)
    return tuple(reversed(recorded)), tuple(reversed(deposits))


def _asset_day(
    portfolio: Portfolio, overseas: OverseasPortfolio, seed: int, day: date, later_deposits: int
) -> AssetDay:
    closes = {
        position.instrument.code: int(domestic_history(position.instrument, seed).close(day))
        for position in portfolio.positions
    }
    valuation = sum(
        closes[position.instrument.code] * position.quantity_yesterday
        for position in portfolio.positions
    )
    cost = sum(
        position.purchase_amount - position.bought_today.amount + position.sold_today.amount
        for position in portfolio.positions
    )
    rates = exchange_rates(seed, day)
    overseas_valuation = sum(
        _to_won(position, position.quantity_yesterday * _overseas_close(position, seed, day), rates)
        for position in overseas.positions
    )
    overseas_cost = sum(
        _to_won(position, _cost_before_today(position), rates) for position in overseas.positions
    )
    foreign_cash = sum(
        _round(to_won(amount, CURRENCIES[code], rates[code]))
        for code, amount in overseas.cash_by_currency.items()
    )
    cash = trade_cash(portfolio).deposit_before_today - later_deposits
    overseas_total = overseas_valuation + foreign_cash
    has_overseas = bool(overseas.positions or overseas.cash_by_currency)
    return AssetDay(
        day=day,
        taken_at=datetime.combine(day, RECORDED_AT, KST),
        total=valuation + cash + overseas_total,
        securities=valuation + overseas_valuation,
        overseas=overseas_total,
        profit_loss=valuation - cost + overseas_valuation - overseas_cost,
        purchase_amount=cost + overseas_cost,
        exchange_rates={code: rates[code] / currency.unit for code, currency in CURRENCIES.items()}
        if has_overseas
        else {},
    )


def _cost_before_today(position: OverseasPosition) -> Decimal:
    return position.purchase_amount - position.bought_today.amount + position.sold_today.amount


def _overseas_close(position: OverseasPosition, seed: int, day: date) -> Decimal:
    """Return the last close known when KRX closes; in America that of the day before."""
    history = overseas_history(position.instrument, seed)
    calendar = history.market.calendar
    if history.market is US:
        return history.close(calendar.before(day))
    return history.close(calendar.on_or_before(day))


def _to_won(position: OverseasPosition, amount: Decimal, rates: dict[str, Decimal]) -> int:
    currency = position.instrument.currency
    return _round(to_won(amount, currency, rates[currency.code]))


def _round(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
