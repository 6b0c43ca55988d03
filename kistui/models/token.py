"""The access token and its state.

KIS issues one token a day (접근토큰발급(P)), returns the same one within six hours, and rejects a
second request within a minute. The processes of one machine share a `TokenRecord` of it.
"""

from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from kistui.clock import korean_date
from kistui.models.text import Secret

TOKEN_LIFETIME = timedelta(hours=24)

REISSUE_WINDOW = timedelta(hours=6)
"""Within this time of a token's first issue KIS returns that token again, even a rejected one."""

ISSUE_INTERVAL = timedelta(minutes=1)
"""KIS rejects a second issue within this time (EGW00133)."""

RENEW_BEFORE = timedelta(minutes=10)
"""Default time left below which a token is renewed when next needed."""

NEGLIGIBLE_SKEW = timedelta(seconds=2)
"""Clock differences below this are ignored: HTTP dates have a resolution of one second."""

EXPIRY_WARNINGS = (timedelta(minutes=30), timedelta(minutes=5))
"""Remaining times at each of which the user is warned once."""


class TokenOrigin(Enum):
    """How a token came to this machine."""

    ISSUED = "issued"
    IMPORTED = "imported"


class TokenState(Enum):
    """The state of a token."""

    NONE = "none"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REJECTED = "rejected"
    WAITING = "waiting"


class AccessToken(Struct, frozen=True):
    """An access token; `expires_at` is the instant KIS names, never `expires_in`.

    `process_id` is the process that requested it, if known.
    """

    value: Secret
    issued_at: datetime
    expires_at: datetime
    origin: TokenOrigin = TokenOrigin.ISSUED
    process_id: int | None = None

    def remaining(self, now: datetime) -> timedelta:
        """Return the time until expiry, zero when past."""
        return max(self.expires_at - now, timedelta(0))

    def is_usable(self, now: datetime, margin: timedelta = RENEW_BEFORE) -> bool:
        """Return whether more than `margin` is left."""
        return self.remaining(now) > margin

    @property
    def short_id(self) -> str:
        """A hash that identifies the token without revealing it."""
        return sha256(self.value.reveal().encode()).hexdigest()[:16]

    @property
    def reissue_window_end(self) -> datetime:
        """The instant until which KIS probably issues this same token again."""
        return self.expires_at - TOKEN_LIFETIME + REISSUE_WINDOW


class Rejection(Struct, frozen=True):
    """KIS rejected the token before its expiry, with `code`.

    `was_reissued`: a new issue returned the same rejected token.
    """

    rejected_at: datetime
    code: str
    was_reissued: bool = False


class TokenRecord(Struct, frozen=True, kw_only=True):
    """The state of one app key's token on one server, as this machine knows it.

    `issue_attempted_at` is the last request for a token, whatever its result. `measured_skew` is
    the server's clock minus this machine's; `None` if no response had a usable date.
    `rejected_id` identifies a token that does not count as new when KIS issues it again. Every
    `now` is this machine's clock.
    """

    token: AccessToken | None = None
    issue_attempted_at: datetime | None = None
    rejection: Rejection | None = None
    rejected_id: str = ""
    notification_count: int = 0
    last_notified_at: datetime | None = None
    measured_skew: timedelta | None = None

    @property
    def clock_skew(self) -> timedelta:
        """The measured skew; none is assumed as long as it is unknown."""
        return timedelta(0) if self.measured_skew is None else self.measured_skew

    def usable_token(self, now: datetime, margin: timedelta = RENEW_BEFORE) -> AccessToken | None:
        """Return the token if the next call can use it."""
        token = self.token
        if token is None or not token.is_usable(now + self.clock_skew, margin):
            return None
        # A reissued token may work again; KIS has no new one before the reissue window ends.
        if self.rejection and not (
            self.rejection.was_reissued and now + self.clock_skew < token.reissue_window_end
        ):
            return None
        return token

    def remaining(self, now: datetime) -> timedelta:
        """Return the time until the token expires by the server's clock; zero without a token."""
        return timedelta(0) if self.token is None else self.token.remaining(now + self.clock_skew)

    def next_issue_at(self, now: datetime) -> datetime:
        """Return when the next token request is allowed: `now`, or up to a minute later."""
        if self.issue_attempted_at is None:
            return now
        # After the clock was set back, `issue_attempted_at` lies in the future: wait a minute only.
        return max(now, min(self.issue_attempted_at, now) + ISSUE_INTERVAL)

    def state(self, now: datetime) -> TokenState:
        """Return the state of the token at `now`."""
        if self.token is not None and self.rejection is not None:
            return TokenState.REJECTED
        remaining = self.remaining(now)
        if remaining > EXPIRY_WARNINGS[0]:
            return TokenState.VALID
        if remaining:
            return TokenState.EXPIRING
        if self.next_issue_at(now) > now:
            return TokenState.WAITING
        return TokenState.NONE if self.token is None else TokenState.EXPIRED

    def notifications_today(self, now: datetime) -> int:
        """Return the number of messages to the owner's phone on this Korean day."""
        if self.last_notified_at is None:
            return 0
        same_day = korean_date(self.last_notified_at) == korean_date(now)
        return self.notification_count if same_day else 0

    def with_issue_attempt(self, now: datetime) -> "TokenRecord":
        """Return the record before a token request."""
        return replace(self, issue_attempted_at=now)

    def with_token(self, token: AccessToken, now: datetime) -> "TokenRecord":
        """Return the record after KIS issued a token and notified the owner."""
        rejection = None
        if token.short_id == self.rejected_id:
            rejection = replace(self.rejection or Rejection(now, ""), was_reissued=True)
        return replace(
            self,
            token=token,
            rejection=rejection,
            rejected_id=self.rejected_id if rejection else "",
            notification_count=self.notifications_today(now) + 1,
            last_notified_at=now,
        )

    def with_rejection(self, token: AccessToken, code: str, now: datetime) -> "TokenRecord":
        """Return the record after KIS rejected `token`, which is this record's."""
        was_reissued = self.rejection is not None and self.rejection.was_reissued
        return replace(
            self, rejection=Rejection(now, code, was_reissued), rejected_id=token.short_id
        )

    def without_token(self) -> "TokenRecord":
        """Return the record after the token was revoked."""
        rejected_id = self.token.short_id if self.token else self.rejected_id
        return replace(self, token=None, rejection=None, rejected_id=rejected_id)

    def without_rejection(self) -> "TokenRecord":
        """Return the record after KIS accepted a token it had rejected."""
        return replace(self, rejection=None, rejected_id="")


class TokenStatus(Struct, frozen=True):
    """A token record, its folder, and the mode of its file (`None` if there is no file).

    `folder` is empty for a demo. `record_name` is the record's name in the store.
    """

    record: TokenRecord
    folder: str
    file_mode: int | None
    record_name: str | None = None
    is_shared: bool = True
    """Whether other processes can read the record; not while it cannot be written."""
