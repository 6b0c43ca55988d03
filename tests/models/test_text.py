"""Text from outside is cleaned of what a terminal could interpret; secrets never appear in text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kistui.formatting.cells import display_width
from kistui.models.text import Secret, clean_text, mask_secrets


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("삼성전자   ", "삼성전자"),
        ("\x1b[31mRED\x1b[0m", "[31mRED[0m"),
        ("\x1b]52;c;aGk=\x07copy", "]52;c;aGk=copy"),
        ("a\x9b2Jb", "a2Jb"),
        ("two\nlines\tand\ttabs", "two lines and tabs"),
        ("\u202egnirts\u202c", "gnirts"),
        ("zero\u200bwidth\u2066x\u2069", "zerowidthx"),
        ("\u1109\u1161\u11b7", "삼"),
        ("heart\u2764\ufe0f", "heart\u2764"),
        ("[red]x[/]", "[red]x[/]"),
        ("\ud800lone", "lone"),
        ("wide\u3000and\u00a0hard\u2003blanks", "wide and hard blanks"),
        ("\x00\x7f", ""),
    ],
)
def test_text_is_cleaned(raw: str, shown: str) -> None:
    assert clean_text(raw) == shown


@given(st.text())
def test_no_unsafe_character_survives_and_cleaning_twice_changes_nothing(raw: str) -> None:
    cleaned = clean_text(raw)
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert cleaned.isprintable()
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("🇰🇷 ETF", "KR ETF"),
        ("👩🏽 1\ufe0f\u20e3", "👩 1"),
        ("👩\u200d👧", "👩👧"),
        ("\u0301a" + "\u0348" * 9, "a\u0348\u0348"),
        ("\u200b \u0301a", "a"),
        ("का", "क"),
        ("☰䷀", "??"),
        ("가\u0903\u11a8", "각"),
    ],
)
def test_characters_that_terminals_render_differently_are_replaced(raw: str, shown: str) -> None:
    assert clean_text(raw) == shown


def test_character_widths_agree_with_those_of_the_terminal_library() -> None:
    different = {
        hex(code)
        for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000))
        if display_width(text := clean_text(f"a{chr(code)}a")) != cell_len(text)
    }
    assert different == set()


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("계좌 50001234-01 없음", "계좌 *** 없음"),
        ("5000123401", "***"),
        ("5000-1234-01", "***"),
        ("5000 1234", "***"),
        ("1234567", "1234567"),
        ("EGW00201 초당 2건", "EGW00201 초당 2건"),
        ("token eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.x", "token ***"),
        ("PSabcdefghijklmnopqrstuvwxyz01234567", "***"),
    ],
)
def test_numbers_and_codes_are_masked_by_their_length(raw: str, shown: str) -> None:
    assert mask_secrets(raw) == shown


def test_known_secrets_are_masked_at_any_length() -> None:
    assert mask_secrets("pass sesame!", ["sesame", "", "sesame!"]) == "pass ***"


SECRET = Secret("PShush0000")


@pytest.mark.parametrize(
    "text",
    [repr(SECRET), str(SECRET), f"{SECRET}", f"{SECRET!r:>40}", f"{SECRET:>40}", f"{[SECRET]}"],
)
def test_a_secret_is_masked_in_every_text(text: str) -> None:
    assert "hush" not in text
    assert "***" in text


def test_only_reveal_returns_the_text() -> None:
    assert SECRET.reveal() == "PShush0000"


def test_secrets_are_equal_and_hashable_by_value() -> None:
    assert Secret("PShush0000") == SECRET != Secret("other")
    assert len({SECRET, Secret("PShush0000")}) == 1
    assert SECRET != "PShush0000"


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert SECRET
