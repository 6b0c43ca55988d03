"""Account numbers and app keys are parsed as users type them and shown masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.errors import InvalidAccountNumberError, InvalidCredentialError
from kistui.models.account import AccountNumber, Credentials, Environment, Profile
from kistui.models.text import Secret


@pytest.mark.parametrize(
    ("raw", "number", "product"),
    [
        ("12345678-01", "12345678", "01"),
        ("1234567822", "12345678", "22"),
        ("12345678", "12345678", "01"),
        (" 1234 5678 - 29\n", "12345678", "29"),
    ],
)
def test_an_account_number_is_parsed_in_every_form(raw: str, number: str, product: str) -> None:
    account = AccountNumber.parse(raw)
    assert (account.number, account.product_code) == (number, product)


@pytest.mark.parametrize(
    "raw",
    ["", "1234567", "12345678-", "12345678-1", "123456789", "1234567a-01", "１２３４５６７８"],
)
def test_invalid_origins_are_refused(raw: str) -> None:
    with pytest.raises(InvalidAccountNumberError):
        AccountNumber.parse(raw)


@given(st.text(max_size=14))
def test_a_refused_account_is_not_in_the_error(raw: str) -> None:
    try:
        account = AccountNumber.parse(raw)
    except InvalidAccountNumberError as error:
        assert str(error).startswith("InvalidAccountNumberError(length=")
    else:
        assert account.number not in f"{account} {account!r}"


def test_an_account_is_shown_masked() -> None:
    profile = Profile("main", Environment.REAL, AccountNumber.parse("50071234-01"))
    assert profile.account.masked == "5007****-01"
    assert "50071234" not in repr(profile)


def test_blanks_are_stripped_from_pasted_keys() -> None:
    credentials = Credentials.parse(f" {'k' * 36}\n", f"{'s' * 90}\n{'s' * 90} ")
    assert (len(credentials.app_key), len(credentials.app_secret)) == (36, 180)


def test_a_wrong_length_is_reported_without_the_value() -> None:
    with pytest.raises(InvalidCredentialError) as caught:
        Credentials.parse("k" * 36, "topsecret")
    assert caught.value.details == {
        "what": "app_secret",
        "reason": "wrong_length",
        "length": 9,
        "expected": 180,
    }
    assert "topsecret" not in str(caught.value)


def test_secrets_are_in_no_repr() -> None:
    assert "hush" not in repr(Credentials(Secret("hush key"), Secret("hush secret")))


def test_a_key_of_the_right_length_with_wrong_characters_is_not_called_too_long() -> None:
    with pytest.raises(InvalidCredentialError) as caught:
        Credentials.parse("앱" * 36, "s" * 180)
    assert caught.value.details["reason"] == "wrong_characters"
