"""When the trades of the last session happen, and what an account holds before and after them.

A portfolio declares a session's trades as today's. They happen in the first minutes after the
opening. From the next midnight until KRX opens again, which may be after a weekend, they are
yesterday's and there are none today. Orders, balance and cash all follow this.
"""

from datetime import date, datetime, time, timedelta

from kistui.simulator.instruments import deterministic_random
from kistui.simulator.options import KST
from kistui.simulator.overseas import (
    NO_OVERSEAS_FILL,
    OverseasInstrument,
    OverseasPortfolio,
    OverseasPosition,
)
from kistui.simulator.portfolios import NO_TRADE, Portfolio, Position, Trade
from kistui.simulator.trading_days import KRX, MARKETS_BY_CURRENCY, MarketHours, has_opened_today

SELL, BUY = "01", "02"
EARLY_SECONDS = 25 * 60
"""Seconds after an opening in which the trades of its session happen."""
FIRST_PART_TIME, SECOND_PART_TIME = "091807", "092602"
"""Times of a purchase in two parts."""
FILLING_TIME = "090012"
TWO_PARTS_QUANTITY = 4
"""The fewest shares that are bought in two parts."""


def early_time(market: MarketHours, day: date, code: str, side: str) -> time:
    """Return the local time of a trade of the newest session."""
    seconds = deterministic_random(EARLY_SECONDS, "early", code, side)
    return (market.opening(day) + timedelta(seconds=seconds)).time()


def purchase_parts(index: int, position: Position, day: date) -> list[tuple[str, int]]:
    """Return times and quantities of a session's purchase; every second purchase has two parts."""
    quantity = position.bought_today.quantity
    if position.ordered_today:
        return [(FILLING_TIME, quantity)]
    if quantity >= TWO_PARTS_QUANTITY and index % 2 == 0:
        first = quantity * 2 // 5
        return [(FIRST_PART_TIME, first), (SECOND_PART_TIME, quantity - first)]
    return [(early_time_text(day, position.instrument.code, BUY), quantity)] if quantity else []


def early_time_text(day: date, code: str, side: str) -> str:
    """Return the time of a domestic trade of the newest session as HHMMSS."""
    return f"{early_time(KRX, day, code, side):%H%M%S}"


def portfolio_at(portfolio: Portfolio, instant: datetime) -> Portfolio:
    """Return a portfolio at an instant, from what it is at the end of the newest session."""
    if has_opened_today(instant):
        clock_time = f"{instant.astimezone(KST):%H%M%S}"
        positions = tuple(
            _without_later_trades(index, position, instant.astimezone(KST).date(), clock_time)
            for index, position in enumerate(portfolio.positions)
        )
        return portfolio._replace(positions=positions)
    positions = tuple(
        position._replace(
            bought_yesterday=position.bought_today,
            sold_yesterday=position.sold_today,
            bought_today=NO_TRADE,
            sold_today=NO_TRADE,
            ordered_today=0,
        )
        for position in portfolio.positions
    )
    older = portfolio.cash_of_yesterday
    if KRX.calendar.is_open(instant.astimezone(KST).date()):
        return portfolio._replace(positions=positions, deposit=portfolio.deposit + older)
    return portfolio._replace(positions=positions, settles_next_day=older)


def _without_later_trades(index: int, position: Position, day: date, clock_time: str) -> Position:
    bought, sold = position.bought_today, position.sold_today
    quantity_bought = sum(
        quantity
        for part_time, quantity in purchase_parts(index, position, day)
        if part_time <= clock_time
    )
    if quantity_bought < bought.quantity:
        later = bought.quantity - quantity_bought
        position = position._replace(
            quantity=position.quantity - later,
            purchase_amount=position.purchase_amount - later * bought.price,
            bought_today=Trade(quantity_bought, bought.price) if quantity_bought else NO_TRADE,
        )
    if sold.quantity and clock_time < early_time_text(day, position.instrument.code, SELL):
        position = position._replace(
            quantity=position.quantity + sold.quantity,
            purchase_amount=position.purchase_amount + position.cost_of(sold),
            sold_today=NO_TRADE,
        )
    return position


def overseas_portfolio_at(portfolio: OverseasPortfolio, instant: datetime) -> OverseasPortfolio:
    """Return an overseas portfolio at an instant, without trades that have not happened yet.

    The trades of a session are those of today until the exchange opens again.
    """
    return OverseasPortfolio(
        tuple(_overseas_position_at(position, instant) for position in portfolio.positions),
        portfolio.cash_by_currency,
    )


def _overseas_position_at(position: OverseasPosition, instant: datetime) -> OverseasPosition:
    bought, sold = position.bought_today, position.sold_today
    if bought.quantity and not _has_happened(position.instrument, BUY, instant):
        position = position._replace(
            quantity=position.quantity - bought.quantity,
            purchase_amount=position.purchase_amount - bought.amount,
            bought_today=NO_OVERSEAS_FILL,
        )
    if sold.quantity and not _has_happened(position.instrument, SELL, instant):
        position = position._replace(
            quantity=position.quantity + sold.quantity,
            purchase_amount=position.purchase_amount + position.cost_of_sale,
            sold_today=NO_OVERSEAS_FILL,
        )
    return position


def _has_happened(item: OverseasInstrument, side: str, instant: datetime) -> bool:
    market = MARKETS_BY_CURRENCY[item.currency.code]
    day = market.session_day(instant)
    traded_at = early_time(market, day, item.code, side)
    return datetime.combine(day, traded_at, market.zone(day)) <= instant
