"""Call gates: the pace KIS allows, kept before it has to be enforced.

KIS counts calls a second for each app key, and about one ledger call a second for each account.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic as system_monotonic

from kistui.model.account import Environment
from kistui.model.calls import CallUse
from kistui.model.log import Waited

Sleep = Callable[[float], Awaitable[None]]
Monotonic = Callable[[], float]

KEY_INTERVAL = {Environment.REAL: 0.1, Environment.PAPER: 1.1}
LEDGER_INTERVAL = 1.05
MINUTE = 60.0
MOST_COUNTED = 1000


class Gate:
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
        self.waiting = 0
        """Calls in the queue."""

    async def pass_through(self) -> float:
        """Wait for a turn; the seconds it took. A caller cancelled in the queue uses up none."""
        if self.interval <= 0:
            return 0.0
        self.waiting += 1
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
            self.waiting -= 1


class Gates:
    """The gates of one app key: one for its calls, one for each account's ledger."""

    def __init__(
        self,
        key_interval: float,
        ledger_interval: float,
        *,
        monotonic: Monotonic = system_monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._ledger_interval = ledger_interval
        self._monotonic = monotonic
        self._sleep = sleep
        self._key = self._gate(key_interval)
        self._ledgers: dict[str, Gate] = {}
        self._passed: deque[float] = deque(maxlen=MOST_COUNTED)

    @classmethod
    def for_environment(cls, environment: Environment, *, sleep: Sleep = asyncio.sleep) -> "Gates":
        """The pace KIS allows in this environment."""
        return cls(KEY_INTERVAL[environment], LEDGER_INTERVAL, sleep=sleep)

    @classmethod
    def open(cls) -> "Gates":
        """No limits: for a simulator that enforces none."""
        return cls(0, 0)

    async def pass_through(self, ledger: str | None = None) -> Waited:
        """Wait for a turn with the key and, for a ledger call, with the account `ledger`."""
        for_account = 0.0
        if ledger is not None:
            if ledger not in self._ledgers:
                self._ledgers[ledger] = self._gate(self._ledger_interval)
            for_account = await self._ledgers[ledger].pass_through()
        for_key = await self._key.pass_through()
        self._passed.append(self._monotonic())
        return Waited(for_account, for_key)

    def use(self) -> CallUse:
        """The limits, and how much of them is used."""
        since = self._monotonic() - MINUTE
        return CallUse(
            key_interval=self._key.interval,
            ledger_interval=self._ledger_interval,
            waiting=self._key.waiting + sum(gate.waiting for gate in self._ledgers.values()),
            last_minute=sum(at > since for at in self._passed),
        )

    def _gate(self, interval: float) -> Gate:
        return Gate(interval, monotonic=self._monotonic, sleep=self._sleep)
