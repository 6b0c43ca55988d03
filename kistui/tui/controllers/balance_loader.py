"""Load the balance of a profile: on opening, on request and, if switched on, periodically."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from msgspec.structs import replace
from textual.screen import Screen

from kistui.clock import KST, korean_date
from kistui.errors import (
    ConnectFailedError,
    KistuiError,
    LoadCancelledError,
    TokenCooldownError,
)
from kistui.formatting.values import format_time
from kistui.models.account import Profile, is_same_account
from kistui.models.balance import Balance
from kistui.models.calls import PageLoaded, ProgressEvent, TokenRequestDelayed, TokenRequested
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded, last_loaded
from kistui.models.market_hours import AfterHoursPrice, next_refresh_at
from kistui.models.overseas import OverseasBalance
from kistui.models.totals import with_overseas, without_pending
from kistui.tui.messages import (
    BalanceFailed,
    BalanceLoaded,
    BalanceProgressed,
    HistoryRecorded,
    HolidaysLoaded,
    OverseasLoaded,
)
from kistui.tui.screens.page import PageContext
from kistui.tui.workers import start_worker

LOAD_GROUP = "balance"

BalanceMessage = BalanceProgressed | BalanceLoaded | BalanceFailed | OverseasLoaded | HolidaysLoaded


MAX_RETRY_INTERVAL = timedelta(minutes=5)
"""The longest interval between retries, unless the user's own is longer."""


class AutoRefresh:
    """A schedule that the user switches on and off: refreshes `interval` after the last answer."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval
        self.price = AfterHoursPrice.CLOSE
        """Which prices the balance has outside a session; it decides when they stop moving."""
        self.is_on = False
        self.holidays: Collection[date] = frozenset()
        self.next_refresh_at: datetime | None = None
        """The instant of the next refresh; `None` while off, or until the user has acted."""
        self._scheduled_at: datetime | None = None
        self._retry_interval: timedelta | None = None
        """The interval before the next retry; `None` after a success."""

    def toggle(self, answered_at: datetime | None, now: datetime) -> None:
        """Switch on or off; the first interval counts from the last answer, if there was one."""
        self.is_on = not self.is_on
        self._retry_interval = None
        self._schedule(self._next(answered_at or now, now), now)

    def schedule_next(self, answered_at: datetime) -> None:
        """Schedule the refresh after an answer."""
        self._retry_interval = None
        self._schedule(self._next(answered_at, answered_at), answered_at)

    def schedule_retry(self, failed_at: datetime, answered_at: datetime | None) -> None:
        """Schedule the refresh after a failure, later after each one.

        `answered_at` is the time of the last answer.
        """
        interval = self._retry_interval or self.interval
        self._retry_interval = min(interval * 2, max(self.interval, MAX_RETRY_INTERVAL))
        retry_at = failed_at.astimezone(KST) + interval
        if answered_at is not None:
            retry_at = self._next(answered_at, retry_at)
        self._schedule(retry_at, failed_at)

    def forget_failures(self) -> None:
        """Let the first interval be the next retry's, as for another account."""
        self._retry_interval = None

    def pause(self, failed_at: datetime) -> None:
        """Schedule no refresh before the next answer."""
        self._schedule(None, failed_at)

    def _schedule(self, refresh_at: datetime | None, now: datetime) -> None:
        self.next_refresh_at = refresh_at if self.is_on else None
        self._scheduled_at = now

    def _next(self, answered_at: datetime, now: datetime) -> datetime:
        return next_refresh_at(answered_at, now, self.interval, self.holidays, self.price)

    def is_due(self, now: datetime) -> bool:
        """Return whether the next refresh is due, as it also is after the clock was set back."""
        if self.next_refresh_at is None or self._scheduled_at is None:
            return False
        return not self._scheduled_at <= now < self.next_refresh_at


class BalanceLoader:
    """Holds the load state of the shown profile's balance; keeps the last figures on a failure.

    Its workers post messages to `page`, which passes them to `handle`. `on_change` is called after
    every change of `load_state`, `progress` or the schedule.
    """

    def __init__(
        self,
        page: Screen[Any],
        context: PageContext,
        refresh_interval: timedelta,
        on_change: Callable[[], None],
    ) -> None:
        self._page = page
        self._profile_service = context.profile_service
        self._session_pool = context.session_pool
        self._balance_states = context.balance_states
        self._clock = context.clock
        self._on_change = on_change
        self._state_before_refresh: LoadState[Balance] = NotLoaded()
        """State before the running load began, here or on the accounts page."""
        self._cached_balance: Loaded[Balance] | None = None
        """Balance cached by an earlier run."""
        self.auto_refresh = AutoRefresh(refresh_interval)
        self.profile: Profile | None = None
        self.load_state: LoadState[Balance] = NotLoaded()
        self.progress: ProgressEvent | None = None
        self.request_id = 0
        """Number of the latest call; answers of the others are ignored."""

    def open_profile(self, profile: Profile, cached_balance: Loaded[Balance] | None = None) -> None:
        """Show a profile's own last figures, or none, and load its balance.

        `cached_balance` is of an earlier run. A load for another profile is cancelled.
        """
        self._cancel()
        self.auto_refresh.forget_failures()
        if self.profile is not None:
            self._balance_states.set(
                self.profile, self._state_when_left(self._balance_states.get(self.profile))
            )
        self.profile = profile
        before = _without_pending(self._balance_states.get(profile))
        self._cached_balance = last_loaded(before) if isinstance(before, Failed) else cached_balance
        self._set_load_state(before)
        self.refresh()

    def show_cached(self, profile: Profile, cached_balance: Loaded[Balance]) -> None:
        """Show a cached balance while the first balance is being loaded."""
        if is_same_account(profile, self.profile) and self.load_state == Loading():
            self._cached_balance = cached_balance
            self._set_load_state(Loading(cached_balance))

    def show_loaded_elsewhere(self, profile: Profile, load_state: LoadState[Balance]) -> None:
        """Show a state loaded by another page, unless a load is running."""
        is_running = any(
            worker.group == LOAD_GROUP and worker.is_running for worker in self._page.workers
        )
        if not is_same_account(profile, self.profile) or is_running:
            return
        if isinstance(load_state, Loading):
            self._begin_load(load_state)
        else:
            self._set_load_state(load_state)

    def discard(self, profile: Profile, changed: Profile | None) -> None:
        """Drop a profile's figures; if it is shown, show what it has become, or no profile."""
        self._balance_states.remove(profile)
        if is_same_account(profile, self.profile):
            self._cancel()
            self._cached_balance = None
            self.profile = changed
            self._set_load_state(NotLoaded())

    def refresh(self) -> None:
        """Load the balance, unless a load is running."""
        profile = self.profile
        if profile is None or self.is_loading:
            return
        self.request_id += 1
        self._begin_load(Loading(last_loaded(self.load_state) or self._cached_balance))
        if last_loaded(self.load_state) and self._session_pool.get_open(profile) is None:
            # To open a session imports the client, which would delay the frame with these figures.
            self._page.call_after_refresh(self._start_fetch, self.request_id, profile)
        else:
            self._start_fetch(self.request_id, profile)

    def _begin_load(self, loading: Loading[Balance]) -> None:
        """Show that a load has begun; `cancel` restores the state before it."""
        self.progress = None
        if not isinstance(self.load_state, Loading):
            self._state_before_refresh = self.load_state
        self._set_load_state(loading)

    def _start_fetch(self, request_id: int, profile: Profile) -> None:
        if request_id == self.request_id:
            start_worker(
                self._page, self._fetch, request_id, profile, group=LOAD_GROUP, is_exclusive=True
            )

    def refresh_if_due(self) -> None:
        """Load the balance if the schedule says so."""
        if self.auto_refresh.is_due(self._clock()):
            self.refresh()

    def cancel(self) -> None:
        """Cancel the running load and restore the state before it."""
        load_state = self.load_state
        if isinstance(load_state, Loaded) and self._is_loading_overseas:
            self._cancel()
            self._set_load_state(Loaded(without_pending(load_state.value), load_state.loaded_at))
            self._save()
        elif isinstance(load_state, Loading):
            self._cancel()
            if last_loaded(self._state_before_refresh) is None:
                self._state_before_refresh = Failed(
                    self._cancellation_error(), self._clock(), last_loaded(load_state)
                )
            if self.auto_refresh.next_refresh_at:
                self.auto_refresh.schedule_next(self._clock())
            self._set_load_state(self._state_before_refresh)

    def toggle_auto_refresh(self) -> None:
        """Switch the automatic refresh on or off."""
        last_good = last_loaded(self.load_state)
        self.auto_refresh.toggle(last_good.loaded_at if last_good else None, self._clock())
        self._on_change()

    def change_price(self, price: AfterHoursPrice) -> None:
        """Load the balance again if another price set is chosen."""
        if price is not self.auto_refresh.price:
            self.auto_refresh.price = price
            self.cancel()
            self.refresh()

    @property
    def is_loading(self) -> bool:
        """Whether the balance is being loaded, domestic or overseas."""
        return isinstance(self.load_state, Loading) or self._is_loading_overseas

    @property
    def is_outdated(self) -> bool:
        """Whether the figures are outdated or cached by an earlier run."""
        return self._is_outdated(self.load_state)

    def _is_outdated(self, load_state: LoadState[Balance]) -> bool:
        last_good = last_loaded(load_state)
        return isinstance(load_state, Failed) or (
            last_good is not None and last_good is self._cached_balance
        )

    def handle(self, message: BalanceMessage) -> None:
        """Apply what a worker posted; an answer to an earlier call changes nothing."""
        if isinstance(message, HolidaysLoaded):
            self._apply_holidays(message)
        elif message.request_id == self.request_id:
            match message:
                case BalanceProgressed():
                    self._apply_progress(message.progress)
                case BalanceLoaded():
                    self._apply_loaded(message)
                case OverseasLoaded():
                    self._apply_overseas(message.overseas)
                case BalanceFailed():
                    self._apply_failure(message)

    async def _fetch(self, request_id: int, profile: Profile) -> None:
        def report(progress: ProgressEvent | None) -> None:
            self._page.post_message(BalanceProgressed(request_id, progress))

        page = self._page
        try:
            session = await self._session_pool.get(profile, report)
            balance = await session.fetch_balance(report)
        except KistuiError as error:
            page.post_message(BalanceFailed(request_id, error, self._clock()))
            return
        has_overseas = session.supports_overseas
        page.post_message(BalanceLoaded(request_id, balance, self._clock(), has_overseas))
        if has_overseas:
            overseas = await session.fetch_overseas_state(self._clock)
            page.post_message(OverseasLoaded(request_id, overseas))
        if self.auto_refresh.is_on:
            today = korean_date(self._clock())
            page.post_message(HolidaysLoaded(await session.get_holidays(today)))
        elif holidays := await session.read_holidays():
            page.post_message(HolidaysLoaded(holidays))

    def _apply_progress(self, progress: ProgressEvent | None) -> None:
        self.progress = progress
        if isinstance(progress, PageLoaded) and not progress.is_last:
            last_good = last_loaded(self.load_state)
            # A partial balance is shown only if there was none, so that no figures disappear.
            if last_good is None or (
                not last_good.value.is_complete and len(last_good.value.lots) < progress.row_count
            ):
                partial = Loaded(progress.partial_balance(), self._clock())
                self._set_load_state(Loading(partial))
                return
        self._on_change()

    def _apply_failure(self, message: BalanceFailed) -> None:
        last_good = last_loaded(self.load_state)
        if _needs_user(message.error, self.progress):
            self.auto_refresh.pause(message.failed_at)
        else:
            answered_at = last_good.loaded_at if last_good else None
            self.auto_refresh.schedule_retry(message.failed_at, answered_at)
        self._set_load_state(Failed(message.error, message.failed_at, last_good))

    def _apply_loaded(self, message: BalanceLoaded) -> None:
        self.auto_refresh.schedule_next(message.loaded_at)
        overseas: LoadState[OverseasBalance] = (
            Loading(self._last_overseas) if message.overseas_pending else NotLoaded()
        )
        self._cached_balance = None
        self._set_load_state(Loaded(with_overseas(message.balance, overseas), message.loaded_at))
        if not message.overseas_pending:
            self._save()
            self._record_history()

    def _save(self) -> None:
        """Cache the figures that are now shown for the next start."""
        profile, load_state = self.profile, self.load_state
        if profile is None or profile.is_demo or not isinstance(load_state, Loaded):
            return
        cache = self._profile_service.cache.save_balance
        balance, loaded_at = load_state.value, load_state.loaded_at

        async def cache_in_thread() -> None:
            with suppress(KistuiError):  # a convenience: its failure is not reported
                await asyncio.to_thread(cache, profile, balance, loaded_at)

        start_worker(self._page, cache_in_thread, group="save balance", is_exclusive=True)

    def _apply_overseas(self, overseas: LoadState[OverseasBalance]) -> None:
        load_state = self.load_state
        if isinstance(load_state, Loaded):
            if isinstance(overseas, Failed):
                overseas = replace(overseas, previous=self._last_overseas)
            self._set_load_state(
                Loaded(with_overseas(load_state.value, overseas), load_state.loaded_at)
            )
            self._save()
            self._record_history()

    def _record_history(self) -> None:
        """Record the figures that are now shown; the service leaves out partial figures."""
        profile, load_state = self.profile, self.load_state
        if profile is not None and isinstance(load_state, Loaded):
            record = self._profile_service.history.record_refresh
            balance, loaded_at = load_state.value, load_state.loaded_at

            async def record_in_thread() -> None:
                if await asyncio.to_thread(record, profile, balance, loaded_at):
                    self._page.app.post_message(HistoryRecorded(profile))

            start_worker(self._page, record_in_thread, group="record history")

    def _apply_holidays(self, message: HolidaysLoaded) -> None:
        last_good = last_loaded(self.load_state)
        self.auto_refresh.holidays = message.days
        if self.auto_refresh.next_refresh_at and last_good:
            self.auto_refresh.schedule_next(last_good.loaded_at)
            self._on_change()

    def _set_load_state(self, load_state: LoadState[Balance]) -> None:
        self.load_state = load_state
        if self.profile is not None:
            self._balance_states.set(self.profile, load_state)
        self._on_change()

    def _cancel(self) -> None:
        self._page.workers.cancel_group(self._page, LOAD_GROUP)
        self.request_id += 1

    def _state_when_left(self, load_state: LoadState[Balance]) -> LoadState[Balance]:
        """Return the state to keep of a profile that is no longer shown."""
        if isinstance(load_state, Loading) and self._is_outdated(load_state):
            return self._state_before_refresh
        return _without_pending(load_state)

    @property
    def _is_loading_overseas(self) -> bool:
        load_state = self.load_state
        return isinstance(load_state, Loaded) and isinstance(load_state.value.overseas, Loading)

    @property
    def _last_overseas(self) -> Loaded[OverseasBalance] | None:
        last_good = last_loaded(self.load_state)
        return last_loaded(last_good.value.overseas) if last_good else None

    def _cancellation_error(self) -> KistuiError:
        if not isinstance(self.progress, TokenRequestDelayed):
            return LoadCancelledError()
        until = self.progress.retry_at
        seconds = ceil((until - self._clock()).total_seconds())
        return TokenCooldownError(seconds=seconds, at=format_time(until))


def _needs_user(error: KistuiError, progress: ProgressEvent | None) -> bool:
    """Return whether the user decides about the next refresh, which may issue another token."""
    may_be_issued = isinstance(progress, TokenRequested) and not isinstance(
        error, ConnectFailedError
    )
    return may_be_issued or error.needs_user


def _without_pending(load_state: LoadState[Balance]) -> LoadState[Balance]:
    """Return the state without pending loads, domestic or overseas."""
    if isinstance(load_state, Loading):
        load_state = load_state.previous or NotLoaded()
    if isinstance(load_state, Loaded):
        return Loaded(without_pending(load_state.value), load_state.loaded_at)
    return load_state
