"""Consent to trade abroad: what an account without it is told, on real and on paper."""

import pytest

from tests.simulator.support import OVERSEAS, PRESENT, Desk
from tests.simulator.test_overseas import CURRENCY, ask, held


@pytest.mark.parametrize("exchange", CURRENCY)
def test_without_consent_real_refuses_and_paper_shows_nothing(exchange: str) -> None:
    with Desk(scene="no-consent") as desk:
        token = desk.token()
        assert ask(desk, token, exchange, CURRENCY[exchange]).refusal == (500, "EGW00206")
        assert desk.balance(token).code == "KIOK0510"
    with Desk(scene="no-consent", environment="paper") as desk:
        answer = ask(desk, desk.token(), exchange, CURRENCY[exchange])
    assert (answer.status, answer.json["rt_cd"], answer.code) == (200, "0", "70070000")
    assert answer.json["output1"] == []


def test_consent_for_the_us_alone_refuses_the_other_markets() -> None:
    with Desk(scene="us-consent") as desk:
        token = desk.token()
        assert len(held(ask(desk, token, "NASD"))) == 4
        assert len(held(ask(desk, token, "NAS"))) == 2
        for exchange in ("SEHK", "TKSE", "VNSE", "SHAA"):
            answer = ask(desk, token, exchange, CURRENCY[exchange])
            assert answer.refusal == (500, "EGW00206")


def test_an_isa_may_not_trade_abroad_and_is_told_of_nothing() -> None:
    query = {"OVRS_EXCG_CD": "NASD", "TR_CRCY_CD": "USD", "CTX_AREA_FK200": "",
             "CTX_AREA_NK200": ""}  # fmt: skip
    asks = {"WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00", "INQR_DVSN_CD": "00"}
    with Desk() as desk:
        token = desk.token()
        balance = desk.ask("isa", token, OVERSEAS, query)
        present = desk.ask("isa", token, PRESENT, asks)
    assert (balance.code, balance.json["output1"]) == ("KIOK0560", [])
    assert (present.code, present.json["output1"], present.json["output2"]) == ("KIOK0560", [], [])
