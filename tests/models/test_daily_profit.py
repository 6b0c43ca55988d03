"""Today's profit and the distance to the average price."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.models.arithmetic import percent_to
from kistui.models.balance import Holding, merge_lots
from tests.support import make_lot


def holding(**values: Any) -> Holding:
    (merged,) = merge_lots([make_lot(**values)])
    return merged


@pytest.mark.parametrize(
    ("values", "won"),
    [
        ({}, 10_000),
        ({"bought_today": 4}, 6_000),
        ({"bought_today": 10}, 0),
        ({"bought_today": 14, "sold_today": 9}, 0),
        ({"bought_today": None}, None),
        ({"quantity": None}, None),
        ({"day_change": None}, None),
        ({"price": Decimal(0)}, None),
        ({"quantity": 0}, None),
        ({"short_proceeds": 700_000}, None),
    ],
)
def test_todays_profit_counts_the_quantity_held_overnight(
    values: dict[str, Any], won: int | None
) -> None:
    assert holding(**values).day_profit == won


def test_the_sign_missing_on_paper_is_taken_from_the_rate() -> None:
    assert holding(day_change=Decimal(1000), day_rate=Decimal("-1.3")).day_profit == -10_000
    assert holding(day_change=Decimal(-1000), day_rate=Decimal("-1.3")).day_profit == -10_000
    assert holding(day_change=Decimal(-1000), day_rate=None).day_profit == -10_000


def test_the_distance_to_the_average_price() -> None:
    assert holding().break_even_rate == Decimal("-6.67")
    assert holding(price=Decimal(50_000)).break_even_rate == Decimal("40.00")
    assert holding(price=Decimal(70_000)).break_even_rate == 0
    for values in ({"price": Decimal(0)}, {"average_price": None}, {"average_price": Decimal(0)}):
        assert holding(**values).break_even_rate is None


@given(
    st.decimals(min_value=100, max_value=10**6, places=0),
    st.decimals(min_value=100, max_value=10**6, places=4),
)
def test_the_percentage_leads_from_price_to_target(price: Decimal, goal: Decimal) -> None:
    away = percent_to(price, goal)
    assert away is not None
    assert abs(price * (1 + away / 100) - goal) <= price * Decimal("0.00005") + Decimal("0.0001")
