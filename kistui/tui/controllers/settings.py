"""The settings: shown in a dialog, applied at once, and written to `config.toml`."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.app import App

from kistui.errors import KistuiError
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations
from kistui.models.settings import SETTINGS, Settings, TomlValue
from kistui.tui.controllers.themes import ThemeController
from kistui.tui.workers import start_worker

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService
    from kistui.tui.screens.settings_dialog import SettingRow


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
        start_worker(self._app, self.save, setting.key, row.value, group="save setting")

    async def save(self, key: str, value: TomlValue) -> None:
        """Write one setting; a failure is shown and the setting holds until the end."""
        try:
            await asyncio.to_thread(self._profile_service.settings.save, key, value)
        except KistuiError as error:
            text = describe_error(error, self._t)
            self._app.notify(
                f"{text.title}. {text.message} {text.hint}", severity="error", markup=False
            )
