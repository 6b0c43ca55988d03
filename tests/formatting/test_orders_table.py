"""Tables of orders and of taxed sales: money has the decimals of its currency."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from kistui.formatting.cells import plain_text
from kistui.formatting.orders_table import ORDER_COLUMNS, order_totals_line
from kistui.formatting.tax_table import TAX_COLUMNS, tax_headline
from kistui.i18n import load_translations
from kistui.models.order_list import OrderList
from kistui.models.orders import DomesticOrderTotals, Order, Side
from kistui.models.overseas_tax import TaxSale, TaxSheet
from kistui.models.periods import DateRange
from kistui.models.realized_profit import OverseasTrade

T = load_translations("en")
DAY = dt.date(2026, 11, 23)


def order(currency: str, price: str, amount: str | None) -> Order:
    return Order(
        side=Side.BUY,
        currency=currency,
        price=Decimal(price),
        filled_quantity=Decimal(1),
        filled_amount=None if amount is None else Decimal(amount),
    )


WON, DOLLARS = order("KRW", "47900", "958000.0"), order("USD", "503.1", "1352.2")
UNKNOWN = order("USD", "1", None)


def totals(*orders: Order, amounts_hidden: bool = False) -> str:
    order_list = OrderList(days=DateRange(DAY, DAY), orders=orders)
    return plain_text(order_totals_line(order_list, T, amounts_hidden=amounts_hidden)).strip()


@pytest.mark.parametrize(
    ("name", "won", "dollars"), [("limit", "47,900", "503.10"), ("amount", "958,000", "1,352.20")]
)
def test_money_has_the_decimals_of_its_currency(name: str, won: str, dollars: str) -> None:
    (column,) = (column for column in ORDER_COLUMNS if column.name == name)
    assert [column.format_cell(row, T).text for row in (WON, DOLLARS)] == [won, dollars]


def test_totals_name_currencies_where_there_are_several() -> None:
    assert totals(WON) == "Bought 958,000 · Sold 0"
    assert totals(DOLLARS, WON) == "Bought 958,000 KRW + 1,352.20 USD · Sold 0"
    assert totals(DOLLARS, WON, amounts_hidden=True) == "Bought ••• KRW + ••• USD · Sold •••"
    assert totals(DOLLARS, UNKNOWN) == "Bought - USD · Sold 0"


def test_a_trade_of_unknown_side_leaves_both_sides_unknown() -> None:
    known = order("KRW", "100", "700")
    assert "-" not in totals(known)
    unknown = totals(known, replace(known, side=None))
    assert unknown.count("-") == 2
    assert totals(known, replace(known, side=None, filled_amount=Decimal(0))) == totals(known)


def test_costs_of_orders_that_paper_does_not_list_are_left_out() -> None:
    kis_totals = DomesticOrderTotals(estimated_costs=2_889)
    real = OrderList(days=DateRange(DAY, DAY), orders=(DOLLARS,), totals=(kis_totals,))
    assert "2,889" in plain_text(order_totals_line(real, T))
    assert "2,889" not in plain_text(order_totals_line(replace(real, is_paper=True), T))


def test_settlement_rates_are_aligned() -> None:
    (column,) = (column for column in TAX_COLUMNS if column.name == "exchange_rate")
    sale = TaxSale(OverseasTrade(exchange_rate=Decimal("1455.2")), None)
    assert column.format_cell(sale, T).text == "1,455.20"


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_the_headline_of_the_tax_sheet_leaves_out_whole_figures(width: int) -> None:
    sheet = TaxSheet(year=2026, kis_profit=Decimal(2_359_339))
    lines = [plain_text(line) for line in tax_headline(sheet, T, width)]
    wide = " ".join(plain_text(line) for line in tax_headline(sheet, T, 200))
    for part in "   ".join(lines).strip().split("   "):
        assert part.strip() in wide
    assert max(map(len, lines)) <= max(width, 30)


def test_totals_have_no_zeros_before_anything_is_read() -> None:
    nothing = OrderList(days=DateRange(DAY, DAY), part_count=2)
    assert order_totals_line(nothing, T) == ()
    assert "0" in plain_text(order_totals_line(replace(nothing, parts_read=2), T))
