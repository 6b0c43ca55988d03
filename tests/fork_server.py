"""Processes forked from one that has imported kistui: a start costs most of a second otherwise.

    process = fork_server().fork("kistui.cli:run_process", ["--demo"], environ, files)
    result = run_forked("kistui.cli:run_process", ["--demo", "balance"], environ)

What depends on the moment of an import, such as a signal before the first paint, starts Python.
"""

import atexit
import fcntl
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

IMPORTED = (
    "anyio._backends._asyncio", "concurrent.futures.thread", "filelock.asyncio",
    "httpcore", "kistui.cli.commands.app", "kistui.cli.context", "kistui.cli.demo",
    "kistui.cli.parser", "kistui.client", "kistui.formatting.history_chart", "kistui.i18n.ko",
    "kistui.services.session", "kistui.simulator", "kistui.storage.history_store",
    "kistui.storage.log", "kistui.storage.themes", "kistui.tui.app",
    "kistui.tui.controllers.live_prices", "kistui.tui.driver.cell_diff", "textual.scrollbar",
    "tomli_w",
)  # fmt: skip
"""What every process needs, imported before it is forked."""
POLL_SECONDS = 0.005
Files = tuple[int, int, int]
"""The descriptors of standard input, output and error."""


def become(environ: Mapping[str, str], files: Sequence[int]) -> None:
    """Turn a forked process into one of its own session with this environment and these files.

    A terminal as standard input becomes its controlling terminal. All other files are closed.
    """
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, 256)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(environ)
    tempfile.tempdir = None  # an import has asked for the folder of another TMPDIR
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]


class ForkedProcess:
    """A child of the server, with the methods of `subprocess.Popen` that tests need."""

    def __init__(self, server: "ForkServer", pid: int) -> None:
        self._server = server
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        if self.returncode is None:
            status = self._server.wait_status(self.pid)
            if status is not None and not os.WIFSTOPPED(status):
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait_until_stopped(self) -> None:
        """Wait until a signal has stopped it."""
        while (status := self._server.wait_status(self.pid)) is None:
            time.sleep(POLL_SECONDS)
        assert os.WIFSTOPPED(status)

    def wait(self) -> int:
        """Wait until it has ended and return the exit code."""
        while (code := self.poll()) is None:
            time.sleep(POLL_SECONDS)
        return code

    def kill(self) -> None:
        """Kill it if it still runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """The side of the tests: one request, one answer."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-m", "tests.fork_server"], stdin=theirs.fileno()
            )

    def fork(
        self, function: str, arguments: Sequence[str], environ: Mapping[str, str], files: Files
    ) -> ForkedProcess:
        """Call a function, `module:name`, with `arguments` in `sys.argv`; it returns the code."""
        pid = self._ask(
            {"function": function, "arguments": [*arguments], "environ": {**environ}}, files
        )
        return ForkedProcess(self, int(pid))

    def wait_status(self, pid: int) -> int | None:
        """Return the status of a child that has ended or stopped since, None otherwise."""
        status = self._ask({"pid": pid})
        return None if status is None else int(status)

    def close(self) -> None:
        """End the server."""
        self._socket.close()
        self._process.wait()

    def _ask(self, request: Mapping[str, object], files: Sequence[int] = ()) -> Any:
        data = json.dumps(request).encode() + b"\n"
        sent = socket.send_fds(self._socket, [data], list(files)) if files else 0
        self._socket.sendall(data[sent:])
        return json.loads(self._socket.recv(100))


@cache
def fork_server() -> ForkServer:
    """Return the server of this process, started at the first call."""
    server = ForkServer()
    atexit.register(server.close)
    return server


def run_forked(
    function: str, arguments: Sequence[str], environ: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Call a function as `ForkServer.fork` does, with empty input, and wait until it has ended."""
    with (
        Path(os.devnull).open() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        files = (stdin.fileno(), stdout.fileno(), stderr.fileno())
        code = fork_server().fork(function, arguments, environ, files).wait()
        stdout.seek(0)
        stderr.seek(0)
        return subprocess.CompletedProcess(arguments, code, stdout.read(), stderr.read())


def serve(connection: socket.socket) -> Callable[[], int]:
    """Answer requests; return in a forked process, with what it is to call."""
    while True:
        line, files, *_ = socket.recv_fds(connection, 1 << 16, 3)
        while line and not line.endswith(b"\n"):
            line += connection.recv(1 << 16)
        if not line:
            raise SystemExit
        request = json.loads(line)
        if "pid" in request:
            pid, status = os.waitpid(request["pid"], os.WNOHANG | os.WUNTRACED)
            connection.sendall(json.dumps(status if pid else None).encode())
            continue
        pid = os.fork()
        if not pid:
            become(request["environ"], files)
            module, _, name = request["function"].partition(":")
            sys.argv[1:] = request["arguments"]
            function: Callable[[], int] = getattr(import_module(module), name)
            return function
        for file in files:
            os.close(file)
        connection.sendall(str(pid).encode())


def run_server() -> int:
    """Serve at the socket that is standard input; a forked process returns its exit code."""
    for name in IMPORTED:
        import_module(name)
    gc.freeze()
    connection = socket.socket(fileno=os.dup(0))
    function = serve(connection)
    connection.detach()
    return function()


if __name__ == "__main__":
    raise SystemExit(run_server())
