"""Whether to ask again: a pure decision. Only reads are ever repeated, never a token issue."""

from kistui.errors import (
    ConnectFailed,
    Disconnected,
    KisError,
    RateLimited,
    Temporary,
    TimedOut,
)
from kistui.model.record import record


@record
class Policy:
    """For one kind of error: how many tries in all, and the wait before try n+1, in seconds."""

    tries: int
    waits: tuple[float, ...]
    jitter: float = 0.0


# A dropped connection answers at once on a new one; a limit needs its second to pass.
_POLICIES: tuple[tuple[type[KisError], Policy], ...] = (
    (RateLimited, Policy(3, (1.0, 2.0), jitter=0.5)),
    (Temporary, Policy(2, (0.5,))),
    (ConnectFailed, Policy(2, (0.3,))),
    (TimedOut, Policy(2, (0.3,))),
    (Disconnected, Policy(3, (0.2, 0.6))),
)


def tries_for(error: KisError) -> int:
    """How many tries in all an error of this kind is worth; 1 means no repeat."""
    policy = _policy(error)
    return policy.tries if policy else 1


def wait_before_next(error: KisError, attempt: int, chance: float) -> float | None:
    """Seconds to wait after failed try number `attempt` (from 1), or `None` to give up.

    `chance` in [0, 1) spreads callers that were limited together.
    """
    policy = _policy(error)
    if policy is None or attempt >= policy.tries:
        return None
    return policy.waits[attempt - 1] + policy.jitter * chance


def _policy(error: KisError) -> Policy | None:
    return next((policy for kind, policy in _POLICIES if isinstance(error, kind)), None)
