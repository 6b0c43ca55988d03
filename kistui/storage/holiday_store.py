"""The days without trading, as KIS last told them: one private file for all profiles.

A file that cannot be understood counts as nothing remembered.
"""

import tomllib
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kistui.storage.files import file_lock, read_private_file, write_private_file

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
