"""Call limits: per app key, and per account for the ledger."""

from collections import deque
from collections.abc import Callable

Monotonic = Callable[[], float]

WINDOW = 1.0
"""Seconds in which calls are counted."""


class Window:
    """Lets through so many calls in any second; a refused call does not count."""

    def __init__(self, allowed: int, monotonic: Monotonic) -> None:
        self._allowed = allowed
        self._monotonic = monotonic
        self._passed: deque[float] = deque()

    def admits(self) -> bool:
        """Whether a call may pass now; one that may is counted."""
        now = self._monotonic()
        while self._passed and now - self._passed[0] >= WINDOW:
            self._passed.popleft()
        if len(self._passed) >= self._allowed:
            return False
        self._passed.append(now)
        return True
