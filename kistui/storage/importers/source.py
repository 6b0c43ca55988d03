"""Input and output of the importers: the content of a file, and the key pairs in it."""

import codecs
import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from kistui.clock import KST
from kistui.errors import InvalidAccountNumberError, SetupError
from kistui.models.account import AccountNumber, Credentials, Environment, ImportedCredentials
from kistui.models.text import Secret
from kistui.models.token import TOKEN_LIFETIME, AccessToken, TokenOrigin
from kistui.storage.file_access import NON_BLOCKING_FLAGS
from kistui.storage.files import errno_name

MAX_SOURCE_BYTES = 1024 * 1024
"""No file of keys is larger."""


class UnsupportedSource(Exception):
    """A source cannot be imported; holds the reason's name and nothing of the content."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.details = {"reason": reason, **details}


class KeyPair(Struct, frozen=True, kw_only=True):
    """An app key and an app secret as written in a file, not yet validated."""

    source: str
    app_key: str
    app_secret: str
    account: str | AccountNumber | None = ""
    environment: Environment | None = None
    token: str = ""
    token_expires_at: str = ""
    """`YYYY-MM-DD HH:MM:SS` in Korean time, as KIS gives it."""
    error: SetupError | None = None
    """Why `account` or `environment` is not known."""

    def __repr__(self) -> str:
        return f"KeyPair(source={self.source!r})"

    def to_imported_credentials(self, encoding: str = "") -> ImportedCredentials:
        """Validate; raises InvalidCredentialError. An invalid account is left to the user."""
        credentials = Credentials.parse(self.app_key, self.app_secret)
        account, error = self.account or None, self.error
        if isinstance(account, str):
            try:
                account = AccountNumber.parse(account)
            except InvalidAccountNumberError as invalid_account:
                account, error = None, error or invalid_account
        return ImportedCredentials(
            source=self.source,
            environment=self.environment,
            account=account,
            credentials=credentials,
            app_key_suffix=credentials.app_key.reveal()[-4:],
            token=self._parse_token(),
            error=error,
            encoding=encoding,
        )

    def _parse_token(self) -> AccessToken | None:
        """Return the token if it looks like one and its expiry can be parsed."""
        if not (self.token.startswith("eyJ") and self.token.isascii() and self.token.isprintable()):
            return None
        try:
            expires_at = datetime.strptime(self.token_expires_at, "%Y-%m-%d %H:%M:%S").replace(
                tzinfo=KST
            )
            return AccessToken(
                Secret(self.token), expires_at - TOKEN_LIFETIME, expires_at, TokenOrigin.IMPORTED
            )
        except (ValueError, OverflowError):
            return None


def read_source_bytes(path: Path) -> bytes:
    """Return the content of a regular file without ever blocking; `~` is expanded.

    Raises UnsupportedSource.
    """
    try:
        path = path.expanduser()
        # Checked before it is opened, because opening a device may already have an effect.
        _check_source_file(path.stat())
        handle = os.open(path, os.O_RDONLY | NON_BLOCKING_FLAGS)
        with os.fdopen(handle, "rb") as file:
            # And again, because it may have been replaced in between.
            _check_source_file(os.fstat(handle))
            content = file.read(MAX_SOURCE_BYTES + 1) or b""  # None where reading would wait
    except OSError as error:
        reason = errno_name(error)
    except (RuntimeError, ValueError):
        reason = "not_a_path"  # the home of an unknown user (`~x`), or a null byte in it
    else:
        if len(content) > MAX_SOURCE_BYTES:  # it grew, or its file system reports no size
            raise UnsupportedSource("too_large")
        return content
    raise UnsupportedSource(reason)


def str_or_empty(value: object) -> str:
    """Return a value of a file if it is a text, else a blank one."""
    return value if isinstance(value, str) else ""


def decode_source(content: bytes) -> tuple[str, str]:
    """Decode a file; return its text and the name of its encoding, blank for UTF-8.

    Korean Windows writes code page 949 and UTF-16. Raises UnsupportedSource.
    """
    for codec, name in _candidate_encodings(content):
        try:
            return content.decode(codec), name
        except UnicodeError:
            pass  # its text holds the content, which must not be the context of what is raised
    raise UnsupportedSource("not_utf8")


def _candidate_encodings(content: bytes) -> tuple[tuple[str, str], ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (("utf-16", "UTF-16"),)
    for codec, high_bytes in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        # Without a mark: the high byte of an ASCII character is zero, and keys are ASCII.
        if high_bytes.count(0) * 2 > len(high_bytes):
            return ((codec, "UTF-16"),)
    return (("utf-8-sig", ""), ("cp949", "CP949"))


def _check_source_file(file_stat: os.stat_result) -> None:
    if stat.S_ISDIR(file_stat.st_mode):
        raise UnsupportedSource("eisdir")
    if not stat.S_ISREG(file_stat.st_mode):
        raise UnsupportedSource("not_a_file")
    if file_stat.st_size > MAX_SOURCE_BYTES:
        raise UnsupportedSource("too_large")
