"""The gateway: checks of a request, their order, and rate limits."""

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
def test_each_wrong_header_has_its_own_error_code(
    headers: dict[str, Any], expected: tuple[int, str]
) -> None:
    with SimulatorHarness() as harness:
        assert harness.request_balance(harness.issue_token(), **headers).error == expected


def test_the_token_is_checked_before_secret_tr_and_account() -> None:
    with SimulatorHarness() as harness:
        headers = {"appsecret": "x", "tr_id": "VTTC8434R"}
        token = harness.issue_token()
        assert harness.request_balance("eyJ", {"CANO": "1"}, **headers).code == "EGW00121"
        assert harness.request_balance(token, {"CANO": "1"}, **headers).code == "EGW00304"
        assert harness.request_balance(token, {"CANO": "1"}, tr_id="VTTC8434R").code == "EGW02004"


def test_a_gateway_error_has_its_own_key_order() -> None:
    with SimulatorHarness() as harness:
        response = harness.request_balance("eyJ")
    assert list(response.json.items()) == [
        ("rt_cd", "1"),
        ("msg1", "유효하지 않은 token 입니다."),
        ("msg_cd", "EGW00121"),
        ("message", "EGW00121"),
    ]


def test_paper_refuses_the_real_tr_and_serves_its_own() -> None:
    with SimulatorHarness(environment="paper") as harness:
        token = harness.issue_token()
        assert harness.request_balance(token, tr_id="TTTC8434R").error == (500, "EGW02006")
        assert harness.request_balance(token).code == "20310000"


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
    with SimulatorHarness() as harness:
        assert harness.send(method, path).error == (500, "EGW00202")


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
def test_a_wrong_query_is_refused_with_status_200_and_a_ledger_code(
    changes: dict[str, str | None], text: str
) -> None:
    with SimulatorHarness() as harness:
        response = harness.request_balance(harness.issue_token(), changes)
    assert (response.status, response.json["rt_cd"]) == (200, "1")
    assert response.code == ("OPSQ2000" if text.endswith("ACNO") else "OPSQ2001")
    assert response.json["msg1"] == text.ljust(80)


def test_query_and_header_names_are_case_insensitive() -> None:
    with SimulatorHarness() as harness:
        query = (
            "cano=50001234&Acnt_Prdt_Cd=01&afhr_flpr_yn=N&ofl_yn=&inqr_dvsn=01&unpr_dvsn=01"
            "&fund_sttl_icld_yn=N&fncg_amt_auto_rdpt_yn=N&prcs_dvsn=00"
            "&ctx_area_fk100=&ctx_area_nk100="
        )
        headers = {
            name.upper(): value for name, value in harness.headers(harness.issue_token()).items()
        }
        assert harness.send("GET", f"{DOMESTIC_BALANCE_PATH}?{query}", **headers).code == "KIOK0510"


@pytest.mark.parametrize(("environment", "allowed"), [("real", 18), ("paper", 1)])
def test_the_gateway_limits_calls_per_second_and_app_key(environment: str, allowed: int) -> None:
    with SimulatorHarness(environment=environment, rate_limits=True) as harness:
        token = harness.issue_token()
        codes = [harness.request_balance(token).code for _ in range(allowed + 1)]
        assert codes[1:-1] == ["EGW00215"] * (allowed - 1)
        assert codes[-1] == "EGW00201"
        harness.clock.advance(seconds=0.999)
        assert harness.request_balance(token).code == "EGW00201"
        harness.clock.advance(seconds=0.001)
        assert harness.request_balance(token).json["rt_cd"] == "0"


def test_the_ledger_limits_an_account_to_one_call_per_second() -> None:
    with SimulatorHarness(rate_limits=True) as harness:
        token = harness.issue_token()
        assert harness.request_balance(token).status == 200
        harness.clock.advance(seconds=0.9)
        assert harness.request_balance(token).error == (500, "EGW00215")
        harness.clock.advance(seconds=0.1)
        assert harness.request_balance(token).status == 200


def test_calls_are_unlimited_without_rate_limits() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        assert {harness.request_balance(token).status for _ in range(25)} == {200}
