"""Scenes: each behaves as its description says."""

import unicodedata
from http.client import RemoteDisconnected

import pytest

from kistui.simulator import SCENES, Simulator, SimulatorOptions
from tests.simulator.support import ClientResponse, SimulatorHarness


def request_scene(scene: str, **options: str) -> ClientResponse:
    with SimulatorHarness(scene=scene, **options) as harness:
        return harness.request_balance(harness.issue_token())


def test_an_unknown_scene_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no scene 'nowhere'"):
        Simulator(SimulatorOptions(scene="nowhere"))


def test_many_has_500_holdings_with_hangul_latin_and_long_names() -> None:
    with SimulatorHarness(scene="many") as harness:
        rows = [
            row
            for page in harness.iter_pages(harness.issue_token())
            for row in page.json["output1"]
        ]
    names = [row["prdt_name"] for row in rows]
    assert len({row["pdno"] for row in rows}) == 500
    assert all(row["hldg_qty"] != "0" for row in rows)
    assert any(name.isascii() is False for name in names)
    assert any("A" <= name[0] <= "Z" for name in names)
    assert 30 < max(map(len, names)) <= 40


def test_credit_has_several_lots_of_one_item_and_their_loans() -> None:
    response = request_scene("credit").json
    lots = [row for row in response["output1"] if row["pdno"] == "005930"]
    assert [lot["trad_dvsn_name"] for lot in lots] == ["현금", "자기융자", "자기융자"]
    assert [lot["loan_dt"] for lot in lots] == ["", "20261111", "20261120"]
    assert [lot["expd_dt"] for lot in lots] == ["", "20270209", "20270218"]
    keys = {(row["pdno"], row["trad_dvsn_name"], row["loan_dt"]) for row in response["output1"]}
    assert len(keys) == len(response["output1"])
    assert int(response["output2"][0]["tot_loan_amt"]) > 0


def test_off_hours_shows_zeros_and_a_fall_of_100_percent() -> None:
    for row in request_scene("off-hours").json["output1"]:
        assert (row["prpr"], row["evlu_amt"], row["fltt_rt"]) == ("0", "0", "-100.00000000")


def test_hostile_names_cover_every_attack_except_nul() -> None:
    names = [row["prdt_name"] for row in request_scene("hostile").json["output1"]]
    text = "\0".join(names)
    for part in ("\x1b[", "\x1b]52;", "\x9b", "\n", "\t", "\x07", "\u202e", "[red]",
                 "[@click=app.quit]", "📈"):  # fmt: skip
        assert part in text
    assert any(name.endswith("[/") for name in names)
    assert max(map(len, names)) > 200
    assert any(unicodedata.normalize("NFC", name) == "삼성전자" != name for name in names)
    assert not any("\0" in name for name in names)


def test_a_scene_may_use_f_and_e_as_tr_cont() -> None:
    with SimulatorHarness(scene="other-letters") as harness:
        letters = [page.headers["tr_cont"] for page in harness.iter_pages(harness.issue_token())]
    assert letters == ["F", "F", "E"]


def test_the_first_token_expires_at_first_use_and_the_next_one_works() -> None:
    with SimulatorHarness(scene="expired-token") as harness:
        first_token = harness.issue_token()
        assert harness.request_balance(first_token).error == (500, "EGW00123")
        assert harness.request_balance(first_token).error == (500, "EGW00123")
        second = harness.issue_token()
        assert second != first_token
        assert harness.request_balance(second).status == 200


@pytest.mark.parametrize(
    ("scene", "code"), [("refused-key", "EGW00103"), ("refused-secret", "EGW00105")]
)
def test_refused_credentials_give_no_token(scene: str, code: str) -> None:
    with SimulatorHarness(scene=scene) as harness:
        assert harness.request_token().error == (403, code)


@pytest.mark.parametrize(
    ("scene", "environment", "expected"),
    [
        ("wrong-account", "real", (200, "OPSQ2000")),
        ("wrong-environment", "real", (500, "EGW02004")),
        ("wrong-environment", "paper", (500, "EGW02007")),
    ],
)
def test_a_token_is_issued_but_the_balance_is_refused(
    scene: str, environment: str, expected: tuple[int, str]
) -> None:
    assert request_scene(scene, environment=environment).error == expected


def test_rate_limited_refuses_every_second_balance_in_turn() -> None:
    with SimulatorHarness(scene="rate-limited") as harness:
        token = harness.issue_token()
        codes = [harness.request_balance(token).code for _ in range(5)]
    assert codes == ["KIOK0510", "EGW00201", "KIOK0510", "EGW00215", "KIOK0510"]


@pytest.mark.parametrize("environment", ["real", "paper"])
def test_the_second_page_fails_every_time(environment: str) -> None:
    with SimulatorHarness(scene="failing-page", environment=environment) as harness:
        token = harness.issue_token()
        for _ in range(2):
            first_page, second_page = harness.iter_pages(token)
            assert first_page.json["rt_cd"] == "0"
            assert second_page.error == (500, "EGW00203")


def test_data_change_once_per_balance_and_a_restart_completes() -> None:
    with SimulatorHarness(scene="data-changed") as harness:
        token = harness.issue_token()
        for _ in range(2):
            assert [page.code for page in harness.iter_pages(token)] == ["KIOK0500", "SYDB0050"]
            assert [page.code for page in harness.iter_pages(token)] == ["KIOK0500", "KIOK0460"]


def test_garbled_responses_are_invalid_json_or_utf_8() -> None:
    with SimulatorHarness(scene="garbled") as harness:
        token = harness.issue_token()
        first, second = harness.request_balance(token), harness.request_balance(token)
    assert first.status == second.status == 200
    with pytest.raises(ValueError, match="Unterminated"):
        _ = first.json
    with pytest.raises(UnicodeDecodeError):
        second.body.decode()


def test_down_returns_an_html_page() -> None:
    with SimulatorHarness(scene="down") as harness:
        response = harness.request_token()
    assert response.status == 503
    assert response.headers["Content-Type"].startswith("text/html")
    assert "점검" in response.body.decode()


def test_dropped_closes_without_an_answer() -> None:
    with SimulatorHarness(scene="dropped") as harness, pytest.raises(RemoteDisconnected):
        harness.request_token()


def test_looping_repeats_the_same_page_and_cursor() -> None:
    with SimulatorHarness(scene="looping") as harness:
        token = harness.issue_token()
        first_page = harness.request_balance(token)
        harness.clock.advance(minutes=1)
        second = harness.request_next_page(token, first_page)
    assert first_page.headers["tr_cont"] == second.headers["tr_cont"] == "M"
    assert first_page.json["ctx_area_nk100"] == second.json["ctx_area_nk100"] != " " * 100
    assert [row["pdno"] for row in first_page.json["output1"]] == [
        row["pdno"] for row in second.json["output1"]
    ]


def test_slow_takes_two_seconds() -> None:
    assert SCENES["slow"].delay == 2


def test_a_scene_can_change_while_running_and_reset_goes_back() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.simulator.set_scene("empty")
        assert harness.request_balance(token).code == "KIOK0560"
        harness.simulator.reset()
        assert harness.simulator.requests == []
        assert harness.simulator.notice_count == 0
        assert harness.request_balance(token).code == "EGW00121"
        assert harness.request_balance(harness.issue_token()).code == "KIOK0510"


BROKEN = {"slow", "dropped", "reset", "silent", "endless", "elsewhere"}
"""Scenes whose responses the bare client cannot read, or would wait for."""


@pytest.mark.parametrize("scene", sorted(set(SCENES) - BROKEN))
def test_every_scene_answers_with_any_number_of_holdings(scene: str) -> None:
    for holdings in (0, 1):
        with SimulatorHarness(scene=scene, holdings=holdings) as harness:
            issued = harness.request_token()
            token = issued.json["access_token"] if issued.status == 200 else "none"
            assert harness.request_balance(token).status in {200, 403, 500, 503}
