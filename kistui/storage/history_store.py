"""Asset histories: one private CSV file per account, shared by the processes of this machine.

A file that cannot be parsed, or of another version, is never changed.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from kistui.errors import FileReadError, HistoryFileError, StorageError
from kistui.models.account import Profile
from kistui.models.history import AssetHistory, CashFlow, DayRecord, merge_histories
from kistui.models.history_csv import (
    VERSION_LINE,
    HistoryFormatError,
    format_history,
    parse_history,
)
from kistui.storage.files import (
    errno_name,
    exists,
    file_lock,
    files_in,
    read_private_file,
    remove_lock_files,
    remove_private_file,
    short_hash,
    write_private_file,
)

MAX_HISTORY_BYTES = 16 << 20
"""More than a hundred thousand rows."""


def history_name(profile: Profile, base_url: str | None, app_key: str = "") -> str:
    """Return the name of an account's history, which does not depend on the profile's name.

    The account number could be found from it by trying all numbers; `app_key` prevents that for an
    account whose number is not on disk otherwise.
    """
    return short_hash(profile.environment_label, profile.account.unmasked, base_url or "", app_key)


def read_history_file(path: Path, today: date) -> AssetHistory:
    """Return the history in a CSV file of the user's; days after `today` are refused.

    Raises HistoryFileError, FileReadError.
    """
    try:
        if not path.is_file():  # a pipe would block
            raise FileReadError(path=str(path), reason="not_a_file" if path.exists() else "enoent")
        with path.open("rb") as file:
            return _parse_content(path, file.read(MAX_HISTORY_BYTES + 1), today)
    except OSError as error:
        raise FileReadError(path=str(path), reason=errno_name(error)) from None


def _parse_content(path: Path, content: bytes, today: date | None = None) -> AssetHistory:
    if len(content) > MAX_HISTORY_BYTES:
        raise HistoryFileError(path=str(path), line=1, reason="too_large")
    try:
        return parse_history(content.decode("utf-8"), today)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise HistoryFileError(path=str(path), line=line, reason="not_utf8") from None
    except HistoryFormatError as error:
        raise HistoryFileError(
            path=str(path), line=error.line, reason=error.reason, **error.details
        ) from None


class HistoryStore:
    """The files in `folder`; every method blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Return the path of a history."""
        return self._folder / f"{name}.csv"

    def read(self, name: str) -> AssetHistory:
        """Return a history, empty if there is none.

        Raises HistoryFileError, UnsafeFileError, FileReadError.
        """
        path = self.path(name)
        content = read_private_file(path, MAX_HISTORY_BYTES + 1)
        if content is None:
            return AssetHistory()
        if not content.startswith(VERSION_LINE.encode() + b"\n"):
            raise HistoryFileError(path=str(path), line=1, reason="unknown_version")
        return _parse_content(path, content)

    def record(self, name: str, record: DayRecord) -> bool:
        """Add a day's record; return whether it is new or replaces the one of its day.

        Raises as `read`, and FileWriteError, LockTimeoutError.
        """

        def add(history: AssetHistory) -> AssetHistory:
            present = history.get(record.day)
            if present is not None and not record.supersedes(present):
                return history
            return merge_histories(history, AssetHistory((record,)), replace_days=True)

        history = self.read(name)
        if add(history) is history:  # most refreshes need no lock
            return False
        return self._update(name, add)

    def merge(self, name: str, imported: AssetHistory, *, replace_days: bool = False) -> bool:
        """Add days and cash flows; return whether anything changed. Raises as `record`."""
        return self._update(
            name, lambda history: merge_histories(history, imported, replace_days=replace_days)
        )

    def add_cash_flow(self, name: str, flow: CashFlow) -> None:
        """Note a deposit or withdrawal, even if it equals another. Raises as `record`."""
        self._update(
            name,
            lambda history: AssetHistory(history.days, tuple(sorted((*history.cash_flows, flow)))),
        )

    def remove_cash_flow(self, name: str, flow: CashFlow) -> bool:
        """Remove a noted deposit or withdrawal; return whether there was one. Raises as `record`.

        Without a note in `flow`, any of its day and amount.
        """

        def remove(history: AssetHistory) -> AssetHistory:
            flows = list(history.cash_flows)
            for noted in flows:
                is_same_flow = (noted.day, noted.amount) == (flow.day, flow.amount)
                if is_same_flow and flow.note in {"", noted.note}:
                    flows.remove(noted)
                    break
            return AssetHistory(history.days, tuple(flows))

        return self._update(name, remove)

    def delete(self, name: str) -> bool:
        """Delete a history; return whether there was one. Raises FileWriteError."""
        path = self.path(name)
        if not exists(path):
            return False
        with file_lock(path):
            remove_private_file(path)
        remove_lock_files(path)
        return True

    def problems(self) -> tuple[StorageError, ...]:
        """Return why files of the folder cannot be used."""
        errors = []
        for path in files_in(self._folder, "*.csv"):
            try:
                self.read(path.stem)
            except StorageError as error:
                errors.append(error)
        return tuple(errors)

    def _update(self, name: str, change: Callable[[AssetHistory], AssetHistory]) -> bool:
        path = self.path(name)
        with file_lock(path):
            history = self.read(name)
            changed = change(history)
            if changed == history:
                return False
            self._write(name, changed)
            return True

    def _write(self, name: str, history: AssetHistory) -> None:
        content = f"{VERSION_LINE}\n{format_history(history)}"
        write_private_file(self.path(name), content.encode())
