"""Balance page: loads on opening, on request and, if switched on, periodically."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import on

from kistui.clock import Clock
from kistui.errors import KistuiError, LoadCancelledError, TokenCooldownError
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.values import format_short_time, format_time
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.calls import PageLoaded, ProgressEvent, TokenRequestDelayed
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import with_overseas, without_pending
from kistui.tui.auto_refresh import AutoRefresh
from kistui.tui.balance_states import BalanceStates
from kistui.tui.messages import (
    BalanceFailed,
    BalanceLoaded,
    BalanceProgressed,
    HolidaysLoaded,
    OverseasLoaded,
)
from kistui.tui.screens.base_balance import BaseBalanceScreen
from kistui.tui.session_pool import SessionPool
from kistui.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from kistui.services.profiles import ProfileService

ENVIRONMENT_LABELS = ("real", "paper", "demo")
"""CSS classes for the kind of account, which colour the frames."""


class BalanceScreen(BaseBalanceScreen):
    """Loads the balance; keeps the last figures when a load fails."""

    def __init__(
        self,
        profile_service: "ProfileService",
        t: Translations,
        clock: Clock,
        session_pool: SessionPool,
        balance_states: BalanceStates,
        *,
        refresh_interval: timedelta,
        highlight_changes: bool,
        initial_profile: Profile | None = None,
        cached_balance: Loaded[Balance] | None = None,
    ) -> None:
        super().__init__(profile_service, t, clock, highlight_changes=highlight_changes)
        self._initial_profile = initial_profile
        self._cached_balance = cached_balance
        """Balance cached by an earlier run."""
        if initial_profile is not None:  # now, when it costs no look at all the styles
            self.add_class(f"-{initial_profile.environment_label}")
        self._auto_refresher = AutoRefresh(refresh_interval)
        self._session_pool = session_pool
        self._request_id = 0
        self._state_before_refresh: LoadState[Balance] = NotLoaded()
        """State before the running call began."""
        self._balance_states = balance_states

    def on_mount(self) -> None:
        """Open the first profile, so that the first frame shows what is being loaded."""
        if self._initial_profile is not None:
            self.open_profile(self._initial_profile, self._cached_balance)

    def apply_settings(self, refresh_interval: timedelta, *, highlight_changes: bool) -> None:
        """Apply settings that the user has just changed."""
        self._auto_refresher.interval = refresh_interval
        self._holdings_pane.highlight_changes = highlight_changes

    def open_profile(self, profile: Profile, cached_balance: Loaded[Balance] | None = None) -> None:
        """Show a profile: its own last figures, or none, while its balance is read.

        Those of an earlier run are `last`.

        What is under way for another profile is given up; its answer would change nothing.
        """
        self.workers.cancel_group(self, "balance")
        self._request_id += 1
        if self._profile is not None:
            self._balance_states.set(
                self._profile, self._state_when_left(self._balance_states.get(self._profile))
            )
        for kind in ENVIRONMENT_LABELS:
            self.set_class(kind == profile.environment_label, f"-{kind}")
        self._holdings_pane.reset_view()
        self._profile = profile
        before = _without_pending(self._balance_states.get(profile))
        self._cached_balance = last_loaded(before) if isinstance(before, Failed) else cached_balance
        self.load_state = before
        self.action_refresh_balance()

    def show_cached(self, profile: Profile, cached_balance: Loaded[Balance]) -> None:
        """Show a cached balance while the first one is being loaded."""
        if profile == self._profile and self.load_state == Loading():
            self._cached_balance = cached_balance
            self.load_state = Loading(cached_balance)

    def _state_when_left(self, load_state: LoadState[Balance]) -> LoadState[Balance]:
        """Return the state to keep of a profile that is no longer shown."""
        if isinstance(load_state, Loading) and self._is_outdated(load_state):
            return self._state_before_refresh
        return _without_pending(load_state)

    def _is_outdated(self, load_state: LoadState[Balance]) -> bool:
        """Return whether the figures are outdated or cached by an earlier run."""
        good = last_loaded(load_state)
        return super()._is_outdated(load_state) or (
            good is not None and good is self._cached_balance
        )

    def discard_balance(self, profile: Profile, *, is_removed: bool) -> None:
        """Drop a profile's figures; show none if the shown profile was removed."""
        self._balance_states.remove(profile)
        if profile == self._profile:
            self.workers.cancel_group(self, "balance")
            self._request_id += 1
            self._cached_balance = None
            self._profile = None if is_removed else profile
            self.load_state = NotLoaded()

    def set_load_state(self, profile: Profile, load_state: LoadState[Balance]) -> None:
        """Show a state loaded by another page, unless this page is loading."""
        if profile == self._profile and not self._is_refreshing:
            self.load_state = load_state

    @property
    def _is_refreshing(self) -> bool:
        return any(worker.group == "balance" and worker.is_running for worker in self.workers)

    def action_toggle_auto_refresh(self) -> None:
        """Switch automatic refresh on or off."""
        good, now = last_loaded(self.load_state), self._clock()
        self._auto_refresher.toggle(good.loaded_at if good else None, now)
        self._next_refresh_at = self._auto_refresher.next_refresh_at
        if self._next_refresh_at:
            seconds = self._auto_refresher.interval // timedelta(seconds=1)
            self._notify_text(
                "auto_refresh.on",
                seconds=str(seconds),
                time=format_short_time(self._next_refresh_at, now),
            )
        else:
            self._notify_text("auto_refresh.off")
        self.query_one("#bar", StatusLine).update_line()

    def restore_view_state(self, profile: Profile, view_state: HoldingsViewState) -> None:
        """Restore the arrangement of the holdings, if the profile is still shown."""
        if profile == self._profile:
            self._holdings_pane.view_state = view_state

    def action_refresh_balance(self) -> None:
        """Load the balance, unless a load is running."""
        profile = self._profile
        if profile is None or isinstance(self.load_state, Loading) or self._is_loading_overseas:
            return
        self._request_id += 1
        self.progress = None
        self._state_before_refresh = self.load_state
        self.load_state = Loading(last_loaded(self.load_state) or self._cached_balance)
        self.run_worker(
            self._fetch_balance(self._request_id, profile), group="balance", exclusive=True
        )

    def action_cancel_refresh(self) -> None:
        """Cancel the running load and restore the state before it."""
        if isinstance(self.load_state, Loaded) and self._is_loading_overseas:
            self.workers.cancel_group(self, "balance")
            self._request_id += 1
            self.load_state = Loaded(
                without_pending(self.load_state.value), self.load_state.loaded_at
            )
        if not isinstance(self.load_state, Loading):
            return
        self.workers.cancel_group(self, "balance")
        self._request_id += 1
        if last_loaded(self._state_before_refresh) is None:
            self._state_before_refresh = Failed(
                self._cancellation_error(), self._clock(), last_loaded(self.load_state)
            )
        self.load_state = self._state_before_refresh

    @property
    def _is_loading_overseas(self) -> bool:
        load_state = self.load_state
        return isinstance(load_state, Loaded) and isinstance(load_state.value.overseas, Loading)

    def _cancellation_error(self) -> KistuiError:
        if not isinstance(self.progress, TokenRequestDelayed):
            return LoadCancelledError()
        until = self.progress.retry_at
        seconds = ceil((until - self._clock()).total_seconds())
        return TokenCooldownError(seconds=seconds, at=format_time(until))

    async def _fetch_balance(self, request: int, profile: Profile) -> None:
        def tell(progress: ProgressEvent) -> None:
            self.post_message(BalanceProgressed(request, progress))

        try:
            session = await self._session_pool.get(profile)
            balance = await session.fetch_balance(tell)
        except KistuiError as error:
            self.post_message(BalanceFailed(request, error, self._clock()))
        else:
            awaited = session.supports_overseas
            self.post_message(BalanceLoaded(request, balance, self._clock(), awaited))
            if awaited:
                self.post_message(
                    OverseasLoaded(request, await session.fetch_overseas_state(self._clock))
                )
            if self._auto_refresher.is_on:
                self.post_message(HolidaysLoaded(await session.get_holidays(self._today())))

    @on(BalanceProgressed)
    def _balance_progressed(self, message: BalanceProgressed) -> None:
        if message.request_id != self._request_id:
            return
        self.progress = message.progress
        if isinstance(message.progress, PageLoaded) and not message.progress.is_last:
            self._show_partial(message.progress)

    def _show_partial(self, read: PageLoaded) -> None:
        """Show a partial balance on a first load only, so that figures never become fewer."""
        good = last_loaded(self.load_state)
        if good is None or (not good.value.is_complete and len(good.value.lots) < read.row_count):
            self.load_state = Loading(Loaded(read.partial_balance(), self._clock()))

    @on(BalanceLoaded)
    def _balance_loaded(self, message: BalanceLoaded) -> None:
        if message.request_id == self._request_id:
            self._auto_refresher.schedule_next(message.loaded_at)
            last = self._last_overseas
            abroad: LoadState[OverseasBalance] = (
                Loading(last) if message.overseas_pending else NotLoaded()
            )
            self.load_state = Loaded(with_overseas(message.balance, abroad), message.loaded_at)
            self._cached_balance = None
            if self._profile is not None and not self._profile.is_demo:
                keep = self._save_balance(self._profile, message.balance, message.loaded_at)
                self.run_worker(keep, group="keep", exclusive=True)

    async def _save_balance(self, profile: Profile, balance: Balance, at: datetime) -> None:
        with suppress(KistuiError):  # a convenience, not worth a word
            await asyncio.to_thread(self._profile_service.cache_balance, profile, balance, at)

    @property
    def _last_overseas(self) -> Loaded[OverseasBalance] | None:
        good = last_loaded(self.load_state)
        return last_loaded(good.value.overseas) if good else None

    @on(OverseasLoaded)
    def _overseas_loaded(self, message: OverseasLoaded) -> None:
        if message.request_id != self._request_id or not isinstance(self.load_state, Loaded):
            return
        abroad = message.overseas
        if isinstance(abroad, Failed):
            abroad = replace(abroad, previous=self._last_overseas)
        self.load_state = Loaded(
            with_overseas(self.load_state.value, abroad), self.load_state.loaded_at
        )

    @on(HolidaysLoaded)
    def _holidays_loaded(self, message: HolidaysLoaded) -> None:
        good = last_loaded(self.load_state)
        self._auto_refresher.holidays = message.days
        if self._next_refresh_at and good:
            self._auto_refresher.schedule_next(good.loaded_at)
            self._next_refresh_at = self._auto_refresher.next_refresh_at
            self.query_one("#bar", StatusLine).update_line()

    @on(BalanceFailed)
    def _balance_failed(self, message: BalanceFailed) -> None:
        if message.request_id == self._request_id:
            self._auto_refresher.schedule_next(message.failed_at, message.error)
            self.load_state = Failed(message.error, message.failed_at, last_loaded(self.load_state))

    def watch_load_state(self, load_state: LoadState[Balance]) -> None:
        """Store the new state of a profile's balance."""
        if self._profile is not None:
            self._balance_states.set(self._profile, load_state)
        self._next_refresh_at = self._auto_refresher.next_refresh_at
        super().watch_load_state(load_state)

    def watch_now(self) -> None:
        """Update ages and refresh automatically when due."""
        super().watch_now()
        if self.is_mounted and self._auto_refresher.is_due(self._clock()) and self.app.app_focus:
            self.action_refresh_balance()


def _without_pending(load_state: LoadState[Balance]) -> LoadState[Balance]:
    """Return the state without pending loads, domestic or overseas."""
    if isinstance(load_state, Loading):
        load_state = load_state.previous or NotLoaded()
    if isinstance(load_state, Loaded):
        return Loaded(without_pending(load_state.value), load_state.loaded_at)
    return load_state
