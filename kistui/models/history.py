"""Asset history: an account's totals, one record per business day, and noted deposits.

A business day is a Korean date. Figures taken before its first market opens, or on a day without
trading, are those of the business day before.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import Enum
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from kistui.clock import KST
from kistui.models.arithmetic import percent_of, round_half_up, sum_or_none
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.models.market_hours import (
    FINAL_AFTER,
    FIRST_OPENING,
    KRX_REGULAR,
    AfterHoursPrice,
    is_trading_day,
)
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import Scope, ScopedAmount, compute_headline

_PRICES_FINAL_AT = (datetime.combine(date.min, KRX_REGULAR.closes) + FINAL_AFTER).time()
_PRECISION = 40
MAX_WON = 10**18
MAX_RATE = 10**9
"""Greater figures are mistakes, and are not recorded."""
_CURRENCY_PATTERN = re.compile("[A-Z]{3}")


class DayRecord(Struct, frozen=True, kw_only=True):
    """An account's figures of a business day, in won; `None` for what is not known."""

    day: date
    total_value: int
    """Domestic and overseas shares, and cash of all currencies."""
    securities: int | None = None
    cash: int | None = None
    overseas: int | None = None
    """The overseas part of `total_value`: shares and foreign cash."""
    profit_loss: int | None = None
    purchase_amount: int | None = None
    exchange_rates: tuple[tuple[str, Decimal], ...] = ()
    """Won for one unit of each currency, sorted by currency."""
    taken_at: datetime | None = None
    """When KIS answered; `None` for a day that was imported without it."""
    is_closing: bool = False
    """Whether the figures have the day's closing prices."""
    covers_overseas: bool = True
    """Whether the overseas balance was asked for; a pension has none."""

    @property
    def profit_rate(self) -> Decimal | None:
        """Profit and loss in percent of the purchase amount."""
        return percent_of(self.profit_loss, self.purchase_amount)

    def supersedes(self, other: "DayRecord") -> bool:
        """Return whether it replaces another record of its day.

        Closing prices replace earlier prices, and later figures earlier figures, unless they are
        equal.
        """
        is_equal = replace(self, taken_at=other.taken_at) == other
        return not is_equal and self.rank >= other.rank

    @property
    def rank(self) -> tuple[bool, float]:
        """The sort key that decides between two records of a day."""
        return self.is_closing, self.taken_at.timestamp() if self.taken_at else 0.0


class CashFlow(Struct, frozen=True, order=True):
    """A deposit (positive) or withdrawal (negative) in won, as noted by the user."""

    day: date
    amount: int
    note: str = ""


MIN_TREND_DAYS = 2


class AssetHistory(Struct, frozen=True):
    """The records of an account by day, and its noted deposits and withdrawals by day."""

    days: tuple[DayRecord, ...] = ()
    cash_flows: tuple[CashFlow, ...] = ()

    @property
    def has_trend(self) -> bool:
        """Whether there are days enough to draw a line."""
        return len(self.days) >= MIN_TREND_DAYS

    def between(self, first: date | None, last: date | None) -> "AssetHistory":
        """Return the part from `first` to `last`, both included; `None` for no limit."""
        first, last = first or date.min, last or date.max
        return AssetHistory(
            tuple(record for record in self.days if first <= record.day <= last),
            tuple(flow for flow in self.cash_flows if first <= flow.day <= last),
        )

    def has_cash_flow(self, after: date, until: date) -> bool:
        """Return whether a deposit or withdrawal was noted later than `after` and up to `until`."""
        return any(after < flow.day <= until for flow in self.cash_flows)

    def get(self, day: date) -> DayRecord | None:
        """Return the record of a day."""
        return next((record for record in self.days if record.day == day), None)


class HistoryPeriod(Enum):
    """How far back a series goes; its value is its name in texts and keys."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"

    def first_day(self, last: date) -> date | None:
        """Return the first day of the period that ends on `last`; `None` for all."""
        days = _PERIOD_DAYS.get(self)
        return None if days is None else last - timedelta(days=days)


_PERIOD_DAYS = {
    HistoryPeriod.WEEK: 7,
    HistoryPeriod.MONTH: 30,
    HistoryPeriod.QUARTER: 91,
    HistoryPeriod.YEAR: 365,
}


class Change(Struct, frozen=True):
    """The change between two records: an amount in won, and percent of the earlier total."""

    since: date
    amount: int
    rate: Decimal | None


def business_day(instant: datetime, holidays: Collection[date] = ()) -> date:
    """Return the Korean business day whose prices an answer at an aware `instant` has."""
    local = instant.astimezone(KST)
    day = local.date()
    if local.time() < FIRST_OPENING:
        day -= timedelta(days=1)
    while not is_trading_day(day, holidays):
        day -= timedelta(days=1)
    return day


def has_closing_prices(instant: datetime, holidays: Collection[date] = ()) -> bool:
    """Return whether an answer at an aware `instant` has the closing prices of its business day."""
    local = instant.astimezone(KST)
    is_same_day = business_day(instant, holidays) == local.date()
    return not is_same_day or local.time() >= _PRICES_FINAL_AT


def day_record(
    balance: Balance, loaded_at: datetime, *, has_overseas: bool, holidays: Collection[date] = ()
) -> DayRecord | None:
    """Return the record of a balance that was loaded at `loaded_at`.

    `None` for a balance that is partial, not priced or without a total.
    With `has_overseas` the overseas balance must have been loaded with it.
    """
    overseas = _complete_overseas(balance)
    headline = compute_headline(balance)

    def covered(part: ScopedAmount) -> int | None:
        return None if has_overseas and part.scope is Scope.DOMESTIC else part.amount

    total = covered(headline.total_value)
    is_complete_day = balance.is_complete and balance.is_priced and not balance.may_be_partial
    if total is None or not is_complete_day or (has_overseas and overseas is None):
        return None
    has_shares_or_cash = overseas is not None and not overseas.is_empty
    included = overseas if has_shares_or_cash else None
    securities = sum_or_none(
        (balance.priced_summary.securities_value, included.valuation_won if included else 0)
    )
    amounts = {
        "total_value": total,
        "securities": securities,
        "cash": None if securities is None else total - securities,
        "overseas": included.total_value_won if included else 0,
        "profit_loss": covered(headline.profit_loss),
        "purchase_amount": covered(headline.purchase_amount),
    }
    if any(amount is not None and abs(amount) > MAX_WON for amount in amounts.values()):
        return None
    return DayRecord(
        day=business_day(loaded_at, holidays),
        exchange_rates=_exchange_rates(overseas) if overseas else (),
        taken_at=loaded_at.astimezone(KST).replace(microsecond=0),
        is_closing=has_closing_prices(loaded_at, holidays)
        and balance.after_hours_price in {AfterHoursPrice.CLOSE, None},
        covers_overseas=has_overseas,
        **amounts,  # type: ignore[arg-type]
    )


def _complete_overseas(balance: Balance) -> OverseasBalance | None:
    """Return the overseas balance if it was loaded in full with this balance."""
    match balance.overseas:
        case Loaded(overseas) if overseas.is_priced and not overseas.may_be_partial:
            return overseas
    return None


def _exchange_rates(overseas: OverseasBalance) -> tuple[tuple[str, Decimal], ...]:
    return tuple(
        (currency, round_half_up(rate.krw_per_unit / rate.unit, "0.000001").normalize())
        for currency, rate in sorted(overseas.exchange_rates.items())
        if rate.unit and _CURRENCY_PATTERN.fullmatch(currency) and rate.krw_per_unit < MAX_RATE
    )


def change_since(days: Sequence[DayRecord], first: date | None) -> Change | None:
    """Return the change from the first record on or after `first` to the last one.

    `None` with fewer than two records.
    """
    period = [record for record in days if first is None or record.day >= first]
    return change_between(period[0], period[-1]) if len(period) > 1 else None


def change_between(earlier: DayRecord, later: DayRecord) -> Change:
    """Return the change of the total between two records."""
    amount = later.total_value - earlier.total_value
    return Change(earlier.day, amount, percent_of(amount, earlier.total_value))


def missing_days(
    earlier: DayRecord, later: DayRecord, holidays: Collection[date] = ()
) -> tuple[date, ...]:
    """Return the business days between two records that have none."""
    days = (
        earlier.day + timedelta(days=number) for number in range(1, (later.day - earlier.day).days)
    )
    return tuple(day for day in days if is_trading_day(day, holidays))


def net_cash_flow(
    cash_flows: Iterable[CashFlow], after: date | None = None, until: date | None = None
) -> int:
    """Return deposits less withdrawals in won, later than `after` and up to `until`."""
    return sum(
        flow.amount
        for flow in cash_flows
        if (after is None or flow.day > after) and (until is None or flow.day <= until)
    )


def time_weighted_return(history: AssetHistory) -> Decimal | None:
    """Return the return in percent without the noted deposits and withdrawals.

    Between two records it is (later total - cash flow) / earlier total: a deposit earns from the
    record after it. The product of these is the return. `None` with fewer than two records, or
    where a total is not positive.
    """
    if len(history.days) < 2:
        return None
    with localcontext(prec=_PRECISION, rounding=ROUND_HALF_UP):
        growth = Decimal(1)
        for earlier, later in pairwise(history.days):
            flow = net_cash_flow(history.cash_flows, earlier.day, later.day)
            if earlier.total_value <= 0 or later.total_value - flow < 0:
                return None
            growth *= Decimal(later.total_value - flow) / earlier.total_value
        return round_half_up((growth - 1) * 100, "0.01")


def merge_histories(
    history: AssetHistory, imported: AssetHistory, *, replace_days: bool = False
) -> AssetHistory:
    """Return a history with the days and cash flows of another.

    A day that both have stays as it is, or is replaced with `replace_days`. A cash flow that both
    have counts once; equal cash flows within `imported` all count.
    """
    imported_days = {record.day: record for record in imported.days}
    own_days = {record.day: record for record in history.days}
    days = own_days | imported_days if replace_days else imported_days | own_days
    new_flows = Counter(imported.cash_flows) - Counter(history.cash_flows)
    return AssetHistory(
        tuple(days[day] for day in sorted(days)),
        tuple(sorted((*history.cash_flows, *new_flows.elements()))),
    )
