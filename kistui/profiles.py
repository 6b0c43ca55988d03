"""The user's profiles: kept in `config.toml`, their secrets where the user chose. No screen.

Everything here may touch the disk, a keyring or a command, and blocks: screens call it in a thread.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kistui.clock import Clock, system_clock
from kistui.connector import Connector
from kistui.errors import (
    MissingCredentialsError,
    CredentialImportError,
    KistuiError,
    ProfileExistsError,
    StorageError,
)
from kistui.log import Log
from kistui.models.account import Credentials, ImportedCredentials, SecretBackend, Profile
from kistui.models.balance import Balance
from kistui.models.record import record, replace
from kistui.models.load_state import Loaded
from kistui.models.token import TokenStatus
from kistui.preferences import Preferences
from kistui.store import config, exports
from kistui.store.environment import read_environment
from kistui.store.paths import Folders
from kistui.store.secrets import (
    EncryptedStore,
    KeyringStore,
    SecretStore,
    carry,
    open_store,
)
from kistui.store.tokens import TokenStore, name_of

if TYPE_CHECKING:
    from kistui.session import Session


WRITABLE = frozenset({SecretBackend.KEYRING, SecretBackend.ENCRYPTED, SecretBackend.PLAIN})


@record
class Demo:
    """An account without an owner: how to reach it, and where its tokens are for as long."""

    profile: Profile
    connect: "Callable[..., Session]"
    tokens: TokenStore


class Profiles(Preferences):
    """All profiles of this user on this machine, and what can be done with them."""

    def __init__(
        self,
        folders: Folders,
        environ: Mapping[str, str],
        demo: Callable[[], Demo],
        clock: Clock = system_clock,
        log: Log | None = None,
    ) -> None:
        super().__init__(folders, environ)
        self._start_demo = demo
        self._demo: Demo | None = None
        self._clock = clock
        self._tokens = TokenStore(folders.tokens)
        self.log = log or Log(clock=clock)
        self._connector = Connector(folders, self._tokens, clock, self.log)
        self._encrypted = EncryptedStore(folders)

    def all(self) -> tuple[Profile, ...]:
        """The environment's profile if there is one, those on disk, the demo if it runs.

        Raises BadConfig, FileUnreadable, and SetupError for an environment that is half set.
        """
        own = self._from_environment()
        first = (own,) if own else ()
        last = (self._demo.profile,) if self._demo else ()
        return (*first, *config.load(self.config_file).profiles, *last)

    def chosen(self, name: str | None = None) -> Profile | None:
        """The profile `name`, else the environment's, else the default; `None` when there is none.

        Raises ProfileUnknown, BadConfig, and SetupError for an environment that is half set.
        """
        own = self._from_environment()
        if own and name in (None, own.name):
            return own
        known = config.load(self.config_file)
        return known.find(name) if name else known.chosen()

    def named(self, name: str) -> Profile:
        """A profile on disk; raises ProfileUnknown, BadConfig."""
        return config.load(self.config_file).find(name)

    def default(self) -> str | None:
        """The name of the default profile."""
        return config.load(self.config_file).default

    def demo(self) -> Profile:
        """The demo's profile; its server runs from the first call on."""
        if self._demo is None:
            self._demo = self._start_demo()
        return self._demo.profile

    def credentials(self, profile: Profile) -> Credentials:
        """A profile's app key and secret; raises of StoreError and SetupError."""
        if profile.secret_backend is SecretBackend.ENVIRONMENT:
            return read_environment(self._environ)[1]
        return self._store(profile).read(profile.name)

    def session(self, profile: Profile) -> "Session":
        """A new session for a profile; raises as `credentials`, and InvalidBaseUrl."""
        if self._demo is not None and profile == self._demo.profile:
            made, tokens = self._demo.connect(self.log.of(profile.name)), self._demo.tokens
        else:
            made, tokens = self.try_out(profile, self.credentials(profile)), self._tokens
        with suppress(StorageError):  # what comes of it is told when the token is to be written
            tokens.remember(self._token_name(profile), made.token.name)
        return made

    def token_status(self, profile: Profile) -> TokenStatus:
        """What is known of a profile's token, from the disk alone. Raises of StoreError."""
        name = self._token_name(profile)
        if self._demo is not None and profile == self._demo.profile:
            return replace(self._demo.tokens.status(name), folder="")
        return self._tokens.status(name)

    def last_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """The figures last kept of a profile; none before its passphrase was given.

        None of a time to come either: the clock was wrong. Raises BadConfig, FileUnreadable.
        """
        if self.needs_passphrase(profile):
            return None
        kept = super().last_balance(profile)
        return kept if kept is not None and kept.loaded_at <= self._clock() else None

    def export_name(self, profile: Profile, part: str, at: datetime, suffix: str) -> str:
        """A path for an export below the user's home, to begin with."""
        return f"~/{exports.suggested_name(profile.name, part, at, suffix)}"

    def export(self, path: str, text: str, *, bom: bool, overwrite: bool) -> str:
        """Write a 0600 file; raises FileExists, FileUnsafe, FileUnwritable."""
        place = exports.expanded(path)
        exports.write_export(place, exports.encode(text, bom=bom), overwrite=overwrite)
        return str(place)

    def try_out(self, profile: Profile, credentials: Credentials) -> "Session":
        """A session with credentials that need not be stored; raises InvalidBaseUrl."""
        url, renew_before = self._base_url(profile), self.settings().renew_before
        return self._connector.session(profile, credentials, url, renew_before)

    def add(self, profile: Profile, credentials: Credentials) -> None:
        """Keep a new profile and its secrets; both or neither. Raises of StoreError."""
        config.check_name(profile.name)
        if profile.name in {known.name for known in config.load(self.config_file).profiles}:
            raise ProfileExistsError(name=profile.name)
        store = self._store(profile)
        if profile.secret_backend not in WRITABLE:
            store.read(profile.name)  # a command that gives no key is better known now
            config.add_profile(self.config_file, profile)
            return
        store.write(profile.name, credentials)
        try:
            config.add_profile(self.config_file, profile)
        except KistuiError:
            store.remove(profile.name)
            raise

    def adopt(self, profile: Profile, found: ImportedCredentials) -> bool:
        """Take over the token that came with imported keys, so that none has to be issued."""
        if found.token is None:
            return False
        url = self._base_url(profile)
        name = self._connector.record_name(profile, found.credentials, url)
        taken = self._tokens.adopt(name, found.token, self._clock())
        if taken:
            self._tokens.remember(self._token_name(profile), name)
        return taken

    def replace_keys(self, profile: Profile, credentials: Credentials) -> None:
        """Write another app key and secret where the old ones were."""
        self._store(profile).write(profile.name, credentials)
        self._tokens.forget(profile.name)
        self._balances.forget(profile.name)

    def change(self, profile: Profile) -> None:
        """Write a profile's account and server anew; its name and environment stay."""
        config.change_profile(self.config_file, profile)
        self._balances.forget(profile.name)

    def move(self, profile: Profile, place: SecretBackend) -> Profile:
        """Keep a profile's secrets somewhere else, with no copy left behind.

        At every moment the place that `config.toml` names has them. Raises of StoreError.
        """
        if profile.secret_backend is place:
            return profile
        moved = replace(profile, place=place, command=())
        source, target = self._store(profile), self._store(moved)
        carry(profile.name, source, target)
        try:
            config.change_profile(self.config_file, moved)
        except KistuiError:
            target.remove(profile.name)
            raise
        if profile.secret_backend in WRITABLE:
            source.remove(profile.name)
        return moved

    def remove(self, profile: Profile) -> None:
        """Forget a profile and its secrets."""
        config.remove_profile(self.config_file, profile.name)
        if profile.secret_backend in WRITABLE:
            self._store(profile).remove(profile.name)
        self._tokens.forget(profile.name)
        self._balances.forget(profile.name)

    def use(self, profile: Profile) -> None:
        """Make a profile the default."""
        config.use_profile(self.config_file, profile.name)

    def keyring_fault(self) -> str | None:
        """Why the OS keyring cannot be used, or `None` when it can."""
        return KeyringStore.probe()

    def needs_passphrase(self, profile: Profile) -> bool:
        """Whether a passphrase has to be asked before the profile's secrets can be had."""
        return profile.secret_backend is SecretBackend.ENCRYPTED and self._encrypted.is_locked

    @property
    def has_encrypted_file(self) -> bool:
        """Whether a passphrase has been set before."""
        return self._encrypted.exists

    @property
    def is_locked(self) -> bool:
        """Whether the encrypted file needs its passphrase, or its first one."""
        return self._encrypted.is_locked

    def unlock(self, passphrase: str) -> None:
        """Open the encrypted file, or set the passphrase of a new one; raises PassphraseWrong."""
        self._encrypted.unlock(passphrase)

    def find_in(self, path: Path) -> tuple[ImportedCredentials, ...]:
        """Credentials in a file of another tool, or for `env` in the environment.

        Raises ImportRefused. The file is not changed.
        """
        from kistui.store.importers import read_file, read_variables  # noqa: PLC0415

        if str(path) != "env":
            return read_file(path.expanduser())
        found = read_variables(self._environ)
        if not found:
            raise CredentialImportError(path="env", reason="no_keys")
        return found

    def usual_file(self) -> Path | None:
        """A file of another tool in its usual place, if there is one."""
        from kistui.store.importers import candidates  # noqa: PLC0415

        return next(iter(candidates(Path.home())), None)

    def _store(self, profile: Profile) -> SecretStore:
        if profile.secret_backend is SecretBackend.ENCRYPTED:
            return self._encrypted  # unlocked once, for all profiles
        return open_store(profile.secret_backend, self._folders, profile.secret_command)

    def _token_name(self, profile: Profile) -> str:
        """By what its token is found again without its app key, as far as that can be."""
        name, url = profile.name, "" if profile.is_demo else self._base_url(profile) or ""
        if profile.secret_backend is SecretBackend.ENVIRONMENT and not profile.is_demo:
            name = f"{name} {name_of(url, self.credentials(profile).app_key)}"
        return f"{name} {url}".strip()

    def _from_environment(self) -> Profile | None:
        try:
            return read_environment(self._environ)[0]
        except MissingCredentialsError as missing:
            if missing.details.get("is_partial"):
                raise
            return None
