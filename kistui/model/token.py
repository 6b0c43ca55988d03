"""The access token: what it opens is secret, when it ends is not.

KIS gives one token a day (접근토큰발급(P)), the same one again within six hours, and refuses a
second request within a minute. What the processes of one machine know of it is a `TokenRecord`.
"""

from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256

from kistui.clock import KST
from kistui.model import lasting
from kistui.model.lasting import Lasting
from kistui.model.record import field, record, replace

LIFETIME = timedelta(hours=24)

SAME_TOKEN = timedelta(hours=6)
"""Within this time of a token's first issue KIS hands out that token again, even a dead one."""

MICROSECOND, EPOCH = timedelta(microseconds=1), datetime(1970, 1, 1, tzinfo=UTC)

ISSUE_INTERVAL = lasting.ISSUE_INTERVAL * MICROSECOND
"""KIS refuses a second issue within this time (EGW00133)."""

RENEW_BEFORE = timedelta(minutes=10)
"""A token with less than this left is renewed when next needed, unless the settings say else."""

WARN_BEFORE = tuple(left * MICROSECOND for left in lasting.WARN_BEFORE)
"""Times left at which the owner is told, once each."""


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - EPOCH) // MICROSECOND


class Origin(Enum):
    """How a token came to this machine."""

    ISSUED = "issued"
    IMPORTED = "imported"


class Phase(Enum):
    """A token's state in a word."""

    NONE = lasting.NONE
    VALID = lasting.VALID
    EXPIRING = lasting.EXPIRING
    EXPIRED = lasting.EXPIRED
    SUSPECT = lasting.SUSPECT
    WAITING = lasting.WAITING


@record
class Token:
    """One day's access token; `expires_at` is the instant KIS names, never `expires_in`.

    `process` is the number of the process that asked for it, where that is known.
    """

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    origin: Origin = Origin.ISSUED
    process: int | None = None

    def remaining(self, now: datetime) -> timedelta:
        """Time until expiry, zero when past."""
        return max(self.expires_at - now, timedelta(0))

    def is_usable(self, now: datetime, margin: timedelta = RENEW_BEFORE) -> bool:
        """Whether it lives long enough to be used for another call."""
        return self.remaining(now) > margin

    @property
    def mark(self) -> str:
        """Tells this token from another without giving away anything of it."""
        return sha256(self.value.encode()).hexdigest()[:16]

    @property
    def same_until(self) -> datetime:
        """Until when an issue is likely to bring this very token again."""
        return self.expires_at - LIFETIME + SAME_TOKEN


@record
class Death:
    """KIS refused the token before its time: when, with which code.

    `came_back`: asked for another, KIS handed out the same dead token again.
    """

    at: datetime
    code: str
    came_back: bool = False


@record(kw_only=True)
class TokenRecord:
    """What this machine knows of one app key's token on one server.

    `attempted_at` is the last request for a token, whatever came of it. `skew` is the server's
    clock minus this machine's, as last measured. `buried` marks a token that must not count as
    new when it comes again. Every `now` is this machine's clock.
    """

    token: Token | None = None
    attempted_at: datetime | None = None
    death: Death | None = None
    buried: str = ""
    notices: int = 0
    noticed_at: datetime | None = None
    skew: timedelta = timedelta(0)

    def usable(self, now: datetime, margin: timedelta = RENEW_BEFORE) -> Token | None:
        """The token, if the next call can be made with it."""
        token = self.token
        if token is None or not token.is_usable(now + self.skew, margin):
            return None
        # A token that came back dead may revive; a new one is not to be had before `same_until`.
        if self.death and not (self.death.came_back and now + self.skew < token.same_until):
            return None
        return token

    @property
    def lasting(self) -> Lasting:
        """What decides its state."""
        return Lasting(
            microseconds(self.token.expires_at) if self.token else None,
            microseconds(self.attempted_at) if self.attempted_at else None,
            self.skew // MICROSECOND,
            is_suspect=self.death is not None,
        )

    def remaining(self, now: datetime) -> timedelta:
        """Time until the token expires, by the server's clock; zero without one."""
        return self.lasting.remaining(microseconds(now)) * MICROSECOND

    def may_issue_at(self, now: datetime) -> datetime:
        """When the next request for a token is allowed: `now`, or up to a minute later."""
        return EPOCH + self.lasting.may_issue_at(microseconds(now)) * MICROSECOND

    def phase(self, now: datetime) -> Phase:
        """The state in a word."""
        return Phase(self.lasting.state(microseconds(now)))

    def notices_today(self, now: datetime) -> int:
        """Messages to the owner's phone on this Korean day."""
        if self.noticed_at is None:
            return 0
        same_day = self.noticed_at.astimezone(KST).date() == now.astimezone(KST).date()
        return self.notices if same_day else 0

    def with_attempt(self, now: datetime) -> "TokenRecord":
        """A request for a token is about to be made."""
        return replace(self, attempted_at=now)

    def with_token(self, token: Token, now: datetime) -> "TokenRecord":
        """A token was handed out, and the owner told."""
        death = None
        if token.mark == self.buried:
            death = Death(self.death.at if self.death else now, self._code, came_back=True)
        return replace(
            self,
            token=token,
            death=death,
            buried=self.buried if death else "",
            notices=self.notices_today(now) + 1,
            noticed_at=now,
        )

    def with_death(self, token: Token, code: str, now: datetime) -> "TokenRecord":
        """KIS refused `token`, the one of this record."""
        came_back = self.death is not None and self.death.came_back
        return replace(self, death=Death(now, code, came_back), buried=token.mark)

    def without_token(self) -> "TokenRecord":
        """The token was revoked."""
        buried = self.token.mark if self.token else self.buried
        return replace(self, token=None, death=None, buried=buried)

    def revived(self) -> "TokenRecord":
        """A token thought dead was accepted."""
        return replace(self, death=None, buried="")

    @property
    def _code(self) -> str:
        return self.death.code if self.death else ""


@record
class TokenStatus:
    """A record, the folder it is in, and the mode of its file, `None` before there is one.

    A demo's folder is nobody's business, and empty. `name` is the record's in the store.
    """

    record: TokenRecord
    folder: str
    mode: int | None
    name: str | None = None
