"""Real processes on one token: one request for all, and a kill at any moment breaks nothing."""

import random
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from kistui.models.token import TokenRecord
from kistui.simulator import Simulator, SimulatorOptions
from tests.services.token_stampede import (
    OffsetClock,
    create_profiles,
    run_processes,
    simulator_environ,
)

pytestmark = pytest.mark.mostly_waits

COUNT = 12


@pytest.mark.parametrize("state", ["none", "expired", "killed", "expired early"])
def test_many_processes_request_one_token(tmp_path: Path, state: str) -> None:
    clock = OffsetClock()
    with Simulator(clock=clock) as simulator:
        if state != "none":
            assert run_processes(simulator, tmp_path, clock, 1) == [""]
            clock.offset_seconds = 25 * 3600 if state == "expired" else 120
        if state == "killed":
            simulator.invalidate_tokens()
        if state == "expired early":
            simulator.expire_tokens()
        before = simulator.count_requests("tokenP")
        assert run_processes(simulator, tmp_path, clock, COUNT) == [""] * COUNT
        assert simulator.count_requests("tokenP") - before == 1


def test_a_process_killed_in_the_middle_of_an_issue_blocks_and_breaks_nothing(
    tmp_path: Path,
) -> None:
    clock, chance = OffsetClock(), random.Random(7)
    with Simulator(SimulatorOptions(delay=0.05), clock=clock) as simulator:
        profile_service = create_profiles(tmp_path, clock, simulator_environ(simulator))
        profile = profile_service.resolve()
        assert profile
        for _ in range(5):
            run_processes(simulator, tmp_path, clock, 3, kill_after=chance.uniform(0.01, 0.2))
            for path in (tmp_path / "state" / "tokens").glob("*.toml"):
                assert tomllib.loads(path.read_text())
            assert isinstance(profile_service.token_status(profile).record, TokenRecord)
            clock.offset_seconds += timedelta(hours=25).total_seconds()
        assert run_processes(simulator, tmp_path, clock, 2) == ["", ""]


def test_processes_on_one_account_take_turns(tmp_path: Path) -> None:
    """A simulator that takes one call a second refuses none of them."""
    clock = OffsetClock()
    with Simulator(SimulatorOptions(rate_limits=True), clock=clock) as simulator:
        assert run_processes(simulator, tmp_path, clock, 4, has_limits=True) == [""] * 4
        assert simulator.count_requests("inquire-balance") == 4
