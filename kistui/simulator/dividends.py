"""Dividends: what items pay by calendar date, and the events that follow.

An event is announced before its record date, its amount is decided some days before or after that
date, and it is paid on a trading day. As the clock moves, pending dividends are paid.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from kistui.simulator.instruments import (
    CELLTRION,
    HYNIX,
    HYUNDAI,
    KAKAO,
    KB,
    KEPCO,
    KODEX_200,
    LG_ENERGY,
    NAVER,
    POSCO,
    SAMSUNG,
    SAMSUNG_ELECTRO,
    TIGER_SP500,
    Instrument,
    deterministic_random,
    is_etf_name,
)
from kistui.simulator.trading_days import KRX_CALENDAR

DIVIDEND, MEETING, RIGHTS_ISSUE, DISTRIBUTION = "03", "06", "01", "32"
ANNOUNCED_DAYS = 40
"""Days between the announcement and the record date."""
HISTORY_DAYS = 2_200
"""How many days back record dates go."""
YEAR_END = 12


class Plan(NamedTuple):
    """What an item pays for a share on its record dates, given as month and day.

    `decided_after` is the number of days from the record date to the decision, `stock_percent` the
    new shares of a stock dividend per 100 held. With `hides_tax` KIS sends a tax of 0.
    """

    record_days: tuple[tuple[int, int], ...]
    days_to_pay: int
    per_share: int
    decided_after: int = -10
    stock_percent: int = 0
    hides_tax: bool = False


QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
PLANS = {
    SAMSUNG.code: Plan(QUARTER_ENDS, 51, 372, decided_after=30),
    HYNIX.code: Plan(((2, 28), (5, 31), (8, 31), (11, 30)), 45, 375, decided_after=20),
    NAVER.code: Plan(((3, 31), (8, 14)), 28, 1_130),
    HYUNDAI.code: Plan(((2, 28), (5, 31), (8, 31), (11, 30)), 30, 2_500),
    KODEX_200.code: Plan(((1, 31), (4, 30), (7, 31), (10, 31)), 4, 290, decided_after=-2),
    TIGER_SP500.code: Plan(
        ((1, 31), (4, 30), (7, 31), (10, 31)), 4, 75, decided_after=-2, hides_tax=True
    ),
    KEPCO.code: Plan(((6, 30), (12, 31)), 110, 213, decided_after=60),
    KAKAO.code: Plan(((2, 27),), 56, 68),
    CELLTRION.code: Plan(((9, 30), (12, 31)), 45, 0, stock_percent=5),
    LG_ENERGY.code: Plan((), 0, 0),
    KB.code: Plan(((2, 20), (5, 11), (8, 10), (11, 10)), 39, 912),
    POSCO.code: Plan(((2, 28), (5, 31), (8, 31), (11, 30)), 17, 2_500, hides_tax=True),
    SAMSUNG_ELECTRO.code: Plan(((12, 31),), 110, 1_800, decided_after=60),
}
RIGHTS_ISSUES = {LG_ENERGY.code: (9, 15)}
"""Record dates of rights issues: a new share for ten held, at 70 % of the price."""
DAYS_TO_LISTING, DAYS_TO_SUBSCRIPTION_END = 60, 40
MEETING_DAYS = ((7, 15), (12, 31))
"""Record dates of meetings: an extraordinary one of every second item, and the regular one."""


class DividendEvent(NamedTuple):
    """A dividend of an item."""

    item: Instrument
    record_date: date
    pay_date: date
    decided_on: date
    plan: Plan

    @property
    def right_type(self) -> str:
        """KIS's type of the right."""
        return DISTRIBUTION if is_etf_name(self.item.name) else DIVIDEND

    @property
    def kind(self) -> str:
        """The kind as the depository names it."""
        if is_etf_name(self.item.name):
            return "분배"
        if self.record_date.month == YEAR_END:
            return "결산"
        return "분기" if len(self.plan.record_days) > 2 else "중간"

    def is_decided(self, today: date) -> bool:
        """Return whether amount and pay date are known."""
        return self.decided_on <= today


def plan_of(item: Instrument, seed: int) -> Plan:
    """Return what an item pays; some generated items pay nothing."""
    if item.code in PLANS:
        return PLANS[item.code]
    if deterministic_random(5, seed, item.code, "pays") < 2:
        return Plan((), 0, 0)
    month = 1 + deterministic_random(6, seed, item.code, "month")
    per_share = item.previous_close * (5 + deterministic_random(20, seed, item.code, "rate"))
    return Plan(((month, 15), (month + 6, 15)), 30, max(per_share // 1_000, 1))


def dividend_events(
    item: Instrument, seed: int, first: date, last: date
) -> Iterator[DividendEvent]:
    """Yield an item's dividends whose record dates are in a range of days, newest first."""
    plan = plan_of(item, seed)
    for record_date in record_dates(plan.record_days, first, last):
        if is_etf_name(item.name):
            record_date = KRX_CALENDAR.on_or_before(record_date)  # noqa: PLW2901
        yield DividendEvent(
            item,
            record_date,
            KRX_CALENDAR.on_or_before(record_date + timedelta(plan.days_to_pay)),
            record_date + timedelta(plan.decided_after),
            plan,
        )


def record_dates(
    days_of_year: tuple[tuple[int, int], ...], first: date, last: date
) -> Iterator[date]:
    """Yield the dates of a range that have one of these months and days, newest first."""
    for year in range(last.year, first.year - 1, -1):
        for month, day in sorted(days_of_year, reverse=True):
            record_date = date(year, month, day)
            if first <= record_date <= last:
                yield record_date


def withheld_tax(gross: int) -> int:
    """Return the tax on a dividend: 14 %, and a tenth of that, in tens of won."""
    income_tax = gross * 14 // 1_000 * 10
    return income_tax + income_tax // 100 * 10
