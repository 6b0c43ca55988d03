"""Rights and announced dividends as KIS sends them: account numbers, keys, dates, pages."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kistui.client.dividends import fetch_rights, fetch_schedule
from kistui.errors import NotOnPaperError
from kistui.models.dividends import dividend_of_right
from kistui.models.periods import DateRange
from kistui.simulator import Response
from tests.client.conftest import OpenClient, rows_response

DAYS = DateRange(date(2026, 1, 1), date(2026, 11, 23))
TODAY = date(2026, 11, 23)
ACCOUNT_IN_ROWS = "5000123401"
RIGHTS, SCHEDULE = "trading/period-rights", "ksdinfo/dividend"


def right_row(**values: str) -> dict[str, str]:
    """Return the row of a dividend that was paid; `values` override."""
    return {
        "acno10": ACCOUNT_IN_ROWS, "rght_type_cd": "03", "bass_dt": "20260930",
        "rght_cblc_type_cd": "10", "pdno": "00000A005930", "shtn_pdno": "005930",
        "prdt_name": "삼성전자", "cblc_qty": "180", "last_alct_qty": "0", "last_alct_amt": "65520",
        "last_ftsk_chgs": "0", "cash_dfrm_dt": "20261120", "lstg_dt": "", "tax_amt": "10090",
    } | values  # fmt: skip


def schedule_row(**values: str) -> dict[str, str]:
    return {
        "record_date": "20261130", "sht_cd": "A005380", "isin_name": "현대차", "divi_kind": "분기",
        "per_sto_divi_amt": "000000002500", "stk_divi_rate": "0.00", "divi_pay_dt": "2026/12/30",
        "stk_div_pay_dt": "          ", "odd_pay_dt": "",
    } | values  # fmt: skip


def rights_response(rows: list[dict[str, str]], key: str = "output", **body: Any) -> Response:
    content = {"rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", key: rows} | body
    return Response(body=json.dumps(content).encode(), headers={"tr_cont": "D"})


async def test_no_account_number_of_a_row_is_read(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(RIGHTS, rights_response([right_row()]))
    rights = await fetch_rights(await harness.account_request(), DAYS)
    assert ACCOUNT_IN_ROWS not in repr(rights)
    assert (rights.rows[0].code, rights.rows[0].right_type) == ("005930", "03")
    query = harness.simulator.requests[-1].query
    assert (query["INQR_DVSN"], query["INQR_STRT_DT"]) == ("03", "20260101")


@pytest.mark.parametrize("key", ["output", "output1", "OUTPUT"])
async def test_rows_are_found_where_kis_puts_them(open_client: OpenClient, key: str) -> None:
    harness = open_client()
    harness.simulator.script(RIGHTS, rights_response([right_row(rght_type_cd="3")], key))
    rights = await fetch_rights(await harness.account_request(), DAYS)
    assert [right.right_type for right in rights.rows] == ["03"]
    assert rights.rows[0].is_dividend


async def test_rights_have_pages(open_client: OpenClient) -> None:
    harness = open_client(page_size=3)
    paged = await fetch_rights(await harness.account_request(), DAYS)
    harness = open_client()
    whole = await fetch_rights(await harness.account_request(), DAYS)
    assert paged.rows == whole.rows
    assert paged.page_count > whole.page_count == 1


@pytest.mark.parametrize(
    ("values", "gross", "tax", "net", "shares"),
    [
        ({}, 65_520, 10_090, 55_430, None),
        ({"tax_amt": "0"}, 65_520, None, None, None),
        ({"cash_dfrm_dt": "20261219", "tax_amt": "0"}, 65_520, None, None, None),
        ({"cash_dfrm_dt": "", "last_alct_amt": "0", "tax_amt": "0"}, None, None, None, None),
        (
            {"last_alct_amt": "0", "last_alct_qty": "9", "tax_amt": "0", "lstg_dt": "20261113"},
            0, 0, 0, 9,
        ),
        (
            {"last_alct_amt": "0", "last_alct_qty": "9", "last_ftsk_chgs": "4000", "tax_amt": "0"},
            4_000, None, None, 9,
        ),
        ({"last_alct_amt": "", "tax_amt": ""}, None, None, None, None),
        ({"last_ftsk_chgs": "x", "last_ftsk_qty": "0.5"}, None, 10_090, None, None),
        ({"last_ftsk_chgs": "", "last_ftsk_qty": "0"}, 65_520, 10_090, 55_430, None),
    ],
)  # fmt: skip
async def test_a_tax_of_zero_is_unknown_and_an_undecided_amount_too(
    open_client: OpenClient,
    values: dict[str, str],
    gross: int | None,
    tax: int | None,
    net: int | None,
    shares: int | None,
) -> None:
    harness = open_client()
    harness.simulator.script(RIGHTS, rights_response([right_row(**values)]))
    rights = await fetch_rights(await harness.account_request(), DAYS)
    dividend = dividend_of_right(rights.rows[0], TODAY)
    assert (dividend.gross, dividend.tax, dividend.net, dividend.shares) == (
        gross,
        tax,
        net,
        shares,
    )
    assert dividend.is_received(TODAY) is (values.get("cash_dfrm_dt") not in {"20261219", ""})


async def test_an_announcement_names_no_account_and_has_dates_of_ten_characters(
    open_client: OpenClient,
) -> None:
    harness = open_client()
    harness.simulator.script(
        SCHEDULE,
        rows_response([schedule_row()], tr_cont="M"),
        rows_response([schedule_row(record_date="20260831", divi_pay_dt="2026/09/30")], tr_cont=""),
    )
    schedule = await fetch_schedule(await harness.account_request(), "005380", DAYS)
    assert [(row.code, row.cash_per_share, row.pay_date) for row in schedule.rows] == [
        ("005380", Decimal(2500), date(2026, 12, 30)),
        ("005380", Decimal(2500), date(2026, 9, 30)),
    ]
    first, second = harness.simulator.requests[-2:]
    assert not {"CANO", "ACNT_PRDT_CD"} & first.query.keys()
    assert (first.tr_cont, second.tr_cont) == ("", "N")
    assert (second.query["CTS"], second.query["SHT_CD"]) == ("", "005380")


async def test_a_schedule_that_repeats_itself_ends(open_client: OpenClient) -> None:
    harness = open_client()
    harness.simulator.script(SCHEDULE, *[rows_response([schedule_row()], tr_cont="M")] * 3)
    schedule = await fetch_schedule(await harness.account_request(), "005380", DAYS)
    assert len(schedule.rows) == 1
    assert schedule.may_be_partial


async def test_neither_call_is_sent_on_paper(open_client: OpenClient) -> None:
    harness = open_client(environment="paper")
    account = await harness.account_request()
    with pytest.raises(NotOnPaperError):
        await fetch_rights(account, DAYS)
    with pytest.raises(NotOnPaperError):
        await fetch_schedule(account, "005930", DAYS)
    assert not any("/uapi/" in request.path for request in harness.simulator.requests)
