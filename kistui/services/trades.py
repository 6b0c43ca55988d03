"""Orders, realised profit and overseas tax of an account, read in parts.

Results for past days are stored for the day, so that no page asks for them again. Domestic orders
are asked for by month, which KIS advises for older orders, overseas orders by three months, and
profit by 13 months. If the overseas part fails, the domestic part is still returned.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from msgspec.structs import replace

from kistui.client.orders import fetch_domestic_orders, fetch_overseas_orders
from kistui.client.overseas_balance import NO_CONSENT_ERRORS, fetch_overseas
from kistui.client.realized_profit import (
    fetch_daily_profit,
    fetch_overseas_profit,
    fetch_overseas_trades,
    fetch_today_profit,
    fetch_trade_profit,
)
from kistui.errors import KistuiError, NotOnPaperError
from kistui.models.account import Environment, Profile, supports_overseas
from kistui.models.arithmetic import decimal_sum_or_none
from kistui.models.calls import OnProgress, ignore_progress
from kistui.models.order_list import OrderList, OrderPart
from kistui.models.overseas_tax import (
    CostMethod,
    HeldQuantities,
    TaxSheet,
    compute_tax_sheet,
    held_quantities,
    items_missing_purchases,
)
from kistui.models.periods import DateRange, days_of_year
from kistui.models.profit_report import (
    ProfitGrouping,
    ProfitLine,
    ProfitReport,
    SumCheck,
    daily_lines,
    domestic_checks,
    overseas_checks,
    overseas_lines,
    today_line,
    trade_lines,
)
from kistui.models.realized_profit import OverseasTradeList
from kistui.services.day_cache import DayCache, ReadAccount

if TYPE_CHECKING:
    from kistui.client.pagination import AccountRequest, AllPages
    from kistui.models.overseas import OverseasBalance
    from kistui.models.realized_profit import (
        DailyProfit,
        OverseasProfit,
        OverseasProfitTotals,
        OverseasTrade,
        OverseasTradeTotals,
        ProfitTotals,
        TradeProfit,
    )

T = TypeVar("T")

OVERSEAS_ORDER_MONTHS = 3
PROFIT_MONTHS = 13  # a year touches 13 months; KIS has answered as many in one call
TAX_MONTHS = 3
MAX_PURCHASE_YEARS = 5
"""Years before the year of a tax sheet in which purchases are looked for."""
MAX_VERIFIED_YEARS = 2
"""Years before the present year whose sheets are compared with the balance of today."""
SETTLEMENT_DAYS = 14
"""Days before a year in which trades may settle in it."""


class TradeReader:
    """Reads one profile's orders, profit and overseas trades."""

    def __init__(self, profile: Profile, read_account: ReadAccount) -> None:
        self._profile = profile
        self._read_account = read_account
        self._cache = DayCache()
        """Results for days that are over."""

    @property
    def supports_overseas(self) -> bool:
        """Whether the account can hold overseas shares."""
        return supports_overseas(self._profile.account.product_code)

    @property
    def is_paper(self) -> bool:
        """Whether the account is on the paper server."""
        return self._profile.environment is Environment.PAPER

    async def read_orders(
        self, days: DateRange, today: date, on_progress: OnProgress = ignore_progress
    ) -> AsyncIterator[OrderList]:
        """Yield the orders of `days` after each part, newest first; raises KistuiError.

        `today` is a Korean date. Today is a part of its own, so that a later call fetches only
        today. Days that are all in the future have no part: there is one list, which is empty.
        """
        parts = [(part, False) for part in self._order_parts(days, today, is_overseas=False)]
        if self.supports_overseas:
            overseas = self._order_parts(days, today, is_overseas=True)
            parts += [(part, True) for part in overseas]
        parts.sort(key=lambda part: (-part[0].last.toordinal(), part[1]))
        orders = OrderList(days=days, part_count=len(parts), is_paper=self.is_paper)
        if not parts:
            yield orders
        for part, is_overseas in parts:
            if is_overseas and orders.overseas_error:
                continue
            try:
                orders = orders.with_part(
                    await self._read_order_part(part, today, on_progress, is_overseas=is_overseas)
                )
            except KistuiError as error:
                if not is_overseas:
                    raise
                if isinstance(error, NO_CONSENT_ERRORS):
                    orders = orders.with_part(OrderPart(days=part))
                else:
                    orders = replace(orders, overseas_error=error)
            yield orders

    async def read_profit(
        self,
        days: DateRange,
        grouping: ProfitGrouping,
        today: date,
        on_progress: OnProgress = ignore_progress,
    ) -> AsyncIterator[ProfitReport]:
        """Yield the realised profit of `days` after each part; raises KistuiError.

        Days that are all in the future have no part: there is one report, which is empty. Raises
        NotOnPaperError before a call on paper.
        """
        if self.is_paper:
            raise NotOnPaperError(name="profit")
        parts = _split_closed(days, today, months=PROFIT_MONTHS)
        has_today = today in days
        report = ProfitReport(
            days=days,
            grouping=grouping,
            part_count=has_today + len(parts) * (1 + self.supports_overseas),
        )
        if not report.part_count:
            yield report
        if has_today:
            report = await self._with_today(report, today, on_progress)
            yield report
        for part in parts:
            report = await self._with_domestic(report, _Request(part, today, on_progress))
            yield report
        for part in parts if self.supports_overseas else ():
            try:
                report = await self._with_overseas(report, _Request(part, today, on_progress))
            except NO_CONSENT_ERRORS:
                report = replace(report, parts_read=report.parts_read + 1)
            except KistuiError as error:
                yield replace(report, overseas_error=error)
                return
            yield report

    async def read_tax_sheet(
        self,
        year: int,
        today: date,
        method: CostMethod = CostMethod.AVERAGE,
        on_progress: OnProgress = ignore_progress,
    ) -> AsyncIterator[tuple[int, TaxSheet | None]]:
        """Yield the number of parts read, with the last also the sheet; raises KistuiError.

        Reads earlier trades until those of every sold item add up to the balance.
        """
        if self.is_paper:
            raise NotOnPaperError(name="overseas trades")
        count = 0
        trades: list[OverseasTrade] = []
        may_be_partial, unreadable = False, set[str]()
        first_day = date(year, 1, 1) - timedelta(SETTLEMENT_DAYS)
        is_recent = today.year - year <= MAX_VERIFIED_YEARS
        last = today if is_recent else date(year, 12, 31)
        held = await self._read_held_quantities(on_progress) if is_recent else None
        for year_back in range(MAX_PURCHASE_YEARS + 1):
            # Of a year that is far away nothing has been traded yet.
            first = min(first_day, last) if year_back == 0 else last.replace(month=1, day=1)
            for part in _split_settled(DateRange(first, last), today, months=TAX_MONTHS):
                pages = await self._read_trades(_Request(part, today, on_progress))
                trades += pages.rows
                may_be_partial |= pages.may_be_partial
                unreadable |= {*pages.unreadable_fields}
                count += 1
                yield count, None
            last = first - timedelta(1)
            missing = items_missing_purchases(trades, year, held)
            if not missing:
                break
        kis_profit = await self._read_kis_profit(days_of_year(year, today), today, on_progress)
        sheet = compute_tax_sheet(trades, year, method=method, kis_profit=kis_profit)
        yield (
            count + 1,
            replace(
                sheet,
                purchases_since=last + timedelta(1),
                unverified_items=None if held is None else len(missing),
                may_be_partial=may_be_partial,
                unreadable_fields=tuple(sorted(unreadable)),
            ),
        )

    async def read_overseas_trades(
        self, days: DateRange, today: date, on_progress: OnProgress = ignore_progress
    ) -> AsyncIterator[OverseasTradeList]:
        """Yield the overseas trades of `days` after each part; raises KistuiError.

        Without consent to trade overseas there are none, nor in the future. Raises NotOnPaperError
        before a call on paper.
        """
        if self.is_paper:
            raise NotOnPaperError(name="overseas trades")
        past = days.before(today + timedelta(1))
        parts = list(past.split(TAX_MONTHS)) if past and self.supports_overseas else []
        trades = OverseasTradeList(part_count=len(parts))
        yield trades
        for part in parts:
            try:
                pages = await self._read_trades(_Request(part, today, on_progress))
            except NO_CONSENT_ERRORS:
                yield OverseasTradeList(parts_read=1)
                return
            trades = trades.with_part_read(pages, rows=(*trades.rows, *pages.rows))
            yield trades

    def _order_parts(
        self, days: DateRange, today: date, *, is_overseas: bool
    ) -> Iterator[DateRange]:
        """Yield the parts of a range, newest first; those read before are parts of their own."""
        read = [
            key[-1]
            for key in self._cache.keys(today)
            if isinstance(key, tuple) and key[:-1] == ("orders", is_overseas)
        ]
        for part in _split(days, today, months=OVERSEAS_ORDER_MONTHS if is_overseas else 1):
            yield from part.divide(read)

    async def _read_held_quantities(self, on_progress: OnProgress) -> HeldQuantities | None:
        """Return the overseas shares held; `None` if they are unknown."""
        try:
            balance: OverseasBalance = await self._read_account(fetch_overseas, on_progress)
        except KistuiError:
            return None
        return None if balance.may_be_partial else held_quantities(balance)

    async def _read_kis_profit(
        self, days: DateRange, today: date, on_progress: OnProgress
    ) -> Decimal | None:
        """Return KIS's total of the overseas profit in won; `None` if a part has no total."""
        profits = []
        for part in _split(days, today, months=PROFIT_MONTHS):
            request = _Request(part, today, on_progress)
            totals = (await self._read_overseas_profit(request, in_won=True)).summary
            profits.append(totals.profit if totals else None)
        return decimal_sum_or_none(profits) if profits else None

    async def _read_trades(
        self, request: "_Request"
    ) -> "AllPages[OverseasTrade, OverseasTradeTotals]":
        return await self._read_closed(
            ("trades",), request, lambda account: fetch_overseas_trades(account, request.days)
        )

    async def _read_order_part(
        self, part: DateRange, today: date, on_progress: OnProgress, *, is_overseas: bool
    ) -> OrderPart:
        def read(account: "AccountRequest") -> Awaitable[OrderPart]:
            if is_overseas:
                return fetch_overseas_orders(account, part, today)
            return fetch_domestic_orders(account, part, today)

        # An overseas order of yesterday may be filled after midnight in Korea.
        request = _Request(part, today, on_progress, days_open=1 + is_overseas)
        return await self._read_closed(("orders", is_overseas), request, read)

    async def _with_today(
        self, report: ProfitReport, today: date, on_progress: OnProgress
    ) -> ProfitReport:
        line = today_line(await self._read_account(fetch_today_profit, on_progress), today)
        has_trades = bool(line.sold or line.bought)
        return replace(
            report,
            lines=(*report.lines, *((line,) if has_trades else ())),
            parts_read=report.parts_read + 1,
        )

    async def _with_domestic(self, report: ProfitReport, request: "_Request") -> ProfitReport:
        days = request.days
        pages: AllPages[DailyProfit, ProfitTotals] | AllPages[TradeProfit, ProfitTotals]
        if report.grouping.needs_items:
            trades = await self._read_closed(
                ("trade profit",), request, lambda account: fetch_trade_profit(account, days)
            )
            lines, pages = trade_lines(trades.rows), trades
        else:
            daily = await self._read_closed(
                ("daily profit",), request, lambda account: fetch_daily_profit(account, days)
            )
            lines, pages = daily_lines(daily.rows), daily
        checks = domestic_checks(lines, pages.summary)
        return _with_lines(report, lines, checks, pages)

    async def _with_overseas(self, report: ProfitReport, request: "_Request") -> ProfitReport:
        in_won = await self._read_overseas_profit(request, in_won=True)
        in_currency = await self._read_overseas_profit(request, in_won=False)
        lines = overseas_lines(in_won.rows, in_currency.rows)
        return _with_lines(report, lines, overseas_checks(lines, in_won.summary), in_won)

    async def _read_overseas_profit(
        self, request: "_Request", *, in_won: bool
    ) -> "AllPages[OverseasProfit, OverseasProfitTotals]":
        return await self._read_closed(
            ("overseas profit", in_won),
            request,
            lambda account: fetch_overseas_profit(account, request.days, in_won=in_won),
        )

    async def _read_closed(
        self,
        kind: tuple[Hashable, ...],
        request: "_Request",
        read: Callable[["AccountRequest"], Awaitable[T]],
    ) -> T:
        """Return the result for past days if it was read today, or read it."""
        result: T = await self._cache.read(
            (*kind, request.days),
            request.today,
            lambda: self._read_account(read, request.on_progress),
            stores=request.is_closed,
        )
        return result


class _Request(NamedTuple):
    """Days to read, the present day in Korea, and the callback for waits."""

    days: DateRange
    today: date
    on_progress: OnProgress
    days_open: int = 1
    """Days up to today whose rows may still change."""

    @property
    def is_closed(self) -> bool:
        """Whether the rows of these days cannot change any more."""
        return self.days.last <= self.today - timedelta(self.days_open)


def _with_lines(
    report: ProfitReport,
    lines: Iterable[ProfitLine],
    checks: Iterable[SumCheck],
    pages: "AllPages[Any, Any]",
) -> ProfitReport:
    """Return a report with the lines of another part, and the checks of their sums."""
    return report.with_part_read(
        pages,
        lines=(*report.lines, *(line for line in lines if line.has_sale or line.bought)),
        checks=(*report.checks, *checks),
    )


def _split(days: DateRange, today: date, *, months: int) -> list[DateRange]:
    """Return the parts of a range, newest first; today is a part by itself."""
    parts = [DateRange(today, today)] if today in days else []
    return parts + _split_closed(days, today, months=months)


def _split_settled(days: DateRange, today: date, *, months: int) -> list[DateRange]:
    """Return the parts of a range, newest first; days that may not be settled are a part.

    The exchange rate of a sale comes with its settlement.
    """
    settled_until = today - timedelta(SETTLEMENT_DAYS)
    unsettled = days.since(settled_until)
    return [*([unsettled] if unsettled else []), *_split_closed(days, settled_until, months=months)]


def _split_closed(days: DateRange, end: date, *, months: int) -> list[DateRange]:
    """Return the parts of a range before `end`, newest first."""
    closed = days.before(end)
    return list(closed.split(months)) if closed else []
