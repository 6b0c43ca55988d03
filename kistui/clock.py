"""Time enters the program here: as an argument, never as a global call."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Returns the present instant as an aware `datetime`."""

KST = timezone(timedelta(hours=9), "KST")
"""Korean time, in which KIS writes every date; fixed, so no time zone database is needed."""


def system_clock() -> datetime:
    """The machine's present instant, in UTC."""
    return datetime.now(UTC)
