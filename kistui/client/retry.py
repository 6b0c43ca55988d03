"""Retry policy, a pure decision. Only reads are ever retried, never a token issue."""

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
    """For one kind of error: the number of attempts, and the delays between them in seconds."""

    max_attempts: int
    delays: tuple[float, ...]
    jitter: float = 0.0


# A new connection works at once; a rate limit needs its second to pass.
_POLICIES: tuple[tuple[type[KisError], RetryPolicy], ...] = (
    (RateLimitedError, RetryPolicy(3, (1.0, 2.0), jitter=0.5)),
    (TemporaryServerError, RetryPolicy(2, (0.5,))),
    (ConnectFailedError, RetryPolicy(2, (0.3,))),
    (RequestTimeoutError, RetryPolicy(2, (0.3,))),
    (DisconnectedError, RetryPolicy(3, (0.2, 0.6))),
)


def max_attempts_for(error: KisError) -> int:
    """Return the number of attempts for an error of this kind; 1 means no retry."""
    policy = _policy_for(error)
    return policy.max_attempts if policy else 1


def retry_delay(error: KisError, attempt: int, random_fraction: float) -> float | None:
    """Return the seconds to wait after failed attempt `attempt` (from 1); `None` to give up.

    `random_fraction` in [0, 1) spreads callers that were limited together.
    """
    policy = _policy_for(error)
    if policy is None or attempt >= policy.max_attempts:
        return None
    return policy.delays[attempt - 1] + policy.jitter * random_fraction


def _policy_for(error: KisError) -> RetryPolicy | None:
    return next((policy for kind, policy in _POLICIES if isinstance(error, kind)), None)
