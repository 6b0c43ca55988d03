"""The checks of `kistui doctor`, which change nothing and request no token.

`local` checks this machine, `network` the way to KIS; this module has what a check returns.
"""

from enum import Enum
from typing import Any

from msgspec import Struct

from kistui.errors import KistuiError


class CheckStatus(Enum):
    """The outcome of a check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class CheckResult(Struct, frozen=True, kw_only=True):
    """What one check says.

    `value` holds no user or machine names and may be shown to anyone; `local_value` replaces it
    where only the user sees it.
    """

    group: str
    name: str
    value: str
    status: CheckStatus = CheckStatus.OK
    local_value: str = ""
    text: str = ""
    """The translation key of what the user sees instead of both, with `details`."""
    details: dict[str, Any] = {}
    problem: str = ""
    """What is wrong, as a translation key."""
    error: KistuiError | None = None
    """What is wrong, as an error."""
