"""App keys in one file: the table all such files share, and the one in plain text."""

import tomllib
from abc import ABC, abstractmethod
from pathlib import Path

from kistui.errors import SecretNotFoundError, CorruptSecretsError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.store.files import locked, read_private, write_private
from kistui.store.paths import Folders

Table = dict[str, dict[str, str]]


class TableStore(ABC):
    """Credentials of all profiles in one file, a table a profile."""

    place: SecretBackend

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, profile: str) -> Credentials:
        """Raises SecretMissing, SecretsCorrupt, FileUnsafe, FileUnreadable."""
        return credentials_in(self._load(), profile, str(self._path))

    def write(self, profile: str, credentials: Credentials) -> None:
        """Raises SecretsCorrupt rather than overwrite what it does not understand."""
        with locked(self._path):
            self._save(self._load() | {profile: as_table(credentials)})

    def remove(self, profile: str) -> None:
        """Forget a profile."""
        with locked(self._path):
            table = self._load()
            if table.pop(profile, None) is not None:
                self._save(table)

    @abstractmethod
    def _load(self) -> Table: ...

    @abstractmethod
    def _save(self, table: Table) -> None: ...


class PlainStore(TableStore):
    """`secrets.toml`, 0600: plain text that only the user can read."""

    place = SecretBackend.PLAIN

    def __init__(self, folders: Folders) -> None:
        super().__init__(folders.plain_secrets)

    def _load(self) -> Table:
        content = read_private(self._path)
        if content is None:
            return {}
        try:
            raw = tomllib.loads(content.decode("utf-8"))
        except (ValueError, RecursionError):
            raise CorruptSecretsError(path=str(self._path)) from None
        return check_table(raw, str(self._path))

    def _save(self, table: Table) -> None:
        import tomli_w  # noqa: PLC0415  # only those who write pay for it

        write_private(self._path, tomli_w.dumps(table).encode())


def as_table(credentials: Credentials) -> dict[str, str]:
    """Credentials as they are kept in files."""
    return {"app_key": credentials.app_key, "app_secret": credentials.app_secret}


def check_table(raw: object, path: str) -> Table:
    """A table of tables of texts; raises SecretsCorrupt."""
    if not isinstance(raw, dict):
        raise CorruptSecretsError(path=path)
    for row in raw.values():
        if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
            raise CorruptSecretsError(path=path)
    return raw


def credentials_in(table: Table, profile: str, path: str) -> Credentials:
    """A profile's credentials; raises SecretMissing, SecretsCorrupt."""
    row = table.get(profile)
    if row is None:
        raise SecretNotFoundError(name=profile, place=path)
    try:
        return Credentials.parse(row.get("app_key", ""), row.get("app_secret", ""))
    except SetupError:
        raise CorruptSecretsError(path=path) from None
