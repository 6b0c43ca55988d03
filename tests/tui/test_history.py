"""The asset history in the app: what a refresh records, and the page that shows it."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from kistui.errors import FileWriteError
from kistui.formatting.cells import display_width, plain_text
from kistui.models.history import AssetHistory, CashFlow, DayRecord, HistoryPeriod
from kistui.models.history_csv import parse_history
from kistui.simulator import error_response
from kistui.storage.history_store import HistoryStore
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import PromptDialog, SelectDialog
from kistui.tui.screens.history import HistoryScreen
from kistui.tui.widgets.line_table import LineTable
from kistui.tui.widgets.lines import SizedLines
from tests.support import MORNING, FakeClock
from tests.tui.conftest import AppUnderTest, MakeApp, OpenApp, app_of, summary_lines
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import balance_screen, export_page, open_page_screen

TODAY = MORNING.date()


def recorded(pilot: Pilot[None]) -> AssetHistory:
    service = app_of(pilot).profile_service
    return service.history.read(service.demo_profile())


async def test_a_refresh_is_recorded_with_its_overseas_part(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app(overseas=True) as pilot:
        (record,) = recorded(pilot).days
        assert record.covers_overseas
        assert record.overseas
        await pilot.press("tilde")
        await settle(pilot)
        assert len(page_of(pilot).history.days) == 1  # type: ignore[union-attr]
        clock.advance(days=1)
        balance_screen(pilot).action_refresh_balance()
        await settle(pilot)
        await wait_until(pilot, lambda: len(recorded(pilot).days) == 2)
        assert [day.day for day in recorded(pilot).days] == [record.day, clock().date()]
        # The page shows what was recorded while it was open, the newest day in sight.
        await wait_until(pilot, lambda: len(page_of(pilot).history.days) == 2)  # type: ignore[union-attr]
        table = page_of(pilot).query_one(LineTable)
        await wait_until(pilot, lambda: len(table.table_layout) == 2)
        assert (table.cursor, table.scroll_offset.y) == (0, 0)


async def test_a_refresh_without_its_overseas_part_is_not_recorded(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app(overseas=True) as pilot:
        before = recorded(pilot)
        clock.advance(days=1)
        failed = error_response("APBK9999", "거절")
        app_of(pilot).simulator.script("inquire-present-balance", *[failed] * 9)
        await pilot.press("r")
        await settle(pilot)
        assert recorded(pilot) == before


async def test_a_refresh_of_all_accounts_is_recorded(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app(overseas=True) as pilot:
        clock.advance(hours=23)
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)
        await wait_until(pilot, lambda: len(recorded(pilot).days) == 2)
        await pilot.press("1")
        await wait_until(pilot, lambda: "11-23부터" in "".join(summary_lines(pilot)))


def page_of(pilot: Pilot[None]) -> HistoryScreen:
    return cast("HistoryScreen", pilot.app.screen)


def head(pilot: Pilot[None]) -> str:
    """Return headline, legend and chart."""
    lines = open_page_screen(pilot).query_one(SizedLines).lines
    return "\n".join(plain_text(line) for line in lines)


def day_lines(pilot: Pilot[None]) -> list[str]:
    table = open_page_screen(pilot).query_one(LineTable).table_layout
    return [plain_text(line) for line in table.rows]


def is_shown(pilot: Pilot[None], text: str) -> bool:
    return text in screen_text(pilot)


def is_compared(pilot: Pilot[None], name: str) -> bool:
    return f"┄┄ {name}" in head(pilot)


def past(*totals: int) -> AssetHistory:
    """Return records of the days before today, with a gap of four days in the middle."""
    days = [
        TODAY - timedelta(days=number + 4 * (number > len(totals) // 2))
        for number in range(len(totals), 0, -1)
    ]
    return AssetHistory(
        tuple(
            DayRecord(day=day, total_value=total, profit_loss=total // 10, purchase_amount=total)
            for day, total in zip(days, totals, strict=True)
        )
    )


@pytest.fixture
def make_page(make_app: MakeApp) -> Callable[..., AppUnderTest]:
    """Return a function that creates an app whose demo has a past."""

    def make(history: AssetHistory, **options: Any) -> AppUnderTest:
        app = make_app("empty", **options)
        service = app.profile_service
        path = service.history.path(service.demo_profile())
        HistoryStore(path.parent).merge(path.stem, history)
        return app

    return make


@asynccontextmanager
async def opened(app: AppUnderTest, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Open the history page of an app."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("tilde")
        await settle(pilot)
        yield pilot


async def test_the_page_shows_headline_chart_days_and_gaps(
    make_page: Callable[..., AppUnderTest],
) -> None:
    async with opened(make_page(past(*range(10_000_000, 10_900_000, 100_000)), lang="en")) as pilot:
        assert isinstance(pilot.app.screen, HistoryScreen)
        assert "10 records" in screen_text(pilot)
        assert "18,204,330   vs 11-22 ▲ 7,404,330 +68.56%" in head(pilot)
        assert re.search("[⠀-⣿]", head(pilot))
        assert any("no record" in line for line in day_lines(pilot))
        assert "▲ 100,000" in day_lines(pilot)[1]
        assert "so changes may include them." in screen_text(pilot)


async def test_without_records_the_page_says_when_there_will_be_some(
    make_app: MakeApp,
) -> None:
    app = make_app("off-hours", lang="en")  # no prices, so nothing is recorded
    async with opened(app) as pilot:
        assert "No records yet" in head(pilot)
        await pilot.press("b", "v", "right", "delete", "e")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HistoryScreen)


async def test_switched_off_recording_is_reported(make_app: MakeApp) -> None:
    app = make_app("empty", lang="en")
    app.profile_service.settings.save("history", False)
    async with opened(app) as pilot:
        assert "Recording is switched off" in head(pilot)
        assert not day_lines(pilot)


async def test_one_day_has_figures_and_no_chart(make_app: MakeApp) -> None:
    async with opened(make_app("empty", lang="en")) as pilot:
        assert "18,204,330" in head(pilot)
        assert "on the second day" in head(pilot)
        await pilot.press("full_stop")
        assert "18,204,330" not in screen_text(pilot)
        assert len(day_lines(pilot)) == 1


async def test_keys_return_from_the_history_to_the_summary(
    make_page: Callable[..., AppUnderTest],
) -> None:
    async with opened(make_page(past(1, 2))) as pilot:
        for key in ("escape", "q", "h", "tilde", "1"):
            await pilot.press(key)
            assert isinstance(pilot.app.screen, BalanceScreen), key
            await pilot.press("tilde")
            assert isinstance(pilot.app.screen, HistoryScreen)


async def test_the_period_decides_which_days_are_shown(
    make_page: Callable[..., AppUnderTest],
) -> None:
    async with opened(make_page(past(*[1_000_000] * 40), lang="en")) as pilot:
        assert "3 months" in screen_text(pilot)
        count = len(day_lines(pilot))
        await pilot.press("left", "left", "left")
        assert page_of(pilot).period is HistoryPeriod.WEEK
        assert len(day_lines(pilot)) < count
        assert "+0.00%" not in head(pilot)
        await pilot.press("right", "right", "right", "right", "right")
        assert page_of(pilot).period is HistoryPeriod.ALL
        assert len(day_lines(pilot)) == count


async def test_a_period_with_one_day_asks_for_a_longer_one(
    make_page: Callable[..., AppUnderTest],
) -> None:
    long_ago = DayRecord(day=TODAY - timedelta(days=200), total_value=1_000_000)
    async with opened(make_page(AssetHistory((long_ago,)), lang="en")) as pilot:
        assert "Press → for a longer one" in head(pilot)
        await pilot.press("right")
        assert re.search("[⠀-⣿]", head(pilot))


async def test_hidden_amounts_leave_rates_and_shape(
    make_page: Callable[..., AppUnderTest],
) -> None:
    history = past(11_111_111, 12_222_222, 13_333_333)
    flow = CashFlow(history.days[1].day, 7_654_321, "house")
    async with opened(make_page(AssetHistory(history.days, (flow,)), lang="en")) as pilot:
        assert "7,654,321 house" in screen_text(pilot)
        await pilot.press("full_stop")
        for _ in range(3):
            text = screen_text(pilot)
            assert re.search("[⠀-⣿]", text)
            assert "+" in text
            private = ("11,111", "12,222", "13,333", "18,204", "7,654,321", "house", "M ")
            assert not [amount for amount in private if amount in text.replace("%", "")]
            await pilot.press("v")
        await pilot.press("down", "down", "down", "delete")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
        assert "7,654,321" not in screen_text(pilot)


async def test_a_deposit_is_noted_and_removed(make_page: Callable[..., AppUnderTest]) -> None:
    history = past(1_000_000, 1_000_000)
    async with opened(make_page(history, lang="en")) as pilot:
        await pilot.press("plus")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, PromptDialog))
        field = pilot.app.screen.query_one(Input)
        for typed, problem in (
            ("2026-13-01 5", "not a date"),
            ("2999-01-01 5", "in the future"),
            (f"{TODAY}", "the amount is missing"),
            (f"{TODAY} much", "not an amount"),
        ):
            pilot.app.screen.query_one(Input).value = typed
            await pilot.press("enter")
            await wait_until(pilot, partial(is_shown, pilot, problem))
        field = pilot.app.screen.query_one(Input)
        field.value = f"{TODAY} 17,204,330 bonus"
        await pilot.press("enter")
        await wait_until(pilot, lambda: "+17,204,330" in "".join(day_lines(pilot)))
        assert recorded(pilot).cash_flows == (CashFlow(TODAY, 17_204_330, "bonus"),)
        assert "0.00%*" in screen_text(pilot)
        await pilot.press("delete")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
        await pilot.press("enter")
        await wait_until(pilot, lambda: "+17,204,330" not in "".join(day_lines(pilot)))
        assert not recorded(pilot).cash_flows
        await pilot.press("down", "delete")
        assert "No deposit or withdrawal on this day" in screen_text(pilot)


async def test_an_index_is_loaded_when_asked_for(
    make_page: Callable[..., AppUnderTest],
) -> None:
    async with opened(make_page(past(*[1_000_000] * 9), lang="en")) as pilot:
        simulator = app_of(pilot).simulator
        before = len(simulator.requests)
        for name in ("KOSPI", "KOSDAQ", "S&P 500"):
            await pilot.press("b")
            await wait_until(pilot, partial(is_compared, pilot, name))
            assert name in screen_text(pilot)
        assert len(simulator.requests) == before + 3
        await pilot.press("b")
        await pilot.pause()
        assert "┄┄" not in head(pilot)
        await pilot.press("b")
        assert "┄┄ KOSPI" in head(pilot)
        assert len(simulator.requests) == before + 3


async def test_an_index_that_cannot_be_loaded_is_an_error_and_no_line(
    make_page: Callable[..., AppUnderTest],
) -> None:
    async with opened(make_page(past(*[1_000_000] * 9), lang="en")) as pilot:
        app_of(pilot).simulator.script("daily-indexchartprice", error_response("APBK9999", "거절"))
        await pilot.press("b")
        await settle(pilot)
        assert "┄┄" not in head(pilot)
        assert "APBK9999" in screen_text(pilot)


async def test_the_history_is_exported_as_the_file_that_is_imported(
    make_page: Callable[..., AppUnderTest], tmp_path: Path
) -> None:
    async with opened(make_page(past(1_000_000, 2_000_000))) as pilot:
        exported = await export_page(pilot, tmp_path / "history.csv", "csv")
        assert parse_history(exported) == recorded(pilot)


async def test_a_damaged_history_is_named_and_unchanged(make_app: MakeApp) -> None:
    app = make_app("empty", lang="en")
    service = app.profile_service
    path = service.history.path(service.demo_profile())
    path.parent.mkdir(parents=True)
    path.write_text("# kistui history 9\n")
    async with opened(app) as pilot:
        assert "cannot be read" in screen_text(pilot)
        assert path.name[:20] in screen_text(pilot).replace("\n", "")
    assert path.read_text() == "# kistui history 9\n"


async def test_a_refresh_that_could_not_be_recorded_is_an_error_until_one_is(
    open_app: OpenApp, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk; a page that says "no records yet" would look right."""

    def fail(*_: object) -> bool:
        raise FileWriteError(path="history", reason="enospc")

    async with open_app("empty", "en") as pilot:
        store = HistoryStore.record
        monkeypatch.setattr(HistoryStore, "record", fail)
        clock.advance(days=1)
        await pilot.press("r")
        await settle(pilot)
        await pilot.press("tilde")
        await settle(pilot)
        await wait_until(pilot, lambda: "the disk is full" in screen_text(pilot))
        monkeypatch.setattr(HistoryStore, "record", store)
        balance_screen(pilot).action_refresh_balance()
        await wait_until(pilot, lambda: len(recorded(pilot).days) == 2)
        await wait_until(pilot, lambda: "the disk is full" not in screen_text(pilot))


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_the_page_fits_every_size(make_page: Callable[..., AppUnderTest], lang: str) -> None:
    async with opened(make_page(past(*[10_000_000] * 30), lang=lang), size=(60, 20)) as pilot:
        for size in ((60, 20), (120, 36), (200, 50)):
            await pilot.resize_terminal(*size)
            assert re.search("[⠀-⣿]", head(pilot))
            table = pilot.app.screen.query_one(LineTable)
            assert table.size.height >= 5
            assert not table.show_horizontal_scrollbar
            lines = [plain_text(line) for line in pilot.app.screen.query_one(SizedLines).lines]
            assert max(map(display_width, lines[1:])) <= size[0] - 4


async def test_the_summary_shows_the_trend_of_the_account(
    make_page: Callable[..., AppUnderTest], clock: FakeClock
) -> None:
    app = make_page(past(10_000_000, 20_000_000), lang="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await wait_until(pilot, lambda: " since 11-17 " in "".join(summary_lines(pilot)))
        (trend,) = (line for line in summary_lines(pilot) if " since 11-17 " in line)
        assert "+82.04%" in trend
        assert "high 20M" in trend
        await pilot.press("full_stop")
        (trend,) = (line for line in summary_lines(pilot) if " since 11-17 " in line)
        assert "20M" not in trend
        clock.advance(days=1)
        await pilot.press("r")
        await settle(pilot)
        # The new day is one more point.
        await wait_until(pilot, lambda: trend not in summary_lines(pilot))
        assert " since 11-17 " in "".join(summary_lines(pilot))


async def test_a_history_that_cannot_be_read_does_not_change_the_summary(make_app: MakeApp) -> None:
    app = make_app("empty", lang="en")
    service = app.profile_service
    path = service.history.path(service.demo_profile())
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "18,204,330" in "".join(summary_lines(pilot))
        assert " days " not in "".join(summary_lines(pilot))
