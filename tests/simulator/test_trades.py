"""Orders and profit: one sequence of events behind all lists, and KIS's quirks in each."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.simulator import portfolios
from kistui.simulator.domestic_ledger import DomesticLedger
from kistui.simulator.options import KST
from kistui.simulator.portfolios import trading_costs
from kistui.simulator.trade_times import BUY, SELL, portfolio_at
from kistui.simulator.trading_days import KRX
from kistui.simulator.valuation import trade_cash
from tests.simulator.support import KEYS, TradesHarness

DOMESTIC = "/uapi/domestic-stock/v1/trading"
OVERSEAS = "/uapi/overseas-stock/v1/trading"
ORDERS = f"{DOMESTIC}/inquire-daily-ccld"
PENSION_ORDERS = f"{DOMESTIC}/pension/inquire-daily-ccld"
DAILY_PROFIT = f"{DOMESTIC}/inquire-period-profit"
TRADE_PROFIT = f"{DOMESTIC}/inquire-period-trade-profit"
TODAY_PROFIT = f"{DOMESTIC}/inquire-balance-rlz-pl"
OVERSEAS_ORDERS = f"{OVERSEAS}/inquire-ccnl"
OVERSEAS_PROFIT = f"{OVERSEAS}/inquire-period-profit"
OVERSEAS_TRADES = f"{OVERSEAS}/inquire-period-trans"

RANGE = {"INQR_STRT_DT": "20251124", "INQR_END_DT": "20261123"}
WIDE_KEYS = {"CTX_AREA_FK200": "", "CTX_AREA_NK200": ""}
ORDER_QUERY = RANGE | KEYS | {
    "SLL_BUY_DVSN_CD": "00", "PDNO": "", "ORD_GNO_BRNO": "", "ODNO": "", "CCLD_DVSN": "00",
    "INQR_DVSN": "00", "INQR_DVSN_1": "", "INQR_DVSN_3": "00", "EXCG_ID_DVSN_CD": "ALL",
}  # fmt: skip
PROFIT_QUERY = RANGE | KEYS | {"PDNO": "", "SORT_DVSN": "00", "CBLC_DVSN": "00"}
TODAY_QUERY = KEYS | {
    "AFHR_FLPR_YN": "N", "OFL_YN": "", "INQR_DVSN": "00", "UNPR_DVSN": "01",
    "FUND_STTL_ICLD_YN": "N", "FNCG_AMT_AUTO_RDPT_YN": "N", "PRCS_DVSN": "00",
    "COST_ICLD_YN": "Y",
}  # fmt: skip
PENSION_QUERY = KEYS | {
    "USER_DVSN_CD": "%%", "SLL_BUY_DVSN_CD": "00", "CCLD_NCCS_DVSN": "%%", "INQR_DVSN_3": "00",
}  # fmt: skip
OVERSEAS_ORDER_QUERY = WIDE_KEYS | {
    "PDNO": "%", "ORD_STRT_DT": "20251124", "ORD_END_DT": "20261123", "SLL_BUY_DVSN": "00",
    "CCLD_NCCS_DVSN": "00", "OVRS_EXCG_CD": "%", "SORT_SQN": "DS", "ORD_DT": "",
    "ORD_GNO_BRNO": "", "ODNO": "",
}  # fmt: skip
OVERSEAS_PROFIT_QUERY = RANGE | WIDE_KEYS | {
    "OVRS_EXCG_CD": "", "NATN_CD": "", "CRCY_CD": "", "PDNO": "", "WCRC_FRCR_DVSN_CD": "02",
}  # fmt: skip
OVERSEAS_TRADE_QUERY = KEYS | {
    "ERLM_STRT_DT": "20251124", "ERLM_END_DT": "20261123", "OVRS_EXCG_CD": "", "PDNO": "",
    "SLL_BUY_DVSN_CD": "00", "LOAN_DVSN_CD": "",
}  # fmt: skip


def total(rows: list[dict[str, Any]], key: str) -> int:
    return sum(int(row[key]) for row in rows)


INSTANTS = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)),
    st.builds(
        datetime.combine,
        st.sampled_from(
            [date(2026, 11, 28), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)]
        ),
        st.times(),
    ),
    st.builds(
        lambda days, minutes: datetime(2026, 1, 1, 8, 50) + timedelta(days, minutes * 60),
        st.integers(0, 800),
        st.integers(0, 70),
    ),
).map(lambda local: local.replace(microsecond=0, tzinfo=KST))
"""Any instant, with weekends, the ends of years, a leap day and the first minutes of sessions."""


@given(st.integers(0, 50), INSTANTS, st.sampled_from(["ordinary", "credit", "isa"]))
def test_the_orders_of_a_day_are_those_of_the_balance(seed: int, now: datetime, name: str) -> None:
    after_session = getattr(portfolios, name)(seed, None)
    portfolio = portfolio_at(after_session, now)
    ledger = DomesticLedger(after_session, seed, now)
    today = now.date()
    before = KRX.calendar.before(today)
    for day, when in ((today, "today"), (before, "yesterday")):
        for side, verb in ((BUY, "bought"), (SELL, "sold")):
            expected = sum(
                getattr(position, f"{verb}_{when}").amount for position in portfolio.positions
            )
            orders = [order for order in ledger.orders if (order.day, order.side) == (day, side)]
            assert sum(order.amount for order in orders) == expected
    flow, later_flow = trade_cash(portfolio), trade_cash(after_session)
    if not KRX.calendar.is_open(today) or now.hour >= 10 or now.hour < 9:
        assert flow.deposit_d2 == later_flow.deposit_d2
    assert all(KRX.calendar.is_open(order.day) for order in ledger.orders)
    assert all(
        f"{order.day:%Y%m%d}{order.time}" <= f"{now:%Y%m%d%H%M%S}" for order in ledger.orders
    )
    assert all(order.remaining >= 0 for order in ledger.orders)
    keys = {(order.day, order.number) for order in ledger.orders}
    assert len(keys) == len(ledger.orders)
    for trade_day in {trade.day for trade in ledger.trades}:
        trades = [trade for trade in ledger.trades if trade.day == trade_day]
        bought, sold = (
            sum(getattr(trade, name) for trade in trades)
            for name in ("bought_amount", "sold_amount")
        )
        costs = sum(trade.fees + trade.taxes for trade in trades)
        assert costs == trading_costs(bought, sold)


def test_today_agrees_with_the_balance() -> None:
    with TradesHarness() as harness:
        balance = harness.request_balance(harness.issue_token_for("general")).json
        harness.tokens = {}
        harness.simulator.reset()
        today = ORDER_QUERY | {"INQR_STRT_DT": "20261123"}
        response = harness.ask(ORDERS, "TTTC0081R", today).json
        rows, summary = response["output1"], balance["output2"][0]
        for code, key in (("02", "thdt_buy_amt"), ("01", "thdt_sll_amt")):
            side = [row for row in rows if row["sll_buy_dvsn_cd"] == code]
            assert total(side, "tot_ccld_amt") == int(summary[key])
        assert int(response["output2"]["prsm_tlex_smtl"]) == int(summary["thdt_tlex_amt"])
        for item in balance["output1"]:
            fills = [row for row in rows if row["pdno"] == item["pdno"]]
            bought = [row for row in fills if row["sll_buy_dvsn_cd"] == "02"]
            assert total(bought, "tot_ccld_qty") == int(item["thdt_buyqty"])


def test_an_order_is_filled_in_steps_and_the_balance_follows() -> None:
    with TradesHarness(scene="filling") as harness:
        today = ORDER_QUERY | {"INQR_STRT_DT": "20261123", "PDNO": "069500"}
        fills = []
        for _ in range(3):
            (row,) = harness.ask(ORDERS, "TTTC0081R", today).json["output1"]
            balance = harness.request_balance(harness.tokens["general"]).json
            (item,) = (item for item in balance["output1"] if item["pdno"] == "069500")
            assert row["tot_ccld_qty"] == item["thdt_buyqty"]
            assert row["tot_ccld_amt"] == balance["output2"][0]["thdt_buy_amt"]
            assert int(row["rmn_qty"]) + int(row["tot_ccld_qty"]) == int(row["ord_qty"])
            fills.append(int(row["tot_ccld_qty"]))
            harness.clock.advance(minutes=20)
        assert fills == [fills[0], fills[0] + 20, fills[0] + 40]


def test_a_day_of_the_daily_profit_is_the_sum_of_its_trades() -> None:
    with TradesHarness() as harness:
        daily = harness.ask(DAILY_PROFIT, "TTTC8708R", PROFIT_QUERY | {"INQR_DVSN": "00"}).json
        pages = [page.json for page in harness.pages(TRADE_PROFIT, "TTTC8715R", PROFIT_QUERY)]
        trades = [row for page in pages for row in page["output1"]]
        assert len(pages) > 1
        assert len(pages[0]["output1"]) == 50
        pairs = (("rlzt_pfls", "rlzt_pfls"), ("fee", "fee"), ("tl_tax", "tl_tax"),
                 ("sll_amt", "sll_amt"), ("buy_qty1", "buy_qty"))  # fmt: skip
        for day in daily["output1"]:
            of_day = [row for row in trades if row["trad_dt"] == day["trad_dt"]]
            for daily_key, trade_key in pairs:
                assert int(day[daily_key]) == total(of_day, trade_key)
        for page in pages:
            assert int(page["output2"]["tot_rlzt_pfls"]) == total(trades, "rlzt_pfls")
        assert daily["output2"]["buy_qty_smtl"] == pages[0]["output2"]["buyqty_smtl"]
        assert all(len(row["pdno"]) == 12 for row in trades)
        assert any(row["sll_qty"] == "0" for row in trades)
        assert all(row["trad_dt"] < "20261123" for row in trades)


def test_todays_profit_is_in_the_balance() -> None:
    with TradesHarness() as harness:
        (summary,) = harness.ask(TODAY_PROFIT, "TTTC8494R", TODAY_QUERY).json["output2"]
        assert int(summary["rlzt_pfls"]) == 139_672
        assert summary["thdt_sll_amt"] == "1420000"


def test_a_scene_has_a_wrong_sum() -> None:
    with TradesHarness(scene="wrong-sums") as harness:
        query = PROFIT_QUERY | {"INQR_DVSN": "00"}
        daily = harness.ask(DAILY_PROFIT, "TTTC8708R", query).json
        profit = total(daily["output1"], "rlzt_pfls")
        assert int(daily["output2"]["tot_rlzt_pfls"]) == profit + 77_700


def test_orders_have_two_tr_ids_around_three_months() -> None:
    with TradesHarness() as harness:
        recent = harness.ask(ORDERS, "TTTC0081R", ORDER_QUERY).json["output1"]
        older = [
            row
            for page in harness.pages(ORDERS, "CTSC9215R", ORDER_QUERY)
            for row in page.json["output1"]
        ]
        assert min(row["ord_dt"] for row in recent) >= "20260825"
        assert max(row["ord_dt"] for row in older) < "20260825"
        assert len(older) > 100
        assert len({row["odno"] for row in older}) < len(older)


def test_todays_orders_have_a_chain_a_cancellation_and_a_rejection() -> None:
    with TradesHarness() as harness:
        today = ORDER_QUERY | {"INQR_STRT_DT": "20261123"}
        rows = harness.ask(ORDERS, "TTTC0081R", today).json["output1"]
        numbers = {row["odno"]: row for row in rows}
        changes = [row for row in rows if row["orgn_odno"]]
        assert len(changes) == 2
        assert all(numbers[row["orgn_odno"]]["pdno"] == row["pdno"] for row in changes)
        assert any(row["cncl_yn"] == "Y" for row in changes)
        assert any(row["rjct_qty"] != "0" for row in rows)
        assert {row["excg_id_dvsn_Cd"] for row in rows} > {"KRX", "SOR"}
        assert all(row["ctac_tlno"] and row["inqr_ip_addr"] for row in rows)
        for row in rows:
            parts = ("tot_ccld_qty", "cncl_cfrm_qty", "rmn_qty", "rjct_qty")
            assert int(row["ord_qty"]) == sum(int(row[key]) for key in parts)


def test_filters_narrow_the_orders() -> None:
    with TradesHarness() as harness:
        for name, value, key in (
            ("SLL_BUY_DVSN_CD", "01", "sll_buy_dvsn_cd"),
            ("PDNO", "009150", "pdno"),
            ("EXCG_ID_DVSN_CD", "SOR", "excg_id_dvsn_Cd"),
        ):
            rows = harness.ask(ORDERS, "TTTC0081R", ORDER_QUERY | {name: value}).json["output1"]
            assert {row[key] for row in rows} == {value}
        oldest = harness.ask(ORDERS, "TTTC0081R", ORDER_QUERY | {"INQR_DVSN": "01"}).json
        days = [row["ord_dt"] for row in oldest["output1"]]
        assert days == sorted(days)


def test_an_isa_has_english_names() -> None:
    with TradesHarness() as harness:
        rows = harness.ask(ORDERS, "TTTC0081R", ORDER_QUERY, kind="isa").json["output1"]
        assert {row["sll_buy_dvsn_cd_name"] for row in rows} <= {"BUY", "SELL"}


def test_a_pension_has_a_call_of_its_own_for_today() -> None:
    with TradesHarness() as harness:
        refused = harness.ask(ORDERS, "TTTC0081R", ORDER_QUERY, kind="pension")
        assert refused.error == (200, "APBK1744")
        older = harness.ask(ORDERS, "CTSC9215R", ORDER_QUERY, kind="pension").json
        assert older["output1"]
        today = harness.ask(PENSION_ORDERS, "TTTC2210R", PENSION_QUERY, kind="pension").json
        assert {row["pdno"] for row in today["output"]} >= {"360750"}
        assert today["ctx_area_nk100"].strip() == "^^"


def test_a_pension_without_orders_today_has_an_empty_list() -> None:
    with TradesHarness(scene="empty") as harness:
        response = harness.ask(PENSION_ORDERS, "TTTC2210R", PENSION_QUERY, kind="pension")
        assert (response.json["msg_cd"], response.json["output"]) == ("KIOK0490", [])
        assert response.headers["tr_cont"] == "M"


def test_paper_lists_no_domestic_orders_but_counts_them() -> None:
    with TradesHarness(environment="paper") as harness:
        response = harness.ask(ORDERS, "VTTC0081R", ORDER_QUERY | {"EXCG_ID_DVSN_CD": "KRX"})
        assert response.json["msg_cd"] == "70070000"
        assert response.json["output1"] == []
        assert int(response.json["output2"]["tot_ccld_qty"]) > 0


@pytest.mark.parametrize(
    ("path", "tr_id", "query"),
    [
        (DAILY_PROFIT, "TTTC8708R", PROFIT_QUERY | {"INQR_DVSN": "00"}),
        (TRADE_PROFIT, "TTTC8715R", PROFIT_QUERY),
        (TODAY_PROFIT, "TTTC8494R", TODAY_QUERY),
        (OVERSEAS_PROFIT, "TTTS3039R", OVERSEAS_PROFIT_QUERY),
        (OVERSEAS_TRADES, "CTOS4001R", OVERSEAS_TRADE_QUERY),
        (ORDERS, "CTSC9215R", ORDER_QUERY),
    ],
)
def test_paper_refuses_calls_of_the_real_server(
    path: str, tr_id: str, query: dict[str, str]
) -> None:
    with TradesHarness(environment="paper") as harness:
        assert harness.ask(path, tr_id, query).error == (500, "EGW02006")


def test_overseas_orders_come_in_pages_of_20_with_twins_and_a_rejection() -> None:
    with TradesHarness() as harness:
        pages = [
            page.json["output"]
            for page in harness.pages(OVERSEAS_ORDERS, "TTTS3035R", OVERSEAS_ORDER_QUERY, 200)
        ]
        rows = [row for page in pages for row in page]
        assert len(pages[0]) == 20
        numbers = [(row["ord_dt"], row["odno"]) for row in rows]
        assert len(set(numbers)) == len(numbers) - 1
        assert any(row["rjct_rson_name"] for row in rows)
        assert all(row["dmst_ord_dt"] >= row["ord_dt"] for row in rows)


def test_no_overseas_orders_are_an_object_of_blanks() -> None:
    with TradesHarness() as harness:
        response = harness.ask(OVERSEAS_ORDERS, "TTTS3035R", OVERSEAS_ORDER_QUERY, kind="isa")
        assert set(response.json["output"].values()) == {""}
        assert response.json["msg_cd"] == "KIOK0560"


def test_paper_takes_overseas_orders_without_filters_only() -> None:
    with TradesHarness(environment="paper") as harness:
        response = harness.ask(OVERSEAS_ORDERS, "VTTS3035R", OVERSEAS_ORDER_QUERY)
        assert response.code == "OPSQ2001"
        blank = OVERSEAS_ORDER_QUERY | {"PDNO": "", "OVRS_EXCG_CD": ""}
        rows = harness.ask(OVERSEAS_ORDERS, "VTTS3035R", blank).json["output"]
        assert len(rows) == 15


def test_overseas_sums_agree() -> None:
    with TradesHarness() as harness:
        profit = harness.ask(OVERSEAS_PROFIT, "TTTS3039R", OVERSEAS_PROFIT_QUERY).json
        rows, sums = profit["Output1"], profit["Output2"]
        assert Decimal(sums["ovrs_rlzt_pfls_tot_amt"]) == sum(
            Decimal(row["ovrs_rlzt_pfls_amt"]) for row in rows
        )
        trades = harness.ask(OVERSEAS_TRADES, "CTOS4001R", OVERSEAS_TRADE_QUERY).json["output1"]
        sales = {(row["trad_dt"], row["pdno"]) for row in trades if row["sll_buy_dvsn_cd"] == "01"}
        assert {(row["trad_day"], row["ovrs_pdno"]) for row in rows} == {
            sale for sale in sales if sale[0] < "20261123"
        }


def test_overseas_trades_have_unsettled_fractional_and_renamed_rows() -> None:
    with TradesHarness() as harness:
        query = OVERSEAS_TRADE_QUERY | {"ERLM_STRT_DT": "20250101"}
        rows = harness.ask(OVERSEAS_TRADES, "CTOS4001R", query).json["output1"]
        unsettled = [row for row in rows if row["erlm_exrt"] == "0.00000000"]
        assert unsettled
        assert {row["tr_amt"] for row in unsettled} == {"0"}
        assert any(row["ccld_qty"] == "0" for row in rows)
        tickers = {row["pdno"] for row in rows if row["std_pdno"] == "US30303M1027"}
        assert tickers == {"FB", "META"}
