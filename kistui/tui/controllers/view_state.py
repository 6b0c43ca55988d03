"""An app that remembers of each profile how its holdings were arranged, and its last figures."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import on, work

from kistui.errors import KistuiError
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.models.account import Profile
from kistui.tui.controllers.lifecycle import LifecycleController
from kistui.tui.messages import HoldingsViewChanged

if TYPE_CHECKING:
    from textual.timer import Timer

    from kistui.tui.screens.balance import BalanceScreen

SAVE_DELAY_SECONDS = 0.5
"""Seconds without a key after which an arrangement is kept."""


class ViewStateController(LifecycleController):
    """Asks the book for both, and hands it the last arrangement chosen."""

    _balance_screen: "BalanceScreen"
    _unsaved_view_state: tuple[Profile, HoldingsViewState] | None = None
    _save_timer: "Timer | None" = None

    @work(exclusive=True, group="recall")
    async def restore_view_state(self, profile: Profile) -> None:
        """Show a profile's holdings as they were last arranged."""
        with suppress(KistuiError):  # a convenience, not worth a word
            table = await asyncio.to_thread(self._profile_service.load_view_state, profile)
            self._balance_screen.restore_view_state(profile, HoldingsViewState.from_dict(table))

    @work(exclusive=True, group="figures")
    async def load_cached_balance(self, profile: Profile) -> None:
        """Show a profile's figures of an earlier run until others come."""
        with suppress(KistuiError):  # a convenience as well
            last = await asyncio.to_thread(self._profile_service.cached_balance, profile)
            if last is not None:
                self._balance_screen.show_cached(profile, last)

    @on(HoldingsViewChanged)
    def _holdings_view_changed(self, message: HoldingsViewChanged) -> None:
        """Kept when the user rests: a key after the other need not be waited for, nor written."""
        if self._profile is not None:
            if (
                self._unsaved_view_state is not None
                and self._unsaved_view_state[0] != self._profile
            ):
                self._save_in_background()  # another profile's
            self._unsaved_view_state = self._profile, message.view_state
            if self._save_timer is not None:
                self._save_timer.stop()
            self._save_timer = self.set_timer(SAVE_DELAY_SECONDS, self._save_in_background)

    def _save_in_background(self) -> None:
        unkept, self._unsaved_view_state = self._unsaved_view_state, None
        self.run_worker(self._write_view_state(unkept), group="arrange")

    async def save_view_state(self) -> None:
        """Write the last arrangement, if that has not been done."""
        unkept, self._unsaved_view_state = self._unsaved_view_state, None
        await self._write_view_state(unkept)

    async def _write_view_state(self, unsaved: tuple[Profile, HoldingsViewState] | None) -> None:
        if unsaved is not None:
            profile, arrangement = unsaved
            with suppress(KistuiError):
                await asyncio.to_thread(
                    self._profile_service.save_view_state, profile, arrangement.to_dict()
                )
