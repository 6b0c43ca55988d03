"""The states a figure from the server can be in: missing is never zero, an error never empty.

`Unknown` → `Loading` → `Ready` or `Failed`; `Loading` and `Failed` keep the last good answer.
"""

from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from kistui.errors import KistuiError

T = TypeVar("T")


class NotLoaded(Struct, frozen=True):
    """Never asked for."""


class Loaded(Struct, Generic[T], frozen=True):
    """Answered in full at the instant `at`."""

    value: T
    loaded_at: datetime


class Loading(Struct, Generic[T], frozen=True):
    """Asked for; `last` is the answer before this one, if there was one."""

    previous: Loaded[T] | None = None


class Failed(Struct, Generic[T], frozen=True):
    """Asked for at `at` and refused; `last` is the last good answer, now stale."""

    error: KistuiError
    failed_at: datetime
    previous: Loaded[T] | None = None


LoadState = NotLoaded | Loading[T] | Loaded[T] | Failed[T]


def last_loaded(remote: LoadState[T]) -> Loaded[T] | None:
    """The newest answer there is to show, whatever has happened since."""
    match remote:
        case Loaded():
            return remote
        case Loading(last) | Failed(previous=last):
            return last
        case NotLoaded():
            return None
