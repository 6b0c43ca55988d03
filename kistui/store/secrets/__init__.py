"""Where app keys are kept: one store a file, the user's choice."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from kistui.errors import KistuiError, CorruptSecretsError
from kistui.models.account import Credentials, SecretBackend
from kistui.store.paths import Folders
from kistui.store.secrets.command import CommandStore
from kistui.store.secrets.encrypted import EncryptedStore
from kistui.store.secrets.keyring_store import KeyringStore
from kistui.store.secrets.plain import PlainStore

__all__ = [
    "CommandStore",
    "EncryptedStore",
    "KeyringStore",
    "PlainStore",
    "SecretStore",
    "carry",
    "open_store",
]


class SecretStore(Protocol):
    """Keeps credentials by the name of their profile."""

    @property
    def place(self) -> SecretBackend:
        """Which of the user's choices this is."""

    def read(self, profile: str) -> Credentials:
        """The credentials of a profile; raises SecretMissing and the store's own errors."""

    def write(self, profile: str, credentials: Credentials) -> None:
        """Keep or replace a profile's credentials."""

    def remove(self, profile: str) -> None:
        """Forget a profile's credentials, if there are any."""


def open_store(place: SecretBackend, folders: Folders, command: Sequence[str] = ()) -> SecretStore:
    """The store of a place; Place.ENVIRONMENT has none."""
    match place:
        case SecretBackend.PLAIN:
            return PlainStore(folders)
        case SecretBackend.ENCRYPTED:
            return EncryptedStore(folders)
        case SecretBackend.KEYRING:
            return KeyringStore()
        case _:
            return CommandStore(command)


def carry(profile: str, source: SecretStore, target: SecretStore) -> None:
    """Copy credentials to another place, which has to prove that it has them."""
    credentials = source.read(profile)
    target.write(profile, credentials)
    if target.read(profile) != credentials:
        with suppress(KistuiError):
            target.remove(profile)
        raise CorruptSecretsError(path=type(target).__name__)
