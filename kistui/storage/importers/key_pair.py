"""What every reader gives: a key and a secret as they stand in a file."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from kistui.clock import KST
from kistui.errors import InvalidAccountNumberError
from kistui.models.account import AccountNumber, Credentials, Environment, ImportedCredentials
from kistui.models.text import Secret
from kistui.models.token import TOKEN_LIFETIME, AccessToken, TokenOrigin


class UnsupportedSource(Exception):
    """Why a source cannot be imported: the reason's name, without anything of its content."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.details = {"reason": reason, **details}


class KeyPair(Struct, frozen=True, kw_only=True):
    """A key and a secret as they stand in a file, not yet checked."""

    source: str
    app_key: str
    app_secret: str
    account: str = ""
    environment: Environment | None = None
    token: str = ""
    token_expires_at: str = ""
    """`YYYY-MM-DD HH:MM:SS` in Korean time, as KIS gives it."""

    def __repr__(self) -> str:
        return f"KeyPair(source={self.source!r})"

    def to_imported_credentials(self) -> ImportedCredentials:
        """Checked; raises InvalidCredentialError. An account that is none is left to the user."""
        credentials = Credentials.parse(self.app_key, self.app_secret)
        try:
            account = AccountNumber.parse(self.account) if self.account else None
        except InvalidAccountNumberError:
            account = None
        return ImportedCredentials(
            source=self.source,
            environment=self.environment,
            account=account,
            credentials=credentials,
            app_key_suffix=credentials.app_key.reveal()[-4:],
            token=self._parse_token(),
        )

    def _parse_token(self) -> AccessToken | None:
        """A token that looks like one, with an end that can be read."""
        if not (self.token.startswith("eyJ") and self.token.isascii() and self.token.isprintable()):
            return None
        try:
            end = datetime.strptime(self.token_expires_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST)
            return AccessToken(Secret(self.token), end - TOKEN_LIFETIME, end, TokenOrigin.IMPORTED)
        except (ValueError, OverflowError):
            return None
