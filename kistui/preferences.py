"""What the user prefers, and what is remembered of what was last looked at, and how."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kistui.errors import LoadCancelledError
from kistui.models.account import SecretBackend, Profile
from kistui.models.balance import Balance
from kistui.models.holdings import with_overseas
from kistui.models.product_codes import supports_overseas
from kistui.models.record import replace
from kistui.models.load_state import Failed, Loaded
from kistui.models.settings import Settings
from kistui.store import config
from kistui.store.balances import BalanceStore, owner_of
from kistui.store.environment import APP_KEY, BASE_URL
from kistui.store.paths import Folders
from kistui.store.remembered import Remembered


class Preferences:
    """Settings for all profiles, each one's arrangement and last figures."""

    def __init__(self, folders: Folders, environ: Mapping[str, str]) -> None:
        self._folders = folders
        self._environ = environ
        self._balances = BalanceStore(folders.balances)
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
        kept = config.keep_setting(self.config_file, key, value).settings
        if not kept.cache_balances:
            self._balances.clear()
        return kept

    def arrangement(self, profile: Profile) -> Mapping[str, Any]:
        """How a profile's holdings were last arranged; raises of StoreError."""
        return self._remembered.read(profile.name)

    def keep_arrangement(self, profile: Profile, table: Mapping[str, Any]) -> None:
        """Remember that; raises of StoreError."""
        if not profile.is_demo:
            self._remembered.write(profile.name, table)

    def last_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """The figures last kept of a profile, old ones; raises BadConfig, FileUnreadable."""
        if profile.is_demo or not self.settings().cache_balances:
            return None
        kept = self._balances.read(profile.name, self._owner(profile))
        if kept is None or not supports_overseas(profile.account.product_code):
            return kept
        # Nothing of abroad is kept: that must not look as if there were nothing.
        return replace(kept, value=with_overseas(kept.value, Failed(LoadCancelledError(), kept.loaded_at)))

    def keep_balance(self, profile: Profile, balance: Balance, at: datetime) -> None:
        """Keep a whole balance for the next start, if the user wants that; raises of StoreError."""
        if profile.is_demo or not balance.is_complete:
            return
        if self.settings().cache_balances:
            self._balances.write(profile.name, self._owner(profile), Loaded(balance, at))
        else:  # switched off by hand, in the file
            self._balances.clear()

    def _owner(self, profile: Profile) -> str:
        is_outside = profile.secret_backend is SecretBackend.ENVIRONMENT
        app_key = self._environ.get(APP_KEY, "") if is_outside else ""
        return owner_of(profile, self._base_url(profile), app_key)

    def _base_url(self, profile: Profile) -> str | None:
        return profile.base_url or self._environ.get(BASE_URL) or None
