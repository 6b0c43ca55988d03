"""The user's settings, and those of single profiles."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kistui.models.account import Profile, SecretBackend
from kistui.models.settings import PROFILE_SETTINGS, ProfileSettings, Settings, TomlValue
from kistui.storage import config
from kistui.storage.balance_store import BalanceStore


class SettingsService:
    """Reads and writes the settings in `config_file`."""

    def __init__(self, config_file: Path, balance_store: BalanceStore) -> None:
        self._config_file = config_file
        self._balance_store = balance_store
        self._unsaved_settings: dict[str, ProfileSettings] = {}
        """Settings of profiles that are not in the file, by name."""

    def load(self) -> Settings:
        """Return the settings; raises ConfigError, FileReadError."""
        return config.load_config(self._config_file).settings

    def save(self, key: str, value: TomlValue) -> Settings:
        """Write a setting under its key and return all settings; raises StorageError.

        Balances that must not be cached any more are deleted.
        """
        settings = config.save_setting(self._config_file, key, value).settings
        if not settings.cache_balances:
            self._balance_store.delete_all()
        return settings

    def load_for_profile(self, profile: Profile) -> ProfileSettings:
        """Return the settings of a profile; raises ConfigError, FileReadError."""
        if not _is_saved(profile):
            return self._unsaved_settings.get(profile.name, ProfileSettings())
        settings = config.load_config(self._config_file).profile_settings
        return settings.get(profile.name, ProfileSettings())

    def save_for_profile(self, profile: Profile, name: str, value: Any) -> None:
        """Write a setting of a profile, by the name of its field; raises StorageError.

        For the environment's account and the demo it holds until the process ends.
        """
        if not _is_saved(profile):
            before = self._unsaved_settings.get(profile.name, ProfileSettings())
            self._unsaved_settings[profile.name] = replace(before, **{name: value})
            return
        setting = PROFILE_SETTINGS[name]
        toml_value = setting.to_toml(value)
        config.save_profile_setting(self._config_file, profile.name, setting.key, toml_value)


def _is_saved(profile: Profile) -> bool:
    """Return whether a profile has a table in `config.toml`."""
    return not profile.is_demo and profile.secret_backend is not SecretBackend.ENVIRONMENT
