"""The days without trading, as KIS last told them: one private file for all profiles.

A file that cannot be understood counts as nothing remembered.
"""

import tomllib
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kistui.store.files import locked, read_private, write_private

SCHEMA = 1


class HolidayStore:
    """The file at `path`; every method blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[date | None, frozenset[date]]:
        """The Korean date of the last call, whatever came of it, and the closed days known.

        Raises FileUnsafe, FileUnreadable.
        """
        content = read_private(self._path) or b""
        try:
            raw = tomllib.loads(content.decode("utf-8"))
            if raw["schema"] != SCHEMA:
                return None, frozenset()
            return _day(raw["asked_on"]), frozenset(_day(day) for day in raw["closed"])
        except (ValueError, LookupError, TypeError, RecursionError):
            return None, frozenset()

    def write(self, asked_on: date, closed: Collection[date]) -> None:
        """Remember what was told on a Korean date; raises FileUnsafe, FileUnwritable."""
        import tomli_w  # noqa: PLC0415  # for those who write

        table = {"schema": SCHEMA, "asked_on": asked_on, "closed": sorted(closed)}
        write_private(self._path, tomli_w.dumps(table).encode())

    def claim(self, today: date) -> bool:
        """Whether it is ours to ask KIS on a Korean date: of all processes, one call a day.

        Noted before the call, so that a failure is not repeated. Raises of StoreError.
        """
        with locked(self._path):
            asked_on, closed = self.read()
            if asked_on == today:
                return False
            self.write(today, closed)
            return True


def _day(raw: Any) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise TypeError
    return raw
