"""The balance screen, used by the keyboard against a simulator."""

from datetime import date

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from kistui.formatting.cells import Line, plain_text
from kistui.formatting.summary_page import SummaryLayout
from kistui.models.load_state import Failed, Loaded, Loading
from kistui.services.session import Session
from kistui.tui.messages import HolidaysLoaded
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.page import PageScreen
from kistui.tui.screens.search_dialogs import CommandPaletteDialog, HelpDialog
from kistui.tui.screens.terminal_too_small import TerminalTooSmallScreen
from kistui.tui.widgets.lines import StatusLine
from tests.support import MORNING, FakeClock, load_app_translations
from tests.tui.conftest import MakeApp, OpenApp, app_of, summary_lines, summary_pane
from tests.tui.pilot import paint_each_frame, screen_strips, screen_text, settle, wait_until
from tests.tui.screens import balance_screen, holdings_table, notice, simulator_of, title_bar


def shown(pilot: Pilot[None]) -> str:
    return balance_screen(pilot).visible_section


async def test_the_app_opens_on_the_summary(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        assert shown(pilot) == "summary"
        assert isinstance(balance_screen(pilot).load_state, Loaded)
        assert simulator_of(pilot).count_requests("inquire-balance") == 1
        assert "[데모]" in title_bar(pilot)
        assert "5000****-01" in title_bar(pilot)
        assert "10:32:07 KST" in title_bar(pilot)


async def test_summary_and_holdings_switch(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for key, return_key in (("2", "1"), ("tab", "tab"), ("shift+tab", "shift+tab")):
            await pilot.press(key)
            assert shown(pilot) == "holdings"
            assert holdings_table(pilot).has_focus
            await pilot.press(return_key)
            assert shown(pilot) == "summary"


async def test_a_refresh_sends_one_request_with_the_same_token(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for calls, key in enumerate(("r", "f5", "ㄱ"), 2):
            await pilot.press(key)
            await settle(pilot)
            assert simulator_of(pilot).count_requests("inquire-balance") == calls
        assert simulator_of(pilot).count_requests("tokenP") == 1


async def test_a_refresh_during_a_refresh_sends_nothing(
    make_app: MakeApp, clock: FakeClock
) -> None:
    async with make_app("slow").run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        request = balance_screen(pilot).loader.request_id
        await pilot.press("r", "r", "r")
        assert isinstance(balance_screen(pilot).load_state, Loading)
        assert balance_screen(pilot).loader.request_id == request


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quit_closes_the_session(
    open_app: OpenApp, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Session] = []
    close = Session.aclose

    async def aclose(session: Session) -> None:
        closed.append(session)
        await close(session)

    monkeypatch.setattr(Session, "aclose", aclose)
    async with open_app() as pilot:
        await pilot.press(key)
        await pilot.pause()
    assert pilot.app.return_code == 0
    assert len(closed) == 1


async def test_a_failed_refresh_keeps_the_figures_dimmed_with_their_age(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        before = summary_lines(pilot)
        simulator_of(pilot).set_scene("wrong-account")
        clock.advance(minutes=5)
        app_of(pilot).tick()
        await pilot.press("r")
        await settle(pilot)
        assert isinstance(balance_screen(pilot).load_state, Failed)
        assert shown(pilot) == "summary"
        assert summary_lines(pilot) == before
        assert summary_pane(pilot).dimmed
        assert "10:32:07 KST 기준 · 5분 전" in title_bar(pilot)
        assert "[OPSQ2000]" in notice(pilot)
        assert "다음:" in notice(pilot)
        clock.advance(minutes=2)
        app_of(pilot).tick()
        await pilot.pause()
        assert "7분 전" in title_bar(pilot)


async def test_the_next_refresh_after_a_failure_recovers(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app("wrong-account") as pilot:
        assert shown(pilot) == "message"
        simulator_of(pilot).set_scene("ordinary")
        await pilot.press("r")
        await settle(pilot)
        assert shown(pilot) == "summary"
        assert not summary_pane(pilot).dimmed


async def test_a_failed_first_call_is_not_an_empty_account(open_app: OpenApp) -> None:
    for scene in ("wrong-account", "down", "garbled", "refused-key"):
        async with open_app(scene) as pilot:
            for key in ("1", "2"):
                await pilot.press(key)
                text = screen_text(pilot)
                assert shown(pilot) == "message"
                assert "보유종목이 없습니다" not in text
                assert "조회 전" in text


async def test_an_empty_account_shows_a_message_with_the_keys(open_app: OpenApp) -> None:
    async with open_app("empty") as pilot:
        assert shown(pilot) == "summary"
        await pilot.press("2")
        assert "보유종목이 없습니다" in screen_text(pilot)
        for key in ("f3", "equals_sign"):
            await pilot.press(key)
            assert "선택한 항목이 없습니다" in screen_text(pilot)


async def test_the_cursor_moves_and_stops_at_the_ends(open_app: OpenApp) -> None:
    async with open_app("many", holdings=120, size=(100, 20)) as pilot:
        await pilot.press("2", "pagedown")
        page = holdings_table(pilot).cursor
        assert 5 < page < 20
        await pilot.press("home")
        for key, row in (
            ("down", 1),
            ("j", 2),
            ("up", 1),
            ("k", 0),
            ("up", 0),
            ("end", 119),
            ("down", 119),
            ("pageup", 119 - page),
            ("home", 0),
            ("pagedown", page),
            ("g", 0),
        ):
            await pilot.press(key)
            assert holdings_table(pilot).cursor == row, key


async def test_the_cursor_is_always_in_sight_and_the_total_too(open_app: OpenApp) -> None:
    async with open_app("many", holdings=120, size=(100, 20)) as pilot:
        await pilot.press("2", "end")
        await pilot.pause()
        last = holdings_table(pilot).table_layout.render_row(
            len(holdings_table(pilot).table_layout) - 1
        )
        text = screen_text(pilot)
        assert plain_text(last).split()[0] in text
        assert "합계 120종목" in text


async def test_the_cursor_stays_on_its_item_when_rows_come_and_go(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "down", "down")
        key = holdings_table(pilot).row_key
        await pilot.press("0", "r")
        await settle(pilot)
        assert holdings_table(pilot).row_key == key


async def test_a_list_that_gets_shorter_is_shown_from_where_it_is(open_app: OpenApp) -> None:
    async with open_app("many", size=(100, 20)) as pilot:
        await pilot.press("2", "end")
        simulator_of(pilot).set_scene("ordinary")
        await pilot.press("r")
        await settle(pilot)
        text = screen_text(pilot)
        assert "POSCO홀딩스" in text
        assert "합계 12종목" in text
        assert holdings_table(pilot).cursor == 11
        await pilot.press("home")
        assert "삼성전자" in screen_text(pilot)


async def test_a_refresh_that_changes_nothing_repaints_no_row(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        await pilot.pause()
        repainted: list[int] = []
        monkeypatch.setattr(holdings_table(pilot), "_refresh_screen_line", repainted.append)
        await pilot.press("r")
        await settle(pilot)
        assert repainted == []


async def test_a_refresh_repaints_the_rows_that_changed(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        before = holdings_table(pilot).table_layout
        clock.advance(hours=1)
        await pilot.press("r")
        await settle(pilot)
        assert holdings_table(pilot).table_layout != before
        assert plain_text(holdings_table(pilot).table_layout.render_row(0)).strip() in screen_text(
            pilot
        )


async def test_the_response_to_an_older_request_is_ignored(open_app: OpenApp) -> None:
    from kistui.errors import RequestTimeoutError
    from kistui.tui.messages import BalanceFailed

    async with open_app() as pilot:
        screen = balance_screen(pilot)
        screen.post_message(BalanceFailed(0, RequestTimeoutError(host="x"), MORNING))
        await pilot.pause()
        assert isinstance(screen.load_state, Loaded)


async def test_keys_without_a_meaning_do_nothing(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        before = screen_text(pilot)
        await pilot.press("0", "escape", "enter", "f12", "ctrl+g", "ㅠ", "slash", "minus")
        await pilot.pause()
        assert screen_text(pilot) == before


async def test_every_size_shows_the_total(open_app: OpenApp) -> None:
    async with open_app("many", lang="en", size=(200, 60)) as pilot:
        await pilot.press("2")
        assert "500" in screen_text(pilot)
        for size in ((60, 20), (80, 24), (61, 21)):
            await pilot.resize_terminal(*size)
            assert "500" in screen_text(pilot)


async def test_a_small_window_is_covered_until_it_is_large_enough(open_app: OpenApp) -> None:
    async with open_app(size=(3, 1)) as pilot:
        assert isinstance(pilot.app.screen, TerminalTooSmallScreen)
        for size in ((59, 24), (80, 19), (30, 8), (3, 1)):
            await pilot.resize_terminal(*size)
            assert isinstance(pilot.app.screen, TerminalTooSmallScreen)
            if size[0] >= 30:
                assert f"{size[0]}x{size[1]}" in screen_text(pilot)
                assert "60x20" in screen_text(pilot)
            await pilot.resize_terminal(60, 20)
            await settle(pilot)
            assert "합계 12종목" not in screen_text(pilot)
            await pilot.press("2")
            assert "합계 12종목" in screen_text(pilot)
            await pilot.press("1")
        await pilot.resize_terminal(3, 1)
        assert isinstance(pilot.app.screen, TerminalTooSmallScreen)
        await pilot.press("ctrl+q")
    assert pilot.app.return_code == 0


async def test_no_key_opens_anything_over_a_small_window(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        for _ in range(3):
            await pilot.press("colon")
            await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
            await pilot.resize_terminal(40, 10)
            await pilot.pause()
            await pilot.press("colon", "2", "comma", "question_mark", "at", "t", "ㅅ", "escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, TerminalTooSmallScreen)
            assert len(pilot.app.screen_stack) == 3
            await pilot.resize_terminal(80, 24)
            await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
            await pilot.press("escape")
            await wait_until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_a_window_that_grows_below_a_dialog_is_uncovered_after_it(open_app: OpenApp) -> None:
    async with open_app(size=(40, 10)) as pilot:
        dialog = HelpDialog([], load_app_translations("ko"))  # as a worker would open one
        await pilot.app.push_screen(dialog)
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, BalanceScreen))


async def test_the_list_of_differences_fits_the_width(open_app: OpenApp) -> None:
    async with open_app(lang="en", size=(200, 24)) as pilot:
        loaded = balance_screen(pilot).load_state
        assert isinstance(loaded, Loaded)
        summary = replace(loaded.value.summary, valuation=1, total_value=2)
        balance_screen(pilot).load_state = replace(
            loaded, value=replace(loaded.value, summary=summary)
        )
        await pilot.pause()
        assert notice(pilot).count("differs by") > 2
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert notice(pilot).count("differs by") == 1
        assert "and 3 more" in notice(pilot)
        assert notice(pilot).splitlines()[0] in screen_text(pilot)


async def test_hostile_names_reach_the_screen_as_plain_text(open_app: OpenApp) -> None:
    async with open_app("hostile", size=(120, 36)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        for strip in screen_strips(pilot):
            for segment in strip:
                assert segment.text.isprintable(), repr(segment.text)
        assert pilot.app.is_running


async def test_a_clock_tick_repaints_nothing_while_the_figures_are_fresh(
    open_app: OpenApp, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as pilot:
        line = pilot.app.query_one("#bar", StatusLine)
        before = line.line
        await pilot.pause(0.1)
        painted: list[object] = []
        paint_each_frame(monkeypatch)
        monkeypatch.setattr(pilot.app, "_display", lambda *update: painted.append(update))
        clock.advance(seconds=50)
        app_of(pilot).tick()
        await pilot.pause(0.1)
        assert line.line == before
        assert painted == []


async def test_a_bug_ends_in_a_sentence_without_local_variables(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(self: Session, *_: object) -> None:
        secret = "topsecret"  # a local that a traceback with locals would print
        raise RuntimeError(secret)

    monkeypatch.setattr(Session, "fetch_balance", broken)
    app = make_app()
    with pytest.raises(Exception, match="topsecret"):  # run_test hands the exception on
        async with app.run_test() as pilot:
            await settle(pilot)
    stderr = capsys.readouterr().err
    assert "kistui 내부 오류가 발생했습니다: RuntimeError" in stderr
    assert "topsecret" not in stderr
    assert app.return_code == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("key", ["r", "full_stop"])
async def test_a_summary_that_was_hidden_is_laid_out_for_its_width(
    open_app: OpenApp, size: tuple[int, int], key: str
) -> None:
    async with open_app(size=size) as pilot:
        at_start = summary_lines(pilot)
        await pilot.press("2", key)
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        shown = summary_lines(pilot)
        await pilot.resize_terminal(size[0] - 1, size[1])
        await settle(pilot)
        await pilot.resize_terminal(*size)
        await settle(pilot)
        assert shown == summary_lines(pilot)
        if key == "r":  # hidden boxes of zeros do not fold
            assert len(shown) == len(at_start)


async def test_settlement_days_skip_the_holidays_that_kis_names(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await settle(pilot)
        assert "D+1 예수금 11/24(화)" in screen_text(pilot)
        balance_screen(pilot).post_message(HolidaysLoaded(frozenset({date(2026, 11, 24)})))
        await settle(pilot)
        assert "D+1 예수금 11/25(수)" in screen_text(pilot)
        assert "D+2 예수금 11/26(목)" in screen_text(pilot)


async def test_the_start_draws_hints_and_summary_for_what_changes_only(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before they have a size, nor for each step of progress, which neither shows."""
    hint_widths: list[int] = []
    summary_widths: list[int] = []
    footer_line, render = PageScreen.footer_line, SummaryLayout.render

    def count_hints(screen: PageScreen, width: int) -> Line:
        hint_widths.append(width)
        return footer_line(screen, width)

    def count_summary(
        layout: SummaryLayout, width: int, height: int, *, scrollbar_width: int = 0
    ) -> tuple[Line, ...]:
        summary_widths.append(width + scrollbar_width)
        return render(layout, width, height, scrollbar_width=scrollbar_width)

    monkeypatch.setattr(PageScreen, "footer_line", count_hints)
    monkeypatch.setattr(SummaryLayout, "render", count_summary)
    async with open_app(size=(120, 36)) as pilot:
        assert shown(pilot) == "summary"
    assert set(hint_widths) == {120}
    assert len(hint_widths) <= 3  # the first frame, the balance and its overseas part
    assert len(summary_widths) <= 2  # the balance and its overseas part
