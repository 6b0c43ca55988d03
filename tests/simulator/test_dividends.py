"""Dividends: they follow the shares held, and become pending and paid as the clock advances."""

from datetime import date
from typing import Any

import pytest

from kistui.simulator.services.dividends import withheld_tax
from tests.simulator.support import KEYS, TradesHarness

RIGHTS = "/uapi/domestic-stock/v1/trading/period-rights"
SCHEDULE = "/uapi/domestic-stock/v1/ksdinfo/dividend"
RIGHTS_QUERY = KEYS | {
    "INQR_DVSN": "03", "CUST_RNCNO25": "", "HMID": "", "INQR_STRT_DT": "20250101",
    "INQR_END_DT": "20271231", "RGHT_TYPE_CD": "", "PDNO": "", "PRDT_TYPE_CD": "",
}  # fmt: skip
SCHEDULE_QUERY = {
    "CTS": "", "GB1": "0", "F_DT": "20260501", "T_DT": "20270601", "SHT_CD": "", "HIGH_GB": "",
}  # fmt: skip
Rows = list[dict[str, Any]]


def rights_of(harness: TradesHarness, kind: str = "general") -> Rows:
    rows: Rows = harness.ask(RIGHTS, "CTRGA011R", RIGHTS_QUERY, kind).json["output"]
    return rows


def schedule_of(harness: TradesHarness, **changes: str) -> Rows:
    response = harness.ask(SCHEDULE, "HHKDB669102C0", SCHEDULE_QUERY | changes)
    rows: Rows = response.json["output1"]
    return rows


def test_every_kind_of_row_that_kis_sends_is_there() -> None:
    with TradesHarness() as harness:
        rows = rights_of(harness)
    today = "20261123"
    dividends = [row for row in rows if row["rght_type_cd"] in {"03", "32"}]
    assert {row["rght_type_cd"] for row in rows} == {"01", "03", "06", "32"}
    assert any(row["cash_dfrm_dt"] > today for row in dividends)
    assert any(row["tax_amt"] == "0" and "" < row["cash_dfrm_dt"] <= today for row in dividends)
    assert any(row["last_alct_amt"] == "0" and row["last_alct_qty"] != "0" for row in dividends)
    taxed = [row for row in dividends if row["tax_amt"] != "0"]
    assert all(int(row["tax_amt"]) == withheld_tax(int(row["last_alct_amt"])) for row in taxed)
    assert {row["acno10"] for row in rows} == {"5000123401"}


def test_shares_held_on_the_record_date_are_paid() -> None:
    with TradesHarness() as harness:
        row = next(row for row in rights_of(harness) if row["bass_dt"] == "20260930")
        lots = harness.request_balance(harness.tokens["general"]).json["output1"]
    held = {lot["pdno"]: int(lot["hldg_qty"]) for lot in lots}
    assert row["shtn_pdno"] in held
    assert int(row["cblc_qty"]) >= held[row["shtn_pdno"]] > 0


def test_no_tax_is_withheld_in_an_isa_and_a_pension_has_no_rights() -> None:
    with TradesHarness() as harness:
        assert {row["tax_amt"] for row in rights_of(harness, "isa")} == {"0"}
        assert harness.ask(RIGHTS, "CTRGA011R", RIGHTS_QUERY, "pension").code == "APAC0489"


def test_announced_dividends_become_pending_and_then_paid() -> None:
    with TradesHarness() as harness:
        (announced,) = (
            row for row in schedule_of(harness, SHT_CD="005380") if row["record_date"] == "20261130"
        )
        assert (announced["per_sto_divi_amt"], announced["divi_pay_dt"]) == ("2500", "2026/12/30")
        assert not any(row["bass_dt"] == "20261130" for row in rights_of(harness))
        harness.clock.advance(days=12)
        harness.tokens.clear()
        (pending,) = (row for row in rights_of(harness) if hyundai(row))
        assert (pending["cash_dfrm_dt"], pending["tax_amt"]) == ("20261230", "0")
        harness.clock.advance(days=28)
        harness.tokens.clear()
        (paid,) = (row for row in rights_of(harness) if hyundai(row))
        assert int(paid["last_alct_amt"]) == 2_500 * int(paid["cblc_qty"])
        assert int(paid["tax_amt"]) > 0


def hyundai(row: dict[str, Any]) -> bool:
    return bool(row["shtn_pdno"] == "005380" and row["bass_dt"] == "20261130")


def test_long_codes_begin_with_a_and_those_of_etns_with_q() -> None:
    with TradesHarness(scene="many", page_size=1_000) as harness:
        codes = {row["shtn_pdno"]: row["pdno"] for row in rights_of(harness)}
    assert {code[0] for code in codes} > {"Q"}
    for code, long_code in codes.items():
        assert long_code == ("00000" if code[0] == "Q" else "00000A") + code


def test_an_undecided_dividend_has_no_amount_and_no_date() -> None:
    with TradesHarness() as harness:
        rows = schedule_of(harness)
        undecided = [row for row in rows if not (row["divi_pay_dt"] or row["stk_div_pay_dt"])]
    assert undecided
    assert {row["per_sto_divi_amt"] for row in undecided} == {"0"}
    assert all(date.fromisoformat(row["record_date"]) for row in rows)


def test_year_ends_and_interim_dividends_can_be_asked_for_apart() -> None:
    with TradesHarness() as harness:
        year_ends, interim = schedule_of(harness, GB1="1"), schedule_of(harness, GB1="2")
        assert len(year_ends) + len(interim) == len(schedule_of(harness))
    assert {row["divi_kind"] for row in year_ends} == {"결산"}


def test_a_range_of_all_time_has_the_days_of_some_years() -> None:
    days = {"INQR_STRT_DT": "00010101", "INQR_END_DT": "99991231"}
    with TradesHarness(page_size=1_000) as harness:
        rows = harness.ask(RIGHTS, "CTRGA011R", RIGHTS_QUERY | days).json["output"]
        announced = schedule_of(harness, F_DT="00010101", T_DT="99991231")
    assert {row["bass_dt"][:4] for row in rows} >= {"2024", "2025", "2026"}
    assert max(row["bass_dt"] for row in rows) < "20261123"
    assert len(announced) == 100


@pytest.mark.parametrize(("name", "path"), [("INQR_END_DT", RIGHTS), ("T_DT", SCHEDULE)])
def test_an_invalid_date_is_named(name: str, path: str) -> None:
    with TradesHarness() as harness:
        tr_id = "CTRGA011R" if path == RIGHTS else "HHKDB669102C0"
        query = RIGHTS_QUERY if path == RIGHTS else SCHEDULE_QUERY
        response = harness.ask(path, tr_id, query | {name: "2026"})
    assert name in response.json["msg1"]


def test_neither_call_is_served_on_paper() -> None:
    with TradesHarness(environment="paper") as harness:
        assert harness.ask(RIGHTS, "CTRGA011R", RIGHTS_QUERY).code == "EGW02006"
        assert harness.ask(SCHEDULE, "HHKDB669102C0", SCHEDULE_QUERY).code == "EGW02006"
