"""The user's profiles: kept in `config.toml`, their secrets where the user chose. No screen.

Everything here may touch the disk, a keyring or a command, and blocks: screens call it in a thread.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kistui.clock import Clock, system_clock
from kistui.errors import (
    CredentialImportError,
    KistuiError,
    MissingCredentialsError,
    ProfileExistsError,
    StorageError,
)
from kistui.models.account import Credentials, ImportedCredentials, Profile, SecretBackend
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.models.token import TokenStatus
from kistui.services.call_log import CallLog
from kistui.services.session_factory import SessionFactory
from kistui.services.settings import SettingsService
from kistui.storage import config, exports
from kistui.storage.env_vars import read_env_profile
from kistui.storage.paths import AppPaths
from kistui.storage.secrets import (
    EncryptedSecretStore,
    KeyringSecretStore,
    SecretStore,
    copy_credentials,
    open_secret_store,
)
from kistui.storage.token_store import TokenStore, token_record_name

if TYPE_CHECKING:
    from kistui.services.session import Session


WRITABLE_BACKENDS = frozenset({SecretBackend.KEYRING, SecretBackend.ENCRYPTED, SecretBackend.PLAIN})


class DemoAccount(Struct, frozen=True):
    """An account without an owner: how to reach it, and where its tokens are for as long."""

    profile: Profile
    open_session: "Callable[..., Session]"
    token_store: TokenStore


class ProfileService(SettingsService):
    """All profiles of this user on this machine, and what can be done with them."""

    def __init__(
        self,
        paths: AppPaths,
        environ: Mapping[str, str],
        start_demo: Callable[[], DemoAccount],
        clock: Clock = system_clock,
        call_log: CallLog | None = None,
    ) -> None:
        super().__init__(paths, environ)
        self._start_demo = start_demo
        self._demo_account: DemoAccount | None = None
        self._clock = clock
        self._token_store = TokenStore(paths.tokens_dir)
        self.call_log = call_log or CallLog(clock=clock)
        self._session_factory = SessionFactory(paths, self._token_store, clock, self.call_log)
        self._encrypted_store = EncryptedSecretStore(paths)

    def list_profiles(self) -> tuple[Profile, ...]:
        """The environment's profile if there is one, those on disk, the demo if it runs.

        Raises ConfigError, FileReadError, and SetupError for an environment that is half set.
        """
        own = self._env_profile()
        first = (own,) if own else ()
        last = (self._demo_account.profile,) if self._demo_account else ()
        return (*first, *config.load_config(self.config_file).profiles, *last)

    def resolve(self, name: str | None = None) -> Profile | None:
        """The profile `name`, else the environment's, else the default; `None` when there is none.

        Raises ProfileNotFoundError, ConfigError, and SetupError for an environment that is half
        set.
        """
        own = self._env_profile()
        if own and name in (None, own.name):
            return own
        known = config.load_config(self.config_file)
        return known.get_profile(name) if name else known.default_profile()

    def get(self, name: str) -> Profile:
        """A profile on disk; raises ProfileNotFoundError, ConfigError."""
        return config.load_config(self.config_file).get_profile(name)

    def default_name(self) -> str | None:
        """The name of the default profile."""
        return config.load_config(self.config_file).default_name

    def demo_profile(self) -> Profile:
        """The demo's profile; its server runs from the first call on."""
        if self._demo_account is None:
            self._demo_account = self._start_demo()
        return self._demo_account.profile

    def load_credentials(self, profile: Profile) -> Credentials:
        """A profile's app key and secret; raises of StorageError and SetupError."""
        if profile.secret_backend is SecretBackend.ENVIRONMENT:
            return read_env_profile(self._environ)[1]
        return self._secret_store(profile).read(profile.name)

    def open_session(self, profile: Profile) -> "Session":
        """A new session for a profile; raises as `credentials`, and InvalidBaseUrlError."""
        if self._demo_account is not None and profile == self._demo_account.profile:
            made, tokens = (
                self._demo_account.open_session(self.call_log.for_profile(profile.name)),
                self._demo_account.token_store,
            )
        else:
            made, tokens = (
                self.open_session_with(profile, self.load_credentials(profile)),
                self._token_store,
            )
        with suppress(StorageError):  # what comes of it is told when the token is to be written
            tokens.link_profile(self._token_profile_key(profile), made.token_manager.record_name)
        return made

    def token_status(self, profile: Profile) -> TokenStatus:
        """What is known of a profile's token, from the disk alone. Raises of StorageError."""
        name = self._token_profile_key(profile)
        if self._demo_account is not None and profile == self._demo_account.profile:
            return replace(self._demo_account.token_store.status(name), folder="")
        return self._token_store.status(name)

    def cached_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """The figures last kept of a profile; none before its passphrase was given.

        None of a time to come either: the clock was wrong. Raises ConfigError, FileReadError.
        """
        if self.needs_passphrase(profile):
            return None
        kept = super().cached_balance(profile)
        return kept if kept is not None and kept.loaded_at <= self._clock() else None

    def suggested_export_path(
        self, profile: Profile, content_name: str, at: datetime, suffix: str
    ) -> str:
        """A path for an export below the user's home, to begin with."""
        return f"~/{exports.suggested_file_name(profile.name, content_name, at, suffix)}"

    def write_export(self, path: str, text: str, *, bom: bool, overwrite: bool) -> str:
        """Write a 0600 file; raises FileAlreadyExistsError, UnsafeFileError, FileWriteError."""
        place = exports.expand_path(path)
        exports.write_export(place, exports.encode_text(text, bom=bom), overwrite=overwrite)
        return str(place)

    def open_session_with(self, profile: Profile, credentials: Credentials) -> "Session":
        """A session with credentials that need not be stored; raises InvalidBaseUrlError."""
        url, renew_before = self._base_url(profile), self.load_settings().renew_before
        return self._session_factory.create(profile, credentials, url, renew_before)

    def add(self, profile: Profile, credentials: Credentials) -> None:
        """Keep a new profile and its secrets; both or neither. Raises of StorageError."""
        config.ensure_valid_profile_name(profile.name)
        if profile.name in {known.name for known in config.load_config(self.config_file).profiles}:
            raise ProfileExistsError(name=profile.name)
        store = self._secret_store(profile)
        if profile.secret_backend not in WRITABLE_BACKENDS:
            store.read(profile.name)  # a command that gives no key is better known now
            config.add_profile(self.config_file, profile)
            return
        store.write(profile.name, credentials)
        try:
            config.add_profile(self.config_file, profile)
        except KistuiError:
            store.remove(profile.name)
            raise

    def import_token(self, profile: Profile, imported: ImportedCredentials) -> bool:
        """Take over the token that came with imported keys, so that none has to be issued."""
        if imported.token is None:
            return False
        url = self._base_url(profile)
        name = self._session_factory.token_record_name(profile, imported.credentials, url)
        taken = self._token_store.import_token(name, imported.token, self._clock())
        if taken:
            self._token_store.link_profile(self._token_profile_key(profile), name)
        return taken

    def replace_credentials(self, profile: Profile, credentials: Credentials) -> None:
        """Write another app key and secret where the old ones were."""
        self._secret_store(profile).write(profile.name, credentials)
        self._token_store.unlink_profile(profile.name)
        self._balance_store.delete(profile.name)

    def update(self, profile: Profile) -> None:
        """Write a profile's account and server anew; its name and environment stay."""
        config.update_profile(self.config_file, profile)
        self._balance_store.delete(profile.name)

    def change_secret_backend(self, profile: Profile, secret_backend: SecretBackend) -> Profile:
        """Keep a profile's secrets somewhere else, with no copy left behind.

        At every moment the place that `config.toml` names has them. Raises of StorageError.
        """
        if profile.secret_backend is secret_backend:
            return profile
        moved = replace(profile, secret_backend=secret_backend, secret_command=())
        source, target = self._secret_store(profile), self._secret_store(moved)
        copy_credentials(profile.name, source, target)
        try:
            config.update_profile(self.config_file, moved)
        except KistuiError:
            target.remove(profile.name)
            raise
        if profile.secret_backend in WRITABLE_BACKENDS:
            source.remove(profile.name)
        return moved

    def remove(self, profile: Profile) -> None:
        """Forget a profile and its secrets."""
        config.remove_profile(self.config_file, profile.name)
        if profile.secret_backend in WRITABLE_BACKENDS:
            self._secret_store(profile).remove(profile.name)
        self._token_store.unlink_profile(profile.name)
        self._balance_store.delete(profile.name)

    def set_default(self, profile: Profile) -> None:
        """Make a profile the default."""
        config.set_default_profile(self.config_file, profile.name)

    def keyring_unavailable_reason(self) -> str | None:
        """Why the OS keyring cannot be used, or `None` when it can."""
        return KeyringSecretStore.unavailable_reason()

    def needs_passphrase(self, profile: Profile) -> bool:
        """Whether a passphrase has to be asked before the profile's secrets can be had."""
        return profile.secret_backend is SecretBackend.ENCRYPTED and self._encrypted_store.is_locked

    @property
    def has_encrypted_file(self) -> bool:
        """Whether a passphrase has been set before."""
        return self._encrypted_store.file_exists

    @property
    def is_locked(self) -> bool:
        """Whether the encrypted file needs its passphrase, or its first one."""
        return self._encrypted_store.is_locked

    def unlock(self, passphrase: str) -> None:
        """Open the encrypted file, or set the passphrase of a new one.

        Raises WrongPassphraseError.
        """
        self._encrypted_store.unlock(passphrase)

    def import_credentials(self, path: Path) -> tuple[ImportedCredentials, ...]:
        """Credentials in a file of another tool, or for `env` in the environment.

        Raises CredentialImportError. The file is not changed.
        """
        from kistui.storage.importers import import_from_env_vars, import_from_file  # noqa: PLC0415

        if str(path) != "env":
            return import_from_file(path.expanduser())
        found = import_from_env_vars(self._environ)
        if not found:
            raise CredentialImportError(path="env", reason="no_keys")
        return found

    def find_import_file(self) -> Path | None:
        """A file of another tool in its usual place, if there is one."""
        from kistui.storage.importers import existing_import_files  # noqa: PLC0415

        return next(iter(existing_import_files(Path.home())), None)

    def _secret_store(self, profile: Profile) -> SecretStore:
        if profile.secret_backend is SecretBackend.ENCRYPTED:
            return self._encrypted_store  # unlocked once, for all profiles
        return open_secret_store(profile.secret_backend, self._paths, profile.secret_command)

    def _token_profile_key(self, profile: Profile) -> str:
        """By what its token is found again without its app key, as far as that can be."""
        name, url = profile.name, "" if profile.is_demo else self._base_url(profile) or ""
        if profile.secret_backend is SecretBackend.ENVIRONMENT and not profile.is_demo:
            name = (
                f"{name} {token_record_name(url, self.load_credentials(profile).app_key.reveal())}"
            )
        return f"{name} {url}".strip()

    def _env_profile(self) -> Profile | None:
        try:
            return read_env_profile(self._environ)[0]
        except MissingCredentialsError as missing:
            if missing.details.get("is_partial"):
                raise
            return None
