"""The pages of trades and realised profit: content, calls, and how a read ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from kistui.models.settings import SETTINGS
from kistui.simulator import Response, error_response
from kistui.simulator.services.domestic_orders import EMPLOYEE, IP_ADDRESS, PHONE_NUMBER
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import PromptDialog, SelectDialog
from kistui.tui.screens.profit import ProfitScreen
from kistui.tui.screens.trades import TradesScreen
from tests.support import FakeClock, load_app_translations
from tests.tui.conftest import OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import export_page, list_table, open_page, open_page_screen

KO, EN = load_app_translations("ko"), load_app_translations("en")


def requests(pilot: Pilot[None]) -> list[str]:
    """Return the paths asked for, without those of the balance pages."""
    return [
        request.path.rpartition("/")[2]
        for request in app_of(pilot).simulator.requests
        if "ccld" in request.path or "ccnl" in request.path or "profit" in request.path
        or "rlz" in request.path or "trans" in request.path
    ]  # fmt: skip


async def test_orders_of_today_are_shown_when_the_page_opens(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        assert requests(pilot) == []
        text = await open_page(pilot, "6")
        assert requests(pilot) == ["inquire-daily-ccld", "inquire-ccnl"]
        assert isinstance(pilot.app.screen, TradesScreen)
        for words in ("KODEX 200", "일부체결", "거부", "취소", "미체결", "958,000", "추정 제비용"):
            assert words in text
        assert "정정·취소 2건 포함" in text


async def test_the_title_bar_has_the_remaining_time(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app(size=(120, 36)) as pilot:
        app = app_of(pilot)
        for key, hours in (("6", 24), ("7", 22), ("h", 20)):
            assert f"토큰 {hours}시간" in (await open_page(pilot, key)).splitlines()[0]
            clock.advance(hours=2)
            app.now = clock()
            await pilot.pause()
            assert f"토큰 {hours - 2}시간" in screen_text(pilot).splitlines()[0]
            await pilot.press("1")


async def test_an_order_is_shown_in_full_and_exported_without_private_data(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await open_page(pilot, "6")
        exported = await export_page(pilot, tmp_path / "orders.json")
        assert len(json.loads(exported)["orders"]) == 5
        await pilot.press("down", "enter")
        await settle(pilot)
        text = screen_text(pilot)
        assert "주문번호" in text
        assert "정정·취소" in text
        await pilot.press("f3")
        await settle(pilot)
        raw = screen_text(pilot)
        assert "cncl_cfrm_qty" in raw
        for secret in (PHONE_NUMBER, IP_ADDRESS, EMPLOYEE):
            assert secret not in text + raw + exported
        await pilot.press("escape")
        await pilot.pause()
        assert "cncl_cfrm_qty" not in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_open_orders_and_markets_are_filtered_and_items_found(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        await open_page(pilot, "6")
        everything = list_table(pilot).row_position[1]
        await pilot.press("o")
        await pilot.pause()
        assert 0 < list_table(pilot).row_position[1] < everything
        await pilot.press("o", "slash", *"kodex", "enter")
        await pilot.pause()
        assert list_table(pilot).row_position[1] == 1
        await pilot.press("escape")
        await pilot.pause()
        assert list_table(pilot).row_position[1] == everything
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "국내" in screen_text(pilot)


async def test_enter_closes_the_detail_of_a_row_that_the_filter_hides(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await open_page(pilot, "6")
        await pilot.press("enter")
        await settle(pilot)
        detail = pilot.app.screen.query_one("#detail-box")
        assert detail.display
        await pilot.press("slash", *"zzzz", "enter")
        await settle(pilot)
        assert list_table(pilot).row_key is None
        await pilot.press("enter")
        await settle(pilot)
        assert not detail.display


async def test_a_period_is_chosen_shifted_and_entered(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await open_page(pilot, "6")
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
        options = pilot.app.screen.query_one(OptionList)
        options.highlighted = options.get_option_index("month")
        await pilot.press("enter")
        await settle(pilot)
        assert "1개월 2026-10-24 – 2026-11-23" in screen_text(pilot)
        await pilot.press("left")
        await settle(pilot)
        assert "2026-09-24 – 2026-10-23" in screen_text(pilot)
        await pilot.press("right", "right")
        await settle(pilot)
        assert "1개월 2026-10-24 – 2026-11-23" in screen_text(pilot)
        await pilot.press("w")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
        options = pilot.app.screen.query_one(OptionList)
        options.highlighted = options.get_option_index("custom")
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, PromptDialog))
        pilot.app.screen.query_one(Input).value = "2026-11-20 2026-11-01"
        await pilot.press("enter")
        await wait_until(pilot, lambda: KO("period.invalid")[:10] in screen_text(pilot))
        pilot.app.screen.query_one(Input).value = "2026-11-01 2026-11-20"
        await pilot.press("enter")
        await settle(pilot)
        assert "2026-11-01 – 2026-11-20" in screen_text(pilot)


async def test_progress_shows_the_status_and_builds_no_list(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    for name in ("show_content", "refresh_status"):
        method = getattr(TradesScreen, name)

        def show(page: TradesScreen, *arguments: object, method: Any = method) -> None:
            shown.append(method.__name__)
            method(page, *arguments)

        monkeypatch.setattr(TradesScreen, name, show)
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "6")
        app_of(pilot).simulator.script("inquire-daily-ccld", error_response("EGW00201"))
        shown.clear()
        await pilot.press("r")
        await settle(pilot)
        # the start, domestic orders, overseas orders, the end
        assert shown.count("show_content") == 4
        assert shown.count("refresh_status") == 5  # and the retry


async def test_stopping_keeps_what_arrived_and_says_so(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        app_of(pilot).simulator.script("inquire-ccnl", Response(delay=3600.0))
        await pilot.press("6")
        await wait_until(pilot, lambda: "KODEX 200" in screen_text(pilot))
        assert "2개 구간 중 1개 조회" in screen_text(pilot)
        await pilot.press("escape")
        await settle(pilot)
        text = screen_text(pilot)
        assert isinstance(pilot.app.screen, TradesScreen)
        assert KO("read_status.stopped") in text
        assert "KODEX 200" in text
        assert "2개 구간 중 1개" in text


async def test_a_failure_never_looks_like_an_empty_list(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        simulator = app_of(pilot).simulator
        simulator.script("inquire-daily-ccld", error_response("OPSQ2000"))
        text = await open_page(pilot, "6")
        assert KO("orders.none") not in text
        assert KO("error.account_refused.title") in text
        await pilot.press("r")
        await settle(pilot)
        assert "KODEX 200" in screen_text(pilot)
        simulator.script("inquire-daily-ccld", error_response("OPSQ2000"))
        await pilot.press("r")
        await settle(pilot)
        text = screen_text(pilot)
        assert "KODEX 200" in text
        assert KO("error.account_refused.title") in text


async def test_a_key_for_a_row_says_that_there_is_none(open_app: OpenApp) -> None:
    async with open_app("empty") as pilot:
        for page in ("6", "7", "8"):
            await open_page(pilot, page)
            for key in ("f3", "enter", "equals_sign"):
                open_page_screen(pilot).show_notice()
                assert KO("state.no_row") not in screen_text(pilot)
                await pilot.press(key)
                assert KO("state.no_row") in screen_text(pilot)
                assert KO("key_label.raw") not in screen_text(pilot).splitlines()[-1]


async def test_an_empty_list_says_so(open_app: OpenApp) -> None:
    async with open_app("empty") as pilot:
        text = await open_page(pilot, "6")
        assert KO("orders.none_on", day="11/23(월)") in text
        assert KO("orders.show_week") in text
        await pilot.press("semicolon", "enter")
        await settle(pilot)
        assert KO("orders.none") in screen_text(pilot)
        assert KO("period.week") in screen_text(pilot)
        assert KO("profit.none") in await open_page(pilot, "7")


async def test_a_row_in_full_stays_above_the_key_hints(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(60, 20)) as pilot:
        for width, height in ((60, 20), (80, 24)):
            await pilot.resize_terminal(width, height)
            await open_page(pilot, "7")
            await pilot.press("enter")
            await settle(pilot)
            pane = pilot.app.screen.query_one("#detail-box")
            assert pane.display
            assert pane.region.bottom < height
            assert screen_text(pilot).splitlines()[pane.region.bottom - 1].startswith("╰")
            await open_page(pilot, "1")


async def test_profit_is_shown_by_month_and_checked(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        text = await open_page(pilot, "7")
        assert isinstance(pilot.app.screen, ProfitScreen)
        assert requests(pilot) == [
            "inquire-balance-rlz-pl", "inquire-period-profit", "inquire-period-profit",
            "inquire-period-profit",
        ]  # fmt: skip
        assert "월별" in text
        assert KO("profit.sums_agree") in text
        assert list_table(pilot).row_position[1] == 13
        await pilot.press("v")
        await settle(pilot)
        assert len(requests(pilot)) == 4
        assert "일별" in screen_text(pilot)
        await pilot.press("v")
        await settle(pilot)
        assert "종목별" in screen_text(pilot)
        assert "inquire-period-trade-profit" in requests(pilot)


async def test_a_wrong_total_is_named(open_app: OpenApp) -> None:
    async with open_app("wrong-sums", size=(120, 36)) as pilot:
        text = await open_page(pilot, "7")
        assert "77,700" in text
        assert KO("profit.sums_agree") not in text
        await pilot.press("full_stop")
        await pilot.pause()
        assert "77,700" not in screen_text(pilot)


async def test_the_tax_sheet_is_an_estimate(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        await open_page(pilot, "7")
        text = await open_page(pilot, "u")
        assert "2026년 결제 해외주식 매도" in text
        assert "예상 세액 (22%)" in text
        assert KO("tax.no_advice") in text
        text = await open_page(pilot, "left")
        assert "2025년 결제 해외주식 매도" in text
        await pilot.press("escape")
        await settle(pilot)
        assert "월별" in screen_text(pilot)


async def test_the_tax_sheet_leaves_the_report_below_it_as_it_was(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        await open_page(pilot, "7")
        await pilot.press("v", "down")
        report = await open_page(pilot, "left")
        assert "일별" in report
        calls = len(requests(pilot))
        for way_back in ("dollar_sign", "u", "escape", "q"):
            assert KO("tax.no_advice") in await open_page(pilot, "dollar_sign")
            sheet_calls = len(requests(pilot))
            await pilot.press(way_back)
            await settle(pilot)
            assert screen_text(pilot) == report
            assert len(requests(pilot)) == sheet_calls
        assert calls < sheet_calls
        await open_page(pilot, "dollar_sign")
        assert KO("tax.no_advice") in await open_page(pilot, "7")
        await pilot.press("1")
        await settle(pilot)
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_the_tax_sheet_shows_what_all_pages_share(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        await open_page(pilot, "7")
        await pilot.press("full_stop")
        assert "•••" in await open_page(pilot, "dollar_sign")
        await pilot.press("full_stop")
        to_language = ["down"] * list(SETTINGS).index("language")
        await pilot.press("comma", *to_language, "right", "right", "escape")
        await pilot.resize_terminal(80, 24)
        sheet = await open_page(pilot, "enter")
        assert EN("raw_fields.rows") in sheet
        await pilot.press("escape", "escape")
        await settle(pilot)
        report = screen_text(pilot)
        assert KO("profit.total") not in sheet + report
        assert "•••" not in sheet + report
        await pilot.press("1")
        assert report == await open_page(pilot, "7")


async def test_keys_of_the_report_say_that_the_tax_sheet_has_only_years(open_app: OpenApp) -> None:
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "7")
        await open_page(pilot, "dollar_sign")
        for key in ("semicolon", "percent_sign", "slash", "right_square_bracket", "m"):
            open_page_screen(pilot).show_notice()
            await pilot.press(key)
            assert KO("tax.unavailable") in screen_text(pilot)


async def test_the_tax_sheet_is_exported(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "7")
        await open_page(pilot, "dollar_sign")
        exported = json.loads(await export_page(pilot, tmp_path / "tax.json"))
        assert exported["year"] == 2026


async def test_the_years_of_the_tax_sheet_end_today_and_begin_where_kis_does(
    open_app: OpenApp,
) -> None:
    async with open_app(overseas=True) as pilot:
        await open_page(pilot, "7")
        await open_page(pilot, "dollar_sign")
        await pilot.press("right")
        await settle(pilot)
        assert "2026년" in screen_text(pilot)
        for _ in range(2026 - 2000 + 1):
            await pilot.press("left")
        await settle(pilot)
        assert "2000년" in screen_text(pilot)


async def test_hidden_amounts_are_hidden(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        for key in ("6", "7"):
            text = await open_page(pilot, key)
            assert "1,420,000" in text or "▲" in text
            await pilot.press("full_stop", "enter")
            await settle(pilot)
            text = screen_text(pilot)
            assert "•••" in text
            assert "1,420,000" not in text
            assert "▲" not in text
            await pilot.press("full_stop")


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_no_amount_is_cut_at_any_size(open_app: OpenApp, lang: str) -> None:
    async with open_app(overseas=True, size=(60, 20), lang=lang) as pilot:
        for key in ("6", "7"):
            await open_page(pilot, key)
            for size in ((60, 20), (80, 24), (200, 50)):
                await pilot.resize_terminal(*size)
                lines = screen_text(pilot).splitlines()
                headline = lines[2:4] if key == "7" else []
                assert not any("…" in line for line in headline)
                totals = [line for line in lines if "Bought" in line or "매수 " in line]
                assert not any("…" in line for line in totals)


async def test_raw_fields_have_a_title_and_a_way_back(open_app: OpenApp) -> None:
    title, way_back = KO("raw_fields.rows"), "F3 돌아가기"
    async with open_app(size=(80, 24)) as pilot:
        for page in ("6", "7", "8"):
            await open_page(pilot, page)
            await pilot.press("down", "f3")
            await settle(pilot)
            assert title in screen_text(pilot)
            assert way_back in screen_text(pilot).splitlines()[-1]
            await pilot.press("escape")
            await settle(pilot)
            assert title not in screen_text(pilot)
            assert way_back not in screen_text(pilot)
