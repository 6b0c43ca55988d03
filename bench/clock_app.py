"""A bare app with so many lines that change each second, as countdowns do.

python -m bench.clock_app LINES
"""

import sys
from itertools import count

from textual.app import App, ComposeResult
from textual.widgets import Static


class ClockApp(App[None]):
    """Counts."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self._seconds = count()

    def compose(self) -> ComposeResult:
        for _ in range(self._lines):
            yield Static("▲ 10,000")

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)

    def _tick(self) -> None:
        second = next(self._seconds)
        for line in self.query(Static):
            line.update(f"{second} seconds are left", layout=False)


if __name__ == "__main__":
    ClockApp(int(sys.argv[1])).run()
