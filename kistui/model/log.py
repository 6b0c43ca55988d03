"""What is written down of a call to KIS: what it was and how it went, never what was in it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from kistui.model.record import record

GOOD = "ok"
CANCELLED = "cancelled"
BROKEN = "internal"
"""Outcomes; any other is the `word` of the error it ended in."""


class Waited(NamedTuple):
    """Seconds in the gates before a call: the account's, and the app key's."""

    account: float = 0.0
    key: float = 0.0

    @property
    def seconds(self) -> float:
        """Both."""
        return self.account + self.key


NO_WAIT = Waited()


@record(kw_only=True)
class Call:
    """One request and its answer, one of several tries perhaps; it names no account.

    Texts from the server are masked. `number` counts the calls of this process.
    """

    at: datetime
    name: str
    method: str
    path: str
    tr_id: str
    outcome: str
    duration: float
    waited: Waited = NO_WAIT
    page: int = 1
    attempt: int = 1
    again_in: float | None = None
    """Seconds to the next try, if there is one."""
    status: int | None = None
    size: int | None = None
    rt_cd: str = ""
    msg_cd: str = ""
    said: str = ""
    """The refusal in KIS's words."""
    parameters: tuple[str, ...] = ()
    """Their names."""
    continuation: str = ""
    """The mark sent and the mark that came back: `N>M`."""
    stages: tuple[tuple[str, float], ...] = ()
    """Seconds of what the connection did: `tcp` and `tls` of a new one, `head` of the answer."""
    profile: str = ""
    number: int = 0

    @property
    def is_good(self) -> bool:
        """Whether it was answered as hoped."""
        return self.outcome == GOOD


OnCall = Callable[[Call], None]
"""Told of every call when it has ended; it returns at once and never raises."""


def ignore_call(_call: Call) -> None:
    """For those who keep no log."""
