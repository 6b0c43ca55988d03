"""The clock, and the token of the profile shown: looked at once a minute, warned about once."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import App
from textual.reactive import var

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.models.token import TokenRecord
from kistui.ui.book import Book
from kistui.ui.messages import BalanceFailed, BalanceLoaded, TokensSeen
from kistui.formatting.call_log import log_write_error_text
from kistui.formatting.token import expiry_warning
from kistui.i18n.translations import Translations

if TYPE_CHECKING:
    from kistui.models.account import Profile

TICK = 5.0
"""Seconds between looks at the clock; ages on screen are by the minute."""
LOOK = timedelta(minutes=1)


class WatchingApp(App[None]):
    """Knows what time it is, and how long the token lives."""

    now: var[datetime | None] = var(None)
    """The present instant, for everything on screen that depends on it."""
    token: var[TokenRecord | None] = var(None)
    """What is known of the token of the profile shown."""

    def __init__(self, book: Book, words: Translations, clock: Clock) -> None:
        super().__init__()
        self._book = book
        self._words = words
        self._clock = clock
        self._profile: Profile | None = None
        self._looked_at = clock()
        self._warned: set[tuple[str, timedelta]] = set()
        self._is_log_fault_told = False
        self.now = clock()

    def start_watching(self) -> None:
        """Start the one timer."""
        self.set_interval(TICK, self.tick)

    def tick(self) -> None:
        """Look at the clock; once a minute, at what other processes did to the token."""
        self.now = self._clock()
        if abs(self.now - self._looked_at) >= LOOK:
            self._look_at_token()
        self._warn()
        fault = self._book.log.fault
        if fault is not None and not self._is_log_fault_told:
            self._is_log_fault_told = True
            self.notify(log_write_error_text(fault, self._words), severity="warning", markup=False)

    @work(exclusive=True, group="token")
    async def _look_at_token(self) -> None:
        self._looked_at, profile = self._clock(), self._profile
        if profile is None:
            return
        try:
            status = await asyncio.to_thread(self._book.token_status, profile)
        except KistuiError:  # told where the token is used, and on its own screen
            return
        self.post_message(TokensSeen({profile.name: status}))

    @on(TokensSeen)
    def _tokens_seen(self, message: TokensSeen) -> None:
        status = message.statuses.get(self._profile.name) if self._profile else None
        if status is not None:
            self.token, self.now = status.record, self._clock()
            self._warn()

    def _warn(self) -> None:
        """Say once that the token ends soon; nothing is asked and nothing loses the focus."""
        told = expiry_warning(self.token, self._clock(), self._words) if self.token else None
        if told is None or self.token is None or self.token.token is None:
            return
        limit, text = told
        if (self.token.token.short_id, limit) not in self._warned:
            self._warned.add((self.token.token.short_id, limit))
            self.notify(text, severity="warning", markup=False)

    @on(BalanceLoaded)
    @on(BalanceFailed)
    def _token_was_used(self) -> None:
        """It may be another now."""
        self._look_at_token()
