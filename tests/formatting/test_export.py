"""What leaves for other programs: whole, exact, hidden where asked, harmless to a spreadsheet."""

import csv
import io
import json
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.formatting.export import (
    BalanceSnapshot,
    holdings_csv,
    holdings_json,
    summary_csv,
    summary_json,
)
from kistui.models.account import AccountNumber, Environment, Profile
from kistui.models.balance import BalanceSummary, Holding, Lot
from kistui.models.kis_fields import SENSITIVE_TYPES, ValueType, field_specs
from tests.support import MORNING, make_balance, make_lot

KO = i18n.load_translations("ko")
PROFILE = Profile("main", Environment.REAL, AccountNumber.parse("50071234-01"))
CREDIT = make_lot(
    code="000660", name="SK하이닉스", loan_date=date(2026, 10, 2), loan_amount=123_456
)
READING = BalanceSnapshot(PROFILE, make_balance(make_lot(), CREDIT), MORNING.astimezone(UTC))
EVIL = "=cmd|' /C calc'!A0"


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def named(name: str) -> BalanceSnapshot:
    return replace(READING, balance=make_balance(make_lot(name=name)))


def csv_name(name: str) -> str:
    """What a spreadsheet is given for `name`, in both forms of the file."""
    (merged,) = read_csv(holdings_csv(named(name), as_lots=False))
    (row,) = read_csv(holdings_csv(named(name), as_lots=True))
    assert merged["prdt_name"] == row["prdt_name"]
    return row["prdt_name"]


def test_the_head_says_whose_it_is_and_when() -> None:
    told = json.loads(summary_json(READING))
    assert told["account"] == "5007****-01"
    assert told["fetched_at"] == "2026-11-23T10:32:07+09:00"
    assert "hidden" not in told
    assert "50071234" not in summary_json(READING) + holdings_json(READING, as_lots=False)


def test_units_keep_their_types() -> None:
    (first, _) = json.loads(holdings_json(READING, as_lots=True))["lots"]
    for spec in field_specs(Lot):
        value = first[spec.key]
        if spec.value_type in SENSITIVE_TYPES:
            assert value is None or type(value) is int
        else:
            assert value is None or type(value) is str
    assert first["pchs_avg_pric"] == "70000.0000"


def test_csv_and_json_hold_the_same_values() -> None:
    def as_text(value: Any) -> str:
        return "" if value is None else str(value)

    told = json.loads(holdings_json(READING, as_lots=True))["lots"]
    rows = read_csv(holdings_csv(READING, as_lots=True))
    assert [{key: as_text(each) for key, each in row.items()} for row in told] == rows
    summary = json.loads(summary_json(READING))["summary"]
    lines = read_csv(summary_csv(READING, KO))
    assert {key: as_text(value) for key, value in summary.items()} == {
        line["key"]: line["value"] for line in lines
    }
    assert len(lines) == 24


def private_keys(record: type) -> set[str]:
    paid = {"average_price", "loan_price"}
    return {
        spec.key
        for spec in field_specs(record)
        if spec.value_type in {ValueType.WON, ValueType.QUANTITY} or spec.name in paid
    }


def check_hidden(row: dict[str, Any], open_row: dict[str, Any], record: type, blank: Any) -> None:
    private = private_keys(record)
    assert {key for key in row if key in private and row[key] != blank} == set()
    for key in row.keys() - private - {"lots", "valuation_won", "profit_loss_won"}:
        assert row[key] == open_row[key], key


def test_hidden_json_has_no_amount_and_no_quantity() -> None:
    told, plain = (json.loads(summary_json(READING, amounts_hidden=each)) for each in (True, False))
    assert told["hidden"] is True
    check_hidden(told["summary"], plain["summary"], BalanceSummary, None)
    assert told["computed"] == plain["computed"]
    told, plain = (
        json.loads(holdings_json(READING, as_lots=False, amounts_hidden=each))
        for each in (True, False)
    )
    assert told["hidden"] is True
    for row, open_row in zip(told["holdings"], plain["holdings"], strict=True):
        check_hidden(row, open_row, Holding, None)
        assert row["weight"] == "50.00"
        assert row["prpr"] == "75000"
        for each, open_lot in zip(row["lots"], open_row["lots"], strict=True):
            check_hidden(each, open_lot, Lot, None)
    told, plain = (
        json.loads(holdings_json(READING, as_lots=True, amounts_hidden=each))
        for each in (True, False)
    )
    for row, open_row in zip(told["lots"], plain["lots"], strict=True):
        check_hidden(row, open_row, Lot, None)


@pytest.mark.parametrize("lots", [False, True])
def test_hidden_csv_has_no_amount_and_no_quantity(*, lots: bool) -> None:
    hidden = read_csv(holdings_csv(READING, as_lots=lots, amounts_hidden=True))
    plain = read_csv(holdings_csv(READING, as_lots=lots))
    assert list(hidden[0]) == list(plain[0])
    for row, open_row in zip(hidden, plain, strict=True):
        check_hidden(row, open_row, Lot if lots else Holding, "")
    values = {
        line["key"]: line["value"]
        for line in read_csv(summary_csv(READING, KO, amounts_hidden=True))
    }
    assert {key for key, value in values.items() if value} == {"asst_icdc_erng_rt"}


def test_no_amount_survives_in_any_hidden_form() -> None:
    row = make_lot(purchase_amount=987_654_321, valuation=987_654_322, quantity=13_579)
    reading = replace(READING, balance=make_balance(row, total_value=987_654_323))
    for text in (
        summary_json(reading, amounts_hidden=True),
        summary_csv(reading, KO, amounts_hidden=True),
        *(holdings_json(reading, as_lots=lots, amounts_hidden=True) for lots in (False, True)),
        *(holdings_csv(reading, as_lots=lots, amounts_hidden=True) for lots in (False, True)),
    ):
        assert "98765432" not in text
        assert "13579" not in text


@pytest.mark.parametrize(
    "name",
    [
        EVIL, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\tx", "\rx",
        "  =1", "\u3000=1", "\xa0@x", " \t-1", "\n=1",
        "＝1+1", "＋1", "－1", "＠SUM(A1)", " ＝1", "﹦1", "﹢1", "﹣1", "﹫x",
    ],
)  # fmt: skip
def test_a_name_that_is_a_formula_is_defused(name: str) -> None:
    assert csv_name(name) == f"'{name}"


@pytest.mark.parametrize("name", ["삼성전자", "KODEX 200", "a=b", "", " ", "(주)", "'=1", "×2"])
def test_other_names_are_as_they_are(name: str) -> None:
    assert csv_name(name) == name


def test_numbers_below_zero_stay_numbers() -> None:
    row = make_lot(profit_loss=-5, profit_rate=Decimal("-0.71"))
    (told,) = read_csv(holdings_csv(replace(READING, balance=make_balance(row)), as_lots=True))
    assert (told["evlu_pfls_amt"], told["evlu_pfls_rt"]) == ("-5", "-0.71")


@given(st.text(max_size=40))
def test_any_name_is_read_back_and_never_a_formula(name: str) -> None:
    told = csv_name(name)
    assert told in {name, f"'{name}"}
    assert not told.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
