"""The difference between a server's clock and this machine's, from the `Date` header."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_CLOCK_SKEW = timedelta(days=36_525)
"""A clock that starts in 1970 is behind by less. A larger skew is no measurement, and adding it
would overflow a date."""


def clock_skew(date_header: str, now: datetime) -> timedelta | None:
    """Return the server's clock minus `now` in whole seconds; `None` without a usable date."""
    try:
        server_time = parsedate_to_datetime(date_header)
    except (ValueError, OverflowError):
        return None
    if server_time.tzinfo is None:
        return None
    # The header has whole seconds only: on average it is half a second behind.
    skew = timedelta(seconds=round((server_time - now).total_seconds() + 0.49))
    return skew if abs(skew) <= MAX_CLOCK_SKEW else None
