"""Keys: declarations, keys set by the user, help, the palette, and Korean input."""

import importlib
import pkgutil
import re
import string
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

import kistui.tui
from kistui import i18n
from kistui.formatting.cells import display_width, plain_text
from kistui.formatting.key_help import filter_key_help, key_help_lines
from kistui.i18n.translations import Translations
from kistui.models.settings import Settings
from kistui.storage.config import load_config
from kistui.tui.keymap import key_name
from kistui.tui.pages import ALL_KEYS, CONCURRENT_GROUPS, KEYS_BY_ID, PAGE_GROUPS, PAGES
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import SortDialog
from kistui.tui.screens.page import PageScreen
from kistui.tui.screens.search_dialogs import CommandPaletteDialog, HelpDialog
from kistui.tui.screens.token import TokenScreen
from kistui.tui.user_keymap import UserKeymap, describe_keys, format_key, normalize_key
from kistui.tui.widgets.line_table import LineTable
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, toast_texts, wait_until
from tests.tui.screens import add_profile, balance_screen, holdings_pane, holdings_table

KO, EN = i18n.load_translations("ko"), i18n.load_translations("en")


def test_an_id_names_one_action() -> None:
    assert len(KEYS_BY_ID) == len(ALL_KEYS)


def test_every_action_has_a_key_that_needs_no_letter() -> None:
    for key in ALL_KEYS:
        names = KEYS_BY_ID[key.id].keys.split(",")
        assert [name for name in names if not (len(name) == 1 and name.isalpha())], key.id


@pytest.mark.parametrize("t", [KO, EN], ids=["ko", "en"])
def test_every_action_has_its_words(t: Translations) -> None:
    for key_help in describe_keys(ALL_KEYS, UserKeymap(), t):
        assert key_help.description
        assert t(f"key_group.{key_help.group}")


def test_a_key_is_shared_only_where_the_inner_widget_goes_first() -> None:
    """Esc of a pane goes before Esc of its screen, `q` of a screen before `q` of the app."""
    shared = set()
    for groups in CONCURRENT_GROUPS:
        concurrent = [binding for binding in ALL_KEYS if binding.group in groups]
        for binding, other in combinations(concurrent, 2):
            if set(binding.keys.split(",")) & set(other.keys.split(",")):
                shared.add(frozenset((binding.id, other.id)))
    expected = {frozenset(pair) for pair in leaving_pairs()}
    assert shared == expected


def leaving_pairs() -> Iterator[tuple[str, str]]:
    """Yield the pairs that may share a key: what closes a widget, a page and the app."""
    yield from (("balance.stop", "filter.leave"), ("balance.stop", "holdings.leave"))
    yield ("filter.leave", "holdings.leave")
    for page in PAGES:
        if page.group != "balance":
            yield (f"{page.group}.back", "app.quit")
            if any("filter" in groups for groups in page.widget_groups):
                yield (f"{page.group}.back", "filter.leave")


def test_a_key_has_one_meaning_on_every_page() -> None:
    meanings: dict[str, set[str]] = {}
    for binding in ALL_KEYS:
        if binding.group in PAGE_GROUPS:
            for key in binding.keys.split(","):
                meanings.setdefault(key, set()).add(binding.meaning or binding.name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("/", "slash"), ("Esc", "escape"), ("F6", "f6"), ("ctrl+K", "ctrl+k"), ("s", "s"),
        ("-", "minus"), ("@", "at"), ("+", "plus"), ("PgUp", "pageup"), ("ㅅ", "ㅅ"),
        ("hyper+x", None), ("nokey", None), ("", None), (" ", None), ("\x1b", None), ("f100", None),
    ],
)  # fmt: skip
def test_keys_are_written_as_people_write_them(text: str, key: str | None) -> None:
    assert normalize_key(text) == key


def test_keys_are_shown_as_they_are_on_the_keyboard() -> None:
    names = ("escape", "f12", "slash", "s", "S", "left", "ctrl+q", "alt+q", "alt+Q", "shift+f5")
    assert list(map(format_key, names)) == [
        "Esc", "F12", "/", "s", "S", "←", "Ctrl+Q", "Alt+q", "Alt+Q", "Shift+F5",
    ]  # fmt: skip
    assert format_key("ctrl+shift+pageup") == "Ctrl+Shift+PgUp"


def test_the_key_of_a_character_has_the_name_that_textual_sends() -> None:
    for character in string.digits + string.ascii_letters + string.punctuation + " ㅅ가é½€·→":
        assert key_name(character) == _character_to_key(character)


def test_a_key_can_be_written_as_it_is_shown() -> None:
    names = {name for binding in ALL_KEYS for name in binding.keys.split(",")}
    for name in (*sorted(names), "insert", "backspace", "ctrl+left", "shift+f5"):
        assert normalize_key(format_key(name)) == name


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_none(text: str) -> None:
    assert normalize_key(text) is None or normalize_key(text)


def test_invalid_keys_are_reported_and_the_others_apply() -> None:
    keyboard = UserKeymap(
        {
            "holdings.sort": ["F6"], "holdings.nothing": ["x"], "app.hide": ["nokey"],
            "holdings.reverse": ["r"], "holdings.columns": [], "balance.copy": ["F7", "F7"],
        }
    )  # fmt: skip
    assert keyboard.changed_keys == {"holdings.sort": "f6", "balance.copy": "f7"}
    problems = {(problem.code, problem.id, problem.conflicting_id) for problem in keyboard.problems}
    assert problems == {
        ("unknown_id", "holdings.nothing", ""), ("unknown_key", "app.hide", ""),
        ("taken", "holdings.reverse", "balance.refresh"), ("no_key", "holdings.columns", ""),
    }  # fmt: skip
    assert keyboard.display_key(KEYS_BY_ID["holdings.sort"]) == "F6"


def test_a_released_key_is_free_for_another_action() -> None:
    keyboard = UserKeymap({"balance.refresh": ["F5"], "holdings.reverse": ["r"]})
    assert not keyboard.problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("balance.token", "page.token"),
        ("log.summary", "page.summary"),
        ("token.credentials", "page.accounts"),
        ("token.look", "token.refresh"),
    ],
)
def test_an_id_of_an_earlier_version_names_the_same_action(old: str, new: str) -> None:
    user_keymap = UserKeymap({old: ["F11"]})
    assert not user_keymap.problems
    assert user_keymap.changed_keys == {new: "f11"}


def config(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "config.toml").write_text(text)
    (folder / "config.toml").chmod(0o600)


async def test_user_keys_work_and_are_shown(make_app: MakeApp, tmp_path: Path) -> None:
    config(
        tmp_path,
        '[keys]\nholdings.reverse = "F6"\n"holdings.sort" = ["w"]\nholdings.sort_picker = "W"\n'
        'page.log = "L"\n',
    )
    app = make_app(settings=load_config(tmp_path / "config" / "config.toml").settings)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("2", "greater_than_sign")
        assert holdings_pane(pilot).view_state.sort_column is None
        await pilot.press("w", "f6")
        assert holdings_pane(pilot).view_state.sort_column == "code"
        assert holdings_pane(pilot).view_state.descending
        assert " W 정렬" in screen_text(pilot)
        assert " L 기록" in screen_text(pilot)


async def test_faults_in_user_keys_are_one_notification(make_app: MakeApp) -> None:
    app = make_app(settings=Settings(key_bindings={"holdings.nope": ("x",), "balance.raw": ("r",)}))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        (toast,) = toast_texts(app)
        assert "holdings.nope" in toast
        assert "balance.refresh" in toast
        await pilot.press("2", "f3")
        assert balance_screen(pilot).raw_fields_shown


async def test_many_faults_are_counted_so_that_they_cover_no_figures(make_app: MakeApp) -> None:
    app = make_app(
        settings=Settings(key_bindings={f"holdings.nope{number}": ("x",) for number in range(5)})
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        (toast,) = toast_texts(app)
        assert len(toast.splitlines()) == 3
        assert "4" in toast.splitlines()[-1]


def test_no_key_calls_a_method_of_its_name() -> None:
    """Textual calls a method `key_<name>` or `_key_<name>` of the widgets with the event."""
    methods = set()
    for module_info in pkgutil.walk_packages(kistui.tui.__path__, "kistui.tui."):
        module = importlib.import_module(module_info.name)
        for cls in vars(module).values():
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                methods |= {name for name in vars(cls) if name.lstrip("_").startswith("key_")}
    widgets = {name for name in methods if not name.endswith("_handled")}  # no key has this name
    assert widgets == set()


async def test_help_shows_the_keys_of_the_screen_first(open_app: OpenApp) -> None:
    t = EN
    async with open_app(size=(60, 20), lang=t.language) as pilot:
        for page in PAGES:
            await pilot.press(page.shortcut.split(",")[0], "question_mark")
            await wait_until(pilot, lambda: isinstance(pilot.app.screen, HelpDialog))
            await pilot.pause()
            text = str(pilot.app.screen.query_one("#help-lines", Static).content)
            assert text.splitlines()[0] == t(f"key_group.{page.group}")
            assert t("key_group.app") in text
            await pilot.press("escape")
            assert isinstance(pilot.app.screen, page.load_screen_class())


async def test_help_is_searched_by_words_keys_and_initials(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "f1")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, HelpDialog))
        line = pilot.app.screen.query_one(Input)
        for query, expected in (
            ("정렬", "다음 열로 정렬"),
            ("sort by", "다음 열로 정렬"),
            ("F5", "새로고침"),
            ("ㅅㄹㄱㅊ", "새로고침"),
        ):
            line.value = query
            await pilot.pause()
            assert expected in str(pilot.app.screen.query_one("#help-lines", Static).content)
        line.value = "xyzzy"
        await pilot.pause()
        assert KO("help.none") in str(pilot.app.screen.query_one("#help-lines", Static).content)
        await pilot.press("down", "pagedown", "up", "enter")
        assert isinstance(pilot.app.screen, BalanceScreen)


async def test_the_palette_runs_the_action_that_was_searched_for(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        app = app_of(pilot)
        for key, is_hidden in (("colon", True), ("ctrl+p", False)):
            await pilot.press(key)
            await wait_until(pilot, lambda: isinstance(app.screen, CommandPaletteDialog))
            await pilot.press(*"hide am")
            options = app.screen.query_one(OptionList)
            assert options.highlighted == 0
            assert options.get_option_at_index(0).id == "app.hide"
            await pilot.press("enter")
            await settle(pilot)
            assert app.amounts_hidden is is_hidden
            assert isinstance(app.screen, BalanceScreen)


async def test_the_palette_lists_only_available_actions(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("colon")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
        ids = {option.id for option in pilot.app.screen.query_one(OptionList).options}
        assert "balance.refresh" in ids
        assert "accounts.add" not in ids
        assert "holdings.sort" not in ids
        await pilot.press("escape")
        await pilot.press("2", "colon")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
        ids = {option.id for option in pilot.app.screen.query_one(OptionList).options}
        assert "holdings.sort" in ids


async def go_to(pilot: Pilot[None], query: str) -> None:
    await pilot.press("colon")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, CommandPaletteDialog))
    await pilot.press(*query, "enter")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, BalanceScreen))


def holding_under_cursor(pilot: Pilot[None]) -> str | None:
    return holdings_table(pilot).row_key


async def test_the_palette_puts_the_cursor_on_a_holding(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await go_to(pilot, "000660")  # the holdings were not shown yet
        await wait_until(pilot, lambda: holding_under_cursor(pilot) == "000660")
        await pilot.press("home", "slash", *"삼성", "enter")  # the detail covers the table
        assert holdings_pane(pilot).view_state.is_filtered
        assert holdings_pane(pilot).detail_open
        await pilot.press("4")
        await go_to(pilot, "하이닉스")
        await wait_until(pilot, lambda: holding_under_cursor(pilot) == "000660")
        assert not holdings_pane(pilot).view_state.is_filtered
        assert not holdings_pane(pilot).view_state.show_sold_out


async def test_the_palette_shows_a_holding_that_was_sold(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await go_to(pilot, "삼성전기")
        await wait_until(pilot, lambda: holding_under_cursor(pilot) == "009150")
        assert holdings_pane(pilot).view_state.show_sold_out


async def test_the_palette_opens_an_account(make_app: MakeApp) -> None:
    app = make_app()
    add_profile(app.profile_service, app.simulator, "연금")
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("2", "3")
        await go_to(pilot, "ㅇㄱ")
        profile = balance_screen(pilot).loader.profile
        assert profile
        assert profile.name == "연금"


async def test_jamo_act_as_their_keys_with_one_notification(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "ㄴ")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SortDialog))
        await pilot.press("escape", "ㅌ")
        await settle(pilot)
        assert app_of(pilot).amounts_hidden
        messages = [text for text in toast_texts(pilot.app) if "ㄴ" in text]
        assert len(messages) == 1


async def test_a_syllable_runs_only_harmless_actions(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "ㅓ", "ㅓ")
        await settle(pilot)
        before = holdings_pane(pilot).view_state
        # 쇼 is s, y: sort and copy; 바 is q, k: quit and up.
        await pilot.press("쇼", "바")
        await settle(pilot)
        assert pilot.app.is_running
        assert holdings_pane(pilot).view_state == before


async def test_a_text_field_receives_jamo_as_text(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await pilot.press("2", "slash", "삼", "ㅂ")
        await settle(pilot)
        assert holdings_pane(pilot).view_state.query == "삼ㅂ"
        assert pilot.app.is_running


async def test_a_jamo_quits_as_its_key_does(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("ㅂ")
        await wait_until(pilot, lambda: not app.is_running)


@pytest.mark.parametrize("width", [20, 40, 70])
def test_help_fits_its_width_and_cuts_no_key(width: int) -> None:
    helps = describe_keys(ALL_KEYS, UserKeymap(), KO)
    lines = key_help_lines(helps, KO, width)
    for key_help in helps:
        assert any(" ".join(key_help.keys) in plain_text(line) for line in lines)
    assert all(display_width(plain_text(line)) <= max(width, 18) for line in lines)


def test_help_is_searched_by_key() -> None:
    helps = describe_keys(ALL_KEYS, UserKeymap(), EN)
    assert [key_help.id for key_help in filter_key_help(helps, "|")] == ["holdings.columns"]
    assert re.search("sort", filter_key_help(helps, "sort")[0].description)


def test_a_punctuation_key_is_shown_as_its_character() -> None:
    keys = [normalize_key(char) or "" for char in string.punctuation]
    assert "".join(map(format_key, keys)) == string.punctuation


async def test_keys_can_be_looked_up_before_a_page_has_its_widgets(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page below asks the page above for its keys as soon as that opens, as at a resize."""
    looked_up: list[type[PageScreen]] = []

    def look_up_and_compose(compose: Callable[[PageScreen], ComposeResult]) -> Any:
        def replacement(page: PageScreen) -> ComposeResult:
            assert page.active_bindings
            looked_up.append(type(page))
            return compose(page)

        return replacement

    page_types = {page.load_screen_class() for page in PAGES}
    for page_type in page_types:
        monkeypatch.setattr(page_type, "compose", look_up_and_compose(page_type.compose))
    async with open_app() as pilot:
        for page in PAGES:
            await pilot.press(page.shortcut.partition(",")[0])
            await settle(pilot)
    assert page_types <= set(looked_up)


async def click(pilot: Pilot[None], text: str, times: int = 1) -> None:
    """Click on the first line with a text."""
    lines = screen_text(pilot).splitlines()
    y, line = next((y, line) for y, line in enumerate(lines) if text in line)
    await pilot.click(offset=(display_width(line[: line.index(text)]), y), times=times)
    await settle(pilot)


async def test_tabs_hints_and_rows_can_be_clicked(open_app: OpenApp) -> None:
    async with open_app() as pilot:
        await click(pilot, "2 보유")
        assert "보유종목" in screen_text(pilot)
        await click(pilot, "NAVER")
        assert "손익분기" not in screen_text(pilot)
        await click(pilot, "NAVER", times=2)
        assert "손익분기" in screen_text(pilot)
        await click(pilot, "닫기")
        assert "손익분기" not in screen_text(pilot)
        await pilot.press("slash", "n")
        await click(pilot, "도움말")  # while a text is typed
        assert isinstance(pilot.app.screen, HelpDialog)
        await pilot.press("escape", "slash")
        await click(pilot, "정렬")
        assert isinstance(pilot.app.screen, SortDialog)
        await pilot.press("escape", "slash")
        await click(pilot, "3 토큰")
        assert isinstance(pilot.app.screen, TokenScreen)
        await click(pilot, "읽기 전용")
        assert isinstance(pilot.app.screen, TokenScreen)


async def test_sentences_name_the_keys_of_the_user(make_app: MakeApp) -> None:
    keys = {"page.holdings": ("ctrl+g",), "holdings.sold_out": ("F11",), "dialog.cancel": ("F12",)}
    app = make_app(settings=Settings(key_bindings=keys))
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        assert "Ctrl+G를 누르면 모두 표시" in screen_text(pilot)
        assert "Ctrl+G 보유" in screen_text(pilot)
        await pilot.press("ctrl+g")
        await settle(pilot)
        assert "F11을 누르면" in screen_text(pilot)
        await pilot.press("ctrl+c")
        assert "Ctrl+Q를" in "".join(toast_texts(pilot.app))
        await pilot.press("s")
        await settle(pilot)
        assert "F12 취소" in screen_text(pilot)


async def test_a_double_click_opens_whatever_key_does(make_app: MakeApp) -> None:
    app = make_app(
        settings=Settings(key_bindings={"holdings.detail": ("o",), "trades.detail": ("F12",)})
    )
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        await pilot.press("2")
        for name in ("NAVER", "카카오"):  # the detail of another row stays open
            await click(pilot, name, times=2)
            assert "손익분기" in screen_text(pilot)
        for page, detail in (("6", "#detail-box"), ("5", "#call")):
            await pilot.press(page)
            await settle(pilot)
            for y in (1, 2):
                await pilot.click(LineTable, offset=(5, y), times=2)
                await settle(pilot)
                assert app.screen.query_one(detail).display
