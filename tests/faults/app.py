"""The app on a fault harness."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC

from textual.pilot import Pilot

from kistui import i18n
from kistui.storage.themes import DEFAULT_THEME, load_themes
from kistui.tui.app import KistuiApp
from tests.faults.harness import FaultHarness
from tests.tui.pilot import settle

THEMES = tuple(load_themes().by_name.values())


@asynccontextmanager
async def opened(harness: FaultHarness) -> AsyncIterator[Pilot[None]]:
    """Open the app on the default profile of the harness."""
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


async def press_refresh(pilot: Pilot[None]) -> None:
    """Refresh the balance and wait for the answer."""
    await pilot.press("r")
    await settle(pilot)
