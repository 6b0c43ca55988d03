"""What the user may set for all profiles."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct, field

from kistui.models.token import RENEW_BEFORE


class Settings(Struct, frozen=True, kw_only=True):
    """`renew_before`: a token with less than this left is renewed when next needed.

    `refresh_every`: between automatic readings. `hidden`: whether amounts are hidden at the start.
    """

    renew_before: timedelta = RENEW_BEFORE
    refresh_interval: timedelta = timedelta(seconds=60)
    amounts_hidden: bool = False
    theme: str | None = None
    """By name; `None` for kistui's own."""
    language: str | None = None
    """`ko` or `en`; `None` for that of the locale."""
    highlight_changes: bool = True
    """Whether cells that changed are marked for a moment."""
    cache_balances: bool = True
    """Whether the last figures are kept for the next start."""
    key_bindings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The user's own keys by the name of what they do."""
