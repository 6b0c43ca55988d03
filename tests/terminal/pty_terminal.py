"""Runs kistui in a real pseudo-terminal and reads its screen with an emulator.

There are no fixed sleeps: every wait is for a condition, with a timeout.
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

from tests.fork_server import ForkedProcess, fork_server

KISTUI = (sys.executable, "-m", "kistui")
RUN_PROCESS = "kistui.cli:run_process"
"""The function of the command `kistui`."""
TIMEOUT_SECONDS = 20.0
"""Seconds after which a wait fails."""
IDLE_SECONDS = 0.15
"""Seconds without output after which painting is considered complete."""
REFRESHED_LABEL = "출처"
"""Text in the title bar once the balance is shown."""

# Terminal queries and key protocols, which pyte would print.
_UNSUPPORTED_SEQUENCES = re.compile(r"\x1b\[(?:\?\d+\$p|[<>=]\d*u)")
_INCOMPLETE_SEQUENCE = re.compile(r"\x1b(?:\[[\x20-\x3f]*)?\Z")
# Signals from the terminal require a controlling terminal.
_WITH_CONTROLLING_TTY = (
    sys.executable, "-S", "-c",
    "import fcntl, os, sys, termios as t; fcntl.ioctl(0, t.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])",
)  # fmt: skip
_FLAG_INDEXES = 0, 1, 2, 3
"""Indexes of the input, output, control and local flags in the result of tcgetattr."""


class PtyTerminal:
    """A process in a terminal of its own: a command, or a function with arguments.

    A function, such as `kistui.cli:run_process`, runs in a process that is forked.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str],
        function: str | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        # Stays open so that its modes can be read after the child has ended.
        self._slave: int | None = slave
        self._set_size(*size)
        self.modes_before = self.modes()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._text = ""
        self.output = b""
        self._process: ForkedProcess | subprocess.Popen[bytes]
        if function is not None:
            files = (slave, slave, slave)
            self._process = fork_server().fork(function, command, environ, files)
        else:
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
        """Return the child's process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Return whether the child has not ended."""
        return self._process.poll() is None

    @property
    def text(self) -> str:
        """Return the screen as text, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def lines(self) -> list[str]:
        """Return the screen's lines; pyte's own `display` fails on half of a wide character."""
        screen = self.screen
        return [
            "".join(screen.buffer[y][x].data for x in range(screen.columns))
            for y in range(screen.lines)
        ]

    def modes(self) -> list[int]:
        """Return the terminal's flags."""
        assert self._slave is not None
        attributes = termios.tcgetattr(self._slave)
        return [attributes[index] for index in _FLAG_INDEXES]

    def set_local_flags(self, local: int) -> None:
        """Set local flags, as a shell does when it takes the terminal."""
        assert self._slave is not None
        attributes = termios.tcgetattr(self._slave)
        attributes[3] |= local
        termios.tcsetattr(self._slave, termios.TCSANOW, attributes)

    def read(self, seconds: float) -> bool:
        """Read output for up to `seconds`, and return whether there was any."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            new = os.read(self._master, 1 << 16)
        except OSError:  # the child has closed its side
            return False
        self.output += new
        text = self._text + new.decode("latin-1")
        unfinished = _INCOMPLETE_SEQUENCE.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._text = text[cut:]
        self._stream.feed(_UNSUPPORTED_SEQUENCES.sub("", text[:cut]).encode("latin-1"))
        return True

    def wait_until(self, predicate: Callable[[], bool], description: str = "it") -> None:
        """Read until the condition holds; fails after the timeout."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while not predicate():
            assert time.monotonic() < end, f"{description} did not come:\n{self.text}"
            self.read(0.05)

    def wait_for_text(self, *texts: str) -> None:
        """Read until all texts are on the screen and painting is complete."""
        self.wait_until(lambda: all(text in self.text for text in texts), str(texts))
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Read until no more output comes."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while self.read(IDLE_SECONDS):
            assert time.monotonic() < end, "it never falls silent"

    def paint(self, data: bytes) -> None:
        """Write on the screen, as another program on the same terminal would."""
        self._stream.feed(data)

    def press(self, keys: str) -> None:
        """Send keys to the child."""
        self.press_bytes(keys.encode())

    def press_bytes(self, data: bytes) -> None:
        """Send bytes to the child, such as those of another encoding."""
        os.write(self._master, data)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the child."""
        os.kill(self.pid, number)

    def stop(self) -> None:
        """Stop the child and wait until it has stopped; only a forked one."""
        assert isinstance(self._process, ForkedProcess)
        self.send_signal(signal.SIGSTOP)
        self._process.wait_until_stopped()

    def resize(self, columns: int, lines: int) -> None:
        """Resize the terminal and the emulator; the kernel sends the signal."""
        self.screen.resize(lines, columns)
        self._set_size(columns, lines)

    def disconnect(self) -> None:
        """Close the terminal's side, as when a connection breaks."""
        if self._slave is not None:
            os.close(self._slave)
            self._slave = None
        os.close(self._master)
        self._master = -1

    def wait(self) -> int:
        """Read all output and return the exit code; fails after the timeout."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while (code := self._process.poll()) is None:
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            if self._master < 0:
                time.sleep(0.01)
            else:
                self.read(0.01)
        while self._master >= 0 and self.read(0):
            pass
        return int(code)

    def close(self) -> None:
        """Kill the child and close the terminal."""
        self._process.kill()
        self._process.wait()
        for file in (self._master, self._slave):
            if file is not None and file >= 0:
                os.close(file)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def isolated_environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with its own folders."""
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    folders = {
        f"XDG_{name}_HOME": str(home / name.lower())
        for name in ("CONFIG", "STATE", "DATA", "CACHE")
    }
    plain = {"HOME": str(home), "TERM": "xterm-256color", "LANG": "ko_KR.UTF-8"}
    return inherited | folders | plain | {"TMPDIR": str(home)} | more


@contextmanager
def run_kistui(
    home: Path,
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    function: str | None = RUN_PROCESS,
    **environ: str,
) -> Iterator[PtyTerminal]:
    """Run `kistui --demo` with these arguments in a terminal of this size.

    A forked process calls `function`; without one it is a new process of Python, which imports
    everything first.
    """
    program = () if function else KISTUI
    terminal = PtyTerminal(
        (*program, "--demo", *arguments),
        size=size,
        environ=isolated_environment(home, **environ),
        function=function,
    )
    try:
        yield terminal
    finally:
        terminal.close()
