"""Monitor of the shown profile's token: read once a minute, expiry announced once."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.app import App

from kistui.clock import Clock
from kistui.errors import KistuiError
from kistui.formatting.token import expiry_warning
from kistui.i18n.translations import Translations
from kistui.models.token import TokenRecord
from kistui.tui.messages import TokensLoaded
from kistui.tui.workers import start_worker

if TYPE_CHECKING:
    from kistui.models.account import Profile
    from kistui.services.profiles import ProfileService

TOKEN_POLL_INTERVAL = timedelta(minutes=1)


class TokenMonitor:
    """Reads the token of a profile from the disk, where other processes change it too."""

    def __init__(
        self, app: App[Any], profile_service: "ProfileService", t: Translations, clock: Clock
    ) -> None:
        self._app = app
        self._profile_service = profile_service
        self._t = t
        self._clock = clock
        self._checked_at = clock()
        self._warnings_shown: set[tuple[str, timedelta]] = set()

    def refresh_if_due(self, profile: "Profile | None", now: datetime) -> None:
        """Read the token, if the last time was a minute ago."""
        if abs(now - self._checked_at) >= TOKEN_POLL_INTERVAL:
            self.refresh(profile)

    def refresh(self, profile: "Profile | None") -> None:
        """Read the token and post it to the app as `TokensLoaded`."""
        self._checked_at = self._clock()
        if profile is not None:
            start_worker(self._app, self._read, profile, group="token", is_exclusive=True)

    async def _read(self, profile: "Profile") -> None:
        try:
            status = await asyncio.to_thread(self._profile_service.token_status, profile)
        except KistuiError:  # shown where the token is used, and on its own page
            return
        self._app.post_message(TokensLoaded({profile.name: status}))

    def warn_before_expiry(self, record: TokenRecord | None) -> None:
        """Warn once per time limit that the token expires soon."""
        warning = expiry_warning(record, self._clock(), self._t) if record else None
        if warning is None or record is None or record.token is None:
            return
        limit, text = warning
        if (record.token.short_id, limit) not in self._warnings_shown:
            self._warnings_shown.add((record.token.short_id, limit))
            self._app.notify(text, severity="warning", markup=False)
