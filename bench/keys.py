"""What a key costs: time from the key to the last byte it makes, and how many bytes those are.

    python -m bench.keys [HOLDINGS ...]

runs the app on a terminal of 80x24 against a simulator with so many holdings, presses keys, and
prints the median of five presses each. No test asserts any of it.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median

from kistui.simulator import Options, Simulator

ROWS, COLUMNS = 24, 80
QUIET = 0.15
"""Seconds without a byte after which a paint is over."""
PRESSES = 5


class Terminal:
    """The app on a pseudo-terminal."""

    def __init__(self, simulator: Simulator, home: str, *arguments: str) -> None:
        environ = {
            "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color",
            "COLORTERM": "truecolor", "LANG": "C.UTF-8", "KISTUI_BASE_URL": simulator.url,
            "KIS_APP_KEY": simulator.app_key, "KIS_APP_SECRET": simulator.app_secret,
            "KIS_ACCOUNT": simulator.account,
        }  # fmt: skip
        command = [sys.executable, "-m", "kistui", *arguments]
        self._pid, self._file = pty.fork()
        if not self._pid:
            os.execve(command[0], command, environ)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, size)

    def press(self, keys: str, quiet: float = QUIET) -> tuple[float, float, int]:
        """Milliseconds to the first and to the last byte, and bytes."""
        began = time.perf_counter()
        os.write(self._file, keys.encode())
        first = last = 0.0
        count = 0
        while select.select([self._file], [], [], quiet if count else 3)[0]:
            count += len(os.read(self._file, 1 << 16))
            last = time.perf_counter()
            first = first or last
        return (first - began) * 1000, (last - began) * 1000, count

    def settle(self, seconds: float) -> None:
        """Read until nothing has come for so long."""
        with suppress(OSError):  # the app has ended
            while select.select([self._file], [], [], seconds)[0]:
                os.read(self._file, 1 << 16)

    def close(self) -> None:
        os.kill(self._pid, signal.SIGTERM)
        self.settle(1)
        os.waitpid(self._pid, 0)


def measure(name: str, press: Callable[[int], tuple[float, float, int]]) -> None:
    presses = [press(at) for at in range(PRESSES)]
    first, last, count = (median(column) for column in zip(*presses, strict=True))
    print(f"  {name:34} first {first:6.1f} ms  last {last:6.1f} ms  {count:6.0f} bytes")


def run(holdings: int) -> None:
    # One page: how long KIS takes for the pages is not the question here.
    options = Options(holdings=holdings, page_size=max(holdings, 1))
    with Simulator(options) as simulator, tempfile.TemporaryDirectory() as home:
        terminal = Terminal(simulator, home)
        print(f"{holdings} holdings")
        try:
            terminal.settle(4)
            measure("summary to holdings and back", lambda at: terminal.press("21"[at % 2]))
            terminal.press("2")
            terminal.settle(0.5)
            measure("cursor down", lambda _: terminal.press("j"))
            measure("sort by the next column", lambda _: terminal.press("s"))
            measure("reverse", lambda _: terminal.press("-"))
            terminal.press("/")
            measure("filter keystroke", lambda at: terminal.press("k" if at % 2 == 0 else "\x7f"))
            terminal.press("\x1b", 0.5)
            measure("hide or show amounts", lambda _: terminal.press("."))
            terminal.settle(6)
            measure("refresh, prices moved", lambda _: terminal.press("r", 1.2))
        finally:
            terminal.close()


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ["50", "500", "5000"]):
        run(number)
