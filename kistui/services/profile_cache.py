"""What the next start shows of a profile: how its holdings are arranged, and its last balance."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from kistui.errors import LoadCancelledError
from kistui.models.account import Profile, supports_overseas
from kistui.models.balance import Balance
from kistui.models.load_state import Failed, Loaded, last_loaded
from kistui.models.totals import with_overseas
from kistui.services.settings import SettingsService
from kistui.storage.balance_store import BalanceStore
from kistui.storage.state_files import ViewStateFile


class ProfileCache:
    """Reads and writes files of profiles; `fingerprint` identifies an account.

    Nothing is written for a profile that another process has removed: `is_listed` says which are.
    """

    def __init__(
        self,
        balance_store: BalanceStore,
        view_state_file: ViewStateFile,
        settings: SettingsService,
        fingerprint: Callable[[Profile], str],
        is_listed: Callable[[Profile], bool],
    ) -> None:
        self._balance_store = balance_store
        self._view_state_file = view_state_file
        self._settings = settings
        self._fingerprint = fingerprint
        self._is_listed = is_listed

    def load_view_state(self, profile: Profile) -> Mapping[str, Any]:
        """Return how a profile's holdings were last arranged; raises StorageError."""
        return self._view_state_file.read(profile.name)

    def save_view_state(self, profile: Profile, table: Mapping[str, Any]) -> None:
        """Store how a profile's holdings are arranged; raises StorageError."""
        if not profile.is_demo and self._is_listed(profile):
            self._view_state_file.write(profile.name, table)

    def load_balance(self, profile: Profile) -> Loaded[Balance] | None:
        """Return the balance stored by an earlier run; raises ConfigError, FileReadError."""
        if profile.is_demo or not self._settings.load().cache_balances:
            return None
        cached = self._balance_store.read(profile.name, self._fingerprint(profile))
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

    def save_balance(self, profile: Profile, balance: Balance, loaded_at: datetime) -> None:
        """Store a complete balance for the next start, if the user allows it.

        Raises StorageError.
        """
        if profile.is_demo or not balance.is_complete or not self._is_listed(profile):
            return
        if self._settings.load().cache_balances:
            self._balance_store.write(
                profile.name, self._fingerprint(profile), Loaded(balance, loaded_at)
            )
        else:  # switched off by hand, in the file
            self._balance_store.delete_all()

    def delete_balance(self, profile: Profile) -> None:
        """Delete the stored balance of a profile; raises FileWriteError."""
        self._balance_store.delete(profile.name)

    def delete_view_state(self, profile: Profile) -> None:
        """Delete how a profile's holdings are arranged; raises StorageError."""
        self._view_state_file.remove(profile.name)
