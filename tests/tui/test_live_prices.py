"""Live prices: asked for first, shown in place, confirmed by the next balance, ended in time."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace
from textual.events import AppBlur, AppFocus
from textual.pilot import Pilot
from textual.widgets import Static

from kistui.clock import KST
from kistui.formatting.values import LIVE_MARK
from kistui.models.account import Environment
from kistui.models.live_prices import LiveStatus
from kistui.models.load_state import last_loaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.reconciliation import reconcile
from kistui.models.totals import compute_headline
from kistui.simulator import error_response
from kistui.simulator.live_prices import LivePriceServer
from kistui.tui.controllers import live_prices
from kistui.tui.messages import ProfileChanged
from kistui.tui.screens.dialogs import SelectDialog
from kistui.tui.widgets.holdings_pane import HoldingsPane
from tests.support import FakeClock
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import balance_screen, notifications

pytestmark = pytest.mark.mostly_waits


def status(pilot: Pilot[None]) -> LiveStatus:
    return balance_screen(pilot).live_prices.state.status


def server_of(pilot: Pilot[None]) -> LivePriceServer:
    return app_of(pilot).simulator.serve_live_prices(interval=0.01)


def shown_prices(pilot: Pilot[None]) -> dict[str | None, Any]:
    balance = balance_screen(pilot).query_one(HoldingsPane).balance
    return {holding.code: holding.price for holding in balance.holdings} if balance else {}


async def agree(pilot: Pilot[None]) -> None:
    """Switch live prices on, with a yes to the question."""
    server_of(pilot)
    await pilot.press("l")
    await pilot.press("down", "enter")


@pytest.fixture
def open_live(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that opens an app with live prices, which come at once."""
    monkeypatch.setattr("kistui.client.live_prices.SUBSCRIBE_PAUSE", dict.fromkeys(Environment, 0))
    monkeypatch.setattr("kistui.client.live_prices.RETRY_DELAYS", (0.05,))
    monkeypatch.setattr(live_prices, "PAINT_INTERVAL", 0.0)
    monkeypatch.setattr(live_prices, "PAINT_SHARE", 0)

    @asynccontextmanager
    async def open_(*args: str, **options: Any) -> AsyncIterator[Pilot[None]]:
        async with open_app(*args, **options) as pilot:
            await agree(pilot)
            await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
            yield pilot

    return open_


async def test_no_connection_is_opened_without_consent(open_app: OpenApp) -> None:
    async with open_app(lang="en") as pilot:
        server = server_of(pilot)
        await pilot.press("l")
        assert isinstance(pilot.app.screen, SelectDialog)
        assert all(word in screen_text(pilot) for word in ("encrypted", "approval key", "bot"))
        await pilot.press("enter")  # no stands first
        await pilot.press("l", "escape")
        assert (status(pilot), list(server.received)) == (LiveStatus.OFF, [])
        await pilot.press("l", "down", "enter")
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
        await pilot.press("underscore")
        assert status(pilot) is LiveStatus.OFF
        await pilot.press("l")  # asked once
        assert not isinstance(pilot.app.screen, SelectDialog)
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)


async def test_prices_move_in_place_until_a_balance_confirms_them(
    open_live: Any, clock: FakeClock
) -> None:
    async with open_live(size=(120, 36)) as pilot:
        screen = balance_screen(pilot)
        await pilot.press("2")
        before = shown_prices(pilot)
        clock.advance(minutes=3)
        await wait_until(pilot, lambda: shown_prices(pilot) != before)
        await wait_until(pilot, lambda: not screen.live_prices.pending)
        assert re.search(rf"{LIVE_MARK}\d", screen_text(pilot))
        assert "실시간" in str(screen.query_one("#notice", Static).content)
        confirmed = last_loaded(screen.load_state)
        shown = screen.query_one(HoldingsPane).balance
        assert confirmed is not None
        assert shown is not None
        assert {holding.code: holding.price for holding in confirmed.value.holdings} == before
        assert shown.confirmed is confirmed.value
        assert reconcile(shown).is_reconciled
        screen.live_prices.update = lambda: None  # type: ignore[method-assign]
        server_of(pilot).faults.is_silent = True
        await pilot.press("r")
        await settle_refresh(pilot)
        fresh = last_loaded(screen.load_state)
        assert fresh is not None
        assert compute_headline(fresh.value) == compute_headline(shown)
        balance = screen.query_one(HoldingsPane).balance
        assert balance is not None
        assert not any(holding.is_live for holding in balance.holdings)
        assert not re.search(rf"{LIVE_MARK}\d", screen_text(pilot))


async def settle_refresh(pilot: Pilot[None]) -> None:
    await wait_until(pilot, lambda: not balance_screen(pilot).loader.is_loading)


async def test_no_price_is_painted_in_the_background(open_live: Any, clock: FakeClock) -> None:
    async with open_live() as pilot:
        await pilot.press("2")
        controller = balance_screen(pilot).live_prices
        for is_hidden in (False, True):
            await hide_figures(pilot, is_hidden=is_hidden)
            before = shown_prices(pilot)
            clock.advance(minutes=3)
            await wait_until(pilot, lambda: len(controller.pending) >= 5)
            assert shown_prices(pilot) == before
            if not is_hidden:
                server_of(pilot).faults.drops = True
                await wait_until(pilot, lambda: status(pilot) is LiveStatus.LOST)
                assert "실시간 재접속" not in screen_text(pilot)
                server_of(pilot).faults.drops = False
                await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
            await look_back(pilot, is_hidden=is_hidden)
            await wait_until(pilot, lambda: not controller.pending)
            assert shown_prices(pilot) != before


async def hide_figures(pilot: Pilot[None], *, is_hidden: bool) -> None:
    """Hide the amounts, or take the focus from the terminal."""
    if is_hidden:
        await pilot.press("x")
        return
    pilot.app.post_message(AppBlur())
    await wait_until(pilot, lambda: not pilot.app.app_focus)


async def look_back(pilot: Pilot[None], *, is_hidden: bool) -> None:
    if is_hidden:
        await pilot.press("x")
    else:
        pilot.app.post_message(AppFocus())


async def test_other_pages_have_the_same_total(open_live: Any, clock: FakeClock) -> None:
    async with open_live(size=(120, 36)) as pilot:
        await pilot.press("2", "3")
        clock.advance(minutes=3)
        controller = balance_screen(pilot).live_prices
        await wait_until(pilot, lambda: len(controller.ticks) >= 12)
        await wait_until(pilot, lambda: LIVE_MARK in screen_text(pilot).splitlines()[0])
        await hide_figures(pilot, is_hidden=False)  # no more prices are shown
        total = screen_text(pilot).splitlines()[0].partition(LIVE_MARK)[2].split("원")[0]
        await pilot.press("2")
        assert f"{LIVE_MARK}{total}원" in screen_text(pilot).splitlines()[0]


async def test_the_connection_ends_with_the_session(open_live: Any, clock: FakeClock) -> None:
    async with open_live() as pilot:
        app, server = app_of(pilot), server_of(pilot)
        clock.now = datetime(2026, 11, 23, 15, 30, tzinfo=KST)
        app.tick()
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.CLOSED)
        await wait_until(pilot, lambda: not server.used_app_keys)
        clock.now = datetime(2026, 11, 24, 8, 30, tzinfo=KST)
        app.tick()
        assert status(pilot) is LiveStatus.CLOSED
        balance_screen(pilot).loader.change_price(AfterHoursPrice.CLOSE)
        clock.now = datetime(2026, 11, 24, 9, 0, tzinfo=KST)
        app.tick()
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
        await pilot.press("l")
        assert status(pilot) is LiveStatus.OFF
        assert not balance_screen(pilot).live_prices.ticks
        await wait_until(pilot, lambda: not server.used_app_keys)
        await settle(pilot)
    assert server.received[-1]["header"]["tr_type"] == "2"


async def test_faults_of_the_connection_are_shown_in_words(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.client.live_prices.IN_USE_DELAYS", (0.05,))
    monkeypatch.setattr("kistui.client.live_prices.RETRY_DELAYS", (0.05,))
    async with open_app(lang="en") as pilot:
        server = server_of(pilot)
        server.faults.is_in_use = True
        await agree(pilot)
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.IN_USE)
        await wait_until(pilot, lambda: "Another program" in notifications(pilot))
        server.faults.is_in_use = False
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
        server.faults.drops = True
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LOST)
        balance_screen(pilot).show_notice()
        await wait_until(pilot, lambda: "live: reconnecting" in screen_text(pilot))
        server.faults.drops = False
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
        await wait_until(pilot, lambda: "~ live" in screen_text(pilot))


async def test_a_refused_approval_is_an_error_and_nothing_is_repeated(open_app: OpenApp) -> None:
    async with open_app(lang="en") as pilot:
        simulator = app_of(pilot).simulator
        simulator.script("/oauth2/Approval", error_response("EGW00105", "invalid appSecret"))
        await agree(pilot)
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.FAILED)
        await wait_until(pilot, lambda: "app secret" in screen_text(pilot).lower())
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator.count_requests("Approval") == 1
        await pilot.press("l", "l")
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)


@pytest.mark.parametrize("is_slow", [False, True])
async def test_the_setting_of_a_profile_starts_live_prices(
    make_app: MakeApp, is_slow: bool
) -> None:
    app = make_app(slow_connection=is_slow)
    profile = app.profile_service.demo_profile()
    app.profile_service.settings.save_for_profile(profile, "live_prices", True)
    async with app.run_test(size=(80, 24)) as pilot:
        if is_slow:
            await settle(pilot)
            assert status(pilot) is LiveStatus.OFF
            await pilot.press("l")
            assert not isinstance(app.screen, SelectDialog)
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
        app.post_message(ProfileChanged(profile, None))
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.OFF)
        await wait_until(
            pilot,
            lambda: (
                not any(
                    worker.group == live_prices.FEED_GROUP
                    for worker in app.workers
                    if worker.is_running
                )
            ),
        )


async def test_prices_are_painted_at_most_four_times_a_second(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        await agree(pilot)
        await wait_until(pilot, lambda: status(pilot) is LiveStatus.LIVE)
        screen, loop = balance_screen(pilot), asyncio.get_running_loop()
        paints: list[float] = []
        on_change = screen.live_prices.on_change
        screen.live_prices.on_change = lambda: (paints.append(loop.time()), on_change())  # type: ignore[func-returns-value,assignment]

        def is_painted_often() -> bool:
            clock.advance(seconds=3)
            return len(paints) >= 4

        await wait_until(pilot, is_painted_often)
        gaps = [later - earlier for earlier, later in pairwise(paints)]
        assert min(gaps) >= live_prices.PAINT_INTERVAL * 0.95


async def test_the_connection_is_closed_when_the_app_ends(open_live: Any) -> None:
    async with open_live() as pilot:
        server = server_of(pilot)
        assert server.used_app_keys
    for _ in range(100):
        if not server.used_app_keys:
            break
        await asyncio.sleep(0.02)
    assert not server.used_app_keys
    assert server.received[-1]["header"]["tr_type"] == "2"


async def test_live_prices_do_not_follow_to_another_account(open_live: Any) -> None:
    async with open_live() as pilot:
        screen, server = balance_screen(pilot), server_of(pilot)
        profile = screen.loader.profile
        assert profile is not None
        screen.open_profile(replace(profile, name="other"))
        assert status(pilot) is LiveStatus.OFF
        assert not screen.live_prices.ticks
        await wait_until(pilot, lambda: not server.used_app_keys)
        await settle(pilot)
        assert status(pilot) is LiveStatus.OFF


async def test_without_trades_nothing_is_painted(open_live: Any) -> None:
    async with open_live() as pilot:
        controller = balance_screen(pilot).live_prices
        await wait_until(pilot, lambda: len(controller.ticks) >= 12)
        await pilot.pause(0.1)
        shown: list[bool] = []
        controller.on_change = lambda: shown.append(True)
        await pilot.pause(0.3)
        assert not shown


async def test_items_beyond_the_limit_of_a_connection_are_counted(open_live: Any) -> None:
    async with open_live("many", holdings=60, size=(120, 36)) as pilot:
        state = balance_screen(pilot).live_prices.state
        assert state.wanted_count > 41
        controller = balance_screen(pilot).live_prices
        await wait_until(pilot, lambda: controller.state.item_count == 41)
        text = f"실시간 41/{state.wanted_count}종목"
        balance_screen(pilot).show_notice()
        await wait_until(pilot, lambda: text in screen_text(pilot))
