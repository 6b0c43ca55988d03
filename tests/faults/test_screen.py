"""Faults in the app: the balance stays on screen, and the next refresh works."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from kistui import i18n
from kistui.formatting.cells import plain_text
from kistui.models.load_state import Failed, Loaded
from kistui.storage.themes import DEFAULT_THEME, load_themes
from kistui.tui.app import KistuiApp
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.widgets.lines import StatusLine
from tests.faults.expectations import Reaction
from tests.faults.fault_table import APP_CASES, TOKEN_PATH, FaultCase
from tests.faults.harness import FaultHarness
from tests.tui.conftest import summary_lines, summary_pane
from tests.tui.pilot import patch_pilot, settle

THEMES = tuple(load_themes().by_name.values())


@pytest.fixture(autouse=True)
def _waiting_until_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    patch_pilot(monkeypatch)


@asynccontextmanager
async def opened(harness: FaultHarness) -> AsyncIterator[Pilot[None]]:
    profile_service = harness.open_profiles()
    app = KistuiApp(
        profile_service=profile_service,
        profile=profile_service.resolve(),
        t=i18n.load_translations("ko"),
        themes=THEMES,
        theme=DEFAULT_THEME,
        clock=harness.clock,
        to_local=lambda at: at.astimezone(UTC),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        yield pilot


GROUPS = sorted({(fault.reaction, fault.has_short_timeout) for fault in APP_CASES}, key=str)


@pytest.mark.parametrize(("reaction", "is_hasty"), GROUPS)
async def test_the_balance_stays_during_a_fault_and_the_next_refresh_works(
    harness: FaultHarness, reaction: Reaction, is_hasty: bool
) -> None:
    """Run all faults one after another in one app, so that none may leave a trace."""
    faults = [
        fault
        for fault in APP_CASES
        if (fault.reaction, fault.has_short_timeout) == (reaction, is_hasty)
    ]
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
        assert fault.expectation.korean_title in notice_text(pilot), fault
        assert "기준 ·" in title_bar_text(pilot), fault
    else:
        assert isinstance(balance_screen(pilot).load_state, Loaded), fault
    assert harness.request_count(fault.path_suffix) == fault.max_requests, fault
    before = harness.simulator.count_requests(TOKEN_PATH)
    await press_refresh(pilot)
    assert isinstance(balance_screen(pilot).load_state, Loaded), fault
    assert not summary_pane(pilot).dimmed, fault
    assert harness.simulator.count_requests(TOKEN_PATH) - before <= 1, fault


async def press_refresh(pilot: Pilot[None]) -> None:
    await pilot.press("r")
    await settle(pilot)


def balance_screen(pilot: Pilot[None]) -> BalanceScreen:
    return cast("BalanceScreen", pilot.app.screen)


def notice_text(pilot: Pilot[None]) -> str:
    return str(pilot.app.query_one("#notice", Static).content)


def title_bar_text(pilot: Pilot[None]) -> str:
    return plain_text(pilot.app.query_one("#bar", StatusLine).line)
