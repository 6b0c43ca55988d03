"""Results of an account that stay valid for the rest of the day, so that no page asks twice.

An app may stay open for weeks, and its pages can be shifted back for years: results of another day
are dropped, and so are the least recently used.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import date
from typing import Any, Protocol, TypeVar, cast

from kistui.client.pagination import AccountRequest
from kistui.models.calls import OnProgress

T = TypeVar("T")


class ReadAccount(Protocol):
    """Runs a read of an account with a token; `Session.read_account`."""

    async def __call__(
        self, read: Callable[[AccountRequest], Awaitable[T]], on_progress: OnProgress, /
    ) -> T:
        """Return the result of the read; raises KistuiError."""


MAX_RESULTS = 100
"""Results of a cache; a year of orders and profit has some 40, a tax sheet 30."""


class DayCache:
    """The results of a day by their keys."""

    def __init__(self, max_results: int = MAX_RESULTS) -> None:
        self._max_results = max_results
        self._day: date | None = None
        self._results: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._results)

    def keys(self, today: date) -> tuple[Hashable, ...]:
        """Return the keys of the results of today."""
        return tuple(self._results) if self._day == today else ()

    async def read(
        self,
        key: Hashable,
        today: date,
        read: Callable[[], Awaitable[T]],
        *,
        is_reload: bool = False,
        stores: bool = True,
    ) -> T:
        """Return today's stored result; without one, or with `is_reload`, read and store it."""
        cached = None if is_reload else self.get(key, today)
        if cached is not None:
            return cast("T", cached)
        result = await read()
        if stores:
            self.store(key, today, result)
        return result

    def get(self, key: Hashable, today: date) -> Any | None:  # the type that was stored
        """Return a result of today; `None` if there is none."""
        if self._day != today or key not in self._results:
            return None
        self._results.move_to_end(key)
        return self._results[key]

    def store(self, key: Hashable, today: date, result: object) -> None:
        """Store a result of today, and drop those of another day and the least recently used."""
        if self._day != today:
            self._day = today
            self._results.clear()
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > self._max_results:
            self._results.popitem(last=False)
