"""The three price sets of the domestic balance, and the close that stands still."""

from datetime import datetime

import pytest

from kistui.simulator.options import KST
from tests.simulator.support import SimulatorHarness

KODEX_200 = "069500"


def prices_at(clock: str, price_set: str) -> dict[str, int]:
    """Return the prices by code at a Korean time of November 2026."""
    with SimulatorHarness() as harness:
        harness.clock.now = datetime.fromisoformat(f"2026-11-{clock}").replace(tzinfo=KST)
        body = harness.request_balance(harness.issue_token(), {"AFHR_FLPR_YN": price_set}).json
        return {row["pdno"]: int(row["prpr"]) for row in body["output1"]}


def test_the_close_stands_still_after_hours() -> None:
    close = prices_at("23 15:30:00", "N")
    assert prices_at("23 15:20:00", "N") != close
    for later in ("23 16:30:00", "23 19:59:00", "23 23:59:00"):
        assert prices_at(later, "N") == close
    assert prices_at("28 12:00:00", "N") == prices_at("27 15:30:00", "N")


@pytest.mark.parametrize("price_set", ["Y", "X"])
def test_other_prices_move_until_eight(price_set: str) -> None:
    close = prices_at("23 15:30:00", "N")
    evening = prices_at("23 18:00:00", price_set)
    assert evening != close
    assert evening[KODEX_200] == close[KODEX_200]  # no ETF is traded after hours
    last = prices_at("23 20:00:00", price_set)
    assert last != evening
    assert prices_at("23 23:00:00", price_set) == last
    assert prices_at("24 08:30:00", price_set) != prices_at("24 08:30:00", "N")


def test_items_that_nxt_does_not_list_keep_the_price_of_krx() -> None:
    close, integrated, nxt = (prices_at("23 18:00:00", price_set) for price_set in "NYX")
    moved = {code for code in close if integrated[code] != close[code]}
    assert {code for code in close if nxt[code] != close[code]} < moved


def test_another_price_set_is_an_invalid_parameter() -> None:
    with SimulatorHarness() as harness:
        answer = harness.request_balance(harness.issue_token(), {"AFHR_FLPR_YN": "Z"})
        assert answer.code == "OPSQ2001"
