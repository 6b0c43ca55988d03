"""The settings: offered in a dialog, in force at once, written to `config.toml`."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.app import App

from kistui.errors import KistuiError
from kistui.formatting.status import describe_error
from kistui.i18n.translations import Translations
from kistui.models.settings import Settings
from kistui.tui.controllers.themes import ThemeController

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService
    from kistui.tui.screens.settings_dialog import SettingRow, SettingValue

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
REFRESH_SECONDS_CHOICES = (10, 30, 60, 120, 300, 600)
RENEW_BEFORE_MINUTES_CHOICES = (5, 10, 30, 60, 120)


class SettingsController:
    """The present settings; `on_change` is called after each change of them."""

    def __init__(
        self,
        app: App[Any],
        t: Translations,
        profile_service: "ProfileService",
        settings: Settings,
        themes: ThemeController,
        *,
        on_change: Callable[[], None],
        on_language_change: Callable[[str | None], None],
    ) -> None:
        self._app = app
        self._t = t
        self._profile_service = profile_service
        self._themes = themes
        self._on_change = on_change
        self._on_language_change = on_language_change
        self.settings = settings

    def show_dialog(self) -> None:
        """Open the dialog of settings."""
        from kistui.tui.screens.settings_dialog import SettingsDialog

        self._app.push_screen(SettingsDialog(self._rows(), self._t, self._change))

    def _rows(self) -> "list[SettingRow]":
        settings = self.settings
        return [
            _setting_row("language", (None, "ko", "en"), settings.language),
            _setting_row("theme", self._themes.names, self._app.theme),
            _setting_row(
                "refresh_seconds", REFRESH_SECONDS_CHOICES, settings.refresh_interval // SECOND
            ),
            _setting_row(
                "renew_before_minutes",
                RENEW_BEFORE_MINUTES_CHOICES,
                settings.renew_before // MINUTE,
            ),
            _setting_row("hidden", (False, True), settings.amounts_hidden),
            _setting_row("flash", (False, True), settings.highlight_changes),
            _setting_row("keep_figures", (False, True), settings.cache_balances),
        ]

    def _change(self, row: "SettingRow") -> None:
        match row.key, row.value:
            case "language", str() | None as language:
                self.settings = replace(self.settings, language=language)
                self._on_language_change(language)
            case "theme", str() as theme:
                self.settings = replace(self.settings, theme=theme)
                self._themes.apply(theme)
            case "refresh_seconds", int() as seconds:
                self.settings = replace(self.settings, refresh_interval=seconds * SECOND)
            case "renew_before_minutes", int() as minutes:
                self.settings = replace(self.settings, renew_before=minutes * MINUTE)
            case "hidden", bool() as hidden:
                self.settings = replace(self.settings, amounts_hidden=hidden)
            case "flash", bool() as flash:
                self.settings = replace(self.settings, highlight_changes=flash)
            case "keep_figures", bool() as keep:
                self.settings = replace(self.settings, cache_balances=keep)
        self._on_change()
        self._app.run_worker(self.save(row.key, row.value), group="keep setting")

    async def save(self, key: str, value: "SettingValue") -> None:
        """Write one setting; a failure is shown and the setting holds until the end."""
        try:
            await asyncio.to_thread(self._profile_service.save_setting, key, value)
        except KistuiError as error:
            text = describe_error(error, self._t)
            self._app.notify(
                f"{text.title}. {text.message} {text.hint}", severity="error", markup=False
            )


def _setting_row(
    key: str, values: "tuple[SettingValue, ...]", value: "SettingValue"
) -> "SettingRow":
    """Return the row with its present value, which need not be one of the usual."""
    from kistui.tui.screens.settings_dialog import SettingRow

    if value not in values:
        values = (value, *values)
    return SettingRow(key, values, values.index(value))
