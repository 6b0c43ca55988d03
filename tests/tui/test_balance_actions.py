"""Hidden amounts, copies, exports, automatic refresh, partial responses."""

import json
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.events import AppBlur, AppFocus
from textual.pilot import Pilot
from textual.widgets import Input

from kistui.client.client import KisClient
from kistui.errors import (
    ConnectFailedError,
    DisconnectedError,
    KistuiError,
    ServiceUnavailableError,
)
from kistui.models.load_state import Failed, Loaded, Loading, last_loaded
from kistui.models.market_hours import AfterHoursPrice, next_market_open
from kistui.models.settings import SETTINGS, Settings
from kistui.simulator import Response, error_response
from kistui.tui.controllers.balance_loader import AutoRefresh
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import PromptDialog, SelectDialog
from tests.support import FakeClock
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import balance_screen, notice, notifications, simulator_of, title_bar

# hidden amounts

AMOUNTS = ("76,384,700", "18,204,330", "16,344,000", "7,925,158", "12,823,200")


async def test_the_raw_fields_show_the_way_back_at_80_columns(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("f3")
        await pilot.pause()
        assert "F3 돌아가기" in screen_text(pilot)


async def test_amounts_are_hidden_on_every_screen(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        assert any(amount in screen_text(pilot) for amount in AMOUNTS)
        await pilot.press("full_stop")
        for keys in ((), ("f3",), ("f3", "2"), ("0",), ("enter",), ("f3",)):
            await pilot.press(*keys)
            await pilot.pause()
            text = screen_text(pilot)
            assert "•••" in text
            assert not [amount for amount in AMOUNTS if amount in text]
        await pilot.press("escape", "1", "f3")
        await pilot.pause()
        assert "%" in screen_text(pilot)
        for key, is_hidden in (("x", False), ("ㅌ", True), ("full_stop", False)):
            await pilot.press(key)
            await pilot.pause()
            assert any(amount in screen_text(pilot) for amount in AMOUNTS) is not is_hidden


async def test_a_setting_hides_amounts_from_the_start(make_app: MakeApp) -> None:
    app = make_app(settings=Settings(amounts_hidden=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not [amount for amount in AMOUNTS if amount in screen_text(pilot)]


async def test_the_amount_of_a_difference_is_hidden(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        loaded = balance_screen(pilot).load_state
        assert isinstance(loaded, Loaded)
        summary = replace(loaded.value.summary, profit_loss=123_456_789)
        balance_screen(pilot).load_state = replace(
            loaded, value=replace(loaded.value, summary=summary)
        )
        await pilot.pause()
        shown = notice(pilot)
        assert any(char.isdigit() for char in shown.splitlines()[0])
        await pilot.press("full_stop")
        await pilot.pause()
        assert "•••" in notice(pilot)
        assert not any(char.isdigit() for char in notice(pilot).splitlines()[0])


# the clipboard


async def test_a_copy_holds_no_hidden_amount(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await pilot.press("2", "equals_sign")
        await pilot.pause()
        row = pilot.app.clipboard.split("\t")
        assert row[:3] == ["005930", "삼성전자", "180"]
        assert "OSC 52" in notifications(pilot)
        await pilot.press("full_stop", "y")
        await pilot.pause()
        assert pilot.app.clipboard.split("\t")[2] == "•••"
        await pilot.press("full_stop", "1", "equals_sign")
        await pilot.pause()
        assert "dnca_tot_amt\t예수금총금액\t18204330" in pilot.app.clipboard
        await pilot.press("2", "enter", "equals_sign")
        await pilot.pause()
        assert "보유수량" in pilot.app.clipboard


# exports


async def export(pilot: Pilot[None], form: int, path: Path | None) -> None:
    await pilot.press("f8")
    await pilot.pause()
    assert isinstance(pilot.app.screen, SelectDialog)
    await pilot.press(*["down"] * form, "enter")
    await pilot.pause()
    assert isinstance(pilot.app.screen, PromptDialog)
    field = pilot.app.screen.query_one(Input)
    if path is not None:
        field.value = str(path)
    await pilot.press("enter")


async def test_an_export_is_written_privately_to_the_confirmed_path(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        await export(pilot, 0, None)
        await settle(pilot)
        path = tmp_path / "kistui-demo-holdings-20261123-103207.csv"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text(encoding="utf-8").startswith("pdno,")
        assert str(path) in notifications(pilot)
        await export(pilot, 1, tmp_path / "excel.csv")
        await settle(pilot)
        assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbfpdno,")
        await pilot.press("1", "full_stop")
        await export(pilot, 2, tmp_path / "summary.json")
        await settle(pilot)
        exported = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
        assert exported["hidden"] is True
        assert exported["summary"]["dnca_tot_amt"] is None


async def test_an_export_asks_before_it_replaces_a_file(open_app: OpenApp, tmp_path: Path) -> None:
    path = tmp_path / "there.csv"
    path.write_text("mine")
    async with open_app() as pilot:
        await export(pilot, 0, path)
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
        await pilot.press("enter")
        await settle(pilot)
        assert path.read_text() == "mine"
        assert "유지" in notifications(pilot)
        await export(pilot, 0, path)
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SelectDialog))
        await pilot.press("down", "enter")
        await settle(pilot)
        assert path.read_text(encoding="utf-8").startswith("key,")


async def test_a_failed_export_keeps_the_path_and_shows_the_reason(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app() as pilot:
        path = tmp_path / "nowhere" / "x.csv"
        await export(pilot, 0, path)
        await wait_until(pilot, lambda: pilot.app.screen.query("#answer-error"))
        await wait_until(pilot, lambda: "파일이 없습니다" in screen_text(pilot))
        assert pilot.app.screen.query_one(Input).value == str(path)
        path.parent.mkdir()
        await pilot.press("enter")
        await wait_until(pilot, path.exists)


async def test_without_a_balance_nothing_is_exported(open_app: OpenApp) -> None:
    async with open_app("wrong-account") as pilot:
        await pilot.press("f8")
        await pilot.pause()
        assert "아직 없습니다" in notifications(pilot)
        assert isinstance(pilot.app.screen, BalanceScreen)


# automatic refresh


async def test_auto_refresh_shows_and_keeps_its_next_time(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        for key, is_on in (("f9", True), ("ㅁ", False), ("a", True)):
            await pilot.press(key)
            assert ("다음 10:33:07" in title_bar(pilot)) is is_on
        clock.advance(seconds=59)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator.count_requests("inquire-balance") == 1
        clock.advance(seconds=1)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator.count_requests("inquire-balance") == 2
        assert "다음 10:34:07" in title_bar(pilot)
        await pilot.press("a")
        clock.advance(minutes=5)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator.count_requests("inquire-balance") == 2
        assert "다음" not in title_bar(pilot)


async def test_auto_refresh_goes_on_after_the_clock_was_set_back(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        await pilot.press("a")
        clock.advance(minutes=-30)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator_of(pilot).count_requests("inquire-balance") == 2
        assert "다음 10:03:07" in title_bar(pilot)


async def test_auto_refresh_pauses_without_focus(open_app: OpenApp, clock: FakeClock) -> None:
    async with open_app() as pilot:
        await pilot.press("a")
        pilot.app.post_message(AppBlur())
        await pilot.pause()
        clock.advance(minutes=3)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator_of(pilot).count_requests("inquire-balance") == 1
        pilot.app.post_message(AppFocus())
        await pilot.pause()
        clock.advance(seconds=5)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator_of(pilot).count_requests("inquire-balance") == 2


async def test_auto_refresh_tries_again_without_a_connection(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        await pilot.press("a")
        simulator.set_scene("dropped")
        clock.advance(minutes=1)
        app_of(pilot).tick()
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Failed)
        assert "자동 새로고침: 10:34:07 KST에 다시" in notice(pilot)
        simulator.set_scene("ordinary")
        clock.advance(minutes=1)
        app_of(pilot).tick()
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)
        assert "자동 새로고침" not in notice(pilot)
        assert "다음 10:35:07" in title_bar(pilot)


def test_auto_refresh_tries_again_later_and_later_until_an_answer(clock: FakeClock) -> None:
    auto_refresh, answered_at = AutoRefresh(timedelta(minutes=1)), clock()
    auto_refresh.toggle(answered_at, answered_at)

    def retry_at() -> datetime:
        auto_refresh.schedule_retry(clock(), answered_at)
        assert auto_refresh.next_refresh_at
        return auto_refresh.next_refresh_at

    delays = [timedelta(minutes=minutes) for minutes in (1, 2, 4, 5, 5)]
    assert [retry_at() - clock() for _ in delays] == delays
    auto_refresh.schedule_next(clock())
    assert retry_at() == clock() + timedelta(minutes=1)
    clock.advance(hours=5, minutes=10)  # 15:42: the final prices are still to be read
    assert retry_at() == clock() + timedelta(minutes=2)
    answered_at = clock()
    assert retry_at() == next_market_open(clock(), price=AfterHoursPrice.CLOSE)


async def test_the_failures_of_another_account_delay_no_retry(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        loader = balance_screen(pilot).loader
        await pilot.press("a")
        for _ in range(3):
            loader.auto_refresh.schedule_retry(clock(), None)
        assert loader.auto_refresh.next_refresh_at == clock() + timedelta(minutes=4)
        assert loader.profile
        loader.open_profile(loader.profile)
        loader.auto_refresh.schedule_retry(clock(), None)
        assert loader.auto_refresh.next_refresh_at == clock() + timedelta(minutes=1)


async def test_auto_refresh_stops_where_the_user_must_act(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        await pilot.press("a")
        simulator.set_scene("wrong-account")
        clock.advance(minutes=1)
        app_of(pilot).tick()
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Failed)
        assert "자동 새로고침을 멈췄습니다" in notice(pilot)
        request_count = simulator.count_requests("inquire-balance")
        clock.advance(minutes=10)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator.count_requests("inquire-balance") == request_count
        simulator.set_scene("slow")
        await pilot.press("r", "escape")
        await settle(pilot)
        assert "자동 새로고침을 멈췄습니다" in notice(pilot)
        simulator.set_scene("ordinary")
        await pilot.press("r")
        await settle(pilot)
        assert "다음 10:44:07" in title_bar(pilot)
        assert "자동 새로고침" not in notice(pilot)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        ("issue_token", DisconnectedError(host="kis"), "자동 새로고침을 멈췄습니다"),
        ("issue_token", ConnectFailedError(host="kis"), "자동 새로고침: 10:34:07 KST에 다시"),
        ("fetch_balance", ServiceUnavailableError(), "자동 새로고침: 10:34:07 KST에 다시"),
    ],
    ids=["perhaps issued", "not reached", "saved"],
)
async def test_auto_refresh_asks_for_a_token_again_only_if_kis_was_not_reached(
    open_app: OpenApp,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    error: KistuiError,
    text: str,
) -> None:
    """KIS may have announced a token whose response did not arrive."""

    async def fail(*_: object) -> None:
        raise error

    async with open_app() as pilot:
        await pilot.press("a")
        monkeypatch.setattr(KisClient, call, fail)
        clock.advance(days=1, minutes=1)  # the token has expired
        app_of(pilot).tick()
        await settle(pilot)
        assert text in notice(pilot)


async def test_auto_refresh_leaves_a_cancelled_refresh_until_it_is_due_again(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        await pilot.press("a")
        simulator.set_scene("slow")
        clock.advance(minutes=1)
        app_of(pilot).tick()
        await pilot.press("escape")
        await settle(pilot)
        request_count = simulator.count_requests("inquire-balance")
        clock.advance(seconds=5)
        app_of(pilot).tick()
        await settle(pilot)
        assert simulator.count_requests("inquire-balance") == request_count
        assert "다음 10:34:07" in title_bar(pilot)


async def test_auto_refresh_after_hours_waits_for_the_next_day(
    open_app: OpenApp, clock: FakeClock
) -> None:
    clock.advance(hours=10)
    async with open_app() as pilot:
        await pilot.press("a")
        assert "다음 11-24 09:00" in title_bar(pilot)


async def test_holidays_are_fetched_once(open_app: OpenApp, clock: FakeClock) -> None:
    """25 December 2026 is a Friday."""
    clock.advance(days=31, hours=4, minutes=50)  # the 24th, 15:22
    async with open_app() as pilot:
        simulator = simulator_of(pilot)
        await pilot.press("a")
        for _ in range(20):
            clock.advance(minutes=1)
            app_of(pilot).tick()
            await settle(pilot)
        assert simulator.count_requests("chk-holiday") == 1
        assert "다음 12-28 09:00" in title_bar(pilot)


# partial responses


async def test_a_partial_first_load_is_shown_and_labelled(
    make_app: MakeApp,
) -> None:
    app = make_app("many")
    simulator = app.simulator
    simulator.script("inquire-balance", None, None, error_response("OPSQ2000"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await settle(pilot)
        failed = balance_screen(pilot).load_state
        assert isinstance(failed, Failed)
        loaded = last_loaded(failed)
        assert loaded
        assert not loaded.value.is_complete
        assert len(loaded.value.lots) == 100
        assert "까지 조회" in notice(pilot)
        assert "까지 조회" in screen_text(pilot)
        assert "까지만" in title_bar(pilot)


async def test_a_partial_refresh_keeps_the_complete_balance(
    open_app: OpenApp,
) -> None:
    async with open_app("many") as pilot:
        simulator = simulator_of(pilot)
        simulator.script("inquire-balance", None, error_response("OPSQ2000"))
        await pilot.press("r")
        await settle(pilot)
        loaded = last_loaded(balance_screen(pilot).load_state)
        assert loaded
        assert loaded.value.is_complete
        assert "500건 중 50건까지 조회" in notice(pilot)


async def test_rows_are_shown_as_they_arrive(make_app: Any) -> None:
    app = make_app("many")
    simulator = app.simulator
    simulator.script("inquire-balance", None, None, Response(delay=20))
    async with app.run_test(size=(80, 24)) as pilot:

        def has_two_pages() -> bool:
            loaded = last_loaded(balance_screen(pilot).load_state)
            return loaded is not None and len(loaded.value.lots) == 100

        await wait_until(pilot, has_two_pages)
        assert isinstance(balance_screen(pilot).load_state, Loading)
        assert "까지 조회한" in notice(pilot)
        await pilot.press("escape")
        await pilot.pause()
        failed = balance_screen(pilot).load_state
        assert isinstance(failed, Failed)
        assert "중지했습니다" in notice(pilot)
        assert last_loaded(failed)


async def test_the_auto_refresh_interval_is_a_setting(make_app: MakeApp, clock: FakeClock) -> None:
    app = make_app(settings=Settings(refresh_interval=timedelta(seconds=300)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Loaded)
        await pilot.press("a")
        assert "다음 10:37:07" in title_bar(pilot)


async def test_another_price_after_hours_is_read_at_once(
    make_app: MakeApp, clock: FakeClock
) -> None:
    clock.advance(hours=7)  # 17:32
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "KRX 정규장 종가" in screen_text(pilot)
        await pilot.press("a")
        assert "다음 11-24 09:00" in title_bar(pilot)
        row = list(SETTINGS).index("after_hours_price")
        await pilot.press("comma", *["down"] * row, "right", "escape")
        await settle(pilot)
        assert simulator_of(pilot).count_requests("inquire-balance") == 2
        assert "통합 시세" in screen_text(pilot)
        assert "다음 17:33" in title_bar(pilot)
