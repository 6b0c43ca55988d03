"""Settings, and what is stored per profile: the arrangement of the holdings, the last balance."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kistui.errors import LoadCancelledError
from kistui.models.account import Profile, SecretBackend, supports_overseas
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, last_loaded
from kistui.models.settings import PROFILE_SETTINGS, ProfileSettings, Settings, TomlValue
from kistui.models.totals import with_overseas
from kistui.storage import config
from kistui.storage.balance_store import BalanceStore, account_fingerprint
from kistui.storage.env_vars import BASE_URL_VAR, known_app_key
from kistui.storage.paths import AppPaths
from kistui.storage.state_files import ViewStateFile


class SettingsService:
    """Reads and writes the settings, and the view state and cached balance of a profile."""

    def __init__(self, paths: AppPaths, environ: Mapping[str, str]) -> None:
        self._paths = paths
        self._environ = environ
        self._balance_store = BalanceStore(paths.balances_dir)
        self._view_state_file = ViewStateFile(paths.view_state_file)
        self._unsaved_settings: dict[str, ProfileSettings] = {}
        """Settings of profiles that are not in the file, by name."""

    @property
    def config_file(self) -> Path:
        """Path of the file with profiles and settings."""
        return self._paths.config_file

    def load_settings(self) -> Settings:
        """Return the settings; raises ConfigError, FileReadError."""
        return config.load_config(self.config_file).settings

    def save_setting(self, key: str, value: TomlValue) -> Settings:
        """Write a setting under its key and return all settings; raises StorageError."""
        settings = config.save_setting(self.config_file, key, value).settings
        if not settings.cache_balances:
            self._balance_store.delete_all()
        return settings

    def load_profile_settings(self, profile: Profile) -> ProfileSettings:
        """Return the settings of a profile; raises ConfigError, FileReadError."""
        if not _is_saved(profile):
            return self._unsaved_settings.get(profile.name, ProfileSettings())
        settings = config.load_config(self.config_file).profile_settings
        return settings.get(profile.name, ProfileSettings())

    def save_profile_setting(self, profile: Profile, name: str, value: Any) -> None:
        """Write a setting of a profile, by the name of its field; raises StorageError.

        For the environment's account and the demo it holds until the process ends.
        """
        if not _is_saved(profile):
            before = self._unsaved_settings.get(profile.name, ProfileSettings())
            self._unsaved_settings[profile.name] = replace(before, **{name: value})
            return
        setting = PROFILE_SETTINGS[name]
        toml_value = setting.to_toml(value)
        config.save_profile_setting(self.config_file, profile.name, setting.key, toml_value)

    def load_view_state(self, profile: Profile) -> Mapping[str, Any]:
        """Return how a profile's holdings were last arranged; raises StorageError."""
        return self._view_state_file.read(profile.name)

    def save_view_state(self, profile: Profile, table: Mapping[str, Any]) -> None:
        """Store how a profile's holdings are arranged; raises StorageError."""
        if not profile.is_demo:
            self._view_state_file.write(profile.name, table)

    def cached_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """Return the balance stored by an earlier run; raises ConfigError, FileReadError."""
        if profile.is_demo or not self.load_settings().cache_balances:
            return None
        cached = self._balance_store.read(profile.name, self._account_fingerprint(profile))
        if cached is None:
            return None
        if not supports_overseas(profile.account.product_code):
            return replace(cached, value=replace(cached.value, supports_overseas=False))
        if last_loaded(cached.value.overseas):
            return cached
        # Without its overseas part the account must not look complete.
        return replace(
            cached,
            value=with_overseas(cached.value, Failed(LoadCancelledError(), cached.loaded_at)),
        )

    def cache_balance(self, profile: Profile, balance: Balance, loaded_at: datetime) -> None:
        """Store a complete balance for the next start, if the user allows it.

        Raises StorageError.
        """
        if profile.is_demo or not balance.is_complete:
            return
        if self.load_settings().cache_balances:
            self._balance_store.write(
                profile.name, self._account_fingerprint(profile), Loaded(balance, loaded_at)
            )
        else:  # switched off by hand, in the file
            self._balance_store.delete_all()

    def _account_fingerprint(self, profile: Profile) -> str:
        app_key = self._environment_app_key(profile)
        return account_fingerprint(profile, self._base_url(profile), app_key)

    def _environment_app_key(self, profile: Profile) -> str:
        """Return the app key of an account whose number is not on disk, blank for others."""
        is_outside = profile.secret_backend is SecretBackend.ENVIRONMENT
        return known_app_key(self._environ) if is_outside else ""

    def _base_url(self, profile: Profile) -> str | None:
        return profile.base_url or self._environ.get(BASE_URL_VAR) or None


def _is_saved(profile: Profile) -> bool:
    """Return whether a profile has a table in `config.toml`."""
    return not profile.is_demo and profile.secret_backend is not SecretBackend.ENVIRONMENT
