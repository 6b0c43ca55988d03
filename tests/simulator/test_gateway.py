"""The gateway: what it checks in a call, in which order, and how often it may be called."""

from typing import Any

import pytest

from tests.simulator.support import DOMESTIC_BALANCE_PATH, TOKEN_PATH, SimulatorHarness

TR = {"real": "TTTC8434R", "paper": "VTTC8434R"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"authorization": None}, (500, "EGW00122")),
        ({"authorization": "eyJ"}, (500, "EGW00205")),
        ({"authorization": "Bearer "}, (500, "")),
        ({"authorization": "Bearer eyJ"}, (500, "EGW00121")),
        ({"appkey": "P" * 36}, (500, "EGW00121")),
        ({"appkey": None}, (500, "EGW00121")),
        ({"appsecret": "x" * 180}, (500, "EGW00304")),
        ({"appsecret": None}, (500, "EGW00304")),
        ({"tr_id": "VTTC8434R"}, (500, "EGW02004")),
        ({"tr_id": "TTTC9999R"}, (200, "OPSQ0002")),
        ({"tr_id": None}, (200, "OPSQ0002")),
    ],
)
def test_a_wrong_header_has_its_own_refusal(
    headers: dict[str, Any], expected: tuple[int, str]
) -> None:
    with SimulatorHarness() as desk:
        assert desk.request_balance(desk.issue_token(), **headers).error == expected


def test_the_token_is_checked_before_secret_tr_and_account() -> None:
    with SimulatorHarness() as desk:
        wrong = {"appsecret": "x", "tr_id": "VTTC8434R"}
        token = desk.issue_token()
        assert desk.request_balance("eyJ", {"CANO": "1"}, **wrong).code == "EGW00121"
        assert desk.request_balance(token, {"CANO": "1"}, **wrong).code == "EGW00304"
        assert desk.request_balance(token, {"CANO": "1"}, tr_id="VTTC8434R").code == "EGW02004"


def test_a_gateway_refusal_has_the_gateways_key_order() -> None:
    with SimulatorHarness() as desk:
        answer = desk.request_balance("eyJ")
    assert list(answer.json.items()) == [
        ("rt_cd", "1"),
        ("msg1", "유효하지 않은 token 입니다."),
        ("msg_cd", "EGW00121"),
        ("message", "EGW00121"),
    ]


def test_paper_refuses_the_real_tr_and_serves_its_own() -> None:
    with SimulatorHarness(environment="paper") as desk:
        token = desk.issue_token()
        assert desk.request_balance(token, tr_id="TTTC8434R").error == (500, "EGW02006")
        assert desk.request_balance(token).code == "20310000"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", TOKEN_PATH),
        ("POST", DOMESTIC_BALANCE_PATH),
        ("DELETE", DOMESTIC_BALANCE_PATH),
        ("POST", "/uapi/domestic-stock/v1/trading/order-cash"),
    ],
)
def test_an_unknown_path_or_method_is_not_routed(method: str, path: str) -> None:
    with SimulatorHarness() as desk:
        assert desk.send(method, path).error == (500, "EGW00202")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"CANO": "50001235"}, "ERROR : INPUT INVALID_CHECK_ACNO"),
        ({"ACNT_PRDT_CD": "22"}, "ERROR : INPUT INVALID_CHECK_ACNO"),
        ({"INQR_DVSN": "02"}, "ERROR : INPUT INVALID_CHECK_INQR_DVSN"),
        ({"PRCS_DVSN": None}, "ERROR : INPUT FIELD NOT FOUND / PRCS_DVSN"),
        ({"OFL_YN": None}, "ERROR : INPUT FIELD NOT FOUND / OFL_YN"),
    ],
)
def test_a_wrong_query_is_refused_with_200_in_the_ledgers_words(
    changes: dict[str, str | None], text: str
) -> None:
    with SimulatorHarness() as desk:
        answer = desk.request_balance(desk.issue_token(), changes)
    assert (answer.status, answer.json["rt_cd"]) == (200, "1")
    assert answer.code == ("OPSQ2000" if text.endswith("ACNO") else "OPSQ2001")
    assert answer.json["msg1"] == text.ljust(80)


def test_query_and_header_names_are_taken_in_any_case() -> None:
    with SimulatorHarness() as desk:
        query = (
            "cano=50001234&Acnt_Prdt_Cd=01&afhr_flpr_yn=N&ofl_yn=&inqr_dvsn=01&unpr_dvsn=01"
            "&fund_sttl_icld_yn=N&fncg_amt_auto_rdpt_yn=N&prcs_dvsn=00"
            "&ctx_area_fk100=&ctx_area_nk100="
        )
        headers = {name.upper(): value for name, value in desk.headers(desk.issue_token()).items()}
        assert desk.send("GET", f"{DOMESTIC_BALANCE_PATH}?{query}", **headers).code == "KIOK0510"


@pytest.mark.parametrize(("environment", "allowed"), [("real", 20), ("paper", 2)])
def test_a_key_has_so_many_calls_in_any_second(environment: str, allowed: int) -> None:
    with SimulatorHarness(environment=environment, rate_limits=True) as desk:
        token = desk.issue_token()
        codes = [desk.request_balance(token).code for _ in range(allowed + 1)]
        assert codes[1:-1] == ["EGW00215"] * (allowed - 1)
        assert codes[-1] == "EGW00201"
        desk.clock.advance(seconds=0.999)
        assert desk.request_balance(token).code == "EGW00201"
        desk.clock.advance(seconds=0.001)
        assert desk.request_balance(token).json["rt_cd"] == "0"


def test_the_ledger_has_one_call_a_second() -> None:
    with SimulatorHarness(rate_limits=True) as desk:
        token = desk.issue_token()
        assert desk.request_balance(token).status == 200
        desk.clock.advance(seconds=0.9)
        assert desk.request_balance(token).error == (500, "EGW00215")
        desk.clock.advance(seconds=0.1)
        assert desk.request_balance(token).status == 200


def test_without_limits_calls_are_free() -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token()
        assert {desk.request_balance(token).status for _ in range(25)} == {200}
