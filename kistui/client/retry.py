"""Whether to ask again: a pure decision. Only reads are ever repeated, never a token issue."""

from msgspec import Struct

from kistui.errors import (
    ConnectFailedError,
    DisconnectedError,
    KisError,
    RateLimitedError,
    RequestTimeoutError,
    TemporaryServerError,
)


class RetryPolicy(Struct, frozen=True):
    """For one kind of error: how many tries in all, and the wait before try n+1, in seconds."""

    max_attempts: int
    delays: tuple[float, ...]
    jitter: float = 0.0


# A dropped connection answers at once on a new one; a limit needs its second to pass.
_POLICIES: tuple[tuple[type[KisError], RetryPolicy], ...] = (
    (RateLimitedError, RetryPolicy(3, (1.0, 2.0), jitter=0.5)),
    (TemporaryServerError, RetryPolicy(2, (0.5,))),
    (ConnectFailedError, RetryPolicy(2, (0.3,))),
    (RequestTimeoutError, RetryPolicy(2, (0.3,))),
    (DisconnectedError, RetryPolicy(3, (0.2, 0.6))),
)


def max_attempts_for(error: KisError) -> int:
    """How many tries in all an error of this kind is worth; 1 means no repeat."""
    policy = _policy_for(error)
    return policy.max_attempts if policy else 1


def retry_delay(error: KisError, attempt: int, random_fraction: float) -> float | None:
    """Seconds to wait after failed try number `attempt` (from 1), or `None` to give up.

    `chance` in [0, 1) spreads callers that were limited together.
    """
    policy = _policy_for(error)
    if policy is None or attempt >= policy.max_attempts:
        return None
    return policy.delays[attempt - 1] + policy.jitter * random_fraction


def _policy_for(error: KisError) -> RetryPolicy | None:
    return next((policy for kind, policy in _POLICIES if isinstance(error, kind)), None)
