"""The balance: read when opened, when asked, and from time to time if so wished."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil

from textual import on

from kistui.clock import Clock
from kistui.errors import KistuiError, LoadCancelledError, TokenCooldownError
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.overseas import OverseasBalance
from kistui.models.holdings import without_pending, with_overseas
from kistui.models.progress import PageLoaded, ProgressEvent, TokenRequestDelayed
from kistui.models.record import replace
from kistui.models.load_state import Failed, Loading, Loaded, LoadState, NotLoaded, last_loaded
from kistui.ui.auto import AutoRefresh
from kistui.ui.book import Book
from kistui.ui.messages import (
    AbroadRead,
    BalanceFailed,
    BalanceLoaded,
    BalanceProgressed,
    HolidaysLearnt,
)
from kistui.ui.remotes import Remotes
from kistui.ui.screens.figures import FiguresScreen
from kistui.ui.sessions import Sessions
from kistui.ui.widgets.lines import FittedLine
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.values import format_time, format_short_time
from kistui.i18n.translations import Translations

KINDS = ("real", "paper", "demo")
"""What an account may be, and so the colour of its frames."""


class BalanceScreen(FiguresScreen):
    """Reads the balance when opened and when asked; keeps the last figures through failures."""

    def __init__(
        self,
        book: Book,
        words: Translations,
        clock: Clock,
        sessions: Sessions,
        remotes: Remotes,
        *,
        refresh_every: timedelta,
        flashes: bool,
        first: Profile | None = None,
        last: Loaded[Balance] | None = None,
    ) -> None:
        super().__init__(book, words, clock, flashes=flashes)
        self._first = first
        self._old = last
        """Figures that were old when their profile was opened: kept from an earlier run."""
        if first is not None:  # now, when it costs no look at all the styles
            self.add_class(f"-{first.environment_label}")
        self._auto = AutoRefresh(refresh_every)
        self._sessions = sessions
        self._request = 0
        self._before: LoadState[Balance] = NotLoaded()
        """What stood here when the call under way began."""
        self._remotes = remotes

    def on_mount(self) -> None:
        """Open the first profile: the first frame says already what is read."""
        if self._first is not None:
            self.open_profile(self._first, self._old)

    def prefer(self, refresh_every: timedelta, *, flashes: bool) -> None:
        """Take settings that the user has just changed."""
        self._auto.interval = refresh_every
        self._holdings.flashes = flashes

    def open_profile(self, profile: Profile, last: Loaded[Balance] | None = None) -> None:
        """Show a profile: its own last figures, or none, while its balance is read.

        Those of an earlier run are `last`.

        What is under way for another profile is given up; its answer would change nothing.
        """
        self.workers.cancel_group(self, "balance")
        self._request += 1
        if self._profile is not None:
            self._remotes.set(self._profile, self._left(self._remotes.of(self._profile)))
        for kind in KINDS:
            self.set_class(kind == profile.environment_label, f"-{kind}")
        self._holdings.forget()
        self._profile = profile
        before = _at_rest(self._remotes.of(profile))
        self._old = last_loaded(before) if isinstance(before, Failed) else last
        self.remote = before
        self.action_refresh_balance()

    def offer(self, profile: Profile, last: Loaded[Balance]) -> None:
        """Show figures of an earlier run, if there are none yet and others are awaited."""
        if profile == self._profile and self.remote == Loading():
            self._old = last
            self.remote = Loading(last)

    def _left(self, remote: LoadState[Balance]) -> LoadState[Balance]:
        """What remains of a profile that is no longer shown: old figures look no fresher."""
        if isinstance(remote, Loading) and self._is_old(remote):
            return self._before
        return _at_rest(remote)

    def _is_old(self, remote: LoadState[Balance]) -> bool:
        """As of an earlier run too, until others come."""
        good = last_loaded(remote)
        return super()._is_old(remote) or (good is not None and good is self._old)

    def forget(self, profile: Profile, *, is_gone: bool) -> None:
        """Drop a profile's figures; show nobody's if it was the one shown and is gone."""
        self._remotes.forget(profile)
        if profile == self._profile:
            self.workers.cancel_group(self, "balance")
            self._request += 1
            self._old = None
            self._profile = None if is_gone else profile
            self.remote = NotLoaded()

    def take(self, profile: Profile, remote: LoadState[Balance]) -> None:
        """Show what was read elsewhere, unless it is being read here."""
        if profile == self._profile and not self._is_reading:
            self.remote = remote

    @property
    def _is_reading(self) -> bool:
        return any(worker.group == "balance" and worker.is_running for worker in self.workers)

    def action_toggle_auto(self) -> None:
        """Read again by itself from time to time, or no more."""
        good, now = last_loaded(self.remote), self._clock()
        self._auto.switch(good.loaded_at if good else None, now)
        self._due = self._auto.due
        if self._due:
            seconds = self._auto.interval // timedelta(seconds=1)
            self._say("auto_refresh.on", seconds=str(seconds), time=format_short_time(self._due, now))
        else:
            self._say("auto_refresh.off")
        self.query_one("#bar", FittedLine).fit()

    def recall(self, profile: Profile, arrangement: HoldingsViewState) -> None:
        """Arrange a profile's holdings as they last were, if they are still the ones shown."""
        if profile == self._profile:
            self._holdings.arrangement = arrangement

    def action_refresh_balance(self) -> None:
        """Read the balance, unless that is under way."""
        profile = self._profile
        if profile is None or isinstance(self.remote, Loading) or self._reads_abroad:
            return
        self._request += 1
        self.progress = None
        self._before = self.remote
        self.remote = Loading(last_loaded(self.remote) or self._old)
        self.run_worker(self._read(self._request, profile), group="balance", exclusive=True)

    def action_stop(self) -> None:
        """Give up the reading under way; what stood here before stands here again."""
        if isinstance(self.remote, Loaded) and self._reads_abroad:
            self.workers.cancel_group(self, "balance")
            self._request += 1
            self.remote = Loaded(without_pending(self.remote.value), self.remote.loaded_at)
        if not isinstance(self.remote, Loading):
            return
        self.workers.cancel_group(self, "balance")
        self._request += 1
        if last_loaded(self._before) is None:
            self._before = Failed(self._why_stopped(), self._clock(), last_loaded(self.remote))
        self.remote = self._before

    @property
    def _reads_abroad(self) -> bool:
        remote = self.remote
        return isinstance(remote, Loaded) and isinstance(remote.value.overseas, Loading)

    def _why_stopped(self) -> KistuiError:
        if not isinstance(self.progress, TokenRequestDelayed):
            return LoadCancelledError()
        until = self.progress.retry_at
        seconds = ceil((until - self._clock()).total_seconds())
        return TokenCooldownError(seconds=seconds, at=format_time(until))

    async def _read(self, request: int, profile: Profile) -> None:
        def tell(progress: ProgressEvent) -> None:
            self.post_message(BalanceProgressed(request, progress))

        try:
            session = await self._sessions.of(profile)
            balance = await session.fetch_balance(tell)
        except KistuiError as error:
            self.post_message(BalanceFailed(request, error, self._clock()))
        else:
            awaited = session.supports_overseas
            self.post_message(BalanceLoaded(request, balance, self._clock(), awaited))
            if awaited:
                self.post_message(AbroadRead(request, await session.fetch_overseas_state(self._clock)))
            if self._auto.is_on:
                self.post_message(HolidaysLearnt(await session.get_holidays(self._today())))

    @on(BalanceProgressed)
    def _balance_progressed(self, message: BalanceProgressed) -> None:
        if message.request != self._request:
            return
        self.progress = message.progress
        if isinstance(message.progress, PageLoaded) and not message.progress.is_last:
            self._show_part(message.progress)

    def _show_part(self, read: PageLoaded) -> None:
        """On a first reading, what has arrived is better than nothing; never less than before."""
        good = last_loaded(self.remote)
        if good is None or (not good.value.is_complete and len(good.value.lots) < read.row_count):
            self.remote = Loading(Loaded(read.partial_balance(), self._clock()))

    @on(BalanceLoaded)
    def _balance_loaded(self, message: BalanceLoaded) -> None:
        if message.request == self._request:
            self._auto.answered(message.at)
            last = self._last_abroad
            abroad: LoadState[OverseasBalance] = Loading(last) if message.awaits_abroad else NotLoaded()
            self.remote = Loaded(with_overseas(message.balance, abroad), message.at)
            self._old = None
            if self._profile is not None and not self._profile.is_demo:
                keep = self._keep(self._profile, message.balance, message.at)
                self.run_worker(keep, group="keep", exclusive=True)

    async def _keep(self, profile: Profile, balance: Balance, at: datetime) -> None:
        with suppress(KistuiError):  # a convenience, not worth a word
            await asyncio.to_thread(self._book.keep_balance, profile, balance, at)

    @property
    def _last_abroad(self) -> Loaded[OverseasBalance] | None:
        good = last_loaded(self.remote)
        return last_loaded(good.value.overseas) if good else None

    @on(AbroadRead)
    def _abroad_read(self, message: AbroadRead) -> None:
        if message.request != self._request or not isinstance(self.remote, Loaded):
            return
        abroad = message.abroad
        if isinstance(abroad, Failed):
            abroad = replace(abroad, last=self._last_abroad)
        self.remote = Loaded(with_overseas(self.remote.value, abroad), self.remote.loaded_at)

    @on(HolidaysLearnt)
    def _holidays_learnt(self, message: HolidaysLearnt) -> None:
        good = last_loaded(self.remote)
        self._auto.holidays = message.days
        if self._due and good:
            self._auto.answered(good.loaded_at)
            self._due = self._auto.due
            self.query_one("#bar", FittedLine).fit()

    @on(BalanceFailed)
    def _balance_failed(self, message: BalanceFailed) -> None:
        if message.request == self._request:
            self._auto.answered(message.at, message.error)
            self.remote = Failed(message.error, message.at, last_loaded(self.remote))

    def watch_remote(self, remote: LoadState[Balance]) -> None:
        """Keep the figures of every profile that was shown."""
        if self._profile is not None:
            self._remotes.set(self._profile, remote)
        self._due = self._auto.due
        super().watch_remote(remote)

    def watch_now(self) -> None:
        """Figures get older, and so does the token; it may be time to read again."""
        super().watch_now()
        if self.is_mounted and self._auto.is_due(self._clock()) and self.app.app_focus:
            self.action_refresh_balance()


def _at_rest(remote: LoadState[Balance]) -> LoadState[Balance]:
    """A state with nothing under way, neither at home nor abroad."""
    if isinstance(remote, Loading):
        remote = remote.previous or NotLoaded()
    if isinstance(remote, Loaded):
        return Loaded(without_pending(remote.value), remote.loaded_at)
    return remote
