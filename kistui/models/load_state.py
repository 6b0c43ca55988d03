"""The states a figure from the server can be in: missing is never zero, an error never empty.

`Unknown` → `Loading` → `Ready` or `Failed`; `Loading` and `Failed` keep the last good answer.
"""

from datetime import datetime
from typing import Generic, TypeVar

from kistui.errors import KistuiError
from kistui.models.record import record

T = TypeVar("T")


@record
class NotLoaded:
    """Never asked for."""


@record
class Loaded(Generic[T]):
    """Answered in full at the instant `at`."""

    value: T
    loaded_at: datetime


@record
class Loading(Generic[T]):
    """Asked for; `last` is the answer before this one, if there was one."""

    previous: Loaded[T] | None = None


@record
class Failed(Generic[T]):
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
