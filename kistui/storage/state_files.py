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
    """The table in a private file; empty when there is none or it makes no sense.

    Raises UnsafeFileError, FileReadError.
    """
    content = read_private_file(path) or b""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


class ViewStateFile:
    """A table for each profile, in one private file; one that makes no sense is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, profile: str) -> Mapping[str, Any]:
        """A profile's table; raises UnsafeFileError, FileReadError."""
        table = load_toml_table(self._path).get(profile)
        return table if isinstance(table, dict) else {}

    def write(self, profile: str, table: Mapping[str, Any]) -> None:
        """Keep a profile's table; raises UnsafeFileError, FileWriteError, LockTimeoutError."""
        import tomli_w  # noqa: PLC0415  # for those who write

        with file_lock(self._path):
            content = tomli_w.dumps(load_toml_table(self._path) | {profile: dict(table)})
            write_private_file(self._path, content.encode())


SCHEMA_VERSION = 1


class HolidayStore:
    """The file at `path`; every method blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[date | None, frozenset[date]]:
        """The Korean date of the last call, whatever came of it, and the closed days known.

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
        """Remember what was told on a Korean date; raises UnsafeFileError, FileWriteError."""
        import tomli_w  # noqa: PLC0415  # for those who write

        table = {"schema": SCHEMA_VERSION, "asked_on": requested_on, "closed": sorted(holidays)}
        write_private_file(self._path, tomli_w.dumps(table).encode())

    def claim_daily_request(self, today: date) -> bool:
        """Whether it is ours to ask KIS on a Korean date: of all processes, one call a day.

        Noted before the call, so that a failure is not repeated. Raises of StorageError.
        """
        with file_lock(self._path):
            asked_on, closed = self.read()
            if asked_on == today:
                return False
            self.write(today, closed)
            return True


def _parse_date(raw: Any) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise TypeError
    return raw
