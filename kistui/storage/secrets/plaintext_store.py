"""App keys in one file: the table all such files share, and the one in plain text."""

import tomllib
from abc import ABC, abstractmethod
from pathlib import Path

from kistui.errors import CorruptSecretsError, SecretNotFoundError, SetupError
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
