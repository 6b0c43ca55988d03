"""The settings and the themes: chosen in dialogs, applied at once, and written to `config.toml`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace
from textual.app import App

from kistui.errors import KistuiError
from kistui.formatting.cells import Cell, Role, display_width, pad
from kistui.formatting.error_text import describe_error, faults_text
from kistui.i18n.translations import Translations
from kistui.models.settings import SETTINGS, Settings, TomlValue
from kistui.tui.theme import ThemeSource, to_textual_theme
from kistui.tui.workers import start_worker

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService
    from kistui.tui.screens.settings_dialog import SettingRow
    from kistui.tui.textual_patches import TextualApp


THEME_POLL_SECONDS = 2.0
"""Seconds between checks of the user's theme files."""


class LoadedThemes(Protocol):
    """The themes of a folder: valid themes, and the faults of the others."""

    @property
    def by_name(self) -> Mapping[str, Any]:
        """The valid themes."""

    @property
    def errors(self) -> Sequence[str]:
        """A line for each fault: file, key and reason."""


class ThemeReloader(Protocol):
    """The folders of themes; both methods read the disk."""

    def load(self) -> LoadedThemes:
        """Return all themes."""

    def is_stale(self) -> bool:
        """Return whether a file has changed since they were loaded."""


class ThemeController:
    """The themes of the app, in the order in which they are offered."""

    def __init__(
        self,
        app: "TextualApp",
        t: Translations,
        themes: Sequence[ThemeSource],
        repository: ThemeReloader | None,
    ) -> None:
        self._app = app
        self._t = t
        self._repository = repository
        self._themes = {source.name: source for source in themes}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the themes."""
        return tuple(self._themes)

    def register(self, name: str) -> None:
        """Register the themes and set one, before any style sheet is parsed."""
        for source in self._themes.values():
            self._app.register_theme(to_textual_theme(source))
        self._app.set_first_theme(name)

    def start_polling(self) -> None:
        """Watch the theme files."""
        if self._repository is not None:
            self._app.set_interval(THEME_POLL_SECONDS, self.reload_changed)

    def reload_changed(self) -> None:
        """Read the theme files again if one was saved."""
        start_worker(self._app, self._reload_changed, group="themes", is_exclusive=True)

    async def _reload_changed(self) -> None:
        repository = self._repository
        if repository is None or not await asyncio.to_thread(repository.is_stale):
            return
        loaded = await asyncio.to_thread(repository.load)
        self._app.call_next(self._use_loaded, loaded)

    def _use_loaded(self, loaded: LoadedThemes) -> None:
        if loaded.errors:
            t = self._t
            text = faults_text(t("theme.faults"), loaded.errors, t, more_key="theme.more_faults")
            self._app.notify(text, severity="warning", timeout=20, markup=False)
        changed = {
            name: source
            for name, source in loaded.by_name.items()
            if self._themes.get(name) != source
        }
        for name, source in changed.items():
            self._themes[name] = source
            self._app.register_theme(to_textual_theme(source))
        if self._app.theme in changed:
            self._reapply()

    def _reapply(self) -> None:
        """Switch to another theme and back: Textual applies a theme only when its name changes."""
        name = self._app.theme
        self._app.theme = next(theme for theme in self._themes if theme != name)
        self._app.theme = name

    def apply(self, name: str) -> None:
        """Set a theme."""
        self._app.theme = name

    def show_dialog(self, on_choice: Callable[[str], None]) -> None:
        """Let the user choose a theme; `on_choice` is called if it is another."""
        from kistui.tui.screens.dialogs import Choice, ThemeDialog

        t, previous = self._t, self._app.theme
        width = max(map(display_width, self._themes))
        choices = [
            Choice(
                name,
                (Cell(f" {pad(name, width)}"), Cell(self._brightness_label(source), Role.DIM)),
            )
            for name, source in self._themes.items()
        ]
        dialog = ThemeDialog(
            t("theme.title"), choices, self.apply, hint=t("theme.hint"), selected=previous
        )

        def apply_choice(name: str | None) -> None:
            self.apply(name or previous)
            if name is not None and name != previous:
                on_choice(name)

        self._app.push_screen(dialog, apply_choice)

    def _brightness_label(self, source: ThemeSource) -> str:
        return "  " + self._t("theme.dark" if source.dark else "theme.light")


class SettingsController:
    """The present settings; `on_change` gets the field that was changed.

    Everything follows from `kistui/models/settings.py`, except the names of the themes, and that
    the theme shown may be another than the one set.
    """

    def __init__(
        self,
        app: App[Any],
        t: Translations,
        profile_service: "ProfileService",
        settings: Settings,
        themes: ThemeController,
        *,
        on_change: Callable[[str], None],
    ) -> None:
        self._app = app
        self._t = t
        self._profile_service = profile_service
        self._themes = themes
        self._on_change = on_change
        self._unsaved: dict[str, TomlValue] = {}
        self._save_lock = asyncio.Lock()
        self.settings = settings

    def show_dialog(self) -> None:
        """Open the dialog of settings."""
        from kistui.tui.screens.settings_dialog import SettingsDialog

        rows = [self._row(name) for name in SETTINGS]
        self._app.push_screen(SettingsDialog(rows, self._t, self._change))

    def _row(self, name: str) -> "SettingRow":
        """Return the row of a setting; its present value need not be one of those offered."""
        from kistui.tui.screens.settings_dialog import SettingRow

        setting = SETTINGS[name]
        values, value = setting.choices, setting.to_toml(getattr(self.settings, name))
        if name == "theme":
            values, value = self._themes.names, self._app.theme
        if value not in values:
            values = (value, *values)
        return SettingRow(name, setting.key, values, values.index(value))

    def _change(self, row: "SettingRow") -> None:
        setting = SETTINGS[row.name]
        value = None if row.value is None else setting.parse(row.value)
        self.settings = replace(self.settings, **{row.name: value})
        self._on_change(row.name)
        self.save(setting.key, row.value)

    def save(self, key: str, value: TomlValue) -> None:
        """Write one setting in a worker."""
        self._unsaved[key] = value
        start_worker(self._app, self.save_unsaved, group="save setting")

    async def save_unsaved(self) -> None:
        """Write the settings that were changed last, if that has not been done."""
        async with self._save_lock:  # a setting may be changed again while it is written
            while self._unsaved:
                await self._save(*self._unsaved.popitem())

    async def _save(self, key: str, value: TomlValue) -> None:
        """Write one setting; a failure is shown and the setting holds until the end."""
        try:
            await asyncio.to_thread(self._profile_service.settings.save, key, value)
        except KistuiError as error:
            text = describe_error(error, self._t)
            self._app.notify(f"{text.summary} {text.hint}", severity="error", markup=False)
