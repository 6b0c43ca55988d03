"""Cash: the same money in the balances, the buying power, the margins and the asset classes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.support import OVERSEAS_PRESENT_BALANCE_PATH, SimulatorHarness

BUYING_POWER_PATH = "/uapi/domestic-stock/v1/trading/inquire-psbl-order"
MARGINS_PATH = "/uapi/overseas-stock/v1/trading/foreign-margin"
CLASSES_PATH = "/uapi/domestic-stock/v1/trading/inquire-account-balance"
BUYING_POWER_QUERY = {
    "PDNO": "", "ORD_UNPR": "", "ORD_DVSN": "00", "CMA_EVLU_AMT_ICLD_YN": "N",
    "OVRS_ICLD_YN": "N",
}  # fmt: skip
CLASSES_QUERY = {"INQR_DVSN_1": "", "BSPR_BF_DT_APLY_YN": ""}
PRESENT_QUERY = {
    "WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00", "INQR_DVSN_CD": "00",
}  # fmt: skip


class CashResponses:
    """All answers about an account's cash at one instant."""

    def __init__(self, minutes: int = 0, **options: Any) -> None:
        with SimulatorHarness(**options) as harness:
            harness.clock.advance(minutes=minutes)
            token = harness.issue_token()

            def ask(path: str, tr_id: str, query: dict[str, str]) -> Any:
                return harness.request_for_account("general", token, path, query, tr_id=tr_id).json

            self.summary = harness.request_balance(token).json["output2"][0]
            self.present = harness.request_for_account(
                "general", token, OVERSEAS_PRESENT_BALANCE_PATH, PRESENT_QUERY
            ).json
            self.buying_power = ask(BUYING_POWER_PATH, "TTTC8908R", BUYING_POWER_QUERY)["output"]
            self.margins = ask(MARGINS_PATH, "TTTC2101R", {})["output"]
            self.classes = ask(CLASSES_PATH, "CTRP6548R", CLASSES_QUERY)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(0, 3 * 24 * 60),
    st.sampled_from(["ordinary", "credit", "filling", "empty", "us-consent", "overseas"]),
)
def test_the_same_money_is_in_every_call(seed: int, minutes: int, scene: str) -> None:
    responses = CashResponses(minutes, seed=seed, scene=scene)
    d0, d1, d2 = (
        int(responses.summary[name])
        for name in ("dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt")
    )
    totals, power = responses.present["output3"], responses.buying_power
    bought, costs = (
        sum(int(responses.summary[name]) for name in names)
        for names in (
            ("bfdy_buy_amt", "thdt_buy_amt"),
            ("bfdy_tlex_amt", "thdt_tlex_amt"),
        )
    )
    withdrawable, orderable = int(totals["wdrw_psbl_tot_amt"]), int(power["nrcvb_buy_amt"])
    assert withdrawable == max(d0 - bought - costs, 0)
    assert withdrawable <= min(d0, max(d1, 0), max(d2, 0))
    assert 0 <= orderable <= max(d2, 0)
    assert int(power["ord_psbl_cash"]) + int(power["ruse_psbl_amt"]) == orderable
    assert int(power["max_buy_amt"]) >= orderable
    assert power["ord_psbl_frcr_amt_wcrc"] == "0"

    cash_rows = {row["crcy_cd"]: row for row in responses.present["output2"]}
    for margin in responses.margins:
        cash = cash_rows[margin["crcy_cd"]]
        assert margin["frcr_dncl_amt1"] == cash["frcr_dncl_amt_2"]
        assert margin["bass_exrt"] == cash["frst_bltn_exrt"]
        assert Decimal(margin["frcr_gnrl_ord_psbl_amt"]) <= Decimal(
            cash["nxdy_frcr_drwg_psbl_amt"]
        ).quantize(Decimal("0.01"))

    *rows, total = responses.classes["output1"]
    assert len(rows) == 19
    values = [int(row["evlu_amt"]) for row in rows]
    assert values[0] == int(responses.summary["scts_evlu_amt"])
    assert values[8] == int(totals["evlu_amt_smtl"])
    assert values[16] == int(totals["frcr_evlu_tota"])
    assert values[17] == d2
    class_totals = responses.classes["output2"]
    assert sum(values) == int(total["evlu_amt"]) == int(class_totals["tot_asst_amt"])
    assert int(class_totals["tot_asst_amt"]) == sum(
        int(class_totals[name]) for name in ("evlu_amt_smtl", "frcr_evlu_tota", "tot_dncl_amt")
    )
    assert int(class_totals["evlu_amt_smtl"]) == int(class_totals["pchs_amt_smtl"]) + int(
        class_totals["evlu_pfls_amt_smtl"]
    )
    if total["evlu_amt"] != "0":
        shares = sum((Decimal(row["whol_weit_rt"]) for row in rows), Decimal(0))
        assert abs(shares - 100) <= Decimal("0.1")


def test_two_currencies_have_two_rows_with_the_same_deposit() -> None:
    margins = CashResponses().margins
    for code in ("USD", "CNY"):
        first, second = (row for row in margins if row["crcy_cd"] == code)
        assert first["natn_name"] != second["natn_name"]
        assert first | {"natn_name": ""} == second | {"natn_name": ""}


def test_classes_were_fewer_before_there_were_ima() -> None:
    rows = CashResponses(scene="older-classes").classes["output1"]
    assert len(rows) == 19
    assert int(rows[7]["evlu_amt"]) > 0


@pytest.mark.parametrize(
    ("kind", "path", "tr_id", "query"),
    [
        ("pension", BUYING_POWER_PATH, "TTTC8908R", BUYING_POWER_QUERY),
        ("pension", MARGINS_PATH, "TTTC2101R", {}),
        ("pension", CLASSES_PATH, "CTRP6548R", CLASSES_QUERY),
        ("savings", CLASSES_PATH, "CTRP6548R", CLASSES_QUERY),
    ],
)
def test_other_products_are_refused(
    kind: str, path: str, tr_id: str, query: dict[str, str]
) -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token_for(kind)
        response = harness.request_for_account(kind, token, path, query, tr_id=tr_id)
    assert response.error == (200, "APAC0489")


def test_paper_has_only_the_buying_power() -> None:
    with SimulatorHarness(environment="paper") as harness:
        token = harness.issue_token()
        power = harness.request_for_account(
            "general", token, BUYING_POWER_PATH, BUYING_POWER_QUERY, tr_id="VTTC8908R"
        )
        assert int(power.json["output"]["nrcvb_buy_amt"]) > 0
        for path, tr_id, query in (
            (MARGINS_PATH, "TTTC2101R", {}),
            (CLASSES_PATH, "CTRP6548R", CLASSES_QUERY),
        ):
            response = harness.request_for_account("general", token, path, query, tr_id=tr_id)
            assert response.error == (500, "EGW02006")


def test_the_absurd_amount_comes_when_overseas_is_included() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        changes = BUYING_POWER_QUERY | {"OVRS_ICLD_YN": "Y"}
        response = harness.request_for_account(
            "general", token, BUYING_POWER_PATH, changes, tr_id="TTTC8908R"
        )
        assert int(response.json["output"]["ord_psbl_frcr_amt_wcrc"]) > 10**12
        bad = harness.request_for_account(
            "general", token, BUYING_POWER_PATH, changes | {"OVRS_ICLD_YN": "?"}, tr_id="TTTC8908R"
        )
        assert bad.code == "OPSQ2001"
