"""The one orchestrator: credentials → token → balance. Knows no screen.

The token is kept in memory: one issue at a time, none while a usable one is held, and never two
within a minute of each other.
"""

import asyncio
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from kistui.clock import KST, Clock, system_clock
from kistui.errors import TokenExpired, TokenInvalid, TokenTooSoon
from kistui.model.account import Credentials, Profile
from kistui.model.balance import Balance
from kistui.model.progress import OnProgress, ignore_progress
from kistui.model.token import ISSUE_INTERVAL, Token

if TYPE_CHECKING:
    from kistui.client import KisClient


class Session:
    """One profile's conversation with KIS; closes its client when closed."""

    def __init__(
        self,
        profile: Profile,
        credentials: Credentials,
        client: "KisClient",
        clock: Clock = system_clock,
    ) -> None:
        self.profile = profile
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._token: Token | None = None
        self._asked_at: datetime | None = None
        self._issuing = asyncio.Lock()
        self._pending: asyncio.Task[Token] | None = None
        """An issue under way, whoever waits for it."""

    @property
    def has_token(self) -> bool:
        """Whether the next call can be made without issuing a token."""
        return self._token is not None and self._token.is_usable(self._clock())

    async def balance(self, on_progress: OnProgress = ignore_progress) -> Balance:
        """The profile's whole domestic balance; raises of the KistuiError tree.

        A token that KIS says is dead is replaced once and the call repeated once.
        """
        token = await self._usable_token(instead_of=None)
        try:
            return await self._read(token, on_progress)
        except (TokenExpired, TokenInvalid) as death:
            try:
                token = await self._usable_token(instead_of=token)
            except TokenTooSoon as soon:
                # Why another is needed says more than that it has to wait.
                raise TokenTooSoon(
                    **soon.details | {"code": death.code, "text": death.text}
                ) from None
            return await self._read(token, on_progress)

    async def aclose(self) -> None:
        """Close the connections. The token lives on: a later start may use it again."""
        if self._pending is not None:
            self._pending.cancel()
            await asyncio.wait([self._pending])
        await self._client.aclose()

    async def _read(self, token: Token, on_progress: OnProgress) -> Balance:
        return await self._client.balance(
            self._credentials, token, self.profile.account, on_progress
        )

    async def _usable_token(self, instead_of: Token | None) -> Token:
        async with self._issuing:
            if self._pending is None:
                token = self._token
                if token and token != instead_of and token.is_usable(self._clock()):
                    return token
                self._token = None
                self._pending = asyncio.create_task(self._issue())
            pending = self._pending
            try:
                # Shielded: the owner has been notified, so a caller who leaves loses no token.
                return await asyncio.shield(pending)
            finally:
                if pending.done():
                    self._pending = None

    async def _issue(self) -> Token:
        now = self._clock()
        if self._asked_at is not None and now < self._asked_at:
            self._asked_at = now  # the clock stepped back: a minute from here is enough
        if self._asked_at is not None and now - self._asked_at < ISSUE_INTERVAL:
            raise self._too_soon(self._asked_at, now)
        self._asked_at = now
        try:
            self._token = await self._client.issue_token(self._credentials)
        except TokenTooSoon as refused:  # another program's issue: when it was is not known
            raise self._too_soon(now, now, code=refused.code, text=refused.text) from None
        return self._token

    def _too_soon(self, asked_at: datetime, now: datetime, **said: str) -> TokenTooSoon:
        allowed = asked_at + ISSUE_INTERVAL
        seconds = ceil((allowed - now).total_seconds())
        return TokenTooSoon(seconds=seconds, at=f"{allowed.astimezone(KST):%H:%M:%S}", **said)
