"""Accounts from variables, of the environment or a file, under the names that tools use.

A value that cannot be understood is an error that names its variable; nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from kistui.errors import (
    InvalidVariableError,
    MissingCredentialsError,
    QuotedVariableError,
    SetupError,
    UnclearVariablesError,
)
from kistui.models.account import (
    AccountNumber,
    Credentials,
    Environment,
    PartialAccount,
    Profile,
)
from kistui.models.text import Secret

ENV_PROFILE_NAME = "env"
BASE_URL_VAR = "KISTUI_BASE_URL"
LIVE_URL_VAR = "KISTUI_LIVE_URL"
"""The WebSocket of live prices of the server in `KISTUI_BASE_URL`."""
PAPER_VAR = "KIS_PAPER"
STOCK_PRODUCT_CODES = "01, 22, 29"
FUTURES_PRODUCT_CODES = frozenset({"03", "08"})


class VariableNames(Struct, frozen=True):
    """The names of one account's variables; the first of each is kistui's own."""

    app_key: tuple[str, ...]
    app_secret: tuple[str, ...]
    account: tuple[str, ...]
    product_code: tuple[str, ...]


MAIN_NAMES = VariableNames(
    app_key=("KIS_APP_KEY", "KIS_APPKEY"),
    app_secret=(
        "KIS_APP_SECRET", "KIS_SECRET", "KIS_SECRET_KEY", "KIS_APPSECRET", "KIS_SECRETKEY",
    ),
    account=(
        "KIS_ACCOUNT", "KIS_ACCOUNT_NUMBER", "KIS_ACCOUNT_NO", "KIS_ACCT_STOCK", "KIS_CANO",
        "CANO",
    ),
    product_code=(
        "KIS_PROD_TYPE", "KIS_ACCOUNT_PRODUCT_CODE", "KIS_ACNT_PRDT_CD", "KIS_PRODUCT_CODE",
        "ACNT_PRDT_CD",
    ),
)  # fmt: skip
PAPER_NAMES = VariableNames(
    app_key=("KIS_PAPER_APP_KEY", "KIS_PAPER_APPKEY"),
    app_secret=("KIS_PAPER_APP_SECRET", "KIS_PAPER_SECRET", "KIS_PAPER_SECRET_KEY"),
    account=("KIS_PAPER_ACCOUNT", "KIS_PAPER_ACCOUNT_NO", "KIS_PAPER_STOCK", "KIS_PAPER_CANO"),
    product_code=("KIS_PAPER_ACNT_PRDT_CD", "KIS_PAPER_PRODUCT_CODE", "KIS_PROD_TYPE"),
)
_PRODUCT_CODE_OF = {
    "KIS_ACCOUNT_NUMBER": "KIS_ACCOUNT_PRODUCT_CODE",
    "KIS_ACCOUNT_NO": "KIS_ACCOUNT_PRODUCT_CODE",
    "KIS_PAPER_ACCOUNT_NO": "KIS_PAPER_PRODUCT_CODE",
    "KIS_ACCT_STOCK": "KIS_PROD_TYPE",
    "KIS_PAPER_STOCK": "KIS_PROD_TYPE",
    "KIS_CANO": "KIS_ACNT_PRDT_CD",
    "KIS_PAPER_CANO": "KIS_PAPER_ACNT_PRDT_CD",
    "CANO": "ACNT_PRDT_CD",
}
"""The variable with the product code, by another tool's variable with 8 digits of an account.

kistui's own are not here: it documents that their 8 digits mean product code 01.
"""
_FLAG_NAMES = (
    PAPER_VAR, "KIS_IS_MOCK", "KIS_MOCK", "KIS_IS_PAPER", "KIS_USE_PAPER", "KIS_VIRTUAL",
)  # fmt: skip
_MODE_NAMES = ("KIS_ENV", "KIS_ENVIRONMENT", "KIS_MODE")
_URL_NAMES = ("KIS_URL_BASE", "KIS_BASE_URL", "KIS_URL_REST")
_ACCOUNT_NAMES = frozenset(
    name
    for names in (MAIN_NAMES, PAPER_NAMES)
    for group in (names.app_key, names.app_secret, names.account)
    for name in group
)
KNOWN_NAMES = _ACCOUNT_NAMES.union(
    MAIN_NAMES.product_code, PAPER_NAMES.product_code, _FLAG_NAMES, _MODE_NAMES, _URL_NAMES
)

_TRUE_VALUES = frozenset({"1", "true", "yes", "on", "y"})
_FALSE_VALUES = frozenset({"0", "false", "no", "off", "n"})
_MODES = {
    **dict.fromkeys(("real", "prod", "production", "live"), Environment.REAL),
    **dict.fromkeys(("paper", "vps", "mock", "virtual", "demo"), Environment.PAPER),
}
_HOSTS = {
    "openapi.koreainvestment.com": Environment.REAL,
    "openapivts.koreainvestment.com": Environment.PAPER,
}
_HOST_PATTERN = re.compile(r"\s*(?:https?://)?([^/:\s]+)")
_PRODUCT_NAME_PATTERN = re.compile(
    r"KIS_.*(?:PROD|PRDT|CODE|SUFFIX|ACCOUNT|ACCT|ACNT)|(?:.*_)?(?:PRDT|ACNT|ACCT)_(?:CD|CODE|SUFFIX)"
)


class EnvironmentAccount:
    """The account that the variables of this process name, under the profile `env`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def profile(self) -> Profile | None:
        """Return its profile; `None` if there is none, or none that is valid: see `problem`."""
        try:
            return read_env_profile(self._environ)[0]
        except SetupError:
            return None

    def app_key(self) -> str:
        """Return its app key; blank if there is none."""
        try:
            return read_env_profile(self._environ)[1].app_key.reveal()
        except SetupError:
            return ""

    def problem(self) -> SetupError | None:
        """Return why the variables are no account; `None` if none is set."""
        try:
            read_env_profile(self._environ)
        except MissingCredentialsError as error:
            return error if error.details.get("is_partial") else None
        except SetupError as error:
            return error
        return None

    def account_of_8_digits(self) -> AccountNumber | None:
        """Return its number if its product code is assumed to be 01."""
        profile = self.profile()
        if profile and is_product_code_assumed(self._environ, profile.account):
            return profile.account
        return None

    def partial_account(self) -> PartialAccount | None:
        """Return what is set of an account that is not complete."""
        return read_partial_account(self._environ) if self.problem() else None


def read_env_profile(environ: Mapping[str, str]) -> tuple[Profile, Credentials]:
    """Return the profile `env` and its credentials.

    Raises MissingCredentialsError and the other SetupErrors of credentials and variables.
    """
    if not any(map(environ.get, _ACCOUNT_NAMES)):
        if PAPER_VAR in environ:
            parse_environment(environ)  # a value that would be refused beside an account
        own_names = (MAIN_NAMES.app_key[0], MAIN_NAMES.app_secret[0], MAIN_NAMES.account[0])
        raise MissingCredentialsError(names=", ".join(own_names))
    for name in KNOWN_NAMES & environ.keys():
        value = environ[name].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            raise QuotedVariableError(name=name)
    environment = parse_environment(environ)
    is_paper_set = _is_set(environ, PAPER_NAMES)
    prefers_paper = environment is Environment.PAPER or not _is_set(environ, MAIN_NAMES)
    if is_paper_set and prefers_paper:
        names, environment = PAPER_NAMES, Environment.PAPER
    else:
        names = MAIN_NAMES
    _check_complete(environ, names)
    credentials = Credentials.parse(
        _first_value(environ, names.app_key), _first_value(environ, names.app_secret)
    )
    account = parse_account(environ, names)
    if account is None:
        raise MissingCredentialsError(names=names.account[0], is_partial=True)
    profile = Profile(
        name=ENV_PROFILE_NAME,
        environment=environment or Environment.REAL,
        account=account,
        base_url=environ.get(BASE_URL_VAR) or None,
    )
    return profile, credentials


def parse_accounts(variables: Mapping[str, str]) -> Iterator[PartialAccount]:
    """Yield the accounts whose app key or app secret is set."""
    for names in (MAIN_NAMES, PAPER_NAMES):
        if _is_set(variables, names):
            yield _parse_partial_account(variables, names)


def read_partial_account(variables: Mapping[str, str]) -> PartialAccount | None:
    """Return what is set of the first account; `None` if nothing is, or it is contradictory."""
    try:
        for names in (MAIN_NAMES, PAPER_NAMES):
            if any(variables.get(name, "").strip() for name in (*names.app_key, *names.account)):
                return _parse_partial_account(variables, names)
    except SetupError:
        pass
    return None


def parse_account(variables: Mapping[str, str], names: VariableNames) -> AccountNumber | None:
    """Return the account of one or two variables, `None` if there is none.

    8 digits mean product code 01 only in kistui's own variable. Raises SetupError.
    """
    name, raw = _first_set(variables, names.account)
    code_name, code = _first_set(variables, names.product_code)
    if not raw:
        return None
    number = "".join(raw.split()).removesuffix("-")
    if not re.fullmatch(r"[0-9]{8}", number):
        account = AccountNumber.parse(raw)
        is_own = name == MAIN_NAMES.account[0]
        if code and code.zfill(2) != account.product_code and not is_own:
            raise UnclearVariablesError(names=f"{name}, {code_name}")
        return account
    if code:
        is_futures = code.zfill(2) in FUTURES_PRODUCT_CODES and code_name == "KIS_PROD_TYPE"
        if is_futures or not re.fullmatch(r"[0-9]{1,2}", code):
            raise InvalidVariableError(name=code_name, allowed=STOCK_PRODUCT_CODES)
        return AccountNumber(number, code.zfill(2))
    if name in _PRODUCT_CODE_OF:
        raise MissingCredentialsError(names=_PRODUCT_CODE_OF[name], is_partial=True)
    if unknown_names := _possible_product_codes(variables):
        raise UnclearVariablesError(names=", ".join((name, *unknown_names)))
    return AccountNumber(number)


def is_product_code_assumed(variables: Mapping[str, str], account: AccountNumber) -> bool:
    """Return whether kistui's own variable has only 8 digits, and no variable a product code."""
    own_values = {variables.get(names.account[0], "") for names in (MAIN_NAMES, PAPER_NAMES)}
    numbers = {"".join(value.split()).removesuffix("-") for value in own_values}
    codes = {*MAIN_NAMES.product_code, *PAPER_NAMES.product_code}
    return account.number in numbers and not any(variables.get(name, "").strip() for name in codes)


def parse_environment(variables: Mapping[str, str]) -> Environment | None:
    """Return the environment that the variables name, if any; raises SetupError."""
    environments: dict[str, Environment] = {}
    for name in _FLAG_NAMES:
        if word := variables.get(name, "").strip().lower():
            if word not in _TRUE_VALUES | _FALSE_VALUES:
                raise InvalidVariableError(name=name, allowed="1, 0")
            is_paper = word in _TRUE_VALUES
            environments[name] = Environment.PAPER if is_paper else Environment.REAL
    for name in _MODE_NAMES:
        if word := variables.get(name, "").strip().lower():
            if word not in _MODES:
                raise InvalidVariableError(name=name, allowed="real, paper")
            environments[name] = _MODES[word]
    for name in _URL_NAMES:
        match = _HOST_PATTERN.match(variables.get(name, ""))
        if match and match[1] in _HOSTS:
            environments[name] = _HOSTS[match[1]]
    if len(set(environments.values())) > 1:
        raise UnclearVariablesError(names=", ".join(environments))
    # A KIS_PAPER that is set and blank means real.
    default = Environment.REAL if PAPER_VAR in variables else None
    return next(iter(environments.values()), default)


def _parse_partial_account(variables: Mapping[str, str], names: VariableNames) -> PartialAccount:
    account, error = None, None
    environment: Environment | None = Environment.PAPER
    try:
        account = parse_account(variables, names)
    except SetupError as setup_error:
        error = setup_error
    if names is MAIN_NAMES:
        try:
            environment = parse_environment(variables)
        except SetupError as setup_error:
            environment, error = None, error or setup_error
    return PartialAccount(
        app_key=Secret(_first_value(variables, names.app_key)),
        app_secret=Secret(_first_value(variables, names.app_secret)),
        account=account,
        environment=environment,
        error=error,
    )


def _check_complete(variables: Mapping[str, str], names: VariableNames) -> None:
    """Raise MissingCredentialsError unless key, secret and account are set."""
    groups = (names.app_key, names.app_secret, names.account)
    missing = [group[0] for group in groups if not _first_set(variables, group)[1]]
    if missing:
        raise MissingCredentialsError(names=", ".join(missing), is_partial=True)


def _is_set(variables: Mapping[str, str], names: VariableNames) -> bool:
    return any(variables.get(name, "").strip() for name in (*names.app_key, *names.app_secret))


def _first_value(variables: Mapping[str, str], names: tuple[str, ...]) -> str:
    return _first_set(variables, names)[1]


def _first_set(variables: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str]:
    """Return the first name that is set, and its value; blank if none is.

    Raises UnclearVariablesError if only other tools' names are set, to different values.
    """
    values = {name: value for name in names if (value := variables.get(name, "").strip())}
    if names[0] not in values and len(set(values.values())) > 1:
        raise UnclearVariablesError(names=", ".join(values))
    return next(iter(values.items()), (names[0], ""))


def _possible_product_codes(variables: Mapping[str, str]) -> list[str]:
    """Return names kistui does not know that may hold the product code."""
    return [
        name
        for name, value in variables.items()
        if _PRODUCT_NAME_PATTERN.match(name)
        and name not in KNOWN_NAMES
        and re.fullmatch(r"\s*[0-9]{1,2}\s*", value)
    ]
