"""An app that remembers of each profile how its holdings were arranged, and its last figures."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import on, work

from kistui.errors import KistuiError
from kistui.models.account import Profile
from kistui.ui.living import LivingApp
from kistui.ui.messages import ArrangementChosen
from kistui.formatting.holdings_view_state import HoldingsViewState

if TYPE_CHECKING:
    from textual.timer import Timer

    from kistui.ui.screens.balance import BalanceScreen

REST = 0.5
"""Seconds without a key after which an arrangement is kept."""


class RememberingApp(LivingApp):
    """Asks the book for both, and hands it the last arrangement chosen."""

    _balance: "BalanceScreen"
    _unkept: tuple[Profile, HoldingsViewState] | None = None
    _resting: "Timer | None" = None

    @work(exclusive=True, group="recall")
    async def recall_arrangement(self, profile: Profile) -> None:
        """Show a profile's holdings as they were last arranged."""
        with suppress(KistuiError):  # a convenience, not worth a word
            table = await asyncio.to_thread(self._book.arrangement, profile)
            self._balance.recall(profile, HoldingsViewState.from_dict(table))

    @work(exclusive=True, group="figures")
    async def recall_figures(self, profile: Profile) -> None:
        """Show a profile's figures of an earlier run until others come."""
        with suppress(KistuiError):  # a convenience as well
            last = await asyncio.to_thread(self._book.last_balance, profile)
            if last is not None:
                self._balance.offer(profile, last)

    @on(ArrangementChosen)
    def _arrangement_chosen(self, message: ArrangementChosen) -> None:
        """Kept when the user rests: a key after the other need not be waited for, nor written."""
        if self._profile is not None:
            if self._unkept is not None and self._unkept[0] != self._profile:
                self._rested()  # another profile's
            self._unkept = self._profile, message.arrangement
            if self._resting is not None:
                self._resting.stop()
            self._resting = self.set_timer(REST, self._rested)

    def _rested(self) -> None:
        unkept, self._unkept = self._unkept, None
        self.run_worker(self._write_arrangement(unkept), group="arrange")

    async def keep_arrangement(self) -> None:
        """Write the last arrangement, if that has not been done."""
        unkept, self._unkept = self._unkept, None
        await self._write_arrangement(unkept)

    async def _write_arrangement(self, unkept: tuple[Profile, HoldingsViewState] | None) -> None:
        if unkept is not None:
            profile, arrangement = unkept
            with suppress(KistuiError):
                await asyncio.to_thread(self._book.keep_arrangement, profile, arrangement.to_dict())
