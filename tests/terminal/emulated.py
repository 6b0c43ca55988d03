"""kistui in a real pseudo-terminal, its screen read by a terminal emulator."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

KISTUI = [sys.executable, "-m", "kistui"]
LIMIT = 20.0
"""Seconds after which what is waited for will not come."""
# The keyboard protocol and synchronised output, of which the emulator knows nothing.
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?2026[hl]|\x1b\[\?2048[hl]|\x1b\[>[0-9;]*[mq]")


class Terminal:
    """A terminal of a size, in which a program runs; `written` is every byte it sent."""

    def __init__(
        self, *arguments: str, home: Path, size: tuple[int, int] = (80, 24), **environ: str
    ) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""
        self._terminal, inside = pty.openpty()
        self._resize(*size)
        self.before = termios.tcgetattr(inside)
        plain = {key: value for key, value in os.environ.items() if key in {"PATH", "PYTHONPATH"}}
        self.process = subprocess.Popen(
            [*KISTUI, *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # signals from the keyboard need it
            env={
                **plain,
                "HOME": str(home),
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **environ,
            },
        )
        self._inside = inside

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        for descriptor in (self._terminal, self._inside):
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        return list(self._screen.display)

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    def cell(self, column: int, row: int) -> str:
        """What stands at a place."""
        return str(self._screen.buffer[row][column].data)

    def scribble(self, written: bytes) -> None:
        """Write on the screen, as another program on the same terminal would."""
        self._stream.feed(written)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._terminal, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when a window is dragged."""
        self._screen.resize(rows, columns)
        self._resize(columns, rows)

    def _resize(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)

    def until(self, holds: Callable[[], object]) -> None:
        """Read on until something holds of what has come."""
        end = time.monotonic() + LIMIT
        while not holds():
            assert time.monotonic() < end, f"it did not come:\n{self.text}"
            self.read(0.05)

    def until_text(self, *wanted: str) -> None:
        """Read on until all of it stands on the screen."""
        self.until(lambda: all(each in self.text for each in wanted))

    def end(self) -> int:
        """Read on until the program has ended; its exit code."""
        self.until(lambda: self.process.poll() is not None)
        self.read(0.05)
        return self.process.returncode

    def after(self) -> list[object]:
        """The terminal's modes now."""
        return list(termios.tcgetattr(self._inside))

    def hang_up(self) -> None:
        """Close the terminal's own end, as when a connection breaks."""
        os.close(self._inside)
        os.close(self._terminal)
        self._terminal = self._inside = -1

    def read(self, seconds: float) -> None:
        """Read what comes within `seconds`, and what follows at once."""
        while self._terminal >= 0 and select.select([self._terminal], [], [], seconds)[0]:
            try:
                came = os.read(self._terminal, 65_536)
            except OSError:
                return
            self.written += came
            self._stream.feed(UNKNOWN.sub(b"", came))
            seconds = 0.0


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
