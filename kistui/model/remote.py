"""The states a figure from the server can be in: missing is never zero, an error never empty.

`Unknown` → `Loading` → `Ready` or `Failed`; `Loading` and `Failed` keep the last good answer.
"""

from datetime import datetime
from typing import Generic, TypeVar

from kistui.errors import KistuiError
from kistui.model.record import record

T = TypeVar("T")


@record
class Unknown:
    """Never asked for."""


@record
class Ready(Generic[T]):
    """Answered in full at the instant `at`."""

    value: T
    at: datetime


@record
class Loading(Generic[T]):
    """Asked for; `last` is the answer before this one, if there was one."""

    last: Ready[T] | None = None


@record
class Failed(Generic[T]):
    """Asked for at `at` and refused; `last` is the last good answer, now stale."""

    error: KistuiError
    at: datetime
    last: Ready[T] | None = None


Remote = Unknown | Loading[T] | Ready[T] | Failed[T]


def last_good(remote: Remote[T]) -> Ready[T] | None:
    """The newest answer there is to show, whatever has happened since."""
    match remote:
        case Ready():
            return remote
        case Loading(last) | Failed(last=last):
            return last
        case Unknown():
            return None
