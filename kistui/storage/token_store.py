"""Tokens: one private file per server and app key, shared by all processes of the machine.

A file that cannot be parsed counts as no token; its modification time counts as a request.
"""

import re
import stat
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import FileReadError, FileWriteError, StorageError, UnsafeFileError
from kistui.models.text import Secret
from kistui.models.token import AccessToken, Rejection, TokenOrigin, TokenRecord, TokenStatus
from kistui.storage.files import (
    PARSE_ERRORS,
    VALID_YEARS,
    async_file_lock,
    file_lock,
    is_link,
    read_private_file,
    read_private_toml,
    remove_lock_files,
    remove_private_file,
    short_hash,
    write_private_toml,
)
from kistui.storage.paths import display_path

if TYPE_CHECKING:
    import asyncio

SCHEMA_VERSION = 1
_RECORD_NAME_PATTERN = re.compile(r"[0-9a-f]{32}")
UNUSABLE_FOLDER_REASONS = frozenset({"eacces", "eperm"})
"""Why a record cannot be read where the folder cannot be used at all."""
TOKEN_LOCK_TIMEOUT = 45.0
"""Seconds, longer than a process may hold the lock while it waits for KIS."""
MAX_STORED_SKEW = timedelta(days=36_525)
"""Greater values would overflow in date arithmetic."""

RawTable = Mapping[str, Any]


def token_record_name(server_url: str, app_key: str) -> str:
    """Return the record name of an app key on a server, a hash of both."""
    return short_hash(server_url, app_key)


class UnsavedRecord(Struct, frozen=True):
    """A record that cannot be written because of `error`."""

    record: TokenRecord
    error: StorageError


class TokenStore:
    """The records in `directory`; every method but `lock` blocks.

    Where the folder cannot be written, records stay in memory, for this process only.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._record_names_file = directory / "profiles.toml"
        self._unsaved_records: dict[str, UnsavedRecord] = {}
        self._unsaved_links: dict[str, str] = {}
        self._local_locks: dict[str, tuple[object, asyncio.Lock]] = {}

    def read(self, record_name: str) -> TokenRecord:
        """Return a record, empty if missing or invalid; raises UnsafeFileError, FileReadError."""
        if unsaved := self._unsaved_records.get(record_name):
            return unsaved.record
        path = self.path(record_name)
        try:
            content = read_private_file(path)
        except FileReadError as error:
            if error.details["reason"] not in UNUSABLE_FOLDER_REASONS:
                raise
            content = None
        if content is None:
            return TokenRecord()
        try:
            return _parse_record(tomllib.loads(content.decode("utf-8")), record_name)
        except PARSE_ERRORS:
            return TokenRecord(issue_attempted_at=_modified_at(path))

    def write(self, record_name: str, record: TokenRecord) -> None:
        """Replace a record, in memory if it cannot be written; a link raises UnsafeFileError."""
        table = {"schema": SCHEMA_VERSION, "name": record_name, **_serialize_record(record)}
        path = self.path(record_name)
        try:
            write_private_toml(path, table)
        except (FileWriteError, UnsafeFileError) as error:
            if is_link(path):
                raise
            self._unsaved_records[record_name] = UnsavedRecord(record, error)
        else:
            self._unsaved_records.pop(record_name, None)

    def write_error(self, record_name: str) -> StorageError | None:
        """Return why a record is in memory only, if it is."""
        unsaved = self._unsaved_records.get(record_name)
        return unsaved.error if unsaved else None

    def import_token(self, record_name: str, token: AccessToken, now: datetime) -> bool:
        """Store another tool's token if it is usable and there is no other; waits for the lock."""
        with file_lock(self.path(record_name)):
            record = self.read(record_name)
            if record.token is not None or not token.is_usable(now):
                return False
            self.write(record_name, replace(record, token=token))
            return True

    @asynccontextmanager
    async def lock(
        self, record_name: str, on_wait: Callable[[str], None] = lambda _holder: None
    ) -> AsyncIterator[None]:
        """Hold a record's lock, which excludes all tasks and processes of this machine.

        `on_wait` receives the id of the process that holds the lock, if it is waited for. The
        lock of a crashed process is free at once. Where the folder cannot be written, only the
        tasks of this process are excluded. Raises LockTimeoutError.
        """
        path = self.path(record_name)
        async with AsyncExitStack() as exit_stack:
            try:
                await exit_stack.enter_async_context(
                    async_file_lock(path, TOKEN_LOCK_TIMEOUT, on_wait)
                )
            except (FileWriteError, UnsafeFileError) as error:
                await exit_stack.enter_async_context(self._local_lock(record_name))
                self._unsaved_records[record_name] = UnsavedRecord(self.read(record_name), error)
            else:
                if unsaved := self._unsaved_records.get(record_name):  # it can be written again
                    self.write(record_name, unsaved.record)
            yield

    def _local_lock(self, record_name: str) -> "asyncio.Lock":
        """Return the lock that the tasks of the running event loop share."""
        import asyncio  # noqa: PLC0415  # 20 ms that `kistui status` need not pay for

        loop = asyncio.get_running_loop()
        lock_loop, lock = self._local_locks.get(record_name, (None, asyncio.Lock()))
        if lock_loop is not loop:
            lock = asyncio.Lock()
            self._local_locks[record_name] = (loop, lock)
        return lock

    def status(self, profile_key: str) -> TokenStatus:
        """Return the state of a profile's token; needs no secret of the profile."""
        name, mode = self.record_name_for(profile_key), None
        if name is not None:
            with suppress(OSError):
                mode = stat.S_IMODE(self.path(name).lstat().st_mode)
        record = self.read(name) if name is not None else TokenRecord()
        is_shared = name not in self._unsaved_records
        return TokenStatus(record, display_path(self._directory), mode, name, is_shared)

    def record_name_for(self, profile_key: str) -> str | None:
        """Return the name of a profile's record as last linked; needs no secret."""
        if name := self._unsaved_links.get(profile_key):
            return name
        name = read_private_toml(self._record_names_file).get(profile_key)
        return name if isinstance(name, str) else None

    def link_profile(self, profile_key: str, record_name: str) -> None:
        """Remember which record belongs to a profile.

        Raises UnsafeFileError, FileWriteError, LockTimeoutError.
        """
        if self.record_name_for(profile_key) != record_name:
            self._unsaved_links[profile_key] = record_name
            self._update_record_names(lambda names: names.update({profile_key: record_name}))
            del self._unsaved_links[profile_key]

    def unlink_profile(self, profile: str) -> None:
        """Forget the records of a profile, on every server; delete those of no other profile.

        Raises UnsafeFileError, FileWriteError, LockTimeoutError.
        """
        for key in [key for key in self._unsaved_links if _profile_of_key(key) == profile]:
            self._unsaved_records.pop(self._unsaved_links.pop(key), None)
        if not self._records_by_profile().get(profile):
            return
        for record_name in self.sole_record_names(profile):
            path = self.path(record_name)
            with file_lock(path):
                remove_private_file(path)
            remove_lock_files(path)

        def drop(names: dict[str, Any]) -> None:
            for key in [key for key in names if _profile_of_key(key) == profile]:
                names.pop(key)

        self._update_record_names(drop)

    def sole_record_names(self, profile: str) -> frozenset[str]:
        """Return the names of the records that only `profile` uses."""
        records = self._records_by_profile()
        own_records = records.pop(profile, frozenset[str]())
        return own_records.difference(*records.values())

    def _records_by_profile(self) -> dict[str, frozenset[str]]:
        records: dict[str, frozenset[str]] = {}
        for key, name in read_private_toml(self._record_names_file).items():
            if isinstance(name, str) and _RECORD_NAME_PATTERN.fullmatch(name):
                profile = _profile_of_key(key)
                records[profile] = records.get(profile, frozenset()) | {name}
        return records

    def _update_record_names(self, change: Callable[[dict[str, Any]], object]) -> None:
        with file_lock(self._record_names_file):
            names = read_private_toml(self._record_names_file)
            change(names)
            write_private_toml(self._record_names_file, names)

    def path(self, record_name: str) -> Path:
        """Return the path of a record."""
        return self._directory / f"{record_name}.toml"


def _profile_of_key(profile_key: str) -> str:
    """Return the profile's name in a key, which a blank and a server may follow."""
    return profile_key.split(" ", maxsplit=1)[0]


def _modified_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _parse_record(raw: RawTable, record_name: str) -> TokenRecord:
    """Parse a record; raises ValueError, KeyError or TypeError."""
    if raw["schema"] != SCHEMA_VERSION or raw["name"] != record_name:
        raise ValueError
    notices = raw.get("notices", {})
    skew = timedelta(seconds=float(raw["skew_seconds"])) if "skew_seconds" in raw else None
    if skew is not None and abs(skew) > MAX_STORED_SKEW:
        raise ValueError
    rejection = _get_renamed(raw, "rejection", "death")
    return TokenRecord(
        token=_parse_token(raw["token"]) if "token" in raw else None,
        issue_attempted_at=_parse_datetime(raw["attempted_at"]) if "attempted_at" in raw else None,
        rejection=_parse_rejection(rejection) if rejection is not None else None,
        rejected_id=_parse_text(_get_renamed(raw, "rejected_id", "buried") or ""),
        notification_count=int(notices.get("count", 0)),
        last_notified_at=_parse_datetime(notices["at"]) if "at" in notices else None,
        measured_skew=skew,
    )


def _parse_token(raw: RawTable) -> AccessToken:
    value = _parse_text(raw["value"])
    if not value or not value.isascii() or not value.isprintable():
        raise ValueError
    process = raw.get("process")
    return AccessToken(
        Secret(value),
        _parse_datetime(raw["issued_at"]),
        _parse_datetime(raw["expires_at"]),
        TokenOrigin(raw["origin"]),
        process if isinstance(process, int) else None,
    )


def _parse_rejection(raw: RawTable) -> Rejection:
    was_reissued = _get_renamed(raw, "was_reissued", "came_back") is True
    return Rejection(_parse_datetime(raw["at"]), _parse_text(raw["code"]), was_reissued)


def _get_renamed(raw: RawTable, name: str, earlier_name: str) -> Any:
    """Return a field of a record, also under the name that earlier versions wrote."""
    return raw.get(name, raw.get(earlier_name))


def _parse_datetime(raw: object) -> datetime:
    if not isinstance(raw, datetime) or raw.tzinfo is None or raw.year not in VALID_YEARS:
        raise TypeError
    return raw


def _parse_text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _serialize_record(record: TokenRecord) -> dict[str, Any]:
    table: dict[str, Any] = {}
    if record.measured_skew is not None:
        table["skew_seconds"] = record.measured_skew.total_seconds()
    if record.rejected_id:
        table["rejected_id"] = record.rejected_id
    if record.issue_attempted_at:
        table["attempted_at"] = record.issue_attempted_at
    if record.token:
        token = record.token
        table["token"] = {
            "value": token.value.reveal(),
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
            "origin": token.origin.value,
        }
        if token.process_id is not None:
            table["token"]["process"] = token.process_id
    if record.rejection:
        rejection = record.rejection
        table["rejection"] = {
            "at": rejection.rejected_at,
            "code": rejection.code,
            "was_reissued": rejection.was_reissued,
        }
    if record.last_notified_at:
        table["notices"] = {"count": record.notification_count, "at": record.last_notified_at}
    return table
