"""Accounts: which key opens which, tokens of each key, and what a product code is refused."""

import pytest

from kistui.simulator import Simulator
from tests.simulator.support import (
    BALANCE,
    OVERSEAS,
    PENSION,
    PENSION_DEPOSIT,
    PENSION_PRESENT,
    PRESENT,
    QUERY,
    REVOKE,
    Answer,
    Desk,
)

FIELDS = {name: value for name, value in QUERY.items() if name not in {"CANO", "ACNT_PRDT_CD"}}
QUERIES = {
    BALANCE: FIELDS,
    OVERSEAS: {"OVRS_EXCG_CD": "NASD", "TR_CRCY_CD": "USD", "CTX_AREA_FK200": "",
               "CTX_AREA_NK200": ""},
    PRESENT: {"WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00",
              "INQR_DVSN_CD": "00"},
    PENSION: {"ACCA_DVSN_CD": "00", "INQR_DVSN": "00", "CTX_AREA_FK100": "", "CTX_AREA_NK100": ""},
    PENSION_PRESENT: {"USER_DVSN_CD": "00", "CTX_AREA_FK100": "", "CTX_AREA_NK100": ""},
    PENSION_DEPOSIT: {"ACCA_DVSN_CD": "00"},
}  # fmt: skip
SERVED = {
    "general": {BALANCE, OVERSEAS, PRESENT},
    "isa": {BALANCE, OVERSEAS, PRESENT},
    "pension": {PENSION, PENSION_PRESENT, PENSION_DEPOSIT},
    "savings": {BALANCE},
}
PAIRS = [(kind, path) for kind in SERVED for path in QUERIES]


def asked(desk: Desk, kind: str, path: str) -> Answer:
    return desk.ask(kind, desk.token_of(kind), path, QUERIES[path])


def test_the_first_account_is_the_simulators_own() -> None:
    simulator = Simulator()
    first, *others = simulator.accounts
    own = (simulator.app_key, simulator.app_secret, simulator.account)
    assert (first.app_key, first.app_secret, first.account) == own
    assert [each.kind for each in others] == ["isa", "pension", "savings"]
    assert [each.product for each in simulator.accounts] == ["01", "01", "29", "22"]
    assert len({each.app_key for each in simulator.accounts}) == 2
    for each in simulator.accounts:
        assert (len(each.app_key), len(each.app_secret), each.app_secret[-1]) == (36, 180, "=")
        assert each.app_key[:20] not in repr(each)
        assert each.app_secret[:20] not in repr(each)


@pytest.mark.parametrize(("kind", "path"), PAIRS)
def test_each_product_has_its_trs_and_is_refused_the_others(kind: str, path: str) -> None:
    with Desk() as desk:
        answer = asked(desk, kind, path)
    if path in SERVED[kind]:
        assert (answer.status, answer.json["rt_cd"]) == (200, "0")
    else:
        assert answer.refusal == (200, "APAC0489")
        assert answer.json["rt_cd"] == "1"


@pytest.mark.parametrize(("kind", "path"), PAIRS)
def test_a_missing_field_is_named_first(kind: str, path: str) -> None:
    with Desk() as desk:
        token = desk.token_of(kind)
        for name in ("CANO", *QUERIES[path]):
            answer = desk.ask(kind, token, path, {**QUERIES[path], name: None})
            assert answer.code == "OPSQ2001"
            assert answer.json["msg1"].strip() == f"ERROR : INPUT FIELD NOT FOUND / {name}"


@pytest.mark.parametrize("path", [PENSION, PENSION_PRESENT, PENSION_DEPOSIT])
def test_paper_has_no_pension_trs(path: str) -> None:
    with Desk(environment="paper") as desk:
        token = desk.token_of("pension")
        real = {PENSION: "TTTC2208R", PENSION_PRESENT: "TTTC2202R", PENSION_DEPOSIT: "TTTC0506R"}
        answer = desk.ask("pension", token, path, QUERIES[path], tr_id=real[path])
        assert answer.refusal == (500, "EGW02006")
        assert desk.ask("pension", token, path, QUERIES[path]).refusal == (200, "OPSQ0002")


@pytest.mark.parametrize("path", [OVERSEAS, PRESENT])
def test_real_and_paper_have_their_own_overseas_trs(path: str) -> None:
    ids = {OVERSEAS: ("TTTS3012R", "VTTS3012R"), PRESENT: ("CTRP6504R", "VTRP6504R")}[path]
    for environment, other, code in (("real", 1, "EGW02004"), ("paper", 0, "EGW02006")):
        with Desk(environment=environment) as desk:
            token = desk.token()
            answer = desk.ask("general", token, path, QUERIES[path], tr_id=ids[other])
            assert answer.refusal == (500, code)
            right = desk.ask("general", token, path, QUERIES[path], tr_id=ids[1 - other])
            assert right.json["rt_cd"] == "0"
            assert desk.ask("general", token, path, QUERIES[path], tr_id="TTTC8434R").code == (
                "OPSQ0002"
            )


def test_an_account_of_another_key_is_refused() -> None:
    with Desk() as desk:
        first, second = desk.token(), desk.token_of("pension")
        theirs = {"CANO": "50003456", "ACNT_PRDT_CD": "22"}
        assert desk.balance(first, theirs).refusal == (200, "OPSQ2000")
        ours = {**FIELDS, "CANO": "50001234", "ACNT_PRDT_CD": "01"}
        assert desk.ask("savings", second, BALANCE, ours).refusal == (200, "OPSQ2000")
        assert desk.ask("savings", second, BALANCE, FIELDS).code == "KIOK0510"


def test_a_token_is_of_one_key_alone() -> None:
    with Desk() as desk:
        first, second = desk.token(), desk.token_of("pension")
        assert first != second
        assert desk.balance(second).refusal == (500, "EGW00121")
        assert desk.ask("savings", first, BALANCE, FIELDS).refusal == (500, "EGW00121")
        mixed = {"appsecret": desk.simulator.app_secret}
        assert desk.ask("savings", second, BALANCE, FIELDS, **mixed).refusal == (500, "EGW00304")
        assert desk.issue(appkey=desk.of("pension").app_key).refusal == (403, "EGW00105")


def test_one_minute_and_six_hours_count_for_each_key() -> None:
    with Desk() as desk:
        first = desk.token()
        desk.clock.advance(seconds=30)
        second = desk.token_of("pension")
        assert desk.issue().refusal == (403, "EGW00133")
        desk.clock.advance(seconds=30)
        assert desk.token() == first
        pension = desk.of("pension")
        keys = {"appkey": pension.app_key, "appsecret": pension.app_secret}
        assert desk.issue(**keys).refusal == (403, "EGW00133")
        assert desk.simulator.notices == 3
        desk.clock.advance(hours=5, minutes=59, seconds=15)
        assert desk.token() != first
        assert desk.token_of("pension") == second


def test_a_key_revokes_its_own_tokens_only() -> None:
    with Desk() as desk:
        first, second = desk.token(), desk.token_of("pension")
        assert desk.post(REVOKE, **desk.keys, token=second).refusal == (403, "EGW00121")
        assert desk.post(REVOKE, **desk.keys, token=first).status == 200
        assert desk.balance(first).code == "EGW00121"
        assert desk.ask("savings", second, BALANCE, FIELDS).code == "KIOK0510"


def test_all_keys_tokens_die_and_expire_together() -> None:
    with Desk() as desk:
        token = desk.token_of("savings")
        desk.simulator.expire_tokens()
        assert desk.ask("savings", token, BALANCE, FIELDS).code == "EGW00123"
        token = desk.token_of("savings")
        desk.simulator.kill_tokens()
        assert desk.ask("savings", token, BALANCE, FIELDS).code == "EGW00121"


def test_calls_are_counted_for_each_key_and_account() -> None:
    with Desk(rate_limits=True) as desk:
        first, second = desk.token(), desk.token_of("pension")
        assert desk.balance(first).code == "KIOK0510"
        assert desk.ask("general", first, PRESENT, QUERIES[PRESENT]).code == "EGW00215"
        assert desk.ask("isa", first, BALANCE, FIELDS).code == "KIOK0510"
        assert desk.ask("savings", second, BALANCE, FIELDS).code == "KIOK0510"
        assert desk.ask("pension", second, PENSION, QUERIES[PENSION]).code == "KIOK0510"


def test_each_account_has_a_book_of_its_own() -> None:
    with Desk() as desk:
        token, other = desk.token(), desk.token_of("savings")
        answers = [desk.ask("isa", token, BALANCE, FIELDS), desk.balance(token),
                   desk.ask("savings", other, BALANCE, FIELDS)]  # fmt: skip
    assert [len(answer.json["output1"]) for answer in answers] == [3, 13, 2]
    assert len({answer.json["output2"][0]["tot_evlu_amt"] for answer in answers}) == 3


def test_a_scene_that_remembers_does_so_for_each_balance() -> None:
    with Desk(scene="data-changed", page_size=5) as desk:
        token = desk.token()
        first = desk.balance(token)
        assert desk.ask("general", token, OVERSEAS, QUERIES[OVERSEAS]).json["rt_cd"] == "0"
        assert desk.next_page(token, first).code == "SYDB0050"
        first = desk.balance(token)
        assert desk.ask("general", token, OVERSEAS, QUERIES[OVERSEAS]).json["rt_cd"] == "0"
        assert desk.next_page(token, first).json["rt_cd"] == "0"
