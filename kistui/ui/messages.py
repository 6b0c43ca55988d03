"""What workers tell screens: past tense, one sentence each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from textual.message import Message

from kistui.errors import KistuiError
from kistui.model.account import Profile
from kistui.model.balance import Balance
from kistui.model.log import Call
from kistui.model.overseas import Overseas
from kistui.model.progress import Progress
from kistui.model.remote import Remote
from kistui.model.token import TokenStatus
from kistui.view.arrange import Arrangement


@dataclass
class BalanceProgressed(Message):
    """The call numbered `request` got further, or waits."""

    request: int
    progress: Progress


@dataclass
class BalanceLoaded(Message):
    """The call numbered `request` was answered in full."""

    request: int
    balance: Balance
    at: datetime
    awaits_abroad: bool = False
    """Whether what is held abroad is being read now."""


@dataclass
class AbroadRead(Message):
    """The call numbered `request` knows, or does not, what is held abroad."""

    request: int
    abroad: Remote[Overseas]


@dataclass
class BalanceFailed(Message):
    """The call numbered `request` ended in an error."""

    request: int
    error: KistuiError
    at: datetime


@dataclass
class AccountRead(Message):
    """A profile's balance is in another state, read for the list of all accounts."""

    profile: Profile
    remote: Remote[Balance]


@dataclass
class HolidaysLearnt(Message):
    """The days without trading that KIS knows."""

    days: frozenset[date]


@dataclass
class ProfileOpened(Message):
    """The user chose a profile to look at."""

    profile: Profile


@dataclass
class ProfileChanged(Message):
    """A profile's keys are others now, or the profile `is_gone`."""

    profile: Profile
    is_gone: bool = False


@dataclass
class TokensSeen(Message):
    """The tokens of these profiles were read; `None` for one that could not be."""

    statuses: Mapping[str, TokenStatus | None]


@dataclass
class TokenProgressed(Message):
    """The issue of a token got further, or waits."""

    progress: Progress


@dataclass
class TokenActed(Message):
    """A token was issued or revoked, which `text` says."""

    text: str


@dataclass
class TokenActFailed(Message):
    """What was tried with a token ended in an error."""

    error: KistuiError


@dataclass
class ArrangementChosen(Message):
    """The user wants the holdings in another order, or other columns of them."""

    arrangement: Arrangement


@dataclass
class CallEnded(Message):
    """A call to KIS has ended, well or not."""

    call: Call
