"""Whatever is answered of shares abroad and of pensions: figures every page shows, or an error."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.cli import tables
from kistui.client import domestic_balance, overseas_balance
from kistui.errors import KistuiError
from kistui.formatting import export
from kistui.formatting.balance_status import overseas_status
from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.formatting.holding_detail import holding_detail_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.summary import summary_boxes
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import Balance, BalanceSummary, merge_lots
from kistui.models.kis_fields import field_specs
from kistui.models.load_state import Loaded
from kistui.models.overseas import (
    Market,
    OverseasBalance,
    OverseasCash,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    merge_overseas_lots,
)
from kistui.models.totals import all_holdings, profit_loss, total_value, with_overseas
from tests.fuzz.strategies import JSON_VALUES, RAW_VALUES, fuzz_settings
from tests.fuzz.test_wire import fitting
from tests.support import MORNING, make_balance, make_lot

WORDS = i18n.load_translations("ko")
PROFILE = Profile("main", Environment.REAL, AccountNumber("50071234"))
CURRENCIES = st.sampled_from(["USD", "JPY", "VND", "KRW", "EUR", ""])
EXCHANGES = st.sampled_from(["NASD", "NYSE", "TKSE", "VNSE", "SHAA", "ELSE", ""])


def rows_of(record: type, currency: str, exchange: str) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries({currency: CURRENCIES, exchange: EXCHANGES})
    return st.tuples(fitting(record), known).map(lambda pair: pair[0] | pair[1])


TRADED = rows_of(TradeDateLot, "buy_crcy_cd", "ovrs_excg_cd")
SETTLED = rows_of(SettlementDateLot, "tr_crcy_cd", "ovrs_excg_cd")
CASH = st.tuples(fitting(OverseasCash), CURRENCIES).map(lambda pair: pair[0] | {"crcy_cd": pair[1]})


@fuzz_settings
@given(st.dictionaries(st.sampled_from(["output1", "output2", "output3", "msg_cd"]), JSON_VALUES))
def test_any_answer_is_read_or_an_error_of_the_tree(body: dict[str, Any]) -> None:
    for read in (
        overseas_balance.parse_present_balance,
        lambda each: overseas_balance.parse_exchange_page("M", each),
        lambda each: domestic_balance.parse_pension_page("M", each),
    ):
        try:
            read(json.loads(json.dumps(body)))
        except KistuiError:
            pass


@fuzz_settings
@given(
    st.lists(TRADED, max_size=4), st.lists(SETTLED, max_size=3), st.lists(CASH, max_size=3),
    fitting(OverseasTotals), RAW_VALUES,
)  # fmt: skip
def test_whatever_is_read_can_be_shown_sorted_found_and_exported(
    traded: list[Any], settled: list[Any], cash: list[Any], totals: dict[str, Any], query: str
) -> None:
    present = overseas_balance.parse_present_balance(
        {"output1": traded, "output2": cash, "output3": totals}
    )
    others = overseas_balance.parse_exchange_page("", {"output1": settled})
    abroad = OverseasBalance(
        holdings=merge_overseas_lots([present.lots, others.rows]),
        cash=present.cash,
        totals=present.totals,
    )
    at_home = make_balance(make_lot(), make_lot(code="000660", loan_amount=5))
    whole = with_overseas(at_home, Loaded(abroad, MORNING + timedelta(seconds=1)))
    can_be_shown(whole, query)


@fuzz_settings
@given(st.lists(st.dictionaries(st.sampled_from(["pdno", "hldg_qty", "prpr"]), RAW_VALUES)))
def test_a_pension_is_added_up_whatever_is_missing(rows: list[dict[str, str]]) -> None:
    try:
        page = domestic_balance.parse_pension_page("", {"output1": rows, "output2": {}})
    except KistuiError:
        return
    whole = Balance(summary=BalanceSummary(), holdings=merge_lots(page.rows), is_pension=True)
    can_be_shown(whole, "")


def can_be_shown(whole: Balance, query: str) -> None:
    total_value(whole)
    profit_loss(whole)
    overseas_status(whole, WORDS, amounts_hidden=False)
    for roomy in (False, True):
        for box in summary_boxes(whole, WORDS, wide=roomy):
            assert all(plain_text(line).isprintable() for line in box.render(36))
    arrangements = [HoldingsViewState(query=query, market=market) for market in Market]
    arrangements += [
        HoldingsViewState(sort_column=column.name, query=query, show_sold_out=True)
        for column in HOLDING_COLUMNS
    ]
    for wanted in arrangements:
        table = HoldingsTable(whole, WORDS, wanted).lay_out(120)
        widths = {display_width(plain_text(line)) for line in (table.header, *table.rows)}
        assert len(widths) == 1
    for each in all_holdings(whole):
        for line in holding_detail_lines(
            each, (1, 1), WORDS, 60, MORNING.date(), show_raw_fields=True
        ):
            assert display_width(plain_text(line)) <= 60 or any(
                char.isdigit() for char in plain_text(line)
            )
        assert each.weight is None or isinstance(each.weight, Decimal)
    reading = export.BalanceSnapshot(PROFILE, whole, MORNING)
    json.loads(export.summary_json(reading))
    for lots in (False, True):
        for chosen in (None, Market.US, Market.KR):
            json.loads(export.holdings_json(reading, as_lots=lots, market=chosen))
            export.holdings_csv(reading, as_lots=lots, market=chosen)
    assert tables.summary_table(reading, WORDS)


def test_every_record_abroad_is_among_the_cases() -> None:
    assert {
        len(field_specs(each))
        for each in (TradeDateLot, SettlementDateLot, OverseasCash, OverseasTotals)
    } == {
        29,
        16,
        12,
        21,
    }
