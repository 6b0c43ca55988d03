"""App keys from a command of the user's, such as a password manager's."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import PurePath

from kistui.errors import SecretCommandError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.store.files import system_reason

SECONDS = 30.0


class CommandStore:
    """Runs `command` without a shell; it prints app key and secret on two lines, or as JSON."""

    place = SecretBackend.COMMAND

    def __init__(self, command: Sequence[str], *, seconds: float = SECONDS) -> None:
        self._command = list(command)
        self._seconds = seconds

    def read(self, profile: str) -> Credentials:
        """Raises CommandFailed; neither arguments nor output are in it."""
        if not self._command:
            raise self._failed("no_command")
        try:
            done = subprocess.run(  # noqa: S603  # the user's own command, from the user's own file
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._failed("no_answer") from None
        except OSError as error:
            raise self._failed(system_reason(error)) from None
        except ValueError:
            raise self._failed("no_command") from None
        if done.returncode:
            raise self._failed("exit_status", status=done.returncode)
        return self._understand(done.stdout)

    def write(self, profile: str, credentials: Credentials) -> None:
        """Raises CommandFailed."""
        raise self._failed("not_writable")

    def remove(self, profile: str) -> None:
        """Raises CommandFailed."""
        raise self._failed("not_writable")

    def _understand(self, output: bytes) -> Credentials:
        try:
            text = output.decode("utf-8").strip()
            if text.startswith("{"):
                entry = json.loads(text)
                return Credentials.parse(entry["app_key"], entry["app_secret"])
            key, secret = [line for line in text.splitlines() if line.strip()]
            return Credentials.parse(key, secret)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SetupError):
            raise self._failed("bad_output") from None

    def _failed(self, reason: str, **details: int) -> SecretCommandError:
        program = PurePath(self._command[0]).name if self._command else "-"
        return SecretCommandError(program=program, reason=reason, **details)
