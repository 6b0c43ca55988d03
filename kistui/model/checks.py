"""What an examination of this machine found."""

from enum import Enum

from kistui.errors import KistuiError
from kistui.model.record import record


class Health(Enum):
    """How well something is."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "bad"
    SKIPPED = "skipped"


@record(kw_only=True)
class Finding:
    """One thing looked at. `value` tells nothing of the user or the machine's names and may be
    shown to anyone; `here` is for the user's own eyes, in its place.
    """

    group: str
    name: str
    value: str
    health: Health = Health.GOOD
    here: str = ""
    fault: str = ""
    """What is wrong, as the name of its words."""
    error: KistuiError | None = None
    """What is wrong, as an error."""
