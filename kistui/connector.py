"""How a profile's credentials become a session: its server, its pace, its token, its holidays."""

from datetime import timedelta
from typing import TYPE_CHECKING

from kistui.clock import Clock
from kistui.log import Log
from kistui.models.account import Credentials, Environment, Profile
from kistui.store.holidays import HolidayStore
from kistui.store.paths import Folders
from kistui.store.tokens import TokenStore, name_of

if TYPE_CHECKING:
    from kistui.client import RateLimits
    from kistui.session import Session


class Connector:
    """Makes sessions; those of one app key on one server keep one pace and use one token."""

    def __init__(self, folders: Folders, tokens: TokenStore, clock: Clock, log: Log) -> None:
        self._folders = folders
        self._tokens = tokens
        self._clock = clock
        self._log = log
        self._gates: dict[str, RateLimits] = {}

    def session(
        self,
        profile: Profile,
        credentials: Credentials,
        base_url: str | None,
        renew_before: timedelta,
    ) -> "Session":
        """A new session; raises InvalidBaseUrl."""
        # The client's imports are the dearest there are: only who connects pays for them.
        from kistui.client import RateLimits, KisClient  # noqa: PLC0415
        from kistui.session import Session  # noqa: PLC0415
        from kistui.tokens import SharedToken  # noqa: PLC0415

        key = self.record_name(profile, credentials, base_url)
        gates = self._gates.setdefault(key, RateLimits.for_environment(profile.environment))
        client = KisClient(
            profile.environment,
            base_url=base_url,
            rate_limits=gates,
            clock=self._clock,
            on_call=self._log.of(profile.name),
        )
        token = SharedToken(
            self._tokens, credentials, client, self._clock, renew_before=renew_before
        )
        # A made-up server's holidays are not the user's.
        is_kis = profile.environment is Environment.REAL and base_url is None
        holidays = HolidayStore(self._folders.holidays) if is_kis else None
        return Session(profile, credentials, client, token, holidays)

    def record_name(self, profile: Profile, credentials: Credentials, base_url: str | None) -> str:
        """The name of the token's record of these credentials; raises InvalidBaseUrl."""
        from kistui.client.endpoints import BASE_URLS, validate_base_url  # noqa: PLC0415

        origin = validate_base_url(base_url or BASE_URLS[profile.environment])
        return name_of(origin, credentials.app_key)
