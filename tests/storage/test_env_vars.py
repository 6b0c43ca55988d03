"""An account from environment variables; the environment is never guessed."""

import pytest

from kistui.errors import (
    InvalidVariableError,
    MissingCredentialsError,
    QuotedVariableError,
    SetupError,
    UnclearVariablesError,
)
from kistui.models.account import Environment
from kistui.models.text import Secret
from kistui.storage.env_vars import (
    MAIN_NAMES,
    PAPER_NAMES,
    is_product_code_assumed,
    parse_account,
    read_env_profile,
)

WHOLE = {"KIS_APP_KEY": "k" * 36, "KIS_APP_SECRET": "s" * 180, "KIS_ACCOUNT": "50071234-22"}


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_values_that_mean_paper(value: str) -> None:
    profile, _ = read_env_profile(WHOLE | {"KIS_PAPER": value})
    assert profile.environment is Environment.PAPER


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_values_that_mean_real(value: str) -> None:
    profile, credentials = read_env_profile(WHOLE | {"KIS_PAPER": value})
    assert profile.environment is Environment.REAL
    assert profile.account.masked == "5007****-22"
    assert credentials.app_key == Secret("k" * 36)
    assert profile.base_url is None


def test_anything_else_is_refused() -> None:
    with pytest.raises(InvalidVariableError):
        read_env_profile(WHOLE | {"KIS_PAPER": "mock"})


@pytest.mark.parametrize("name", WHOLE)
def test_missing_variables_are_named(name: str) -> None:
    with pytest.raises(MissingCredentialsError) as caught:
        read_env_profile({key: value for key, value in WHOLE.items() if key != name})
    assert caught.value.details["names"] == name


KEYS = {"KIS_APP_KEY": "k" * 36, "KIS_APP_SECRET": "s" * 180}


def test_a_flag_that_is_no_flag_is_named_without_an_account_too() -> None:
    with pytest.raises(InvalidVariableError):
        read_env_profile({"KIS_PAPER": "mock"})
    with pytest.raises(MissingCredentialsError):
        read_env_profile({"KIS_PAPER": "1"})


PAPER_KEYS = {"KIS_PAPER_APP_KEY": "p" * 36, "KIS_PAPER_APP_SECRET": "t" * 180}


@pytest.mark.parametrize(
    "variables",
    [
        {"KIS_ACCOUNT_NO": "50071234", "KIS_ACCOUNT_PRODUCT_CODE": "22"},
        {"KIS_ACCT_STOCK": "50071234", "KIS_PROD_TYPE": "22"},
        {"KIS_ACCOUNT": "50071234", "KIS_PROD_TYPE": "22"},
        {"CANO": "50071234", "ACNT_PRDT_CD": " 22 "},
        {"KIS_CANO": "50071234", "KIS_ACNT_PRDT_CD": "22"},
        {"KIS_ACCOUNT_NUMBER": "5007123422"},
        {"KIS_ACCOUNT": "5007123422", "KIS_PROD_TYPE": "01"},
    ],
)
def test_accounts_are_read_under_the_names_of_other_tools(variables: dict[str, str]) -> None:
    profile, _ = read_env_profile(KEYS | variables)
    assert profile.account.masked == "5007****-22"
    assert profile.environment is Environment.REAL


@pytest.mark.parametrize(
    ("variables", "error", "name"),
    [
        ({"KIS_ACCT_STOCK": "50071234"}, MissingCredentialsError, "KIS_PROD_TYPE"),
        ({"CANO": "50071234"}, MissingCredentialsError, "ACNT_PRDT_CD"),
        ({"KIS_ACCOUNT_NO": "50071234"}, MissingCredentialsError, "KIS_ACCOUNT_PRODUCT_CODE"),
        ({"KIS_ACCOUNT_NUMBER": "50071234"}, MissingCredentialsError, "ACCOUNT_PRODUCT_CODE"),
        ({"KIS_ACCT_STOCK": "50071234", "KIS_PROD_TYPE": "03"}, InvalidVariableError, "PROD"),
        ({"KIS_ACCOUNT": "50071234", "KIS_PROD_TYPE": "x"}, InvalidVariableError, "KIS_PROD_TYPE"),
        ({"KIS_ACCOUNT": "50071234", "KIS_ACCT_SUFFIX": "22"}, UnclearVariablesError, "SUFFIX"),
        ({"KIS_ACCOUNT": "50071234", "MY_ACCT_SUFFIX": "22"}, UnclearVariablesError, "SUFFIX"),
        ({"KIS_ACCOUNT_NO": "5007123422", "KIS_PROD_TYPE": "01"}, UnclearVariablesError, "PROD"),
        ({"KIS_ACCOUNT_NO": "50071234", "CANO": "50071235"}, UnclearVariablesError, "CANO"),
        ({"KIS_ACCOUNT": "50071234", "KIS_ENV": "dev"}, InvalidVariableError, "KIS_ENV"),
        (
            {"KIS_ACCOUNT": "50071234", "KIS_ENV": "vps", "KIS_PAPER": "0"},
            UnclearVariablesError,
            "KIS_ENV",
        ),
        ({"KIS_ACCOUNT": '"50071234-01"'}, QuotedVariableError, "KIS_ACCOUNT"),
        ({"KIS_ACCOUNT": "50071234", "KIS_PAPER": "'1'"}, QuotedVariableError, "KIS_PAPER"),
    ],
)
def test_an_incomplete_or_unclear_account_is_refused_by_its_variable(
    variables: dict[str, str], error: type[SetupError], name: str
) -> None:
    with pytest.raises(error) as caught:
        read_env_profile(KEYS | variables)
    assert name in str(caught.value)
    assert "5007" not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "is_assumed"),
    [
        ({"KIS_ACCOUNT": "50071234"}, True),
        ({"KIS_ACCOUNT": " 5007 1234-"}, True),
        ({"KIS_ACCOUNT": "5007123401"}, False),
        ({"KIS_ACCOUNT": "50071234", "KIS_PROD_TYPE": "01"}, False),
        (PAPER_KEYS | {"KIS_PAPER_ACCOUNT": "50071234", "KIS_PAPER": "1"}, True),
    ],
)
def test_an_assumed_product_code_is_reported(variables: dict[str, str], is_assumed: bool) -> None:
    environ = KEYS | variables
    account = read_env_profile(environ)[0].account
    assert is_product_code_assumed(environ, account) is is_assumed


def test_eight_digits_mean_product_01_in_kistuis_own_variables_only() -> None:
    assert read_env_profile(KEYS | {"KIS_ACCOUNT": "50071234"})[0].account.product_code == "01"
    others = (*MAIN_NAMES.account[1:], *PAPER_NAMES.account[1:])
    for name in others:
        names = MAIN_NAMES if name in MAIN_NAMES.account else PAPER_NAMES
        with pytest.raises(MissingCredentialsError):
            parse_account({name: "50071234"}, names)


@pytest.mark.parametrize(
    "variables",
    [
        {"KIS_ENV": "vps"},
        {"KIS_MODE": "Paper", "KIS_PAPER": ""},
        {"KIS_URL_BASE": "https://openapivts.koreainvestment.com:29443"},
    ],
)
def test_paper_is_read_under_the_names_of_other_tools(variables: dict[str, str]) -> None:
    assert read_env_profile(WHOLE | variables)[0].environment is Environment.PAPER


def test_the_variables_of_kiss_assistant_server_give_real_or_on_request_paper() -> None:
    assistant = KEYS | PAPER_KEYS
    assistant |= {"KIS_ACCT_STOCK": "50071234", "KIS_PAPER_STOCK": "50079999"}
    assistant["KIS_PROD_TYPE"] = "01"
    real, _ = read_env_profile(assistant)
    assert (real.environment, real.account.masked) == (Environment.REAL, "5007****-01")
    paper, credentials = read_env_profile(assistant | {"KIS_PAPER": "1"})
    assert (paper.environment, paper.account.number) == (Environment.PAPER, "50079999")
    assert credentials.app_key == Secret("p" * 36)
    alone = {name: value for name, value in assistant.items() if name not in KEYS}
    assert read_env_profile(alone)[0].environment is Environment.PAPER
