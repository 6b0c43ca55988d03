"""Small TOML files of the state folder: how holdings were arranged, and trading holidays.

A file that cannot be parsed counts as empty.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kistui.storage.files import file_lock, read_private_toml, write_private_toml

HOLIDAYS_SCHEMA_VERSION = 1


class ViewStateFile:
    """Sort order, filter and columns: one table per profile, in one private file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, profile: str) -> Mapping[str, Any]:
        """Return a profile's table; raises UnsafeFileError, FileReadError."""
        table = read_private_toml(self._path).get(profile)
        return table if isinstance(table, dict) else {}

    def write(self, profile: str, table: Mapping[str, Any]) -> None:
        """Write a profile's table; raises UnsafeFileError, FileWriteError, LockTimeoutError."""
        with file_lock(self._path):
            tables = read_private_toml(self._path)
            write_private_toml(self._path, tables | {profile: dict(table)})

    def remove(self, profile: str) -> None:
        """Remove a profile's table; raises as `write`."""
        if profile in read_private_toml(self._path):
            with file_lock(self._path):
                tables = read_private_toml(self._path)
                tables.pop(profile, None)
                write_private_toml(self._path, tables)


class HolidayStore:
    """Trading holidays as KIS last returned them, shared by all profiles; all methods block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[date | None, frozenset[date]]:
        """Return the Korean date of the last request, even if it failed, and the known holidays.

        Raises UnsafeFileError, FileReadError.
        """
        table = read_private_toml(self._path)
        if table.get("schema") != HOLIDAYS_SCHEMA_VERSION:
            return None, frozenset()
        try:
            return _parse_date(table["asked_on"]), frozenset(map(_parse_date, table["closed"]))
        except (KeyError, TypeError):
            return None, frozenset()

    def write(self, requested_on: date, holidays: Collection[date]) -> None:
        """Write the holidays requested on a Korean date; raises UnsafeFileError, FileWriteError."""
        write_private_toml(
            self._path,
            {
                "schema": HOLIDAYS_SCHEMA_VERSION,
                "asked_on": requested_on,
                "closed": sorted(holidays),
            },
        )

    def claim_daily_request(self, today: date) -> bool:
        """Return whether this process may request the holidays: one process may, once a day.

        Recorded before the request, so that a failure is not repeated. Raises StorageError.
        """
        with file_lock(self._path):
            requested_on, holidays = self.read()
            if requested_on == today:
                return False
            self.write(today, holidays)
            return True


def _parse_date(raw: Any) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise TypeError
    return raw
