"""JSON and CSV exports: complete, exact, masked on request, safe in spreadsheets."""

import csv
import io
import json
import unicodedata
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from kistui import i18n
from kistui.formatting.balance_exports import (
    BalanceSnapshot,
    holdings_csv,
    holdings_json,
    summary_csv,
    summary_json,
)
from kistui.formatting.serialization import csv_to_tsv, to_csv
from kistui.models.balance import BalanceSummary, Holding, Lot
from kistui.models.kis_fields import SENSITIVE_TYPES, ValueType, field_specs
from tests.support import MORNING, PROFILE, make_balance, make_lot

KO = i18n.load_translations("ko")
CREDIT = make_lot(
    code="000660", name="SK하이닉스", loan_date=date(2026, 10, 2), loan_amount=123_456
)
SNAPSHOT = BalanceSnapshot(PROFILE, make_balance(make_lot(), CREDIT), MORNING.astimezone(UTC))
EVIL = "=cmd|' /C calc'!A0"


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def named(name: str) -> BalanceSnapshot:
    return replace(SNAPSHOT, balance=make_balance(make_lot(name=name)))


def csv_name(name: str) -> str:
    """Return the CSV cell of `name`, which holdings and lots must write alike."""
    (merged,) = read_csv(holdings_csv(named(name), as_lots=False))
    (row,) = read_csv(holdings_csv(named(name), as_lots=True))
    assert merged["prdt_name"] == row["prdt_name"]
    return row["prdt_name"]


def test_header_has_masked_account_and_fetch_time() -> None:
    document = json.loads(summary_json(SNAPSHOT))
    assert document["account"] == "5007****-01"
    assert document["fetched_at"] == "2026-11-23T10:32:07+09:00"
    assert "hidden" not in document
    assert "50071234" not in summary_json(SNAPSHOT) + holdings_json(SNAPSHOT, as_lots=False)


def test_json_types_follow_the_field_types() -> None:
    (first, _) = json.loads(holdings_json(SNAPSHOT, as_lots=True))["lots"]
    for spec in field_specs(Lot):
        value = first[spec.key]
        if spec.value_type in SENSITIVE_TYPES:
            assert value is None or type(value) is int
        else:
            assert value is None or type(value) is str
    assert first["pchs_avg_pric"] == "70000.0000"


def test_csv_and_json_contain_the_same_values() -> None:
    def as_text(value: Any) -> str:
        return "" if value is None else str(value)

    lots = json.loads(holdings_json(SNAPSHOT, as_lots=True))["lots"]
    rows = read_csv(holdings_csv(SNAPSHOT, as_lots=True))
    assert [{key: as_text(value) for key, value in row.items()} for row in lots] == rows
    summary = json.loads(summary_json(SNAPSHOT))["summary"]
    lines = read_csv(summary_csv(SNAPSHOT, KO))
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


def test_hidden_json_has_no_amounts_or_quantities() -> None:
    masked, plain = (
        json.loads(summary_json(SNAPSHOT, amounts_hidden=hidden)) for hidden in (True, False)
    )
    assert masked["hidden"] is True
    check_hidden(masked["summary"], plain["summary"], BalanceSummary, None)
    assert masked["computed"] == plain["computed"]
    masked, plain = (
        json.loads(holdings_json(SNAPSHOT, as_lots=False, amounts_hidden=hidden))
        for hidden in (True, False)
    )
    assert masked["hidden"] is True
    for row, open_row in zip(masked["holdings"], plain["holdings"], strict=True):
        check_hidden(row, open_row, Holding, None)
        assert row["weight"] == "50.00"
        assert row["prpr"] == "75000"
        for lot, open_lot in zip(row["lots"], open_row["lots"], strict=True):
            check_hidden(lot, open_lot, Lot, None)
    masked, plain = (
        json.loads(holdings_json(SNAPSHOT, as_lots=True, amounts_hidden=hidden))
        for hidden in (True, False)
    )
    for row, open_row in zip(masked["lots"], plain["lots"], strict=True):
        check_hidden(row, open_row, Lot, None)


@pytest.mark.parametrize("lots", [False, True])
def test_hidden_csv_has_no_amounts_or_quantities(*, lots: bool) -> None:
    hidden = read_csv(holdings_csv(SNAPSHOT, as_lots=lots, amounts_hidden=True))
    plain = read_csv(holdings_csv(SNAPSHOT, as_lots=lots))
    assert list(hidden[0]) == list(plain[0])
    for row, open_row in zip(hidden, plain, strict=True):
        check_hidden(row, open_row, Lot if lots else Holding, "")
    values = {
        line["key"]: line["value"]
        for line in read_csv(summary_csv(SNAPSHOT, KO, amounts_hidden=True))
    }
    assert {key for key, value in values.items() if value} == {"asst_icdc_erng_rt"}


def test_no_hidden_export_contains_an_amount() -> None:
    row = make_lot(purchase_amount=987_654_321, valuation=987_654_322, quantity=13_579)
    snapshot = replace(SNAPSHOT, balance=make_balance(row, total_value=987_654_323))
    for text in (
        summary_json(snapshot, amounts_hidden=True),
        summary_csv(snapshot, KO, amounts_hidden=True),
        *(holdings_json(snapshot, as_lots=lots, amounts_hidden=True) for lots in (False, True)),
        *(holdings_csv(snapshot, as_lots=lots, amounts_hidden=True) for lots in (False, True)),
    ):
        assert "98765432" not in text
        assert "13579" not in text


FORMULAS = (
    EVIL, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\tx", "\rx",
    "  =1", "\u3000=1", "\xa0@x", " \t-1", "\n=1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)", " ＝1", "﹦1", "﹢1", "﹣1", "﹫x",
)  # fmt: skip


def test_formula_names_are_defused() -> None:
    assert [csv_name(name) for name in FORMULAS] == [f"'{name}" for name in FORMULAS]


@pytest.mark.parametrize("name", ["삼성전자", "KODEX 200", "a=b", "", " ", "(주)", "'=1", "×2"])
def test_other_names_are_unchanged(name: str) -> None:
    assert csv_name(name) == name


def test_negative_numbers_stay_numbers() -> None:
    row = make_lot(profit_loss=-5, profit_rate=Decimal("-0.71"))
    (csv_row,) = read_csv(holdings_csv(replace(SNAPSHOT, balance=make_balance(row)), as_lots=True))
    assert (csv_row["evlu_pfls_amt"], csv_row["evlu_pfls_rt"]) == ("-5", "-0.71")


@given(st.text(max_size=40))
def test_no_name_is_read_back_as_a_formula(name: str) -> None:
    cell = csv_name(name)
    assert cell in {name, f"'{name}"}
    assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def read_as_excel(cell: str) -> str | float | bool:
    """Return what Excel makes of a cell: a formula of one text, a number, or a text."""
    if cell.startswith('="') and cell.endswith('"'):
        literal = cell[2:-1]
        assert '"' not in literal.replace('""', ""), "the text ends early"
        return literal.replace('""', '"')
    normalized = unicodedata.normalize("NFKC", cell).strip()
    assert normalized[:1] not in {"=", "+", "@"}, "a formula"
    if normalized.upper() in {"TRUE", "FALSE"}:
        return normalized.upper() == "TRUE"
    try:
        return float(normalized.replace(",", ""))
    except ValueError:
        return cell


def excel_rows(lot: Lot) -> list[dict[str, str]]:
    snapshot = replace(SNAPSHOT, balance=make_balance(lot))
    return [
        row
        for as_lots in (False, True)
        for row in read_csv(holdings_csv(snapshot, as_lots=as_lots, for_excel=True))
    ]


@pytest.mark.parametrize(
    "code",
    ["005930", "0015E0", "1E5", "00", "１２３", "TRUE", "false ", "SEP2", "3-4", "1/2", "12%"],
)
def test_excel_keeps_codes_as_texts(code: str) -> None:
    for row in excel_rows(make_lot(code=code)):
        assert read_as_excel(row["pdno"]) == code
        assert row["pdno"].startswith("=")
        assert read_as_excel(row["evlu_amt"]) == 750_000


@given(st.text(max_size=300))
@example('a"1')
@example('"=1+1')
@example('=HYPERLINK("http://x","y")')
def test_excel_shows_every_name_as_it_is(name: str) -> None:
    for row in excel_rows(make_lot(name=name)):
        shown = read_as_excel(row["prdt_name"])
        assert shown == name or (len(name) > 255 and shown == f"'{name}")


def test_programs_get_plain_csv() -> None:
    text = holdings_csv(SNAPSHOT, as_lots=False)
    assert [row["pdno"] for row in read_csv(text)] == ["005930", "000660"]
    assert '="' not in text
    summary = summary_csv(SNAPSHOT, KO, for_excel=True)
    assert {row["value"] for row in read_csv(summary)} == {
        row["value"] for row in read_csv(summary_csv(SNAPSHOT, KO))
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ('has "quotes", commas', 'has "quotes", commas'),
        ("two\nlines", "two lines"),
        ("a\r\nb", "a b"),
        ("a\tb", "a b"),
        (None, ""),
        (0, "0"),
    ],
)
def test_a_value_is_on_one_line_without_quotes(value: object, expected: str) -> None:
    assert csv_to_tsv(to_csv(("name", "value"), [("x", value)])) == f"name\tvalue\nx\t{expected}\n"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_row_is_one_line_with_as_many_values(rows: list[list[str]]) -> None:
    lines = csv_to_tsv(to_csv(("a", "b"), rows)).split("\n")
    assert [line.count("\t") for line in lines] == [*[1] * (len(rows) + 1), 0]
