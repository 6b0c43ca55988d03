"""The profile that is shown: chosen from a list, its token, and what is stored of it."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.app import App

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.formatting.balance_status import freshness_cell
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.token import expiry_warning
from kistui.i18n.translations import Translations
from kistui.models.account import Profile, is_same_account
from kistui.models.token import TokenRecord
from kistui.tui.messages import CachedBalanceLoaded, TokensLoaded, ViewStateLoaded
from kistui.tui.sessions import BalanceStates
from kistui.tui.workers import start_worker

if TYPE_CHECKING:
    from textual.timer import Timer

    from kistui.services.profiles import ProfileService


TOKEN_POLL_INTERVAL = timedelta(minutes=1)


class TokenMonitor:
    """Reads the token of a profile from the disk, where other processes change it too."""

    def __init__(
        self, app: App[Any], profile_service: "ProfileService", t: Translations, clock: Clock
    ) -> None:
        self._app = app
        self._profile_service = profile_service
        self._t = t
        self._clock = clock
        self._checked_at = clock()
        self._warnings_shown: set[tuple[str, timedelta]] = set()

    def refresh_if_due(self, profile: Profile | None, now: datetime) -> None:
        """Read the token, if the last time was a minute ago."""
        if abs(now - self._checked_at) >= TOKEN_POLL_INTERVAL:
            self.refresh(profile)

    def refresh(self, profile: Profile | None) -> None:
        """Read the token and post it to the app as `TokensLoaded`."""
        self._checked_at = self._clock()
        if profile is not None:
            start_worker(self._app, self._read, profile, group="token", is_exclusive=True)

    async def _read(self, profile: Profile) -> None:
        try:
            status = await asyncio.to_thread(self._profile_service.token_status, profile)
        except KistuiError:  # shown where the token is used, and on its own page
            return
        self._app.post_message(TokensLoaded({profile.name: status}))

    def warn_before_expiry(self, record: TokenRecord | None) -> None:
        """Warn once per time limit that the token expires soon."""
        warning = expiry_warning(record, self._clock(), self._t) if record else None
        if warning is None or record is None or record.token is None:
            return
        limit, text = warning
        if (record.token.short_id, limit) not in self._warnings_shown:
            self._warnings_shown.add((record.token.short_id, limit))
            self._app.notify(text, severity="warning", markup=False)


SAVE_DELAY_SECONDS = 0.5
"""Seconds without a change after which a view state is written."""


class ProfileCacheController:
    """Reads and writes off the event loop; failures are ignored, as it is only a convenience."""

    def __init__(self, app: App[Any], profile_service: "ProfileService") -> None:
        self._app = app
        self._profile_service = profile_service
        self._unsaved: tuple[Profile, HoldingsViewState] | None = None
        self._save_timer: Timer | None = None

    def load_view_state(self, profile: Profile) -> None:
        """Read the view state of a profile's holdings; posts `ViewStateLoaded`."""
        start_worker(
            self._app, self._load_view_state, profile, group="view state", is_exclusive=True
        )

    async def _load_view_state(self, profile: Profile) -> None:
        with suppress(KistuiError):
            table = await asyncio.to_thread(self._profile_service.cache.load_view_state, profile)
            view_state = HoldingsViewState.from_dict(table)
            self._app.post_message(ViewStateLoaded(profile, view_state))

    def load_cached_balance(self, profile: Profile) -> None:
        """Read a profile's balance of an earlier run; posts `CachedBalanceLoaded`."""
        start_worker(
            self._app, self._load_cached_balance, profile, group="cached balance", is_exclusive=True
        )

    async def _load_cached_balance(self, profile: Profile) -> None:
        with suppress(KistuiError):
            balance = await asyncio.to_thread(self._profile_service.cached_balance, profile)
            if balance is not None:
                self._app.post_message(CachedBalanceLoaded(profile, balance))

    def save_view_state_later(self, profile: Profile, view_state: HoldingsViewState) -> None:
        """Write a view state after `SAVE_DELAY_SECONDS` without another."""
        if self._unsaved is not None and self._unsaved[0] != profile:
            self._save_in_background()
        self._unsaved = profile, view_state
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self._app.set_timer(SAVE_DELAY_SECONDS, self._save_in_background)

    def _save_in_background(self) -> None:
        unsaved, self._unsaved = self._unsaved, None
        start_worker(self._app, self._write, unsaved, group="save view state")

    async def save_unsaved(self) -> None:
        """Write the last view state, if that has not been done."""
        unsaved, self._unsaved = self._unsaved, None
        await self._write(unsaved)

    async def _write(self, unsaved: tuple[Profile, HoldingsViewState] | None) -> None:
        if unsaved is not None:
            profile, view_state = unsaved
            with suppress(KistuiError):
                await asyncio.to_thread(
                    self._profile_service.cache.save_view_state, profile, view_state.to_dict()
                )


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
        # By number: a saved profile may have the name of the environment's or the demo's.
        choices = [Choice(str(index), line) for index, line in enumerate(lines)]
        shown = (
            str(index)
            for index, profile in enumerate(profiles)
            if is_same_account(profile, current)
        )
        selected = await self._app.push_screen_wait(
            SelectDialog(
                t("profiles.pick"),
                choices,
                hint=t("select_dialog.hint"),
                selected=next(shown, None),
            )
        )
        return None if selected is None else profiles[int(selected)]
