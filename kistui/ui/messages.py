"""What workers tell screens: past tense, one sentence each.

Plain classes: as dataclasses they would take four milliseconds of the start to make.
"""

from collections.abc import Mapping
from datetime import date, datetime

from textual.message import Message

from kistui.errors import KistuiError
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.call_record import CallRecord
from kistui.models.overseas import OverseasBalance
from kistui.models.progress import ProgressEvent
from kistui.models.load_state import LoadState
from kistui.models.token import TokenStatus
from kistui.formatting.holdings_view_state import HoldingsViewState


class BalanceProgressed(Message):
    """The call numbered `request` got further, or waits."""

    def __init__(self, request: int, progress: ProgressEvent) -> None:
        super().__init__()
        self.request = request
        self.progress = progress


class BalanceLoaded(Message):
    """The call numbered `request` was answered in full."""

    def __init__(
        self, request: int, balance: Balance, at: datetime, awaits_abroad: bool = False
    ) -> None:
        super().__init__()
        self.request = request
        self.balance = balance
        self.at = at
        self.awaits_abroad = awaits_abroad
        """Whether what is held abroad is being read now."""


class AbroadRead(Message):
    """The call numbered `request` knows, or does not, what is held abroad."""

    def __init__(self, request: int, abroad: LoadState[OverseasBalance]) -> None:
        super().__init__()
        self.request = request
        self.abroad = abroad


class BalanceFailed(Message):
    """The call numbered `request` ended in an error."""

    def __init__(self, request: int, error: KistuiError, at: datetime) -> None:
        super().__init__()
        self.request = request
        self.error = error
        self.at = at


class AccountRead(Message):
    """A profile's balance is in another state, read for the list of all accounts."""

    def __init__(self, profile: Profile, remote: LoadState[Balance]) -> None:
        super().__init__()
        self.profile = profile
        self.remote = remote


class HolidaysLearnt(Message):
    """The days without trading that KIS knows."""

    def __init__(self, days: frozenset[date]) -> None:
        super().__init__()
        self.days = days


class ProfileOpened(Message):
    """The user chose a profile to look at."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.profile = profile


class ProfileChanged(Message):
    """A profile's keys are others now, or the profile `is_gone`."""

    def __init__(self, profile: Profile, is_gone: bool = False) -> None:
        super().__init__()
        self.profile = profile
        self.is_gone = is_gone


class TokensSeen(Message):
    """The tokens of these profiles were read; `None` for one that could not be."""

    def __init__(self, statuses: Mapping[str, TokenStatus | None]) -> None:
        super().__init__()
        self.statuses = statuses


class TokenProgressed(Message):
    """The issue of a token got further, or waits."""

    def __init__(self, progress: ProgressEvent) -> None:
        super().__init__()
        self.progress = progress


class TokenActed(Message):
    """A token was issued or revoked, which `text` says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class TokenActFailed(Message):
    """What was tried with a token ended in an error."""

    def __init__(self, error: KistuiError) -> None:
        super().__init__()
        self.error = error


class ArrangementChosen(Message):
    """The user wants the holdings in another order, or other columns of them."""

    def __init__(self, arrangement: HoldingsViewState) -> None:
        super().__init__()
        self.arrangement = arrangement


class CallEnded(Message):
    """A call to KIS has ended, well or not."""

    def __init__(self, call: CallRecord) -> None:
        super().__init__()
        self.call = call
