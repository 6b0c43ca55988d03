"""Dividends of an account, read in parts: its rights, its holdings, and the schedule.

KIS does not say whether it selects rights by record date or by pay date, so the year before is read
too and the rows are chosen here by their pay dates. Results are stored for the day; a refresh asks
again for the present year and for the holdings.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kistui.client.dividends import fetch_rights, fetch_schedule
from kistui.errors import KistuiError, NotOnPaperError
from kistui.models.account import Environment, Profile
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress, ignore_progress
from kistui.models.dividends import (
    AccountRight,
    Dividend,
    DividendGrouping,
    DividendReport,
    ScheduledDividend,
    dividend_of_right,
    join_announced,
    scheduled_dividend,
)
from kistui.models.periods import DateRange, days_of_year
from kistui.services.day_cache import DayCache, ReadAccount

if TYPE_CHECKING:
    from kistui.client.pagination import AllPages

FetchBalance = Callable[[OnProgress], Awaitable[Balance]]

RIGHTS_PRODUCTS = frozenset({"01", "22"})
"""Product codes whose rights KIS serves: general accounts with the ISA, and pension savings."""
SCHEDULE_DAYS = 200
"""Days before and after today whose record dates are asked for: some are paid after four months."""
SCHEDULE_STEPS = 25
"""Reports that are yielded while the schedule is read, at least: with few items, one for each."""


class DividendReader:
    """Reads one profile's dividends and other rights."""

    def __init__(
        self, profile: Profile, read_account: ReadAccount, fetch_balance: FetchBalance
    ) -> None:
        self._profile = profile
        self._read_account = read_account
        self._fetch_balance = fetch_balance
        self._cache = DayCache()

    async def read(
        self,
        days: DateRange,
        today: date,
        grouping: DividendGrouping = DividendGrouping.PAYMENT,
        on_progress: OnProgress = ignore_progress,
        *,
        with_schedule: bool = True,
        is_refresh: bool = False,
    ) -> AsyncIterator[DividendReport]:
        """Yield the dividends of `days` after each part; raises KistuiError.

        Rights come first, then the holdings, then the schedule of each item held. If the holdings
        or the schedule fail, the rights stay. Raises NotOnPaperError before a call on paper.
        """
        if self._profile.environment is Environment.PAPER:
            raise NotOnPaperError(name="dividends")
        last_year = today.year if with_schedule else min(days.last.year, today.year)
        years = range(last_year, days.first.year - 2, -1)
        has_rights = self._profile.account.product_code in RIGHTS_PRODUCTS
        report = DividendReport(
            days=days,
            today=today,
            grouping=grouping,
            has_rights=has_rights,
            part_count=has_rights * len(years) + 1,
        )
        rights: list[AccountRight] = []
        for year in years if has_rights else ():
            pages: AllPages[AccountRight, None] = await self._cache.read(
                ("rights", year),
                today,
                partial(self._fetch_rights, days_of_year(year, today), on_progress),
                is_reload=is_refresh and year == today.year,
            )
            rights += pages.rows
            report = _with_rights(report, rights).with_part_read(pages)
            yield report
        async for announced in self._read_announced(
            report, rights, on_progress, with_schedule=with_schedule, is_refresh=is_refresh
        ):
            yield announced

    async def _read_announced(
        self,
        report: DividendReport,
        rights: Iterable[AccountRight],
        on_progress: OnProgress,
        *,
        with_schedule: bool,
        is_refresh: bool,
    ) -> AsyncIterator[DividendReport]:
        """Yield a report with the holdings, then with the schedule of one item after the other."""
        today = report.today
        account_dividends = [
            dividend_of_right(right, today) for right in rights if right.is_dividend
        ]
        scheduled: list[Dividend] = []
        try:
            balance = await self._cache.read(
                "balance",
                today,
                partial(self._fetch_balance, on_progress),
                is_reload=is_refresh,
            )
            held = balance.open_holdings
            scheduled_holdings = [holding for holding in held if holding.code and with_schedule]
            report = replace(
                report,
                holdings=held,
                parts_read=report.parts_read + 1,
                part_count=report.part_count + len(scheduled_holdings),
                may_be_partial=report.may_be_partial or balance.may_be_partial,
            )
            yield report
            step = len(scheduled_holdings) // SCHEDULE_STEPS + 1
            for number, holding in enumerate(scheduled_holdings, 1):
                schedule: AllPages[ScheduledDividend, None] = await self._cache.read(
                    ("schedule", holding.code),
                    today,
                    partial(self._fetch_schedule, holding.code or "", today, on_progress),
                )
                scheduled += [
                    scheduled_dividend(row, holding)
                    for row in schedule.rows
                    if row.code in (None, holding.code)
                ]
                report = report.with_part_read(schedule)
                if number % step == 0 or number == len(scheduled_holdings):
                    report = replace(
                        report, announced=_announced(account_dividends, scheduled, today)
                    )
                    yield report
        except KistuiError as error:
            announced = _announced(account_dividends, scheduled, today)
            yield replace(report, announced=announced, announced_error=error)

    async def _fetch_rights(
        self, days: DateRange, on_progress: OnProgress
    ) -> "AllPages[AccountRight, None]":
        return await self._read_account(lambda request: fetch_rights(request, days), on_progress)

    async def _fetch_schedule(
        self, code: str, today: date, on_progress: OnProgress
    ) -> "AllPages[ScheduledDividend, None]":
        days = DateRange(today - timedelta(SCHEDULE_DAYS), today + timedelta(SCHEDULE_DAYS))
        return await self._read_account(
            lambda request: fetch_schedule(request, code, days), on_progress
        )


def _with_rights(report: DividendReport, rights: Iterable[AccountRight]) -> DividendReport:
    """Return a report of all rights read so far."""
    dividends, other_rights = [], []
    for right in rights:
        if right.is_dividend:
            dividends.append(dividend_of_right(right, report.today))
        elif right.record_date is None or right.record_date in report.days:
            other_rights.append(right)
    received = [
        dividend
        for dividend in dividends
        if dividend.is_received(report.today) and dividend.pay_date in report.days
    ]
    return replace(
        report,
        received=tuple(
            sorted(received, key=lambda dividend: dividend.pay_date or date.min, reverse=True)
        ),
        announced=_announced(dividends, (), report.today),
        other_rights=tuple(
            sorted(other_rights, key=lambda right: right.record_date or date.min, reverse=True)
        ),
    )


def _announced(
    account_dividends: Sequence[Dividend], scheduled: Iterable[Dividend], today: date
) -> tuple[Dividend, ...]:
    paid = [dividend for dividend in account_dividends if dividend.is_received(today)]
    pending = [dividend for dividend in account_dividends if not dividend.is_received(today)]
    return join_announced(pending, paid, scheduled, today)
