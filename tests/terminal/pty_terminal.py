"""kistui on a real pseudo-terminal, its screen read by an emulator.

Nothing here sleeps for a fixed time: every wait is for something seen, with an outer limit.
"""

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

KISTUI = (sys.executable, "-m", "kistui")
TIMEOUT_SECONDS = 20.0
"""Seconds after which what has not come will not come."""
IDLE_SECONDS = 0.15
"""Seconds without a byte after which a paint is taken to be over."""
REFRESHED_LABEL = "갱신"
"""In the title bar once the figures stand."""

# Questions to the terminal and key protocols, which pyte would print.
_UNSUPPORTED_SEQUENCES = re.compile(r"\x1b\[(?:\?\d+\$p|[<>=]\d*u)")
_INCOMPLETE_SEQUENCE = re.compile(r"\x1b(?:\[[\x20-\x3f]*)?\Z")
# Without a controlling terminal there are no signals from it.
_WITH_CONTROLLING_TTY = (
    sys.executable, "-S", "-c",
    "import fcntl, os, sys, termios as t; fcntl.ioctl(0, t.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])",
)  # fmt: skip
_FLAG_INDEXES = 0, 1, 2, 3
"""Input, output, control and local flags in what tcgetattr gives."""


class PtyTerminal:
    """One child process on a terminal of its own."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str],
    ) -> None:
        self._master, slave = pty.openpty()
        # Kept open: its modes can be asked for after the child has ended.
        self._slave: int | None = slave
        self._set_size(*size)
        self.modes_before = self.modes()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._text = ""
        self.output = b""
        self._process = subprocess.Popen(
            (*_WITH_CONTROLLING_TTY, *command),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environ),
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The child's."""
        return self._process.pid

    @property
    def text(self) -> str:
        """The screen, its lines without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def lines(self) -> list[str]:
        """The screen's lines. Not pyte's: half of a wide character left alone breaks those."""
        screen = self.screen
        return [
            "".join(screen.buffer[y][x].data for x in range(screen.columns))
            for y in range(screen.lines)
        ]

    def modes(self) -> list[int]:
        """The terminal's flags."""
        assert self._slave is not None
        attributes = termios.tcgetattr(self._slave)
        return [attributes[at] for at in _FLAG_INDEXES]

    def set_local_flags(self, local: int) -> None:
        """Set local flags, as a shell does that takes the terminal."""
        assert self._slave is not None
        attributes = termios.tcgetattr(self._slave)
        attributes[3] |= local
        termios.tcsetattr(self._slave, termios.TCSANOW, attributes)

    def read(self, seconds: float) -> bool:
        """Take what comes within `seconds`; whether anything came."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            new = os.read(self._master, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self.output += new
        text = self._text + new.decode("latin-1")
        unfinished = _INCOMPLETE_SEQUENCE.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._text = text[cut:]
        self._stream.feed(_UNSUPPORTED_SEQUENCES.sub("", text[:cut]).encode("latin-1"))
        return True

    def wait_until(self, predicate: Callable[[], bool], description: str = "it") -> None:
        """Read until it holds; fails after the limit."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while not predicate():
            assert time.monotonic() < end, f"{description} did not come:\n{self.text}"
            self.read(0.05)

    def wait_for_text(self, wanted: str) -> None:
        """Read until `wanted` stands on the screen, and the paint is over."""
        self.wait_until(lambda: wanted in self.text, wanted)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Read until nothing more comes."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while self.read(IDLE_SECONDS):
            assert time.monotonic() < end, "it never falls silent"

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def send_signal(self, number: signal.Signals) -> None:
        """To the child."""
        os.kill(self.pid, number)

    def resize(self, columns: int, lines: int) -> None:
        """As a window would: the size, the emulator, the signal (from the kernel)."""
        self.screen.resize(lines, columns)
        self._set_size(columns, lines)

    def disconnect(self) -> None:
        """As a connection that breaks."""
        if self._slave is not None:
            os.close(self._slave)
            self._slave = None
        os.close(self._master)
        self._master = -1

    def wait(self) -> int:
        """The exit code, all output read; fails after the limit."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while self._process.poll() is None:
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            if self._master < 0:
                time.sleep(0.01)
            else:
                self.read(0.01)
        while self._master >= 0 and self.read(0):
            pass
        return self._process.returncode

    def close(self) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        for file in (self._master, self._slave):
            if file is not None and file >= 0:
                os.close(file)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def isolated_environment(home: Path, **more: str) -> dict[str, str]:
    """An environment with folders of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    folders = {
        f"XDG_{name}_HOME": str(home / name.lower())
        for name in ("CONFIG", "STATE", "DATA", "CACHE")
    }
    plain = {"HOME": str(home), "TERM": "xterm-256color", "LANG": "ko_KR.UTF-8"}
    return kept | folders | plain | {"TMPDIR": str(home)} | more


@contextmanager
def run_kistui(
    home: Path, *arguments: str, size: tuple[int, int] = (80, 24), **environ: str
) -> Iterator[PtyTerminal]:
    """`kistui --demo` with these arguments, on a terminal of this size."""
    command = (*KISTUI, "--demo", *arguments)
    terminal = PtyTerminal(command, size=size, environ=isolated_environment(home, **environ))
    try:
        yield terminal
    finally:
        terminal.close()
