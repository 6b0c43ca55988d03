"""Runs kistui in a real pseudo-terminal and reads its screen with a terminal emulator."""

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
TIMEOUT_SECONDS = 20.0
"""Seconds after which a wait fails."""
# The keyboard protocol and synchronised output, which the emulator does not support.
UNSUPPORTED_SEQUENCES = re.compile(
    rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?2026[hl]|\x1b\[\?2048[hl]|\x1b\[>[0-9;]*[mq]"
)


class EmulatedTerminal:
    """A terminal in which a program runs; `written` holds every byte the program sent."""

    def __init__(
        self, *arguments: str, home: Path, size: tuple[int, int] = (80, 24), **environ: str
    ) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""
        self._master, inside = pty.openpty()
        self._resize(*size)
        self.modes_before = termios.tcgetattr(inside)
        plain = {key: value for key, value in os.environ.items() if key in {"PATH", "PYTHONPATH"}}
        self.process = subprocess.Popen(
            [*KISTUI, *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=_set_controlling_terminal,  # noqa: PLW1509  # signals from the keyboard need it
            env={
                **plain,
                "HOME": str(home),
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **environ,
            },
        )
        self._slave = inside

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
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def lines(self) -> list[str]:
        """Return the lines on the screen."""
        return list(self._screen.display)

    @property
    def text(self) -> str:
        """Return the screen as text."""
        return "\n".join(self.lines)

    def char_at(self, column: int, row: int) -> str:
        """Return the character at a position."""
        return str(self._screen.buffer[row][column].data)

    def write_to_screen(self, written: bytes) -> None:
        """Write on the screen, as another program on the same terminal would."""
        self._stream.feed(written)

    def press(self, keys: str) -> None:
        """Send keys to the program."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal, as when a window is dragged."""
        self._screen.resize(rows, columns)
        self._resize(columns, rows)

    def _resize(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def wait_until(self, predicate: Callable[[], object]) -> None:
        """Read output until the condition holds."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while not predicate():
            assert time.monotonic() < end, f"it did not come:\n{self.text}"
            self.read(0.05)

    def wait_for_text(self, *wanted: str) -> None:
        """Read output until all the texts are on the screen."""
        self.wait_until(lambda: all(text in self.text for text in wanted))

    def wait(self) -> int:
        """Read output until the program has ended, and return its exit code."""
        self.wait_until(lambda: self.process.poll() is not None)
        self.read(0.05)
        return self.process.returncode

    def modes(self) -> list[object]:
        """Return the terminal's current modes."""
        return list(termios.tcgetattr(self._slave))

    def disconnect(self) -> None:
        """Close the terminal's side, as when a connection breaks."""
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def read(self, seconds: float) -> None:
        """Read the output of the next `seconds`, and what follows immediately."""
        while self._master >= 0 and select.select([self._master], [], [], seconds)[0]:
            try:
                came = os.read(self._master, 65_536)
            except OSError:
                return
            self.output += came
            self._stream.feed(UNSUPPORTED_SEQUENCES.sub(b"", came))
            seconds = 0.0


def _set_controlling_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
