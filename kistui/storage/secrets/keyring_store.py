"""App keys in the operating system's keyring."""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from kistui.errors import KeyringUnavailableError, SecretNotFoundError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.secrets.file_stores import credentials_to_dict

KEYRING_SERVICE = "kistui"
KEYRING_TIMEOUT = 5.0
"""A locked keyring may show a dialog that nobody sees; it is not waited for."""


class KeyringSecretStore:
    """One entry per profile under the service `kistui`."""

    secret_backend = SecretBackend.KEYRING

    @staticmethod
    def unavailable_reason(timeout: float = 3.0) -> str | None:
        """Return why there is no working keyring, or `None`; never hangs and never prompts."""
        configured_backend = os.environ.get("PYTHON_KEYRING_BACKEND")
        headless = sys.platform.startswith("linux") and not os.environ.get(
            "DBUS_SESSION_BUS_ADDRESS"
        )
        if headless and not configured_backend:
            return "no_bus"
        try:
            reason: str | None = _call_with_timeout(
                lambda: _backend_unavailable_reason(configured_backend), timeout
            )
        except KeyringUnavailableError as error:
            return str(error.details["reason"])
        return reason

    @staticmethod
    def backend_class_name() -> str:
        """Return the class name of the keyring in use."""
        kind = _call_with_timeout(lambda: type(_import_keyring().get_keyring()), KEYRING_TIMEOUT)
        return f"{kind.__module__}.{kind.__qualname__}"

    def read(self, profile: str) -> Credentials:
        """Read an entry; raises SecretNotFoundError, KeyringUnavailableError."""
        raw = _call_with_timeout(
            lambda: _import_keyring().get_password(KEYRING_SERVICE, profile), KEYRING_TIMEOUT
        )
        try:
            entry = json.loads(raw or "")
            return Credentials.parse(entry["app_key"], entry["app_secret"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SetupError):
            raise SecretNotFoundError(name=profile, place="keyring") from None

    def write(self, profile: str, credentials: Credentials) -> None:
        """Write an entry; raises KeyringUnavailableError."""
        entry = json.dumps(credentials_to_dict(credentials))
        _call_with_timeout(
            lambda: _import_keyring().set_password(KEYRING_SERVICE, profile, entry), KEYRING_TIMEOUT
        )

    def remove(self, profile: str) -> None:
        """Remove an entry if there is one; raises KeyringUnavailableError."""

        def delete() -> None:
            if _import_keyring().get_password(KEYRING_SERVICE, profile) is not None:
                _import_keyring().delete_password(KEYRING_SERVICE, profile)

        _call_with_timeout(delete, KEYRING_TIMEOUT)


def _import_keyring() -> Any:
    import keyring  # noqa: PLC0415  # 25 to 100 ms that only this store pays for

    return keyring


def _backend_unavailable_reason(configured_backend: str | None) -> str | None:
    backend = _import_keyring().get_keyring()
    module = type(backend).__module__
    empty_chain = module.endswith(".chainer") and not list(backend.backends)
    if empty_chain or module.endswith((".fail", ".null")):
        return "no_keyring"
    if module.startswith("keyrings.alt") and not configured_backend:
        return "plain_keyring"
    return None


def _call_with_timeout(function: Callable[[], Any], timeout: float) -> Any:
    """Call a function in a thread that is abandoned after `timeout`.

    Raises KeyringUnavailableError.
    """
    answers: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(function())
        except Exception as error:  # noqa: BLE001  # a backend may raise anything
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout)
    if errors:
        raise KeyringUnavailableError(reason=type(errors[0]).__name__) from None
    if not answers:
        raise KeyringUnavailableError(reason="no_answer")
    return answers[0]
