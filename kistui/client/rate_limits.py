"""Client-side rate limits, so that KIS does not have to reject calls.

KIS limits calls per second for each app key, and allows about one account call per second for
each account. It counts the calls of all programs, so the turns may be shared with other processes.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic as system_monotonic
from typing import Protocol

from kistui.models.account import Environment
from kistui.models.calls import APP_KEY_LIMIT, ApiUsage, RateLimitWait

Sleep = Callable[[float], Awaitable[None]]
Monotonic = Callable[[], float]
OnQueued = Callable[[float], None]
"""Receives the seconds waited so far, while other processes take their turns."""

APP_KEY_INTERVAL = {Environment.REAL: 0.1, Environment.PAPER: 1.1}
ACCOUNT_INTERVAL = 1.05
RESPONSE_INTERVAL = 1.0
"""Seconds from the response to an account call until the next account call of any process."""
MIN_REPORTED_WAIT = 0.5
"""Seconds to the next turn below which a wait is not reported."""
USAGE_WINDOW = 60.0
MAX_COUNTED_CALLS = 1000


class Turns(Protocol):
    """Turns shared with other processes, by the name of a limit; its methods may block briefly."""

    def take(self, limit: str, interval: float) -> float:
        """Take a turn if one is free: return 0, otherwise the seconds until the next."""

    def postpone(self, limit: str, delay: float) -> None:
        """Let the next turn begin `delay` seconds from now or later."""


def ignore_queue(_waited: float) -> None:
    """Ignore the wait for other processes."""


class RateLimiter:
    """Lets one call pass every `interval` seconds; earlier calls queue in order.

    With `shared_turns` the calls of other processes under the same `limit` count too.
    """

    def __init__(
        self,
        interval: float,
        *,
        limit: str = "",
        shared_turns: Turns | None = None,
        monotonic: Monotonic = system_monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.interval = interval
        self._limit = limit
        self._shared_turns = shared_turns
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._opens_at = float("-inf")
        self.queued = 0
        """Number of calls in the queue."""

    async def acquire(self, on_queued: OnQueued = ignore_queue) -> float:
        """Wait for a turn and return the seconds waited; a cancelled caller uses up no turn."""
        if self.interval <= 0:
            return 0.0
        self.queued += 1
        queued_at = self._monotonic()
        try:
            async with self._lock:
                remaining = self._opens_at - self._monotonic()
                if remaining > 0:
                    await self._sleep(remaining)
                while (delay := await self._take_shared_turn()) > 0:
                    if delay >= MIN_REPORTED_WAIT:
                        on_queued(self._monotonic() - queued_at)
                    await self._sleep(delay)
                passed_at = self._monotonic()
                self._opens_at = passed_at + self.interval
                return passed_at - queued_at
        finally:
            self.queued -= 1

    async def on_response(self) -> None:
        """Postpone the next turn of other processes: KIS counts a call when it arrives there."""
        if self._shared_turns is not None and self.interval >= RESPONSE_INTERVAL:
            await asyncio.to_thread(self._shared_turns.postpone, self._limit, RESPONSE_INTERVAL)

    async def _take_shared_turn(self) -> float:
        if self._shared_turns is None:
            return 0.0
        return await asyncio.to_thread(self._shared_turns.take, self._limit, self.interval)


class RateLimits:
    """The rate limiters of one app key: one for all calls, one per account."""

    def __init__(
        self,
        app_key_interval: float,
        account_interval: float,
        *,
        shared_turns: Turns | None = None,
        monotonic: Monotonic = system_monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._account_interval = account_interval
        self._shared_turns = shared_turns
        self._monotonic = monotonic
        self._sleep = sleep
        self._app_key_limiter = self._limiter(app_key_interval, APP_KEY_LIMIT)
        self._account_limiters: dict[str, RateLimiter] = {}
        self._call_times: deque[float] = deque(maxlen=MAX_COUNTED_CALLS)

    @classmethod
    def for_environment(
        cls, environment: Environment, *, shared_turns: Turns | None = None
    ) -> "RateLimits":
        """Return the limits KIS has in this environment."""
        return cls(APP_KEY_INTERVAL[environment], ACCOUNT_INTERVAL, shared_turns=shared_turns)

    @classmethod
    def unlimited(cls) -> "RateLimits":
        """Return no limits, for a simulator that enforces none."""
        return cls(0, 0)

    async def acquire(
        self, account_number: str | None = None, on_queued: OnQueued = ignore_queue
    ) -> RateLimitWait:
        """Wait for a turn of the app key and, if given, of the account.

        `on_queued` is called whenever other processes take turns meanwhile.
        """
        account_wait = 0.0
        if account_number is not None:
            if account_number not in self._account_limiters:
                self._account_limiters[account_number] = self._limiter(
                    self._account_interval, account_number
                )
            account_wait = await self._account_limiters[account_number].acquire(on_queued)
        app_key_wait = await self._app_key_limiter.acquire(on_queued)
        self._call_times.append(self._monotonic())
        return RateLimitWait(account_wait, app_key_wait)

    async def on_response(self, account_number: str | None = None) -> None:
        """Postpone the next turns of other processes after a response."""
        if account_number in self._account_limiters:
            await self._account_limiters[account_number].on_response()
        await self._app_key_limiter.on_response()

    def usage(self) -> ApiUsage:
        """Return the limits and how much of them is in use."""
        since = self._monotonic() - USAGE_WINDOW
        return ApiUsage(
            app_key_interval=self._app_key_limiter.interval,
            account_interval=self._account_interval,
            queued=self._app_key_limiter.queued
            + sum(limiter.queued for limiter in self._account_limiters.values()),
            calls_last_minute=sum(called_at > since for called_at in self._call_times),
        )

    def _limiter(self, interval: float, limit: str) -> RateLimiter:
        return RateLimiter(
            interval,
            limit=limit,
            shared_turns=self._shared_turns,
            monotonic=self._monotonic,
            sleep=self._sleep,
        )
