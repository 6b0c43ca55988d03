"""App keys in one file for all profiles: in plain text, or encrypted with a passphrase."""

import json
import os
import tomllib
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any
from unicodedata import normalize

from msgspec import Struct

from kistui.errors import (
    CorruptSecretsError,
    KistuiError,
    PassphraseRequiredError,
    SecretNotFoundError,
    SetupError,
    WrongPassphraseError,
)
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.files import file_lock, read_private_file, write_private_file
from kistui.storage.paths import AppPaths

SecretsTable = dict[str, dict[str, str]]


class FileSecretStore(ABC):
    """Credentials of all profiles in one file, a table a profile."""

    secret_backend: SecretBackend

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, profile: str) -> Credentials:
        """Raises SecretNotFoundError, CorruptSecretsError, UnsafeFileError, FileReadError."""
        return credentials_from_table(self._load(), profile, str(self._path))

    def write(self, profile: str, credentials: Credentials) -> None:
        """Raises CorruptSecretsError rather than overwrite what it does not understand."""
        with file_lock(self._path):
            self._save(self._load() | {profile: credentials_to_dict(credentials)})

    def remove(self, profile: str) -> None:
        """Forget a profile."""
        with file_lock(self._path):
            table = self._load()
            if table.pop(profile, None) is not None:
                self._save(table)

    @abstractmethod
    def _load(self) -> SecretsTable: ...

    @abstractmethod
    def _save(self, table: SecretsTable) -> None: ...


class PlaintextSecretStore(FileSecretStore):
    """`secrets.toml`, 0600: plain text that only the user can read."""

    secret_backend = SecretBackend.PLAIN

    def __init__(self, paths: AppPaths) -> None:
        super().__init__(paths.plaintext_secrets_file)

    def _load(self) -> SecretsTable:
        content = read_private_file(self._path)
        if content is None:
            return {}
        try:
            raw = tomllib.loads(content.decode("utf-8"))
        except (ValueError, RecursionError):
            raise CorruptSecretsError(path=str(self._path)) from None
        return validate_table(raw, str(self._path))

    def _save(self, table: SecretsTable) -> None:
        import tomli_w  # noqa: PLC0415  # only those who write pay for it

        write_private_file(self._path, tomli_w.dumps(table).encode())


def credentials_to_dict(credentials: Credentials) -> dict[str, str]:
    """Credentials as they are kept in files."""
    return {
        "app_key": credentials.app_key.reveal(),
        "app_secret": credentials.app_secret.reveal(),
    }


def validate_table(raw: object, path: str) -> SecretsTable:
    """A table of tables of texts; raises CorruptSecretsError."""
    if not isinstance(raw, dict):
        raise CorruptSecretsError(path=path)
    for row in raw.values():
        if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
            raise CorruptSecretsError(path=path)
    return raw


def credentials_from_table(table: SecretsTable, profile: str, path: str) -> Credentials:
    """A profile's credentials; raises SecretNotFoundError, CorruptSecretsError."""
    row = table.get(profile)
    if row is None:
        raise SecretNotFoundError(name=profile, place=path)
    try:
        return Credentials.parse(row.get("app_key", ""), row.get("app_secret", ""))
    except SetupError:
        raise CorruptSecretsError(path=path) from None


FORMAT_VERSION, SCRYPT_N, SCRYPT_R, SCRYPT_P = 1, 2**15, 8, 1
MAX_SCRYPT_N = 2**17
"""A tampered file must not make us spend more than this."""


class _EncryptedPayload(Struct, frozen=True):
    """The file taken apart."""

    scrypt_n: int
    salt: bytes
    nonce: bytes
    ciphertext: bytes

    @property
    def associated_data(self) -> bytes:
        """What is authenticated but not encrypted."""
        return (
            f"kistui {FORMAT_VERSION} scrypt {self.scrypt_n} {SCRYPT_R} {SCRYPT_P}".encode()
            + self.salt
        )


class EncryptedSecretStore(FileSecretStore):
    """`secrets.enc`, 0600. Unlocked once; the passphrase is kept to read what others write."""

    secret_backend = SecretBackend.ENCRYPTED

    def __init__(self, paths: AppPaths, *, scrypt_n: int = SCRYPT_N) -> None:
        super().__init__(paths.encrypted_secrets_file)
        self._scrypt_n = scrypt_n
        self._passphrase: bytes | None = None
        self._derived_key: tuple[tuple[bytes, int], bytes] | None = None
        """Salt and work, and the key derived with them, so that scrypt runs once."""

    @property
    def file_exists(self) -> bool:
        """Whether there is a file, and so a passphrase."""
        return self._path.exists()

    @property
    def is_locked(self) -> bool:
        """Whether `unlock` has to come first."""
        return self._passphrase is None

    def unlock(self, passphrase: str) -> None:
        """Try a passphrase, or set that of a new file.

        Raises WrongPassphraseError, CorruptSecretsError.
        """
        if not passphrase:
            raise WrongPassphraseError
        before = (self._passphrase, self._derived_key)
        try:
            # The same Korean letters may be typed composed or in parts, by the system's habit.
            self._passphrase, self._derived_key = normalize("NFC", passphrase).encode(), None
            self._load()
        except UnicodeEncodeError:  # bytes a terminal could not decode; its text holds them
            raise WrongPassphraseError from None
        except KistuiError:
            self._passphrase, self._derived_key = before
            raise

    def _load(self) -> SecretsTable:
        if self._passphrase is None:
            raise PassphraseRequiredError
        content = read_private_file(self._path)
        if content is None:
            return {}
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # 7 ms, for this place only

        sealed = self._parse_payload(content)
        try:
            opened = self._create_cipher(sealed).decrypt(
                sealed.nonce, sealed.ciphertext, sealed.associated_data
            )
        except InvalidTag:
            raise WrongPassphraseError from None
        return validate_table(json.loads(opened), str(self._path))

    def _save(self, table: SecretsTable) -> None:
        salt = self._derived_key[0][0] if self._derived_key else os.urandom(16)
        sealed = _EncryptedPayload(self._scrypt_n, salt, os.urandom(12), b"")
        data = self._create_cipher(sealed).encrypt(
            sealed.nonce, json.dumps(table).encode(), sealed.associated_data
        )
        file = {
            "version": FORMAT_VERSION,
            "kdf": "scrypt",
            "n": sealed.scrypt_n,
            "r": SCRYPT_R,
            "p": SCRYPT_P,
            "salt": b64encode(salt).decode(),
            "nonce": b64encode(sealed.nonce).decode(),
            "data": b64encode(data).decode(),
        }
        write_private_file(self._path, json.dumps(file, indent=1).encode())

    def _create_cipher(self, payload: _EncryptedPayload) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415

        if self._passphrase is None:
            raise PassphraseRequiredError
        made_with = (payload.salt, payload.scrypt_n)
        if self._derived_key is None or self._derived_key[0] != made_with:
            kdf = Scrypt(salt=payload.salt, length=32, n=payload.scrypt_n, r=SCRYPT_R, p=SCRYPT_P)
            self._derived_key = (made_with, kdf.derive(self._passphrase))
        return AESGCM(self._derived_key[1])

    def _parse_payload(self, content: bytes) -> _EncryptedPayload:
        try:
            file = json.loads(content)
            known = (file["version"], file["kdf"], file["r"], file["p"])
            sealed = _EncryptedPayload(
                file["n"], b64decode(file["salt"]), b64decode(file["nonce"]),
                b64decode(file["data"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, RecursionError):
            raise CorruptSecretsError(path=str(self._path)) from None
        work = sealed.scrypt_n
        fits = isinstance(work, int) and 2 <= work <= MAX_SCRYPT_N and work & (work - 1) == 0
        if (
            known != (FORMAT_VERSION, "scrypt", SCRYPT_R, SCRYPT_P)
            or not fits
            or len(sealed.nonce) != 12
        ):
            raise CorruptSecretsError(path=str(self._path))
        return sealed
