"""Dividends as lines: widths, marks, months, what is unknown, what is hidden."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from kistui import i18n
from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.dividend_lines import (
    announced_line,
    dividend_detail_lines,
    mark_notes,
    missing_notes,
    month_bars,
    received_line,
    source_text,
)
from kistui.formatting.dividends_table import dividend_entries, dividends_table
from kistui.i18n.translations import Translations
from kistui.models.dividends import AccountRight, Dividend, DividendGrouping, DividendReport
from kistui.models.periods import DateRange
from tests.support import SAMSUNG

TODAY = date(2026, 11, 23)
KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")
BOTH = pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
PAID = Dividend(
    code="005930", name="삼성전자", record_date=date(2026, 9, 30), pay_date=date(2026, 11, 20),
    quantity=180, per_share=Decimal(364), gross=65_520, tax=10_090,
)  # fmt: skip
UNTAXED = replace(
    PAID, code="360750", name="TIGER 미국S&P500", pay_date=date(2026, 3, 3), gross=27_000, tax=None
)
ANNOUNCED = replace(
    PAID, pay_date=date(2026, 12, 30), gross=62_500, tax=None, is_computed=True, kind="분기"
)
UNDECIDED = replace(ANNOUNCED, pay_date=None, gross=None, per_share=None)
MEETING = AccountRight(type_code="6", record_date=date(2026, 7, 15), name="KB금융", quantity=45)
REPORT = DividendReport(
    days=DateRange(date(2026, 1, 1), TODAY),
    today=TODAY,
    received=(PAID, UNTAXED),
    announced=(ANNOUNCED, UNDECIDED),
    other_rights=(MEETING,),
    holdings=(SAMSUNG,),
    parts_read=1,
)


def text_of(report: DividendReport, t: Translations, width: int, **options: bool) -> str:
    entries = dividend_entries(report, t, with_others=True)
    layout = dividends_table(entries, t, grouping=report.grouping, **options).lay_out(width)
    return "\n".join(map(plain_text, (layout.header, *layout.rows, layout.total_row)))


@BOTH
@pytest.mark.parametrize("width", [54, 74, 114, 194])
def test_lines_fit_and_no_amount_is_cut(t: Translations, width: int) -> None:
    for grouping in DividendGrouping:
        report = replace(REPORT, grouping=grouping)
        lines = text_of(report, t, width).splitlines()
        assert max(map(display_width, lines)) <= width
        assert "92,520" in lines[-1]
    for line in (received_line(REPORT, t, width), announced_line(REPORT, t, width)):
        assert 0 < display_width(plain_text(line)) <= width


@BOTH
def test_notes_fit_80_columns(t: Translations) -> None:
    notes = [*mark_notes(REPORT, t), source_text(REPORT, t), t("dividends.no_rights")]
    assert len(notes) == 4
    assert max(map(display_width, notes)) <= 78


def test_an_unknown_tax_is_marked_in_its_row_and_in_every_sum() -> None:
    rows = text_of(REPORT, KO, 120).splitlines()
    assert [row.split()[-1] for row in rows if "TIGER" in row or "합계" in row] == ["?", "?"]
    assert (
        not next(row for row in rows if "10,090" in row and "55,430" in row).strip().endswith("?")
    )
    assert "82,430 ?" in plain_text(received_line(REPORT, KO, 120))
    known = replace(REPORT, received=(PAID,))
    assert "?" not in text_of(known, KO, 120)
    assert not any("?" in note for note in mark_notes(known, KO))


@BOTH
@pytest.mark.parametrize("width", [54, 74, 114])
def test_the_title_of_what_is_announced_has_the_sum_of_the_decided(
    t: Translations, width: int
) -> None:
    title = text_of(REPORT, t, width).splitlines()[1]
    assert t("dividends.section_announced", n=2) in title
    assert t("dividends.announced_undecided", n=1) in title
    assert title.split()[-2:] == ["62,500", "*"]
    no_sum = text_of(replace(REPORT, announced=(UNDECIDED,)), t, width).splitlines()[1]
    assert not any(char.isdigit() for char in no_sum.replace("1", ""))


def test_the_sums_have_no_zeros_before_anything_is_read() -> None:
    nothing = replace(REPORT, received=(), parts_read=0)
    assert received_line(nothing, KO, 120) == ()
    assert "0" in plain_text(received_line(replace(nothing, parts_read=1), KO, 120))


def test_details_begin_one_blank_from_the_frame() -> None:
    entries = dividend_entries(REPORT, KO)
    for entry in entries:
        for line in dividend_detail_lines(entry, REPORT, KO, 60):
            text = plain_text(line)
            assert text[0] == " " != text[1]
            assert display_width(text.rstrip()) <= 60


def test_an_announced_dividend_is_computed_or_undecided() -> None:
    rows = text_of(REPORT, KO, 120).splitlines()
    computed = next(row for row in rows if "62,500" in row)
    assert computed.strip().endswith("*")
    undecided = next(row for row in rows if "기준 09-30" in row)
    assert "미정" in undecided
    line = plain_text(announced_line(REPORT, KO, 120))
    assert "지급 예정 1건 62,500*" in line
    assert "금액 미정 1건" in line


def test_the_sums_of_the_months_are_bars() -> None:
    assert month_bars(REPORT) == "··▃·······█"
    several_years = replace(REPORT, days=DateRange(date(2022, 1, 1), TODAY))
    assert month_bars(several_years) == ""
    assert "%" not in plain_text(received_line(several_years, KO, 120))
    assert month_bars(replace(REPORT, received=())) == ""


def test_a_kind_of_right_is_named_and_an_unknown_one_has_its_code() -> None:
    assert "주주총회" in text_of(REPORT, KO, 120)
    unknown = replace(REPORT, other_rights=(replace(MEETING, type_code="98"),))
    assert "Right type 98" in text_of(unknown, EN, 120)
    assert "Quarterly" in text_of(REPORT, EN, 120)


def test_a_sum_counts_the_matching_rows() -> None:
    report = replace(REPORT, grouping=DividendGrouping.YEAR)
    (year,) = dividend_entries(report, KO, query="tiger", with_announced=False)
    assert year.group is not None
    assert year.group.gross == 27_000


def test_hidden_amounts_are_hidden_everywhere() -> None:
    texts = [text_of(REPORT, KO, 194, amounts_hidden=True)]
    for entry in dividend_entries(REPORT, KO, with_others=True):
        for is_raw in (False, True):
            lines = dividend_detail_lines(
                entry, REPORT, KO, 194, show_raw_fields=is_raw, amounts_hidden=True
            )
            texts += map(plain_text, lines)
    texts.append(plain_text(received_line(REPORT, KO, 194, amounts_hidden=True)))
    texts.append(plain_text(announced_line(REPORT, KO, 194, amounts_hidden=True)))
    text = "\n".join(texts)
    for amount in ("65,520", "10,090", "62,500", "180", "45 ", "92,520", "█"):
        assert amount not in text
    assert "•••" in text


def test_an_account_without_rights_is_reported() -> None:
    pension = replace(REPORT, has_rights=False, received=())
    assert KO("dividends.no_rights") in plain_text(received_line(pension, KO, 120))
    assert KO("dividends.no_rights") in missing_notes(pension, KO)
    assert source_text(pension, KO) == KO("dividends.source_schedule", n=1)
