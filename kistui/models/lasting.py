"""When a token is in which state: the rule alone, in whole microseconds, instants since 1970.

It stands apart from the records it is about because a prompt asks it and has no time to import
dates.
"""

MINUTE = 60_000_000

ISSUE_INTERVAL = MINUTE
"""KIS refuses a second issue within this time (EGW00133)."""

WARN_BEFORE = (30 * MINUTE, 5 * MINUTE)
"""Times left at which the owner is told, once each."""

NONE, VALID, EXPIRING = "none", "valid", "expiring"
EXPIRED, SUSPECT, WAITING = "expired", "suspect", "waiting"


class Lasting:
    """What decides a token's state: `expires_at` where there is one, by the server's clock.

    `attempted_at` is the last request for a token, `skew` the server's clock minus this machine's;
    `is_suspect`: KIS refused the token before its time. Every `now` is this machine's clock.
    """

    __slots__ = ("attempted_at", "expires_at", "is_suspect", "skew")

    def __init__(
        self, expires_at: int | None, attempted_at: int | None, skew: int, *, is_suspect: bool
    ) -> None:
        self.expires_at = expires_at
        self.attempted_at = attempted_at
        self.skew = skew
        self.is_suspect = is_suspect

    def remaining(self, now: int) -> int:
        """Time until the token expires; zero without one."""
        return 0 if self.expires_at is None else max(self.expires_at - now - self.skew, 0)

    def may_issue_at(self, now: int) -> int:
        """When the next request for a token is allowed: `now`, or up to a minute later."""
        if self.attempted_at is None:
            return now
        # A clock that stepped back must not lock anyone out for longer than the minute.
        return max(now, min(self.attempted_at, now) + ISSUE_INTERVAL)

    def state(self, now: int) -> str:
        """The state in a word."""
        if self.expires_at is not None and self.is_suspect:
            return SUSPECT
        remaining = self.remaining(now)
        if remaining > WARN_BEFORE[0]:
            return VALID
        if remaining:
            return EXPIRING
        if self.may_issue_at(now) > now:
            return WAITING
        return NONE if self.expires_at is None else EXPIRED
