"""App keys from a command of the user's, such as a password manager's."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import PurePath

from kistui.errors import SecretCommandError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.files import errno_name

COMMAND_TIMEOUT = 30.0


class CommandSecretStore:
    """Runs `command` without a shell; it prints app key and secret on two lines, or as JSON."""

    secret_backend = SecretBackend.COMMAND

    def __init__(self, command: Sequence[str], *, timeout: float = COMMAND_TIMEOUT) -> None:
        self._command = list(command)
        self._timeout = timeout

    def read(self, profile: str) -> Credentials:
        """Run the command; raises SecretCommandError, which holds neither arguments nor output."""
        if not self._command:
            raise self._command_error("no_command")
        try:
            result = subprocess.run(  # noqa: S603  # the user's own command, from the user's own file
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._command_error("no_answer") from None
        except OSError as error:
            raise self._command_error(errno_name(error)) from None
        except ValueError:
            raise self._command_error("no_command") from None
        if result.returncode:
            raise self._command_error("exit_status", status=result.returncode)
        return self._parse_output(result.stdout)

    def write(self, profile: str, credentials: Credentials) -> None:
        """Always raises SecretCommandError."""
        raise self._command_error("not_writable")

    def remove(self, profile: str) -> None:
        """Always raises SecretCommandError."""
        raise self._command_error("not_writable")

    def _parse_output(self, output: bytes) -> Credentials:
        try:
            text = output.decode("utf-8").strip()
            if text.startswith("{"):
                entry = json.loads(text)
                return Credentials.parse(entry["app_key"], entry["app_secret"])
            key, secret = [line for line in text.splitlines() if line.strip()]
            return Credentials.parse(key, secret)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SetupError):
            raise self._command_error("bad_output") from None

    def _command_error(self, reason: str, **details: int) -> SecretCommandError:
        program = PurePath(self._command[0]).name if self._command else "-"
        return SecretCommandError(program=program, reason=reason, **details)
