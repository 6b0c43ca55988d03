"""Prices: a smooth walk around yesterday's close, the same for the same seed and instant.

Whole numbers throughout, so that every machine computes the same won.
"""

from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

STEP = 3
"""Seconds for which prices stand still."""

LEAN = 20_000
"""How far, in millionths, an item with a lean is drawn off: more than its waves can undo."""

# Period in seconds, reach in millionths of the close.
DAY_WAVE = (6 * 3600, 22_000)
SHORT_WAVES = ((600, 8_000), (45, 2_500))


class Item(NamedTuple):
    """A listed item; `close` is yesterday's, in won. `lean` 1 rises, -1 falls, 0 is free."""

    code: str
    name: str
    close: int
    lean: int = 0


def standstill(at: datetime) -> int:
    """The instant, in epoch seconds, since which prices have not changed."""
    return int(at.timestamp()) // STEP * STEP


def price(item: Item, seed: int, seconds: int) -> int:
    """The price in won at an epoch second, on KRX's ticks, within 4 % of the close."""
    off = drift(item.code, seed, seconds, item.lean)
    return on_tick(item.close * (1_000_000 + off) // 1_000_000)


def drift(code: str, seed: int, seconds: int, lean: int = 0) -> int:
    """How far an item is from its close at an epoch second, in millionths."""
    waves = SHORT_WAVES if lean else (DAY_WAVE, *SHORT_WAVES)
    return lean * LEAN + sum(
        _wave(f"{seed}/{code}", seconds, period, reach) for period, reach in waves
    )


def tick(won: int) -> int:
    """KRX's price step at a price."""
    steps = ((2_000, 1), (5_000, 5), (20_000, 10), (50_000, 50), (200_000, 100), (500_000, 500))
    return next((step for below, step in steps if won < below), 1_000)


def on_tick(won: int) -> int:
    """The nearest price that can be quoted."""
    step = tick(won)
    return (won + step // 2) // step * step


def draw(below: int, *what: object) -> int:
    """A number from 0 up to `below`, not included, that depends on `what` alone."""
    digest = blake2b("/".join(map(str, what)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % below


def _wave(name: str, seconds: int, period: int, reach: int) -> int:
    """Drawn points a period apart, joined by an S-curve."""
    index, within = divmod(seconds, period)
    start, end = (draw(2 * reach + 1, name, period, index + one) - reach for one in (0, 1))
    return start + (end - start) * within**2 * (3 * period - 2 * within) // period**3
