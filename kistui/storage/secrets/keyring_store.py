"""App keys in the operating system's keyring."""

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from kistui.errors import KeyringUnavailableError, SecretNotFoundError, SetupError
from kistui.models.account import Credentials, SecretBackend
from kistui.storage.secrets.file_stores import credentials_to_dict

KEYRING_SERVICE = "kistui"
KEYRING_TIMEOUT = 5.0
"""Seconds to wait for a locked keyring, whose dialog may be on another screen."""


class KeyringSecretStore:
    """One entry per profile under the service `kistui`."""

    secret_backend = SecretBackend.KEYRING

    @staticmethod
    def unavailable_reason(timeout: float = 3.0) -> str | None:
        """Return why there is no working keyring, or `None`; never hangs and never prompts."""
        configured_backend = os.environ.get("PYTHON_KEYRING_BACKEND")
        if _lacks_bus() and not configured_backend:
            return "no_bus"
        try:
            reason: str | None = _call_with_timeout(
                lambda: _backend_unavailable_reason(configured_backend), timeout, "keyring_failed"
            )
        except KeyringUnavailableError as error:
            return str(error.details["reason"])
        return reason

    @staticmethod
    def backend_class_name() -> str:
        """Return the class name of the keyring in use."""
        kind = _call_with_timeout(
            lambda: type(_import_keyring().get_keyring()), KEYRING_TIMEOUT, "keyring_failed"
        )
        return f"{kind.__module__}.{kind.__qualname__}"

    @staticmethod
    def is_locked() -> bool:
        """Return whether Linux's keyring says that it is locked; never prompts.

        The keyrings of other systems do not say. Raises KeyringUnavailableError.
        """
        is_locked: bool = _call_with_timeout(_is_secret_service_locked, KEYRING_TIMEOUT, "not_read")
        return is_locked

    def read(self, profile: str) -> Credentials:
        """Read an entry; raises SecretNotFoundError, KeyringUnavailableError."""
        raw = _call_with_timeout(
            lambda: _import_keyring().get_password(KEYRING_SERVICE, profile),
            KEYRING_TIMEOUT,
            "not_read",
        )
        try:
            entry = json.loads(raw or "")
            return Credentials.parse(entry["app_key"], entry["app_secret"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SetupError):
            raise SecretNotFoundError(name=profile, place="keyring") from None

    def write(self, profile: str, credentials: Credentials) -> None:
        """Write an entry and read it back; raises KeyringUnavailableError."""
        entry = json.dumps(credentials_to_dict(credentials))
        previous_entries: list[str | None] = []

        def set_and_get() -> str | None:
            keyring = _import_keyring()
            previous_entries.append(keyring.get_password(KEYRING_SERVICE, profile))
            keyring.set_password(KEYRING_SERVICE, profile, entry)
            stored: str | None = keyring.get_password(KEYRING_SERVICE, profile)
            return stored

        def restore() -> None:
            if previous_entries[0] is None:
                _delete(profile)
            else:
                _import_keyring().set_password(KEYRING_SERVICE, profile, previous_entries[0])

        # A write that ends after the time limit was reported as failed, so it must not last.
        stored = _call_with_timeout(set_and_get, KEYRING_TIMEOUT, "not_written", undo=restore)
        if stored != entry:
            raise KeyringUnavailableError(reason="not_stored")

    def remove(self, profile: str) -> None:
        """Remove an entry if there is one; raises KeyringUnavailableError."""
        _call_with_timeout(lambda: _delete(profile), KEYRING_TIMEOUT, "not_deleted")


def _delete(profile: str) -> None:
    keyring = _import_keyring()
    if keyring.get_password(KEYRING_SERVICE, profile) is not None:
        keyring.delete_password(KEYRING_SERVICE, profile)


def _import_keyring() -> Any:
    import keyring  # noqa: PLC0415  # 25 to 100 ms that only this store pays for

    return keyring


def _lacks_bus() -> bool:
    """Return whether there is no desktop session, through which Linux reaches a keyring."""
    return sys.platform.startswith("linux") and not os.environ.get("DBUS_SESSION_BUS_ADDRESS")


def _backend_unavailable_reason(configured_backend: str | None) -> str | None:
    backend = _import_keyring().get_keyring()
    module = type(backend).__module__
    empty_chain = module.endswith(".chainer") and not list(backend.backends)
    if empty_chain or module.endswith((".fail", ".null")):
        return "no_keyring"
    if module.startswith("keyrings.alt") and not configured_backend:
        return "plain_keyring"
    return None


def _is_secret_service_locked() -> bool:
    backend = _import_keyring().get_keyring()
    preferred_backend = next(iter(getattr(backend, "backends", ())), backend)
    if not type(preferred_backend).__module__.endswith(".SecretService"):
        return False
    import secretstorage  # noqa: PLC0415  # only this keyring depends on it

    with closing(secretstorage.dbus_init()) as connection:
        try:
            collection = secretstorage.get_collection_by_alias(connection, "default")
        except secretstorage.ItemNotFoundException:  # the first entry makes it
            return False
        return collection.is_locked()


def _call_with_timeout(
    function: Callable[[], Any],
    timeout: float,
    failure: str,
    undo: Callable[[], Any] | None = None,
) -> Any:
    """Call a function in a thread that is abandoned after `timeout`, and then calls `undo`.

    Raises KeyringUnavailableError; `failure` is the reason of an error that has none of its own.
    """
    results: list[Any] = []
    errors: list[Exception] = []
    is_abandoned = threading.Event()
    lock = threading.Lock()

    def run() -> None:
        try:
            result = function()
            with lock:
                results.append(result)
            if is_abandoned.is_set() and undo is not None:
                undo()
        except Exception as error:  # noqa: BLE001  # backends are plugins with errors of their own
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout)
    if errors:
        kind = type(errors[0]).__name__  # the text may hold the secret
        raise KeyringUnavailableError(reason=_error_reason(errors[0], failure), kind=kind) from None
    with lock:
        if results:
            return results[0]
        is_abandoned.set()
    raise KeyringUnavailableError(reason="no_answer")


def _error_reason(error: Exception, failure: str) -> str:
    """Return the reason of a backend's error, `failure` if its class says none."""
    names = [kind.__name__ for kind in type(error).__mro__]
    reasons = {
        "KeyringLocked": "keyring_locked",
        "PasswordSetError": "not_written",
        "PasswordDeleteError": "not_deleted",
        "NoKeyringError": "no_bus" if _lacks_bus() else "no_keyring",
    }
    return next((reasons[name] for name in names if name in reasons), failure)
