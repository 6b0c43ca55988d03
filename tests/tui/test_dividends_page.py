"""The page of dividends: content, calls, how a read ends, and private data."""

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kistui.i18n import load_translations
from kistui.models.dividends import DividendReport
from kistui.simulator import Response, error_response
from kistui.tui.screens.dividends import DividendsScreen
from tests.tui.conftest import OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import export_page, list_table, open_page

KO = load_translations("ko")
ACCOUNT_IN_ROWS = "5000123401"


def requests(pilot: Pilot[None]) -> list[str]:
    """Return the paths of the calls for dividends."""
    return [
        request.path.rpartition("/")[2]
        for request in app_of(pilot).simulator.requests
        if request.path.endswith(("period-rights", "ksdinfo/dividend"))
    ]


async def test_dividends_are_asked_for_when_the_page_opens(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        assert requests(pilot) == []
        text = await open_page(pilot, "8")
        assert isinstance(pilot.app.screen, DividendsScreen)
        assert requests(pilot) == ["period-rights"] * 2 + ["dividend"] * 12
        for words in ("받은 배당(세전)", "지급 예정", "미정", "KB금융", "분배금", "기타 권리", "?"):
            assert words in text
        assert text.index("지급 예정 ") < text.index("받은 배당 ")
        assert KO("dividends.source", n=12) in text
        before = list_table(pilot).row_position[1]
        await pilot.press("0")
        await pilot.pause()
        assert list_table(pilot).row_position[1] > before
        await pilot.press("end", "enter")
        await settle(pilot)
        assert "주주총회" in screen_text(pilot)


async def test_groupings_and_years_ask_for_nothing_twice(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await open_page(pilot, "8")
        count = len(requests(pilot))
        for words in ("월별", "일별", "종목별"):
            await pilot.press("v")
            await settle(pilot)
            assert f"2026년 · {words}" in screen_text(pilot)
        assert len(requests(pilot)) == count
        await pilot.press("v")
        await settle(pilot)
        assert "2022–2026년 · 연도별" in screen_text(pilot)
        assert len(requests(pilot)) == count + 4
        await pilot.press("v", "left")
        await settle(pilot)
        text = screen_text(pilot)
        assert "2025년 · 지급건별" in text
        assert "2025-" in text
        assert len(requests(pilot)) == count + 4
        await pilot.press("right", "right")
        await settle(pilot)
        assert "2026년" in screen_text(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert len(requests(pilot)) == count + 5


async def test_stopping_keeps_what_arrived_and_says_so(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        app_of(pilot).simulator.script("ksdinfo/dividend", None, None, Response(delay=3600.0))
        await pilot.press("8")
        await wait_until(pilot, lambda: len(requests(pilot)) == 5)
        await wait_until(pilot, lambda: "개 구간 중 5개" in screen_text(pilot))
        await pilot.press("escape")
        await settle(pilot)
        text = screen_text(pilot)
        assert isinstance(pilot.app.screen, DividendsScreen)
        assert KO("read_status.stopped") in text
        assert "KB금융" in text
        assert KO("read_status.partial", total=15, n=5) in text


async def test_a_long_wait_begins_with_what_is_asked_for(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        app_of(pilot).simulator.script("period-rights", Response(delay=3600.0))
        await pilot.press("8")
        await wait_until(pilot, lambda: "배당 · 2026년 · 지급건별" in screen_text(pilot))
        assert KO("dividends.none") not in screen_text(pilot)


async def test_a_failure_never_looks_like_an_empty_list(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        simulator = app_of(pilot).simulator
        simulator.script("period-rights", error_response("OPSQ2000"))
        text = await open_page(pilot, "8")
        assert KO("dividends.none") not in text
        assert KO("error.account_refused.title") in text
        simulator.script("ksdinfo/dividend", None, error_response("EGW00206"))
        await pilot.press("r")
        await settle(pilot)
        text = screen_text(pilot)
        assert "KB금융" in text
        title = KO("error.permission_refused.title")
        assert KO("dividends.no_announced", title=title) in text


async def test_an_empty_year_says_so(open_app: OpenApp) -> None:
    async with open_app("empty") as pilot:
        assert KO("dividends.none") in await open_page(pilot, "8")


async def test_items_are_found_and_amounts_hidden(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        text = await open_page(pilot, "8")
        assert "54,720" in text
        await pilot.press("slash", *"kb", "enter")
        await pilot.pause()
        assert list_table(pilot).row_position[1] == 6  # two titles, one to come, three received
        await pilot.press("full_stop", "down", "enter")
        await settle(pilot)
        text = screen_text(pilot)
        assert "•••" in text
        assert "54,720" not in text
        await pilot.press("f3")
        await settle(pilot)
        raw = screen_text(pilot)
        assert "rght_type_cd" in raw
        assert "54720" not in raw


async def test_no_account_number_of_a_row_reaches_screen_or_file(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await open_page(pilot, "8")
        await pilot.press("down", "down", "f3")
        await settle(pilot)
        raw = screen_text(pilot)
        assert "rght_type_cd" in raw
        text = await export_page(pilot, tmp_path / "dividends.json")
        assert json.loads(text)["announced"]
        assert json.loads(text)["groups"]
        await pilot.press("escape", "escape", "5")
        await settle(pilot)
        assert ACCOUNT_IN_ROWS not in raw + text + screen_text(pilot)


async def test_a_key_that_comes_before_the_widgets_of_a_list_is_no_error(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("8")
        await pilot.app.screen.query_one("#filter").remove()
        assert pilot.app.screen.check_action("filter", ())


async def test_a_page_that_is_opened_again_shows_what_was_read_in_one_step(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its parts come at once; drawn one by one, they took a fifth of a second."""
    shown: list[DividendReport] = []
    show_content = DividendsScreen.show_content

    def count_content(screen: DividendsScreen, content: DividendReport | None) -> None:
        if content is not None and content not in shown:
            shown.append(content)
        show_content(screen, content)

    async with open_app(size=(120, 36)) as pilot:
        text = await open_page(pilot, "8")
        await pilot.press("escape")
        monkeypatch.setattr(DividendsScreen, "show_content", count_content)
        assert await open_page(pilot, "8") == text
        assert len(shown) == 1
