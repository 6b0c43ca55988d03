"""App keys in a file that a passphrase opens: scrypt, then AES-256-GCM over all profiles."""

import json
import os
from base64 import b64decode, b64encode
from typing import Any
from unicodedata import normalize

from msgspec import Struct

from kistui.errors import (
    CorruptSecretsError,
    KistuiError,
    PassphraseRequiredError,
    WrongPassphraseError,
)
from kistui.models.account import SecretBackend
from kistui.storage.files import read_private_file, write_private_file
from kistui.storage.paths import AppPaths
from kistui.storage.secrets.plaintext_store import FileSecretStore, SecretsTable, validate_table

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
