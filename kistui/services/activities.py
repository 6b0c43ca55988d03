"""What an account traded and received: orders, profit, overseas fees and dividends together."""

from collections.abc import AsyncIterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kistui.models.activities import AccountActivities
from kistui.models.calls import OnProgress, ignore_progress
from kistui.models.periods import DateRange
from kistui.models.profit_report import ProfitGrouping

if TYPE_CHECKING:
    from kistui.services.session import Session


async def read_activities(
    session: "Session",
    days: DateRange,
    today: date,
    on_progress: OnProgress = ignore_progress,
    *,
    with_trades: bool = True,
    with_dividends: bool = True,
) -> AsyncIterator[AccountActivities]:
    """Yield the activities of `days` after each part; raises KistuiError.

    On paper KIS has neither profit nor overseas fees: those parts are `None`. Dividends alone
    raise NotOnPaperError there.
    """
    trades, activities = session.trades, AccountActivities(days=days)
    if with_trades:
        async for orders in trades.read_orders(days, today, on_progress):
            activities = replace(activities, orders=orders)
            yield activities
        if not trades.is_paper:
            grouping = ProfitGrouping.TRADE
            async for profit in trades.read_profit(days, grouping, today, on_progress):
                activities = replace(activities, profit=profit)
                yield activities
            async for rows in trades.read_overseas_trades(days, today, on_progress):
                activities = replace(activities, overseas_trades=rows)
                yield activities
    if with_dividends and not (with_trades and trades.is_paper):
        async for dividends in session.dividends.read(
            days, today, on_progress=on_progress, with_schedule=False
        ):
            activities = replace(activities, dividends=dividends)
            yield activities
