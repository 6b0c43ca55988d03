"""One desk a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kistui.simulator import Simulator
from tests.faults.desk import Desk, install
from tests.support import FakeClock


@pytest.fixture
def desk(
    tmp_path: Path, clock: FakeClock, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    desk = Desk(tmp_path, clock, simulator)
    install(monkeypatch, desk)
    yield desk
    desk.elsewhere.stop()
