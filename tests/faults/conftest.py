"""One desk a test."""

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
    desk = FaultHarness(tmp_path, clock, simulator)
    patch_session_factory(monkeypatch, desk)
    yield desk
    desk.redirect_target.stop()
