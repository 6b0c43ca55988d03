"""Faults in the app: the balance stays on screen, and the next refresh works."""

import pytest
from textual.pilot import Pilot

from kistui.models.load_state import Failed, Loaded
from tests.faults.app import opened, press_refresh
from tests.faults.fault_table import APP_CASES, TOKEN_PATH, FaultCase, group_faults
from tests.faults.harness import FaultHarness
from tests.tui.conftest import summary_lines, summary_pane
from tests.tui.pilot import patch_pilot
from tests.tui.screens import balance_screen, notice, title_bar


@pytest.fixture(autouse=True)
def _waiting_until_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    patch_pilot(monkeypatch)


GROUPS = group_faults(APP_CASES)


@pytest.mark.parametrize("group", GROUPS)
async def test_the_balance_stays_during_a_fault_and_the_next_refresh_works(
    harness: FaultHarness, group: str
) -> None:
    """Run the faults one after another in one app, so that none may leave a trace."""
    faults = GROUPS[group]
    harness.set_timeouts(faults[0])
    async with opened(harness) as pilot:
        for fault in faults:
            await _check_fault_and_recovery(harness, pilot, fault)
        assert pilot.app.is_running
    assert pilot.app.return_code in (None, 0)
    assert harness.redirect_target.requests == []


async def _check_fault_and_recovery(
    harness: FaultHarness, pilot: Pilot[None], fault: FaultCase
) -> None:
    lines_before = summary_lines(pilot)
    assert lines_before
    harness.start_fault(fault)
    await press_refresh(pilot)
    if fault.expectation:
        assert isinstance(balance_screen(pilot).load_state, Failed), fault
        assert summary_lines(pilot) == lines_before, fault
        assert summary_pane(pilot).dimmed, fault
        assert fault.expectation.korean_title in notice(pilot), fault
        assert "기준 ·" in title_bar(pilot), fault
    else:
        assert isinstance(balance_screen(pilot).load_state, Loaded), fault
    assert harness.request_count(fault.path_suffix) == fault.max_requests, fault
    before = harness.simulator.count_requests(TOKEN_PATH)
    await press_refresh(pilot)
    assert isinstance(balance_screen(pilot).load_state, Loaded), fault
    assert not summary_pane(pilot).dimmed, fault
    assert harness.simulator.count_requests(TOKEN_PATH) - before <= 1, fault
