"""Accounts: their app keys and tokens, and the TRs refused for each product code."""

import pytest

from kistui.simulator import Simulator
from tests.simulator.support import (
    DOMESTIC_BALANCE_PATH,
    OVERSEAS_BALANCE_PATH,
    OVERSEAS_PRESENT_BALANCE_PATH,
    PENSION_BALANCE_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PRESENT_BALANCE_PATH,
    QUERIES,
    REVOKE_PATH,
    ClientResponse,
    SimulatorHarness,
)

SERVED = {
    "general": {DOMESTIC_BALANCE_PATH, OVERSEAS_BALANCE_PATH, OVERSEAS_PRESENT_BALANCE_PATH},
    "isa": {DOMESTIC_BALANCE_PATH, OVERSEAS_BALANCE_PATH, OVERSEAS_PRESENT_BALANCE_PATH},
    "pension": {PENSION_BALANCE_PATH, PENSION_PRESENT_BALANCE_PATH, PENSION_DEPOSIT_PATH},
    "savings": {DOMESTIC_BALANCE_PATH},
}
PAIRS = [(kind, path) for kind in SERVED for path in QUERIES]


def request_for_type(harness: SimulatorHarness, kind: str, path: str) -> ClientResponse:
    return request(harness, kind, harness.issue_token_for(kind), path)


def request(
    harness: SimulatorHarness, kind: str, token: str, path: str = DOMESTIC_BALANCE_PATH
) -> ClientResponse:
    """Request a balance of the account of this type."""
    return harness.request_for_account(kind, token, path, QUERIES[path])


def test_the_first_account_is_the_simulators_default() -> None:
    simulator = Simulator()
    first_account, *other_accounts = simulator.accounts
    default_account = (simulator.app_key, simulator.app_secret, simulator.account_number)
    assert (
        first_account.app_key,
        first_account.app_secret,
        first_account.number,
    ) == default_account
    assert [account.account_type for account in other_accounts] == ["isa", "pension", "savings"]
    assert [account.product_code for account in simulator.accounts] == ["01", "01", "29", "22"]
    assert len({account.app_key for account in simulator.accounts}) == 2
    for account in simulator.accounts:
        assert (len(account.app_key), len(account.app_secret), account.app_secret[-1]) == (
            36,
            180,
            "=",
        )
        assert account.app_key[:20] not in repr(account)
        assert account.app_secret[:20] not in repr(account)


@pytest.mark.parametrize(("kind", "path"), PAIRS)
def test_each_product_code_is_refused_the_trs_of_others(kind: str, path: str) -> None:
    with SimulatorHarness() as harness:
        response = request_for_type(harness, kind, path)
    if path in SERVED[kind]:
        assert (response.status, response.json["rt_cd"]) == (200, "0")
    else:
        assert response.error == (200, "APAC0489")
        assert response.json["rt_cd"] == "1"


@pytest.mark.parametrize(("kind", "path"), PAIRS)
def test_a_missing_parameter_is_reported_first(kind: str, path: str) -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token_for(kind)
        for name in ("CANO", *QUERIES[path]):
            response = harness.request_for_account(kind, token, path, {**QUERIES[path], name: None})
            assert response.code == "OPSQ2001"
            assert response.json["msg1"].strip() == f"ERROR : INPUT FIELD NOT FOUND / {name}"


@pytest.mark.parametrize(
    "path", [PENSION_BALANCE_PATH, PENSION_PRESENT_BALANCE_PATH, PENSION_DEPOSIT_PATH]
)
def test_paper_has_no_pension_trs(path: str) -> None:
    with SimulatorHarness(environment="paper") as harness:
        token = harness.issue_token_for("pension")
        real = {
            PENSION_BALANCE_PATH: "TTTC2208R",
            PENSION_PRESENT_BALANCE_PATH: "TTTC2202R",
            PENSION_DEPOSIT_PATH: "TTTC0506R",
        }
        response = harness.request_for_account(
            "pension", token, path, QUERIES[path], tr_id=real[path]
        )
        assert response.error == (500, "EGW02006")
        assert harness.request_for_account("pension", token, path, QUERIES[path]).error == (
            200,
            "OPSQ0002",
        )


@pytest.mark.parametrize("path", [OVERSEAS_BALANCE_PATH, OVERSEAS_PRESENT_BALANCE_PATH])
def test_real_and_paper_have_their_own_overseas_trs(path: str) -> None:
    ids = {
        OVERSEAS_BALANCE_PATH: ("TTTS3012R", "VTTS3012R"),
        OVERSEAS_PRESENT_BALANCE_PATH: ("CTRP6504R", "VTRP6504R"),
    }[path]
    for environment, other, code in (("real", 1, "EGW02004"), ("paper", 0, "EGW02006")):
        with SimulatorHarness(environment=environment) as harness:
            token = harness.issue_token()
            response = harness.request_for_account(
                "general", token, path, QUERIES[path], tr_id=ids[other]
            )
            assert response.error == (500, code)
            right = harness.request_for_account(
                "general", token, path, QUERIES[path], tr_id=ids[1 - other]
            )
            assert right.json["rt_cd"] == "0"
            assert harness.request_for_account(
                "general", token, path, QUERIES[path], tr_id="TTTC8434R"
            ).code == ("OPSQ0002")


def test_an_account_of_another_key_is_refused() -> None:
    with SimulatorHarness() as harness:
        general_token, pension_token = harness.issue_token(), harness.issue_token_for("pension")
        other_account = {"CANO": "50003456", "ACNT_PRDT_CD": "22"}
        assert harness.request_balance(general_token, other_account).error == (200, "OPSQ2000")
        general_query = {**QUERIES[DOMESTIC_BALANCE_PATH], "CANO": "50001234", "ACNT_PRDT_CD": "01"}
        assert harness.request_for_account(
            "savings", pension_token, DOMESTIC_BALANCE_PATH, general_query
        ).error == (
            200,
            "OPSQ2000",
        )
        assert request(harness, "savings", pension_token).code == "KIOK0510"


def test_a_token_is_valid_for_its_app_key_only() -> None:
    with SimulatorHarness() as harness:
        general_token, pension_token = harness.issue_token(), harness.issue_token_for("pension")
        assert general_token != pension_token
        assert harness.request_balance(pension_token).error == (500, "EGW00121")
        assert request(harness, "savings", general_token).error == (
            500,
            "EGW00121",
        )
        mixed = {"appsecret": harness.simulator.app_secret}
        assert harness.request_for_account(
            "savings", pension_token, DOMESTIC_BALANCE_PATH, QUERIES[DOMESTIC_BALANCE_PATH], **mixed
        ).error == (500, "EGW00304")
        assert harness.request_token(appkey=harness.account_of_type("pension").app_key).error == (
            403,
            "EGW00105",
        )


def test_token_issue_limits_apply_per_app_key() -> None:
    with SimulatorHarness() as harness:
        first_token = harness.issue_token()
        harness.clock.advance(seconds=30)
        second = harness.issue_token_for("pension")
        assert harness.request_token().error == (403, "EGW00133")
        harness.clock.advance(seconds=30)
        assert harness.issue_token() == first_token
        pension = harness.account_of_type("pension")
        keys = {"appkey": pension.app_key, "appsecret": pension.app_secret}
        assert harness.request_token(**keys).error == (403, "EGW00133")
        assert harness.simulator.notice_count == 3
        harness.clock.advance(hours=5, minutes=59, seconds=15)
        assert harness.issue_token() != first_token
        assert harness.issue_token_for("pension") == second


def test_an_app_key_revokes_its_own_tokens_only() -> None:
    with SimulatorHarness() as harness:
        general_token, pension_token = harness.issue_token(), harness.issue_token_for("pension")
        assert harness.post(REVOKE_PATH, **harness.app_key_headers, token=pension_token).error == (
            403,
            "EGW00121",
        )
        assert (
            harness.post(REVOKE_PATH, **harness.app_key_headers, token=general_token).status == 200
        )
        assert harness.request_balance(general_token).code == "EGW00121"
        assert request(harness, "savings", pension_token).code == "KIOK0510"


def test_tokens_of_all_app_keys_are_invalidated_and_expired_together() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token_for("savings")
        harness.simulator.expire_tokens()
        assert request(harness, "savings", token).code == "EGW00123"
        token = harness.issue_token_for("savings")
        harness.simulator.invalidate_tokens()
        assert request(harness, "savings", token).code == "EGW00121"


def test_rate_limits_apply_per_app_key_and_account() -> None:
    with SimulatorHarness(rate_limits=True) as harness:
        general_token, pension_token = harness.issue_token(), harness.issue_token_for("pension")
        assert harness.request_balance(general_token).code == "KIOK0510"
        assert (
            request(harness, "general", general_token, OVERSEAS_PRESENT_BALANCE_PATH).code
            == "EGW00215"
        )
        assert request(harness, "isa", general_token).code == "KIOK0510"
        assert request(harness, "savings", pension_token).code == "KIOK0510"
        assert request(harness, "pension", pension_token, PENSION_BALANCE_PATH).code == "KIOK0510"


def test_each_account_has_its_own_portfolio() -> None:
    with SimulatorHarness() as harness:
        token, savings_token = harness.issue_token(), harness.issue_token_for("savings")
        responses = [
            request(harness, "isa", token),
            harness.request_balance(token),
            request(harness, "savings", savings_token),
        ]
    assert [len(response.json["output1"]) for response in responses] == [3, 13, 2]
    assert len({response.json["output2"][0]["tot_evlu_amt"] for response in responses}) == 3


def test_a_stateful_fault_keeps_its_state_per_balance() -> None:
    with SimulatorHarness(scene="data-changed", page_size=5) as harness:
        token = harness.issue_token()
        first_page = harness.request_balance(token)
        assert request(harness, "general", token, OVERSEAS_BALANCE_PATH).json["rt_cd"] == "0"
        assert harness.request_next_page(token, first_page).code == "SYDB0050"
        first_page = harness.request_balance(token)
        assert request(harness, "general", token, OVERSEAS_BALANCE_PATH).json["rt_cd"] == "0"
        assert harness.request_next_page(token, first_page).json["rt_cd"] == "0"
