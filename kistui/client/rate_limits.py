"""Client-side rate limits, so that KIS does not have to reject calls.

KIS limits calls per second for each app key, and allows about one account call per second for
each account.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic as system_monotonic

from kistui.models.account import Environment
from kistui.models.calls import ApiUsage, RateLimitWait

Sleep = Callable[[float], Awaitable[None]]
Monotonic = Callable[[], float]

APP_KEY_INTERVAL = {Environment.REAL: 0.1, Environment.PAPER: 1.1}
ACCOUNT_INTERVAL = 1.05
USAGE_WINDOW = 60.0
MAX_COUNTED_CALLS = 1000


class RateLimiter:
    """Lets one call pass every `interval` seconds; earlier calls queue in order."""

    def __init__(
        self,
        interval: float,
        *,
        monotonic: Monotonic = system_monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.interval = interval
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._opens_at = float("-inf")
        self.queued = 0
        """Number of calls in the queue."""

    async def acquire(self) -> float:
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
                passed_at = self._monotonic()
                self._opens_at = passed_at + self.interval
                return passed_at - queued_at
        finally:
            self.queued -= 1


class RateLimits:
    """The rate limiters of one app key: one for all calls, one per account."""

    def __init__(
        self,
        app_key_interval: float,
        account_interval: float,
        *,
        monotonic: Monotonic = system_monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._account_interval = account_interval
        self._monotonic = monotonic
        self._sleep = sleep
        self._app_key_limiter = self._limiter(app_key_interval)
        self._account_limiters: dict[str, RateLimiter] = {}
        self._call_times: deque[float] = deque(maxlen=MAX_COUNTED_CALLS)

    @classmethod
    def for_environment(
        cls, environment: Environment, *, sleep: Sleep = asyncio.sleep
    ) -> "RateLimits":
        """Return the limits KIS has in this environment."""
        return cls(APP_KEY_INTERVAL[environment], ACCOUNT_INTERVAL, sleep=sleep)

    @classmethod
    def unlimited(cls) -> "RateLimits":
        """Return no limits, for a simulator that enforces none."""
        return cls(0, 0)

    async def acquire(self, account_number: str | None = None) -> RateLimitWait:
        """Wait for a turn of the app key and, if given, of the account."""
        account_wait = 0.0
        if account_number is not None:
            if account_number not in self._account_limiters:
                self._account_limiters[account_number] = self._limiter(self._account_interval)
            account_wait = await self._account_limiters[account_number].acquire()
        app_key_wait = await self._app_key_limiter.acquire()
        self._call_times.append(self._monotonic())
        return RateLimitWait(account_wait, app_key_wait)

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

    def _limiter(self, interval: float) -> RateLimiter:
        return RateLimiter(interval, monotonic=self._monotonic, sleep=self._sleep)
