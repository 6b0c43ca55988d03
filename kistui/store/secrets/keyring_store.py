"""App keys in the operating system's keyring, where a working one is there."""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from kistui.errors import KeyringUnavailableError, SecretNotFoundError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.store.secrets.plain import as_table

SERVICE = "kistui"
SECONDS = 5.0
"""A locked keyring may put up a dialogue nobody sees; we do not wait for it."""


class KeyringStore:
    """One entry a profile, under the service `kistui`."""

    place = SecretBackend.KEYRING

    @staticmethod
    def probe(seconds: float = 3.0) -> str | None:
        """`None` when a working keyring is there, else the reason; never hangs, never prompts."""
        chosen = os.environ.get("PYTHON_KEYRING_BACKEND")
        headless = sys.platform.startswith("linux") and not os.environ.get(
            "DBUS_SESSION_BUS_ADDRESS"
        )
        if headless and not chosen:
            return "no_bus"
        try:
            fault: str | None = _in_time(lambda: _probe(chosen), seconds)
        except KeyringUnavailableError as error:
            return str(error.details["reason"])
        return fault

    @staticmethod
    def backend() -> str:
        """The class of the working keyring that `probe` found."""
        kind = _in_time(lambda: type(_keyring().get_keyring()), SECONDS)
        return f"{kind.__module__}.{kind.__qualname__}"

    def read(self, profile: str) -> Credentials:
        """Raises SecretMissing, KeyringUnavailable."""
        raw = _in_time(lambda: _keyring().get_password(SERVICE, profile), SECONDS)
        try:
            entry = json.loads(raw or "")
            return Credentials.parse(entry["app_key"], entry["app_secret"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SetupError):
            raise SecretNotFoundError(name=profile, place="keyring") from None

    def write(self, profile: str, credentials: Credentials) -> None:
        """Raises KeyringUnavailable."""
        entry = json.dumps(as_table(credentials))
        _in_time(lambda: _keyring().set_password(SERVICE, profile, entry), SECONDS)

    def remove(self, profile: str) -> None:
        """Raises KeyringUnavailable."""

        def delete() -> None:
            if _keyring().get_password(SERVICE, profile) is not None:
                _keyring().delete_password(SERVICE, profile)

        _in_time(delete, SECONDS)


def _keyring() -> Any:
    import keyring  # noqa: PLC0415  # 25 to 100 ms, for this place only

    return keyring


def _probe(chosen: str | None) -> str | None:
    backend = _keyring().get_keyring()
    module = type(backend).__module__
    empty_chain = module.endswith(".chainer") and not list(backend.backends)
    if empty_chain or module.endswith((".fail", ".null")):
        return "no_keyring"
    if module.startswith("keyrings.alt") and not chosen:
        return "plain_keyring"
    return None


def _in_time(ask: Callable[[], Any], seconds: float) -> Any:
    """What `ask` answers, in a thread that is left behind when it takes too long."""
    answers: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001  # back ends raise whatever they like
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise KeyringUnavailableError(reason=type(errors[0]).__name__) from None
    if not answers:
        raise KeyringUnavailableError(reason="no_answer")
    return answers[0]
