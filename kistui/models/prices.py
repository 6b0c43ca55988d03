"""Prices by trading day: of an item, in its currency, or of a market index, in points.

KIS documents: 국내주식기간별시세[v1_국내주식-016], 해외주식 기간별시세[v1_해외주식-010],
국내주식업종기간별시세[v1_국내주식-021], 해외주식 종목/지수/환율기간별시세[v1_해외주식-012].
"""

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from kistui.models import kis_fields as kis
from kistui.models.arithmetic import percent_of
from kistui.models.load_state import Loaded
from kistui.models.market_hours import is_weekday
from kistui.models.overseas import OverseasHolding
from kistui.models.periods import DateRange
from kistui.models.totals import AnyHolding


class PriceBar(Struct, frozen=True, kw_only=True):
    """The prices of a trading day, adjusted for splits and the like; `None` is unknown."""

    day: dt.date
    open: kis.Price = None
    high: kis.Price = None
    low: kis.Price = None
    close: kis.Price = None
    volume: kis.Quantity = None


class DailyPrices(Struct, frozen=True, kw_only=True):
    """Prices by trading day, oldest first; days without trading have no bar."""

    bars: tuple[PriceBar, ...] = ()
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted; those values are `None`."""


class DomesticItem(Struct, frozen=True):
    """A domestic item by its code in the balance."""

    code: str


class OverseasItem(Struct, frozen=True):
    """An overseas item by its symbol; the exchange is a value of `QUOTE_EXCHANGES`."""

    quote_exchange: str
    symbol: str


QuotedItem = DomesticItem | OverseasItem
"""An item that KIS has prices of."""


class MarketIndex(Enum):
    """An index to compare with; its value is what users type."""

    KOSPI = "kospi"
    KOSDAQ = "kosdaq"
    SP500 = "sp500"


class Benchmark(Struct, frozen=True):
    """An index to compare with, and its daily prices."""

    index: MarketIndex
    prices: DailyPrices

    def closes(self, days: Sequence[dt.date]) -> tuple[Decimal | None, ...]:
        """Return the last close known on each day in Korea.

        In New York the session of a date ends when the next has begun in Korea.
        """
        lag = dt.timedelta(days=1 if self.index is MarketIndex.SP500 else 0)
        bars = [bar for bar in self.prices.bars if bar.close is not None]
        known_on = [bar.day + lag for bar in bars]
        counts = (bisect_right(known_on, day) for day in days)
        return tuple(bars[count - 1].close if count else None for count in counts)

    def change_rates(self, days: Sequence[dt.date]) -> dict[dt.date, Decimal | None]:
        """Return the change of the index in percent from each day to the next of `days`."""
        closes = self.closes(days)
        return {
            day: percent_of(later - earlier, earlier) if earlier and later else None
            for day, (earlier, later) in zip(days[1:], pairwise(closes), strict=True)
        }

    def closed_days(self, first: dt.date, last: dt.date) -> frozenset[dt.date]:
        """Return the weekdays without trading; none for an index of another country."""
        traded = {bar.day for bar in self.prices.bars}
        if self.index is MarketIndex.SP500 or not traded:
            return frozenset()
        days = DateRange(first, min(last, max(traded))).dates()
        return frozenset(day for day in days if day not in traded)


class ExchangeHours(NamedTuple):
    """The clock of an exchange in winter, as hours before UTC, and when it opens and closes."""

    utc_offset: int
    opens_at: dt.time
    closes_at: dt.time

    def local(self, instant: dt.datetime) -> dt.datetime:
        """Return an aware instant by the exchange's clock."""
        return instant.astimezone(dt.timezone(dt.timedelta(hours=self.utc_offset)))


KRX_HOURS = ExchangeHours(9, dt.time(9), dt.time(15, 30))
_US_HOURS = ExchangeHours(-5, dt.time(9, 30), dt.time(16))
_CHINA_HOURS = ExchangeHours(8, dt.time(9, 30), dt.time(15))
_HONG_KONG_HOURS = ExchangeHours(8, dt.time(9, 30), dt.time(16))
_VIETNAM_HOURS = ExchangeHours(7, dt.time(9), dt.time(15))
OVERSEAS_HOURS: Mapping[str, ExchangeHours] = {
    "NAS": _US_HOURS, "NYS": _US_HOURS, "AMS": _US_HOURS, "HKS": _HONG_KONG_HOURS,
    "SHS": _CHINA_HOURS, "SZS": _CHINA_HOURS, "TSE": ExchangeHours(9, dt.time(9), dt.time(15, 30)),
    "HNX": _VIETNAM_HOURS, "HSX": _VIETNAM_HOURS,
}  # fmt: skip
"""By the exchange code in price requests; summer time makes an hour's difference at most."""

PriceSubject = QuotedItem | MarketIndex
"""Anything that has daily prices."""

QUOTE_EXCHANGES: Mapping[str, str] = {
    "NASD": "NAS", "NAS": "NAS", "NYSE": "NYS", "AMEX": "AMS", "SEHK": "HKS", "SHAA": "SHS",
    "SZAA": "SZS", "TKSE": "TSE", "HASE": "HNX", "VNSE": "HSX",
}  # fmt: skip
"""KIS's exchange codes in price requests, by those in balances."""

_LISTED_CODE = re.compile(r"[0-9A-Z]{6}|Q[0-9]{6}")
"""A code at KRX; funds of a pension have longer codes."""


def quoted_item(holding: AnyHolding) -> QuotedItem | None:
    """Return the item of a holding, or `None` if KIS has no daily prices of it."""
    code = holding.code or ""
    if isinstance(holding, OverseasHolding):
        exchange = QUOTE_EXCHANGES.get(holding.exchange or "")
        return OverseasItem(exchange, code) if exchange and code else None
    return DomesticItem(code) if _LISTED_CODE.fullmatch(code) else None


def hours_of(item: QuotedItem) -> ExchangeHours:
    """Return the clock of the exchange on which an item is traded."""
    return OVERSEAS_HOURS[item.quote_exchange] if isinstance(item, OverseasItem) else KRX_HOURS


def is_exchange_open(item: OverseasItem, now: dt.datetime) -> bool:
    """Return whether an overseas item may be traded; foreign holidays are not known.

    Begins an hour early for summer time and ends half an hour late for delayed prices.
    """
    hours = hours_of(item)
    local = hours.local(now)
    opens, closes = (
        dt.datetime.combine(local.date(), clock, local.tzinfo)
        for clock in (hours.opens_at, hours.closes_at)
    )
    is_in_hours = opens - dt.timedelta(hours=1) <= local < closes + dt.timedelta(minutes=30)
    return is_in_hours and is_weekday(local.date())


def are_fresh(item: QuotedItem, loaded_at: dt.datetime, now: dt.datetime) -> bool:
    """Return whether prices are from the exchange's present day, and not from before it opened."""
    hours = hours_of(item)
    before, present = hours.local(loaded_at), hours.local(now)
    opened_since = before.time() < hours.opens_at <= present.time()
    return before.date() == present.date() and not opened_since


def are_current(item: QuotedItem, prices: Loaded[DailyPrices]) -> bool:
    """Return whether no weekday of the exchange lies between the last bar and the time of loading.

    Then a price in the balance is of the last bar's day.
    """
    bars = prices.value.bars
    if not bars:
        return False
    today = hours_of(item).local(prices.loaded_at).date()
    later_days = (today - bars[-1].day).days
    return later_days <= 2 and not any(
        is_weekday(today - dt.timedelta(days=number)) for number in range(later_days)
    )
