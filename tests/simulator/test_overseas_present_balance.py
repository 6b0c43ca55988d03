"""Overseas inquire-present-balance: won amounts, fractions, rates and the paper server."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.simulator.support import OVERSEAS_PRESENT_BALANCE_PATH, ClientResponse, SimulatorHarness

ROW = [
    "prdt_name", "cblc_qty13", "thdt_buy_ccld_qty1", "thdt_sll_ccld_qty1", "ccld_qty_smtl1",
    "ord_psbl_qty1", "frcr_pchs_amt", "frcr_evlu_amt2", "evlu_pfls_amt2", "evlu_pfls_rt1", "pdno",
    "bass_exrt", "buy_crcy_cd", "ovrs_now_pric1", "avg_unpr3", "tr_mket_name", "natn_kor_name",
    "pchs_rmnd_wcrc_amt", "thdt_buy_ccld_frcr_amt", "thdt_sll_ccld_frcr_amt", "unit_amt",
    "std_pdno", "prdt_type_cd", "scts_dvsn_name", "loan_rmnd", "loan_dt", "loan_expd_dt",
    "ovrs_excg_cd", "item_lnkg_excg_cd",
]  # fmt: skip
NUMBERS = [*ROW[1:10], "bass_exrt", "ovrs_now_pric1", "avg_unpr3", "unit_amt"]
CASH = [
    "crcy_cd", "crcy_cd_name", "frcr_buy_amt_smtl", "frcr_sll_amt_smtl", "frcr_dncl_amt_2",
    "frst_bltn_exrt", "frcr_buy_mgn_amt", "frcr_etc_mgna", "frcr_drwg_psbl_amt_1",
    "frcr_evlu_amt2", "acpl_cstd_crcy_yn", "nxdy_frcr_drwg_psbl_amt",
]  # fmt: skip
TOTALS = [
    "pchs_amt_smtl", "evlu_amt_smtl", "evlu_pfls_amt_smtl", "dncl_amt", "cma_evlu_amt",
    "tot_dncl_amt", "etc_mgna", "wdrw_psbl_tot_amt", "frcr_evlu_tota", "evlu_erng_rt1",
    "pchs_amt_smtl_amt", "evlu_amt_smtl_amt", "tot_evlu_pfls_amt", "tot_asst_amt", "buy_mgn_amt",
    "mgna_tota", "frcr_use_psbl_amt", "ustl_sll_amt_smtl", "ustl_buy_amt_smtl",
    "tot_frcr_cblc_smtl", "tot_loan_amt",
]  # fmt: skip
UNITS = {"USD": 1, "HKD": 1, "CNY": 1, "JPY": 100, "VND": 100}


def ask(harness: SimulatorHarness, token: str, **changes: str | None) -> ClientResponse:
    query = {"WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00",
             "INQR_DVSN_CD": "00", **changes}  # fmt: skip
    return harness.request_for_account("general", token, OVERSEAS_PRESENT_BALANCE_PATH, query)


def request_scene(scene: str = "ordinary", environment: str = "real", **changes: str | None) -> Any:
    with SimulatorHarness(scene=scene, environment=environment) as harness:
        return ask(harness, harness.issue_token(), **changes).json


def round_to_won(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize("scene", ["ordinary", "overseas", "empty", "hostile", "us-consent"])
@pytest.mark.parametrize("nation", ["000", "840", "392", "704"])
def test_rows_cash_and_totals_add_up(scene: str, nation: str) -> None:
    response = request_scene(scene, NATN_CD=nation)
    cost = valuation = cash = Decimal(0)
    for row in response["output1"]:
        assert list(row) == ROW
        assert all(isinstance(value, str) for value in row.values())
        number = {name: Decimal(row[name]) for name in NUMBERS}
        assert number["ccld_qty_smtl1"] == (
            number["cblc_qty13"] + number["thdt_buy_ccld_qty1"] - number["thdt_sll_ccld_qty1"]
        )
        profit = number["frcr_evlu_amt2"] - number["frcr_pchs_amt"]
        assert number["evlu_pfls_amt2"] == profit
        value = number["ovrs_now_pric1"] * number["ccld_qty_smtl1"]
        assert abs(value - number["frcr_evlu_amt2"]) <= Decimal("0.00001")
        assert number["unit_amt"] == UNITS[row["buy_crcy_cd"]]
        in_won = number["bass_exrt"] / number["unit_amt"]
        cost += number["frcr_pchs_amt"] * in_won
        valuation += number["frcr_evlu_amt2"] * in_won
    for row in response["output2"]:
        assert list(row) == CASH
        rate = Decimal(row["frst_bltn_exrt"]) / UNITS[row["crcy_cd"]]
        cash += Decimal(row["frcr_dncl_amt_2"]) * rate
        free = Decimal(row["frcr_drwg_psbl_amt_1"]) * rate
        assert abs(Decimal(row["frcr_evlu_amt2"]) - free) <= Decimal("0.000001")
    totals = response["output3"]
    assert list(totals) == TOTALS
    assert int(totals["pchs_amt_smtl"]) == int(totals["pchs_amt_smtl_amt"]) == round_to_won(cost)
    assert abs(int(totals["evlu_amt_smtl"]) - valuation) <= 1
    assert totals["evlu_amt_smtl"] == totals["evlu_amt_smtl_amt"]
    gain = int(totals["evlu_amt_smtl"]) - int(totals["pchs_amt_smtl"])
    assert int(totals["evlu_pfls_amt_smtl"]) == Decimal(totals["tot_evlu_pfls_amt"]) == gain
    assert (
        int(totals["frcr_evlu_tota"]) == round_to_won(cash) == Decimal(totals["tot_frcr_cblc_smtl"])
    )
    assert int(totals["tot_dncl_amt"]) == int(totals["dncl_amt"]) + round_to_won(cash)
    assert int(totals["tot_asst_amt"]) == int(totals["evlu_amt_smtl"]) + int(totals["tot_dncl_amt"])


def test_holdings_are_in_more_than_four_markets() -> None:
    rows = request_scene()["output1"]
    assert {row["ovrs_excg_cd"] for row in rows} == {
        "NASD", "NYSE", "AMEX", "SEHK", "TKSE", "VNSE", "SHAA"
    }  # fmt: skip
    feeds = {(row["ovrs_excg_cd"], row["item_lnkg_excg_cd"]) for row in rows}
    assert {("NASD", "NAS"), ("NYSE", "NYS"), ("AMEX", "AMS"), ("TKSE", "TSE")} <= feeds


def test_yen_and_dong_rates_are_for_100_with_eight_decimals() -> None:
    response = request_scene()
    rates = {row["crcy_cd"]: row["frst_bltn_exrt"] for row in response["output2"]}
    assert set(rates) == set(UNITS)
    assert 850 < Decimal(rates["JPY"]) < 1050
    assert 4 < Decimal(rates["VND"]) < 7
    for row in response["output1"]:
        assert row["bass_exrt"] == rates[row["buy_crcy_cd"]]
        assert len(row["bass_exrt"].partition(".")[2]) == 8


def test_rates_are_fixed_during_a_day() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        days = []
        for hours in (0, 6, 20):
            harness.clock.advance(hours=hours)
            token = harness.issue_token() if hours == 20 else token
            days.append([row["frst_bltn_exrt"] for row in ask(harness, token).json["output2"]])
    assert days[0] == days[1] != days[2]


def test_in_won_mode_the_foreign_fields_hold_won() -> None:
    foreign, won = request_scene()["output1"], request_scene(WCRC_FRCR_DVSN_CD="01")["output1"]
    for foreign_row, won_row in zip(foreign, won, strict=True):
        rate = Decimal(foreign_row["bass_exrt"]) / Decimal(foreign_row["unit_amt"])
        for name in ("frcr_pchs_amt", "frcr_evlu_amt2", "ovrs_now_pric1", "thdt_buy_ccld_frcr_amt"):
            assert abs(Decimal(foreign_row[name]) * rate - Decimal(won_row[name])) <= Decimal(
                "0.01"
            )
        average = Decimal(foreign_row["avg_unpr3"]) * rate
        assert abs(average - Decimal(won_row["avg_unpr3"])) <= rate / 10_000 + Decimal("0.0001")
        profit = Decimal(won_row["frcr_evlu_amt2"]) - Decimal(won_row["frcr_pchs_amt"])
        assert Decimal(won_row["evlu_pfls_amt2"]) == profit
        same = ("pchs_rmnd_wcrc_amt", "bass_exrt", "ccld_qty_smtl1", "buy_crcy_cd")
        assert [foreign_row[name] for name in same] == [won_row[name] for name in same]
    assert won[0]["pchs_rmnd_wcrc_amt"] != str(round_to_won(Decimal(won[0]["frcr_pchs_amt"])))


def test_fractional_positions_have_their_own_rows_and_filter() -> None:
    all_rows, ordinary, mini = (
        request_scene(INQR_DVSN_CD=code)["output1"] for code in ("00", "01", "02")
    )
    assert [row["pdno"] for row in all_rows].count("TSLA") == 2
    assert len(all_rows) == len(ordinary) + len(mini)
    assert [(row["pdno"], row["ccld_qty_smtl1"]) for row in mini] == [
        ("TSLA", "0.37128500"), ("NVDA", "0.05281700")
    ]  # fmt: skip
    assert all(Decimal(row["ccld_qty_smtl1"]) % 1 == 0 for row in ordinary)


def test_todays_trades_are_in_the_traded_but_not_the_settled_quantity() -> None:
    rows = {row["pdno"]: row for row in request_scene(INQR_DVSN_CD="01")["output1"]}
    apple, berkshire = rows["AAPL"], rows["BRK/B"]
    assert (apple["cblc_qty13"], apple["ccld_qty_smtl1"]) == ("15.00000000", "20.00000000")
    assert apple["thdt_buy_ccld_frcr_amt"] == "1352.20000"
    assert (berkshire["cblc_qty13"], berkshire["ccld_qty_smtl1"]) == ("3.00000000", "0.00000000")


def test_japanese_names_carry_the_ticker() -> None:
    names = [row["prdt_name"] for row in request_scene(NATN_CD="392")["output1"]]
    assert names == ["[7203]도요타자동차", "[4689]Z홀딩스"]


@pytest.mark.parametrize(
    ("nation", "market", "codes"),
    [
        ("840", "02", {"KO", "BRK/B"}),
        ("840", "05", {"SPY"}),
        ("840", "03", set()),
        ("344", "01", {"00700"}),
        ("156", "00", {"600519"}),
        ("156", "04", set()),
        ("704", "02", {"VNM"}),
    ],
)
def test_rows_are_filtered_by_nation_and_market(nation: str, market: str, codes: set[str]) -> None:
    response = request_scene(NATN_CD=nation, TR_MKET_CD=market)
    assert {row["pdno"] for row in response["output1"]} == codes
    assert len(response["output2"]) == 1
    assert response["msg_cd"] == ("KIOK0510" if codes else "KIOK0560")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WCRC_FRCR_DVSN_CD", "03"), ("WCRC_FRCR_DVSN_CD", ""), ("NATN_CD", "826"),
        ("TR_MKET_CD", "01"), ("TR_MKET_CD", "99"), ("INQR_DVSN_CD", "03"),
    ],
)  # fmt: skip
def test_an_invalid_parameter_is_reported(name: str, value: str) -> None:
    response = request_scene(**{name: value})
    assert (response["rt_cd"], response["msg_cd"]) == ("1", "OPSQ2001")
    assert response["msg1"].strip() == f"ERROR : INPUT INVALID_CHECK_{name}"


def test_present_balance_has_no_pages() -> None:
    with SimulatorHarness(scene="overseas") as harness:
        response = ask(harness, harness.issue_token())
    assert len(response.json["output1"]) > 200
    assert response.headers["tr_cont"] == ""
    assert list(response.json) == ["output1", "output2", "output3", "rt_cd", "msg_cd", "msg1"]


def test_on_paper_only_the_totals_are_valid() -> None:
    real, paper = request_scene(), request_scene(environment="paper")
    assert (paper["output1"], paper["output2"]) == ([], [])
    assert paper["output3"] == real["output3"]
    assert paper["msg_cd"] == "20310000"
    assert request_scene("empty", "paper")["msg_cd"] == "70070000"


def test_an_account_without_overseas_holdings_has_its_cash() -> None:
    response = request_scene("empty")
    assert (response["msg_cd"], response["output1"]) == ("KIOK0560", [])
    assert len(response["output2"]) == 5
    assert response["output3"]["evlu_erng_rt1"] == "0.00000000"
    assert int(response["output3"]["tot_asst_amt"]) > 0


def test_an_account_without_consent_has_no_overseas_rows() -> None:
    response = request_scene("no-consent")
    assert (response["output1"], response["output2"]) == ([], [])
    assert response["output3"]["tot_asst_amt"] == response["output3"]["dncl_amt"]
    codes = {row["buy_crcy_cd"] for row in request_scene("us-consent")["output1"]}
    assert codes == {"USD"}


def test_the_two_trs_agree_on_the_same_instant() -> None:
    from tests.simulator.support import OVERSEAS_BALANCE_PATH

    query = {"OVRS_EXCG_CD": "NASD", "TR_CRCY_CD": "USD", "CTX_AREA_FK200": "",
             "CTX_AREA_NK200": ""}  # fmt: skip
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        balance_rows = harness.request_for_account(
            "general", token, OVERSEAS_BALANCE_PATH, query
        ).json["output1"]
        present_rows = ask(harness, token, NATN_CD="840", INQR_DVSN_CD="01").json["output1"]
    assert {
        row["ovrs_pdno"]: Decimal(row["ovrs_stck_evlu_amt"])
        for row in balance_rows
        if row["ovrs_pdno"]
    } == {
        row["pdno"]: Decimal(row["frcr_evlu_amt2"])
        for row in present_rows
        if Decimal(row["ccld_qty_smtl1"])
    }
