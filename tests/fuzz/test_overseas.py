"""Any overseas or pension response is a balance that every page can show, or an error."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.cli import balance_tables
from kistui.client import domestic_balance, overseas_balance
from kistui.errors import KistuiError
from kistui.formatting import balance_exports
from kistui.formatting.ansi import strip_styles
from kistui.formatting.balance_status import overseas_status
from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.formatting.holding_detail import holding_detail_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.summary_boxes import summary_boxes
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import Balance, BalanceSummary, merge_lots
from kistui.models.kis_fields import field_specs
from kistui.models.load_state import Loaded
from kistui.models.markets import Market
from kistui.models.overseas import (
    OverseasBalance,
    OverseasCash,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    merge_overseas_lots,
)
from kistui.models.totals import all_holdings, compute_headline, with_overseas
from tests.fuzz.strategies import JSON_VALUES, RAW_VALUES, fuzz_settings
from tests.fuzz.test_responses import valid_fields
from tests.support import MORNING, make_balance, make_lot

T = i18n.load_translations("ko")
PROFILE = Profile("main", Environment.REAL, AccountNumber("50071234"))
CURRENCIES = st.sampled_from(["USD", "JPY", "VND", "KRW", "EUR", ""])
EXCHANGES = st.sampled_from(["NASD", "NYSE", "TKSE", "VNSE", "SHAA", "ELSE", ""])


view_states = st.builds(
    HoldingsViewState,
    sort_column=st.sampled_from([None, *(column.name for column in HOLDING_COLUMNS)]),
    descending=st.booleans(),
    query=RAW_VALUES,
    market=st.sampled_from([None, *Market]),
    show_sold_out=st.booleans(),
)
"""One view per balance; over all examples each column and market comes up several times."""


def rows_of(record: type, currency: str, exchange: str) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries({currency: CURRENCIES, exchange: EXCHANGES})
    return st.tuples(valid_fields(record), known).map(lambda pair: pair[0] | pair[1])


TRADED = rows_of(TradeDateLot, "buy_crcy_cd", "ovrs_excg_cd")
SETTLED = rows_of(SettlementDateLot, "tr_crcy_cd", "ovrs_excg_cd")
CASH = st.tuples(valid_fields(OverseasCash), CURRENCIES).map(
    lambda pair: pair[0] | {"crcy_cd": pair[1]}
)


@fuzz_settings
@given(st.dictionaries(st.sampled_from(["output1", "output2", "output3", "msg_cd"]), JSON_VALUES))
def test_any_response_is_parsed_or_an_error_of_the_tree(body: dict[str, Any]) -> None:
    for parse in (
        overseas_balance.parse_present_balance,
        lambda page: overseas_balance.parse_exchange_page("M", page),
        lambda page: domestic_balance.parse_pension_page("M", page),
    ):
        try:
            parse(json.loads(json.dumps(body)))
        except KistuiError:
            pass


@fuzz_settings
@given(
    st.lists(TRADED, max_size=4), st.lists(SETTLED, max_size=3), st.lists(CASH, max_size=3),
    valid_fields(OverseasTotals), view_states,
)  # fmt: skip
def test_any_valid_balance_can_be_shown_sorted_filtered_and_exported(
    traded: list[Any],
    settled: list[Any],
    cash: list[Any],
    totals: dict[str, Any],
    view_state: HoldingsViewState,
) -> None:
    present = overseas_balance.parse_present_balance(
        {"output1": traded, "output2": cash, "output3": totals}
    )
    settlement_page = overseas_balance.parse_exchange_page("", {"output1": settled})
    overseas = OverseasBalance(
        holdings=merge_overseas_lots([present.lots, settlement_page.rows]),
        cash=present.cash,
        totals=present.totals,
    )
    domestic = make_balance(make_lot(), make_lot(code="000660", loan_amount=5))
    balance = with_overseas(domestic, Loaded(overseas, MORNING + timedelta(seconds=1)))
    check_views(balance, view_state)


@fuzz_settings
@given(st.lists(st.dictionaries(st.sampled_from(["pdno", "hldg_qty", "prpr"]), RAW_VALUES)))
def test_a_pension_can_be_shown_whatever_is_missing(rows: list[dict[str, str]]) -> None:
    try:
        page = domestic_balance.parse_pension_page("", {"output1": rows, "output2": {}})
    except KistuiError:
        return
    balance = Balance(summary=BalanceSummary(), holdings=merge_lots(page.rows), is_pension=True)
    check_views(balance, HoldingsViewState())


def check_views(balance: Balance, view_state: HoldingsViewState) -> None:
    """Compute, lay out and export everything that is shown of a balance."""
    compute_headline(balance)
    overseas_status(balance, T, now=MORNING, amounts_hidden=False)
    for is_wide in (False, True):
        for box in summary_boxes(balance, T, wide=is_wide):
            assert all(plain_text(line).isprintable() for line in box.render(36))
    table = HoldingsTable(balance, T, view_state).lay_out(120)
    assert len({display_width(plain_text(line)) for line in (table.header, *table.rows)}) == 1
    for holding in all_holdings(balance):
        for line in holding_detail_lines(
            holding, (1, 1), T, 60, MORNING.date(), show_raw_fields=True
        ):
            assert display_width(plain_text(line)) <= 60 or any(
                char.isdigit() for char in plain_text(line)
            )
        assert holding.weight is None or isinstance(holding.weight, Decimal)
    snapshot = balance_exports.BalanceSnapshot(PROFILE, balance, MORNING)
    json.loads(balance_exports.summary_json(snapshot))
    for as_lots in (False, True):
        json.loads(
            balance_exports.holdings_json(snapshot, as_lots=as_lots, market=view_state.market)
        )
        balance_exports.holdings_csv(snapshot, as_lots=as_lots, market=view_state.market)
    footer = strip_styles(balance_tables.summary_table(snapshot, T, 60)).split("\n\n")[-1]
    assert all(display_width(line) <= 60 for line in footer.splitlines())


def test_every_overseas_record_is_fuzzed() -> None:
    records = (TradeDateLot, SettlementDateLot, OverseasCash, OverseasTotals)
    assert [len(field_specs(record)) for record in records] == [29, 16, 12, 21]
