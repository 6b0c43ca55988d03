"""Live prices: one trade of an item as KIS reports it, and the state of the connection."""

import datetime as dt
from decimal import Decimal
from enum import Enum

from msgspec import Struct

from kistui.models.prices import DomesticItem, OverseasItem

LiveItem = DomesticItem | OverseasItem


class Tick(Struct, frozen=True, kw_only=True):
    """A trade of an item: its price in the item's currency, and the change since yesterday."""

    item: LiveItem
    price: Decimal
    day_change: Decimal | None = None
    day_rate: Decimal | None = None
    """Change in percent of yesterday's close."""
    traded_at: dt.datetime | None = None
    """Korean time."""


class FeedStatus(Enum):
    """The state of the connection for live prices."""

    CONNECTING = "connecting"
    LIVE = "live"
    """Registered; prices arrive when items are traded."""
    LOST = "lost"
    """No connection; another attempt follows."""
    IN_USE = "in_use"
    """Another program has the one connection of the app key; another attempt follows."""


class FeedState(Struct, frozen=True):
    """The state of the connection, and for which items prices arrive."""

    status: FeedStatus
    registered: frozenset[LiveItem] = frozenset()
    retry_in: float | None = None
    """Seconds until the next attempt."""


class LiveStatus(Enum):
    """What the user sees of live prices; the value is the name of its text."""

    OFF = "off"
    CLOSED = "closed"
    """No item held is traded now."""
    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    IN_USE = "in_use"
    FAILED = "failed"
    """KIS refused, or the server has none; there is no automatic retry."""


class LiveState(Struct, frozen=True):
    """The state of live prices: how many of the items that are traded now have them."""

    status: LiveStatus = LiveStatus.OFF
    item_count: int = 0
    wanted_count: int = 0
    shown_at: dt.datetime | None = None
    """When the last price was shown."""
