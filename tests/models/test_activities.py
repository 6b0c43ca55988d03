"""Trades of other trackers: fills of orders, with costs from KIS's other lists where they agree."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kistui.models.activities import AccountActivities, Activity, ActivityKind
from kistui.models.dividends import Dividend, DividendReport
from kistui.models.markets import Market
from kistui.models.order_list import OrderList
from kistui.models.orders import Order, OrderState, Side
from kistui.models.periods import DateRange
from kistui.models.profit_report import ProfitGrouping, ProfitReport, overseas_lines, trade_lines
from kistui.models.realized_profit import (
    OverseasProfit,
    OverseasTrade,
    OverseasTradeList,
    TradeProfit,
)

DAY = date(2026, 11, 2)
DAYS = DateRange(DAY, DAY)


def order(side: Side = Side.SELL, quantity: int = 10, /, **changes: Any) -> Order:
    values: dict[str, Any] = {
        "local_date": DAY,
        "code": "005930",
        "side": side,
        "filled_quantity": Decimal(quantity),
        "filled_amount": Decimal(quantity * 1000),
        "state": OrderState.FILLED,
    }
    return Order(**(values | changes))


def profit_row(**changes: Any) -> TradeProfit:
    values: dict[str, Any] = {
        "trade_date": DAY,
        "code": "005930",
        "purchase_price": Decimal("899.9999"),
        "bought_quantity": 0,
        "sold_quantity": 10,
        "fees": 3,
        "taxes": 20,
        "interest": 4,
    }
    return TradeProfit(**(values | changes))


def overseas_trade(**changes: Any) -> OverseasTrade:
    values: dict[str, Any] = {
        "trade_date": DAY,
        "side_code": "01",
        "code": "AAPL",
        "whole_quantity": Decimal(10),
        "fractional_quantity": Decimal(0),
        "amount": Decimal("2700.5"),
        "broker_fee": Decimal("6.75"),
        "overseas_fee": Decimal("0.25"),
        "currency": "USD",
        "isin": "US0378331005",
    }
    return OverseasTrade(**(values | changes))


def trades(
    *orders: Order,
    rows: tuple[TradeProfit, ...] = (),
    overseas: tuple[OverseasTrade, ...] = (),
    sales: tuple[OverseasProfit, ...] = (),
) -> AccountActivities:
    lines = (*trade_lines(rows), *overseas_lines(sales, sales))
    return AccountActivities(
        days=DAYS,
        orders=OrderList(days=DAYS, orders=orders),
        profit=ProfitReport(days=DAYS, grouping=ProfitGrouping.TRADE, lines=lines),
        overseas_trades=OverseasTradeList(rows=overseas),
    )


def only(activities: AccountActivities) -> Activity:
    [activity] = activities.trades()
    return activity


US: dict[str, Any] = {"market": Market.US, "currency": "USD", "code": "AAPL"}


def test_fills_of_a_day_are_one_trade_and_other_orders_none() -> None:
    partly = order(Side.SELL, 4, state=OrderState.PARTLY_FILLED)
    rejected = order(Side.SELL, 0, filled_amount=Decimal(0), state=OrderState.REJECTED)
    untouched = order(Side.SELL, 0, filled_amount=Decimal(0), state=OrderState.OPEN)
    activities = trades(order(Side.SELL, 6), partly, rejected, untouched)
    assert only(activities).quantity == 10
    assert only(activities).amount == 10_000
    assert activities.unlisted_count == 0


@pytest.mark.parametrize("changes", [{"filled_amount": None}, {"side": None}, {"code": None}])
def test_a_fill_that_is_not_known_is_counted(changes: dict[str, Any]) -> None:
    activities = trades(order(**changes))
    assert activities.trades() == ()
    assert activities.unlisted_count == 1


def test_a_sale_has_the_costs_of_the_profit_list() -> None:
    sale = only(trades(order(), rows=(profit_row(),)))
    assert [sale.fees, sale.taxes, sale.cost] == [7, 20, 9000]
    assert sale.net == 10_000 - 27


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (profit_row(sold_quantity=9),),
        (profit_row(trade_date=date(2026, 11, 1)),),
        (profit_row(code="000660"),),
        (profit_row(), profit_row()),
    ],
)
def test_costs_of_other_trades_are_not_taken(rows: tuple[TradeProfit, ...]) -> None:
    sale = only(trades(order(), rows=rows))
    assert (sale.fees, sale.taxes, sale.cost, sale.costs) == (None, None, None, None)
    assert sale.net == 10_000


def test_fees_of_purchases_and_sales_together_are_not_divided() -> None:
    row = profit_row(bought_quantity=5)
    buy, sale = trades(order(), order(Side.BUY, 5), rows=(row,)).trades()
    assert [item.kind for item in (buy, sale)] == [ActivityKind.BUY, ActivityKind.SELL]
    assert buy.costs is sale.costs is None
    assert sale.cost == 9000


def test_an_overseas_trade_has_fees_isin_and_cost_in_its_currency() -> None:
    sold = OverseasProfit(
        trade_date=DAY,
        code="AAPL",
        sold_quantity=Decimal(10),
        purchase_amount=Decimal("2600.1"),
        profit=Decimal(93),
        exchange="NASD",
    )
    sale = only(trades(order(**US), overseas=(overseas_trade(),), sales=(sold,)))
    assert (sale.currency, sale.isin) == ("USD", "US0378331005")
    assert [sale.fees, sale.taxes, sale.cost] == [7, 0, Decimal("2600.1")]


def test_an_order_by_amount_is_only_in_the_overseas_trades() -> None:
    fraction = overseas_trade(whole_quantity=Decimal(0), fractional_quantity=Decimal("0.125"))
    whole, part = trades(order(**US), overseas=(overseas_trade(), fraction)).trades()
    assert {whole.quantity, part.quantity} == {10, Decimal("0.125")}
    assert whole.isin == part.isin


def test_an_overseas_trade_without_an_order_is_counted_and_not_listed_twice() -> None:
    activities = trades(overseas=(overseas_trade(),))
    assert activities.trades() == ()
    assert activities.unlisted_count == 1
    assert trades(overseas=(overseas_trade(trade_date=date(2026, 1, 2)),)).unlisted_count == 0


def test_dividends_in_shares_are_counted_and_an_unknown_tax_stays_unknown() -> None:
    report = DividendReport(
        days=DAYS,
        today=DAY,
        received=(
            Dividend(code="005930", pay_date=DAY, quantity=3, gross=900, tax=130),
            Dividend(code="000660", pay_date=DAY, gross=500),
            Dividend(code="068270", pay_date=DAY, gross=0, shares=1),
        ),
    )
    activities = AccountActivities(days=DAYS, dividends=report)
    unknown, known = activities.received()
    assert [known.net, known.costs] == [770, 130]
    assert [unknown.net, unknown.costs, unknown.quantity] == [500, None, None]
    assert activities.stock_dividend_count == 1
