"""The user's profiles, their tokens and sessions.

All methods may block on the disk, a keyring or a command; screens call them in a thread.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kistui.clock import Clock, system_clock
from kistui.errors import (
    ConfigError,
    KistuiError,
    ProfileExistsError,
    StorageError,
)
from kistui.models.account import (
    Credentials,
    ImportedCredentials,
    Profile,
    SecretBackend,
    is_same_account,
)
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.models.token import TokenStatus
from kistui.services.call_log import CallLog
from kistui.services.history import HistoryFile, HistoryService
from kistui.services.profile_cache import ProfileCache
from kistui.services.profile_secrets import ProfileSecrets
from kistui.services.session_factory import SessionFactory
from kistui.services.settings import SettingsService
from kistui.storage import config
from kistui.storage.balance_store import BalanceStore, account_fingerprint
from kistui.storage.env_vars import (
    BASE_URL_VAR,
    ENV_PROFILE_NAME,
    LIVE_URL_VAR,
    EnvironmentAccount,
)
from kistui.storage.files import exists
from kistui.storage.paths import AppPaths
from kistui.storage.shared_turns import account_file_name, delete_turns
from kistui.storage.state_files import HolidayStore, ViewStateFile
from kistui.storage.token_store import TokenStore, token_record_name

if TYPE_CHECKING:
    from kistui.services.session import Session
    from kistui.storage.history_store import HistoryStore


class DemoAccount(Struct, frozen=True):
    """The demo's profile, a function that opens its session, and its own files."""

    profile: Profile
    open_session: "Callable[..., Session]"
    token_store: TokenStore
    history_store: "HistoryStore"
    remove_files: Callable[[], None]
    """Deletes what the demo has written."""


class ProfileService:
    """All profiles of this user on this machine."""

    def __init__(
        self,
        paths: AppPaths,
        environ: Mapping[str, str],
        start_demo: Callable[[], DemoAccount],
        clock: Clock = system_clock,
        call_log: CallLog | None = None,
    ) -> None:
        self._paths = paths
        self._environ = environ
        self.env_account = EnvironmentAccount(environ)
        self._start_demo = start_demo
        self._demo_account: DemoAccount | None = None
        self._clock = clock
        self._token_store = TokenStore(paths.tokens_dir)
        self.call_log = call_log or CallLog(clock=clock)
        self.secrets = ProfileSecrets(paths, environ)
        balance_store = BalanceStore(paths.balances_dir)
        self.settings = SettingsService(paths.config_file, balance_store)
        view_state_file = ViewStateFile(paths.view_state_file)
        self.cache = ProfileCache(
            balance_store,
            view_state_file,
            self.settings,
            self._account_fingerprint,
            self._is_listed,
        )
        self.history = HistoryService(
            self._history_file, self.settings.load, clock, self.call_log, self._is_listed
        )
        self._session_factory = SessionFactory(paths, self._token_store, clock, self.call_log)

    @property
    def config_file(self) -> Path:
        """Path of the file with profiles and settings."""
        return self._paths.config_file

    def list_profiles(self) -> tuple[Profile, ...]:
        """Return the environment's profile, the saved profiles, and the demo if it runs.

        An incomplete environment is left out; `env_account.problem` says why. Raises ConfigError,
        FileReadError.
        """
        env_profile = self.env_account.profile()
        env_profiles = (env_profile,) if env_profile else ()
        demo_profiles = (self._demo_account.profile,) if self._demo_account else ()
        saved_profiles = map(self._with_server, config.load_config(self.config_file).profiles)
        return (*env_profiles, *saved_profiles, *demo_profiles)

    def as_stored(self, profile: Profile) -> Profile:
        """Return a profile with the place of its app key, which another kistui may have moved."""
        with suppress(KistuiError):  # shown where the file is needed
            return self._listed(profile) or profile
        return profile

    def _is_listed(self, profile: Profile) -> bool:
        return self._listed(profile) is not None

    def _listed(self, profile: Profile) -> Profile | None:
        """Return a profile as it is listed now, `None` if it was removed or its account changed."""
        profile = self._with_server(profile)
        same = (listed for listed in self.list_profiles() if is_same_account(listed, profile))
        return next(same, None)

    def resolve(self, name: str | None = None) -> Profile | None:
        """Return the profile `name`, else the environment's, else the default, else `None`.

        Raises ProfileNotFoundError, ConfigError, and SetupError for an incomplete environment
        that is asked for or that is all there is.
        """
        env_profile = self.env_account.profile()
        if env_profile and name in (None, env_profile.name):
            return env_profile
        saved = config.load_config(self.config_file)
        problem = self.env_account.problem()
        if problem and name == ENV_PROFILE_NAME and not saved.has_profile(name):
            raise problem
        if name:
            return self._with_server(saved.get_profile(name))
        self._check_default(saved)
        if problem and not saved.profiles:
            raise problem
        profile = saved.default_profile()
        return self._with_server(profile) if profile else None

    def setup_problem(self) -> KistuiError | None:
        """Return why the environment's account or the default profile is ignored, if it is."""
        try:
            self._check_default(config.load_config(self.config_file))
        except KistuiError as error:
            return error
        return self.env_account.problem()

    def get(self, name: str) -> Profile:
        """Return a saved profile; raises ProfileNotFoundError, ConfigError."""
        return self._with_server(config.load_config(self.config_file).get_profile(name))

    def default_name(self) -> str | None:
        """Return the name of the default profile."""
        return config.load_config(self.config_file).default_name

    def demo_profile(self) -> Profile:
        """Return the demo's profile; the first call starts its server."""
        if self._demo_account is None:
            self._demo_account = self._start_demo()
        return self._demo_account.profile

    def _demo_of(self, profile: Profile) -> DemoAccount | None:
        """Return the demo if it runs and this is its profile."""
        demo = self._demo_account
        return demo if demo is not None and demo.profile == profile else None

    def remove_demo_files(self) -> None:
        """Delete what the demo has written, where the process cannot end in the usual way."""
        if self._demo_account is not None:
            self._demo_account.remove_files()

    def open_session(self, profile: Profile, *, may_issue_token: bool = True) -> "Session":
        """Open a session; raises as `ProfileSecrets.read`, and InvalidBaseUrlError.

        Without `may_issue_token` its calls raise NoTokenError where a new token is needed; the
        demo's tokens are always issued.
        """
        if demo := self._demo_of(profile):
            session = demo.open_session(self.call_log.for_profile(profile.name))
            with suppress(KistuiError):  # the demo works with a faulty config too
                session.after_hours_price = self.settings.load().after_hours_price
            token_store = demo.token_store
        else:
            session = self.open_session_with(
                profile, self.secrets.read(profile), may_issue_token=may_issue_token
            )
            token_store = self._token_store
        with suppress(StorageError):  # writing the token reports the same error
            token_store.link_profile(
                self._token_profile_key(profile), session.token_manager.record_name
            )
        return session

    def token_status(self, profile: Profile) -> TokenStatus:
        """Return the state of a profile's token from the disk; raises StorageError."""
        name = self._token_profile_key(profile)
        if demo := self._demo_of(profile):
            return replace(demo.token_store.status(name), folder="")
        return self._token_store.status(name)

    def cached_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """Return the stored balance of a profile, `None` before its passphrase was given.

        `None` also for a time in the future, when the clock was wrong. Raises ConfigError,
        FileReadError.
        """
        if self.secrets.needs_passphrase_to_save(profile.secret_backend):
            return None
        balance = self.cache.load_balance(profile)
        is_valid = balance is not None and balance.loaded_at <= self._clock()
        return balance if is_valid else None

    def open_session_with(
        self, profile: Profile, credentials: Credentials, *, may_issue_token: bool = True
    ) -> "Session":
        """Open a session with credentials that need not be stored; raises InvalidBaseUrlError."""
        settings = self.settings.load()
        session = self._session_factory.create(
            profile,
            credentials,
            self._base_url(profile),
            settings.renew_before,
            live_url=self._environ.get(LIVE_URL_VAR) or None,
            may_issue_token=may_issue_token,
        )
        session.after_hours_price = settings.after_hours_price
        return session

    def check_new_name(self, name: str) -> None:
        """Raise InvalidProfileNameError or ProfileExistsError if no profile can have this name."""
        config.ensure_valid_profile_name(name)
        if config.load_config(self.config_file).has_profile(name):
            raise ProfileExistsError(name=name)

    def add(self, profile: Profile, credentials: Credentials) -> None:
        """Save a new profile and its secrets, both or neither; raises StorageError."""
        self.check_new_name(profile.name)
        with self.secrets.added(profile, credentials) as stored_credentials:
            config.add_profile(self.config_file, profile)
        self._link_token(profile, stored_credentials)

    def _link_token(self, profile: Profile, credentials: Credentials) -> None:
        """Remember which token a profile shares with the others of its app key."""
        with suppress(KistuiError):  # opening a session links it too
            name = self._session_factory.token_record_name(
                profile, credentials, self._base_url(profile)
            )
            self._token_store.link_profile(self._token_profile_key(profile), name)

    def import_token(self, profile: Profile, imported: ImportedCredentials) -> bool:
        """Store the token of imported credentials, so that none has to be issued.

        Returns `False` if it is not usable or cannot be stored.
        """
        if imported.token is None:
            return False
        url = self._base_url(profile)
        name = self._session_factory.token_record_name(profile, imported.credentials, url)
        try:
            is_imported = self._token_store.import_token(name, imported.token, self._clock())
            if is_imported:
                self._token_store.link_profile(self._token_profile_key(profile), name)
        except StorageError:
            return False
        return is_imported

    def replace_credentials(self, profile: Profile, credentials: Credentials) -> None:
        """Replace a profile's app key and app secret."""
        self.secrets.write(profile, credentials)
        self._run_all(
            partial(self._delete_turns, profile),
            partial(self._token_store.unlink_profile, profile.name),
            partial(self._link_token, profile, credentials),
            partial(self.cache.delete_balance, profile),
        )

    def _delete_turns(self, profile: Profile) -> None:
        """Delete the turns of app keys and of the account that no other profile uses."""
        names = set(self._token_store.sole_record_names(profile.name))
        if all(other.account != profile.account for other in self.list_profiles()):
            names.add(account_file_name(profile.account.number))
        delete_turns(self._paths.turns_dir, names)

    def update(self, profile: Profile) -> None:
        """Write a profile's account; its name, environment and server stay."""
        config.update_profile(self.config_file, self._as_saved(profile))
        self.cache.delete_balance(profile)

    def change_secret_backend(self, profile: Profile, secret_backend: SecretBackend) -> Profile:
        """Move a profile's secrets to another store.

        At every moment the store that `config.toml` names has them. Raises StorageError.
        """
        if profile.secret_backend is secret_backend:
            return profile
        moved = replace(
            profile, secret_backend=secret_backend, secret_command=(), secret_command_asks=False
        )
        with self.secrets.copied(profile, moved):
            config.update_profile(self.config_file, self._as_saved(moved))
        self.secrets.remove(profile, "secrets_moved")
        return moved

    def ensure_removable(self, profile: Profile) -> None:
        """Raise StorageError if the profile could not be removed, before its token is revoked."""
        config.ensure_profile_writable(self.config_file, profile.name)

    def remove(self, profile: Profile, *, with_history: bool = False) -> None:
        """Remove a profile, its secrets, its balance, and a token that no other profile uses.

        Its asset history stays, unless `with_history` and no other profile is of the account.
        Raises StorageError: before anything is changed, or SecretRemainsError and the like after
        everything else is removed.
        """
        has_sole_history = self.has_sole_history(profile)
        config.remove_profile(self.config_file, profile.name)
        steps: list[Callable[[], object]] = [
            partial(self.secrets.remove, profile, "profile_removed"),
            partial(self._delete_turns, profile),
            partial(self._token_store.unlink_profile, profile.name),
            partial(self.cache.delete_balance, profile),
            partial(self.cache.delete_view_state, profile),
        ]
        if with_history and has_sole_history:
            steps.append(partial(self.history.delete, profile))
        self._run_all(*steps)

    def has_sole_history(self, profile: Profile) -> bool:
        """Return whether a profile has an asset history that no other profile shows."""
        path = self.history.path(profile)
        others = (other for other in self.list_profiles() if other.name != profile.name)
        return exists(path) and path not in map(self.history.path, others)

    def has_sole_token(self, profile: Profile) -> bool:
        """Return whether a profile has a usable token that no other profile uses."""
        status = self.token_status(profile)
        token = status.record.token
        is_sole = status.record_name in self._token_store.sole_record_names(profile.name)
        return is_sole and token is not None and token.is_usable(self._clock())

    def unopened_profiles(self, profile: Profile) -> tuple[str, ...]:
        """Return the names of other profiles that may use the app key of `profile`.

        Those were written into `config.toml` by hand and never opened. To compare the app keys
        would ask for a passphrase, or run a command.
        """
        return tuple(
            other.name
            for other in self.list_profiles()
            if other.name != profile.name
            and other.environment is profile.environment
            and self.token_status(other).record_name is None
        )

    async def revoke_token(self, profile: Profile) -> bool:
        """Revoke a profile's token at KIS; return `False` if there is none.

        Raises KistuiError.
        """
        import asyncio  # noqa: PLC0415  # 20 ms that `kistui status` need not pay for

        session = await asyncio.to_thread(self.open_session, profile)
        try:
            return await session.token_manager.revoke()
        finally:
            await session.aclose()

    def set_default(self, profile: Profile) -> None:
        """Make a profile the default."""
        config.set_default_profile(self.config_file, profile.name)

    def _account_fingerprint(self, profile: Profile) -> str:
        app_key = self._environment_app_key(profile)
        return account_fingerprint(profile, self._base_url(profile), app_key)

    def _environment_app_key(self, profile: Profile) -> str:
        """Return the app key of an account whose number is not on disk, blank for others."""
        is_outside = profile.secret_backend is SecretBackend.ENVIRONMENT
        return self.env_account.app_key() if is_outside else ""

    def _base_url(self, profile: Profile) -> str | None:
        return profile.base_url or self._environ.get(BASE_URL_VAR) or None

    def _with_server(self, profile: Profile) -> Profile:
        """Return a saved profile with the server of KISTUI_BASE_URL, if it has none of its own."""
        return replace(profile, base_url=self._base_url(profile))

    def _as_saved(self, profile: Profile) -> Profile:
        """Return a profile with the server that is saved, whatever KISTUI_BASE_URL is."""
        saved = config.load_config(self.config_file).get_profile(profile.name)
        return replace(profile, base_url=saved.base_url)

    @staticmethod
    def _run_all(*steps: Callable[[], object]) -> None:
        """Run every step, then raise the first StorageError."""
        errors: list[StorageError] = []
        for step in steps:
            try:
                step()
            except StorageError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _history_file(self, profile: Profile) -> HistoryFile:
        """Return where a profile's history is; the demo's is in its own folder."""
        from kistui.storage.history_store import HistoryStore, history_name  # noqa: PLC0415

        if demo := self._demo_of(profile):
            return HistoryFile(demo.history_store, history_name(profile, None))
        base_url = self._base_url(profile)
        # A simulator's business days are not KIS's.
        is_kis = base_url is None
        return HistoryFile(
            HistoryStore(self._paths.history_dir),
            history_name(profile, base_url, self._environment_app_key(profile)),
            HolidayStore(self._paths.holidays_file) if is_kis else None,
        )

    def _token_profile_key(self, profile: Profile) -> str:
        """Return the key under which a profile's token record is remembered."""
        name, url = profile.name, "" if profile.is_demo else self._base_url(profile) or ""
        if profile.secret_backend is SecretBackend.ENVIRONMENT and not profile.is_demo:
            name = f"{name} {token_record_name(url, self.secrets.read(profile).app_key.reveal())}"
        return f"{name} {url}".strip()

    def _check_default(self, saved: config.Config) -> None:
        """Raise ConfigError if the default profile does not exist."""
        if saved.default_name is not None and not saved.has_profile(saved.default_name):
            raise ConfigError(
                path=str(self.config_file),
                where="default",
                reason="no_such_profile",
                name=saved.default_name,
                known=", ".join(profile.name for profile in saved.profiles) or "-",
            )
