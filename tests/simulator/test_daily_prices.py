"""Daily prices of the simulator: they agree with its balances on every day."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from kistui.simulator.trading_days import is_trading_day
from tests.simulator.support import ClientResponse, SimulatorHarness

ITEM = "/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice"
SPAN = {"FID_INPUT_DATE_1": "20261026", "FID_INPUT_DATE_2": "20261231", "FID_PERIOD_DIV_CODE": "D"}
ITEM_QUERY = {
    "FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": "005930", "FID_ORG_ADJ_PRC": "0", **SPAN
}  # fmt: skip


def request_prices(harness: SimulatorHarness, token: str, **changes: str | None) -> ClientResponse:
    query = {name: value for name, value in {**ITEM_QUERY, **changes}.items() if value is not None}
    headers = harness.headers(token, tr_id="FHKST03010100")
    return harness.send("GET", f"{ITEM}?{urlencode(query)}", **headers)


def closes(response: ClientResponse) -> dict[str, str]:
    return {row["stck_bsop_date"]: row["stck_clpr"] for row in response.json["output2"]}


def samsung(harness: SimulatorHarness, token: str) -> dict[str, Any]:
    rows = harness.request_balance(token).json["output1"]
    return next(row for row in rows if row["pdno"] == "005930")


def test_the_change_in_the_balance_is_that_of_the_last_two_rows_on_every_day() -> None:
    with SimulatorHarness() as harness:
        for _ in range(8):
            token = harness.issue_token()
            row, response = samsung(harness, token), request_prices(harness, token)
            last, before, *_ = closes(response).values()
            assert last == row["prpr"] == response.json["output1"]["stck_prpr"]
            assert int(last) - int(before) == int(row["bfdy_cprs_icdc"])
            assert before == response.json["output1"]["stck_prdy_clpr"]
            harness.clock.advance(days=1)


def test_past_closes_stay_when_the_clock_moves_days() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        before = closes(request_prices(harness, token))
        harness.clock.advance(days=9)
        after = closes(request_prices(harness, harness.issue_token()))
    del before["20261123"]  # was still trading
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1 + 7


def test_only_trading_days_have_a_row() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        response = request_prices(harness, token, FID_INPUT_DATE_1="20260901")
    days = [date.fromisoformat(day) for day in closes(response)]
    assert days == sorted(days, reverse=True)
    assert all(is_trading_day(day) for day in days)
    assert date(2026, 9, 24) not in days


def test_before_the_open_the_last_row_is_of_the_day_before() -> None:
    with SimulatorHarness(scene="off-hours") as harness:
        token = harness.issue_token()
        assert next(iter(closes(request_prices(harness, token)))) == "20261120"


def test_a_response_has_at_most_100_rows() -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        response = request_prices(harness, token, FID_INPUT_DATE_1="20200101")
    assert len(response.json["output2"]) == 100
    assert response.json["msg1"] == "정상처리 되었습니다."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FID_COND_MRKT_DIV_CODE", "U"),
        ("FID_PERIOD_DIV_CODE", "X"),
        ("FID_INPUT_DATE_1", "2026-10-26"),
        ("FID_INPUT_DATE_2", "20261131"),
        ("FID_ORG_ADJ_PRC", ""),
        ("FID_INPUT_ISCD", None),
    ],
)
def test_an_invalid_parameter_is_refused(name: str, value: str | None) -> None:
    with SimulatorHarness() as harness:
        token = harness.issue_token()
        response = request_prices(harness, token, **{name: value})
    assert response.error == (200, "OPSQ2001")
    assert name in response.json["msg1"]


def test_prices_need_no_account_and_do_not_count_for_the_ledger() -> None:
    with SimulatorHarness(rate_limits=True) as harness:
        token = harness.issue_token()
        assert harness.request_balance(token).status == 200
        assert request_prices(harness, token).status == 200


INDEX_PATH = "/uapi/overseas-price/v1/quotations/inquire-daily-chartprice"
SHARE_PATH = "/uapi/overseas-price/v1/quotations/dailyprice"
SHARE_QUERY = {
    "AUTH": "", "EXCD": "NAS", "SYMB": "AAPL", "GUBN": "0", "BYMD": "", "MODP": "1", "KEYB": ""
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "tr_id", "query", "day", "close"),
    [
        (SHARE_PATH, "HHDFS76240000", SHARE_QUERY, "xymd", "clos"),
        (
            INDEX_PATH,
            "FHKST03030100",
            {"FID_COND_MRKT_DIV_CODE": "N", "FID_INPUT_ISCD": "SPX", **SPAN},
            "stck_bsop_date",
            "ovrs_nmix_prpr",
        ),
    ],
)
def test_past_overseas_prices_do_not_change(
    path: str, tr_id: str, query: dict[str, str], day: str, close: str
) -> None:
    def past(harness: SimulatorHarness) -> dict[str, str]:
        headers = harness.headers(harness.issue_token(), tr_id=tr_id)
        rows = harness.send("GET", f"{path}?{urlencode(query)}", **headers).json["output2"]
        return {row[day]: row[close] for row in rows[1:]}  # the first is still trading

    with SimulatorHarness() as harness:
        before = past(harness)
        harness.clock.advance(days=9)
        after = past(harness)
    assert "20261120" in after  # Friday in New York, which the clock has passed
    assert len(before.items() - after.items()) <= 7  # the oldest make room for the new ones
    assert {number: before[number] for number in before if number > "20261101"}.items() <= (
        after.items()
    )
