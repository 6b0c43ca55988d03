"""Progress events of a call that takes a while."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import KisError
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots


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


class TokenRequested(Struct, frozen=True):
    """A token is being requested: KIS notifies its owner's phone."""


class TokenRequestDelayed(Struct, frozen=True):
    """A token is needed but may only be requested at `retry_at`; the request follows then."""

    retry_at: datetime


ProgressEvent = PageLoaded | RetryScheduled | TokenRequested | TokenRequestDelayed
OnProgress = Callable[[ProgressEvent], None]


def ignore_progress(_progress: ProgressEvent) -> None:
    """Ignore progress: for callers that only want the result."""
