"""An order list joins its parts without losing orders, and without guessing costs."""

import pytest

from kistui.models.markets import Market
from kistui.models.order_list import OrderList, OrderPart
from kistui.models.orders import DomesticOrderRow, DomesticOrderTotals, Order, domestic_orders
from kistui.models.periods import DateRange
from tests.support import MORNING

DAYS = DateRange(MORNING.date(), MORNING.date())
DOMESTIC, OVERSEAS = Order(number="1"), Order(number="2", market=Market.US)


def part(*orders: Order, costs: int | None = None, has_totals: bool = True) -> OrderPart:
    totals = DomesticOrderTotals(estimated_costs=costs) if has_totals else None
    return OrderPart(days=DAYS, orders=orders, totals=totals)


def test_rows_without_a_number_and_a_date_are_orders_of_their_own() -> None:
    rows = [DomesticOrderRow(name=name) for name in ("ONE", "TWO")]
    order_list = OrderList(days=DAYS)
    for number in range(3):
        orders = domestic_orders(rows[: 1 + number % 2], DAYS.last)
        order_list = order_list.with_part(OrderPart(days=DAYS, orders=orders))
    assert sorted(order.name or "" for order in order_list.orders) == ["ONE", "ONE", "ONE", "TWO"]


@pytest.mark.parametrize(
    ("parts", "costs"),
    [
        ([], None),
        ([part(OVERSEAS, has_totals=False)], None),
        ([part(DOMESTIC, costs=100), part(OVERSEAS, has_totals=False), part(costs=50)], 150),
        ([part(DOMESTIC, costs=100), part(), part(costs=50)], 150),  # no orders, blank totals
        ([part(DOMESTIC, costs=100), part(DOMESTIC), part(costs=50)], None),
        ([part(DOMESTIC, costs=100), part(DOMESTIC, has_totals=False)], None),
    ],
)
def test_costs_add_up_if_all_are_known(parts: list[OrderPart], costs: int | None) -> None:
    order_list = OrderList(days=DAYS)
    for order_part in parts:
        order_list = order_list.with_part(order_part)
    assert order_list.estimated_costs == costs
    assert order_list.showing([DOMESTIC, DOMESTIC, DOMESTIC]).estimated_costs is None
