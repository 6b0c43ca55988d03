"""Clients of other projects, tested where they are installed; kistui depends on none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kistui.simulator import Simulator, SimulatorOptions

HOLDING_COUNT = 120
"""Three pages on real, six on paper."""


@pytest.fixture(params=["real", "paper"])
def server(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """Return a simulator on the system clock, which other clients use."""
    monkeypatch.chdir(tmp_path)  # some keep their token where they are started
    options = SimulatorOptions(environment=request.param, scene="many", holdings=HOLDING_COUNT)
    with Simulator(options) as simulator:
        yield simulator
