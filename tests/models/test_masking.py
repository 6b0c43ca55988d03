"""Masking of external text before it is logged."""

import pytest

from kistui.models.text import mask_secrets


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


def test_what_is_known_to_be_secret_is_masked_at_any_length() -> None:
    assert mask_secrets("pass sesame!", ["sesame", "", "sesame!"]) == "pass ***"
