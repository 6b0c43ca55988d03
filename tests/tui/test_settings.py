"""Themes, language and settings: they apply at once and are saved."""

import re
from pathlib import Path
from threading import Event

import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.widgets import OptionList

from kistui.errors import ConfigError
from kistui.i18n import LANGUAGES, load_translations
from kistui.models.settings import SETTINGS
from kistui.services.settings import SettingsService
from kistui.storage.config import load_config, parse_config, save_setting
from kistui.storage.themes import bundled_themes_dir, load_themes
from kistui.tui.pages import PAGES, Page
from kistui.tui.screens.balance import BalanceScreen
from kistui.tui.screens.dialogs import ThemeDialog
from kistui.tui.screens.settings_dialog import SettingsDialog
from tests.tui.conftest import MakeApp, OpenApp, app_of
from tests.tui.pilot import screen_text, settle, toast_texts, wait_until
from tests.tui.screens import balance_screen, holdings_pane, holdings_table


def written(tmp_path: Path) -> str:
    path = tmp_path / "config" / "config.toml"
    return path.read_text() if path.exists() else ""


async def choose(pilot: Pilot[None], field: str, *keys: str) -> None:
    """Open the dialog, move to the row of a setting, and press keys."""
    await pilot.press("comma")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, SettingsDialog))
    await pilot.press(*["down"] * list(SETTINGS).index(field), *keys)
    await pilot.pause()


async def test_the_theme_dialog_previews_and_enter_saves(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app() as pilot:
        await pilot.press("t")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ThemeDialog))
        before = pilot.app.theme
        await pilot.press("down")
        await pilot.pause()
        looked_at = pilot.app.theme
        assert looked_at != before
        await pilot.press("enter")
        await wait_until(pilot, lambda: f'theme = "{looked_at}"' in written(tmp_path))
        assert pilot.app.theme == looked_at


async def test_the_last_value_is_written_last(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is held down changes a setting faster than it is written."""
    has_begun, may_end, saved = Event(), Event(), list[object]()

    def save(_service: SettingsService, _key: str, value: object) -> None:
        if not has_begun.is_set():
            has_begun.set()
            assert may_end.wait(30.0)
        saved.append(value)

    monkeypatch.setattr(SettingsService, "save", save)
    async with open_app() as pilot:
        await choose(pilot, "theme", "right")
        await wait_until(pilot, has_begun.is_set)
        await pilot.press("right")
        last = pilot.app.theme
        may_end.set()
        await settle(pilot)
        assert saved[-1] == last
        assert len(saved) == 2
        pilot.app.workers.cancel_all()
        app_of(pilot).settings_controller.save("theme", "kistui-light")
        pilot.app.workers.cancel_all()  # as the end of the app does
    assert saved[-1] == "kistui-light"


async def test_the_first_theme_is_complete_with_each_style_sheet_parsed_once(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stylesheet, "reparse", lambda _: pytest.fail("parsed again"))
    app = make_app(theme="kistui-light")
    async with app.run_test() as pilot:
        await settle(pilot)
        assert {"-theme-kistui-light", "-light-mode"} <= app.classes
        assert "-dark-mode" not in app.classes
        theme = load_themes().by_name["kistui-light"]
        assert app.screen.styles.background == Color.parse(theme.colors["background"])


async def test_escape_restores_the_theme_and_writes_nothing(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app() as pilot:
        before = pilot.app.theme
        await pilot.press("f10")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ThemeDialog))
        await pilot.press("down", "down", "escape")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, BalanceScreen))
        await settle(pilot)
        assert pilot.app.theme == before
        assert not written(tmp_path)


async def test_every_theme_styles_every_screen_and_colours_gains_and_losses(
    open_app: OpenApp,
) -> None:
    async with open_app() as pilot:
        # Style sheets of screens are parsed with a theme's variables once they have been opened.
        await pilot.press(*map(shortcut, PAGES), "question_mark", "escape", "comma")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SettingsDialog))
        assert pilot.app.screen.query_one(OptionList).option_count == len(SETTINGS)
        await pilot.press("escape", "2")
        table = holdings_table(pilot)
        for name, theme in load_themes().by_name.items():
            pilot.app.theme = name
            await pilot.pause()
            for mark, role in (("▲", "gain"), ("▼", "loss")):
                colors = {
                    segment.style.color.name
                    for row in range(8)
                    for segment in table.render_line(row)
                    if mark in segment.text and segment.style and segment.style.color
                }
                assert colors == {Color.parse(theme.variables[role]).rich_color.name}, name
        await pilot.press("3", "4", "5")
        assert pilot.app.is_running


async def test_a_change_of_language_keeps_cursor_and_sort(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app(size=(120, 36), overseas=True) as pilot:
        await pilot.press("2", "down", "down", "greater_than_sign", "greater_than_sign")
        pane, table = holdings_pane(pilot), holdings_table(pilot)
        at, figures = table.row_key, pane.balance
        await choose(pilot, "language", "right", "right")
        assert "Language" in screen_text(pilot)
        await pilot.press("escape")
        await settle(pilot)
        text = screen_text(pilot)
        for word in ("Holdings", "Summary", "Total of", "Source: KIS", "Help"):
            assert word in text
        for word in ("보유종목", "요약", "합계", "출처", "도움말"):
            assert word not in text
        assert (table.row_key, pane.balance) == (at, figures)
        assert pane.view_state.sort_column == "name"
        await wait_until(pilot, lambda: 'language = "en"' in written(tmp_path))
        await choose(pilot, "language", "right")
        await pilot.press("escape")
        await settle(pilot)
        assert "보유종목" in screen_text(pilot)
        await wait_until(pilot, lambda: "language" not in written(tmp_path))


def shortcut(page: Page) -> str:
    """Return the first key that leads to a page."""
    return page.shortcut.partition(",")[0]


async def read_pages(pilot: Pilot[None], *, switch_language: bool) -> list[list[str]]:
    """Return the lines of each page, after switching its language or as it is."""
    pages = []
    for page in PAGES:
        await pilot.press(shortcut(page))
        await settle(pilot)
        if switch_language:
            await choose(pilot, "language", "right", "right", "escape")
            await settle(pilot)
        lines = screen_text(pilot).splitlines()
        # Durations differ from run to run, and with them the widths of their columns.
        pages.append([re.sub(r"[0-9:.]+| +", " ", line) for line in lines])
        if switch_language:
            await choose(pilot, "language", "right", "escape")
    return pages


async def test_a_page_reads_the_same_after_a_switch_to_its_language(open_app: OpenApp) -> None:
    async with open_app(size=(120, 36), lang="ko") as pilot:
        switched = await read_pages(pilot, switch_language=True)
    async with open_app(size=(120, 36), lang="en") as pilot:
        for page, lines in zip(
            await read_pages(pilot, switch_language=False), switched, strict=True
        ):
            assert lines == page


async def test_settings_apply_at_once_and_are_written(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app() as pilot:
        app = app_of(pilot)
        await choose(pilot, "refresh_interval", "right", "escape")
        await choose(pilot, "renew_before", "left", "escape")
        await choose(pilot, "amounts_hidden", "enter", "escape")
        await choose(pilot, "highlight_changes", "right")
        await wait_until(pilot, lambda: "flash = false" in written(tmp_path))
        text = written(tmp_path)
        for line in ("refresh_seconds = 120", "renew_before_minutes = 5", "hidden = true"):
            assert line in text
        assert balance_screen(pilot).loader.auto_refresh.interval.total_seconds() == 120
        assert not holdings_pane(pilot).highlight_changes
        settings = app.profile_service.settings.load()
        assert settings.amounts_hidden
        assert not settings.highlight_changes


async def test_a_setting_that_cannot_be_written_applies_and_is_reported(
    open_app: OpenApp, tmp_path: Path
) -> None:
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700)
    (folder / "config.toml").write_text("broken = ")
    (folder / "config.toml").chmod(0o600)
    async with open_app() as pilot:
        await choose(pilot, "theme", "right")
        await wait_until(pilot, lambda: toast_texts(pilot.app))
        assert "config.toml" in toast_texts(pilot.app)[0]
        assert written(tmp_path) == "broken = "


async def test_a_saved_theme_file_is_reloaded(make_app: MakeApp, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "themes"
    folder.mkdir(parents=True)
    theme_file = folder / "own.toml"
    text = (bundled_themes_dir() / "kistui-dark.toml").read_text().replace("kistui-dark", "own")
    theme_file.write_text(text)
    app = make_app(theme="own")
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.theme_variables["gain"] == "#ff7070"
        theme_file.write_text(text.replace("#ff7070", "#ffaaaa"))
        app.theme_controller.reload_changed()
        await wait_until(pilot, lambda: app.theme_variables["gain"] == "#ffaaaa")
        assert app.theme == "own"
        theme_file.write_text(text.replace('gain = "#ff7070"', 'gain = "red"'))
        app.theme_controller.reload_changed()
        await wait_until(pilot, lambda: toast_texts(app))
        assert ["own.toml: variables.gain" in text for text in toast_texts(app)] == [True]
        assert app.theme_variables["gain"] == "#ffaaaa"


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_declared_once(name: str, tmp_path: Path) -> None:
    setting = SETTINGS[name]
    assert all(f"settings.{setting.key}" in load_translations(lang) for lang in LANGUAGES)
    path = tmp_path / "config.toml"
    for value in setting.choices:
        saved = save_setting(path, setting.key, value).settings
        assert setting.to_toml(getattr(saved, name)) == value
        assert load_config(path).settings == saved
    with pytest.raises(ConfigError, match=f"settings.{setting.key}"):
        parse_config(path, f"[settings]\n{setting.key} = []\n".encode())


def test_every_language_can_be_set() -> None:
    assert SETTINGS["language"].choices == (None, *LANGUAGES)


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_every_value_is_shown_whole_in_the_narrowest_window(
    open_app: OpenApp, lang: str
) -> None:
    async with open_app(lang=lang, size=(60, 20)) as pilot:
        await pilot.press("comma")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SettingsDialog))
        await pilot.pause()
        rows = [line for line in screen_text(pilot).splitlines() if "‹" in line]
        assert len(rows) == pilot.app.screen.query_one(OptionList).option_count
        assert all("›" in row for row in rows)
