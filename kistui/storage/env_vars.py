"""The profile `env` from environment variables."""

from collections.abc import Mapping

from kistui.errors import InvalidVariableError, MissingCredentialsError
from kistui.models.account import AccountNumber, Credentials, Environment, Profile

APP_KEY_VAR, APP_SECRET_VAR = "KIS_APP_KEY", "KIS_APP_SECRET"
ACCOUNT_VAR, ACCOUNT_NUMBER_VAR = "KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER"
PAPER_VAR, BASE_URL_VAR = "KIS_PAPER", "KISTUI_BASE_URL"

_TRUE_VALUES = frozenset({"1", "true", "yes", "on"})
_FALSE_VALUES = frozenset({"", "0", "false", "no", "off"})


def read_env_profile(environ: Mapping[str, str]) -> tuple[Profile, Credentials]:
    """Return the profile `env` and its credentials.

    Raises MissingCredentialsError, InvalidCredentialError, InvalidAccountNumberError, or
    InvalidVariableError for
    a `KIS_PAPER` that is neither yes nor no: the environment is never guessed.
    """
    account = environ.get(ACCOUNT_VAR) or environ.get(ACCOUNT_NUMBER_VAR, "")
    given = {
        APP_KEY_VAR: environ.get(APP_KEY_VAR),
        APP_SECRET_VAR: environ.get(APP_SECRET_VAR),
        ACCOUNT_VAR: account,
    }
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise MissingCredentialsError(
            names=", ".join(missing), is_partial=len(missing) < len(given)
        )
    credentials = Credentials.parse(environ[APP_KEY_VAR], environ[APP_SECRET_VAR])
    profile = Profile(
        name="env",
        environment=_parse_environment(environ.get(PAPER_VAR, "")),
        account=AccountNumber.parse(account),
        base_url=environ.get(BASE_URL_VAR) or None,
    )
    return profile, credentials


def _parse_environment(raw: str) -> Environment:
    word = raw.strip().lower()
    if word in _TRUE_VALUES:
        return Environment.PAPER
    if word in _FALSE_VALUES:
        return Environment.REAL
    raise InvalidVariableError(name=PAPER_VAR, allowed="1, 0")
