"""Lots are merged into holdings; a blank is never zero; sums, daily profit and break-even."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.models.arithmetic import percent_of, percent_to
from kistui.models.balance import BalanceSummary, Holding, Lot, lots_as_holdings, merge_lots
from kistui.models.kis_fields import ValueType, field_specs
from tests.support import make_balance, make_lot


def test_the_records_have_every_field_of_kis() -> None:
    assert len(field_specs(BalanceSummary)) == 24
    assert len(field_specs(Lot)) == 26
    assert len({spec.key for spec in field_specs(Lot)}) == 26


def test_a_record_is_frozen_and_slotted() -> None:
    with pytest.raises(AttributeError):
        make_lot().quantity = 1  # type: ignore[misc]
    assert not hasattr(make_lot(), "__dict__")


def test_every_field_declares_its_unit() -> None:
    units = {spec.key: spec.value_type for spec in field_specs(Lot)}
    assert units["hldg_qty"] is ValueType.QUANTITY
    assert units["pchs_amt"] is ValueType.WON
    assert units["pchs_avg_pric"] is ValueType.PRICE
    assert units["fltt_rt"] is ValueType.PERCENT
    assert units["loan_dt"] is ValueType.DATE


def test_lots_of_one_item_become_one_holding() -> None:
    cash = make_lot()
    credit = make_lot(
        trade_kind="자기융자",
        loan_date=date(2026, 10, 2),
        quantity=30,
        purchase_amount=2_160_000,
        valuation=2_250_000,
        profit_loss=90_000,
        loan_amount=1_000_000,
    )
    (holding,) = merge_lots([cash, credit])
    assert holding.lots == (cash, credit)
    assert holding.quantity == 40
    assert holding.purchase_amount == 2_860_000
    assert holding.average_price == Decimal("71500.0000")
    assert holding.valuation == 3_000_000
    assert holding.profit_loss == 140_000
    assert holding.profit_rate == Decimal("4.90")
    assert holding.loan_amount == 1_000_000
    assert holding.weight == Decimal("100.00")


def test_one_lot_keeps_the_figures_of_kis() -> None:
    (holding,) = merge_lots([make_lot(profit_rate=Decimal("7.13"))])
    assert holding.profit_rate == Decimal("7.13")
    assert holding.average_price == Decimal("70000.0000")


def test_a_blank_makes_the_sum_unknown_not_smaller() -> None:
    (holding,) = merge_lots([make_lot(), make_lot(purchase_amount=None)])
    assert holding.purchase_amount is None
    assert holding.average_price is None
    assert holding.profit_rate is None
    assert holding.quantity == 20


def test_without_a_price_value_and_profit_are_unknown() -> None:
    closed = make_lot(price=Decimal(0), valuation=0, profit_loss=-700_000, day_rate=Decimal(-100))
    (holding,) = merge_lots([closed])
    assert holding.price is None
    assert holding.valuation is None
    assert holding.profit_loss is None
    assert holding.profit_rate is None
    assert holding.day_rate is None
    assert holding.purchase_amount == 700_000


def test_a_sold_out_lot_does_not_hide_the_price_of_the_rest() -> None:
    sold = make_lot(quantity=0, price=Decimal(0), valuation=0, purchase_amount=0, profit_loss=0)
    (holding,) = merge_lots([sold, make_lot()])
    assert holding.price == Decimal(75_000)
    assert holding.valuation == 750_000
    assert not holding.is_sold_out


def test_sold_out_items_are_not_open_holdings() -> None:
    sold = make_lot(code="000660", quantity=0, price=Decimal(0), valuation=0, purchase_amount=0)
    account = make_balance(make_lot(), sold)
    assert [holding.code for holding in account.open_holdings] == ["005930"]
    assert len(account.holdings) == 2
    assert account.open_holdings[0].weight == Decimal("100.00")


def test_an_item_of_no_shares_that_is_worth_something_is_not_sold_out() -> None:
    account = make_balance(make_lot(), make_lot(code="000660", quantity=0))
    assert [holding.weight for holding in account.open_holdings] == [Decimal("50.00")] * 2
    assert account.open_holdings[1].day_profit is None


def test_weights_of_separate_lots_are_of_the_total() -> None:
    lots = [make_lot(), make_lot(valuation=250_000)]
    assert [holding.weight for holding in lots_as_holdings(lots)] == [
        Decimal("75.00"),
        Decimal("25.00"),
    ]


@pytest.mark.parametrize(
    ("part", "base", "expected"),
    [(1, 3, "33.33"), (-1, 8, "-12.50"), (1, 0, None), (None, 5, None), (5, None, None)],
)
def test_a_rate_needs_a_base(part: int | None, base: int | None, expected: str | None) -> None:
    assert percent_of(part, base) == (Decimal(expected) if expected else None)


amounts = st.integers(min_value=1, max_value=10**12)
lots = st.builds(
    lambda code, quantity, cost, value: make_lot(
        code=code,
        quantity=quantity,
        purchase_amount=cost,
        valuation=value,
        profit_loss=value - cost,
    ),
    st.sampled_from(["005930", "000660", "035420"]),
    st.integers(min_value=1, max_value=10**6),
    amounts,
    amounts,
)


@given(st.lists(lots, min_size=1, max_size=12), st.randoms())
def test_sums_do_not_depend_on_the_order_and_nothing_is_lost(
    rows: list[Lot], random: "st.DrawFn"
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for merged in (merge_lots(rows), merge_lots(shuffled)):
        assert sum(holding.valuation or 0 for holding in merged) == sum(
            row.valuation or 0 for row in rows
        )
        assert sum(holding.quantity or 0 for holding in merged) == sum(
            row.quantity or 0 for row in rows
        )
        assert sum(len(holding.lots) for holding in merged) == len(rows)
    by_code = {holding.code: holding for holding in merge_lots(rows)}
    for holding in merge_lots(shuffled):
        expected = by_code[holding.code]
        assert (holding.average_price, holding.profit_rate) == (
            expected.average_price,
            expected.profit_rate,
        ) or (len(holding.lots) == 1)


def test_values_are_stored_under_the_keys_of_kis() -> None:
    lot = make_lot()
    values = {spec.key: getattr(lot, spec.name) for spec in field_specs(Lot)}
    assert list(values)[:3] == ["pdno", "prdt_name", "trad_dvsn_name"]
    assert values["pchs_amt"] == 700_000


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
        ({"quantity": -5}, None),
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
def test_the_percentage_leads_from_price_to_target(price: Decimal, target: Decimal) -> None:
    away = percent_to(price, target)
    assert away is not None
    assert abs(price * (1 + away / 100) - target) <= price * Decimal("0.00005") + Decimal("0.0001")
