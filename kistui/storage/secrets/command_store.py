"""App keys from a command of the user's, such as a password manager's."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath
from threading import Lock, Thread
from typing import Any

from kistui.errors import SecretCommandError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.files import errno_name

COMMAND_TIMEOUT = 30.0
"""Seconds that a command has without a terminal."""
INTERACTIVE_COMMAND_TIMEOUT = 300.0
"""Seconds that a command has with a terminal on which it may ask."""
LEFT_OPEN_TIMEOUT = 1.0
"""Seconds to read what an ended command has printed: a program that it left may hold the pipe."""
MAX_OUTPUT_BYTES = 64 * 1024
APP_KEY_NAMES = ("app_key", "appkey")
APP_SECRET_NAMES = ("app_secret", "appsecret", "secretkey")
"""Names that are accepted in JSON output."""
START_TIMEOUT = 1.0
"""Seconds to wait for a command that is being started, before commands are ended."""
_running: set[subprocess.Popen[bytes]] = set()
_starting = Lock()
"""Held until a command that is being started is among `_running`."""


class CommandSecretStore:
    """Runs `command` without a shell; it prints app key and secret on two lines, or as JSON.

    The command has no terminal, so that it cannot draw over the app and take its keys. One that
    asks a question gets the terminal with `is_interactive`; the app gives it up meanwhile.
    """

    secret_backend = SecretBackend.COMMAND

    def __init__(
        self, command: Sequence[str], *, is_interactive: bool = False, timeout: float | None = None
    ) -> None:
        self._command = list(command)
        self._is_interactive = is_interactive
        self._timeout = timeout or (
            INTERACTIVE_COMMAND_TIMEOUT if is_interactive else COMMAND_TIMEOUT
        )

    def read(self, profile: str) -> Credentials:
        """Run the command; raises SecretCommandError, which holds neither arguments nor output."""
        if not self._command:
            raise self._command_error("no_command")
        try:
            status, output = self._run()
        except subprocess.TimeoutExpired:
            raise self._command_error("no_answer") from None
        except OSError as error:
            raise self._command_error(errno_name(error)) from None
        except ValueError:
            raise self._command_error("no_command") from None
        if len(output) > MAX_OUTPUT_BYTES:
            raise self._command_error("too_large")
        if status < 0:
            raise self._command_error("signalled")
        if status:
            reason = "exit_status" if self._is_interactive else "exit_without_terminal"
            raise self._command_error(reason, status=status)
        return self._parse_output(output)

    def write(self, profile: str, credentials: Credentials) -> None:
        """Always raises SecretCommandError."""
        raise self._command_error("not_writable")

    def remove(self, profile: str) -> None:
        """Always raises SecretCommandError."""
        raise self._command_error("not_writable")

    def _run(self) -> tuple[int, bytes]:
        """Return exit status and output, of which no more than one byte over the limit is read.

        Raises OSError, ValueError, subprocess.TimeoutExpired.
        """
        deadline = time.monotonic() + self._timeout
        with self._start() as process:
            output = bytearray()
            # In a thread: Windows cannot wait for a pipe with a time limit.
            reader = Thread(
                target=_read_limited, args=(process, output), name="kistui-secret", daemon=True
            )
            reader.start()
            try:
                status = process.wait(max(deadline - time.monotonic(), 0))
                reader.join(LEFT_OPEN_TIMEOUT)
                return status, bytes(output)
            finally:
                _running.discard(process)
                _end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        with _starting:
            process = subprocess.Popen(  # noqa: S603  # the user's own command, from their own file
                self._command,
                stdin=None if self._is_interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=None if self._is_interactive else subprocess.DEVNULL,
                start_new_session=not self._is_interactive,  # a session of its own has no /dev/tty
                bufsize=0,
            )
            _running.add(process)
        return process

    def _parse_output(self, output: bytes) -> Credentials:
        try:
            text = output.decode("utf-8-sig").strip()
            if text.startswith("{"):
                entry = json.loads(text)
                return Credentials.parse(
                    _first_value(entry, APP_KEY_NAMES), _first_value(entry, APP_SECRET_NAMES)
                )
            key, secret = [line for line in text.splitlines() if line.strip()]
            return Credentials.parse(key, secret)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SetupError):
            raise self._command_error("bad_output") from None

    def _command_error(self, reason: str, **details: int) -> SecretCommandError:
        program = PurePath(self._command[0]).name if self._command else "-"
        return SecretCommandError(program=program, reason=reason, **details)


def end_running_commands() -> None:
    """End the commands that are waited for; their `read` raises SecretCommandError."""
    # One that is being started may run already. A disk that hangs may hold its start up for ever.
    if _starting.acquire(timeout=START_TIMEOUT):
        _starting.release()
    for process in tuple(_running):
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that still runs, with the programs that it has started in its session."""
    with suppress(ProcessLookupError, PermissionError):  # it has just ended, or is of another user
        if process.poll() is not None:
            return
        if sys.platform != "win32" and os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _read_limited(process: subprocess.Popen[bytes], output: bytearray) -> None:
    """Append what a program prints until its end; end it at the limit."""
    with suppress(OSError, ValueError):  # closed after the time limit
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        while len(output) <= MAX_OUTPUT_BYTES:
            chunk = process.stdout.read(MAX_OUTPUT_BYTES + 1 - len(output))
            if not chunk:
                return
            output += chunk
        _end(process)


def _first_value(entry: dict[str, Any], names: tuple[str, ...]) -> Any:
    """Return the value of the first name that occurs; raises KeyError."""
    for name in names:
        if name in entry:
            return entry[name]
    raise KeyError
