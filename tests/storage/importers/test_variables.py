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
def test_an_account_goes_by_three_names(name: str) -> None:
    (found,) = import_from_env_vars(PLAIN | {name: "12345678-22"})
    assert found.account == AccountNumber("12345678", "22")
    assert (found.source, found.app_key_suffix) == ("environment", "ab12")
    assert KEY not in repr(found)


def test_kis_agents_name_of_a_secret_is_known() -> None:
    (found,) = import_from_env_vars({"KIS_APP_KEY": KEY, "KIS_SECRET": SECRET})
    assert found.credentials.app_secret == Secret(SECRET)


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
def test_the_wrong_world_is_not_guessed(word: str | None, environment: Environment | None) -> None:
    (found,) = import_from_env_vars(PLAIN if word is None else PLAIN | {"KIS_PAPER": word})
    assert found.environment is environment


def test_a_paper_pair_stands_beside_the_plain_one() -> None:
    paper = {"KIS_PAPER_APP_KEY": OTHER, "KIS_PAPER_APP_SECRET": OTHER_SECRET}
    both = PLAIN | paper | {"KIS_PAPER_ACCOUNT": "5007123401", "KIS_PAPER": "0"}
    first, second = import_from_env_vars(both)
    assert (first.environment, second.environment) == (Environment.REAL, Environment.PAPER)
    assert second.account == AccountNumber("50071234", "01")
    assert import_from_env_vars(paper)[0].app_key_suffix == "cd34"


def test_an_environment_without_keys_holds_nothing() -> None:
    assert import_from_env_vars({"HOME": "/", "KIS_ACCOUNT": "12345678"}) == ()


def test_an_environment_with_a_bad_key_says_which_without_telling_it() -> None:
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
        "{0}=old\n{0}={1}",
    ],
)
def test_an_env_file_in_every_spelling(tmp_path: Path, line: str) -> None:
    values = PLAIN | {"KIS_ACCOUNT": "12345678-01", "KIS_PAPER": "1"}
    text = "# keys\n\n" + "\n".join(line.format(*item) for item in values.items())
    for mark in ("", "\ufeff"):
        (found,) = import_from_file(write(tmp_path, ".env", mark + text))
        assert (found.source, found.environment) == (".env", Environment.PAPER)
        assert found.credentials == Credentials(Secret(KEY), Secret(SECRET))
        assert found.account == AccountNumber("12345678", "01")


def test_three_lines_of_assignments_are_no_key_file(tmp_path: Path) -> None:
    text = f"# {'x' * 35}\nKIS_APP_KEY={KEY}\nKIS_APP_SECRET={SECRET}\n"
    (found,) = import_from_file(write(tmp_path, ".env", text))
    assert found.source == ".env"


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from([KEY, SECRET]) | st.text()))
def test_any_environment_is_read_or_refused(environ: dict[str, str]) -> None:
    try:
        import_from_env_vars(environ)
    except CredentialImportError as error:
        assert error.details["reason"]
