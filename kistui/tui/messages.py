"""Messages that workers post to screens, named in the past tense.

Plain classes: as dataclasses they would take four milliseconds of the start to make.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from textual.dom import DOMNode
from textual.message import Message

from kistui.errors import KistuiError
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.calls import CallRecord, ProgressEvent
from kistui.models.load_state import Loaded, LoadState
from kistui.models.overseas import OverseasBalance
from kistui.models.token import TokenStatus

if TYPE_CHECKING:
    from kistui.models.history import AssetHistory
    from kistui.models.live_prices import FeedState
    from kistui.models.prices import Benchmark, DailyPrices, QuotedItem
    from kistui.models.settings import ProfileSettings
    from kistui.tui.controllers.part_loader import PartLoader


class BalanceProgressed(Message):
    """The call numbered `request_id` made progress, or waits."""

    def __init__(self, request_id: int, progress: ProgressEvent | None) -> None:
        super().__init__()
        self.request_id = request_id
        self.progress = progress


class BalanceLoaded(Message):
    """The call numbered `request_id` was answered in full."""

    def __init__(
        self, request_id: int, balance: Balance, loaded_at: datetime, overseas_pending: bool = False
    ) -> None:
        super().__init__()
        self.request_id = request_id
        self.balance = balance
        self.loaded_at = loaded_at
        self.overseas_pending = overseas_pending
        """Whether the overseas balance is being loaded."""


class OverseasLoaded(Message):
    """The overseas balance of the call numbered `request_id` was loaded, or failed."""

    def __init__(self, request_id: int, overseas: LoadState[OverseasBalance]) -> None:
        super().__init__()
        self.request_id = request_id
        self.overseas = overseas


class BalanceFailed(Message):
    """The call numbered `request_id` failed."""

    def __init__(self, request_id: int, error: KistuiError, failed_at: datetime) -> None:
        super().__init__()
        self.request_id = request_id
        self.error = error
        self.failed_at = failed_at


class AccountStateChanged(Message):
    """A balance loaded for the list of accounts changed its state."""

    def __init__(self, profile: Profile, load_state: LoadState[Balance]) -> None:
        super().__init__()
        self.profile = profile
        self.load_state = load_state


class BalanceRefreshRequested(Message):
    """A page wants the balance of the open account to be loaded, unless that is under way."""


class HolidaysLoaded(Message):
    """The days without trading that KIS knows."""

    def __init__(self, days: frozenset[date]) -> None:
        super().__init__()
        self.days = days


class ProfileSelected(Message):
    """The user chose a profile to look at."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.profile = profile


class HoldingSelected(Message):
    """The user chose a holding of the shown account to look at."""

    def __init__(self, row_key: str) -> None:
        super().__init__()
        self.row_key = row_key


class ActionSelected(Message):
    """The user chose an action of `node`."""

    def __init__(self, node: DOMNode, action: str) -> None:
        super().__init__()
        self.node = node
        self.action = action


class ProfileChanged(Message):
    """The credentials or the account of a profile were replaced, or it was removed.

    `changed` is the profile as it is now, `None` if it was removed.
    """

    def __init__(self, profile: Profile, changed: Profile | None) -> None:
        super().__init__()
        self.profile = profile
        self.changed = changed


class ProfilesLoaded(Message):
    """The profiles and the name of the default profile were read."""

    def __init__(self, profiles: tuple[Profile, ...], default_name: str | None) -> None:
        super().__init__()
        self.profiles = profiles
        self.default_name = default_name


class TokensLoaded(Message):
    """The tokens of these profiles were read; `None` where reading failed."""

    def __init__(self, statuses: Mapping[str, TokenStatus | None]) -> None:
        super().__init__()
        self.statuses = statuses


class ReadMessage(Message):
    """A worker reports on the read numbered `request_id` to `loader`, by way of its page."""

    def __init__(self, loader: "PartLoader[Any]", request_id: int) -> None:
        super().__init__()
        self.loader = loader
        self.request_id = request_id


class ReadProgressed(ReadMessage):
    """The read waits, or connects."""

    def __init__(
        self, loader: "PartLoader[Any]", request_id: int, progress: ProgressEvent | None
    ) -> None:
        super().__init__(loader, request_id)
        self.progress = progress


class PartLoaded(ReadMessage):
    """Another part came; `content` holds all parts so far."""

    def __init__(
        self,
        loader: "PartLoader[Any]",
        request_id: int,
        content: object,
        parts_read: int,
        loaded_at: datetime | None,
    ) -> None:
        super().__init__(loader, request_id)
        self.content = content
        self.parts_read = parts_read
        self.loaded_at = loaded_at

    def can_replace(self, message: Message) -> bool:
        """Leave out a part that was not shown yet, as the next one of its read contains it.

        Parts that are stored come all at once.
        """
        return (
            isinstance(message, PartLoaded)
            and message.loader is self.loader
            and message.request_id == self.request_id
        )


class ReadEnded(ReadMessage):
    """The read is complete, or failed with `error`."""

    def __init__(
        self, loader: "PartLoader[Any]", request_id: int, error: KistuiError | None = None
    ) -> None:
        super().__init__(loader, request_id)
        self.error = error


class PeriodChanged(Message):
    """The user chose another range of days."""


class NoticePosted(Message):
    """An action of a page posts a notice; without texts, it clears the notice.

    A notice that `stays`, such as progress, is shown until the next notice, others for a while.
    """

    def __init__(self, *texts: str, stays: bool = False) -> None:
        super().__init__()
        self.texts = texts
        self.stays = stays


class ActionFailed(Message):
    """An action of a page failed."""

    def __init__(self, error: KistuiError) -> None:
        super().__init__()
        self.error = error


class PricesLoaded(Message):
    """The daily prices of an item were loaded, or failed."""

    def __init__(
        self,
        profile: Profile,
        item: "QuotedItem",
        prices: "LoadState[DailyPrices]",
    ) -> None:
        super().__init__()
        self.profile = profile
        self.item = item
        self.prices = prices


class ProfileSettingsLoaded(Message):
    """The settings of a profile were read."""

    def __init__(self, profile: Profile, settings: "ProfileSettings") -> None:
        super().__init__()
        self.profile = profile
        self.settings = settings


class LivePricesSwitched(Message):
    """The user switched the live prices of a profile on or off."""

    def __init__(self, profile: Profile, is_on: bool) -> None:
        super().__init__()
        self.profile = profile
        self.is_on = is_on


class LivePricesArrived(Message):
    """Trades came over the connection numbered `feed_id`, and it is time to show them."""

    def __init__(self, feed_id: int) -> None:
        super().__init__()
        self.feed_id = feed_id


class LiveFeedReported(Message):
    """The connection numbered `feed_id` changed its state."""

    def __init__(self, feed_id: int, state: "FeedState") -> None:
        super().__init__()
        self.feed_id = feed_id
        self.state = state


class LiveFeedFailed(Message):
    """There are no live prices over the connection numbered `feed_id`."""

    def __init__(self, feed_id: int, error: KistuiError) -> None:
        super().__init__()
        self.feed_id = feed_id
        self.error = error


class HoldingsViewChanged(Message):
    """The user changed the order, filter or columns of the holdings."""

    def __init__(self, view_state: HoldingsViewState) -> None:
        super().__init__()
        self.view_state = view_state


class CallLogged(Message):
    """A call to KIS ended, successfully or not."""

    def __init__(self, call: CallRecord) -> None:
        super().__init__()
        self.call = call


class ViewStateLoaded(Message):
    """The view state of a profile's holdings was read from the disk."""

    def __init__(self, profile: Profile, view_state: HoldingsViewState) -> None:
        super().__init__()
        self.profile = profile
        self.view_state = view_state


class CachedBalanceLoaded(Message):
    """A profile's balance of an earlier run was read from the disk."""

    def __init__(self, profile: Profile, balance: Loaded[Balance]) -> None:
        super().__init__()
        self.profile = profile
        self.balance = balance


class HistoryRecorded(Message):
    """A refresh was recorded in a profile's asset history."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.profile = profile


class HistoryLoaded(Message):
    """A profile's asset history was read, and the days without trading that are known."""

    def __init__(
        self,
        profile: Profile,
        history: "AssetHistory",
        holidays: frozenset[date] = frozenset(),
        *,
        is_recording: bool = True,
        record_error: KistuiError | None = None,
    ) -> None:
        super().__init__()
        self.profile = profile
        self.history = history
        self.holidays = holidays
        self.is_recording = is_recording
        """Whether the setting to record refreshes is on."""
        self.record_error = record_error
        """Why the last refresh was not recorded."""


class BenchmarkLoaded(Message):
    """The daily prices of an index to compare with were loaded."""

    def __init__(self, benchmark: "Benchmark") -> None:
        super().__init__()
        self.benchmark = benchmark
