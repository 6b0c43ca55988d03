"""One app key's token, shared by every task, thread and process of this machine.

It is asked for once: a usable one is taken from the store, and who needs a new one claims the
store, looks again, and only then asks KIS; never twice within a minute, whoever asked before.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from kistui.clock import KST, Clock
from kistui.errors import (
    ConnectFailedError,
    KistuiError,
    ApiError,
    StorageError,
    TlsError,
    TokenExpiredError,
    TokenInvalidError,
    RejectedTokenReissuedError,
    TokenCooldownError,
)
from kistui.models.account import Credentials
from kistui.models.progress import OnProgress, TokenRequested, TokenRequestDelayed, ignore_progress
from kistui.models.record import record, replace
from kistui.models.token import ISSUE_INTERVAL, RENEW_BEFORE, AccessToken, TokenRecord
from kistui.store.tokens import TokenStore, name_of

if TYPE_CHECKING:
    from kistui.client import KisClient

Sleep = Callable[[float], Awaitable[None]]

MOST_WAITS = 2
"""Minutes to wait for others' requests before saying so."""
LOOK = 1.0
"""Seconds between looks at the clock while waiting: a laptop may sleep, a clock may be set."""
LAST_SECONDS = 3.0
"""Left to a request under way when all is closed: its token would be lost, the notice not."""
WORTH_NOTING = timedelta(seconds=30)
"""Change of clock skew that is written down."""


@record
class Refusal:
    """KIS refused `token` with `error`."""

    token: AccessToken
    error: TokenExpiredError | TokenInvalidError


class SharedToken:
    """The token of `credentials` on the client's server; all methods raise of the whole tree."""

    def __init__(
        self,
        store: TokenStore,
        credentials: Credentials,
        client: "KisClient",
        clock: Clock,
        *,
        renew_before: timedelta = RENEW_BEFORE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.name = name_of(client.origin, credentials.app_key)
        self._store = store
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._renew_before = renew_before
        self._sleep = sleep
        self._one_at_a_time = asyncio.Lock()
        self._asking: set[asyncio.Task[AccessToken | datetime]] = set()
        self._seen = TokenRecord()
        self._unsaved: AccessToken | None = None
        """A token the disk did not take: it was paid for with a notice, so it is used."""

    async def record(self) -> TokenRecord:
        """What is known, from the store."""
        self._seen = await asyncio.to_thread(self._store.read, self.name)
        return self._seen

    async def is_at_hand(self) -> bool:
        """Whether the next call can be made without asking KIS for a token."""
        return await self.at_hand() is not None

    async def at_hand(self) -> AccessToken | None:
        """A token for a call that is not worth asking KIS for one."""
        return self._good(await self.record())

    async def usable(
        self, on_progress: OnProgress = ignore_progress, *, after: Refusal | None = None
    ) -> AccessToken:
        """A token for the next call; `after` a refusal, another one.

        Waits for the minute to pass if it must. Raises TokenStillDead when KIS has none other,
        TokenTooSoon when others keep asking.
        """
        token = self._good(await self.record(), after)
        return token or await self._ask(on_progress, after, is_forced=False)

    async def issue(self, on_progress: OnProgress = ignore_progress) -> AccessToken:
        """Ask KIS for a token, even while there is one: the owner wants it."""
        return await self._ask(on_progress, None, is_forced=True)

    async def revoke(self) -> bool:
        """Make the token void for every program; `False` when there is none to revoke."""
        async with self._store.claim(self.name):
            record = await self.record()
            if record.token is None:
                return False
            with suppress(TokenInvalidError, TokenExpiredError):  # dead already: as was wished
                await self._client.revoke_token(self._credentials, record.token)
            self._unsaved = None
            await self._write(record.without_token())
            return True

    async def worked(self) -> None:
        """A call was answered: a token thought dead lives, and the clocks were compared."""
        record, skew = self._seen, self._client.clock_skew
        is_news = skew is not None and abs(skew - record.clock_skew) >= WORTH_NOTING
        if not record.rejection and not is_news:
            return
        with suppress(StorageError):  # nothing that a working call should fail for
            async with self._store.claim(self.name):
                record = await self.record()
                await self._write(replace(record.without_rejection(), skew=self._skew(record)))

    async def failed_again(self, refusal: Refusal) -> KistuiError:
        """The error for a second refusal in a row, and a note of it for the other processes."""
        record = self._seen
        with suppress(StorageError):  # the refusal says more
            async with self._store.claim(self.name):
                record = await self.record()
                if record.token and record.token.value == refusal.token.value:
                    record = record.with_rejection(refusal.token, refusal.error.code, self._clock())
                    await self._write(record)
        return self._still_dead(record, refusal.error) or refusal.error

    async def aclose(self) -> None:
        """Leave a request under way a moment to end well."""
        if self._asking:
            await asyncio.wait(self._asking, timeout=LAST_SECONDS)
        for task in self._asking:
            task.cancel()
        if self._asking:
            await asyncio.wait(self._asking)

    def _good(self, record: TokenRecord, after: Refusal | None = None) -> AccessToken | None:
        token = record.usable_token(self._clock(), self._renew_before)
        if token is None and self._unsaved and self._unsaved.is_usable(self._clock()):
            token = self._unsaved
        return None if token and after and token.value == after.token.value else token

    async def _ask(
        self, on_progress: OnProgress, after: Refusal | None, *, is_forced: bool
    ) -> AccessToken:
        async with self._one_at_a_time:
            waits = 0
            while not isinstance(
                answer := await self._ask_shielded(on_progress, after, is_forced=is_forced), AccessToken
            ):
                if waits == MOST_WAITS:
                    raise too_soon(answer, self._clock(), after.error if after else None)
                waits += 1
                on_progress(TokenRequestDelayed(answer))
                await self._wait_until(answer)
            return answer

    async def _ask_shielded(
        self, on_progress: OnProgress, after: Refusal | None, *, is_forced: bool
    ) -> AccessToken | datetime:
        """The owner is being notified: a caller who leaves meanwhile loses no token."""
        task = asyncio.create_task(self._ask_once(on_progress, after, is_forced=is_forced))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return await asyncio.shield(task)

    async def _ask_once(
        self, on_progress: OnProgress, after: Refusal | None, *, is_forced: bool
    ) -> AccessToken | datetime:
        """A token, or when one may be asked for."""
        async with self._store.claim(self.name):
            record, now = await self.record(), self._clock()
            token = None if is_forced else self._good(record, after)
            if token:
                return token
            if after and record.token and record.token.value == after.token.value:
                record = record.with_rejection(after.token, after.error.code, now)
                if error := self._still_dead(record, after.error):
                    await self._write(record)
                    raise error
            allowed_at = record.next_issue_at(now)
            if allowed_at > now:
                # From the future: the clock was set back, and the minute begins again, once.
                attempted_at = min(record.issue_attempted_at or now, now)
                await self._write(replace(record, attempted_at=attempted_at))
                return allowed_at
            await self._write(record.with_issue_attempt(now))
            on_progress(TokenRequested())
            try:
                token = await self._client.issue_token(self._credentials)
            except (ConnectFailedError, TlsError):  # KIS has not seen the request
                await self._write(record)
                raise
            except TokenCooldownError:  # another program's: when it asked is not known
                return now + ISSUE_INTERVAL
            return await self._keep(record.with_issue_attempt(now), token)

    async def _keep(self, record: TokenRecord, token: AccessToken) -> AccessToken:
        token = replace(token, process=os.getpid())
        record = replace(record, skew=self._skew(record)).with_token(token, self._clock())
        try:
            await self._write(record)
        except StorageError:
            self._unsaved = token
        return token

    async def _write(self, record: TokenRecord) -> None:
        await asyncio.to_thread(self._store.write, self.name, record)
        self._seen = record

    def _skew(self, record: TokenRecord) -> timedelta:
        return record.clock_skew if self._client.clock_skew is None else self._client.clock_skew

    def _still_dead(self, record: TokenRecord, refusal: ApiError) -> RejectedTokenReissuedError | None:
        token, death = record.token, record.rejection
        if token is None or death is None or not death.was_reissued:
            return None
        if self._clock() + record.clock_skew >= token.reissue_window_end:
            return None
        at = f"{token.reissue_window_end.astimezone(KST):%m-%d %H:%M}"
        return RejectedTokenReissuedError(code=refusal.code, text=refusal.text, at=at)

    async def _wait_until(self, at: datetime) -> None:
        while 0 < (left := (at - self._clock()).total_seconds()) <= ISSUE_INTERVAL.total_seconds():
            await self._sleep(min(left, LOOK))


def too_soon(allowed_at: datetime, now: datetime, because: ApiError | None = None) -> TokenCooldownError:
    """The error for those who do not wait; why another token is needed says more than that."""
    seconds = max(ceil((allowed_at - now).total_seconds()), 0)
    said = {"code": because.code, "text": because.text} if because else {}
    return TokenCooldownError(seconds=seconds, at=f"{allowed_at.astimezone(KST):%H:%M:%S}", **said)
