"""The access token: what it opens is secret, when it ends is not."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

ISSUE_INTERVAL = timedelta(seconds=60)
"""KIS refuses a second issue within this time (EGW00133)."""

RENEW_BEFORE = timedelta(minutes=10)
"""A token with less than this left is renewed when next needed."""


@dataclass(frozen=True, slots=True)
class Token:
    """One day's access token; `expires_at` is the instant KIS names, never `expires_in`."""

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime

    def remaining(self, now: datetime) -> timedelta:
        """Time until expiry, zero when past."""
        return max(self.expires_at - now, timedelta(0))

    def is_usable(self, now: datetime) -> bool:
        """Whether it lives long enough to be used for another call."""
        return self.remaining(now) > RENEW_BEFORE
