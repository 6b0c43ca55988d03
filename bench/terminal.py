"""A program on a pseudo-terminal of 80x24, with the times and the number of its bytes."""

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.server import ROOT

ROWS, COLUMNS = 24, 80
FRAME_GAP = 0.012
"""Seconds without a byte that end a frame."""
LONGEST_WAIT = 20.0
"""Seconds to wait for the first byte."""
IDLE_WAIT = 0.5
"""The same where none may come."""
AMOUNT = re.compile(rb"\xe2\x96(?:\xb2|\xbc) [0-9,]{5,}")
"""A signed amount, as every summary and table of holdings has."""
SCREENFUL = re.compile(rb"(?s)(?:[^\s][\s]*){200}")
"""Two hundred characters: the first screen of any app."""
ESCAPE_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Paint:
    """Milliseconds to the last byte, and the number of bytes."""

    time: float
    bytes: int


class Terminal:
    """A program from exec to its end; used in a `with` block."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._started = time.perf_counter()
        self.pid = os.fork()
        if not self.pid:
            os.close(master)
            os.chdir(ROOT)
            os.login_tty(slave)
            os.execve(command[0], list(command), environment)
        os.close(slave)
        self._file = master

    def first_paint(self, expected: re.Pattern[bytes] = AMOUNT) -> Paint:
        """Wait for the end of the first frame in which `expected` is found; times it since exec.

        Raises RuntimeError if it does not come.
        """
        output, last, is_shown = bytearray(), 0.0, False
        while self._has_bytes(FRAME_GAP if is_shown else LONGEST_WAIT):
            try:
                output += os.read(self._file, 1 << 16)
            except OSError:  # it has ended
                break
            last = time.perf_counter()
            is_shown = is_shown or bool(expected.search(ESCAPE_SEQUENCE.sub(b"", bytes(output))))
        if not is_shown:
            raise RuntimeError(f"the first screen did not come: {bytes(output[-500:])!r}")
        return Paint((last - self._started) * 1000, len(output))

    def press(self, keys: str, settled: float, *, may_be_idle: bool = False) -> Paint:
        """Press keys and wait until no byte has come for `settled` seconds; times the last byte.

        Raises RuntimeError if no byte comes, unless `may_be_idle`.
        """
        pressed = last = time.perf_counter()
        count = 0
        longest = IDLE_WAIT if may_be_idle else LONGEST_WAIT
        os.write(self._file, keys.encode())
        while self._has_bytes(settled if count else longest):
            count += len(os.read(self._file, 1 << 16))
            last = time.perf_counter()
        if not count and not may_be_idle:
            raise RuntimeError(f"nothing came of {keys!r}")
        return Paint((last - pressed) * 1000, count)

    def count_bytes(self, seconds: float) -> int:
        """Return how many bytes come within `seconds`."""
        end, count = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            if self._has_bytes(left):
                count += len(os.read(self._file, 1 << 16))
        return count

    def settle(self, seconds: float) -> None:
        """Read until no byte has come for `seconds`."""
        while self._has_bytes(seconds):
            os.read(self._file, 1 << 16)

    def resident_mib(self) -> float:
        """Return the memory it has in RAM, from Linux's /proc."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def _has_bytes(self, seconds: float) -> bool:
        return bool(select.select([self._file], [], [], seconds)[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._file)
