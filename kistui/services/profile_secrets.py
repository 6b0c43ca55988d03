"""The app keys of the profiles: where they are stored, and which other tools have some."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kistui.errors import CredentialImportError, KistuiError, SecretRemainsError
from kistui.models.account import Credentials, ImportedCredentials, Profile, SecretBackend
from kistui.models.calls import LocalWait
from kistui.storage.env_vars import read_env_profile
from kistui.storage.files import exists
from kistui.storage.paths import AppPaths
from kistui.storage.secrets import (
    EncryptedSecretStore,
    KeyringSecretStore,
    SecretStore,
    copy_credentials,
    end_running_commands,
    open_secret_store,
    undone_on_failure,
)

WRITABLE_BACKENDS = frozenset({SecretBackend.KEYRING, SecretBackend.ENCRYPTED, SecretBackend.PLAIN})


class ProfileSecrets:
    """Reads and writes the credentials of a profile in the store that it names.

    All methods may block on the disk, a keyring or a command.
    """

    def __init__(self, paths: AppPaths, environ: Mapping[str, str]) -> None:
        self._paths = paths
        self._environ = environ
        self._encrypted_store = EncryptedSecretStore(paths)

    def read(self, profile: Profile) -> Credentials:
        """Return a profile's app key and app secret; raises StorageError, SetupError."""
        if profile.secret_backend is SecretBackend.ENVIRONMENT:
            return read_env_profile(self._environ)[1]
        return self._store(profile).read(profile.name)

    def local_wait(self, profile: Profile) -> LocalWait | None:
        """Return the wait that reading a profile's app key may cause; `None` for a file."""
        match profile.secret_backend:
            case SecretBackend.COMMAND if profile.secret_command:
                return LocalWait("secret_command", Path(profile.secret_command[0]).name)
            case SecretBackend.KEYRING:
                return LocalWait("keyring")
        return None

    def end_commands(self) -> None:
        """End the commands that are waited for, when nobody waits for their app keys any more."""
        end_running_commands()

    def write(self, profile: Profile, credentials: Credentials) -> None:
        """Replace a profile's app key and app secret; raises StorageError."""
        self._store(profile).write(profile.name, credentials)

    @contextmanager
    def added(self, profile: Profile, credentials: Credentials) -> Iterator[Credentials]:
        """Write the credentials of a new profile; remove them if the block raises a KistuiError.

        Yields what is stored: a command's own credentials, which are read here, so that a failure
        is reported before the profile is saved.
        """
        store = self._store(profile)
        if profile.secret_backend not in WRITABLE_BACKENDS:
            yield store.read(profile.name)
            return
        store.write(profile.name, credentials)
        with undone_on_failure(store, profile.name):
            yield credentials

    @contextmanager
    def copied(self, source: Profile, target: Profile) -> Iterator[None]:
        """Copy credentials to another store; remove the copy if the block raises a KistuiError."""
        store = self._store(target)
        copy_credentials(source.name, self._store(source), store)
        with undone_on_failure(store, target.name):
            yield

    def remove(self, profile: Profile, reason: str) -> None:
        """Remove what kistui stored, after what `reason` says; raises SecretRemainsError."""
        if profile.secret_backend not in WRITABLE_BACKENDS:
            return
        try:
            self._store(profile).remove(profile.name)
        except KistuiError as error:
            locations = {
                SecretBackend.PLAIN: str(self._paths.plaintext_secrets_file),
                SecretBackend.ENCRYPTED: str(self._paths.encrypted_secrets_file),
            }
            place = locations.get(profile.secret_backend, f"keyring: kistui/{profile.name}")
            raise SecretRemainsError(name=profile.name, place=place, reason=reason) from error

    def keyring_unavailable_reason(self) -> str | None:
        """Return why the OS keyring cannot be used, or `None` if it can."""
        return KeyringSecretStore.unavailable_reason()

    def needs_passphrase(self, profile: Profile) -> bool:
        """Return whether the profile's secrets need a passphrase that was not given yet.

        `False` where there is no file, or none that can be looked for: reading it says so.
        """
        return self.needs_passphrase_to_save(profile.secret_backend) and exists(
            self._paths.encrypted_secrets_file
        )

    def needs_passphrase_to_save(self, backend: SecretBackend) -> bool:
        """Return whether saving in a store needs a passphrase, or the first one of a new file."""
        return backend is SecretBackend.ENCRYPTED and self._encrypted_store.is_locked

    @property
    def has_encrypted_file(self) -> bool:
        """Whether the encrypted file exists, and so has a passphrase.

        Raises FileReadError where its folder may not be entered.
        """
        return self._encrypted_store.file_exists

    def unlock(self, passphrase: str) -> None:
        """Open the encrypted file, or set the passphrase of a new file.

        Raises WrongPassphraseError.
        """
        self._encrypted_store.unlock(passphrase)

    def import_credentials(self, path: Path) -> tuple[ImportedCredentials, ...]:
        """Return the credentials in another tool's file, or in the environment for `env`.

        Raises CredentialImportError. The file is not changed.
        """
        from kistui.storage.importers import import_from_env_vars, import_from_file  # noqa: PLC0415

        if str(path) != "env":
            return import_from_file(path)
        credentials = import_from_env_vars(self._environ)
        if not credentials:
            raise CredentialImportError(path="env", reason="no_variables")
        return credentials

    def find_import_file(self) -> Path | None:
        """Return another tool's file in its usual place, if there is one."""
        from kistui.storage.importers import existing_import_files  # noqa: PLC0415

        with suppress(RuntimeError):  # a user without a home
            return next(iter(existing_import_files(Path.home())), None)
        return None

    def _store(self, profile: Profile) -> SecretStore:
        if profile.secret_backend is SecretBackend.ENCRYPTED:
            return self._encrypted_store  # unlocked once, for all profiles
        return open_secret_store(
            profile.secret_backend,
            self._paths,
            profile.secret_command,
            is_interactive=profile.secret_command_asks,
        )
