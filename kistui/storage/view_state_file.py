"""How each profile's figures were last arranged: nothing that cannot be lost."""

import tomllib
from collections.abc import Mapping
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
