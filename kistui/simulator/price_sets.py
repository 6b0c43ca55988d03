"""The three prices of a domestic item (`AFHR_FLPR_YN`): KRX's, NXT's, and the last of both.

KRX's price stands still outside its regular session. NXT trades from 8 to 20 o'clock, but no ETF or
ETN and not every share; KRX has an after-market without ETF and ETN until 20 o'clock too.
"""

from datetime import datetime, time

from kistui.simulator.instruments import (
    Instrument,
    deterministic_random,
    is_etf_name,
    tick_size,
)
from kistui.simulator.options import KST
from kistui.simulator.price_history import domestic_history
from kistui.simulator.trading_days import KRX

REGULAR, NXT, INTEGRATED = "N", "X", "Y"
"""Values of `AFHR_FLPR_YN`."""
LONG_HOURS = KRX._replace(opens=time(8), closes=time(20))
NXT_SHARE = 70
"""Percent of the shares that NXT lists."""


def quote(item: Instrument, seed: int, seconds: int, price_set: str = REGULAR) -> int:
    """Return an item's price in won in a price set at an epoch second."""
    history = domestic_history(item, seed)
    if price_set == REGULAR or is_etp(item) or (price_set == NXT and not is_on_nxt(item, seed)):
        return int(history.price(seconds))
    instant = datetime.fromtimestamp(seconds, KST)
    last_trade = min(instant, LONG_HOURS.closing(LONG_HOURS.session_day(instant)))
    traded = int(last_trade.timestamp())
    price = int(
        history.after_hours_price(traded) if KRX.is_closed(last_trade) else history.price(traded)
    )
    is_spread = price_set == NXT and traded % 2
    return price + tick_size(price) if is_spread else price


def is_etp(item: Instrument) -> bool:
    """Return whether an item is an ETF or an ETN."""
    return item.code.startswith("Q") or is_etf_name(item.name)


def is_on_nxt(item: Instrument, seed: int) -> bool:
    """Return whether NXT lists a share."""
    return deterministic_random(100, seed, item.code, "nxt") < NXT_SHARE
