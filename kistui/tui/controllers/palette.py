"""The command palette: what it offers, and what was chosen."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from textual.app import App

from kistui.errors import KistuiError
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.load_state import Loaded
from kistui.tui.controllers.keymap import KeymapController

if TYPE_CHECKING:
    from kistui.models.account import Profile
    from kistui.services.profiles import ProfileService


class HoldingChoice(Struct, frozen=True):
    """The holding to go to."""

    row_key: str


class PaletteController:
    """Offers the actions of the open page, the holdings of the shown account, and all accounts."""

    def __init__(
        self,
        app: App[Any],
        t: Translations,
        keymap_controller: KeymapController,
        profile_service: "ProfileService",
    ) -> None:
        self._app = app
        self._t = t
        self._keymap_controller = keymap_controller
        self._profile_service = profile_service

    async def choose(
        self, loaded: Loaded[Balance] | None
    ) -> "str | HoldingChoice | Profile | None":
        """Return the id of an action, a holding of the balance, or a profile."""
        from kistui.formatting import palette
        from kistui.tui.screens.search_dialogs import CommandPaletteDialog

        t, key_helps = self._t, self._keymap_controller.palette_help()
        profiles: dict[str, Profile] = {}
        with suppress(KistuiError):  # the page of the accounts shows an unreadable config
            for profile in await asyncio.to_thread(self._profile_service.list_profiles):
                profiles[palette.PROFILE_ID_PREFIX + profile.name] = profile
        entries = [
            *palette.action_entries(key_helps),
            *(palette.holding_entries(loaded.value, t) if loaded else ()),
            *palette.profile_entries(profiles.values(), t),
        ]
        entry_id = await self._app.push_screen_wait(CommandPaletteDialog(entries, t))
        if entry_id is None:
            return None
        if entry_id.startswith(palette.HOLDING_ID_PREFIX):
            return HoldingChoice(entry_id.removeprefix(palette.HOLDING_ID_PREFIX))
        return profiles.get(entry_id, entry_id)
