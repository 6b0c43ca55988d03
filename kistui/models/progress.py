"""What a call that takes a while tells those who wait for it."""

from collections.abc import Callable
from datetime import datetime

from kistui.errors import KisError
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots
from kistui.models.record import field, record, replace


@record
class PageLoaded:
    """A page of a balance has arrived: with it `lots`, in all, and the account's summary."""

    page_number: int
    lots: tuple[Lot, ...] = field(default=(), repr=False)
    summary: BalanceSummary = field(default_factory=BalanceSummary, repr=False)
    is_last: bool = False

    @property
    def row_count(self) -> int:
        """How many rows have been read so far."""
        return len(self.lots)

    def partial_balance(self) -> Balance:
        """What has arrived, as a balance that is not complete."""
        holdings = tuple(replace(each, weight=None) for each in merge_lots(self.lots))
        return Balance(
            summary=self.summary, holdings=holdings, page_count=self.page_number, is_complete=False
        )


@record
class RetryScheduled:
    """A call is repeated after `seconds`, because of `error`; attempt `attempt` of `attempts`."""

    error: KisError
    delay: float
    attempt: int
    max_attempts: int


@record
class TokenRequested:
    """A token is being asked for: KIS tells its owner's phone."""


@record
class TokenRequestDelayed:
    """A token is needed, and can be asked for from `until` on: then that is done by itself."""

    retry_at: datetime


ProgressEvent = PageLoaded | RetryScheduled | TokenRequested | TokenRequestDelayed
OnProgress = Callable[[ProgressEvent], None]


def ignore_progress(_progress: ProgressEvent) -> None:
    """For callers who only want the answer."""
