"""KIS's JSON with all its quirks is converted to values or a named error."""

import contextlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui.client import response_parsing
from kistui.client.domestic_balance import parse_page, parse_pension_page
from kistui.client.response_parsing import RowParser
from kistui.clock import KST
from kistui.errors import (
    ApiError,
    KistuiError,
    MalformedResponseError,
    RateLimitedError,
    ServiceUnavailableError,
    TemporaryServerError,
    TokenCooldownError,
)
from kistui.models.balance import BalanceSummary, Lot
from kistui.models.kis_fields import field_specs
from kistui.models.text import Secret
from tests.support import BALANCE_ROW, BALANCE_SUMMARY, balance_body

LOTS = RowParser(Lot)


def read(**changes: Any) -> Lot:
    return LOTS.parse(BALANCE_ROW | changes, set())


def test_a_complete_row_is_parsed() -> None:
    assert read() == Lot(
        code="005930", name="삼성전자", trade_kind="현금", bought_yesterday=0, sold_yesterday=0,
        bought_today=0, sold_today=0, quantity=10, sellable_quantity=10,
        average_price=Decimal("70000.0000"), purchase_amount=700_000, price=Decimal(75000),
        valuation=750_000, profit_loss=50_000, profit_rate=Decimal("7.14"),
        valuation_return=Decimal("0E-8"), loan_date=None, loan_amount=0, short_proceeds=0,
        expiry_date=None, day_rate=Decimal("1.35135135"), day_change=Decimal(1000),
        margin_rate_name="20%", guarantee_rate_name=None, collateral_price=Decimal(56000),
        loan_price=Decimal("0.0000"),
    )  # fmt: skip


def test_a_complete_summary_is_parsed() -> None:
    summary = RowParser(BalanceSummary).parse(BALANCE_SUMMARY, set())
    assert summary.deposit_d2 == 4_639_950
    assert summary.auto_repayment is None
    assert summary.asset_change_rate == 0
    assert summary.computed_asset_change_rate == Decimal("0.14")


@pytest.mark.parametrize("raw", ["", "   ", None])
def test_a_blank_is_not_zero(raw: str | None) -> None:
    lot = read(hldg_qty=raw, prpr=raw, fltt_rt=raw, loan_dt=raw, prdt_name=raw)
    assert {lot.quantity, lot.price, lot.day_rate, lot.loan_date, lot.name} == {None}


def test_a_missing_field_is_not_zero() -> None:
    assert LOTS.parse({"pdno": "005930"}, set()).quantity is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [("007", 7), (" 12 ", 12), ("-5", -5), ("+5", 5), ("1000.0000", 1000), ("-0", 0), (42, 42)],
)
def test_padded_numbers_are_parsed(raw: Any, value: int) -> None:
    assert read(hldg_qty=raw).quantity == value


@pytest.mark.parametrize(
    ("raw", "value"), [(" 0.00", "0.00"), ("+1.44", "1.44"), ("-100.00000000", "-100.00000000")]
)
def test_a_rate_keeps_its_decimals(raw: str, value: str) -> None:
    assert str(read(fltt_rt=raw).day_rate) == value


def test_a_loan_date_is_a_date() -> None:
    assert read(loan_dt="20261002").loan_date == date(2026, 10, 2)
    assert read(loan_dt="00000000").loan_date is None


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("hldg_qty", "1.5"),
        ("hldg_qty", "ten"),
        ("hldg_qty", True),
        ("hldg_qty", ["1"]),
        ("hldg_qty", "9" * 40),
        ("prpr", "NaN"),
        ("prpr", "Infinity"),
        ("prpr", "1e9"),
        ("pchs_amt", "1,000"),
        ("loan_dt", "20261340"),
        ("loan_dt", 5.5),
        ("prdt_name", 5930),
        ("prdt_name", {"a": 1}),
    ],
)
def test_a_value_that_cannot_be_read_is_unknown_and_named(key: str, raw: Any) -> None:
    unreadable: set[str] = set()
    lot = LOTS.parse(BALANCE_ROW | {key: raw}, unreadable)
    (name,) = (spec.name for spec in field_specs(Lot) if spec.key == key)
    assert lot == replace(read(), **{name: None})
    assert unreadable == {key}


@pytest.mark.parametrize("key", ["hldg_qty", "prpr", "loan_dt", "prdt_name"])
def test_a_column_is_parsed_like_its_single_values(key: str) -> None:
    def parse(*texts: Any) -> tuple[list[Lot], set[str]]:
        unreadable: set[str] = set()
        rows = [BALANCE_ROW | {key: text} for text in texts]
        return list(LOTS.parse_all(rows, unreadable)), unreadable

    for odd in ("1\n2", " 7", "", None, "3", 7, "1_0", "１", "x", ["1"]):
        lots, unreadable = zip(*(parse(text) for text in ("12", odd, "5")), strict=True)
        assert parse("12", odd, "5") == (
            [lot for part in lots for lot in part],
            set().union(*unreadable),
        )


def test_unknown_fields_are_ignored() -> None:
    assert read(brand_new_field="x", another=None) == read()


def test_names_are_cleaned_when_parsed() -> None:
    assert read(prdt_name="\x1b]0;evil\x07삼성\n전자  ").name == "]0;evil삼성 전자"


def test_output2_may_be_an_object_a_list_or_empty() -> None:
    for value in ([BALANCE_SUMMARY], BALANCE_SUMMARY):
        summary = parse_page("D", balance_body([], output2=value)).summary
        assert summary is not None
        assert summary.deposit == 5_000_000
    assert parse_page("", balance_body([], output2=[])).summary is None


@pytest.mark.parametrize("code", ["KIOK0560", "70070000"])
def test_rows_may_be_missing_only_with_the_empty_code(code: str) -> None:
    assert parse_page("", {"rt_cd": "0", "msg_cd": code}).rows == ()
    for other_code in ("KIOK0510", None, ["KIOK0560"]):
        with pytest.raises(MalformedResponseError):
            parse_page("", {"rt_cd": "0", "msg_cd": other_code})


@pytest.mark.parametrize("bad", [5, "x", [1], [None]])
def test_invalid_rows_are_reported(bad: Any) -> None:
    with pytest.raises(MalformedResponseError):
        parse_page("", balance_body([], output1=bad))


@pytest.mark.parametrize("tr_cont", ["M", "F"])
def test_more_pages_follow_with_the_keys_as_they_came(tr_cont: str) -> None:
    key = "cursor^1" + " " * 92
    page = parse_page(
        tr_cont, balance_body([BALANCE_ROW], ctx_area_fk100="cond ", ctx_area_nk100=key)
    )
    assert page.next_cursor is not None
    assert (page.next_cursor.condition, page.next_cursor.key, page.next_cursor.tr_cont) == (
        Secret("cond "),
        Secret(key),
        "N",
    )
    assert "cursor" not in repr(page.next_cursor)


@pytest.mark.parametrize(("tr_cont", "key"), [("D", "x"), ("E", "x"), ("", "x"), ("M", "   ")])
def test_the_last_page_is_the_last(tr_cont: str, key: str) -> None:
    assert parse_page(tr_cont, balance_body([BALANCE_ROW], ctx_area_nk100=key)).next_cursor is None


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"{", b"[]", b'"x"', b"\xff\xfe", b"null", b"[" * 100_000, b"1" * 5000],
    ids=range(9),
)
def test_a_body_other_than_a_json_object_means_the_service_is_down(content: bytes) -> None:
    with pytest.raises(ServiceUnavailableError) as caught:
        response_parsing.parse_json(content, 503)
    assert caught.value.details == {"status": 503}


def test_a_byte_order_mark_is_accepted() -> None:
    assert response_parsing.parse_json(b'\xef\xbb\xbf{"a": 1}', 200) == {"a": 1}


def test_an_oauth_refusal_and_a_gateway_refusal_are_both_understood() -> None:
    with pytest.raises(TokenCooldownError):
        response_parsing.check_oauth_response(
            {"error_code": "EGW00133", "error_description": "잠시 후"}, 403
        )
    with pytest.raises(RateLimitedError):
        response_parsing.check_api_response(
            {"rt_cd": "1", "msg1": "초과", "msg_cd": "EGW00201"}, 500
        )
    with pytest.raises(TokenCooldownError):
        response_parsing.check_api_response({"error_code": "EGW00133"}, 403)


def test_the_code_decides_whatever_the_status() -> None:
    with pytest.raises(RateLimitedError):
        response_parsing.check_api_response({"rt_cd": "1", "msg_cd": "EGW00215", "msg1": ""}, 200)
    with pytest.raises(RateLimitedError):
        response_parsing.check_api_response({"rt_cd": "1", "msg_cd": "", "msg1": "slow down"}, 429)


def test_an_unknown_code_is_shown_with_the_cleaned_message_of_kis() -> None:
    with pytest.raises(ApiError) as caught:
        response_parsing.check_api_response(
            {"rt_cd": "7", "msg_cd": "ZZZZ9999", "msg1": "새 거절\x1b[2J   "}, 200
        )
    assert type(caught.value) is ApiError
    assert (caught.value.code, caught.value.text) == ("ZZZZ9999", "새 거절[2J")


def test_an_empty_error_is_transient() -> None:
    with pytest.raises(TemporaryServerError):
        response_parsing.check_api_response({"rt_cd": "1", "msg_cd": "", "msg1": ""}, 500)


def test_an_answer_without_its_flag_is_malformed() -> None:
    with pytest.raises(MalformedResponseError):
        response_parsing.check_api_response({"output1": []}, 200)


def test_korean_time_is_read_as_korean_time() -> None:
    instant = response_parsing.parse_kst_datetime("k", "2026-11-24 09:44:08")
    assert instant == datetime(2026, 11, 24, 9, 44, 8, tzinfo=KST)
    for bad in ("", None, "2026-11-24", "tomorrow", 5):
        with pytest.raises(MalformedResponseError):
            response_parsing.parse_kst_datetime("k", bad)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(BALANCE_ROW)), json_values))
def test_any_row_is_parsed_as_far_as_it_can_be_read(row: dict[str, Any]) -> None:
    unreadable: set[str] = set()
    lot = LOTS.parse(json.loads(json.dumps(row)), unreadable)
    assert unreadable <= row.keys()
    assert all(
        getattr(lot, spec.name) is None for spec in field_specs(Lot) if spec.key in unreadable
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_reported(content: bytes) -> None:
    with contextlib.suppress(KistuiError):
        parse_page(
            "M", response_parsing.check_api_response(response_parsing.parse_json(content, 200), 200)
        )


BLANK_ROW = dict.fromkeys(BALANCE_ROW, "") | {"hldg_qty": "0", "pchs_avg_pric": "0.0000"}


@pytest.mark.parametrize(
    "rows", [{}, None, "", "  ", [], [{}], [BLANK_ROW], [dict.fromkeys(BALANCE_ROW)]]
)
def test_a_row_without_item_and_quantity_is_no_holding(rows: Any) -> None:
    assert parse_page("", balance_body([], output1=rows)).rows == ()
    assert parse_pension_page("", balance_body([], output1=rows)).rows == ()


def test_a_row_of_blanks_among_others_is_dropped() -> None:
    page = parse_page("", balance_body([BALANCE_ROW, BLANK_ROW]))
    assert [lot.code for lot in page.rows] == ["005930"]
    nameless = BALANCE_ROW | {"pdno": "", "prdt_name": ""}
    assert len(parse_page("", balance_body([nameless])).rows) == 1


def test_unreadable_values_of_rows_and_summary_are_named() -> None:
    body = balance_body(
        [BALANCE_ROW | {"expd_dt": "99999999", "hldg_qty": "1,000"}],
        output2=[BALANCE_SUMMARY | {"dnca_tot_amt": "N/A"}],
    )
    for page in (parse_page("", body), parse_pension_page("", body)):
        assert page.unreadable_fields == ("dnca_tot_amt", "expd_dt", "hldg_qty")
        (lot,) = page.rows
        assert (lot.code, lot.quantity, lot.valuation) == ("005930", None, 750_000)


@pytest.mark.parametrize(
    ("tr_cont", "row_count", "key", "expected"),
    [
        ("M", 3, " " * 100, True),
        ("F", 3, "", True),
        ("M", 3, "key", False),
        ("", 50, "", True),
        ("", 20, "", True),
        ("", 3, "", False),
        ("D", 50, "", False),
        ("E", 20, "", False),
    ],
)
def test_an_unmarked_last_page_may_be_partial(
    tr_cont: str, row_count: int, key: str, expected: bool
) -> None:
    body = balance_body([BALANCE_ROW] * row_count, ctx_area_nk100=key)
    assert parse_page(tr_cont, body).may_be_partial is expected
