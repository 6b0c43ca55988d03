"""What is written down of a call to KIS: what it was and how it went, never what was in it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

OUTCOME_OK = "ok"
OUTCOME_CANCELLED = "cancelled"
OUTCOME_INTERNAL_ERROR = "internal"
"""Outcomes; any other is the `word` of the error it ended in."""


class RateLimitWait(NamedTuple):
    """Seconds in the gates before a call: the account's, and the app key's."""

    account: float = 0.0
    app_key: float = 0.0

    @property
    def total(self) -> float:
        """Both."""
        return self.account + self.app_key


NO_WAIT = RateLimitWait()


class CallRecord(Struct, frozen=True, kw_only=True):
    """One request and its answer, one of several tries perhaps; it names no account.

    Texts from the server are masked. `number` counts the calls of this process.
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
    """Seconds to the next try, if there is one."""
    status: int | None = None
    response_size: int | None = None
    rt_cd: str = ""
    msg_cd: str = ""
    server_message: str = ""
    """The refusal in KIS's words."""
    parameter_names: tuple[str, ...] = ()
    """Their names."""
    continuation: str = ""
    """The mark sent and the mark that came back: `N>M`."""
    connection_timings: tuple[tuple[str, float], ...] = ()
    """Seconds of what the connection did: `tcp` and `tls` of a new one, `head` of the answer."""
    profile: str = ""
    sequence_number: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether it was answered as hoped."""
        return self.outcome == OUTCOME_OK


OnCall = Callable[[CallRecord], None]
"""Told of every call when it has ended; it returns at once and never raises."""


def ignore_call(_call: CallRecord) -> None:
    """For those who keep no log."""


class ApiUsage(Struct, frozen=True, kw_only=True):
    """Seconds kept between calls with one key and with one account; calls queued and made."""

    app_key_interval: float
    account_interval: float
    queued: int
    calls_last_minute: int
