"""Where app keys are kept: one store a file, the user's choice."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from kistui.errors import CorruptSecretsError, KistuiError
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.paths import AppPaths
from kistui.storage.secrets.command_store import CommandSecretStore
from kistui.storage.secrets.file_stores import EncryptedSecretStore, PlaintextSecretStore
from kistui.storage.secrets.keyring_store import KeyringSecretStore

__all__ = [
    "CommandSecretStore",
    "EncryptedSecretStore",
    "KeyringSecretStore",
    "PlaintextSecretStore",
    "SecretStore",
    "copy_credentials",
    "open_secret_store",
]


class SecretStore(Protocol):
    """Keeps credentials by the name of their profile."""

    @property
    def secret_backend(self) -> SecretBackend:
        """Which of the user's choices this is."""

    def read(self, profile: str) -> Credentials:
        """The credentials of a profile; raises SecretNotFoundError and the store's own errors."""

    def write(self, profile: str, credentials: Credentials) -> None:
        """Keep or replace a profile's credentials."""

    def remove(self, profile: str) -> None:
        """Forget a profile's credentials, if there are any."""


def open_secret_store(
    secret_backend: SecretBackend, paths: AppPaths, command: Sequence[str] = ()
) -> SecretStore:
    """The store of a place; Place.ENVIRONMENT has none."""
    match secret_backend:
        case SecretBackend.PLAIN:
            return PlaintextSecretStore(paths)
        case SecretBackend.ENCRYPTED:
            return EncryptedSecretStore(paths)
        case SecretBackend.KEYRING:
            return KeyringSecretStore()
        case _:
            return CommandSecretStore(command)


def copy_credentials(profile: str, source: SecretStore, target: SecretStore) -> None:
    """Copy credentials to another place, which has to prove that it has them."""
    credentials = source.read(profile)
    target.write(profile, credentials)
    if target.read(profile) != credentials:
        with suppress(KistuiError):
            target.remove(profile)
        raise CorruptSecretsError(path=type(target).__name__)
