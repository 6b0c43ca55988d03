"""When the balance is read again by itself: in market hours, while somebody looks."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from kistui.errors import KistuiError, UnreachableError
from kistui.models.market_hours import next_refresh_at

if TYPE_CHECKING:
    from collections.abc import Collection


class AutoRefresh:
    """Switched on and off by the user; every `interval` after the last answer."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval
        self.is_on = False
        self.holidays: Collection[date] = frozenset()
        self.next_refresh_at: datetime | None = None
        """When it is time again; `None` while off, or while KIS cannot be reached."""

    def toggle(self, last: datetime | None, now: datetime) -> None:
        """On or off; the first time counts from the `last` answer, if there was one."""
        self.is_on = not self.is_on
        self.next_refresh_at = next_refresh_at(last or now, now, self.interval, self.holidays)
        if not self.is_on:
            self.next_refresh_at = None

    def schedule_next(self, at: datetime, error: KistuiError | None = None) -> None:
        """An answer came at `at`; with no connection it stops until one comes by hand."""
        self.next_refresh_at = None
        if self.is_on and not isinstance(error, UnreachableError):
            self.next_refresh_at = next_refresh_at(at, at, self.interval, self.holidays)

    def is_due(self, now: datetime) -> bool:
        """Whether it is time."""
        return self.next_refresh_at is not None and now >= self.next_refresh_at
