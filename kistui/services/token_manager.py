"""The token of an app key, shared by all tasks, threads and processes of the machine.

A usable token comes from the store. To issue one, a process takes the record's lock, reads the
record again, and only then asks KIS; never twice within a minute, whichever process asked last.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from kistui.clock import KST, Clock
from kistui.errors import (
    ApiError,
    ConnectFailedError,
    KistuiError,
    NoTokenError,
    RejectedTokenReissuedError,
    StorageError,
    TlsError,
    TokenCooldownError,
    TokenExpiredError,
    TokenInvalidError,
)
from kistui.models.account import Credentials
from kistui.models.calls import (
    LocalWait,
    OnProgress,
    TokenIssued,
    TokenNotShared,
    TokenRequestDelayed,
    TokenRequested,
    ignore_progress,
)
from kistui.models.token import ISSUE_INTERVAL, RENEW_BEFORE, AccessToken, TokenRecord
from kistui.storage.token_store import TokenStore, token_record_name

if TYPE_CHECKING:
    from kistui.client import KisClient

Sleep = Callable[[float], Awaitable[None]]

MAX_COOLDOWN_WAITS = 2
"""Minutes to wait for other processes' requests before an error."""
CLOCK_POLL_INTERVAL = 1.0
"""Seconds between reads of the clock while waiting: a laptop may sleep, a clock may be set."""
SHUTDOWN_TIMEOUT = 3.0
"""Seconds a request under way has when the session closes: its token would be lost."""
SKEW_THRESHOLD = timedelta(seconds=30)
"""Change of the clock skew that is saved."""


class RejectedToken(Struct, frozen=True):
    """KIS refused `token` with `error`."""

    token: AccessToken
    error: TokenExpiredError | TokenInvalidError


class TokenManager:
    """The token of `credentials` on the client's server; all methods raise KistuiError.

    With `may_issue=False` it uses stored tokens only.
    """

    def __init__(
        self,
        store: TokenStore,
        credentials: Credentials,
        client: "KisClient",
        clock: Clock,
        *,
        renew_before: timedelta = RENEW_BEFORE,
        may_issue: bool = True,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.record_name = token_record_name(client.origin, credentials.app_key.reveal())
        self._store = store
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._renew_before = renew_before
        self._may_issue = may_issue
        self._sleep = sleep
        self._issue_lock = asyncio.Lock()
        self._issue_tasks: set[asyncio.Task[AccessToken | datetime]] = set()
        self._last_record = TokenRecord()

    async def load_record(self) -> TokenRecord:
        """Read the record from the store; raises UnsafeFileError, FileReadError."""
        self._last_record = await asyncio.to_thread(self._store.read, self.record_name)
        return self._last_record

    async def has_usable_token(self) -> bool:
        """Return whether the next call needs no new token."""
        return await self.peek() is not None

    async def peek(self) -> AccessToken | None:
        """Return a usable token, or `None` rather than issue one."""
        return self._usable_token(await self.load_record())

    async def get(
        self, on_progress: OnProgress = ignore_progress, *, rejected: RejectedToken | None = None
    ) -> AccessToken:
        """Return a token for the next call, other than `rejected`.

        Waits for KIS's minute if necessary. Raises RejectedTokenReissuedError when KIS issues the
        rejected token again, TokenCooldownError when other processes keep asking, NoTokenError when
        a token is needed and none may be issued.
        """
        token = self._usable_token(await self.load_record(), rejected)
        if token is None and not self._may_issue:
            raise NoTokenError()
        return token or await self._request_token(on_progress, rejected, is_forced=False)

    async def issue(self, on_progress: OnProgress = ignore_progress) -> AccessToken:
        """Issue a token at the user's request, even if there is a usable one."""
        return await self._request_token(on_progress, None, is_forced=True)

    async def revoke(self) -> bool:
        """Revoke the token for all programs; return `False` if there is none."""
        async with self._store.lock(self.record_name):
            record = await self.load_record()
            if record.token is None:
                return False
            with suppress(TokenInvalidError, TokenExpiredError):  # already invalid
                await self._client.revoke_token(self._credentials, record.token)
            await self._save_record(record.without_token())
            return True

    async def confirm(self) -> None:
        """Record that a call succeeded: the token is valid, and the clock skew is known."""
        record, skew = self._last_record, self._client.clock_skew
        is_new_skew = skew is not None and (
            record.measured_skew is None or abs(skew - record.clock_skew) >= SKEW_THRESHOLD
        )
        if not record.rejection and not is_new_skew:
            return
        with suppress(StorageError):  # a successful call does not fail because of this
            async with self._store.lock(self.record_name):
                record = await self.load_record()
                await self._save_record(
                    replace(record.without_rejection(), measured_skew=self._current_skew(record))
                )

    async def report_rejected(self, rejected: RejectedToken) -> KistuiError:
        """Record a second rejection in a row for all processes; return the error to raise."""
        record = self._last_record
        with suppress(StorageError):  # the rejection matters more
            async with self._store.lock(self.record_name):
                record = await self.load_record()
                if record.token and record.token.value == rejected.token.value:
                    record = record.with_rejection(
                        rejected.token, rejected.error.code, self._clock()
                    )
                    await self._save_record(record)
        return self._still_rejected_error(record, rejected.error) or rejected.error

    async def aclose(self) -> None:
        """Wait `SHUTDOWN_TIMEOUT` for a request under way, then cancel it."""
        if self._issue_tasks:
            await asyncio.wait(self._issue_tasks, timeout=SHUTDOWN_TIMEOUT)
        for task in self._issue_tasks:
            task.cancel()
        if self._issue_tasks:
            await asyncio.wait(self._issue_tasks)

    def _usable_token(
        self, record: TokenRecord, rejected: RejectedToken | None = None
    ) -> AccessToken | None:
        token = record.usable_token(self._clock(), self._renew_before)
        return None if token and rejected and token.value == rejected.token.value else token

    async def _request_token(
        self, on_progress: OnProgress, rejected: RejectedToken | None, *, is_forced: bool
    ) -> AccessToken:
        async with self._issue_lock:
            waits = 0
            while True:
                result = await self._request_shielded(on_progress, rejected, is_forced=is_forced)
                if isinstance(result, AccessToken):
                    return result
                if waits == MAX_COOLDOWN_WAITS:
                    raise _cooldown_error(
                        result, self._clock(), rejected.error if rejected else None
                    )
                waits += 1
                on_progress(TokenRequestDelayed(result))
                await self._wait_until(result)

    async def _request_shielded(
        self, on_progress: OnProgress, rejected: RejectedToken | None, *, is_forced: bool
    ) -> AccessToken | datetime:
        """Request a token; a caller that is cancelled does not cancel the request.

        KIS notifies the owner of every issue, so its token must not be lost.
        """
        task = asyncio.create_task(self._request_once(on_progress, rejected, is_forced=is_forced))
        self._issue_tasks.add(task)
        task.add_done_callback(self._request_ended)
        return await asyncio.shield(task)

    def _request_ended(self, task: "asyncio.Task[AccessToken | datetime]") -> None:
        self._issue_tasks.discard(task)
        if not task.cancelled():
            task.exception()  # asyncio prints one that a cancelled caller has not seen

    async def _request_once(
        self, on_progress: OnProgress, rejected: RejectedToken | None, *, is_forced: bool
    ) -> AccessToken | datetime:
        """Return a token, or the time at which one may be requested."""

        def report_lock(holder: str) -> None:
            if holder != str(os.getpid()):  # not for another account of the same app key
                on_progress(LocalWait("token_lock", holder))

        async with self._store.lock(self.record_name, report_lock):
            record, now = await self.load_record(), self._clock()
            token = None if is_forced else self._usable_token(record, rejected)
            if token:
                return token
            if rejected and record.token and record.token.value == rejected.token.value:
                record = record.with_rejection(rejected.token, rejected.error.code, now)
                if rejected_error := self._still_rejected_error(record, rejected.error):
                    await self._save_record(record)
                    raise rejected_error
            allowed_at = record.next_issue_at(now)
            if allowed_at > now:
                # A time in the future: the clock was set back, and the minute starts again, once.
                attempted_at = min(record.issue_attempted_at or now, now)
                await self._save_record(replace(record, issue_attempted_at=attempted_at))
                return allowed_at
            await self._save_record(record.with_issue_attempt(now))
            on_progress(TokenRequested())
            try:
                token = await self._client.issue_token(self._credentials)
            except (ConnectFailedError, TlsError):  # the request did not reach KIS
                await self._save_record(record)
                raise
            except KistuiError as failure:
                record = record.with_issue_attempt(self._clock())
                await self._save_record(record)
                if isinstance(failure, TokenCooldownError):  # another program asked at some time
                    return record.next_issue_at(self._clock())
                raise
            # KIS's minute begins when it gets the request: some time before its response is here.
            token = await self._save_token(record.with_issue_attempt(self._clock()), token)
            error = self._store.write_error(self.record_name)
            on_progress(TokenNotShared(error) if error else TokenIssued())
            return token

    async def _save_token(self, record: TokenRecord, token: AccessToken) -> AccessToken:
        token = replace(token, process_id=os.getpid())
        record = replace(record, measured_skew=self._current_skew(record)).with_token(
            token, self._clock()
        )
        await self._save_record(record)
        return token

    async def _save_record(self, record: TokenRecord) -> None:
        await asyncio.to_thread(self._store.write, self.record_name, record)
        self._last_record = record

    def _current_skew(self, record: TokenRecord) -> timedelta | None:
        return record.measured_skew if self._client.clock_skew is None else self._client.clock_skew

    def _still_rejected_error(
        self, record: TokenRecord, error: ApiError
    ) -> RejectedTokenReissuedError | None:
        token, rejection = record.token, record.rejection
        if token is None or rejection is None or not rejection.was_reissued:
            return None
        if self._clock() + record.clock_skew >= token.reissue_window_end:
            return None
        at = f"{token.reissue_window_end.astimezone(KST):%m-%d %H:%M}"
        return RejectedTokenReissuedError(code=error.code, text=error.text, at=at)

    async def _wait_until(self, until: datetime) -> None:
        """Wait for a time at most a minute away; end at once when the clock is set back."""
        remaining = until - self._clock()
        while timedelta(0) < remaining <= ISSUE_INTERVAL:
            await self._sleep(min(remaining.total_seconds(), CLOCK_POLL_INTERVAL))
            remaining = until - self._clock()


def _cooldown_error(
    allowed_at: datetime, now: datetime, cause: ApiError | None = None
) -> TokenCooldownError:
    """Return the error for callers that do not wait, with the code and text of `cause`."""
    seconds = max(ceil((allowed_at - now).total_seconds()), 0)
    cause_details = {"code": cause.code, "text": cause.text} if cause else {}
    return TokenCooldownError(
        seconds=seconds, at=f"{allowed_at.astimezone(KST):%H:%M:%S}", **cause_details
    )
