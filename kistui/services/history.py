"""The asset histories of the profiles: recorded after refreshes, noted, imported and read.

All methods block on the disk; screens call them in a thread.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from kistui.clock import Clock, korean_date
from kistui.errors import KistuiError, StorageError
from kistui.models.account import Profile, supports_overseas
from kistui.services.call_log import CallLog

if TYPE_CHECKING:
    from datetime import date, datetime

    from kistui.models.balance import Balance
    from kistui.models.history import AssetHistory, CashFlow
    from kistui.models.settings import Settings
    from kistui.storage.history_store import HistoryStore
    from kistui.storage.state_files import HolidayStore


class HistoryFile(Struct, frozen=True):
    """The place of a profile's history: its store, and its name there."""

    store: "HistoryStore"
    name: str
    holidays: "HolidayStore | None" = None


class ImportResult(Struct, frozen=True):
    """The number of days in an imported file, and how many days and cash flows were new."""

    days: int
    new_days: int
    new_cash_flows: int


class HistoryService:
    """Reads and writes the history of each profile in the file that `locate` gives.

    No refresh is recorded for a profile that another process has removed: `is_listed` says which
    are.
    """

    def __init__(
        self,
        locate: Callable[[Profile], HistoryFile],
        load_settings: "Callable[[], Settings]",
        clock: Clock,
        call_log: CallLog,
        is_listed: Callable[[Profile], bool],
    ) -> None:
        self._locate = locate
        self._load_settings = load_settings
        self._clock = clock
        self._call_log = call_log
        self._is_listed = is_listed
        self._record_errors: dict[str, KistuiError] = {}

    def read(self, profile: Profile) -> "AssetHistory":
        """Return a profile's history; raises StorageError."""
        file = self._locate(profile)
        return file.store.read(file.name)

    @property
    def is_recording(self) -> bool:
        """Whether the user wants refreshes to be recorded; raises ConfigError, FileReadError."""
        return self._load_settings().record_history

    def path(self, profile: Profile) -> Path:
        """Return the path of a profile's history, whether or not there is one."""
        file = self._locate(profile)
        return file.store.path(file.name)

    def holidays(self, profile: Profile) -> "frozenset[date]":
        """Return the days without trading that are known without asking KIS."""
        store = self._locate(profile).holidays
        try:
            return store.read()[1] if store else frozenset()
        except StorageError:
            return frozenset()

    def record(self, profile: Profile, balance: "Balance", loaded_at: "datetime") -> bool:
        """Record a balance that was loaded at `loaded_at`; return whether it is complete.

        A partial one, or one without a total, is not recorded. Raises StorageError.
        """
        return self._record(profile, balance, loaded_at) is not None

    def _record(self, profile: Profile, balance: "Balance", loaded_at: "datetime") -> bool | None:
        """Return whether the file changed; `None` for a balance that is not recorded."""
        # Not needed to list profiles and tokens.
        from kistui.models.history import day_record  # noqa: PLC0415

        file = self._locate(profile)
        record = day_record(
            balance,
            loaded_at,
            has_overseas=supports_overseas(profile.account.product_code),
            holidays=self.holidays(profile),
        )
        return None if record is None else file.store.record(file.name, record)

    def record_refresh(self, profile: Profile, balance: "Balance", loaded_at: "datetime") -> bool:
        """Record a balance after a refresh, if the user wants that; raises nothing.

        Return whether the history changed. A failure is a line in the log, once for each reason in
        succession, and the profile's `record_error`.
        """
        previous = self._record_errors.pop(profile.name, None)
        try:
            if self.is_recording and self._is_listed(profile):
                return bool(self._record(profile, balance, loaded_at))
        except KistuiError as error:
            self._record_errors[profile.name] = error
            if str(error) != str(previous):
                self._call_log.record_history(profile.name, error.slug)
        return False

    def record_error(self, profile: Profile) -> KistuiError | None:
        """Return why the last refresh of a profile was not recorded; `None` if nothing failed."""
        return self._record_errors.get(profile.name)

    def add_cash_flow(self, profile: Profile, flow: "CashFlow") -> None:
        """Note a deposit or withdrawal; raises StorageError."""
        file = self._locate(profile)
        file.store.add_cash_flow(file.name, flow)

    def remove_cash_flow(self, profile: Profile, flow: "CashFlow") -> bool:
        """Remove a noted deposit or withdrawal; return whether there was one.

        Raises StorageError.
        """
        file = self._locate(profile)
        return file.store.remove_cash_flow(file.name, flow)

    def import_file(
        self, profile: Profile, path: Path, *, replace_days: bool = False
    ) -> ImportResult:
        """Add the days and deposits of a CSV file; days that are recorded stay as they are.

        With `replace_days` they are replaced. A file with a mistake or a day in the future is not
        imported at all. Raises StorageError.
        """
        from kistui.storage.history_store import read_history_file  # noqa: PLC0415

        imported = read_history_file(path, self.today())
        file = self._locate(profile)
        before = file.store.read(file.name)
        file.store.merge(file.name, imported, replace_days=replace_days)
        after = file.store.read(file.name)
        changed_days = len(set(after.days) - set(before.days))
        return ImportResult(
            len(imported.days), changed_days, len(after.cash_flows) - len(before.cash_flows)
        )

    def delete(self, profile: Profile) -> bool:
        """Delete a profile's history; return whether there was one. Raises StorageError."""
        file = self._locate(profile)
        return file.store.delete(file.name)

    def today(self) -> "date":
        """Return the Korean date."""
        return korean_date(self._clock())
