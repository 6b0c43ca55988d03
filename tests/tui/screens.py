"""What tests of the app read from its screens, and how they add profiles and open pages."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from kistui.formatting.cells import plain_text
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import PromptDialog, SelectDialog
from kistui.tui.screens.page import PageScreen
from kistui.tui.widgets.holdings_pane import HoldingsPane
from kistui.tui.widgets.line_table import LineTable
from kistui.tui.widgets.lines import StatusLine
from tests.tui.conftest import app_of
from tests.tui.pilot import screen_text, settle, toast_texts, wait_until


def simulator_of(pilot: Pilot[None]) -> Simulator:
    """Return the simulator of the demo."""
    return app_of(pilot).simulator


def balance_screen(pilot: Pilot[Any]) -> BalanceScreen:
    """Return the balance, which is open under every other page."""
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, BalanceScreen)
    return screen


def open_page_screen(pilot: Pilot[Any]) -> PageScreen:
    """Return the open page, which may be below a dialog."""
    return next(
        screen for screen in reversed(pilot.app.screen_stack) if isinstance(screen, PageScreen)
    )


def title_bar(pilot: Pilot[Any]) -> str:
    """Return the title bar of the open page."""
    return plain_text(open_page_screen(pilot).query_one("#bar", StatusLine).line)


def notice(pilot: Pilot[Any]) -> str:
    """Return the notice of the open page."""
    return str(open_page_screen(pilot).query_one("#notice", Static).content)


def notifications(pilot: Pilot[Any]) -> str:
    """Return the texts of all toasts that are shown."""
    return " ".join(toast_texts(pilot.app))


def holdings_pane(pilot: Pilot[Any]) -> HoldingsPane:
    """Return the pane of the holdings."""
    return balance_screen(pilot).query_one("#holdings", HoldingsPane)


def holdings_table(pilot: Pilot[Any]) -> LineTable:
    """Return the table of the holdings."""
    return holdings_pane(pilot).query_one(LineTable)


def list_table(pilot: Pilot[Any]) -> LineTable:
    """Return the table of an open page of trades, profit or dividends."""
    return pilot.app.screen.query_one("#list", LineTable)


def add_profile(
    profile_service: ProfileService,
    simulator: Simulator,
    name: str,
    secret_backend: SecretBackend = SecretBackend.PLAIN,
) -> Profile:
    """Save a profile of the simulator's first account."""
    profile = Profile(
        name,
        Environment.REAL,
        AccountNumber.parse(simulator.account_number),
        secret_backend=secret_backend,
    )
    profile_service.add(profile, Credentials.parse(simulator.app_key, simulator.app_secret))
    return profile


async def open_page(pilot: Pilot[None], key: str) -> str:
    """Press a key that opens a page; return the text of the screen when it is loaded."""
    await pilot.press(key)
    await settle(pilot)
    return screen_text(pilot)


async def export_page(pilot: Pilot[None], path: Path, export_format: str = "json") -> str:
    """Export the page to `path`; return the content of the file."""
    await pilot.press("e")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
    options = pilot.app.screen.query_one(OptionList)
    options.highlighted = options.get_option_index(export_format)
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, PromptDialog))
    pilot.app.screen.query_one(Input).value = str(path)
    await pilot.press("enter")
    await settle(pilot)
    return path.read_text(encoding="utf-8")
