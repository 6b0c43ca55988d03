"""The clock, and the token of the profile shown: looked at once a minute, warned about once."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import App
from textual.reactive import var

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.formatting.call_log import log_write_error_text
from kistui.formatting.token import expiry_warning
from kistui.i18n.translations import Translations
from kistui.models.token import TokenRecord
from kistui.tui.messages import BalanceFailed, BalanceLoaded, TokensLoaded

if TYPE_CHECKING:
    from kistui.models.account import Profile
    from kistui.services.profiles import ProfileService

TICK_SECONDS = 5.0
"""Seconds between looks at the clock; ages on screen are by the minute."""
TOKEN_POLL_INTERVAL = timedelta(minutes=1)


class TokenMonitor(App[None]):
    """Knows what time it is, and how long the token lives."""

    now: var[datetime | None] = var(None)
    """The present instant, for everything on screen that depends on it."""
    token: var[TokenRecord | None] = var(None)
    """What is known of the token of the profile shown."""

    def __init__(self, profile_service: "ProfileService", t: Translations, clock: Clock) -> None:
        super().__init__()
        self._profile_service = profile_service
        self._t = t
        self._clock = clock
        self._profile: Profile | None = None
        self._token_checked_at = clock()
        self._warnings_shown: set[tuple[str, timedelta]] = set()
        self._log_fault_shown = False
        self.now = clock()

    def start_clock(self) -> None:
        """Start the one timer."""
        self.set_interval(TICK_SECONDS, self.tick)

    def tick(self) -> None:
        """Look at the clock; once a minute, at what other processes did to the token."""
        self.now = self._clock()
        if abs(self.now - self._token_checked_at) >= TOKEN_POLL_INTERVAL:
            self._refresh_token_status()
        self._warn_token_expiry()
        fault = self._profile_service.call_log.write_error
        if fault is not None and not self._log_fault_shown:
            self._log_fault_shown = True
            self.notify(log_write_error_text(fault, self._t), severity="warning", markup=False)

    @work(exclusive=True, group="token")
    async def _refresh_token_status(self) -> None:
        self._token_checked_at, profile = self._clock(), self._profile
        if profile is None:
            return
        try:
            status = await asyncio.to_thread(self._profile_service.token_status, profile)
        except KistuiError:  # told where the token is used, and on its own screen
            return
        self.post_message(TokensLoaded({profile.name: status}))

    @on(TokensLoaded)
    def _tokens_loaded(self, message: TokensLoaded) -> None:
        status = message.statuses.get(self._profile.name) if self._profile else None
        if status is not None:
            self.token, self.now = status.record, self._clock()
            self._warn_token_expiry()

    def _warn_token_expiry(self) -> None:
        """Say once that the token ends soon; nothing is asked and nothing loses the focus."""
        told = expiry_warning(self.token, self._clock(), self._t) if self.token else None
        if told is None or self.token is None or self.token.token is None:
            return
        limit, text = told
        if (self.token.token.short_id, limit) not in self._warnings_shown:
            self._warnings_shown.add((self.token.token.short_id, limit))
            self.notify(text, severity="warning", markup=False)

    @on(BalanceLoaded)
    @on(BalanceFailed)
    def _balance_request_finished(self) -> None:
        """It may be another now."""
        self._refresh_token_status()
