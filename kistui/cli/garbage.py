"""When Python collects garbage: seldom while a command starts, soon after a page was closed."""

import gc
import time
from collections.abc import Callable

STARTUP_THRESHOLD = 200_000
"""New objects after which Python collects garbage while a command starts."""
FIRST_FRAMES_THRESHOLD = 20_000
"""The same until the app shows its first figures."""
DEFAULT_THRESHOLD = 700
OLD_GENERATION_THRESHOLD = 2
"""Collections of the middle generation before one of the oldest; 10 by default."""
PAUSE_FACTOR = 100
"""Length of the pause after a collection, in lengths of that collection."""


def prepare_first_frames() -> None:
    """Keep what was imported; free what the first frames leave, so its memory is used again."""
    gc.freeze()
    gc.set_threshold(FIRST_FRAMES_THRESHOLD, *gc.get_threshold()[1:])


def finish_startup() -> None:
    """Collect garbage as usual, and old garbage more often, in a command that keeps running."""
    # Frozen garbage would never be freed. The other objects made at start stay alive: scanning
    # them again for garbage would delay a key by 50 ms.
    gc.collect()
    gc.freeze()
    # Python waits for a quarter of what it last saw: it must not count what is frozen.
    gc.collect()
    # A page or dialog that is left is old garbage of thousands of objects. The more of them wait,
    # the more memory is taken, and Python's allocator hardly gives any back.
    gc.set_threshold(DEFAULT_THRESHOLD, gc.get_threshold()[1], OLD_GENERATION_THRESHOLD)


class PacedCollector:
    """Collects garbage at moments when a key may come, in at most a hundredth of the time.

    A collection looks at every figure in memory: a few milliseconds for an ordinary account, a
    tenth of a second with thousands of holdings. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._earliest = 0.0

    def collect(self) -> None:
        """Collect all garbage, unless that was done a moment ago."""
        started = self._clock()
        if started >= self._earliest:
            gc.collect()
            ended = self._clock()
            self._earliest = ended + PAUSE_FACTOR * (ended - started)
