"""The holdings: sorting, filtering, columns, the detail, and refreshes that keep the view."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import OptionList

from kistui.formatting.cells import plain_text
from kistui.formatting.holding_columns import HOLDING_COLUMNS
from kistui.i18n import load_translations
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.models.totals import AnyHolding
from kistui.simulator import Simulator
from kistui.tui.screens.dialogs import SORT_KEYS, ColumnsDialog, SortDialog
from kistui.tui.widgets.detail_pane import DetailPane
from kistui.tui.widgets.inputs import FilterInput
from kistui.tui.widgets.lines import StatusLine
from tests.support import MORNING, FakeClock, make_balance, make_lot
from tests.tui.conftest import MakeApp, OpenApp, app_of, summary_pane
from tests.tui.pilot import screen_text, settle, wait_until
from tests.tui.screens import balance_screen, holdings_pane, holdings_table

KO = load_translations("ko")


def rows(pilot: Pilot[None]) -> list[str]:
    return list(holdings_table(pilot).table_layout.row_keys)


def header(pilot: Pilot[None]) -> str:
    return plain_text(holdings_table(pilot).table_layout.header)


def shown(pilot: Pilot[None]) -> list[AnyHolding]:
    """Return the holdings in the order of the table."""
    balance = holdings_pane(pilot).balance
    assert balance is not None
    by_code = {holding.code: holding for holding in balance.holdings}
    return [by_code[key] for key in rows(pilot) if key in by_code]


def total(pilot: Pilot[None]) -> str:
    return plain_text(holdings_table(pilot).table_layout.total_row)


def detail(pilot: Pilot[None]) -> str:
    return holdings_pane(pilot).query_one(DetailPane).text


async def show(pilot: Pilot[None], figures: Balance) -> None:
    """Show a balance as if it had just been loaded."""
    screen = balance_screen(pilot)
    screen.load_state = Loaded(figures, MORNING)
    await pilot.pause()


def account(*names: str, **changed: Any) -> Balance:
    """Return holdings A, B, C … worth 1, 2, 3 … million; `changed` overrides valuations."""
    lots = []
    for name in names:
        value = changed.get(name, (ord(name) - 64) * 1_000_000)
        lots.append(
            make_lot(code=f"00{name}", name=name, valuation=value, profit_loss=value - 700_000)
        )
    return make_balance(*lots)


# sorting


async def test_sorting_goes_through_the_columns_and_back(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        as_sent = rows(pilot)
        await pilot.press("minus")
        assert "KIS 순서는 역순으로 볼 수 없습니다" in screen_text(pilot)
        await pilot.press("greater_than_sign", "greater_than_sign")
        assert "종목▲" in header(pilot)
        names = [holding.name or "" for holding in shown(pilot)]
        assert names == sorted(names, key=str.casefold)
        await pilot.press("minus")
        assert "종목▼" in header(pilot)
        await pilot.press("less_than_sign", "less_than_sign")
        assert rows(pilot) == as_sent
        await pilot.press("less_than_sign")
        weights = [holding.weight or Decimal(0) for holding in shown(pilot)]
        assert weights == sorted(weights, reverse=True)
        assert "정렬 비중 ▼" in str(holdings_pane(pilot).border_title)


async def test_sorting_needs_no_latin_letter(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        for keys in (("greater_than_sign",), ("ㄴ", "1"), ("backslash", "1")):
            await pilot.press(*keys)
            assert holdings_pane(pilot).view_state.sort_column == "code", keys
            await pilot.press("less_than_sign")
            assert holdings_pane(pilot).view_state.sort_column is None


async def test_the_view_state_is_saved_per_profile(make_app: MakeApp, simulator: Simulator) -> None:
    environ = {
        "KIS_APP_KEY": simulator.app_key,
        "KIS_APP_SECRET": simulator.app_secret,
        "KIS_ACCOUNT": simulator.account_number,
        "KISTUI_BASE_URL": simulator.url,
    }
    for press, column in ((("2", "less_than_sign", "minus"), "weight"), (("2",), "weight")):
        app = make_app(demo=False, environ=environ)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press(*press)
            await settle(pilot)
            assert holdings_pane(pilot).view_state.sort_column == column
            assert not holdings_pane(pilot).view_state.descending


# filtering


async def test_the_total_follows_a_filter_by_initials(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", *"ㅅㅅㅈㅈ")
        await pilot.pause()
        assert rows(pilot) == ["005930"]
        assert "합계 1/12종목" in total(pilot)
        assert "1/12종목" in str(holdings_pane(pilot).border_title)
        await pilot.press("enter")
        assert holdings_pane(pilot).detail_open
        assert rows(pilot) == ["005930"]
        await pilot.press("escape")
        assert pilot.app.focused is holdings_table(pilot)
        await pilot.press("escape")
        assert len(rows(pilot)) == 12
        assert not holdings_pane(pilot).query_one(FilterInput).display


async def test_a_filter_can_be_inverted_and_cancelled(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", "!", *"005930")
        await pilot.pause()
        assert len(rows(pilot)) == 11
        await pilot.press("escape")
        await pilot.pause()
        assert len(rows(pilot)) == 12
        assert pilot.app.focused is holdings_table(pilot)


async def test_keys_in_the_filter_are_letters(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", *"q1./s0")
        await pilot.pause()
        assert holdings_pane(pilot).query_one(FilterInput).value == "q1./s0"
        assert "찾은 종목이 없습니다" in screen_text(pilot)
        assert not app_of(pilot).amounts_hidden


async def test_an_empty_filter_hides_the_filter_line(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", "enter")
        await pilot.pause()
        assert not holdings_pane(pilot).query_one(FilterInput).display


# columns


async def test_columns_are_chosen_from_a_list(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await pilot.press("2", "vertical_line")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ColumnsDialog)
        await pilot.press("space", "down", "space", "enter")
        await pilot.pause()
        assert "코드" not in header(pilot)
        assert "수량" not in header(pilot).replace("매도가능", "")
        assert "종목" in header(pilot)
        await pilot.press("vertical_line")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ColumnsDialog)
        assert "code" not in pilot.app.screen.chosen
        options = pilot.app.screen.query_one(OptionList).options
        assert str(options[0].prompt).startswith(" [ ] 코드")
        await pilot.press("delete", "enter")
        await pilot.pause()
        assert holdings_pane(pilot).view_state.visible_columns is None
        await pilot.press("vertical_line")
        await pilot.pause()
        await pilot.press("space", "escape")
        await pilot.pause()
        assert "코드" in header(pilot)


# the detail


async def test_enter_opens_the_detail_and_arrows_step(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        for size in ((80, 24), (120, 36), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.press("home", "enter")
            assert "005930" in detail(pilot)
            assert "1/12" in detail(pilot)
            assert holdings_table(pilot).display == (size[0] >= 110)
            await pilot.press("right", "right")
            assert "3/12" in detail(pilot)
            await pilot.press("left")
            assert "2/12" in detail(pilot)
            await pilot.press("enter")
            assert not holdings_pane(pilot).detail_open
            assert holdings_table(pilot).cursor == 1
            await pilot.press("enter", "escape")
            assert pilot.app.focused is holdings_table(pilot)


async def test_f3_shows_raw_fields(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "enter", "f3")
        await pilot.pause()
        assert "pchs_avg_pric" in detail(pilot)
        await pilot.press("1")
        await pilot.pause()
        fields = summary_pane(pilot).copy_text
        assert "dnca_tot_amt\t예수금총금액\t18204330" in fields
        assert len(fields.splitlines()) == 24


async def test_raw_fields_are_below_the_name_at_every_width(open_app: OpenApp) -> None:
    async with open_app(lang="en") as pilot:
        await pilot.press("2", "enter", "f3")
        for size in ((10, 3), (30, 8), (80, 24)):  # the title needs two lines in the first
            await pilot.resize_terminal(*size)
        name, title, fields = detail(pilot).splitlines()[:3]
        assert "삼성전자" in name
        assert title.strip() == "Raw fields of lot 1/1"
        assert "pdno" in fields


async def test_the_detail_follows_a_refresh(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        await show(pilot, account("A", "B"))
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "2,000,000" in detail(pilot)
        await show(pilot, account("A", "B", B=2_345_678))
        assert "2,345,678" in detail(pilot)


# a refresh disturbs nothing


async def test_the_cursor_stays_on_its_item_under_sort_and_filter(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        await show(pilot, account("A", "B", "C", "D", "E"))
        await pilot.press("slash", "!", "E", "enter")
        while holdings_pane(pilot).view_state.sort_column != "valuation":
            await pilot.press("greater_than_sign")
        assert rows(pilot) == ["00D", "00C", "00B", "00A"]
        await pilot.press("home", "down", "down")
        assert holdings_table(pilot).row_key == "00B"
        # B becomes the largest, C is gone, F is new.
        await show(pilot, account("A", "B", "D", "E", "F", B=9_000_000))
        assert rows(pilot) == ["00B", "00F", "00D", "00A"]
        assert holdings_table(pilot).row_key == "00B"
        assert holdings_pane(pilot).view_state.query == "!E"
        assert pilot.app.focused is holdings_table(pilot)


async def test_a_scrolled_table_keeps_its_place(open_app: OpenApp) -> None:
    async with open_app("many", holdings=120, size=(80, 24)) as pilot:
        await pilot.press("2", *["pagedown"] * 3)
        await pilot.pause()
        table = holdings_table(pilot)
        key, line = table.row_key, table.cursor - table.scroll_offset.y
        loaded = balance_screen(pilot).load_state
        assert isinstance(loaded, Loaded)
        await show(pilot, replace(loaded.value, holdings=loaded.value.holdings[10:]))
        assert table.row_key == key
        assert table.cursor - table.scroll_offset.y == line


async def test_a_row_above_the_first_does_not_scroll_it_out_of_sight(open_app: OpenApp) -> None:
    async with open_app("many", holdings=120, size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        table = holdings_table(pilot)
        loaded = balance_screen(pilot).load_state
        assert isinstance(loaded, Loaded)
        await show(pilot, replace(loaded.value, holdings=loaded.value.holdings[1:]))
        await pilot.press("home")
        key = table.row_key
        await show(pilot, loaded.value)
        assert table.row_key == key
        assert (table.cursor, table.scroll_offset.y) == (1, 0)


async def test_typing_a_filter_is_not_interrupted_by_a_refresh(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", "K")
        await show(pilot, account("A", "B"))
        await pilot.press("B")
        await pilot.pause()
        assert holdings_pane(pilot).query_one(FilterInput).value == "KB"


async def test_changed_cells_are_highlighted_for_a_moment(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        monkeypatch.setattr("kistui.tui.widgets.line_table.HIGHLIGHT_SECONDS", 0.001)
        await show(pilot, account("A", "B", "C"))
        table = holdings_table(pilot)
        await wait_until(pilot, lambda: table.highlighted_cells == {})
        monkeypatch.setattr("kistui.tui.widgets.line_table.HIGHLIGHT_SECONDS", 60.0)
        await show(pilot, account("A", "B", "C"))
        assert table.highlighted_cells == {}
        await show(pilot, account("A", "B", "C", B=2_000_500))
        assert "00B" in table.highlighted_cells
        monkeypatch.setattr("kistui.tui.widgets.line_table.HIGHLIGHT_SECONDS", 0.001)
        await show(pilot, account("A", "B", "C", B=2_000_700))
        await wait_until(pilot, lambda: table.highlighted_cells == {})


async def test_a_slow_connection_shows_no_highlight(make_app: MakeApp) -> None:
    app = make_app(slow_connection=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("2")
        await show(pilot, account("A", "B"))
        await show(pilot, account("A", "B", B=1))
        assert holdings_table(pilot).highlighted_cells == {}


async def test_another_account_is_not_highlighted(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        screen = balance_screen(pilot)
        assert screen.loader.profile
        screen.open_profile(screen.loader.profile)
        await settle(pilot)
        assert holdings_table(pilot).highlighted_cells == {}


# sold out


async def test_sold_out_items_are_shown_on_demand(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2")
        assert len(rows(pilot)) == 12
        await pilot.press("0")
        assert len(rows(pilot)) == 13
        assert "표시" in str(holdings_pane(pilot).border_subtitle)
        await pilot.press("z")
        assert len(rows(pilot)) == 12


async def test_lots_of_one_item_are_one_row_with_a_mark(
    open_app: OpenApp, clock: FakeClock
) -> None:
    async with open_app("credit") as pilot:
        await pilot.press("2")
        table = holdings_table(pilot)
        marked = [plain_text(line) for line in table.table_layout.rows if "건)" in plain_text(line)]
        assert marked
        await pilot.press("enter")
        await pilot.pause()
        while "1/" not in detail(pilot) or "만기" not in detail(pilot):
            await pilot.press("right")
            await pilot.pause()
        assert "대출일" in detail(pilot)


async def test_the_dialog_names_chosen_columns_that_do_not_fit(open_app: OpenApp) -> None:
    async with open_app(size=(80, 24)) as pilot:
        await pilot.press("2", "vertical_line")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ColumnsDialog))
        options = pilot.app.screen.query_one(OptionList)
        note = "폭이 좁아 표시하지 않음"
        shown = [str(option.prompt) for option in options.options]
        assert all(" [x] " in line for line in shown)
        assert note not in next(line for line in shown if "평가금액" in line)
        index = next(index for index, line in enumerate(shown) if note in line)
        await pilot.press(*["down"] * index, "space")
        line = str(options.get_option_at_index(index).prompt)
        assert " [ ] " in line
        assert note not in line


@pytest.mark.parametrize("overseas", [False, True])
async def test_enter_after_a_search_and_f3_open_the_holding(
    open_app: OpenApp, overseas: bool
) -> None:
    async with open_app(size=(80, 24), overseas=overseas) as pilot:
        await pilot.press("2", "slash", *"000660", "enter")
        await wait_until(pilot, lambda: holdings_pane(pilot).detail_open)
        assert "000660" in detail(pilot)
        await pilot.press("escape", "escape")
        assert not holdings_pane(pilot).detail_open
        await pilot.press("2", "f3")
        await wait_until(pilot, lambda: holdings_pane(pilot).detail_open and detail(pilot))
        assert "KIS 원본 1/" in detail(pilot).splitlines()[1]
        assert "F3 돌아가기" in plain_text(
            balance_screen(pilot).query_one("#hints", StatusLine).line
        )
        await pilot.press("f3")
        await wait_until(pilot, lambda: "KIS 원본" not in detail(pilot))
        assert holdings_pane(pilot).detail_open
        # In the list the key opens the detail, also after a detail with KIS's own fields.
        await pilot.press("f3", "escape")
        assert not holdings_pane(pilot).detail_open
        hints = plain_text(balance_screen(pilot).query_one("#hints", StatusLine).line)
        assert "돌아가기" not in hints


async def test_a_toast_covers_no_total(make_app: MakeApp) -> None:
    async with make_app().run_test(size=(60, 20), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        before = screen_text(pilot).splitlines()
        total_line = holdings_pane(pilot).region.bottom - 2
        assert "합계" in before[total_line]
        for _ in range(4):
            pilot.app.notify("한 줄에 다 들어가지 않는 긴 알림입니다. " * 3)
        await wait_until(pilot, lambda: "긴 알림" in screen_text(pilot))
        await pilot.pause(0.2)
        assert screen_text(pilot).splitlines()[: total_line + 1] == before[: total_line + 1]


async def test_a_toast_leaves_a_note_in_sight(make_app: MakeApp) -> None:
    async with make_app().run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        notes = screen_text(pilot).splitlines()[-3:-1]
        assert all(line.strip() for line in notes)
        await pilot.press("equals_sign", "full_stop", "f9", "full_stop")
        await wait_until(pilot, lambda: KO("amounts_hidden.off") in screen_text(pilot))
        assert KO("amounts_hidden.on") not in screen_text(pilot)
        assert screen_text(pilot).splitlines()[-3] == notes[0]
        pilot.app.notify("경고", severity="warning", timeout=20)
        await pilot.press("full_stop")
        await wait_until(pilot, lambda: KO("amounts_hidden.on") in screen_text(pilot))
        assert "경고" in screen_text(pilot), screen_text(pilot)


async def test_the_column_to_sort_by_is_chosen_by_its_key_or_with_arrows(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36)) as pilot:
        await pilot.press("2", "s")
        assert isinstance(pilot.app.screen, SortDialog)
        names = ["", *(column.name for column in HOLDING_COLUMNS)]
        await pilot.press(SORT_KEYS[names.index("profit_loss")])
        state = holdings_pane(pilot).view_state
        assert (state.sort_column, state.descending) == ("profit_loss", True)
        await pilot.press("s", "enter")  # the present column again: the worst first
        assert not holdings_pane(pilot).view_state.descending
        await pilot.press("s", "up", "enter")
        assert holdings_pane(pilot).view_state.sort_column == "valuation"
        await pilot.press("s", "escape")
        assert holdings_pane(pilot).view_state.sort_column == "valuation"
        await pilot.press("s", "0")
        assert holdings_pane(pilot).view_state.sort_column is None


async def test_all_markets_are_ranked_together_on_a_key(open_app: OpenApp) -> None:
    async with open_app(overseas=True, size=(120, 36)) as pilot:
        await pilot.press("2")
        assert "미국 USD" in screen_text(pilot)
        await pilot.press("apostrophe")
        await settle(pilot)
        assert "미국 USD" not in screen_text(pilot)
        assert holdings_pane(pilot).view_state.sort_column == "valuation"
        await pilot.press("apostrophe")
        await settle(pilot)
        assert "미국 USD" in screen_text(pilot)
