"""An app whose colours, language and other settings change while it runs."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from textual import work
from textual.app import App

from kistui.errors import KistuiError
from kistui.models.record import replace
from kistui.models.settings import Settings
from kistui.ui.keyed import KeyedApp
from kistui.ui.stylesheet import KeptStylesheet
from kistui.ui.theme import ThemeSource, textual_theme
from kistui.formatting.cells import Cell, Role
from kistui.formatting.status import describe_error

if TYPE_CHECKING:
    from kistui.ui.screens.settings import Setting, Value

LOOK_AT_FILES = 2.0
"""Seconds between looks at the user's theme files."""
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
INTERVALS, LEADS = (10, 30, 60, 120, 300, 600), (5, 10, 30, 60, 120)


class Loaded(Protocol):
    """Themes as read: the whole ones, and what is wrong with the others."""

    @property
    def by_name(self) -> Mapping[str, Any]:
        """The whole ones."""

    @property
    def faults(self) -> Sequence[str]:
        """File, key and what is wrong."""


class ThemeShelf(Protocol):
    """Where themes are kept; both touch the disk."""

    def load(self) -> Loaded:
        """All of them."""

    def has_changed(self) -> bool:
        """Whether a file has been saved since."""


class PreferringApp(KeyedApp):
    """Themes, language, settings: in force at once, and written down."""

    _settings: Settings
    shelf: ThemeShelf | None = None
    locale_language: str | None = None
    """The language where none is set; `None` for the one at the start."""

    def start_theme(self, themes: Sequence[ThemeSource], name: str) -> None:
        """Know the themes, and be in one before any style sheet is read."""
        self._themes = {source.name: source for source in themes}
        for source in themes:
            self.register_theme(textual_theme(source))
        self.set_reactive(App.theme, name)
        self.stylesheet = KeptStylesheet(self.get_css_variables())

    def start_preferring(self) -> None:
        """Look at the files of the themes from time to time."""
        self.locale_language = self.locale_language or self._words.language
        self.mutate_reactive(App.theme)  # what depends on a theme beside style sheets
        if self.shelf is not None:
            self.set_interval(LOOK_AT_FILES, self._look_at_files)

    @work(exclusive=True, group="themes")
    async def _look_at_files(self) -> None:
        shelf = self.shelf
        if shelf is None or not await asyncio.to_thread(shelf.has_changed):
            return
        loaded = await asyncio.to_thread(shelf.load)
        if loaded.faults:
            text = self._words("theme.faults", faults="\n".join(loaded.faults))
            self.notify(text, severity="warning", timeout=20, markup=False)
        changed = {
            name: source
            for name, source in loaded.by_name.items()
            if self._themes.get(name) != source
        }
        for name, source in changed.items():
            self._themes[name] = source
            self.register_theme(textual_theme(source))
        if self.theme in changed:
            self._repaint_theme()

    def _repaint_theme(self) -> None:
        """The theme in use has other colours: Textual looks at it again under another's name."""
        name = self.theme
        self.theme = next(each for each in self._themes if each != name)
        self.theme = name

    @work(exclusive=True, group="theme")
    async def action_theme(self) -> None:
        """Choose a theme; the one under the cursor is shown at once."""
        from kistui.ui.screens.choice import Choice
        from kistui.ui.screens.themes import ThemeScreen

        words, before = self._words, self.theme
        choices = [
            Choice(name, (Cell(f" {name}"), Cell(self._about(source), Role.DIM)))
            for name, source in self._themes.items()
        ]
        screen = ThemeScreen(
            words("theme.title"), choices, self._show_theme, hint=words("theme.hint"), chosen=before
        )
        picked = await self.push_screen_wait(screen)
        self._show_theme(picked or before)
        if picked and picked != before:
            await self._keep("theme", picked)

    def _show_theme(self, name: str) -> None:
        self.theme = name

    def _about(self, source: ThemeSource) -> str:
        return "  " + self._words("theme.dark" if source.dark else "theme.light")

    def action_settings(self) -> None:
        """Show what can be set."""
        from kistui.ui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen(self._rows(), self._words, self._choose))

    def _rows(self) -> "list[Setting]":
        now = self._settings
        return [
            _row("language", (None, "ko", "en"), now.language),
            _row("theme", tuple(self._themes), self.theme),
            _row("refresh_seconds", INTERVALS, now.refresh_interval // SECOND),
            _row("renew_before_minutes", LEADS, now.renew_before // MINUTE),
            _row("hidden", (False, True), now.amounts_hidden),
            _row("flash", (False, True), now.highlight_changes),
            _row("keep_figures", (False, True), now.cache_balances),
        ]

    def _choose(self, setting: "Setting") -> None:
        key, value = setting.key, setting.value
        match key, value:
            case "language", str() | None:
                self._settings = replace(self._settings, language=value)
                self._speak(value or self.locale_language or self._words.language)
            case "theme", str():
                self._settings = replace(self._settings, theme=value)
                self._show_theme(value)
            case "refresh_seconds", int():
                self._settings = replace(self._settings, refresh_every=value * SECOND)
            case "renew_before_minutes", int():
                self._settings = replace(self._settings, renew_before=value * MINUTE)
            case "hidden", bool():
                self._settings = replace(self._settings, hidden=value)
            case "flash", bool():
                self._settings = replace(self._settings, flash=value)
            case "keep_figures", bool():
                self._settings = replace(self._settings, keep_figures=value)
        self.settings_changed()
        self._write(key, value)

    def settings_changed(self) -> None:
        """Hand `_settings` on to those who hold some of them."""

    @work(group="keep setting")
    async def _write(self, key: str, value: "Value") -> None:
        await self._keep(key, value)

    async def _keep(self, key: str, value: "Value") -> None:
        try:
            await asyncio.to_thread(self._book.keep_setting, key, value)
        except KistuiError as error:
            told = describe_error(error, self._words)
            self.notify(f"{told.title}. {told.message} {told.hint}", severity="error", markup=False)

    def _speak(self, language: str) -> None:
        """Everything on the screens in another language, figures and cursor as they are."""
        other = next((each for each in self.other_words if each.language == language), None)
        if other is None or self._words.language == language:
            return
        before = self._words.copy()
        self._words.switch_to(other)
        self.other_words = (before,)
        for screen in self.screen_stack:
            for node in (screen, *screen.walk_children()):
                reword = getattr(node, "reword", None)
                if callable(reword):
                    reword()


def _row(key: str, values: "tuple[Value, ...]", now: "Value") -> "Setting":
    """With the value that holds among them, though it be none of the usual."""
    from kistui.ui.screens.settings import Setting

    if now not in values:
        values = (now, *values)
    return Setting(key, values, values.index(now))
