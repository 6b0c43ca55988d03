"""The text form of numbers, changes, percentages and times, and terminal widths."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kistui import i18n
from kistui.formatting.cells import (
    Cell,
    Role,
    display_width,
    label_value,
    pad,
    plain_text,
    truncate,
    truncate_line,
)
from kistui.formatting.values import (
    format_age,
    format_change,
    format_number,
    format_percent,
    format_price,
    format_price_change,
    format_share,
    format_shares,
    format_time,
)
from kistui.models.arithmetic import percents_of
from kistui.models.text import clean_text
from tests.support import MORNING

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")


@given(st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=12).filter(sum))
def test_shares_of_a_whole_sum_to_100_as_shown_and_as_exported(amounts: list[int]) -> None:
    percents = percents_of(amounts, sum(amounts))
    assert sum(percent for percent in percents if percent is not None) == 100
    shown = [Decimal(cell.text.replace(",", "")[:-1]) for cell in format_shares(percents)]
    assert sum(shown) == 100
    for amount, percent in zip(amounts, shown, strict=True):
        assert abs(percent - Decimal(amount * 100) / sum(amounts)) < Decimal("0.11")


def test_an_unknown_share_stays_unknown_beside_those_that_are_known() -> None:
    percents = percents_of([1, None, 2], 3)
    assert [cell.text for cell in format_shares(percents)] == ["33.3%", "-", "66.7%"]
    assert percents_of([1, 2], 0) == [None, None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0, "0"),
        (1234567, "1,234,567"),
        (-5000, "-5,000"),
        (Decimal("70000.0000"), "70,000"),
        (Decimal("1234.5000"), "1,234.5"),
        (Decimal(100), "100"),
        (Decimal("0E-8"), "0"),
    ],
)
def test_format_number(value: int | Decimal | None, text: str) -> None:
    assert format_number(value).text == text


@pytest.mark.parametrize(
    ("value", "text", "role"),
    [
        (540_000, "▲ 540,000", Role.GAIN),
        (-201_000, "▼ 201,000", Role.LOSS),
        (0, "0", Role.PLAIN),
        (None, "-", Role.DIM),
    ],
)
def test_change_has_an_arrow_and_a_role(value: int | None, text: str, role: Role) -> None:
    assert format_change(value) == Cell(text, role)


@pytest.mark.parametrize(
    ("value", "text", "role"),
    [
        ("3.944", "+3.94%", Role.GAIN),
        ("-3.275", "-3.28%", Role.LOSS),
        ("0.004", "0.00%", Role.PLAIN),
        ("-0.004", "0.00%", Role.PLAIN),
        ("1234.5", "+1,234.50%", Role.GAIN),
    ],
)
def test_percentage_has_a_sign(value: str, text: str, role: Role) -> None:
    assert format_percent(Decimal(value)) == Cell(text, role)


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert format_share(Decimal("-0.04")).text == "0.0%"
    assert format_percent(Decimal("-0.004")).text == "0.00%"
    shares = format_shares([Decimal("-0.04"), Decimal("100.04")])
    assert [share.text for share in shares] == ["0.0%", "100.0%"]


def test_suffix_marks_a_percentage_but_not_a_missing_one() -> None:
    assert format_percent(Decimal("0.53"), "*").text == "+0.53%*"
    assert format_percent(None, "*").text == "-"


@pytest.mark.parametrize(
    ("span", "ko", "en"),
    [
        (timedelta(seconds=59), "방금", "just now"),
        (timedelta(minutes=1), "1분 전", "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59분 전", "59 min ago"),
        (timedelta(hours=23, minutes=59), "23시간 전", "23 h ago"),
        (timedelta(days=3), "3일 전", "3 d ago"),
        (timedelta(seconds=-30), "방금", "just now"),
    ],
)
def test_age_counts_whole_minutes(span: timedelta, ko: str, en: str) -> None:
    assert format_age(MORNING, MORNING + span, KO) == ko
    assert format_age(MORNING, MORNING + span, EN) == en


def test_times_are_shown_in_kst() -> None:
    from datetime import UTC

    assert format_time(MORNING.astimezone(UTC)) == "10:32:07"


def test_hangul_takes_two_columns() -> None:
    assert display_width("삼성SDI") == 7
    assert pad("삼성", 6) == "삼성  "
    assert pad("12", 4, align_right=True) == "  12"


@pytest.mark.parametrize(
    ("text", "width", "truncated"),
    [
        ("삼성전자", 8, "삼성전자"),
        ("삼성전자", 7, "삼성전…"),
        ("삼성전자", 6, "삼성…"),
        ("ab", 0, ""),
    ],
)
def test_names_are_truncated_between_characters(text: str, width: int, truncated: str) -> None:
    assert truncate(text, width) == truncated
    assert display_width(truncated) <= max(width, 0)


@given(st.text(max_size=30), st.integers(min_value=1, max_value=40))
def test_truncated_name_fits(raw: str, width: int) -> None:
    assert display_width(truncate(clean_text(raw), width)) <= width


def test_label_is_truncated_before_its_value() -> None:
    line = label_value("a very long label indeed", Cell("1,234,567,890"), 20)
    assert plain_text(line) == "a ver… 1,234,567,890"


def test_widths_agree_with_rich() -> None:
    """Textual measures with Rich; compares every character that cleaned text may contain."""
    differing = [
        char
        for char in map(chr, range(0x20, 0x20000))
        if clean_text(f"a{char}b") == f"a{char}b" and display_width(char) != cell_len(char)
    ]
    # Emoji and modifiers differ between Unicode versions; names do not contain them.
    assert len(differing) < 300
    assert not [char for char in differing if char.isalpha()]


@given(st.lists(st.text("ab 가▲", max_size=6), max_size=5), st.integers(1, 20))
def test_a_line_that_is_cut_says_so(texts: list[str], width: int) -> None:
    line = tuple(Cell(text, Role.LABEL) for text in texts)
    text, truncated = plain_text(line), plain_text(truncate_line(line, width))
    if display_width(text) <= width:
        assert truncated == text
    elif truncated != text:
        assert display_width(truncated) <= width
        assert truncated.endswith("…")


@pytest.mark.parametrize(
    ("value", "currency", "price", "change"),
    [
        ("271.500000", "USD", "271.50", "▲ 271.50"),
        ("0.12345", "USD", "0.12345", "▲ 0.12345"),
        ("3120.500", "JPY", "3,120.5", "▲ 3,120.5"),
        ("-500", "KRW", "-500", "▼ 500"),
        ("0.0000", "USD", "0.00", "0.00"),
    ],
)
def test_prices_have_the_decimals_of_their_currency(
    value: str, currency: str, price: str, change: str
) -> None:
    assert format_price(Decimal(value), currency).text == price
    assert format_price_change(Decimal(value), currency).text == change
