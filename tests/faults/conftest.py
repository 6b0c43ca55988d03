"""A fault harness for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kistui.simulator import Simulator
from tests.faults.harness import FaultHarness, patch_session_factory
from tests.support import FakeClock


@pytest.fixture
def harness(
    tmp_path: Path, clock: FakeClock, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultHarness]:
    harness = FaultHarness(tmp_path, clock, simulator)
    patch_session_factory(monkeypatch, harness)
    yield harness
    harness.redirect_target.stop()
