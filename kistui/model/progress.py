"""What a call that takes a while tells those who wait for it."""

from collections.abc import Callable
from datetime import datetime

from kistui.errors import KisError
from kistui.model.balance import Balance, Lot, Summary, merge_lots
from kistui.model.record import field, record, replace


@record
class PageRead:
    """A page of a balance has arrived: with it `lots`, in all, and the account's summary."""

    page: int
    lots: tuple[Lot, ...] = field(default=(), repr=False)
    summary: Summary = field(default_factory=Summary, repr=False)
    is_last: bool = False

    @property
    def rows(self) -> int:
        """How many rows have been read so far."""
        return len(self.lots)

    def so_far(self) -> Balance:
        """What has arrived, as a balance that is not complete."""
        holdings = tuple(replace(each, weight=None) for each in merge_lots(self.lots))
        return Balance(summary=self.summary, holdings=holdings, pages=self.page, is_complete=False)


@record
class Waiting:
    """A call is repeated after `seconds`, because of `error`; attempt `attempt` of `attempts`."""

    error: KisError
    seconds: float
    attempt: int
    attempts: int


@record
class TokenIssuing:
    """A token is being asked for: KIS tells its owner's phone."""


@record
class TokenWaiting:
    """A token is needed, and can be asked for from `until` on: then that is done by itself."""

    until: datetime


Progress = PageRead | Waiting | TokenIssuing | TokenWaiting
OnProgress = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """For callers who only want the answer."""
