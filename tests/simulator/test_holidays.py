"""chk-holiday: the days it returns, and the requests it refuses."""

from datetime import date
from typing import Any

import pytest

from tests.simulator.support import HOLIDAY_PATH, SimulatorHarness


def test_a_response_lists_days_from_the_requested_one() -> None:
    with SimulatorHarness() as harness:
        response = harness.request_holidays(harness.issue_token())
    days = [date.fromisoformat(row["bass_dt"]) for row in response.json["output"]]
    assert (response.status, response.code, response.json["rt_cd"]) == (200, "KIOK0500", "0")
    assert days[0] == date(2026, 11, 23)
    assert [(day - days[0]).days for day in days] == list(range(25))
    assert response.json["output"][5] == {
        "bass_dt": "20261128",
        "wday_dvsn_cd": "07",
        "bzdy_yn": "N",
        "tr_day_yn": "Y",
        "opnd_yn": "N",
        "sttl_day_yn": "N",
    }


def test_only_weekends_and_holidays_are_closed() -> None:
    with SimulatorHarness() as harness:
        rows = harness.request_holidays(harness.issue_token(), {"BASS_DT": "20261214"}).json[
            "output"
        ]
    assert [row["bass_dt"] for row in rows if row["opnd_yn"] == "N"] == [
        "20261219", "20261220", "20261225", "20261226", "20261227", "20261231", "20270101",
        "20270102", "20270103",
    ]  # fmt: skip
    assert all(row["opnd_yn"] in {"Y", "N"} for row in rows)


def test_the_cursor_is_20_wide_and_leads_to_the_next_page() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        first_page = harness.request_holidays(token).json
        assert len(first_page["ctx_area_nk"]) == len(first_page["ctx_area_fk"]) == 20
        keys = {"CTX_AREA_NK": first_page["ctx_area_nk"], "CTX_AREA_FK": first_page["ctx_area_fk"]}
        following = harness.request_holidays(token, keys, tr_cont="N").json
        assert harness.request_holidays(token, keys).json["output"] == first_page["output"]
    assert first_page["output"][-1]["bass_dt"] == "20261217"
    assert following["output"][0]["bass_dt"] == "20261218"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"authorization": None}, (500, "EGW00122")),
        ({"authorization": "Bearer eyJ"}, (500, "EGW00121")),
        ({"appsecret": "x" * 180}, (500, "EGW00304")),
        ({"tr_id": "TTTC8434R"}, (200, "OPSQ0002")),
        ({"tr_id": ""}, (200, "OPSQ0002")),
        ({"tr_id": None}, (200, "OPSQ0002")),
    ],
)
def test_holidays_check_the_headers(headers: dict[str, Any], expected: tuple[int, str]) -> None:
    with SimulatorHarness() as harness:
        assert harness.request_holidays(harness.issue_token(), **headers).error == expected


@pytest.mark.parametrize("day", ["", "2026112", "20261131", "00000000", "99991231", "today"])
def test_an_invalid_date_is_refused(day: str) -> None:
    with SimulatorHarness() as harness:
        assert harness.request_holidays(harness.issue_token(), {"BASS_DT": day}).error == (
            200,
            "OPSQ2001",
        )


@pytest.mark.parametrize("name", ["BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK"])
def test_a_missing_parameter_is_reported(name: str) -> None:
    with SimulatorHarness() as harness:
        response = harness.request_holidays(harness.issue_token(), {name: None})
    assert response.error == (200, "OPSQ2001")
    assert response.json["msg1"].strip().endswith(name)


def test_paper_has_no_holiday_tr() -> None:
    with SimulatorHarness(environment="paper") as harness:
        token = harness.issue_token()
        assert harness.request_holidays(token).error == (500, "EGW02006")
        assert harness.request_holidays(token, tr_id="").error == (200, "OPSQ0002")
        assert harness.request_holidays("eyJ").code == "EGW00121"


def test_holiday_calls_count_for_the_app_key_but_not_for_the_ledger() -> None:
    with SimulatorHarness(rate_limits=True) as harness:
        token = harness.issue_token()
        assert harness.request_balance(token).status == 200
        assert {harness.request_holidays(token).status for _ in range(17)} == {200}
        assert harness.request_holidays(token).error == (500, "EGW00201")


def test_the_holiday_tr_does_not_accept_post() -> None:
    with SimulatorHarness() as harness:
        assert harness.send("POST", HOLIDAY_PATH).error == (500, "EGW00202")
