"""An app whose colours, language and other settings change while it runs."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace
from textual import work
from textual.app import App
from textual.reactive import var

from kistui.errors import KistuiError
from kistui.formatting.cells import Cell, Role
from kistui.formatting.status import describe_error
from kistui.models.settings import Settings
from kistui.tui.controllers.keymap import KeymapController
from kistui.tui.stylesheet import KeptStylesheet
from kistui.tui.theme import ThemeSource, to_textual_theme

if TYPE_CHECKING:
    from kistui.tui.screens.settings_dialog import SettingRow, SettingValue

THEME_POLL_SECONDS = 2.0
"""Seconds between looks at the user's theme files."""
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
REFRESH_SECONDS_CHOICES, RENEW_BEFORE_MINUTES_CHOICES = (
    (10, 30, 60, 120, 300, 600),
    (5, 10, 30, 60, 120),
)


class LoadedThemes(Protocol):
    """Themes as read: the whole ones, and what is wrong with the others."""

    @property
    def by_name(self) -> Mapping[str, Any]:
        """The whole ones."""

    @property
    def errors(self) -> Sequence[str]:
        """File, key and what is wrong."""


class ThemeReloader(Protocol):
    """Where themes are kept; both touch the disk."""

    def load(self) -> LoadedThemes:
        """All of them."""

    def is_stale(self) -> bool:
        """Whether a file has been saved since."""


class SettingsController(KeymapController):
    """Themes, language, settings: in force at once, and written down."""

    _settings: Settings
    language: var[str]
    theme_repository: ThemeReloader | None = None
    default_language: str | None = None
    """The language where none is set; `None` for the one at the start."""

    def register_themes(self, themes: Sequence[ThemeSource], name: str) -> None:
        """Know the themes, and be in one before any style sheet is read."""
        self._themes = {source.name: source for source in themes}
        for source in themes:
            self.register_theme(to_textual_theme(source))
        self.set_reactive(App.theme, name)
        self.stylesheet = KeptStylesheet(self.get_css_variables())

    def start_theme_polling(self) -> None:
        """Look at the files of the themes from time to time."""
        self.default_language = self.default_language or self._t.language
        self.mutate_reactive(App.theme)  # what depends on a theme beside style sheets
        if self.theme_repository is not None:
            self.set_interval(THEME_POLL_SECONDS, self._reload_changed_themes)

    @work(exclusive=True, group="themes")
    async def _reload_changed_themes(self) -> None:
        shelf = self.theme_repository
        if shelf is None or not await asyncio.to_thread(shelf.is_stale):
            return
        loaded = await asyncio.to_thread(shelf.load)
        if loaded.errors:
            text = self._t("theme.faults", faults="\n".join(loaded.errors))
            self.notify(text, severity="warning", timeout=20, markup=False)
        changed = {
            name: source
            for name, source in loaded.by_name.items()
            if self._themes.get(name) != source
        }
        for name, source in changed.items():
            self._themes[name] = source
            self.register_theme(to_textual_theme(source))
        if self.theme in changed:
            self._reapply_theme()

    def _reapply_theme(self) -> None:
        """The theme in use has other colours: Textual looks at it again under another's name."""
        name = self.theme
        self.theme = next(each for each in self._themes if each != name)
        self.theme = name

    @work(exclusive=True, group="theme")
    async def action_theme(self) -> None:
        """Choose a theme; the one under the cursor is shown at once."""
        from kistui.tui.screens.select_dialog import Choice
        from kistui.tui.screens.theme_dialog import ThemeDialog

        t, before = self._t, self.theme
        choices = [
            Choice(name, (Cell(f" {name}"), Cell(self._brightness_label(source), Role.DIM)))
            for name, source in self._themes.items()
        ]
        screen = ThemeDialog(
            t("theme.title"),
            choices,
            self._apply_theme,
            hint=t("theme.hint"),
            selected=before,
        )
        picked = await self.push_screen_wait(screen)
        self._apply_theme(picked or before)
        if picked and picked != before:
            await self._save_setting("theme", picked)

    def _apply_theme(self, name: str) -> None:
        self.theme = name

    def _brightness_label(self, source: ThemeSource) -> str:
        return "  " + self._t("theme.dark" if source.dark else "theme.light")

    def action_settings(self) -> None:
        """Show what can be set."""
        from kistui.tui.screens.settings_dialog import SettingsDialog

        self.push_screen(SettingsDialog(self._setting_rows(), self._t, self._apply_setting))

    def _setting_rows(self) -> "list[SettingRow]":
        now = self._settings
        return [
            _setting_row("language", (None, "ko", "en"), now.language),
            _setting_row("theme", tuple(self._themes), self.theme),
            _setting_row(
                "refresh_seconds", REFRESH_SECONDS_CHOICES, now.refresh_interval // SECOND
            ),
            _setting_row(
                "renew_before_minutes", RENEW_BEFORE_MINUTES_CHOICES, now.renew_before // MINUTE
            ),
            _setting_row("hidden", (False, True), now.amounts_hidden),
            _setting_row("flash", (False, True), now.highlight_changes),
            _setting_row("keep_figures", (False, True), now.cache_balances),
        ]

    def _apply_setting(self, setting: "SettingRow") -> None:
        key, value = setting.key, setting.value
        match key, value:
            case "language", str() | None:
                self._settings = replace(self._settings, language=value)
                self._switch_language(value or self.default_language or self._t.language)
            case "theme", str():
                self._settings = replace(self._settings, theme=value)
                self._apply_theme(value)
            case "refresh_seconds", int():
                self._settings = replace(self._settings, refresh_interval=value * SECOND)
            case "renew_before_minutes", int():
                self._settings = replace(self._settings, renew_before=value * MINUTE)
            case "hidden", bool():
                self._settings = replace(self._settings, amounts_hidden=value)
            case "flash", bool():
                self._settings = replace(self._settings, highlight_changes=value)
            case "keep_figures", bool():
                self._settings = replace(self._settings, cache_balances=value)
        self.apply_settings()
        self._save_setting_in_background(key, value)

    def apply_settings(self) -> None:
        """Hand `_settings` on to those who hold some of them."""

    @work(group="keep setting")
    async def _save_setting_in_background(self, key: str, value: "SettingValue") -> None:
        await self._save_setting(key, value)

    async def _save_setting(self, key: str, value: "SettingValue") -> None:
        try:
            await asyncio.to_thread(self._profile_service.save_setting, key, value)
        except KistuiError as error:
            told = describe_error(error, self._t)
            self.notify(f"{told.title}. {told.message} {told.hint}", severity="error", markup=False)

    def _switch_language(self, language: str) -> None:
        """Everything on the screens in another language, figures and cursor as they are."""
        other = next((each for each in self.other_translations if each.language == language), None)
        if other is None or self._t.language == language:
            return
        before = self._t.copy()
        self._t.switch_to(other)
        self.other_translations = (before,)
        self.language = language


def _setting_row(key: str, values: "tuple[SettingValue, ...]", now: "SettingValue") -> "SettingRow":
    """With the value that holds among them, though it be none of the usual."""
    from kistui.tui.screens.settings_dialog import SettingRow

    if now not in values:
        values = (now, *values)
    return SettingRow(key, values, values.index(now))
