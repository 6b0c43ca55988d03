"""When Python collects garbage: seldom while a command starts, soon after a page was closed."""

import gc
import time
from collections.abc import Callable

OBJECTS_OF_START, OBJECTS_OF_FIRST_FRAMES, YOUNG_OBJECTS = 200_000, 20_000, 700
"""New objects after which Python collects garbage: while a command starts, until the app shows its
first figures, and by default."""
OLD_COLLECTIONS = 2
"""Collections of middle-aged objects before one of the old; 10 by default."""
PAUSES_PER_COLLECTION = 100
"""Length of the pause after a collection, in lengths of that collection."""


def prepare_first_frames() -> None:
    """Keep what was imported; free what the first frames leave, so its memory is used again."""
    gc.freeze()
    gc.set_threshold(OBJECTS_OF_FIRST_FRAMES, *gc.get_threshold()[1:])


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
    gc.set_threshold(YOUNG_OBJECTS, gc.get_threshold()[1], OLD_COLLECTIONS)


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
            self._earliest = ended + PAUSES_PER_COLLECTION * (ended - started)
