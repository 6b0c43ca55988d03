"""What a call that takes a while tells those who wait for it."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from kistui.errors import KisError
from kistui.models.balance import Balance, BalanceSummary, Lot, merge_lots


class PageLoaded(Struct, frozen=True):
    """A page of a balance has arrived: with it `lots`, in all, and the account's summary."""

    page_number: int
    lots: tuple[Lot, ...] = ()
    summary: BalanceSummary = BalanceSummary()
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


class RetryScheduled(Struct, frozen=True):
    """A call is repeated after `seconds`, because of `error`; attempt `attempt` of `attempts`."""

    error: KisError
    delay: float
    attempt: int
    max_attempts: int


class TokenRequested(Struct, frozen=True):
    """A token is being asked for: KIS tells its owner's phone."""


class TokenRequestDelayed(Struct, frozen=True):
    """A token is needed, and can be asked for from `until` on: then that is done by itself."""

    retry_at: datetime


ProgressEvent = PageLoaded | RetryScheduled | TokenRequested | TokenRequestDelayed
OnProgress = Callable[[ProgressEvent], None]


def ignore_progress(_progress: ProgressEvent) -> None:
    """For callers who only want the answer."""
