"""What workers tell screens: past tense, one sentence each."""

from dataclasses import dataclass
from datetime import datetime

from textual.message import Message

from kistui.errors import KistuiError
from kistui.model.account import Profile
from kistui.model.balance import Balance
from kistui.model.progress import Progress


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


@dataclass
class BalanceFailed(Message):
    """The call numbered `request` ended in an error."""

    request: int
    error: KistuiError
    at: datetime


@dataclass
class ProfileOpened(Message):
    """The user chose a profile to look at."""

    profile: Profile


@dataclass
class ProfileChanged(Message):
    """A profile's keys are others now, or the profile `is_gone`."""

    profile: Profile
    is_gone: bool = False
