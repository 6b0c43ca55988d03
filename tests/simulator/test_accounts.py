"""Accounts: which key opens which, tokens of each key, and what a product code is refused."""

import pytest

from kistui.simulator import Simulator
from tests.simulator.support import (
    BALANCE_QUERY,
    DOMESTIC_BALANCE_PATH,
    OVERSEAS_BALANCE_PATH,
    OVERSEAS_PRESENT_BALANCE_PATH,
    PENSION_BALANCE_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PRESENT_BALANCE_PATH,
    REVOKE_PATH,
    ClientResponse,
    SimulatorHarness,
)

FIELDS = {
    name: value for name, value in BALANCE_QUERY.items() if name not in {"CANO", "ACNT_PRDT_CD"}
}
QUERIES = {
    DOMESTIC_BALANCE_PATH: FIELDS,
    OVERSEAS_BALANCE_PATH: {
        "OVRS_EXCG_CD": "NASD",
        "TR_CRCY_CD": "USD",
        "CTX_AREA_FK200": "",
        "CTX_AREA_NK200": "",
    },
    OVERSEAS_PRESENT_BALANCE_PATH: {
        "WCRC_FRCR_DVSN_CD": "02",
        "NATN_CD": "000",
        "TR_MKET_CD": "00",
        "INQR_DVSN_CD": "00",
    },
    PENSION_BALANCE_PATH: {
        "ACCA_DVSN_CD": "00",
        "INQR_DVSN": "00",
        "CTX_AREA_FK100": "",
        "CTX_AREA_NK100": "",
    },
    PENSION_PRESENT_BALANCE_PATH: {
        "USER_DVSN_CD": "00",
        "CTX_AREA_FK100": "",
        "CTX_AREA_NK100": "",
    },
    PENSION_DEPOSIT_PATH: {"ACCA_DVSN_CD": "00"},
}
SERVED = {
    "general": {DOMESTIC_BALANCE_PATH, OVERSEAS_BALANCE_PATH, OVERSEAS_PRESENT_BALANCE_PATH},
    "isa": {DOMESTIC_BALANCE_PATH, OVERSEAS_BALANCE_PATH, OVERSEAS_PRESENT_BALANCE_PATH},
    "pension": {PENSION_BALANCE_PATH, PENSION_PRESENT_BALANCE_PATH, PENSION_DEPOSIT_PATH},
    "savings": {DOMESTIC_BALANCE_PATH},
}
PAIRS = [(kind, path) for kind in SERVED for path in QUERIES]


def asked(desk: SimulatorHarness, kind: str, path: str) -> ClientResponse:
    return desk.request_for_account(kind, desk.issue_token_for(kind), path, QUERIES[path])


def test_the_first_account_is_the_simulators_own() -> None:
    simulator = Simulator()
    first, *others = simulator.accounts
    own = (simulator.app_key, simulator.app_secret, simulator.account_number)
    assert (first.app_key, first.app_secret, first.number) == own
    assert [each.account_type for each in others] == ["isa", "pension", "savings"]
    assert [each.product_code for each in simulator.accounts] == ["01", "01", "29", "22"]
    assert len({each.app_key for each in simulator.accounts}) == 2
    for each in simulator.accounts:
        assert (len(each.app_key), len(each.app_secret), each.app_secret[-1]) == (36, 180, "=")
        assert each.app_key[:20] not in repr(each)
        assert each.app_secret[:20] not in repr(each)


@pytest.mark.parametrize(("kind", "path"), PAIRS)
def test_each_product_has_its_trs_and_is_refused_the_others(kind: str, path: str) -> None:
    with SimulatorHarness() as desk:
        answer = asked(desk, kind, path)
    if path in SERVED[kind]:
        assert (answer.status, answer.json["rt_cd"]) == (200, "0")
    else:
        assert answer.error == (200, "APAC0489")
        assert answer.json["rt_cd"] == "1"


@pytest.mark.parametrize(("kind", "path"), PAIRS)
def test_a_missing_field_is_named_first(kind: str, path: str) -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token_for(kind)
        for name in ("CANO", *QUERIES[path]):
            answer = desk.request_for_account(kind, token, path, {**QUERIES[path], name: None})
            assert answer.code == "OPSQ2001"
            assert answer.json["msg1"].strip() == f"ERROR : INPUT FIELD NOT FOUND / {name}"


@pytest.mark.parametrize(
    "path", [PENSION_BALANCE_PATH, PENSION_PRESENT_BALANCE_PATH, PENSION_DEPOSIT_PATH]
)
def test_paper_has_no_pension_trs(path: str) -> None:
    with SimulatorHarness(environment="paper") as desk:
        token = desk.issue_token_for("pension")
        real = {
            PENSION_BALANCE_PATH: "TTTC2208R",
            PENSION_PRESENT_BALANCE_PATH: "TTTC2202R",
            PENSION_DEPOSIT_PATH: "TTTC0506R",
        }
        answer = desk.request_for_account("pension", token, path, QUERIES[path], tr_id=real[path])
        assert answer.error == (500, "EGW02006")
        assert desk.request_for_account("pension", token, path, QUERIES[path]).error == (
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
        with SimulatorHarness(environment=environment) as desk:
            token = desk.issue_token()
            answer = desk.request_for_account(
                "general", token, path, QUERIES[path], tr_id=ids[other]
            )
            assert answer.error == (500, code)
            right = desk.request_for_account(
                "general", token, path, QUERIES[path], tr_id=ids[1 - other]
            )
            assert right.json["rt_cd"] == "0"
            assert desk.request_for_account(
                "general", token, path, QUERIES[path], tr_id="TTTC8434R"
            ).code == ("OPSQ0002")


def test_an_account_of_another_key_is_refused() -> None:
    with SimulatorHarness() as desk:
        first, second = desk.issue_token(), desk.issue_token_for("pension")
        theirs = {"CANO": "50003456", "ACNT_PRDT_CD": "22"}
        assert desk.request_balance(first, theirs).error == (200, "OPSQ2000")
        ours = {**FIELDS, "CANO": "50001234", "ACNT_PRDT_CD": "01"}
        assert desk.request_for_account("savings", second, DOMESTIC_BALANCE_PATH, ours).error == (
            200,
            "OPSQ2000",
        )
        assert (
            desk.request_for_account("savings", second, DOMESTIC_BALANCE_PATH, FIELDS).code
            == "KIOK0510"
        )


def test_a_token_is_of_one_key_alone() -> None:
    with SimulatorHarness() as desk:
        first, second = desk.issue_token(), desk.issue_token_for("pension")
        assert first != second
        assert desk.request_balance(second).error == (500, "EGW00121")
        assert desk.request_for_account("savings", first, DOMESTIC_BALANCE_PATH, FIELDS).error == (
            500,
            "EGW00121",
        )
        mixed = {"appsecret": desk.simulator.app_secret}
        assert desk.request_for_account(
            "savings", second, DOMESTIC_BALANCE_PATH, FIELDS, **mixed
        ).error == (500, "EGW00304")
        assert desk.request_token(appkey=desk.account_of_type("pension").app_key).error == (
            403,
            "EGW00105",
        )


def test_one_minute_and_six_hours_count_for_each_key() -> None:
    with SimulatorHarness() as desk:
        first = desk.issue_token()
        desk.clock.advance(seconds=30)
        second = desk.issue_token_for("pension")
        assert desk.request_token().error == (403, "EGW00133")
        desk.clock.advance(seconds=30)
        assert desk.issue_token() == first
        pension = desk.account_of_type("pension")
        keys = {"appkey": pension.app_key, "appsecret": pension.app_secret}
        assert desk.request_token(**keys).error == (403, "EGW00133")
        assert desk.simulator.notices == 3
        desk.clock.advance(hours=5, minutes=59, seconds=15)
        assert desk.issue_token() != first
        assert desk.issue_token_for("pension") == second


def test_a_key_revokes_its_own_tokens_only() -> None:
    with SimulatorHarness() as desk:
        first, second = desk.issue_token(), desk.issue_token_for("pension")
        assert desk.post(REVOKE_PATH, **desk.app_key_headers, token=second).error == (
            403,
            "EGW00121",
        )
        assert desk.post(REVOKE_PATH, **desk.app_key_headers, token=first).status == 200
        assert desk.request_balance(first).code == "EGW00121"
        assert (
            desk.request_for_account("savings", second, DOMESTIC_BALANCE_PATH, FIELDS).code
            == "KIOK0510"
        )


def test_all_keys_tokens_die_and_expire_together() -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token_for("savings")
        desk.simulator.expire_tokens()
        assert (
            desk.request_for_account("savings", token, DOMESTIC_BALANCE_PATH, FIELDS).code
            == "EGW00123"
        )
        token = desk.issue_token_for("savings")
        desk.simulator.invalidate_tokens()
        assert (
            desk.request_for_account("savings", token, DOMESTIC_BALANCE_PATH, FIELDS).code
            == "EGW00121"
        )


def test_calls_are_counted_for_each_key_and_account() -> None:
    with SimulatorHarness(rate_limits=True) as desk:
        first, second = desk.issue_token(), desk.issue_token_for("pension")
        assert desk.request_balance(first).code == "KIOK0510"
        assert (
            desk.request_for_account(
                "general",
                first,
                OVERSEAS_PRESENT_BALANCE_PATH,
                QUERIES[OVERSEAS_PRESENT_BALANCE_PATH],
            ).code
            == "EGW00215"
        )
        assert (
            desk.request_for_account("isa", first, DOMESTIC_BALANCE_PATH, FIELDS).code == "KIOK0510"
        )
        assert (
            desk.request_for_account("savings", second, DOMESTIC_BALANCE_PATH, FIELDS).code
            == "KIOK0510"
        )
        assert (
            desk.request_for_account(
                "pension", second, PENSION_BALANCE_PATH, QUERIES[PENSION_BALANCE_PATH]
            ).code
            == "KIOK0510"
        )


def test_each_account_has_a_book_of_its_own() -> None:
    with SimulatorHarness() as desk:
        token, other = desk.issue_token(), desk.issue_token_for("savings")
        answers = [
            desk.request_for_account("isa", token, DOMESTIC_BALANCE_PATH, FIELDS),
            desk.request_balance(token),
            desk.request_for_account("savings", other, DOMESTIC_BALANCE_PATH, FIELDS),
        ]
    assert [len(answer.json["output1"]) for answer in answers] == [3, 13, 2]
    assert len({answer.json["output2"][0]["tot_evlu_amt"] for answer in answers}) == 3


def test_a_scene_that_remembers_does_so_for_each_balance() -> None:
    with SimulatorHarness(scene="data-changed", page_size=5) as desk:
        token = desk.issue_token()
        first = desk.request_balance(token)
        assert (
            desk.request_for_account(
                "general", token, OVERSEAS_BALANCE_PATH, QUERIES[OVERSEAS_BALANCE_PATH]
            ).json["rt_cd"]
            == "0"
        )
        assert desk.request_next_page(token, first).code == "SYDB0050"
        first = desk.request_balance(token)
        assert (
            desk.request_for_account(
                "general", token, OVERSEAS_BALANCE_PATH, QUERIES[OVERSEAS_BALANCE_PATH]
            ).json["rt_cd"]
            == "0"
        )
        assert desk.request_next_page(token, first).json["rt_cd"] == "0"
