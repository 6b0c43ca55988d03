"""Creates sessions: joins client, rate limits, token manager and holidays."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from kistui.clock import Clock
from kistui.models.account import Credentials, Environment, Profile
from kistui.models.calls import OnCall, ignore_call
from kistui.models.token import RENEW_BEFORE
from kistui.services.call_log import CallLog
from kistui.storage.paths import AppPaths
from kistui.storage.shared_turns import SharedTurns
from kistui.storage.state_files import HolidayStore
from kistui.storage.token_store import TokenStore, token_record_name

if TYPE_CHECKING:
    from kistui.client import RateLimits
    from kistui.services.session import Session


class SessionFactory:
    """Creates sessions; those of one app key on one server share rate limits and token."""

    def __init__(
        self, paths: AppPaths, token_store: TokenStore, clock: Clock, call_log: CallLog
    ) -> None:
        self._paths = paths
        self._token_store = token_store
        self._clock = clock
        self._call_log = call_log
        self._rate_limits: dict[str, RateLimits] = {}

    def create(
        self,
        profile: Profile,
        credentials: Credentials,
        base_url: str | None,
        renew_before: timedelta,
        *,
        live_url: str | None = None,
        may_issue_token: bool = True,
    ) -> "Session":
        """Create a session; raises InvalidBaseUrlError.

        `live_url` is the WebSocket of a server that is not KIS's.
        """
        from kistui.client import RateLimits  # noqa: PLC0415
        from kistui.client.endpoints import WEBSOCKET_URLS, validate_live_url  # noqa: PLC0415

        key = self.token_record_name(profile, credentials, base_url)
        rate_limits = self._rate_limits.setdefault(
            key,
            RateLimits.for_environment(
                profile.environment,
                shared_turns=SharedTurns(self._paths.turns_dir, key),
            ),
        )
        # A simulator's holidays are not real.
        is_kis = profile.environment is Environment.REAL and base_url is None
        holidays = HolidayStore(self._paths.holidays_file) if is_kis else None
        if base_url is None:
            live_url = WEBSOCKET_URLS[profile.environment]
        elif live_url is not None:
            live_url = validate_live_url(live_url)
        return build_session(
            profile,
            credentials,
            self._token_store,
            self._clock,
            base_url=base_url,
            rate_limits=rate_limits,
            on_call=self._call_log.for_profile(profile.name),
            renew_before=renew_before,
            may_issue_token=may_issue_token,
            holiday_store=holidays,
            live_url=None if live_url is None else partial(str, live_url),
        )

    def token_record_name(
        self, profile: Profile, credentials: Credentials, base_url: str | None
    ) -> str:
        """Return the name of the credentials' token record; raises InvalidBaseUrlError."""
        from kistui.client.endpoints import BASE_URLS, validate_base_url  # noqa: PLC0415

        origin = validate_base_url(base_url or BASE_URLS[profile.environment])
        return token_record_name(origin, credentials.app_key.reveal())


def build_session(
    profile: Profile,
    credentials: Credentials,
    token_store: TokenStore,
    clock: Clock,
    *,
    base_url: str | None,
    rate_limits: "RateLimits",
    on_call: OnCall = ignore_call,
    renew_before: timedelta = RENEW_BEFORE,
    may_issue_token: bool = True,
    holiday_store: HolidayStore | None = None,
    live_url: Callable[[], str] | None = None,
) -> "Session":
    """Return a session with a client and a token manager of its own; raises InvalidBaseUrlError."""
    # The client is the slowest import: only a connection pays for it.
    from kistui.client import KisClient  # noqa: PLC0415
    from kistui.services.session import Session  # noqa: PLC0415
    from kistui.services.token_manager import TokenManager  # noqa: PLC0415

    client = KisClient(
        profile.environment,
        base_url=base_url,
        rate_limits=rate_limits,
        clock=clock,
        on_call=on_call,
    )
    token_manager = TokenManager(
        token_store,
        credentials,
        client,
        clock,
        renew_before=renew_before,
        may_issue=may_issue_token,
    )
    return Session(
        profile,
        credentials,
        client,
        token_manager,
        holiday_store=holiday_store,
        live_url=live_url,
    )
