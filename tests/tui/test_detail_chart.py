"""The chart in the detail of a holding: when it is requested, and what stands in its place."""

import asyncio
import gc
import subprocess
import sys

import pytest
from textual.events import Key
from textual.pilot import Pilot

from kistui.formatting.cells import Role, plain_text
from kistui.models.prices import DailyPrices
from kistui.simulator import error_response
from kistui.tui.widgets.detail_pane import DetailPane
from kistui.tui.widgets.holdings_pane import HoldingsPane
from tests.support import FakeClock, make_balance, make_lot
from tests.tui.conftest import OpenApp, app_of
from tests.tui.pilot import settle, wait_until

DOMESTIC, OVERSEAS = "inquire-daily-itemchartprice", "dailyprice"


def detail(pilot: Pilot[None]) -> str:
    return pilot.app.query_one(DetailPane).text


def count(pilot: Pilot[None], path: str = DOMESTIC) -> int:
    return app_of(pilot).simulator.count_requests(path)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 50)])
async def test_the_chart_is_in_sight_when_the_detail_opens(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size=size) as pilot:
        await pilot.press("2")
        await settle(pilot)
        assert count(pilot) == 0
        await pilot.press("enter")
        await settle(pilot)
        pane = pilot.app.query_one(DetailPane)
        axis = next(i for i, line in enumerate(pane.lines) if "07-07" in plain_text(line))
        assert axis < pane.size.height or size[1] == 20
        assert "71,240" in detail(pilot)
        roles = {
            cell.role
            for line in pane.lines[:axis]
            for cell in line
            if set(cell.text) & set("⠒⠤⠉⡇⢸")
        }
        assert roles & {Role.GAIN, Role.LOSS}
        assert count(pilot) == 1


async def test_an_item_is_requested_once_a_day(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "enter")
        await settle(pilot)
        for keys in (("right",), ("left",), ("escape", "enter"), ("r",), ("3", "2")):
            await pilot.press(*keys)
            await settle(pilot)
        assert count(pilot) == 2
        clock.advance(days=1)
        for key in ("right", "left"):
            await pilot.press(key)
            await settle(pilot)
        assert count(pilot) == 4


async def test_prices_of_the_items_shown_last_are_stored(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.tui.controllers.price_loader.MAX_ITEMS", 2)
    async with open_app() as pilot:
        await pilot.press("2", "enter")
        await settle(pilot)
        for requests, key in ((2, "right"), (2, "left"), (2, "right"), (3, "right"), (3, "left")):
            await pilot.press(key)
            await settle(pilot)
            assert count(pilot) == requests
        await pilot.press("left")  # the first one, which two others have followed
        await settle(pilot)
        assert count(pilot) == 4
        assert "거래일" in detail(pilot)


async def test_prices_that_are_not_shown_take_little_memory(open_app: OpenApp) -> None:
    """A day of them is four decimal numbers, of which each takes 104 bytes."""
    async with open_app() as pilot:
        await pilot.press("2", "enter")
        await settle(pilot)
        first = detail(pilot)
        for _ in range(5):
            await pilot.press("right")
            await settle(pilot)
            assert "거래일" in detail(pilot)
        gc.collect()
        assert sum(type(item) is DailyPrices for item in gc.get_objects()) < 3
        for _ in range(5):
            await pilot.press("left")
            await settle(pilot)
        assert (detail(pilot), count(pilot)) == (first, 6)


async def test_moving_over_holdings_requests_the_last_one(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistui.tui.controllers.price_loader.MOVING_PAUSE", 0.2)
    async with open_app() as pilot:
        await pilot.press("2", "enter")
        for _ in range(6):
            pilot.app.post_message(Key("right", None))
        await pilot.pause()
        await app_of(pilot).key_queue.wait_until_idle()
        await settle(pilot)
        assert "거래일" in detail(pilot)
        requests = app_of(pilot).simulator.requests
        codes = [
            request.query["FID_INPUT_ISCD"]
            for request in requests
            if request.path.endswith(DOMESTIC)
        ]
        assert codes[-1] == "015760"
        assert len(codes) <= 3


async def test_an_error_replaces_the_chart_until_a_refresh(open_app: OpenApp) -> None:
    async with open_app(lang="en") as pilot:
        refused = error_response("EGW00206")
        app_of(pilot).simulator.script(DOMESTIC, refused, None, refused)
        await pilot.press("2", "enter")
        await settle(pilot)
        assert "The daily prices could not be loaded" in detail(pilot)
        assert "Purchase amount" in detail(pilot)
        await pilot.press("right")
        await settle(pilot)
        assert "trading days" in detail(pilot)
        await pilot.press("left")
        await settle(pilot)
        assert "could not be loaded" in detail(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: "trading days" in detail(pilot))
        assert count(pilot) == 4


async def test_a_key_draws_candles_instead_of_a_line(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "enter")
        await settle(pilot)
        assert "일별 종가 94거래일" in detail(pilot)
        await pilot.press("space")
        assert "일봉 67거래일" in detail(pilot)
        await pilot.press("space")
        assert "일별 종가" in detail(pilot)
        assert count(pilot) == 1


async def test_closing_the_detail_cancels_the_request(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as pilot:
        monkeypatch.setattr("kistui.tui.controllers.price_loader.MOVING_PAUSE", 5.0)
        await pilot.press("2", "enter")
        assert "일별 시세를 조회하고 있습니다" in detail(pilot)
        await pilot.press("escape")
        await asyncio.wait_for(settle(pilot), 4)
        assert count(pilot) == 0
        monkeypatch.setattr("kistui.tui.controllers.price_loader.MOVING_PAUSE", 0.0)
        await pilot.press("enter")
        await settle(pilot)
        assert "거래일" in detail(pilot)


async def test_an_overseas_item_has_its_change_from_its_prices(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 40)) as pilot:
        await pilot.press("2", "]", "]", "home", "down", "enter")
        await settle(pilot)
        lines = detail(pilot).splitlines()
        assert (count(pilot, OVERSEAS), count(pilot)) == (1, 0)
        assert "%* 일별 시세 기준" in lines[2]
        assert "326.99" in detail(pilot)


async def test_an_item_that_kis_does_not_price_says_so(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        fund = make_balance(make_lot(code="KR5232AB1234"))
        app_of(pilot).screen_stack[0].query_one(HoldingsPane).balance = fund
        await pilot.press("2", "enter")
        await settle(pilot)
        assert "KIS가 일별 시세를 제공하지 않는 종목" in detail(pilot)
        assert count(pilot) == 0


async def test_hidden_amounts_keep_the_price_line_without_the_average(open_app: OpenApp) -> None:
    async with open_app(lang="en") as pilot:
        await pilot.press("full_stop", "2", "enter")
        await settle(pilot)
        assert "trading days" in detail(pilot)
        for part in ("71,240", "average price", "3,250,800"):
            assert part not in detail(pilot)
        await pilot.press("full_stop")
        await settle(pilot)
        assert "71,240" in detail(pilot)


def test_charts_are_imported_when_a_detail_opens() -> None:
    """The start of the app must not pay for them."""
    code = (
        "import sys, kistui.tui.app, kistui.tui.screens.balance, kistui.tui.widgets.holdings_pane\n"
        "print([name for name in sys.modules if 'chart' in name or 'price' in name])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "[]"
