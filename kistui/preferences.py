"""What the user prefers, and what is remembered of how things were last looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kistui.model.account import Profile
from kistui.model.settings import Settings
from kistui.store import config
from kistui.store.paths import Folders
from kistui.store.remembered import Remembered


class Preferences:
    """Settings for all profiles, and each one's arrangement."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._remembered = Remembered(folders.arrangements)

    @property
    def config_file(self) -> Path:
        """Where profiles and settings are."""
        return self._folders.config_file

    def settings(self) -> Settings:
        """What the user set for all profiles; raises BadConfig, FileUnreadable."""
        return config.load(self.config_file).settings

    def keep_setting(self, key: str, value: str | int | bool | None) -> Settings:
        """Write a setting under its key; all of them now. Raises of StoreError."""
        return config.keep_setting(self.config_file, key, value).settings

    def arrangement(self, profile: Profile) -> Mapping[str, Any]:
        """How a profile's holdings were last arranged; raises of StoreError."""
        return self._remembered.read(profile.name)

    def keep_arrangement(self, profile: Profile, table: Mapping[str, Any]) -> None:
        """Remember that; raises of StoreError."""
        if not profile.is_demo:
            self._remembered.write(profile.name, table)
