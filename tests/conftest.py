"""Fixtures that isolate tests from the machine's environment, home, proxies and locale."""

import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

# Thousands of tests are collected, and none of them is garbage; `_frozen_modules` enables it again.
gc.disable()

# Before hypothesis is imported: else every worker would compile it and every test in every run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from hypothesis import settings  # noqa: E402

from kistui.client import rate_limits  # noqa: E402
from kistui.models.account import Environment  # noqa: E402
from kistui.simulator import Simulator, SimulatorOptions  # noqa: E402
from kistui.storage.secrets.file_stores import SCRYPT_N, EncryptedSecretStore  # noqa: E402
from tests.support import FakeClock  # noqa: E402

settings.register_profile("kistui", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("kistui")

if "KISTUI_FUZZ" not in os.environ:
    # Hypothesis also draws the constants of all modules that are imported by then. The examples of
    # a test would depend on the tests before it, and each worker spends up to a second on them.
    with suppress(ImportError):  # another version of hypothesis
        from hypothesis.internal.constants_ast import Constants

        pytest.MonkeyPatch().setattr(
            "hypothesis.internal.conjecture.providers._get_local_constants",
            Constants,
            raising=False,
        )

CLEARED_PREFIXES = ("KIS_", "KISTUI_", "TEXTUAL_", "LC_", "XDG_")
CLEARED_NAMES = {
    "NO_COLOR",
    "FORCE_COLOR",
    "LANG",
    "LANGUAGE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
}

FOLDER_NUMBERS = count()

# httpcore tries to import it several times a request, and pytest's importer takes long to miss.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that mostly wait first: one worker gets them, and others use the processors."""
    items.sort(key=lambda item: item.get_closest_marker("mostly_waits") is None)


@pytest.fixture(scope="session", autouse=True)
def _frozen_modules() -> None:
    """Exclude imported modules from garbage collection, which would scan them again and again.

    Collections are rarer than Python's own too: an app makes thousands of objects and drops them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _unsynced_files() -> Iterator[None]:
    """Skip fsync: no test needs to survive a power cut, and tests of fsync patch it themselves."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(os, "fsync", lambda _handle: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_passphrases() -> Iterator[None]:
    """Derive keys of passphrases cheaply; `test_stores.py` derives one at its real cost."""
    defaults = EncryptedSecretStore.__init__.__kwdefaults__
    assert defaults
    assert defaults["scrypt_n"] == SCRYPT_N
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(defaults, "scrypt_n", 16)
        yield


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return a folder of the test; pytest's own fixture lists all earlier ones to number it."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}{next(FOLDER_NUMBERS)}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def _isolated_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        is_for_snapshots = name.startswith("TEXTUAL_SNAPSHOT")
        if (
            name.startswith(CLEARED_PREFIXES) or name.upper() in CLEARED_NAMES
        ) and not is_for_snapshots:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    # Tests never use the machine's keyring; tests that need one provide a fake.
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


@pytest.fixture(autouse=True)
def _unpaced_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls follow each other at once; tests of rate limits bring their own clock."""
    monkeypatch.setattr(rate_limits, "ACCOUNT_INTERVAL", 0)
    monkeypatch.setattr(rate_limits, "APP_KEY_INTERVAL", dict.fromkeys(Environment, 0))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def simulator(clock: FakeClock) -> Iterator[Simulator]:
    """Return a running simulator of the real environment with the ordinary scene."""
    with Simulator(SimulatorOptions(), clock=clock) as running:
        yield running
