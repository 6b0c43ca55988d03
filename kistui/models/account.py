"""An account: environment, account number, credentials, profile, and its KIS API."""

import re
from enum import Enum

from msgspec import Struct

from kistui.errors import (
    InvalidAccountNumberError,
    InvalidCredentialError,
    PaperPensionError,
    SetupError,
    UnsupportedProductError,
)
from kistui.models.text import Secret
from kistui.models.token import AccessToken

APP_KEY_LENGTH = 36
APP_SECRET_LENGTH = 180


class Environment(Enum):
    """A KIS environment, with its own hosts, app keys, accounts and tokens."""

    REAL = "real"
    PAPER = "paper"


class SecretBackend(Enum):
    """Where a profile's app key and app secret are stored."""

    KEYRING = "keyring"
    ENCRYPTED = "encrypted"
    PLAIN = "plain"
    COMMAND = "command"
    ENVIRONMENT = "environment"


class AccountNumber(Struct, frozen=True):
    """An account: 8 digits of number, 2 of product code; `repr`, `str` and `format` mask it."""

    number: str
    product_code: str = "01"

    @classmethod
    def parse(cls, raw: str) -> "AccountNumber":
        """Parse 8-2, 10 or 8 digits (8 means product 01), blanks allowed.

        Raises InvalidAccountNumberError.
        """
        compact = "".join(raw.split())
        match = re.fullmatch(r"([0-9]{8})-?([0-9]{2})?", compact)
        if not match or compact.endswith("-"):
            raise InvalidAccountNumberError(length=len(compact))
        return cls(match[1], match[2] or "01")

    @property
    def masked(self) -> str:
        """`5007****-01`: the form that screens, logs and exports may show."""
        return f"{self.number[:4]}****-{self.product_code}"

    @property
    def unmasked(self) -> str:
        """The number as `12345678-01`, to be stored or edited, not to be shown."""
        return f"{self.number}-{self.product_code}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"AccountNumber({self.masked})"


def has_key_characters(text: str) -> bool:
    """Return whether a text has only characters that an app key or app secret may have."""
    return text.isascii() and text.isprintable()


class Credentials(Struct, frozen=True):
    """An app key and its app secret."""

    app_key: Secret
    app_secret: Secret

    @classmethod
    def parse(cls, app_key: str, app_secret: str) -> "Credentials":
        """Parse pasted text: drop blanks and line breaks.

        Raises InvalidCredentialError when a length is wrong.
        """
        key, secret = "".join(app_key.split()), "".join(app_secret.split())
        for name, value, length in (
            ("app_key", key, APP_KEY_LENGTH),
            ("app_secret", secret, APP_SECRET_LENGTH),
        ):
            if len(value) != length or not has_key_characters(value):
                reason = "wrong_characters" if len(value) == length else "wrong_length"
                raise InvalidCredentialError(
                    what=name, reason=reason, length=len(value), expected=length
                )
        return cls(Secret(key), Secret(secret))


class ProfileIdentity(Struct, frozen=True):
    """A profile's name and account. Profiles that differ in more have the same figures."""

    name: str
    environment: Environment
    account: AccountNumber
    base_url: str | None


class Profile(Struct, frozen=True):
    """One account under one app key in one environment, with a name of the user's choice.

    `secret_command` prints the credentials if the backend is COMMAND; with `secret_command_asks` it
    may ask on the terminal. `base_url` overrides the environment's server.
    """

    name: str
    environment: Environment
    account: AccountNumber
    base_url: str | None = None
    is_demo: bool = False
    secret_backend: SecretBackend = SecretBackend.ENVIRONMENT
    secret_command: tuple[str, ...] = ()
    secret_command_asks: bool = False

    @property
    def identity(self) -> "ProfileIdentity":
        """What its figures depend on; where its app key is stored is no part of it."""
        return ProfileIdentity(self.name, self.environment, self.account, self.base_url)

    @property
    def environment_label(self) -> str:
        """`real`, `paper` or `demo`, for screens and exports."""
        return "demo" if self.is_demo else self.environment.value


def is_same_account(profile: Profile | None, other: Profile | None) -> bool:
    """Return whether the figures of one profile are those of the other, or both are `None`."""
    if profile is None or other is None:
        return profile is other
    return profile.identity == other.identity


class ImportedCredentials(Struct, frozen=True, kw_only=True):
    """Credentials from another tool's file; `environment` and `account` if the file has them."""

    source: str
    environment: Environment | None
    account: AccountNumber | None
    credentials: Credentials
    app_key_suffix: str
    """The last four characters of the app key, for showing."""
    token: AccessToken | None = None
    """The other tool's token; whether KIS still accepts it is unknown."""
    error: SetupError | None = None
    """Why `account` or `environment` is missing, if the file has something like it."""
    encoding: str = ""
    """The file's encoding, if it is not UTF-8."""


class PartialAccount(Struct, frozen=True, kw_only=True):
    """An account as variables give it, not validated; `error` says why a part is missing."""

    app_key: Secret
    app_secret: Secret
    account: AccountNumber | None
    environment: Environment | None
    error: SetupError | None


# 종합계좌, and the 중개형 ISA.
GENERAL_ACCOUNT = "01"
# 퇴직연금 IRP: separate endpoints, in the real environment only.
RETIREMENT_PENSION = "29"
# Futures, funds and DC pensions: no read endpoint serves them.
UNSUPPORTED_PRODUCTS = frozenset({"03", "08", "19", "21", "55"})


class BalanceApi(Enum):
    """The API that serves an account's balance."""

    DOMESTIC = "domestic"
    PENSION = "pension"


def balance_api_for(product_code: str, environment: Environment) -> BalanceApi:
    """Return the API to call; raises UnsupportedProductError, PaperPensionError."""
    if product_code in UNSUPPORTED_PRODUCTS:
        raise UnsupportedProductError(product=product_code)
    if product_code != RETIREMENT_PENSION:
        return BalanceApi.DOMESTIC
    if environment is Environment.PAPER:
        raise PaperPensionError(product=product_code)
    return BalanceApi.PENSION


def supports_overseas(product_code: str) -> bool:
    """Return whether the account may hold overseas shares: no pension may."""
    return product_code == GENERAL_ACCOUNT
