"""The stores for app keys; the user chooses one per profile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from kistui.errors import CorruptSecretsError, KistuiError
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.paths import AppPaths
from kistui.storage.secrets.command_store import CommandSecretStore, end_running_commands
from kistui.storage.secrets.file_stores import EncryptedSecretStore, PlaintextSecretStore
from kistui.storage.secrets.keyring_store import KeyringSecretStore

__all__ = [
    "CommandSecretStore",
    "EncryptedSecretStore",
    "KeyringSecretStore",
    "PlaintextSecretStore",
    "SecretStore",
    "copy_credentials",
    "end_running_commands",
    "open_secret_store",
    "undone_on_failure",
]


class SecretStore(Protocol):
    """Stores credentials by profile name."""

    @property
    def secret_backend(self) -> SecretBackend:
        """The user's choice that this store implements."""

    def read(self, profile: str) -> Credentials:
        """Return a profile's credentials; raises SecretNotFoundError and the store's own errors."""

    def write(self, profile: str, credentials: Credentials) -> None:
        """Write or replace a profile's credentials."""

    def remove(self, profile: str) -> None:
        """Remove a profile's credentials, if there are any."""


def open_secret_store(
    secret_backend: SecretBackend,
    paths: AppPaths,
    command: Sequence[str] = (),
    *,
    is_interactive: bool = False,
) -> SecretStore:
    """Return a backend's store; SecretBackend.ENVIRONMENT has none."""
    match secret_backend:
        case SecretBackend.PLAIN:
            return PlaintextSecretStore(paths)
        case SecretBackend.ENCRYPTED:
            return EncryptedSecretStore(paths)
        case SecretBackend.KEYRING:
            return KeyringSecretStore()
        case _:
            return CommandSecretStore(command, is_interactive=is_interactive)


def copy_credentials(profile: str, source: SecretStore, target: SecretStore) -> None:
    """Copy credentials to another store and verify them there."""
    credentials = source.read(profile)
    target.write(profile, credentials)
    with undone_on_failure(target, profile):
        if target.read(profile) != credentials:
            raise CorruptSecretsError(path=target.secret_backend.value)


@contextmanager
def undone_on_failure(store: SecretStore, profile: str) -> Iterator[None]:
    """Remove credentials that were just written if the block raises a KistuiError, which stays."""
    try:
        yield
    except KistuiError:
        with suppress(KistuiError):  # the first error says why
            store.remove(profile)
        raise
