"""Call gates: the pace KIS allows, kept before it has to be enforced.

KIS counts calls a second for each app key, and about one ledger call a second for each account.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic as system_monotonic

from kistui.models.account import Environment
from kistui.models.call_record import ApiUsage, RateLimitWait

Sleep = Callable[[float], Awaitable[None]]
Monotonic = Callable[[], float]

APP_KEY_INTERVAL = {Environment.REAL: 0.1, Environment.PAPER: 1.1}
ACCOUNT_INTERVAL = 1.05
USAGE_WINDOW = 60.0
MAX_COUNTED_CALLS = 1000


class RateLimiter:
    """Lets one call pass every `interval` seconds; those who come early queue in order."""

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
        """Calls in the queue."""

    async def acquire(self) -> float:
        """Wait for a turn; the seconds it took. A caller cancelled in the queue uses up none."""
        if self.interval <= 0:
            return 0.0
        self.queued += 1
        came_at = self._monotonic()
        try:
            async with self._lock:
                early = self._opens_at - self._monotonic()
                if early > 0:
                    await self._sleep(early)
                passed_at = self._monotonic()
                self._opens_at = passed_at + self.interval
                return passed_at - came_at
        finally:
            self.queued -= 1


class RateLimits:
    """The gates of one app key: one for its calls, one for each account's ledger."""

    def __init__(
        self,
        app_key_interval: float,
        account_interval: float,
        *,
        monotonic: Monotonic = system_monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._ledger_interval = account_interval
        self._monotonic = monotonic
        self._sleep = sleep
        self._key = self._limiter(app_key_interval)
        self._ledgers: dict[str, RateLimiter] = {}
        self._passed: deque[float] = deque(maxlen=MAX_COUNTED_CALLS)

    @classmethod
    def for_environment(
        cls, environment: Environment, *, sleep: Sleep = asyncio.sleep
    ) -> "RateLimits":
        """The pace KIS allows in this environment."""
        return cls(APP_KEY_INTERVAL[environment], ACCOUNT_INTERVAL, sleep=sleep)

    @classmethod
    def unlimited(cls) -> "RateLimits":
        """No limits: for a simulator that enforces none."""
        return cls(0, 0)

    async def acquire(self, account_number: str | None = None) -> RateLimitWait:
        """Wait for a turn with the key and, for a ledger call, with the account `ledger`."""
        for_account = 0.0
        if account_number is not None:
            if account_number not in self._ledgers:
                self._ledgers[account_number] = self._limiter(self._ledger_interval)
            for_account = await self._ledgers[account_number].acquire()
        for_key = await self._key.acquire()
        self._passed.append(self._monotonic())
        return RateLimitWait(for_account, for_key)

    def usage(self) -> ApiUsage:
        """The limits, and how much of them is used."""
        since = self._monotonic() - USAGE_WINDOW
        return ApiUsage(
            app_key_interval=self._key.interval,
            account_interval=self._ledger_interval,
            queued=self._key.queued + sum(gate.queued for gate in self._ledgers.values()),
            calls_last_minute=sum(at > since for at in self._passed),
        )

    def _limiter(self, interval: float) -> RateLimiter:
        return RateLimiter(interval, monotonic=self._monotonic, sleep=self._sleep)
