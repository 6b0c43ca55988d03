"""Realised profit and overseas trades as KIS sends them."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal

import pytest

from kistui.client.pagination import AccountRequest, short_code
from kistui.client.realized_profit import (
    fetch_daily_profit,
    fetch_overseas_profit,
    fetch_overseas_trades,
    fetch_today_profit,
    fetch_trade_profit,
)
from kistui.errors import MalformedResponseError, NotOnPaperError
from kistui.models.orders import Side
from kistui.models.periods import DateRange
from kistui.simulator import Response
from tests.client.conftest import OpenClient, rows_response

DAYS = DateRange(date(2026, 11, 1), date(2026, 11, 23))
TRADE_ROW = {
    "trad_dt": "20261120", "pdno": "00000A005930", "prdt_name": "삼성전자",
    "trad_dvsn_name": "현금", "loan_dt": "", "hldg_qty": "0", "pchs_unpr": "70000.0000",
    "buy_qty": "0", "buy_amt": "0", "sll_pric": "75000", "sll_qty": "10", "sll_amt": "750000",
    "rlzt_pfls": "48402", "pfls_rt": "6.91457143", "fee": "98", "tl_tax": "1500", "loan_int": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("00000A005930", "005930"),
        ("00000Q520057", "Q520057"),
        ("000J2552221D", "52221D"),
        ("005930", "005930"),
        (5930, 5930),
        ("", ""),
    ],
)
def test_a_padded_code_is_cut(code: object, short: object) -> None:
    assert short_code(code) == short


async def test_trades_have_short_codes_and_both_lists_one_spelling(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    harness.simulator.script(
        "period-trade-profit",
        rows_response([TRADE_ROW], output2=[{"buyqty_smtl": "7", "tot_pftrt": "6.91"}]),
    )
    daily_totals = {"buy_qty_smtl": "7", "tot_rlzt_pfls": "48402"}
    harness.simulator.script("inquire-period-profit", rows_response([], output2=daily_totals))
    account = await harness.account_request()
    trades = await fetch_trade_profit(account, DAYS)
    daily = await fetch_daily_profit(account, DAYS)
    (trade,) = trades.rows
    assert (trade.code, trade.profit, trade.cost) == ("005930", 48_402, Decimal(700_000))
    assert trades.summary is not None
    assert trades.summary.bought_quantity == 7
    assert daily.summary is not None
    assert (daily.summary.bought_quantity, daily.summary.profit) == (7, 48_402)


async def test_todays_profit_is_in_the_totals_of_the_balance(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(
        "inquire-balance-rlz-pl",
        rows_response(
            [{"pdno": "005930"}], output2=[{"rlzt_pfls": "48402", "rlzt_erng_rt": "6.91"}]
        ),
        rows_response([]),
        Response(body=b'{"rt_cd": "0", "msg_cd": "KIOK0560"}'),
    )
    account = await harness.account_request()
    today = await fetch_today_profit(account)
    assert (today.profit, today.rate) == (48_402, Decimal("6.91"))
    assert harness.simulator.requests[-1].query["INQR_DVSN"] == "00"
    with pytest.raises(MalformedResponseError):
        await fetch_today_profit(account)
    without_data = await fetch_today_profit(account)
    assert (without_data.profit, without_data.sold) == (None, None)


async def test_overseas_profit_has_keys_with_a_capital_letter(open_client: OpenClient) -> None:
    harness = open_client()
    row = {
        "trad_day": "20261119", "ovrs_pdno": "AAPL", "slcl_qty": "3",
        "ovrs_rlzt_pfls_amt": "12.50000", "ovrs_excg_cd": "NASD",
    }  # fmt: skip
    body = {"rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", "Output1": [row],
            "Output2": {"ovrs_rlzt_pfls_tot_amt": "17500.00000"}}  # fmt: skip
    harness.simulator.script(
        "overseas-stock/v1/trading/inquire-period-profit",
        Response(body=json.dumps(body).encode(), headers={"tr_cont": "D"}),
    )
    profit = await fetch_overseas_profit(await harness.account_request(), DAYS, in_won=True)
    assert profit.rows[0].profit == Decimal("12.5")
    assert profit.summary is not None
    assert profit.summary.profit == Decimal(17_500)
    assert harness.simulator.requests[-1].query["WCRC_FRCR_DVSN_CD"] == "02"


async def test_an_unsettled_overseas_trade_has_no_won(open_client: OpenClient) -> None:
    harness = open_client()
    row = {
        "trad_dt": "20261119", "sttl_dt": "20261123", "sll_buy_dvsn_cd": "01", "pdno": "AAPL",
        "ccld_qty": "3", "amt_unit_ccld_qty": "0.00000000", "tr_frcr_amt2": "815.70",
        "tr_amt": "0", "erlm_exrt": "0.00000000", "std_pdno": "US0378331005",
        "dmst_wcrc_fee": "0", "ovrs_wcrc_fee": "0", "crcy_cd": "USD",
    }  # fmt: skip
    settled = row | {
        "tr_amt": "1198000", "erlm_exrt": "1468.70", "dmst_wcrc_fee": "2990",
        "ovrs_wcrc_fee": "12", "sll_buy_dvsn_cd": "02", "ccld_qty": "0",
        "amt_unit_ccld_qty": "0.55000000",
    }  # fmt: skip
    harness.simulator.script("inquire-period-trans", rows_response([row, settled]))
    trades = (await fetch_overseas_trades(await harness.account_request(), DAYS)).rows
    assert [(trade.side, trade.quantity) for trade in trades] == [
        (Side.SELL, 3),
        (Side.BUY, Decimal("0.55")),
    ]
    assert [(trade.traded_won, trade.fees_won) for trade in trades] == [
        (None, None),
        (1_198_000, 3_002),
    ]
    assert harness.simulator.requests[-1].query["LOAN_DVSN_CD"] == ""


@pytest.mark.parametrize(
    "read",
    [
        lambda account: fetch_daily_profit(account, DAYS),
        lambda account: fetch_trade_profit(account, DAYS),
        fetch_today_profit,
        lambda account: fetch_overseas_profit(account, DAYS, in_won=False),
        lambda account: fetch_overseas_trades(account, DAYS),
    ],
)
async def test_calls_that_paper_lacks_are_not_made(
    open_client: OpenClient, read: Callable[[AccountRequest], Awaitable[object]]
) -> None:
    harness = open_client(environment="paper")
    account = await harness.account_request()
    before = len(harness.simulator.requests)
    with pytest.raises(NotOnPaperError):
        await read(account)
    assert len(harness.simulator.requests) == before
