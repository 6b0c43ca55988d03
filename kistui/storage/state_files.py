"""Small TOML files of the state folder: how holdings were arranged, and trading holidays.

A file that cannot be parsed counts as empty.
"""

import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kistui.storage.files import file_lock, read_private_file, write_private_file


def load_toml_table(path: Path) -> dict[str, Any]:
    """Return the table in a private file, empty if there is none or it cannot be parsed.

    Raises UnsafeFileError, FileReadError.
    """
    content = read_private_file(path) or b""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


class ViewStateFile:
    """Sort order, filter and columns: one table per profile, in one private file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, profile: str) -> Mapping[str, Any]:
        """Return a profile's table; raises UnsafeFileError, FileReadError."""
        table = load_toml_table(self._path).get(profile)
        return table if isinstance(table, dict) else {}

    def write(self, profile: str, table: Mapping[str, Any]) -> None:
        """Write a profile's table; raises UnsafeFileError, FileWriteError, LockTimeoutError."""
        import tomli_w  # noqa: PLC0415  # only writing pays for it

        with file_lock(self._path):
            content = tomli_w.dumps(load_toml_table(self._path) | {profile: dict(table)})
            write_private_file(self._path, content.encode())

    def remove(self, profile: str) -> None:
        """Remove a profile's table; raises as `write`."""
        import tomli_w  # noqa: PLC0415  # only writing pays for it

        if profile in load_toml_table(self._path):
            with file_lock(self._path):
                tables = load_toml_table(self._path)
                tables.pop(profile, None)
                write_private_file(self._path, tomli_w.dumps(tables).encode())


SCHEMA_VERSION = 1


class HolidayStore:
    """Trading holidays as KIS last returned them, shared by all profiles; all methods block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[date | None, frozenset[date]]:
        """Return the Korean date of the last request, even if it failed, and the known holidays.

        Raises UnsafeFileError, FileReadError.
        """
        content = read_private_file(self._path) or b""
        try:
            raw = tomllib.loads(content.decode("utf-8"))
            if raw["schema"] != SCHEMA_VERSION:
                return None, frozenset()
            return _parse_date(raw["asked_on"]), frozenset(
                _parse_date(day) for day in raw["closed"]
            )
        except (ValueError, LookupError, TypeError, RecursionError):
            return None, frozenset()

    def write(self, requested_on: date, holidays: Collection[date]) -> None:
        """Write the holidays requested on a Korean date; raises UnsafeFileError, FileWriteError."""
        import tomli_w  # noqa: PLC0415  # only writing pays for it

        table = {"schema": SCHEMA_VERSION, "asked_on": requested_on, "closed": sorted(holidays)}
        write_private_file(self._path, tomli_w.dumps(table).encode())

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
