"""The pension TRs: response shapes, paging, weights and the deposit."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.simulator.support import (
    PENSION_BALANCE_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PRESENT_BALANCE_PATH,
    QUERIES,
    ClientResponse,
    SimulatorHarness,
    cursor_params,
)

ROWS = {
    PENSION_BALANCE_PATH: [
        "cblc_dvsn_name", "prdt_name", "pdno", "item_dvsn_name", "thdt_buyqty", "thdt_sll_qty",
        "hldg_qty", "ord_psbl_qty", "pchs_avg_pric", "pchs_amt", "prpr", "evlu_amt",
        "evlu_pfls_amt", "evlu_erng_rt",
    ],
    PENSION_PRESENT_BALANCE_PATH: [
        "cblc_dvsn", "cblc_dvsn_name", "pdno", "prdt_name", "hldg_qty", "slpsb_qty",
        "pchs_avg_pric", "evlu_pfls_amt", "evlu_pfls_rt", "prpr", "evlu_amt", "pchs_amt",
        "cblc_weit",
    ],
}  # fmt: skip
SUMMARIES = {
    PENSION_BALANCE_PATH: [
        "dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt", "thdt_buy_amt", "thdt_sll_amt",
        "thdt_tlex_amt", "scts_evlu_amt", "tot_evlu_amt",
    ],
    PENSION_PRESENT_BALANCE_PATH: [
        "pchs_amt_smtl_amt", "evlu_amt_smtl_amt", "evlu_pfls_smtl_amt", "trad_pfls_smtl",
        "thdt_tot_pfls_amt", "pftrt",
    ],
}  # fmt: skip


def ask(harness: SimulatorHarness, token: str, path: str, **changes: str | None) -> ClientResponse:
    tr_cont = "N" if changes.get("CTX_AREA_NK100") else ""
    return harness.request_for_account(
        "pension", token, path, {**QUERIES[path], **changes}, tr_cont=tr_cont
    )


def pages(
    harness: SimulatorHarness, token: str, path: str, **changes: str | None
) -> Iterator[ClientResponse]:
    response = ask(harness, token, path, **changes)
    yield response
    while response.headers["tr_cont"] == "M":
        harness.clock.advance(seconds=5)
        response = ask(harness, token, path, **changes, **cursor_params(response))
        yield response


@pytest.mark.parametrize("scene", ["ordinary", "pension", "empty", "off-hours"])
def test_the_balance_adds_up(scene: str) -> None:
    with SimulatorHarness(scene=scene) as harness:
        read = list(pages(harness, harness.issue_token_for("pension"), PENSION_BALANCE_PATH))
    rows = [row for page in read for row in page.json["output1"]]
    summary = read[-1].json["output2"]
    assert all(page.json["output2"] == summary for page in read)
    assert list(summary) == SUMMARIES[PENSION_BALANCE_PATH]
    for row in rows:
        assert list(row) == ROWS[PENSION_BALANCE_PATH]
        valuation, cost = int(row["evlu_amt"]), int(row["pchs_amt"])
        assert valuation == int(row["prpr"]) * int(row["hldg_qty"])
        assert int(row["evlu_pfls_amt"]) == valuation - cost
        rate = Decimal(100 * (valuation - cost)) / cost if cost else Decimal(0)
        assert abs(Decimal(row["evlu_erng_rt"]) - rate) <= Decimal("0.00000001")
    won = {name: int(value) for name, value in summary.items()}
    assert won["scts_evlu_amt"] == sum(int(row["evlu_amt"]) for row in rows)
    assert won["tot_evlu_amt"] == won["scts_evlu_amt"] + won["prvs_rcdl_excc_amt"]
    today = won["thdt_sll_amt"] - won["thdt_buy_amt"] - won["thdt_tlex_amt"]
    assert won["prvs_rcdl_excc_amt"] == won["nxdy_excc_amt"] + today


@pytest.mark.parametrize("scene", ["ordinary", "pension", "empty"])
def test_the_trade_date_balance_adds_up_and_has_weights(scene: str) -> None:
    with SimulatorHarness(scene=scene) as harness:
        read = list(
            pages(harness, harness.issue_token_for("pension"), PENSION_PRESENT_BALANCE_PATH)
        )
    rows = [row for page in read for row in page.json["output1"]]
    (summary,) = read[-1].json["output2"]
    assert list(summary) == SUMMARIES[PENSION_PRESENT_BALANCE_PATH]
    assert all(list(row) == ROWS[PENSION_PRESENT_BALANCE_PATH] for row in rows)
    for total, part in (
        ("pchs_amt_smtl_amt", "pchs_amt"),
        ("evlu_amt_smtl_amt", "evlu_amt"),
        ("evlu_pfls_smtl_amt", "evlu_pfls_amt"),
    ):
        assert int(summary[total]) == sum(int(row[part]) for row in rows)
    weights = sum((Decimal(row["cblc_weit"]) for row in rows), Decimal(0))
    assert abs(weights - (100 if rows else 0)) < Decimal("0.00001")


def test_the_pension_scene_has_pages_of_fifty() -> None:
    with SimulatorHarness(scene="pension") as harness:
        token = harness.issue_token_for("pension")
        for path in (PENSION_BALANCE_PATH, PENSION_PRESENT_BALANCE_PATH):
            read = list(pages(harness, token, path))
            assert [len(page.json["output1"]) for page in read] == [50, 50, 20]
            assert [page.code for page in read] == ["KIOK0500", "KIOK0500", "KIOK0460"]
            assert len({row["pdno"] for page in read for row in page.json["output1"]}) == 120
            assert read[-1].json["ctx_area_nk100"] == " " * 100
            between = "^" if path == PENSION_BALANCE_PATH else "!^"
            start = between.join(("50003456", "29", "00", "00", ""))
            assert read[0].json["ctx_area_fk100"] == start.ljust(100)


def test_rows_sold_out_can_be_hidden_on_trade_date() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token_for("pension")
        all_quantities, default_quantities, held_quantities = (
            [
                row["hldg_qty"]
                for row in ask(harness, token, PENSION_PRESENT_BALANCE_PATH, **parameters).json[
                    "output1"
                ]
            ]
            for parameters in ({}, {"PRCS_DVSN_CD": "00"}, {"PRCS_DVSN_CD": "01"})
        )
        with_zero = ask(harness, token, PENSION_BALANCE_PATH).json["output1"]
    assert all_quantities == default_quantities
    assert all_quantities.count("0") == 1
    assert held_quantities == [quantity for quantity in all_quantities if quantity != "0"]
    assert len(with_zero) == len(all_quantities)


def test_the_deposit_agrees_with_the_balance() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token_for("pension")
        deposit = ask(harness, token, PENSION_DEPOSIT_PATH).json
        balance = ask(harness, token, PENSION_BALANCE_PATH).json["output2"]
    output = {name: int(value) for name, value in deposit["output"].items()}
    assert list(output) == ["dnca_tota", "nxdy_excc_amt", "nxdy_sttl_amt", "nx2_day_sttl_amt"]
    assert output["dnca_tota"] == int(balance["dnca_tot_amt"])
    assert output["dnca_tota"] + output["nxdy_sttl_amt"] == output["nxdy_excc_amt"]
    assert output["nxdy_excc_amt"] + output["nx2_day_sttl_amt"] == int(
        balance["prvs_rcdl_excc_amt"]
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PENSION_BALANCE_PATH, "ACCA_DVSN_CD"),
        (PENSION_BALANCE_PATH, "INQR_DVSN"),
        (PENSION_PRESENT_BALANCE_PATH, "USER_DVSN_CD"),
        (PENSION_PRESENT_BALANCE_PATH, "PRCS_DVSN_CD"),
        (PENSION_DEPOSIT_PATH, "ACCA_DVSN_CD"),
    ],
)
def test_an_invalid_parameter_is_reported(path: str, name: str) -> None:
    with SimulatorHarness() as harness:
        response = ask(harness, harness.issue_token_for("pension"), path, **{name: "02"})
    assert response.error == (200, "OPSQ2001")
    assert response.json["msg1"].strip() == f"ERROR : INPUT INVALID_CHECK_{name}"


def test_the_pension_has_its_own_cursor_for_each_tr() -> None:
    with SimulatorHarness(scene="pension") as harness:
        token = harness.issue_token_for("pension")
        first_page = ask(harness, token, PENSION_BALANCE_PATH)
        keys = cursor_params(first_page)
        other_page = ask(harness, token, PENSION_PRESENT_BALANCE_PATH, **keys)
        assert other_page.json["output1"][0]["pdno"] == first_page.json["output1"][0]["pdno"]


def test_an_empty_pension_has_the_empty_code() -> None:
    with SimulatorHarness(scene="empty") as harness:
        token = harness.issue_token_for("pension")
        assert ask(harness, token, PENSION_BALANCE_PATH).code == "KIOK0560"
        assert ask(harness, token, PENSION_DEPOSIT_PATH).code == "KIOK0510"
