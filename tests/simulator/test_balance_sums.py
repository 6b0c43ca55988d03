"""Figures: the sums in a balance agree to the won, and prices move."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest

from kistui.simulator import SCENES
from kistui.simulator.instruments import Instrument, generate_instrument, tick_size
from kistui.simulator.options import KST
from kistui.simulator.price_history import domestic_history
from tests.simulator.support import MORNING, SimulatorHarness

ROW = [
    "pdno", "prdt_name", "trad_dvsn_name", "bfdy_buy_qty", "bfdy_sll_qty", "thdt_buyqty",
    "thdt_sll_qty", "hldg_qty", "ord_psbl_qty", "pchs_avg_pric", "pchs_amt", "prpr", "evlu_amt",
    "evlu_pfls_amt", "evlu_pfls_rt", "evlu_erng_rt", "loan_dt", "loan_amt", "stln_slng_chgs",
    "expd_dt", "fltt_rt", "bfdy_cprs_icdc", "item_mgna_rt_name", "grta_rt_name", "sbst_pric",
    "stck_loan_unpr",
]  # fmt: skip
SUMMARY = [
    "dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt", "cma_evlu_amt", "bfdy_buy_amt",
    "thdt_buy_amt", "nxdy_auto_rdpt_amt", "bfdy_sll_amt", "thdt_sll_amt", "d2_auto_rdpt_amt",
    "bfdy_tlex_amt", "thdt_tlex_amt", "tot_loan_amt", "scts_evlu_amt", "tot_evlu_amt",
    "nass_amt", "fncg_gld_auto_rdpt_yn", "pchs_amt_smtl_amt", "evlu_amt_smtl_amt",
    "evlu_pfls_smtl_amt", "tot_stln_slng_chgs", "bfdy_tot_asst_evlu_amt", "asst_icdc_amt",
    "asst_icdc_erng_rt",
]  # fmt: skip
SOUND = [
    name
    for name in SCENES
    if name in {"ordinary", "empty", "many", "other-letters", "credit", "off-hours", "hostile"}
]
START = int(MORNING.timestamp())

Row = dict[str, str]


def fetch_all_rows(harness: SimulatorHarness, token: str) -> tuple[list[Row], Row]:
    rows, summaries = [], []
    for page in harness.iter_pages(token):
        rows += page.json["output1"]
        summaries += page.json["output2"]
        harness.clock.advance(seconds=2)
    return rows, summaries[-1]


def rate(part: int, total: int, places: int) -> str:
    exact = Decimal(100 * part) / total if total else Decimal(0)
    return f"{exact.quantize(Decimal(10) ** -places, ROUND_HALF_UP):f}"


def check_row(row: Row, *, is_paper: bool) -> None:
    assert list(row) == ROW
    assert all(isinstance(value, str) for value in row.values())
    price, quantity, cost = int(row["prpr"]), int(row["hldg_qty"]), int(row["pchs_amt"])
    profit, change = int(row["evlu_pfls_amt"]), int(row["bfdy_cprs_icdc"])
    assert int(row["evlu_amt"]) == price * quantity
    assert profit == price * quantity - cost
    average = Decimal(row["pchs_avg_pric"])
    assert average.as_tuple().exponent == -4
    assert abs(average * quantity - cost) <= quantity * Decimal("0.00005")
    assert row["evlu_pfls_rt"] == rate(profit, cost, 2)
    assert row["fltt_rt"] == rate(change, price - change, 8)
    assert row["evlu_erng_rt"] == (rate(profit, cost, 8) if is_paper else "0.00000000")
    assert (row["sbst_pric"] == "0") == is_paper


def check_summary(summary: Row, rows: list[Row], *, is_paper: bool) -> None:
    assert list(summary) == SUMMARY
    assert all(isinstance(value, str) for value in summary.values())
    won = {name: int(text) for name, text in summary.items() if name.endswith(("amt", "chgs"))}
    day_before = won["dnca_tot_amt"] - won["bfdy_buy_amt"] + won["bfdy_sll_amt"]
    assert won["nxdy_excc_amt"] == day_before - won["bfdy_tlex_amt"]
    today = won["nxdy_excc_amt"] - won["thdt_buy_amt"] + won["thdt_sll_amt"]
    assert won["prvs_rcdl_excc_amt"] == today - won["thdt_tlex_amt"]
    assert won["tot_evlu_amt"] == won["scts_evlu_amt"] + won["prvs_rcdl_excc_amt"]
    assert won["nass_amt"] == won["tot_evlu_amt"] - won["tot_loan_amt"]
    change, before = won["asst_icdc_amt"], won["bfdy_tot_asst_evlu_amt"]
    assert change == won["tot_evlu_amt"] - before
    assert won["scts_evlu_amt"] == won["evlu_amt_smtl_amt"]
    assert won["evlu_pfls_smtl_amt"] == won["evlu_amt_smtl_amt"] - won["pchs_amt_smtl_amt"]
    assert summary["asst_icdc_erng_rt"] == (rate(change, before, 8) if is_paper else "0.00000000")
    for total, part in (
        ("pchs_amt_smtl_amt", "pchs_amt"),
        ("evlu_amt_smtl_amt", "evlu_amt"),
        ("evlu_pfls_smtl_amt", "evlu_pfls_amt"),
        ("tot_loan_amt", "loan_amt"),
    ):
        assert won[total] == sum(int(row[part]) for row in rows)


@pytest.mark.parametrize("seed", [1, 2, 77])
@pytest.mark.parametrize("environment", ["real", "paper"])
@pytest.mark.parametrize("scene", SOUND)
def test_all_sums_agree_over_all_pages(scene: str, environment: str, seed: int) -> None:
    with SimulatorHarness(scene=scene, environment=environment, seed=seed) as harness:
        token = harness.issue_token()
        for hours in (0, 7):
            harness.clock.advance(hours=hours)
            rows, summary = fetch_all_rows(harness, token)
            for row in rows:
                check_row(row, is_paper=harness.is_paper)
            check_summary(summary, rows, is_paper=harness.is_paper)


@pytest.mark.parametrize("seed", range(6))
def test_the_ordinary_account_has_gainers_losers_and_a_plausible_total(seed: int) -> None:
    with SimulatorHarness(seed=seed) as harness:
        response = harness.request_balance(harness.issue_token()).json
    days = [Decimal(row["fltt_rt"]) for row in response["output1"]]
    profits = [int(row["evlu_pfls_amt"]) for row in response["output1"]]
    assert min(days) < 0 < max(days)
    assert min(profits) < 0 < max(profits)
    assert 80_000_000 < int(response["output2"][0]["tot_evlu_amt"]) < 120_000_000


def test_the_ordinary_account_has_traded_and_sold_out_of_one_item() -> None:
    with SimulatorHarness() as harness:
        response = harness.request_balance(harness.issue_token()).json
    summary = response["output2"][0]
    cash = {summary[name] for name in ("dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt")}
    assert len(cash) == 3
    assert [row["hldg_qty"] for row in response["output1"]].count("0") == 1
    assert len(response["output1"]) == 13


@pytest.mark.parametrize("seed", [1, 5])
def test_prices_keep_to_ticks_and_within_four_percent_of_the_close(seed: int) -> None:
    for item in [generate_instrument(index, seed) for index in range(40)] + [
        Instrument("005930", "", 88_500, 1)
    ]:
        history = domestic_history(item, seed)
        for seconds in range(START, START + 4 * 3_600, 1_701):  # up to the last hour
            now = int(history.price(seconds))
            close = history.previous_close(datetime.fromtimestamp(seconds, KST))
            assert now % tick_size(now) == 0
            assert abs(now - close) * 25 <= close


@pytest.mark.parametrize(
    ("won", "step"),
    [(1_999, 1), (2_000, 5), (4_995, 5), (5_000, 10), (19_990, 10), (20_000, 50), (49_950, 50),
     (50_000, 100), (199_900, 100), (200_000, 500), (499_500, 500), (500_000, 1_000)],
)  # fmt: skip
def test_tick_sizes_are_those_of_krx(won: int, step: int) -> None:
    assert tick_size(won) == step


def test_prices_move_but_not_within_three_seconds_and_never_far_at_once() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.clock.advance(seconds=-START % 3)
        prices = []
        for _ in range(80):
            balance = harness.request_balance(token).json
            harness.clock.advance(seconds=2)
            assert harness.request_balance(token).json == balance
            harness.clock.advance(seconds=1)
            prices.append(int(balance["output1"][1]["prpr"]))
    steps = [abs(after - before) for before, after in pairwise(prices)]
    assert len(set(prices)) > 3
    assert max(steps) <= prices[0] // 200


def test_the_same_seed_and_time_give_the_same_balance() -> None:
    bodies = []
    for seed in (1, 1, 2):
        with SimulatorHarness(seed=seed) as harness:
            bodies.append(harness.request_balance(harness.issue_token()).body)
    assert bodies[0] == bodies[1] != bodies[2]
