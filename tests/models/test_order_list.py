"""The costs of an order list are unknown as soon as those of a part are."""

import pytest

from kistui.models.markets import Market
from kistui.models.order_list import OrderList, OrderPart
from kistui.models.orders import DomesticOrderTotals, Order
from kistui.models.periods import DateRange
from tests.support import MORNING

DAYS = DateRange(MORNING.date(), MORNING.date())
DOMESTIC, OVERSEAS = Order(number="1"), Order(number="2", market=Market.US)


def part(*orders: Order, costs: int | None = None, has_totals: bool = True) -> OrderPart:
    totals = DomesticOrderTotals(estimated_costs=costs) if has_totals else None
    return OrderPart(days=DAYS, orders=orders, totals=totals)


@pytest.mark.parametrize(
    ("parts", "costs"),
    [
        ([], None),
        ([part(OVERSEAS, has_totals=False)], None),
        ([part(DOMESTIC, costs=100), part(OVERSEAS, has_totals=False), part(costs=50)], 150),
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
