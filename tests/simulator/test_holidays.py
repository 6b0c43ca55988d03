"""chk-holiday: the days it tells, and the calls it refuses."""

from datetime import date
from typing import Any

import pytest

from kistui.simulator.services.holidays import HOLIDAYS
from tests.simulator.support import HOLIDAY_PATH, SimulatorHarness


def test_an_answer_is_an_array_of_days_from_the_one_asked() -> None:
    with SimulatorHarness() as desk:
        answer = desk.request_holidays(desk.issue_token())
    days = [date.fromisoformat(row["bass_dt"]) for row in answer.json["output"]]
    assert (answer.status, answer.code, answer.json["rt_cd"]) == (200, "KIOK0500", "0")
    assert days[0] == date(2026, 11, 23)
    assert [(day - days[0]).days for day in days] == list(range(25))
    assert answer.json["output"][5] == {
        "bass_dt": "20261128",
        "wday_dvsn_cd": "07",
        "bzdy_yn": "N",
        "tr_day_yn": "Y",
        "opnd_yn": "N",
        "sttl_day_yn": "N",
    }


def test_weekends_and_holidays_are_closed_and_all_else_is_open() -> None:
    with SimulatorHarness() as desk:
        rows = desk.request_holidays(desk.issue_token(), {"BASS_DT": "20261214"}).json["output"]
    assert [row["bass_dt"] for row in rows if row["opnd_yn"] == "N"] == [
        "20261219", "20261220", "20261225", "20261226", "20261227", "20261231", "20270101",
        "20270102", "20270103",
    ]  # fmt: skip
    assert all(row["opnd_yn"] in {"Y", "N"} for row in rows)


def test_the_holidays_are_weekdays() -> None:
    assert len(HOLIDAYS) == 17
    assert all(day.weekday() < 5 for day in HOLIDAYS)


def test_the_keys_are_twenty_wide_and_lead_to_the_next_stretch() -> None:
    with SimulatorHarness() as desk:
        token = desk.issue_token()
        first = desk.request_holidays(token).json
        assert len(first["ctx_area_nk"]) == len(first["ctx_area_fk"]) == 20
        keys = {"CTX_AREA_NK": first["ctx_area_nk"], "CTX_AREA_FK": first["ctx_area_fk"]}
        following = desk.request_holidays(token, keys, tr_cont="N").json
        assert desk.request_holidays(token, keys).json["output"] == first["output"]
    assert first["output"][-1]["bass_dt"] == "20261217"
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
def test_a_wrong_header_has_its_own_refusal(
    headers: dict[str, Any], expected: tuple[int, str]
) -> None:
    with SimulatorHarness() as desk:
        assert desk.request_holidays(desk.issue_token(), **headers).error == expected


@pytest.mark.parametrize("day", ["", "2026112", "20261131", "00000000", "99991231", "today"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with SimulatorHarness() as desk:
        assert desk.request_holidays(desk.issue_token(), {"BASS_DT": day}).error == (
            200,
            "OPSQ2001",
        )


@pytest.mark.parametrize("name", ["BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK"])
def test_a_missing_field_is_named(name: str) -> None:
    with SimulatorHarness() as desk:
        answer = desk.request_holidays(desk.issue_token(), {name: None})
    assert answer.error == (200, "OPSQ2001")
    assert answer.json["msg1"].strip().endswith(name)


def test_paper_has_no_such_tr() -> None:
    with SimulatorHarness(environment="paper") as desk:
        token = desk.issue_token()
        assert desk.request_holidays(token).error == (500, "EGW02006")
        assert desk.request_holidays(token, tr_id="").error == (200, "OPSQ0002")
        assert desk.request_holidays("eyJ").code == "EGW00121"


def test_it_counts_for_the_key_and_not_for_the_ledger() -> None:
    with SimulatorHarness(rate_limits=True) as desk:
        token = desk.issue_token()
        assert desk.request_balance(token).status == 200
        assert {desk.request_holidays(token).status for _ in range(19)} == {200}
        assert desk.request_holidays(token).error == (500, "EGW00201")


def test_it_is_read_and_never_posted() -> None:
    with SimulatorHarness() as desk:
        assert desk.send("POST", HOLIDAY_PATH).error == (500, "EGW00202")
