"""Call limits: per app key, and per account for the ledger."""

from collections import deque
from collections.abc import Callable

MonotonicClock = Callable[[], float]

WINDOW_SECONDS = 1.0
"""Seconds in which calls are counted."""


class SlidingWindow:
    """Lets through so many calls in any second; a refused call does not count."""

    def __init__(self, allowed: int, monotonic: MonotonicClock) -> None:
        self._max_calls = allowed
        self._monotonic = monotonic
        self._accepted_at: deque[float] = deque()

    def try_acquire(self) -> bool:
        """Whether a call may pass now; one that may is counted."""
        now = self._monotonic()
        while self._accepted_at and now - self._accepted_at[0] >= WINDOW_SECONDS:
            self._accepted_at.popleft()
        if len(self._accepted_at) >= self._max_calls:
            return False
        self._accepted_at.append(now)
        return True
