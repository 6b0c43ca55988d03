"""A program on a pseudo-terminal of 80x24: when its bytes come, and how many."""

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
from types import TracebackType
from typing import Self

ROWS, COLUMNS = 24, 80
GAP = 0.012
"""Seconds without a byte that end a frame."""
QUIET = 0.12
"""Seconds without a byte after which the screen has settled."""
PATIENCE, IDLE = 20.0, 0.5

CONTENT = re.compile(rb"\xe2\x96(?:\xb2|\xbc) [0-9,]{5,}")
"""A signed amount, as every summary and table of holdings has."""
_LINE = re.compile(rb"\x1b\[(\d+);\d+H")
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Paint:
    """What came: milliseconds to the first and to the last byte, and bytes."""

    first: float
    last: float
    count: int


class Terminal:
    """A program from exec to its end; for a `with` block."""

    def __init__(self, command: Sequence[str], environ: dict[str, str], cwd: str) -> None:
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._began = time.perf_counter()
        self.pid = os.fork()
        if not self.pid:
            os.close(master)
            os.chdir(cwd)
            os.login_tty(slave)
            os.execve(command[0], list(command), environ)
        os.close(slave)
        self._file = master
        self.came = b""
        """What came of the last keys."""

    @property
    def lines_written(self) -> set[int]:
        """The lines, from one, that the last keys changed."""
        return {int(line) for line in _LINE.findall(self.came)}

    def first_frame(self) -> Paint:
        """Since exec: the first byte, and the end of the frame that shows an amount."""
        seen, first, last = bytearray(), 0.0, 0.0
        found = False
        while select.select([self._file], [], [], GAP if found else PATIENCE)[0]:
            seen += os.read(self._file, 1 << 16)
            last = time.perf_counter()
            first = first or last
            found = found or bool(CONTENT.search(_SEQUENCE.sub(b"", bytes(seen))))
        if not found:
            raise RuntimeError("no amount was shown")
        return Paint((first - self._began) * 1000, (last - self._began) * 1000, len(seen))

    def press(self, keys: str, quiet: float = QUIET, *, may_be_idle: bool = False) -> Paint:
        """Since the key; RuntimeError when nothing comes of it, unless it may be idle."""
        began = time.perf_counter()
        self.came = b""
        os.write(self._file, keys.encode())
        first = last = began
        count = 0
        patience = IDLE if may_be_idle else PATIENCE
        while select.select([self._file], [], [], quiet if count else patience)[0]:
            came = os.read(self._file, 1 << 16)
            last = time.perf_counter()
            first = first if count else last
            count += len(came)
            self.came += came
        if not count and not may_be_idle:
            raise RuntimeError(f"nothing came of {keys!r}")
        return Paint((first - began) * 1000, (last - began) * 1000, count)

    def read_for(self, seconds: float) -> int:
        """How many bytes come in so long."""
        end = time.perf_counter() + seconds
        count = 0
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._file], [], [], left)[0]:
                count += len(os.read(self._file, 1 << 16))
        return count

    def settle(self, seconds: float) -> None:
        """Read until nothing has come for so long."""
        with suppress(OSError):  # it has ended
            while select.select([self._file], [], [], seconds)[0]:
                os.read(self._file, 1 << 16)

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
