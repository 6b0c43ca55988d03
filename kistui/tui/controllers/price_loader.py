"""Load the daily prices of the holding that is shown in full, and keep them for the day."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from textual.screen import Screen

from kistui.clock import korean_date
from kistui.errors import KistuiError
from kistui.models.account import Profile
from kistui.models.load_state import Failed, Loaded, Loading, LoadState, NotLoaded
from kistui.models.periods import DateRange
from kistui.models.prices import (
    DailyPrices,
    QuotedItem,
    are_fresh,
    quoted_item,
)
from kistui.models.totals import AnyHolding
from kistui.tui.messages import PricesLoaded
from kistui.tui.screens.page import PageContext
from kistui.tui.workers import start_worker

LOAD_GROUP = "prices"
CHART_DAYS = timedelta(days=139)
"""Days before today that a chart begins: 100 weekdays, which is what one response holds."""
MOVING_PAUSE = 0.2
"""Seconds for which a holding must be shown before its prices are requested."""
MAX_ITEMS = 30
"""How many items' prices are stored: an account may hold thousands."""

_decoder = msgspec.json.Decoder(Loaded[DailyPrices])


class PriceLoader:
    """Holds the prices of the items shown last, by profile.

    One request a day for an item among them, and one more after the market has opened. A failure
    stays until `retry`, or until the holding is shown again. Its workers post `PricesLoaded` to
    `page`, which passes it to `handle`. `on_change` is called with the prices of the shown holding
    when they have changed.
    """

    def __init__(
        self,
        page: Screen[Any],
        context: PageContext,
        on_change: Callable[[LoadState[DailyPrices]], None],
    ) -> None:
        self._page = page
        self._session_pool = context.session_pool
        self._clock = context.clock
        self._on_change = on_change
        self._states: OrderedDict[tuple[str, QuotedItem], LoadState[DailyPrices] | bytes] = (
            OrderedDict()
        )
        """Loaded prices are stored as JSON, in a seventh of the memory: most are not shown."""
        self._shown: tuple[Profile, QuotedItem] | None = None

    def show(self, profile: Profile, holding: AnyHolding) -> LoadState[DailyPrices] | None:
        """Return the prices of a holding, and load them unless they are known.

        `None` if KIS has no prices of it.
        """
        item = quoted_item(holding)
        shown = (profile, item) if item else None
        if shown != self._shown:
            self.hide()
        self._shown = shown
        if shown is None:
            return None
        if self._must_load(*shown):
            self._start(*shown)
        self._drop_others(profile, shown[1])
        return self._state(*shown)

    def hide(self) -> None:
        """Cancel the running request: the holding is not shown any more."""
        if self._shown is None:
            return
        self._page.workers.cancel_group(self._page, LOAD_GROUP)
        profile, item = self._shown
        if not isinstance(self._state(profile, item), Loaded):
            self._states.pop((profile.name, item), None)
        self._shown = None

    def retry(self) -> None:
        """Request the prices of the shown holding again if they failed."""
        if self._shown is not None and isinstance(self._state(*self._shown), Failed):
            self._start(*self._shown)
            self._on_change(self._state(*self._shown))

    def handle(self, message: PricesLoaded) -> None:
        """Keep what a worker has loaded."""
        state = message.prices
        self._states[message.profile.name, message.item] = (
            msgspec.json.encode(state) if isinstance(state, Loaded) else state
        )
        if self._shown == (message.profile, message.item):
            self._on_change(message.prices)

    def _drop_others(self, profile: Profile, item: QuotedItem) -> None:
        """Drop the prices of the items that were shown longest ago, never of this one."""
        if (profile.name, item) in self._states:
            self._states.move_to_end((profile.name, item))
        while len(self._states) > MAX_ITEMS:
            self._states.popitem(last=False)

    def _must_load(self, profile: Profile, item: QuotedItem) -> bool:
        match self._state(profile, item):
            case Loaded(loaded_at=loaded_at):
                return not are_fresh(item, loaded_at, self._clock())
            case NotLoaded():
                return True
            case _:
                return False

    def _start(self, profile: Profile, item: QuotedItem) -> None:
        if self._session_pool.get_open(profile) is None:
            return  # the balance is shown from the disk; the next one opens the session
        self._states[profile.name, item] = Loading()
        start_worker(self._page, self._load, profile, item, group=LOAD_GROUP, is_exclusive=True)

    async def _load(self, profile: Profile, item: QuotedItem) -> None:
        await asyncio.sleep(MOVING_PAUSE)
        today = korean_date(self._clock())
        prices: LoadState[DailyPrices]
        try:
            session = await self._session_pool.get(profile)
            span = DateRange(today - CHART_DAYS, today)
            prices = Loaded(await session.fetch_daily_prices(item, span), self._clock())
        except KistuiError as error:
            prices = Failed(error, self._clock())
        self._page.post_message(PricesLoaded(profile, item, prices))

    def _state(self, profile: Profile, item: QuotedItem) -> LoadState[DailyPrices]:
        state = self._states.get((profile.name, item), NotLoaded())
        return _decoder.decode(state) if isinstance(state, bytes) else state
