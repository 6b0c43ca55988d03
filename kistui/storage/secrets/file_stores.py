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
    FileReadError,
    KistuiError,
    PassphraseRequiredError,
    SecretNotFoundError,
    SetupError,
    WrongPassphraseError,
)
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.files import (
    errno_name,
    file_lock,
    read_private_file,
    remove_private_file,
    write_private_file,
    write_private_toml,
)
from kistui.storage.paths import AppPaths

SecretsTable = dict[str, dict[str, str]]


class FileSecretStore(ABC):
    """Credentials of all profiles in one file, one table per profile."""

    secret_backend: SecretBackend

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, profile: str) -> Credentials:
        """Read a table.

        Raises SecretNotFoundError, CorruptSecretsError, UnsafeFileError, FileReadError.
        """
        return credentials_from_table(self._load(), profile, str(self._path))

    def write(self, profile: str, credentials: Credentials) -> None:
        """Write a table; raises CorruptSecretsError rather than overwrite an invalid file."""
        with file_lock(self._path):
            self._save(self._load() | {profile: credentials_to_dict(credentials)})

    def remove(self, profile: str) -> None:
        """Remove a profile's table if there is one, and the file with the last table."""
        with file_lock(self._path):
            table = self._load()
            if table.pop(profile, None) is None:
                return
            if table:
                self._save(table)
            else:
                self._remove_file()

    def _remove_file(self) -> None:
        remove_private_file(self._path)

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
            raw = tomllib.loads(content.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise CorruptSecretsError(path=str(self._path)) from None
        return validate_table(raw, str(self._path))

    def _save(self, table: SecretsTable) -> None:
        write_private_toml(self._path, table)


def credentials_to_dict(credentials: Credentials) -> dict[str, str]:
    """Return credentials as written to files."""
    return {
        "app_key": credentials.app_key.reveal(),
        "app_secret": credentials.app_secret.reveal(),
    }


def validate_table(raw: object, path: str) -> SecretsTable:
    """Return `raw` if it is a table of tables of strings; raises CorruptSecretsError."""
    if not isinstance(raw, dict):
        raise CorruptSecretsError(path=path)
    for row in raw.values():
        if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
            raise CorruptSecretsError(path=path)
    return raw


def credentials_from_table(table: SecretsTable, profile: str, path: str) -> Credentials:
    """Parse a profile's table; raises SecretNotFoundError, CorruptSecretsError."""
    row = table.get(profile)
    if row is None:
        raise SecretNotFoundError(name=profile, place=path)
    try:
        return Credentials.parse(row.get("app_key", ""), row.get("app_secret", ""))
    except SetupError:
        raise CorruptSecretsError(path=path) from None


FORMAT_VERSION, SCRYPT_N, SCRYPT_R, SCRYPT_P = 1, 2**15, 8, 1
MAX_SCRYPT_N = 2**17
"""Limit for the work that a tampered file can request."""


class _EncryptedPayload(Struct, frozen=True):
    """The parts of the file."""

    scrypt_n: int
    salt: bytes
    nonce: bytes
    ciphertext: bytes

    @property
    def associated_data(self) -> bytes:
        """The data that is authenticated but not encrypted."""
        return (
            f"kistui {FORMAT_VERSION} scrypt {self.scrypt_n} {SCRYPT_R} {SCRYPT_P}".encode()
            + self.salt
        )


class EncryptedSecretStore(FileSecretStore):
    """`secrets.enc`, 0600: scrypt, then AES-256-GCM over all profiles.

    Unlocked once; the passphrase stays in memory to read what other processes write.
    """

    secret_backend = SecretBackend.ENCRYPTED

    def __init__(self, paths: AppPaths, *, scrypt_n: int = SCRYPT_N) -> None:
        super().__init__(paths.encrypted_secrets_file)
        self._scrypt_n = scrypt_n
        self._passphrase: bytes | None = None
        self._derived_key: tuple[tuple[bytes, int], bytes] | None = None
        """Salt and cost, and the key derived with them, so that scrypt runs once."""

    @property
    def file_exists(self) -> bool:
        """Whether the file exists, and so has a passphrase.

        Raises FileReadError where its folder may not be entered.
        """
        try:
            self._path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise FileReadError(path=str(self._path), reason=errno_name(error)) from None
        return True

    @property
    def is_locked(self) -> bool:
        """Whether `unlock` must be called first."""
        return self._passphrase is None

    def unlock(self, passphrase: str) -> None:
        """Unlock the file with a passphrase, or set that of a new file.

        Raises WrongPassphraseError, CorruptSecretsError.
        """
        if not passphrase:
            raise WrongPassphraseError
        previous = (self._passphrase, self._derived_key)
        try:
            # The same Korean letters may be typed composed or in parts, by the system's habit.
            self._passphrase, self._derived_key = normalize("NFC", passphrase).encode(), None
            self._load()
        except UnicodeEncodeError:  # undecodable bytes of a terminal, which its text holds
            raise WrongPassphraseError from None
        except KistuiError:
            self._passphrase, self._derived_key = previous
            raise

    def _remove_file(self) -> None:
        super()._remove_file()
        self._passphrase = self._derived_key = None  # the next file gets one of its own

    def _load(self) -> SecretsTable:
        content = read_private_file(self._path)
        if content is None:
            return {}
        if self._passphrase is None:
            raise PassphraseRequiredError
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # 7 ms that only this store pays for

        payload = self._parse_payload(content)
        try:
            decrypted = self._create_cipher(payload).decrypt(
                payload.nonce, payload.ciphertext, payload.associated_data
            )
        except InvalidTag:
            # Another process may have made a new file: its passphrase has to be asked for.
            self._passphrase = self._derived_key = None
            raise WrongPassphraseError from None
        return validate_table(json.loads(decrypted), str(self._path))

    def _save(self, table: SecretsTable) -> None:
        salt = self._derived_key[0][0] if self._derived_key else os.urandom(16)
        payload = _EncryptedPayload(self._scrypt_n, salt, os.urandom(12), b"")
        data = self._create_cipher(payload).encrypt(
            payload.nonce, json.dumps(table).encode(), payload.associated_data
        )
        file = {
            "version": FORMAT_VERSION,
            "kdf": "scrypt",
            "n": payload.scrypt_n,
            "r": SCRYPT_R,
            "p": SCRYPT_P,
            "salt": b64encode(salt).decode(),
            "nonce": b64encode(payload.nonce).decode(),
            "data": b64encode(data).decode(),
        }
        write_private_file(self._path, json.dumps(file, indent=1).encode())

    def _create_cipher(self, payload: _EncryptedPayload) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415

        if self._passphrase is None:
            raise PassphraseRequiredError
        parameters = (payload.salt, payload.scrypt_n)
        if self._derived_key is None or self._derived_key[0] != parameters:
            kdf = Scrypt(salt=payload.salt, length=32, n=payload.scrypt_n, r=SCRYPT_R, p=SCRYPT_P)
            self._derived_key = (parameters, kdf.derive(self._passphrase))
        return AESGCM(self._derived_key[1])

    def _parse_payload(self, content: bytes) -> _EncryptedPayload:
        try:
            file = json.loads(content)
            parameters = (file["version"], file["kdf"], file["r"], file["p"])
            payload = _EncryptedPayload(
                file["n"], b64decode(file["salt"]), b64decode(file["nonce"]),
                b64decode(file["data"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, RecursionError):
            raise CorruptSecretsError(path=str(self._path)) from None
        cost = payload.scrypt_n
        is_valid_cost = (
            isinstance(cost, int) and 2 <= cost <= MAX_SCRYPT_N and not cost & (cost - 1)
        )
        if (
            parameters != (FORMAT_VERSION, "scrypt", SCRYPT_R, SCRYPT_P)
            or not is_valid_cost
            or len(payload.nonce) != 12
        ):
            raise CorruptSecretsError(path=str(self._path))
        return payload
