"""App keys in a file that a passphrase opens: scrypt, then AES-256-GCM over all profiles."""

import json
import os
from base64 import b64decode, b64encode
from typing import Any
from unicodedata import normalize

from kistui.errors import KistuiError, PassphraseRequiredError, WrongPassphraseError, CorruptSecretsError
from kistui.models.account import SecretBackend
from kistui.models.record import record
from kistui.store.files import read_private, write_private
from kistui.store.paths import Folders
from kistui.store.secrets.plain import Table, TableStore, check_table

VERSION, WORK, BLOCK, LANES = 1, 2**15, 8, 1
MOST_WORK = 2**17
"""A tampered file must not make us spend more than this."""


@record
class _Sealed:
    """The file taken apart."""

    work: int
    salt: bytes
    nonce: bytes
    data: bytes

    @property
    def header(self) -> bytes:
        """What is authenticated but not encrypted."""
        return f"kistui {VERSION} scrypt {self.work} {BLOCK} {LANES}".encode() + self.salt


class EncryptedStore(TableStore):
    """`secrets.enc`, 0600. Unlocked once; the passphrase is kept to read what others write."""

    place = SecretBackend.ENCRYPTED

    def __init__(self, folders: Folders, *, work: int = WORK) -> None:
        super().__init__(folders.encrypted_secrets)
        self._work = work
        self._passphrase: bytes | None = None
        self._key: tuple[tuple[bytes, int], bytes] | None = None
        """Salt and work, and the key derived with them, so that scrypt runs once."""

    @property
    def exists(self) -> bool:
        """Whether there is a file, and so a passphrase."""
        return self._path.exists()

    @property
    def is_locked(self) -> bool:
        """Whether `unlock` has to come first."""
        return self._passphrase is None

    def unlock(self, passphrase: str) -> None:
        """Try a passphrase, or set that of a new file; raises PassphraseWrong, SecretsCorrupt."""
        if not passphrase:
            raise WrongPassphraseError
        before = (self._passphrase, self._key)
        try:
            # The same Korean letters may be typed composed or in parts, by the system's habit.
            self._passphrase, self._key = normalize("NFC", passphrase).encode(), None
            self._load()
        except UnicodeEncodeError:  # bytes a terminal could not decode; its text holds them
            raise WrongPassphraseError from None
        except KistuiError:
            self._passphrase, self._key = before
            raise

    def _load(self) -> Table:
        if self._passphrase is None:
            raise PassphraseRequiredError
        content = read_private(self._path)
        if content is None:
            return {}
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # 7 ms, for this place only

        sealed = self._take_apart(content)
        try:
            opened = self._cipher(sealed).decrypt(sealed.nonce, sealed.data, sealed.header)
        except InvalidTag:
            raise WrongPassphraseError from None
        return check_table(json.loads(opened), str(self._path))

    def _save(self, table: Table) -> None:
        salt = self._key[0][0] if self._key else os.urandom(16)
        sealed = _Sealed(self._work, salt, os.urandom(12), b"")
        data = self._cipher(sealed).encrypt(sealed.nonce, json.dumps(table).encode(), sealed.header)
        file = {
            "version": VERSION, "kdf": "scrypt", "n": sealed.work, "r": BLOCK, "p": LANES,
            "salt": b64encode(salt).decode(), "nonce": b64encode(sealed.nonce).decode(),
            "data": b64encode(data).decode(),
        }  # fmt: skip
        write_private(self._path, json.dumps(file, indent=1).encode())

    def _cipher(self, sealed: _Sealed) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415

        if self._passphrase is None:
            raise PassphraseRequiredError
        made_with = (sealed.salt, sealed.work)
        if self._key is None or self._key[0] != made_with:
            kdf = Scrypt(salt=sealed.salt, length=32, n=sealed.work, r=BLOCK, p=LANES)
            self._key = (made_with, kdf.derive(self._passphrase))
        return AESGCM(self._key[1])

    def _take_apart(self, content: bytes) -> _Sealed:
        try:
            file = json.loads(content)
            known = (file["version"], file["kdf"], file["r"], file["p"])
            sealed = _Sealed(
                file["n"], b64decode(file["salt"]), b64decode(file["nonce"]),
                b64decode(file["data"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, RecursionError):
            raise CorruptSecretsError(path=str(self._path)) from None
        work = sealed.work
        fits = isinstance(work, int) and 2 <= work <= MOST_WORK and work & (work - 1) == 0
        if known != (VERSION, "scrypt", BLOCK, LANES) or not fits or len(sealed.nonce) != 12:
            raise CorruptSecretsError(path=str(self._path))
        return sealed
