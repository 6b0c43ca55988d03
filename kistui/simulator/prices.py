"""Prices: a smooth walk around yesterday's close, the same for the same seed and instant.

Whole numbers throughout, so that every machine computes the same won.
"""

from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

PRICE_HOLD_SECONDS = 3
"""Seconds for which prices stand still."""

DRIFT_BIAS = 20_000
"""How far, in millionths, an item with a lean is drawn off: more than its waves can undo."""

# Period in seconds, reach in millionths of the close.
DAY_WAVE = (6 * 3600, 22_000)
SHORT_WAVES = ((600, 8_000), (45, 2_500))


class Instrument(NamedTuple):
    """A listed item; `close` is yesterday's, in won. `lean` 1 rises, -1 falls, 0 is free."""

    code: str
    name: str
    previous_close: int
    drift_bias: int = 0


def price_tick_time(at: datetime) -> int:
    """The instant, in epoch seconds, since which prices have not changed."""
    return int(at.timestamp()) // PRICE_HOLD_SECONDS * PRICE_HOLD_SECONDS


def price_at(item: Instrument, seed: int, seconds: int) -> int:
    """The price in won at an epoch second, on KRX's ticks, within 4 % of the close."""
    off = price_drift(item.code, seed, seconds, item.drift_bias)
    return round_to_tick(item.previous_close * (1_000_000 + off) // 1_000_000)


def price_drift(code: str, seed: int, seconds: int, bias: int = 0) -> int:
    """How far an item is from its close at an epoch second, in millionths."""
    waves = SHORT_WAVES if bias else (DAY_WAVE, *SHORT_WAVES)
    return bias * DRIFT_BIAS + sum(
        _wave(f"{seed}/{code}", seconds, period, reach) for period, reach in waves
    )


def tick_size(won: int) -> int:
    """KRX's price step at a price."""
    steps = ((2_000, 1), (5_000, 5), (20_000, 10), (50_000, 50), (200_000, 100), (500_000, 500))
    return next((step for below, step in steps if won < below), 1_000)


def round_to_tick(won: int) -> int:
    """The nearest price that can be quoted."""
    step = tick_size(won)
    return (won + step // 2) // step * step


def deterministic_random(upper_bound: int, *seed_parts: object) -> int:
    """A number from 0 up to `below`, not included, that depends on `what` alone."""
    digest = blake2b("/".join(map(str, seed_parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % upper_bound


def _wave(name: str, seconds: int, period: int, reach: int) -> int:
    """Drawn points a period apart, joined by an S-curve."""
    index, within = divmod(seconds, period)
    start, end = (
        deterministic_random(2 * reach + 1, name, period, index + one) - reach for one in (0, 1)
    )
    return start + (end - start) * within**2 * (3 * period - 2 * within) // period**3
