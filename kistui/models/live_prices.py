"""Live prices: trades as KIS reports them, the state of the connection, and a balance at them.

The arithmetic is KIS's own: another price changes a valuation by the shares times the difference,
and profit and totals by the same amount. `Balance.confirmed` is the balance as KIS sent it.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kistui.models.account import Environment
from kistui.models.arithmetic import (
    percent_of,
    round_half_up,
    signed_change,
    sum_or_none,
)
from kistui.models.balance import Balance, BalanceSummary, Holding, Lot, merge_lots
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.overseas import (
    OverseasBalance,
    OverseasHolding,
    OverseasLot,
    merge_overseas_lots,
)
from kistui.models.prices import DomesticItem, QuotedItem, is_exchange_open, quoted_item
from kistui.models.totals import all_holdings, latest_overseas, with_holdings

LiveItem = QuotedItem
"""An item whose trades KIS sends; the same have daily prices."""


class Tick(Struct, frozen=True, kw_only=True):
    """A trade of an item: its price in the item's currency, and the change since yesterday."""

    item: LiveItem
    price: Decimal
    day_change: Decimal | None = None
    day_rate: Decimal | None = None
    """Change in percent of yesterday's close."""
    traded_at: dt.datetime | None = None
    """Korean time."""


class FeedStatus(Enum):
    """The state of the connection for live prices."""

    CONNECTING = "connecting"
    LIVE = "live"
    """Registered; prices arrive when items are traded."""
    LOST = "lost"
    """No connection; another attempt follows."""
    IN_USE = "in_use"
    """Another program has the one connection of the app key; another attempt follows."""


class FeedState(Struct, frozen=True):
    """The state of the connection, and for which items prices arrive."""

    status: FeedStatus
    registered: frozenset[LiveItem] = frozenset()
    retry_in: float | None = None
    """Seconds until the next attempt."""


class LiveStatus(Enum):
    """What the user sees of live prices; the value is the name of its text."""

    OFF = "off"
    CLOSED = "closed"
    """No item held is traded now."""
    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    IN_USE = "in_use"
    FAILED = "failed"
    """KIS refused, or the server has none; there is no automatic retry."""


class LiveState(Struct, frozen=True):
    """The state of live prices: how many of the items that are traded now have them."""

    status: LiveStatus = LiveStatus.OFF
    item_count: int = 0
    wanted_count: int = 0
    shown_at: dt.datetime | None = None
    """When the last price was shown."""


Ticks = Mapping[LiveItem, Tick]
"""The last trade of each item."""


def items_to_watch(
    balance: Balance, environment: Environment, now: datetime, holidays: Collection[date] = ()
) -> tuple[LiveItem, ...]:
    """Return the items held whose prices may move at the aware `now`, the largest first.

    The feed has integrated prices, so domestic items are left out outside KRX's regular session
    unless the balance has integrated prices too. Paper has no overseas prices.
    """
    is_real = environment is Environment.REAL
    is_integrated = is_real and balance.after_hours_price is AfterHoursPrice.INTEGRATED
    price = AfterHoursPrice.INTEGRATED if is_integrated else AfterHoursPrice.CLOSE
    is_domestic_open = price.may_move(now, holidays)
    holdings = [holding for holding in all_holdings(balance) if not holding.is_sold_out]
    holdings.sort(key=lambda holding: holding.valuation_won or 0, reverse=True)
    items = dict.fromkeys(item for holding in holdings if (item := quoted_item(holding)))
    return tuple(
        item
        for item in items
        if (
            is_domestic_open
            if isinstance(item, DomesticItem)
            else is_real and is_exchange_open(item, now)
        )
    )


def apply_ticks(balance: Balance, ticks: Ticks) -> Balance:
    """Return a complete balance at the prices of `ticks`; the holdings they change are live.

    An item without a price in the balance, or sold short, keeps the figures that KIS sent. All
    domestic items keep theirs while one of them has no price.
    """
    if not balance.is_complete:
        return balance
    holdings, overseas = balance.holdings, latest_overseas(balance)
    if balance.is_priced:
        holdings = tuple(_domestic_at(holding, ticks) for holding in holdings)
    before, after = (
        sum(lot.valuation or 0 for holding in rows for lot in holding.lots)
        for rows in (balance.holdings, holdings)
    )
    live = replace(
        balance, confirmed=balance, summary=_summary_after(balance.summary, after - before)
    )
    return with_holdings(live, holdings, overseas and _overseas_at(overseas, ticks))


def _domestic_at(holding: Holding, ticks: Ticks) -> Holding:
    tick = ticks.get(DomesticItem(holding.code or ""))
    if tick is None:
        return holding
    lots = tuple(_lot_at(lot, tick.price) for lot in holding.lots)
    if lots == holding.lots:
        return holding
    (merged,) = merge_lots(lots)
    return replace(merged, is_live=True)


def _lot_at(lot: Lot, price: Decimal) -> Lot:
    if not (lot.price and lot.quantity) or lot.valuation is None or lot.short_proceeds:
        return lot
    if price == lot.price:
        return lot
    change = int(round_half_up((price - lot.price) * lot.quantity))
    profit = sum_or_none((lot.profit_loss, change))
    day_change = signed_change(lot.day_change, lot.day_rate)
    day_rate = None
    if day_change is not None:
        previous_close = lot.price - day_change
        day_change = price - previous_close
        day_rate = percent_of(day_change, previous_close)
    return replace(
        lot,
        price=price,
        valuation=lot.valuation + change,
        profit_loss=profit,
        profit_rate=percent_of(profit, lot.purchase_amount),
        day_change=day_change,
        day_rate=day_rate,
    )


def _summary_after(summary: BalanceSummary, change: int) -> BalanceSummary:
    """Return the summary after the holdings have gained `change` won."""
    if not change:
        return summary
    asset_change = sum_or_none((summary.asset_change, change))
    rate = summary.asset_change_rate
    return replace(
        summary,
        securities_value=sum_or_none((summary.securities_value, change)),
        total_value=sum_or_none((summary.total_value, change)),
        net_assets=sum_or_none((summary.net_assets, change)),
        valuation=sum_or_none((summary.valuation, change)),
        profit_loss=sum_or_none((summary.profit_loss, change)),
        asset_change=asset_change,
        # KIS sends 0 for real accounts, whatever the rate is.
        asset_change_rate=rate and percent_of(asset_change, summary.total_yesterday),
    )


def _overseas_at(overseas: OverseasBalance, ticks: Ticks) -> OverseasBalance:
    holdings = tuple(_overseas_holding_at(holding, ticks) for holding in overseas.holdings)
    before, after = (
        sum_or_none(holding.valuation_won for holding in rows if not holding.is_sold_out)
        for rows in (overseas.holdings, holdings)
    )
    totals = overseas.totals
    if before is not None and after is not None:
        change = after - before
        totals = replace(
            totals,
            valuation=sum_or_none((totals.valuation, change)),
            total_assets=sum_or_none((totals.total_assets, change)),
        )
    return replace(overseas, holdings=holdings, totals=totals)


def _overseas_holding_at(holding: OverseasHolding, ticks: Ticks) -> OverseasHolding:
    item = quoted_item(holding)
    tick = None if item is None else ticks.get(item)
    if tick is None:
        return holding
    lots = tuple(_overseas_lot_at(lot, tick.price) for lot in holding.lots)
    if lots == holding.lots:
        return holding
    (merged,) = merge_overseas_lots([lots])
    return replace(merged, is_live=True)


def _overseas_lot_at(lot: OverseasLot, price: Decimal) -> OverseasLot:
    if not (lot.price and lot.quantity) or lot.valuation is None or price == lot.price:
        return lot
    change = (price - lot.price) * lot.quantity
    profit = None if lot.profit_loss is None else lot.profit_loss + change
    return replace(
        lot,
        price=price,
        valuation=lot.valuation + change,
        profit_loss=profit,
        profit_rate=percent_of(profit, lot.purchase_amount),
    )
