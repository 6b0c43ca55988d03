"""An account from environment variables: read, never written."""

from collections.abc import Mapping

from kistui.errors import MissingCredentialsError, InvalidVariableError
from kistui.models.account import AccountNumber, Credentials, Environment, Profile

APP_KEY, APP_SECRET = "KIS_APP_KEY", "KIS_APP_SECRET"
ACCOUNT, ACCOUNT_TOO = "KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER"
PAPER, BASE_URL = "KIS_PAPER", "KISTUI_BASE_URL"

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


def read_environment(environ: Mapping[str, str]) -> tuple[Profile, Credentials]:
    """The profile `env` and its credentials.

    Raises CredentialsMissing, InvalidKey, InvalidAccount, or InvalidSetting for a `KIS_PAPER`
    that is neither yes nor no: the wrong world is not guessed.
    """
    account = environ.get(ACCOUNT) or environ.get(ACCOUNT_TOO, "")
    given = {APP_KEY: environ.get(APP_KEY), APP_SECRET: environ.get(APP_SECRET), ACCOUNT: account}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise MissingCredentialsError(names=", ".join(missing), is_partial=len(missing) < len(given))
    credentials = Credentials.parse(environ[APP_KEY], environ[APP_SECRET])
    profile = Profile(
        name="env",
        environment=_environment(environ.get(PAPER, "")),
        account=AccountNumber.parse(account),
        base_url=environ.get(BASE_URL) or None,
    )
    return profile, credentials


def _environment(raw: str) -> Environment:
    word = raw.strip().lower()
    if word in _YES:
        return Environment.PAPER
    if word in _NO:
        return Environment.REAL
    raise InvalidVariableError(name=PAPER, allowed="1, 0")
