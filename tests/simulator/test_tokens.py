"""Tokens: issue, reissue, rate limit, expiry and revocation."""

import pytest

from tests.simulator.support import REVOKE_PATH, SimulatorHarness

DEAD, EXPIRED, TOO_SOON = (500, "EGW00121"), (500, "EGW00123"), (403, "EGW00133")


def test_a_token_answer_has_the_shape_of_tokenp() -> None:
    with SimulatorHarness() as harness:
        response = harness.request_token()
    assert response.status == 200
    assert response.json["token_type"] == "Bearer"
    assert response.json["expires_in"] == 86400
    assert response.json["access_token_token_expired"] == "2026-11-24 10:32:07"
    assert response.json["access_token"].startswith("eyJ")
    assert 320 <= len(response.json["access_token"]) <= 350
    assert "tr_id" not in response.headers


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"grant_type": None}, "EGW00115"),
        ({"grant_type": "password"}, "EGW00116"),
        ({"appkey": None}, "EGW00102"),
        ({"appkey": "P" * 36}, "EGW00103"),
        ({"appsecret": None}, "EGW00104"),
        ({"appsecret": "x" * 180}, "EGW00105"),
        ({"appsecret": 7}, "EGW00105"),
    ],
)
def test_a_wrong_token_request_is_refused_with_403_and_sends_no_notice(
    changes: dict[str, object], code: str
) -> None:
    with SimulatorHarness() as harness:
        response = harness.request_token(**changes)
        assert response.error == (403, code)
        assert list(response.json) == ["error_description", "error_code"]
        assert harness.simulator.notice_count == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 60_000])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with SimulatorHarness() as harness:
        assert harness.send("POST", "/oauth2/tokenP", body).error == (403, "EGW00101")


def test_a_second_issue_is_refused_for_59_seconds_and_allowed_at_60() -> None:
    with SimulatorHarness() as harness:
        first_token = harness.issue_token()
        harness.clock.advance(seconds=59)
        assert harness.request_token().error == TOO_SOON
        harness.clock.advance(seconds=1)
        assert harness.issue_token() == first_token
        harness.clock.advance(seconds=59)
        assert harness.request_token().error == TOO_SOON


def test_within_six_hours_the_same_token_comes_with_its_first_expiry() -> None:
    with SimulatorHarness() as harness:
        first_response = harness.request_token().json
        harness.clock.advance(hours=5, minutes=59, seconds=59)
        assert harness.request_token().json == first_response


def test_at_six_hours_a_new_token_comes_and_the_old_one_still_works() -> None:
    with SimulatorHarness() as harness:
        first_token = harness.issue_token()
        harness.clock.advance(hours=6)
        second = harness.request_token().json
        assert second["access_token"] != first_token
        assert second["access_token_token_expired"] == "2026-11-24 16:32:07"
        assert harness.request_balance(first_token).status == 200
        assert harness.request_balance(second["access_token"]).status == 200


def test_each_issue_sends_a_notice_even_of_the_same_token() -> None:
    with SimulatorHarness() as harness:
        harness.issue_token()
        harness.request_token()
        assert harness.simulator.notice_count == 1
        harness.clock.advance(hours=1)
        harness.issue_token()
        assert harness.simulator.notice_count == 2


def test_a_token_is_valid_for_24_hours_to_the_second() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.clock.advance(hours=23, minutes=59, seconds=59)
        assert harness.request_balance(token).status == 200
        harness.clock.advance(seconds=1)
        assert harness.request_balance(token).error == EXPIRED


def test_a_revoked_token_is_invalid_and_the_next_issue_gives_another() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        response = harness.post(REVOKE_PATH, **harness.app_key_headers, token=token)
        assert response.json == {"code": "200", "message": "접근토큰 폐기에 성공하였습니다"}
        assert harness.request_balance(token).error == DEAD
        assert harness.post(REVOKE_PATH, **harness.app_key_headers, token=token).error == (
            403,
            "EGW00121",
        )
        harness.clock.advance(minutes=1)
        assert harness.request_balance(harness.issue_token()).status == 200


def test_revoking_needs_credentials_and_a_token() -> None:
    with SimulatorHarness() as harness:
        assert harness.post(REVOKE_PATH, token="x").error == (403, "EGW00102")
        assert harness.post(REVOKE_PATH, **harness.app_key_headers).error == (403, "EGW00122")


def test_invalidated_tokens_are_refused_and_a_new_one_works() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.simulator.invalidate_tokens()
        assert harness.request_balance(token).error == DEAD
        assert harness.request_token().error == TOO_SOON
        harness.clock.advance(minutes=1)
        assert harness.request_balance(harness.issue_token()).status == 200


def test_an_invalidated_token_may_be_reissued_for_six_hours() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.simulator.invalidate_tokens(reissue="same")
        harness.clock.advance(minutes=1)
        assert harness.issue_token() == token
        assert harness.request_balance(token).error == DEAD
        harness.clock.advance(hours=6)
        assert harness.request_balance(harness.issue_token()).status == 200


def test_expired_tokens_are_refused_and_a_new_one_can_be_issued_at_once() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        harness.simulator.expire_tokens()
        assert harness.request_balance(token).error == EXPIRED
        fresh = harness.issue_token()
        assert fresh != token
        assert harness.request_balance(fresh).status == 200


def test_the_same_seed_and_instant_give_the_same_token_and_others_another() -> None:
    tokens = []
    for options in ({}, {}, {"seed": 2}, {"environment": "paper"}):
        with SimulatorHarness(**options) as harness:
            tokens.append(harness.issue_token())
    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 3
