"""What a call to KIS reports: its progress while it runs, and its record for the log when it ends.

The record has metadata and outcome, never content.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import KisError, StorageError
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots

OUTCOME_OK = "ok"
OUTCOME_CANCELLED = "cancelled"
OUTCOME_INTERNAL_ERROR = "internal"
"""Outcomes; any other outcome is the `slug` of the error the call ended in."""


APP_KEY_LIMIT = "app key"
"""The rate limit of all calls of an app key; every other limit is an account number."""


class RateLimitWait(NamedTuple):
    """Seconds a call waited for the rate limits of its account and of its app key."""

    account: float = 0.0
    app_key: float = 0.0

    @property
    def total(self) -> float:
        """The sum of both waits."""
        return self.account + self.app_key


NO_WAIT = RateLimitWait()


class CallRecord(Struct, frozen=True, kw_only=True):
    """One request and its response, possibly one of several attempts; it names no account.

    Texts from the server are masked. `sequence_number` counts the calls of this process, and
    `duration` is in seconds.
    """

    started_at: datetime
    name: str
    method: str
    path: str
    tr_id: str
    outcome: str
    duration: float
    rate_limit_wait: RateLimitWait = NO_WAIT
    page: int = 1
    attempt: int = 1
    retry_after: float | None = None
    """Seconds until the next attempt, if there is one."""
    status: int | None = None
    response_size: int | None = None
    rt_cd: str = ""
    msg_cd: str = ""
    server_message: str = ""
    """The rejection in KIS's words."""
    parameter_names: tuple[str, ...] = ()
    """Names of the parameters sent; never their values."""
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values in the response that could not be read; never the values."""
    continuation: str = ""
    """The continuation flags sent and received: `N>M`."""
    connection_timings: tuple[tuple[str, float], ...] = ()
    """Seconds per stage: `tcp` and `tls` of a new connection, `head` of the response."""
    profile: str = ""
    sequence_number: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether the call succeeded."""
        return self.outcome == OUTCOME_OK


OnCall = Callable[[CallRecord], None]
"""Receives every call when it has ended; must return at once and never raise."""


def ignore_call(_call: CallRecord) -> None:
    """Ignore a call: for callers without a log."""


class ApiUsage(Struct, frozen=True, kw_only=True):
    """The intervals in seconds per app key and per account, and the calls queued and made."""

    app_key_interval: float
    account_interval: float
    queued: int
    calls_last_minute: int


class PageLoaded(Struct, frozen=True):
    """A page of a balance has arrived; `lots` holds the rows of all pages so far."""

    page_number: int
    lots: tuple[Lot, ...] = ()
    summary: BalanceSummary = BalanceSummary()
    is_last: bool = False

    @property
    def row_count(self) -> int:
        """The number of rows so far."""
        return len(self.lots)

    def partial_balance(self) -> Balance:
        """Return the rows so far as an incomplete balance."""
        holdings = tuple(replace(holding, weight=None) for holding in merge_lots(self.lots))
        return Balance(
            summary=self.summary, holdings=holdings, page_count=self.page_number, is_complete=False
        )


class RetryScheduled(Struct, frozen=True):
    """A call is repeated after `delay` seconds because of `error`; it is attempt `attempt`."""

    error: KisError
    delay: float
    attempt: int
    max_attempts: int


class TurnDelayed(Struct, frozen=True):
    """Other processes take their turns on the account or app key; `waited` is in seconds."""

    waited: float


class TokenRequested(Struct, frozen=True):
    """A token is being requested: KIS notifies its owner's phone."""


class TokenIssued(Struct, frozen=True):
    """A requested token has come and is saved; the call that needs it follows."""


class TokenRequestDelayed(Struct, frozen=True):
    """A token is needed but may only be requested at `retry_at`; the request follows then."""

    retry_at: datetime


class TokenNotShared(Struct, frozen=True):
    """A new token cannot be saved because of `error`; only this process uses it."""

    error: StorageError


NOTICEABLE_WAIT = 0.3
"""Seconds after which the screen names what kistui waits for on this machine."""


class LocalWait(Struct, frozen=True):
    """Something on this machine is waited for, before KIS is asked."""

    kind: Literal["secret_command", "keyring", "token_lock"]
    name: str = ""
    """The command's program, or the id of the process that holds the lock."""


ProgressEvent = (
    PageLoaded
    | RetryScheduled
    | TurnDelayed
    | TokenRequested
    | TokenIssued
    | TokenRequestDelayed
    | TokenNotShared
    | LocalWait
)
OnConnecting = Callable[[ProgressEvent | None], None]
"""Receives what a session waits for while it is opened, and `None` once it is open."""
OnProgress = Callable[[ProgressEvent], None]


def ignore_progress(_progress: ProgressEvent) -> None:
    """Ignore progress: for callers that only want the result."""
