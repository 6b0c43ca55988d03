"""What an examination of this machine found."""

from enum import Enum

from msgspec import Struct

from kistui.errors import KistuiError


class CheckStatus(Enum):
    """How well something is."""

    OK = "ok"
    WARNING = "note"
    FAILED = "bad"
    SKIPPED = "skipped"


class CheckResult(Struct, frozen=True, kw_only=True):
    """One thing looked at. `value` tells nothing of the user or the machine's names and may be
    shown to anyone; `here` is for the user's own eyes, in its place.
    """

    group: str
    name: str
    value: str
    status: CheckStatus = CheckStatus.OK
    local_value: str = ""
    problem: str = ""
    """What is wrong, as the name of its words."""
    error: KistuiError | None = None
    """What is wrong, as an error."""
