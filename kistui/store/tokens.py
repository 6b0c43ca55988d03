"""The tokens of this machine: a private file for each server and app key, shared by all processes.

A file that cannot be understood counts as no token, but its time counts as a request for one.
"""

import stat
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from kistui.errors import LockTimeoutError
from kistui.models.record import replace
from kistui.models.token import Rejection, TokenOrigin, AccessToken, TokenRecord, TokenStatus
from kistui.store.files import OF_ANOTHER_SHAPE, FileClaim, locked, read_private, write_private
from kistui.store.paths import shown_path
from kistui.store.remembered import load_table

SCHEMA = 1
CLAIM_SECONDS = 45.0
"""Longer than the longest answer a holder may wait for."""
POLL_SECONDS = 0.05
YEARS = range(1900, 3000)
MOST_SKEW = timedelta(days=36_525)
"""What lies outside these cannot be counted with."""

Raw = Mapping[str, Any]


def name_of(origin: str, app_key: str) -> str:
    """The name of the record of an app key on a server; neither can be had from it."""
    return sha256(f"{origin}\n{app_key}".encode()).hexdigest()[:32]


class TokenStore:
    """The records in `folder`; every method but `claim` blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = folder / "profiles.toml"

    def read(self, name: str) -> TokenRecord:
        """A record, empty when there is none to be read. Raises FileUnsafe, FileUnreadable."""
        path = self._path(name)
        content = read_private(path)
        if content is None:
            return TokenRecord()
        try:
            return _record(tomllib.loads(content.decode("utf-8")), name)
        except OF_ANOTHER_SHAPE:
            return TokenRecord(issue_attempted_at=_written_at(path))

    def write(self, name: str, record: TokenRecord) -> None:
        """Replace a record; raises FileUnsafe, FileUnwritable."""
        import tomli_w  # noqa: PLC0415  # for those who write

        content = tomli_w.dumps({"schema": SCHEMA, "name": name, **_table(record)})
        write_private(self._path(name), content.encode())

    def adopt(self, name: str, token: AccessToken, now: datetime) -> bool:
        """Take over another tool's token, if it lives and there is none; blocks for the claim."""
        with locked(self._path(name)):
            record = self.read(name)
            if record.token is not None or not token.is_usable(now):
                return False
            self.write(name, replace(record, token=token))
            return True

    @asynccontextmanager
    async def claim(self, name: str) -> AsyncIterator[None]:
        """Be the only one, of all processes, to change a record. Raises StoreBusy.

        The claim of a process that crashed is free at once. Blocks no event loop.
        """
        import asyncio  # noqa: PLC0415  # 20 ms, for those who use the network anyway

        claim = FileClaim(self._path(name))
        tries = asyncio.create_task(_take(claim))
        try:
            await asyncio.shield(tries)
        except asyncio.CancelledError:
            claim.give_up()
            await asyncio.wait([tries])  # a thread that is about to take it is not called back
            claim.release()
            raise
        try:
            yield
        finally:
            claim.release()

    def status(self, profile: str) -> TokenStatus:
        """What is known of a profile's token, without any secret of the profile."""
        name, mode = self.known(profile), None
        if name is not None:
            with suppress(OSError):
                mode = stat.S_IMODE(self._path(name).lstat().st_mode)
        record = self.read(name) if name is not None else TokenRecord()
        return TokenStatus(record, shown_path(self._folder), mode, name)

    def known(self, profile: str) -> str | None:
        """The name of a profile's record, as last remembered: no secret is needed to find it."""
        name = load_table(self._names).get(profile)
        return name if isinstance(name, str) else None

    def remember(self, profile: str, name: str) -> None:
        """Note which record is a profile's; raises FileUnsafe, FileUnwritable, StoreBusy."""
        if self.known(profile) != name:
            self._change_names(lambda names: names.update({profile: name}))

    def forget(self, profile: str) -> None:
        """The profile is gone, or has another app key; its names may go on after a blank."""
        gone = [name for name in load_table(self._names) if name.split(" ")[0] == profile]

        def drop(names: dict[str, Any]) -> None:
            for name in gone:
                names.pop(name, None)

        if gone:
            self._change_names(drop)

    def _change_names(self, change: Callable[[dict[str, Any]], object]) -> None:
        import tomli_w  # noqa: PLC0415  # for those who write

        with locked(self._names):
            names = load_table(self._names)
            change(names)
            write_private(self._names, tomli_w.dumps(names).encode())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.toml"


async def _take(claim: FileClaim) -> None:
    import asyncio  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    patience = loop.time() + CLAIM_SECONDS
    while not claim.given_up and not await asyncio.to_thread(claim.take):
        if loop.time() > patience:
            seconds, holder = round(CLAIM_SECONDS), await asyncio.to_thread(claim.holder)
            raise LockTimeoutError(path=str(claim.path), seconds=seconds, holder=holder)
        await asyncio.sleep(POLL_SECONDS)


def _written_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _record(raw: Raw, name: str) -> TokenRecord:
    """A record from its table; raises ValueError, KeyError or TypeError for any other shape."""
    if raw["schema"] != SCHEMA or raw["name"] != name:
        raise ValueError
    notices = raw.get("notices", {})
    skew = timedelta(seconds=float(raw.get("skew_seconds", 0)))
    if abs(skew) > MOST_SKEW:
        raise ValueError
    return TokenRecord(
        token=_token(raw["token"]) if "token" in raw else None,
        issue_attempted_at=_instant(raw["attempted_at"]) if "attempted_at" in raw else None,
        rejection=_death(raw["death"]) if "death" in raw else None,
        rejected_id=_text(raw.get("buried", "")),
        notification_count=int(notices.get("count", 0)),
        last_notified_at=_instant(notices["at"]) if "at" in notices else None,
        clock_skew=skew,
    )


def _token(raw: Raw) -> AccessToken:
    value = _text(raw["value"])
    if not value or not value.isascii() or not value.isprintable():
        raise ValueError
    process = raw.get("process")
    return AccessToken(
        value,
        _instant(raw["issued_at"]),
        _instant(raw["expires_at"]),
        TokenOrigin(raw["origin"]),
        process if isinstance(process, int) else None,
    )


def _death(raw: Raw) -> Rejection:
    return Rejection(_instant(raw["at"]), _text(raw["code"]), raw.get("came_back") is True)


def _instant(raw: object) -> datetime:
    if not isinstance(raw, datetime) or raw.tzinfo is None or raw.year not in YEARS:
        raise TypeError
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _table(record: TokenRecord) -> dict[str, Any]:
    table: dict[str, Any] = {"skew_seconds": record.clock_skew.total_seconds()}
    if record.rejected_id:
        table["buried"] = record.rejected_id
    if record.issue_attempted_at:
        table["attempted_at"] = record.issue_attempted_at
    if record.token:
        token = record.token
        table["token"] = {
            "value": token.value,
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
            "origin": token.origin.value,
        }
        if token.process_id is not None:
            table["token"]["process"] = token.process_id
    if record.rejection:
        death = record.rejection
        table["death"] = {"at": death.rejected_at, "code": death.code, "came_back": death.was_reissued}
    if record.last_notified_at:
        table["notices"] = {"count": record.notification_count, "at": record.last_notified_at}
    return table
