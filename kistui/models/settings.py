"""Settings that apply to all profiles."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct, field

from kistui.models.token import RENEW_BEFORE


class Settings(Struct, frozen=True, kw_only=True):
    """`renew_before`: a token with less time left is renewed when next needed.

    `refresh_interval`: time between automatic refreshes. `amounts_hidden`: at start.
    """

    renew_before: timedelta = RENEW_BEFORE
    refresh_interval: timedelta = timedelta(seconds=60)
    amounts_hidden: bool = False
    theme: str | None = None
    """A theme name; `None` for the default theme."""
    language: str | None = None
    """`ko` or `en`; `None` for the language of the locale."""
    highlight_changes: bool = True
    """Whether changed cells are highlighted briefly."""
    cache_balances: bool = True
    """Whether the last balances are cached on disk for the next start."""
    key_bindings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The user's own keys by action id."""
