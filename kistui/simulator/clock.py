"""The simulator's clock and Korean time, in which KIS writes every date."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

Clock = Callable[[], datetime]
"""Returns the present instant as an aware `datetime`."""

KST = timezone(timedelta(hours=9), "KST")


def utc_now() -> datetime:
    """Return the machine's present instant."""
    return datetime.now(UTC)


def format_kst(at: datetime) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` in Korean time, without a zone, as in a tokenP response."""
    return at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")
