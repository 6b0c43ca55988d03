"""Load states of data from the server: missing is never zero, an error is never empty.

`NotLoaded` → `Loading` → `Loaded` or `Failed`; `Loading` and `Failed` keep the last loaded value.
"""

from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from kistui.errors import KistuiError

T = TypeVar("T")


class NotLoaded(Struct, frozen=True):
    """Never requested."""


class Loaded(Struct, Generic[T], frozen=True):
    """Loaded in full at `loaded_at`."""

    value: T
    loaded_at: datetime


class Loading(Struct, Generic[T], frozen=True):
    """Requested; `previous` is the value loaded before, if any."""

    previous: Loaded[T] | None = None


class Failed(Struct, Generic[T], frozen=True):
    """Failed at `failed_at`; `previous` is the last loaded value, now stale."""

    error: KistuiError
    failed_at: datetime
    previous: Loaded[T] | None = None


LoadState = NotLoaded | Loading[T] | Loaded[T] | Failed[T]


def last_loaded(state: LoadState[T]) -> Loaded[T] | None:
    """Return the last loaded value, whatever happened since."""
    match state:
        case Loaded():
            return state
        case Loading(last) | Failed(previous=last):
            return last
        case NotLoaded():
            return None
