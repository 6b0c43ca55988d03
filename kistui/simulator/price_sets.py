"""The three prices of a domestic item (`AFHR_FLPR_YN`): KRX's, NXT's, and the last of both.

KRX's price stands still outside its regular session. NXT trades from 8 to 20 o'clock, but no ETF or
ETN and not every share; KRX has an after-market without ETF and ETN until 20 o'clock too.
"""

from datetime import datetime, time
from typing import NamedTuple

from kistui.simulator.instruments import (
    Instrument,
    deterministic_random,
    is_etf_name,
    price_at,
    tick_size,
)
from kistui.simulator.options import KST
from kistui.simulator.trading_days import KRX_CALENDAR

KRX, NXT, INTEGRATED = "N", "X", "Y"
"""Values of `AFHR_FLPR_YN`."""
REGULAR_HOURS = time(9), time(15, 30)
LONG_HOURS = time(8), time(20)
NXT_SHARE = 70
"""Percent of the shares that NXT lists."""


class TradedSeconds(NamedTuple):
    """The epoch seconds of the last trades at an instant; `None` before the day's first one."""

    regular: int | None
    long: int | None


def traded_seconds(seconds: int) -> TradedSeconds:
    """Return when items last traded in KRX's regular session, and from 8 to 20 o'clock."""
    return TradedSeconds(_last_trade(seconds, REGULAR_HOURS), _last_trade(seconds, LONG_HOURS))


def quote(item: Instrument, seed: int, traded: TradedSeconds, price_set: str = KRX) -> int:
    """Return an item's price in won in a price set; `item` has the day's previous close."""
    if price_set == KRX or is_etp(item) or (price_set == NXT and not is_on_nxt(item, seed)):
        return (
            item.previous_close if traded.regular is None else price_at(item, seed, traded.regular)
        )
    if traded.long is None:
        return item.previous_close
    price = price_at(item, seed, traded.long)
    is_spread = price_set == NXT and traded.long % 2
    return price + tick_size(price) if is_spread else price


def is_etp(item: Instrument) -> bool:
    """Return whether an item is an ETF or an ETN."""
    return item.code.startswith("Q") or is_etf_name(item.name)


def is_on_nxt(item: Instrument, seed: int) -> bool:
    """Return whether NXT lists a share."""
    return deterministic_random(100, seed, item.code, "nxt") < NXT_SHARE


def _last_trade(seconds: int, hours: tuple[time, time]) -> int | None:
    instant = datetime.fromtimestamp(seconds, KST)
    day = KRX_CALENDAR.on_or_before(instant.date())
    opens, closes = (datetime.combine(day, clock, KST) for clock in hours)
    return None if instant < opens else min(seconds, int(closes.timestamp()))
