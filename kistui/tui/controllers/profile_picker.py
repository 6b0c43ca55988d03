"""The list of accounts to choose from, with how current their figures are."""

import asyncio
from typing import TYPE_CHECKING, Any

from textual.app import App

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.formatting.status import freshness_cell
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.tui.sessions import BalanceStates

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService


class ProfilePicker:
    """Reads the profiles, and asks which to show."""

    def __init__(
        self,
        app: App[Any],
        t: Translations,
        clock: Clock,
        profile_service: "ProfileService",
        balance_states: BalanceStates,
    ) -> None:
        self._app = app
        self._t = t
        self._clock = clock
        self._profile_service = profile_service
        self._balance_states = balance_states
        self._profiles: tuple[Profile, ...] = ()
        self._default_name: str | None = None

    async def load(self) -> bool:
        """Read the profiles; return whether there are any that can be read."""
        try:
            self._profiles = await asyncio.to_thread(self._profile_service.list_profiles)
            self._default_name = await asyncio.to_thread(self._profile_service.default_name)
        except KistuiError:
            self._profiles, self._default_name = (), None
        return bool(self._profiles)

    async def choose(self, current: Profile | None) -> Profile | None:
        """Return the chosen profile; `None` if the dialog is left."""
        from kistui.formatting.profiles import profile_choice_lines
        from kistui.tui.screens.dialogs import Choice, SelectDialog, list_width

        t, now, profiles = self._t, self._clock(), self._profiles
        states = {
            profile: freshness_cell(self._balance_states.get(profile), now, t)
            for profile in profiles
        }
        width = list_width(self._app.size.width)
        lines = profile_choice_lines(states, t, width, default_name=self._default_name)
        choices = [
            Choice(profile.name, line) for profile, line in zip(profiles, lines, strict=True)
        ]
        selected = await self._app.push_screen_wait(
            SelectDialog(
                t("profiles.pick"),
                choices,
                hint=t("select_dialog.hint"),
                selected=current.name if current else None,
            )
        )
        return next((profile for profile in profiles if profile.name == selected), None)
