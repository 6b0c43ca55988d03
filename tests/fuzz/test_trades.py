"""Any rows of orders, profit and trades become a list that every page can show, or an error."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.client import orders as order_lists
from kistui.client import realized_profit as profit_lists
from kistui.client.pagination import RowList, parse_list_page
from kistui.errors import KistuiError
from kistui.formatting.orders_table import filter_orders, order_totals_line, orders_table
from kistui.formatting.profit_table import check_text, profit_headline, profit_table
from kistui.formatting.tax_table import tax_notes, tax_sum_lines, tax_table
from kistui.formatting.trade_detail import order_detail_lines, profit_detail_lines
from kistui.formatting.trade_exports import (
    ORDER_FIELDS,
    PROFIT_FIELDS,
    TAX_FIELDS,
    TradeSnapshot,
    trades_csv,
    trades_json,
)
from kistui.models.order_list import OrderList, OrderPart
from kistui.models.orders import (
    DomesticOrderRow,
    Order,
    OverseasOrderRow,
    domestic_orders,
    overseas_orders,
)
from kistui.models.overseas_tax import CostMethod, compute_tax_sheet, items_missing_purchases
from kistui.models.periods import DateRange
from kistui.models.profit_report import (
    ProfitGrouping,
    ProfitLine,
    ProfitReport,
    daily_lines,
    domestic_checks,
    overseas_checks,
    overseas_lines,
    trade_lines,
)
from kistui.models.realized_profit import DailyProfit, OverseasProfit, OverseasTrade, TradeProfit
from tests.fuzz.strategies import JSON_VALUES, VALUES, fuzz_settings, rows_of
from tests.support import MORNING, PROFILE

T = i18n.load_translations("ko")
TODAY = date(2026, 11, 23)
DAYS = DateRange(date(2026, 11, 1), TODAY)


ORDER_LISTS = (
    (order_lists.RECENT_LIST, DomesticOrderRow),
    (order_lists.PENSION_LIST, DomesticOrderRow),
    (order_lists.OVERSEAS_LIST, OverseasOrderRow),
)
PROFIT_LISTS = (
    (profit_lists.DAILY_LIST, DailyProfit),
    (profit_lists.TRADE_LIST, TradeProfit),
    (profit_lists.OVERSEAS_PROFIT_LIST, OverseasProfit),
)


def parse(row_list: RowList[Any, Any], rows: object, totals: object) -> tuple[Any, Any] | None:
    """Return the rows and totals of a page, or `None` if they are an error of the tree."""
    with suppress(KistuiError):
        page = parse_list_page(row_list, "D", {row_list.rows_key: rows, "output2": totals})
        return page.rows, page.summary
    return None


@given(
    st.sampled_from([entry[0] for entry in (*ORDER_LISTS, *PROFIT_LISTS)]), JSON_VALUES, JSON_VALUES
)
@fuzz_settings
def test_any_json_is_a_page_or_an_error(
    row_list: RowList[Any, Any], rows: object, totals: object
) -> None:
    parse(row_list, rows, totals)


@given(st.sampled_from(ORDER_LISTS), st.data())
@fuzz_settings
def test_any_orders_can_be_shown(
    order_list: tuple[RowList[Any, Any], type[Any]], data: st.DataObject
) -> None:
    row_list, record = order_list
    parsed = parse(row_list, data.draw(rows_of(record)), {})
    if parsed is None:
        return
    is_overseas = record is OverseasOrderRow
    orders: Sequence[Order] = (
        overseas_orders(parsed[0], TODAY) if is_overseas else domestic_orders(parsed[0], TODAY)
    )
    numbers = [order for root in orders for order in (root, *root.changes)]
    assert len(numbers) <= len(parsed[0])
    content = OrderList(days=DAYS).with_part(OrderPart(orders=tuple(orders), days=DAYS))
    orders_table(filter_orders(orders, query="ㅅ"), T)
    list(orders_table(orders, T).lay_out(80).rows)
    order_totals_line(content, T)
    for order in orders:
        for is_raw in (False, True):
            order_detail_lines(order, T, 76, show_raw_fields=is_raw)
    snapshot = TradeSnapshot(PROFILE, content, MORNING, orders)
    trades_json([snapshot], all_accounts=False, amounts_hidden=False)
    trades_csv([snapshot], fields=ORDER_FIELDS)


@given(st.sampled_from(PROFIT_LISTS), st.sampled_from(list(ProfitGrouping)), st.data())
@fuzz_settings
def test_any_profit_can_be_shown(
    profit_list: tuple[RowList[Any, Any], type[Any]], grouping: ProfitGrouping, data: st.DataObject
) -> None:
    row_list, record = profit_list
    totals = data.draw(st.dictionaries(st.sampled_from(["tot_rlzt_pfls"]), VALUES))
    parsed = parse(row_list, data.draw(rows_of(record)), totals)
    if parsed is None:
        return
    lines: tuple[ProfitLine, ...]
    if record is DailyProfit:
        lines = daily_lines(parsed[0])
    elif record is TradeProfit:
        lines = trade_lines(parsed[0])
    else:
        lines = overseas_lines(parsed[0], parsed[0])
    check = overseas_checks if record is OverseasProfit else domestic_checks
    report = ProfitReport(days=DAYS, grouping=grouping, lines=lines, checks=check(lines, parsed[1]))
    groups = report.groups()
    list(profit_table(report, T).lay_out(80).rows)
    profit_headline(report, T, 80)
    check_text(report, T)
    for group in groups:
        profit_detail_lines(group, report, T, 76)
        profit_detail_lines(group, report, T, 76, show_raw_fields=True)
    snapshot = TradeSnapshot(PROFILE, report, MORNING, groups)
    trades_json([snapshot], all_accounts=False, amounts_hidden=False)
    trades_csv([snapshot], fields=PROFIT_FIELDS)


@given(rows_of(OverseasTrade), st.sampled_from(list(CostMethod)))
@fuzz_settings
def test_any_trades_are_a_tax_sheet(rows: list[dict[str, Any]], method: CostMethod) -> None:
    parsed = parse(profit_lists.OVERSEAS_TRADE_LIST, rows, {})
    if parsed is None:
        return
    items_missing_purchases(parsed[0], 2026, {})
    sheet = compute_tax_sheet(parsed[0], 2026, method=method)
    list(tax_table(sheet, T).lay_out(80).rows)
    tax_sum_lines(sheet, T)
    tax_notes(sheet, T)
    snapshot = TradeSnapshot(PROFILE, sheet, MORNING, (*sheet.sales, *sheet.unsettled))
    trades_json([snapshot], all_accounts=False, amounts_hidden=False)
    trades_csv([snapshot], fields=TAX_FIELDS)
