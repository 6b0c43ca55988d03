"""An account from environment variables; the wrong world is never guessed."""

import pytest

from kistui.errors import InvalidVariableError, MissingCredentialsError
from kistui.models.account import Environment
from kistui.models.text import Secret
from kistui.storage.env_vars import read_env_profile

WHOLE = {"KIS_APP_KEY": "k" * 36, "KIS_APP_SECRET": "s" * 180, "KIS_ACCOUNT": "50071234-22"}


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_paper(value: str) -> None:
    profile, _ = read_env_profile(WHOLE | {"KIS_PAPER": value})
    assert profile.environment is Environment.PAPER


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_real(value: str) -> None:
    profile, credentials = read_env_profile(WHOLE | {"KIS_PAPER": value})
    assert profile.environment is Environment.REAL
    assert profile.account.masked == "5007****-22"
    assert credentials.app_key == Secret("k" * 36)
    assert profile.base_url is None


def test_anything_else_is_refused() -> None:
    with pytest.raises(InvalidVariableError):
        read_env_profile(WHOLE | {"KIS_PAPER": "mock"})


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(MissingCredentialsError) as caught:
        read_env_profile({key: value for key, value in WHOLE.items() if key != name})
    assert caught.value.details["names"] == name
