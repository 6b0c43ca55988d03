"""When the balance is refreshed automatically: in market hours, while the app has the focus."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from kistui.errors import KistuiError, UnreachableError
from kistui.models.market_hours import next_refresh_at

if TYPE_CHECKING:
    from collections.abc import Collection


class AutoRefresh:
    """A schedule that the user switches on and off: `interval` after the last answer."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval
        self.is_on = False
        self.holidays: Collection[date] = frozenset()
        self.next_refresh_at: datetime | None = None
        """The instant of the next refresh; `None` while off, or while KIS cannot be reached."""

    def toggle(self, last: datetime | None, now: datetime) -> None:
        """Switch on or off; the first interval counts from the `last` answer, if there was one."""
        self.is_on = not self.is_on
        self.next_refresh_at = next_refresh_at(last or now, now, self.interval, self.holidays)
        if not self.is_on:
            self.next_refresh_at = None

    def schedule_next(self, at: datetime, error: KistuiError | None = None) -> None:
        """Schedule the refresh after an answer at `at`; without a connection, schedule none."""
        self.next_refresh_at = None
        if self.is_on and not isinstance(error, UnreachableError):
            self.next_refresh_at = next_refresh_at(at, at, self.interval, self.holidays)

    def is_due(self, now: datetime) -> bool:
        """Return whether the next refresh is due."""
        return self.next_refresh_at is not None and now >= self.next_refresh_at
