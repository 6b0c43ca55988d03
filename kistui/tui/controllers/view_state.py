"""Reads and writes what is stored of each profile: the view of its holdings, its last balance."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.app import App

from kistui.errors import KistuiError
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.models.account import Profile
from kistui.tui.messages import CachedBalanceLoaded, ViewStateLoaded
from kistui.tui.workers import start_worker

if TYPE_CHECKING:
    from textual.timer import Timer

    from kistui.services.profiles import ProfileService

SAVE_DELAY_SECONDS = 0.5
"""Seconds without a change after which an arrangement is written."""


class ViewStateController:
    """Reads and writes off the event loop; failures are ignored, as it is only a convenience."""

    def __init__(self, app: App[Any], profile_service: "ProfileService") -> None:
        self._app = app
        self._profile_service = profile_service
        self._unsaved: tuple[Profile, HoldingsViewState] | None = None
        self._save_timer: Timer | None = None

    def load(self, profile: Profile) -> None:
        """Read how a profile's holdings were arranged; posts `ViewStateLoaded`."""
        start_worker(self._app, self._load, profile, group="recall", is_exclusive=True)

    async def _load(self, profile: Profile) -> None:
        with suppress(KistuiError):
            table = await asyncio.to_thread(self._profile_service.cache.load_view_state, profile)
            view_state = HoldingsViewState.from_dict(table)
            self._app.post_message(ViewStateLoaded(profile, view_state))

    def load_cached_balance(self, profile: Profile) -> None:
        """Read a profile's balance of an earlier run; posts `CachedBalanceLoaded`."""
        start_worker(
            self._app, self._load_cached_balance, profile, group="figures", is_exclusive=True
        )

    async def _load_cached_balance(self, profile: Profile) -> None:
        with suppress(KistuiError):
            balance = await asyncio.to_thread(self._profile_service.cached_balance, profile)
            if balance is not None:
                self._app.post_message(CachedBalanceLoaded(profile, balance))

    def changed(self, profile: Profile, view_state: HoldingsViewState) -> None:
        """Write an arrangement after `SAVE_DELAY_SECONDS` without another."""
        if self._unsaved is not None and self._unsaved[0] != profile:
            self._save_in_background()
        self._unsaved = profile, view_state
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self._app.set_timer(SAVE_DELAY_SECONDS, self._save_in_background)

    def _save_in_background(self) -> None:
        unsaved, self._unsaved = self._unsaved, None
        start_worker(self._app, self._write, unsaved, group="arrange")

    async def save(self) -> None:
        """Write the last arrangement, if that has not been done."""
        unsaved, self._unsaved = self._unsaved, None
        await self._write(unsaved)

    async def _write(self, unsaved: tuple[Profile, HoldingsViewState] | None) -> None:
        if unsaved is not None:
            profile, view_state = unsaved
            with suppress(KistuiError):
                await asyncio.to_thread(
                    self._profile_service.cache.save_view_state, profile, view_state.to_dict()
                )
