"""What a call that takes a while tells those who wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kistui.errors import KisError


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page of a balance has arrived; `rows` counts all rows read so far."""

    page: int
    rows: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call is repeated after `seconds`, because of `error`; attempt `attempt` of `attempts`."""

    error: KisError
    seconds: float
    attempt: int
    attempts: int


@dataclass(frozen=True, slots=True)
class TokenIssuing:
    """A token is being asked for: KIS tells its owner's phone."""


@dataclass(frozen=True, slots=True)
class TokenWaiting:
    """A token is needed, and can be asked for from `until` on: then that is done by itself."""

    until: datetime


Progress = PageRead | Waiting | TokenIssuing | TokenWaiting
OnProgress = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """For callers who only want the answer."""
