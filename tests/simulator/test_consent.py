"""Overseas trading consent: responses for accounts without it, on real and on paper."""

import pytest

from tests.simulator.support import (
    OVERSEAS_BALANCE_PATH,
    OVERSEAS_PRESENT_BALANCE_PATH,
    SimulatorHarness,
)
from tests.simulator.test_overseas import CURRENCY, listed_codes, request_balance


@pytest.mark.parametrize("exchange", CURRENCY)
def test_without_consent_real_refuses_and_paper_shows_nothing(exchange: str) -> None:
    with SimulatorHarness(scene="no-consent") as harness:
        token = harness.issue_token()
        assert request_balance(harness, token, exchange, CURRENCY[exchange]).error == (
            500,
            "EGW00206",
        )
        assert harness.request_balance(token).code == "KIOK0510"
    with SimulatorHarness(scene="no-consent", environment="paper") as harness:
        answer = request_balance(harness, harness.issue_token(), exchange, CURRENCY[exchange])
    assert (answer.status, answer.json["rt_cd"], answer.code) == (200, "0", "70070000")
    assert answer.json["output1"] == []


def test_consent_for_the_us_alone_refuses_the_other_markets() -> None:
    with SimulatorHarness(scene="us-consent") as harness:
        token = harness.issue_token()
        assert len(listed_codes(request_balance(harness, token, "NASD"))) == 4
        assert len(listed_codes(request_balance(harness, token, "NAS"))) == 2
        for exchange in ("SEHK", "TKSE", "VNSE", "SHAA"):
            answer = request_balance(harness, token, exchange, CURRENCY[exchange])
            assert answer.error == (500, "EGW00206")


def test_an_isa_has_no_overseas_consent_and_gets_no_rows() -> None:
    query = {"OVRS_EXCG_CD": "NASD", "TR_CRCY_CD": "USD", "CTX_AREA_FK200": "",
             "CTX_AREA_NK200": ""}  # fmt: skip
    asks = {"WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00", "INQR_DVSN_CD": "00"}
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        balance = harness.request_for_account("isa", token, OVERSEAS_BALANCE_PATH, query)
        present = harness.request_for_account("isa", token, OVERSEAS_PRESENT_BALANCE_PATH, asks)
    assert (balance.code, balance.json["output1"]) == ("KIOK0560", [])
    assert (present.code, present.json["output1"], present.json["output2"]) == ("KIOK0560", [], [])
