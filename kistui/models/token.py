"""The access token: what it opens is secret, when it ends is not.

KIS gives one token a day (접근토큰발급(P)), the same one again within six hours, and refuses a
second request within a minute. What the processes of one machine know of it is a `TokenRecord`.
"""

from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from kistui.clock import KST
from kistui.models import lasting
from kistui.models.lasting import Lasting
from kistui.models.secret import Secret

TOKEN_LIFETIME = timedelta(hours=24)

REISSUE_WINDOW = timedelta(hours=6)
"""Within this time of a token's first issue KIS hands out that token again, even a dead one."""

MICROSECOND, EPOCH = timedelta(microseconds=1), datetime(1970, 1, 1, tzinfo=UTC)

ISSUE_INTERVAL = lasting.ISSUE_INTERVAL * MICROSECOND
"""KIS refuses a second issue within this time (EGW00133)."""

RENEW_BEFORE = timedelta(minutes=10)
"""A token with less than this left is renewed when next needed, unless the settings say else."""

EXPIRY_WARNINGS = tuple(left * MICROSECOND for left in lasting.WARN_BEFORE)
"""Times left at which the owner is told, once each."""


def to_epoch_microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - EPOCH) // MICROSECOND


class TokenOrigin(Enum):
    """How a token came to this machine."""

    ISSUED = "issued"
    IMPORTED = "imported"


class TokenState(Enum):
    """A token's state in a word."""

    NONE = lasting.NONE
    VALID = lasting.VALID
    EXPIRING = lasting.EXPIRING
    EXPIRED = lasting.EXPIRED
    SUSPECT = lasting.SUSPECT
    WAITING = lasting.WAITING


class AccessToken(Struct, frozen=True):
    """One day's access token; `expires_at` is the instant KIS names, never `expires_in`.

    `process` is the number of the process that asked for it, where that is known.
    """

    value: Secret
    issued_at: datetime
    expires_at: datetime
    origin: TokenOrigin = TokenOrigin.ISSUED
    process_id: int | None = None

    def remaining(self, now: datetime) -> timedelta:
        """Time until expiry, zero when past."""
        return max(self.expires_at - now, timedelta(0))

    def is_usable(self, now: datetime, margin: timedelta = RENEW_BEFORE) -> bool:
        """Whether it lives long enough to be used for another call."""
        return self.remaining(now) > margin

    @property
    def short_id(self) -> str:
        """Tells this token from another without giving away anything of it."""
        return sha256(self.value.reveal().encode()).hexdigest()[:16]

    @property
    def reissue_window_end(self) -> datetime:
        """Until when an issue is likely to bring this very token again."""
        return self.expires_at - TOKEN_LIFETIME + REISSUE_WINDOW


class Rejection(Struct, frozen=True):
    """KIS refused the token before its time: when, with which code.

    `came_back`: asked for another, KIS handed out the same dead token again.
    """

    rejected_at: datetime
    code: str
    was_reissued: bool = False


class TokenRecord(Struct, frozen=True, kw_only=True):
    """What this machine knows of one app key's token on one server.

    `attempted_at` is the last request for a token, whatever came of it. `skew` is the server's
    clock minus this machine's, as last measured. `buried` marks a token that must not count as
    new when it comes again. Every `now` is this machine's clock.
    """

    token: AccessToken | None = None
    issue_attempted_at: datetime | None = None
    rejection: Rejection | None = None
    rejected_id: str = ""
    notification_count: int = 0
    last_notified_at: datetime | None = None
    clock_skew: timedelta = timedelta(0)

    def usable_token(self, now: datetime, margin: timedelta = RENEW_BEFORE) -> AccessToken | None:
        """The token, if the next call can be made with it."""
        token = self.token
        if token is None or not token.is_usable(now + self.clock_skew, margin):
            return None
        # A token that came back dead may revive; a new one is not to be had before `same_until`.
        if self.rejection and not (
            self.rejection.was_reissued and now + self.clock_skew < token.reissue_window_end
        ):
            return None
        return token

    @property
    def lasting(self) -> Lasting:
        """What decides its state."""
        return Lasting(
            to_epoch_microseconds(self.token.expires_at) if self.token else None,
            to_epoch_microseconds(self.issue_attempted_at) if self.issue_attempted_at else None,
            self.clock_skew // MICROSECOND,
            is_suspect=self.rejection is not None,
        )

    def remaining(self, now: datetime) -> timedelta:
        """Time until the token expires, by the server's clock; zero without one."""
        return self.lasting.remaining(to_epoch_microseconds(now)) * MICROSECOND

    def next_issue_at(self, now: datetime) -> datetime:
        """When the next request for a token is allowed: `now`, or up to a minute later."""
        return EPOCH + self.lasting.may_issue_at(to_epoch_microseconds(now)) * MICROSECOND

    def state(self, now: datetime) -> TokenState:
        """The state in a word."""
        return TokenState(self.lasting.state(to_epoch_microseconds(now)))

    def notifications_today(self, now: datetime) -> int:
        """Messages to the owner's phone on this Korean day."""
        if self.last_notified_at is None:
            return 0
        same_day = self.last_notified_at.astimezone(KST).date() == now.astimezone(KST).date()
        return self.notification_count if same_day else 0

    def with_issue_attempt(self, now: datetime) -> "TokenRecord":
        """A request for a token is about to be made."""
        return replace(self, issue_attempted_at=now)

    def with_token(self, token: AccessToken, now: datetime) -> "TokenRecord":
        """A token was handed out, and the owner told."""
        death = None
        if token.short_id == self.rejected_id:
            death = Rejection(
                self.rejection.rejected_at if self.rejection else now,
                self._rejection_code,
                was_reissued=True,
            )
        return replace(
            self,
            token=token,
            rejection=death,
            rejected_id=self.rejected_id if death else "",
            notification_count=self.notifications_today(now) + 1,
            last_notified_at=now,
        )

    def with_rejection(self, token: AccessToken, code: str, now: datetime) -> "TokenRecord":
        """KIS refused `token`, the one of this record."""
        came_back = self.rejection is not None and self.rejection.was_reissued
        return replace(self, rejection=Rejection(now, code, came_back), rejected_id=token.short_id)

    def without_token(self) -> "TokenRecord":
        """The token was revoked."""
        buried = self.token.short_id if self.token else self.rejected_id
        return replace(self, token=None, rejection=None, rejected_id=buried)

    def without_rejection(self) -> "TokenRecord":
        """A token thought dead was accepted."""
        return replace(self, rejection=None, rejected_id="")

    @property
    def _rejection_code(self) -> str:
        return self.rejection.code if self.rejection else ""


class TokenStatus(Struct, frozen=True):
    """A record, the folder it is in, and the mode of its file, `None` before there is one.

    A demo's folder is nobody's business, and empty. `name` is the record's in the store.
    """

    record: TokenRecord
    folder: str
    file_mode: int | None
    record_name: str | None = None
