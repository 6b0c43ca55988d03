"""Live prices of the shown profile: whether they are on, their connection, and when to paint."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from msgspec.structs import replace
from textual.screen import Screen

from kistui.errors import KistuiError
from kistui.models.account import Profile, is_same_account
from kistui.models.balance import Balance
from kistui.models.live_prices import (
    FeedState,
    LiveItem,
    LiveState,
    LiveStatus,
    Tick,
    Ticks,
    apply_ticks,
    items_to_watch,
)
from kistui.models.load_state import Loaded, Loading, NotLoaded
from kistui.models.prices import DomesticItem, OverseasItem
from kistui.models.settings import ProfileSettings
from kistui.tui.controllers.balance_loader import BalanceLoader
from kistui.tui.messages import (
    ActionFailed,
    BalanceLoaded,
    LiveFeedFailed,
    LiveFeedReported,
    LivePricesArrived,
    LivePricesSwitched,
    NoticePosted,
    OverseasLoaded,
    ProfileSettingsLoaded,
)
from kistui.tui.screens.page import PageContext
from kistui.tui.workers import start_worker

LivePriceMessage = (
    ProfileSettingsLoaded
    | LivePricesSwitched
    | LivePricesArrived
    | LiveFeedReported
    | LiveFeedFailed
)

FEED_GROUP = "live prices"
PAINT_INTERVAL = 0.25
"""Least number of seconds between two paints."""
PAINT_SHARE = 4
"""The pause after a paint is at least as many times its duration."""


class LivePriceController:
    """Reads live prices while the user wants them and an item held is traded.

    One worker owns the connection. It keeps the last trade of each item, and posts
    `LivePricesArrived` to `page` so rarely that there are at most four paints a second, none while
    `may_paint` is false. `ticks` are the trades since the last balance; `on_change` is called after
    every change of them and of `state`. They change what is shown, never what is stored.
    """

    def __init__(
        self,
        page: Screen[Any],
        context: PageContext,
        loader: BalanceLoader,
        *,
        may_paint: Callable[[], bool],
        on_change: Callable[[], None],
    ) -> None:
        self._page = page
        self._t = context.t
        self._clock = context.clock
        self._profile_service = context.profile_service
        self._session_pool = context.session_pool
        self._starts_by_itself = not context.slow_connection
        self._loader = loader
        self._may_paint = may_paint
        self.on_change = on_change
        self.state = LiveState()
        self.ticks: Ticks = {}
        """The trades that are shown, by item, until a balance confirms them."""
        self.pending: dict[LiveItem, Tick] = {}
        """The last trade of each item since the last paint."""
        self._profile: Profile | None = None
        self._is_on: bool | None = None
        """Whether the user wants live prices of `_profile`; `None` until the setting was read."""
        self._items: frozenset[LiveItem] = frozenset()
        """The items of the running worker; none if there is none."""
        self._is_conflict_reported = False
        """Whether the user knows that another program has the connection."""
        self._feed_id = 0
        """Number of the latest connection; what others post is ignored."""
        self._connection_lock = asyncio.Lock()
        """KIS allows one connection for each app key, so the next one waits for the last."""
        self._is_state_shown = True
        """Whether `state` is the state that is shown."""
        self._is_post_scheduled = False
        self._next_paint_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether the user wants live prices of the shown profile."""
        return bool(self._is_on)

    def at_live_prices(self, balance: Balance) -> Balance:
        """Return a balance at the live prices, or as it is where there are none."""
        if (self._items or self.ticks) and not self._loader.is_outdated:
            return apply_ticks(balance, self.ticks)
        return balance

    def update(self) -> None:
        """Connect or disconnect according to profile, balance, time and setting."""
        profile, load_state = self._loader.profile, self._loader.load_state
        if not is_same_account(profile, self._profile):
            self._profile, self._is_on = profile, None
            self._stop(LiveStatus.OFF)
        if profile is None or isinstance(load_state, NotLoaded):
            self._stop(LiveStatus.OFF)
        elif isinstance(load_state, Loaded) and not isinstance(load_state.value.overseas, Loading):
            self._update_for(profile, load_state.value)

    def _update_for(self, profile: Profile, balance: Balance) -> None:
        if self._is_on is None:
            self._is_on = False
            if self._starts_by_itself:
                start_worker(self._page, self._read_setting, profile, group="profile settings")
        if not self._is_on or self.state.status is LiveStatus.FAILED:
            return
        holidays = self._loader.auto_refresh.holidays
        items = items_to_watch(balance, profile.environment, self._clock(), holidays)
        if not items:
            self._stop(LiveStatus.CLOSED)
        elif self._items != frozenset(items):
            self._start(profile, items)

    async def _read_setting(self, profile: Profile) -> None:
        try:
            settings_service = self._profile_service.settings
            settings = await asyncio.to_thread(settings_service.load_for_profile, profile)
        except KistuiError:  # reported where the file is needed
            settings = ProfileSettings()
        self._page.post_message(ProfileSettingsLoaded(profile, settings))

    def handle(self, message: LivePriceMessage) -> None:
        """Apply what a worker posted; an earlier connection or profile changes nothing."""
        match message:
            case ProfileSettingsLoaded():
                self._settings_loaded(message)
            case LivePricesSwitched():
                self._switched(message)
            case _ if message.feed_id != self._feed_id:
                pass
            case LivePricesArrived():
                self._prices_arrived()
            case LiveFeedReported():
                self._feed_reported(message.state)
            case LiveFeedFailed():
                self._stop(LiveStatus.FAILED)
                self._page.post_message(ActionFailed(message.error))

    def _settings_loaded(self, message: ProfileSettingsLoaded) -> None:
        """Start if the user has agreed in an earlier run."""
        if is_same_account(message.profile, self._profile) and message.settings.live_prices:
            self._is_on = True
            self.update()

    async def switch(self) -> None:
        """Switch live prices on or off; ask before the first time. Raises StorageError."""
        profile, service, page = self._loader.profile, self._profile_service, self._page
        if profile is None:
            return
        is_on = not self.is_on
        if is_on:
            settings = await asyncio.to_thread(service.settings.load_for_profile, profile)
            if settings.live_prices is None and not await self._has_agreed(profile):
                return
        page.post_message(LivePricesSwitched(profile, is_on))
        page.post_message(NoticePosted(self._t(f"live.switched_{'on' if is_on else 'off'}")))
        await asyncio.to_thread(service.settings.save_for_profile, profile, "live_prices", is_on)

    async def _has_agreed(self, profile: Profile) -> bool:
        from kistui.tui.screens.dialogs import confirm

        t = self._t
        title = t("live.ask_title", name=profile.name)
        return await confirm(self._page.app, t, "live.ask", title, t("live.ask_hint"))

    def _switched(self, message: LivePricesSwitched) -> None:
        """Apply what the user chose."""
        if is_same_account(message.profile, self._profile):
            self._is_on = message.is_on
            self._stop(LiveStatus.OFF)
            self.update()

    def confirm(self, message: BalanceLoaded | OverseasLoaded) -> None:
        """Forget the trades of items that a new balance has the prices of."""
        if message.request_id != self._loader.request_id:
            return
        match message:
            case BalanceLoaded():
                confirmed: type[LiveItem] = DomesticItem
            case OverseasLoaded(overseas=Loaded()):
                confirmed = OverseasItem
            case _:
                return
        self.ticks = {
            item: tick for item, tick in self.ticks.items() if not isinstance(item, confirmed)
        }

    def _feed_reported(self, state: FeedState) -> None:
        """Show the state of the connection."""
        before = self.state.status
        status = LiveStatus(state.status.value)
        present = replace(self.state, status=status, item_count=len(state.registered))
        if status is not before and self._page.app.app_focus:
            self._set_state(present)
        else:  # many registrations a second, or the terminal is in the background
            self.state = present
            self._is_state_shown = False
            self.resume()
        if status is LiveStatus.LIVE:
            self._is_conflict_reported = False
        elif status is LiveStatus.IN_USE and not self._is_conflict_reported:
            self._is_conflict_reported = True
            text = self._t("live.in_use_hint")
            self._page.app.notify(text, severity="warning", markup=False)

    def _prices_arrived(self) -> None:
        """Show the trades since the last paint, if they can be seen now."""
        self._is_post_scheduled = False
        if not self._has_news:
            return
        started_at = asyncio.get_running_loop().time()
        if self.pending and self._may_paint():
            self.ticks = {**self.ticks, **self.pending}
            self.state = replace(self.state, shown_at=self._clock())
            self.pending.clear()
        self._show(started_at)

    @property
    def _has_news(self) -> bool:
        """Whether there are new trades or a new state that can be seen now."""
        has_prices = bool(self.pending) and self._may_paint()
        return has_prices or (not self._is_state_shown and self._page.app.app_focus)

    def _show(self, started_at: float) -> None:
        self._is_state_shown = True
        self.on_change()
        duration = asyncio.get_running_loop().time() - started_at
        self._next_paint_at = started_at + max(PAINT_INTERVAL, PAINT_SHARE * duration)

    def resume(self) -> None:
        """Show what arrived while it could not be seen."""
        if self._has_news and not self._is_post_scheduled:
            self._is_post_scheduled = True
            loop = asyncio.get_running_loop()
            loop.call_at(max(self._next_paint_at, loop.time()), self._post, self._feed_id)

    async def aclose(self) -> None:
        """End the connection and wait until it is closed."""
        for worker in self._page.workers:
            if worker.group == FEED_GROUP and not worker.is_cancelled:
                worker.cancel()  # a second time would not let it close the connection
        async with self._connection_lock:
            pass

    def _post(self, feed_id: int) -> None:
        self._page.post_message(LivePricesArrived(feed_id))

    def _start(self, profile: Profile, items: tuple[LiveItem, ...]) -> None:
        self._feed_id += 1
        self._items = frozenset(items)
        self._forget_pending()
        start_worker(
            self._page,
            self._read,
            self._feed_id,
            profile,
            items,
            group=FEED_GROUP,
            is_exclusive=True,
        )
        self._set_state(LiveState(LiveStatus.CONNECTING, wanted_count=len(items)))

    def _stop(self, status: LiveStatus) -> None:
        """End the connection; what is shown stays until the next balance, if there is one."""
        if self._items:
            self._feed_id += 1
            self._items = frozenset()
            self._forget_pending()
            self._page.workers.cancel_group(self._page, FEED_GROUP)
        if status is LiveStatus.OFF:
            self.ticks = {}
        self._set_state(LiveState(status))

    async def _read(self, feed_id: int, profile: Profile, items: tuple[LiveItem, ...]) -> None:
        def report(state: FeedState) -> None:
            self._page.post_message(LiveFeedReported(feed_id, state))

        try:
            async with self._connection_lock:
                session = await self._session_pool.get(profile)
                feed = await session.open_live_prices(report)
                async with aclosing(feed.ticks(items)) as ticks:
                    async for tick in ticks:
                        self.pending[tick.item] = tick
                        self.resume()
        except KistuiError as error:
            self._page.post_message(LiveFeedFailed(feed_id, error))

    def _forget_pending(self) -> None:
        self.pending.clear()
        self._is_state_shown = True
        self._is_post_scheduled = False  # a message on its way is of an earlier connection

    def _set_state(self, state: LiveState) -> None:
        if state != self.state:
            self.state = state
            self._show(asyncio.get_running_loop().time())
