"""The tax sheet of overseas sales: won at the rate of the settlement, by the year of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.models.overseas import (
    OverseasBalance,
    OverseasHolding,
    SettlementDateLot,
    TradeDateLot,
)
from kistui.models.overseas_tax import (
    CostMethod,
    compute_tax_sheet,
    held_quantities,
    items_missing_purchases,
)
from kistui.models.realized_profit import OverseasTrade


def trade(side: str, day: date, quantity: int, won: int, **values: Any) -> OverseasTrade:
    """Return a settled trade without fees; `values` override."""
    settled = OverseasTrade(
        trade_date=day,
        settlement_date=day,
        side_code={"sell": "01", "buy": "02"}[side],
        code="AAPL",
        isin="US0378331005",
        whole_quantity=Decimal(quantity),
        fractional_quantity=Decimal(0),
        amount_won=won,
        broker_fee_won=0,
        overseas_fee_won=0,
        exchange_rate=Decimal(1400),
        currency="USD",
    )
    return replace(settled, **values)


ISIN = "US0378331005"
JANUARY, MARCH, MAY = date(2026, 1, 5), date(2026, 3, 5), date(2026, 5, 6)


def test_a_gain_is_proceeds_minus_fees_minus_cost() -> None:
    trades = [
        trade("buy", JANUARY, 10, 10_000_000, broker_fee_won=25_000),
        trade("sell", MARCH, 4, 8_000_000, broker_fee_won=20_000, overseas_fee_won=160),
    ]
    sheet = compute_tax_sheet(trades, 2026)
    (sale,) = sheet.sales
    assert (sale.proceeds, sale.fees, sale.cost) == (8_000_000, 20_160, 4_010_000)
    assert sheet.gain == 8_000_000 - 20_160 - 4_010_000
    assert sheet.taxable == sheet.gain - 2_500_000
    assert sheet.estimated_tax == sheet.taxable * 22 // 100


def test_a_gain_below_the_deduction_is_not_taxed() -> None:
    trades = [trade("buy", JANUARY, 1, 1_000_000), trade("sell", MARCH, 1, 3_400_000)]
    sheet = compute_tax_sheet(trades, 2026)
    assert (sheet.gain, sheet.taxable, sheet.estimated_tax) == (2_400_000, 0, 0)
    loss = compute_tax_sheet([trades[0], trade("sell", MARCH, 1, 400_000)], 2026)
    assert (loss.gain, loss.taxable, loss.estimated_tax) == (-600_000, 0, 0)


@pytest.mark.parametrize(
    ("method", "cost"), [(CostMethod.AVERAGE, 1_500_000), (CostMethod.FIFO, 1_000_000)]
)
def test_the_method_decides_which_purchase_is_sold(method: CostMethod, cost: int) -> None:
    trades = [
        trade("buy", JANUARY, 1, 1_000_000),
        trade("buy", MARCH, 1, 2_000_000),
        trade("sell", MAY, 1, 2_500_000),
    ]
    assert compute_tax_sheet(trades, 2026, method=method).cost == cost


def test_the_year_is_that_of_the_settlement() -> None:
    december, settled = date(2025, 12, 30), date(2026, 1, 2)
    trades = [
        trade("buy", date(2025, 3, 3), 1, 1_000_000),
        trade("sell", december, 1, 2_000_000, settlement_date=settled),
    ]
    assert len(compute_tax_sheet(trades, 2025).sales) == 0
    assert len(compute_tax_sheet(trades, 2026).sales) == 1


def test_sales_are_listed_as_they_settle() -> None:
    days = (date(2026, 5, 28), date(2026, 5, 27))  # two markets, of two and of one day
    trades = [
        trade("buy", date(2026, 1, 2), 2, 200),
        *(
            trade("sell", date(2026, 5, 25 + index), 1, 100, settlement_date=day)
            for index, day in enumerate(days)
        ),
    ]
    sheet = compute_tax_sheet(trades, 2026)
    assert [sale.trade.settlement_date for sale in sheet.sales] == sorted(days)


def test_an_unsettled_sale_is_listed_apart_and_uses_up_its_shares() -> None:
    trades = [
        trade("buy", JANUARY, 2, 2_000_000),
        trade("sell", MARCH, 1, 0, exchange_rate=Decimal(0)),
        trade("sell", MAY, 1, 3_000_000),
    ]
    sheet = compute_tax_sheet(trades, 2026)
    assert [sale.gain for sale in sheet.sales] == [2_000_000]
    assert [row.trade_date for row in sheet.unsettled] == [MARCH]


def test_a_missing_purchase_is_unknown_and_not_free() -> None:
    trades = [trade("buy", JANUARY, 1, 1_000_000), trade("sell", MARCH, 3, 6_000_000)]
    sheet = compute_tax_sheet(trades, 2026)
    assert (sheet.gain, sheet.taxable, sheet.estimated_tax) == (None, None, None)
    assert sheet.sales_without_cost == 1
    assert items_missing_purchases(trades, 2026, None) == {ISIN}
    assert not items_missing_purchases(trades[:1], 2026, None)


def test_shares_held_without_a_known_purchase_are_missing_purchases() -> None:
    """An earlier purchase changes the average although no sale is larger than what was bought."""
    trades = [trade("buy", JANUARY, 5, 5_000_000), trade("sell", MARCH, 5, 6_000_000)]
    assert items_missing_purchases(trades, 2026, {ISIN: (Decimal(10), Decimal(10))}) == {ISIN}
    assert not items_missing_purchases(trades, 2026, {})
    # Trades of today may not be listed yet.
    assert not items_missing_purchases(trades, 2026, {ISIN: (Decimal(2), Decimal(0))})


def test_holdings_are_identified_by_isin() -> None:
    lot = TradeDateLot(isin=ISIN, code="AAPL", quantity=Decimal(7), bought_today=Decimal(2))
    holding = OverseasHolding(lots=(lot, replace(lot, quantity=Decimal("0.5"), bought_today=None)))
    assert held_quantities(OverseasBalance(holdings=(holding,))) == {
        ISIN: (Decimal("7.5"), Decimal("5.5"))
    }
    unknown = OverseasHolding(lots=(SettlementDateLot(code="AAPL", quantity=Decimal(7)),))
    assert held_quantities(OverseasBalance(holdings=(unknown,))) is None


def test_a_purchase_without_a_rate_makes_the_cost_unknown() -> None:
    trades = [
        trade("buy", JANUARY, 1, 0, exchange_rate=Decimal(0)),
        trade("sell", MARCH, 1, 6_000_000),
    ]
    assert compute_tax_sheet(trades, 2026).gain is None


@pytest.mark.parametrize(
    "values",
    [
        {"whole_quantity": None},
        {"whole_quantity": None, "fractional_quantity": None},
        {"side_code": None},
        {"trade_date": None, "settlement_date": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_after_a_trade_that_cannot_be_read_costs_are_unknown(
    side: str, values: dict[str, Any]
) -> None:
    trades = [
        trade("buy", JANUARY, 10, 10_000_000),
        trade(side, JANUARY, 5, 9_000_000, **values),
        trade("sell", MARCH, 4, 8_000_000),
    ]
    sheet = compute_tax_sheet(trades, 2026)
    assert sheet.sales[-1].trade is trades[-1]
    assert (sheet.sales[-1].cost, sheet.gain) == (None, None)


def test_a_sale_without_a_day_is_in_the_sheet_of_each_year() -> None:
    sale = trade("sell", MARCH, 4, 8_000_000, trade_date=None, settlement_date=None)
    for year in (2025, 2026):
        sheet = compute_tax_sheet([trade("buy", JANUARY, 10, 10_000_000), sale], year)
        assert [row.trade for row in sheet.sales] == [sale]
        assert sheet.gain is None


def test_a_changed_ticker_is_the_same_item() -> None:
    trades = [
        trade("buy", JANUARY, 1, 1_000_000, code="FB"),
        trade("sell", MARCH, 1, 2_000_000, code="META"),
    ]
    assert compute_tax_sheet(trades, 2026).gain == 1_000_000


def test_a_fraction_is_a_quantity() -> None:
    half = {"whole_quantity": Decimal(0), "fractional_quantity": Decimal("0.5")}
    trades = [
        trade("buy", JANUARY, 0, 500_000, **half),
        trade("sell", MARCH, 0, 800_000, **half),
    ]
    assert compute_tax_sheet(trades, 2026).gain == 300_000


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 5_000_000)), min_size=1, max_size=8),
       st.sampled_from(list(CostMethod)))  # fmt: skip
def test_all_shares_sold_cost_what_was_paid(
    purchases: list[tuple[int, int]], method: CostMethod
) -> None:
    trades = [trade("buy", JANUARY, quantity, won) for quantity, won in purchases]
    trades += [trade("sell", MARCH, quantity, 1) for quantity, _ in purchases]
    sheet = compute_tax_sheet(trades, 2026, method=method)
    assert sheet.cost is not None
    assert abs(sheet.cost - sum(won for _, won in purchases)) <= len(purchases)
    assert not items_missing_purchases(trades, 2026, {})
