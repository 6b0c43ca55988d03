"""`.env` lines and environment variables: the names of several tools, in every spelling."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui.errors import CredentialImportError
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.text import Secret
from kistui.storage.importers import import_from_env_vars, import_from_file
from tests.storage.importers.samples import KEY, OTHER, OTHER_SECRET, SECRET, write

PLAIN = {"KIS_APP_KEY": KEY, "KIS_APP_SECRET": SECRET}
NAMES = ("KIS_APP_KEY", "KIS_APP_SECRET", "KIS_SECRET", "KIS_ACCOUNT", "KIS_PAPER", "HOME")


@pytest.mark.parametrize("name", ["KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER", "KIS_ACCOUNT_NO"])
def test_an_account_is_read_from_any_of_its_variables(name: str) -> None:
    (credentials,) = import_from_env_vars(PLAIN | {name: "12345678-22"})
    assert credentials.account == AccountNumber("12345678", "22")
    assert (credentials.source, credentials.app_key_suffix) == ("environment", "ab12")
    assert KEY not in repr(credentials)


def test_kis_agents_name_of_a_secret_is_known() -> None:
    (credentials,) = import_from_env_vars({"KIS_APP_KEY": KEY, "KIS_SECRET": SECRET})
    assert credentials.credentials.app_secret == Secret(SECRET)


@pytest.mark.parametrize(
    ("word", "environment"),
    [
        ("1", Environment.PAPER),
        (" True ", Environment.PAPER),
        ("no", Environment.REAL),
        ("", Environment.REAL),
        ("perhaps", None),
        (None, None),
    ],
)
def test_the_environment_of_a_key_is_not_guessed(
    word: str | None, environment: Environment | None
) -> None:
    (credentials,) = import_from_env_vars(PLAIN if word is None else PLAIN | {"KIS_PAPER": word})
    assert credentials.environment is environment


def test_a_paper_pair_is_read_beside_the_plain_pair() -> None:
    paper = {"KIS_PAPER_APP_KEY": OTHER, "KIS_PAPER_APP_SECRET": OTHER_SECRET}
    environ = PLAIN | paper | {"KIS_PAPER_ACCOUNT": "5007123401", "KIS_PAPER": "0"}
    first, second = import_from_env_vars(environ)
    assert (first.environment, second.environment) == (Environment.REAL, Environment.PAPER)
    assert second.account == AccountNumber("50071234", "01")
    assert import_from_env_vars(paper)[0].app_key_suffix == "cd34"


def test_an_environment_without_keys_holds_nothing() -> None:
    assert import_from_env_vars({"HOME": "/", "KIS_ACCOUNT": "12345678"}) == ()


def test_an_environment_with_a_bad_key_names_the_variable_only() -> None:
    with pytest.raises(CredentialImportError) as caught:
        import_from_env_vars(PLAIN | {"KIS_APP_SECRET": SECRET[:-1]})
    reason = "wrong_length"
    assert caught.value.details["reason"] == reason


@pytest.mark.parametrize(
    "line",
    [
        "{0}={1}",
        "{0}={1}\r",
        "export {0}={1}",
        "  export\t{0} = '{1}'  # mine",
        '{0}="{1}" ',
        "{0}={1}\t# mine",
        "#{0}=x\n{0}={1}",
        "set {0}={1}",
        'SET "{0}={1}"',
        '$env:{0}="{1}"',
        "$Env:{0} = '{1}'",
        "{0}=old\n{0}={1}",
    ],
)
def test_an_env_file_in_every_spelling(tmp_path: Path, line: str) -> None:
    values = PLAIN | {"KIS_ACCOUNT": "12345678-01", "KIS_PAPER": "1"}
    text = "# keys\n\n" + "\n".join(line.format(*item) for item in values.items())
    for mark in ("", "\ufeff"):
        (credentials,) = import_from_file(write(tmp_path, ".env", mark + text))
        assert (credentials.source, credentials.environment) == (".env", Environment.PAPER)
        assert credentials.credentials == Credentials(Secret(KEY), Secret(SECRET))
        assert credentials.account == AccountNumber("12345678", "01")


def test_three_lines_of_assignments_are_no_key_file(tmp_path: Path) -> None:
    text = f"# {'x' * 35}\nKIS_APP_KEY={KEY}\nKIS_APP_SECRET={SECRET}\n"
    (credentials,) = import_from_file(write(tmp_path, ".env", text))
    assert credentials.source == ".env"


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from([KEY, SECRET]) | st.text()))
def test_any_environment_is_read_or_refused(environ: dict[str, str]) -> None:
    try:
        import_from_env_vars(environ)
    except CredentialImportError as error:
        assert error.details["reason"]


def test_bare_names_are_taken_from_files_but_not_from_the_environment(tmp_path: Path) -> None:
    values = {"APP_KEY": KEY, "APP_SECRET": SECRET, "CANO": "12345678", "ACNT_PRDT_CD": "01"}
    text = "\n".join(f"{name}={value}" for name, value in values.items())
    (credentials,) = import_from_file(write(tmp_path, ".env", text))
    assert credentials.account == AccountNumber("12345678", "01")
    assert import_from_env_vars(values) == ()


@pytest.mark.parametrize("section", ["[KIS]", "[ kis ]"])
def test_an_ini_file_with_a_kis_section(tmp_path: Path, section: str) -> None:
    text = f"""[other]
app_key = x
{section}
app_key = {KEY}
AppSecret: "{SECRET}"
cano = 12345678
acnt_prdt_cd = 29  ; pension
virtual = no
"""
    (credentials,) = import_from_file(write(tmp_path, "config.ini", text))
    assert credentials.credentials == Credentials(Secret(KEY), Secret(SECRET))
    assert credentials.account == AccountNumber("12345678", "29")
    assert credentials.environment is Environment.REAL
    with pytest.raises(CredentialImportError, match="bad_ini") as caught:
        import_from_file(write(tmp_path, "config.ini", f"[KIS]\n{KEY}\n[KIS]\nx=1\nx=2"))
    assert KEY not in repr(caught.value.__context__)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("cp949", "CP949"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-8-sig", ""),
    ],
)
def test_files_of_korean_windows_are_read(tmp_path: Path, codec: str, name: str) -> None:
    text = f"# \uc571\ud0a4\nKIS_APP_KEY={KEY}\r\nKIS_APP_SECRET={SECRET}\r\n"
    (credentials,) = import_from_file(write(tmp_path, ".env", text.encode(codec)))
    assert credentials.credentials == Credentials(Secret(KEY), Secret(SECRET))
    assert credentials.encoding == name


def test_an_account_in_two_variables_is_joined_or_reported() -> None:
    halves = PLAIN | {"KIS_ACCT_STOCK": "12345678"}
    (whole,) = import_from_env_vars(halves | {"KIS_PROD_TYPE": "22"})
    assert whole.account == AccountNumber("12345678", "22")
    for product in ({}, {"KIS_PROD_TYPE": "03"}, {"KIS_PROD_TYPE": "x"}):
        (credentials,) = import_from_env_vars(halves | product)
        assert credentials.account is None
        assert "KIS_PROD_TYPE" in str(credentials.error)
