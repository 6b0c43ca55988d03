"""The clock, passed as an argument and never called globally."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Returns the current time as an aware `datetime`."""

KST = timezone(timedelta(hours=9), "KST")
"""Korean time, in which KIS writes every date; fixed, so no time zone database is needed."""


def system_clock() -> datetime:
    """Return the machine's current time in UTC."""
    return datetime.now(UTC)


def korean_date(instant: datetime) -> date:
    """Return the day in Korea at an aware instant."""
    return instant.astimezone(KST).date()
