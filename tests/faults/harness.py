"""A simulator with faults on demand, and a client whose waits advance a fake clock."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kistui.client import KisClient, RateLimits
from kistui.client.connection import Timeouts
from kistui.models.account import Credentials, Profile
from kistui.models.balance import Balance
from kistui.models.calls import ProgressEvent, RetryScheduled, TokenRequestDelayed
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.services.session import Session
from kistui.services.session_factory import SessionFactory
from kistui.services.token_manager import TokenManager
from kistui.simulator import Response, Simulator
from kistui.storage.paths import AppPaths
from kistui.storage.token_store import TokenStore
from tests.faults.fault_table import BALANCE_PATH, SHORT_TIMEOUT, TOKEN_PATH, FaultCase
from tests.support import FakeClock

MINUTE = timedelta(minutes=1)


class FaultHarness:
    """A simulator, a user's folders, and a clock shared by all of them."""

    def __init__(self, folder: Path, clock: FakeClock, simulator: Simulator) -> None:
        self.clock = clock
        self.simulator = simulator
        self.redirect_target = Simulator(clock=clock)
        self.environ = {
            "KIS_APP_KEY": simulator.app_key,
            "KIS_APP_SECRET": simulator.app_secret,
            "KIS_ACCOUNT": simulator.account_number,
            "KISTUI_BASE_URL": simulator.url,
        }
        self.folders = AppPaths(folder / "config", folder / "state")
        self.set_certificate: Callable[[Path], None] = lambda _path: None
        """Set the certificate that the TLS server presents."""
        self.progress_events: list[ProgressEvent] = []
        self.slept_seconds = 0.0
        self._requests_before: dict[str, int] = {}
        self._has_short_timeout = False

    def open_profiles(self) -> ProfileService:
        return ProfileService(self.folders, self.environ, _no_demo, self.clock)

    def open_session(self) -> Session:
        profile_service = self.open_profiles()
        profile = profile_service.resolve()
        assert profile
        return profile_service.open_session(profile)

    def create_session(
        self,
        profile: Profile,
        credentials: Credentials,
        base_url: str | None,
        renew_before: timedelta,
        *,
        live_url: str | None = None,
        may_issue_token: bool = True,
    ) -> Session:
        """Create a session without rate limits whose waits advance the fake clock."""
        assert live_url is None
        limit = SHORT_TIMEOUT if self._has_short_timeout else 10.0
        timeouts = Timeouts(read=limit, total=limit, sleep=self.sleep, random=lambda: 0.5)
        client = KisClient(
            profile.environment,
            base_url=base_url,
            rate_limits=RateLimits.unlimited(),
            clock=self.clock,
            timeouts=timeouts,
        )
        token = TokenManager(
            TokenStore(self.folders.tokens_dir),
            credentials,
            client,
            self.clock,
            renew_before=renew_before,
            may_issue=may_issue_token,
            sleep=self.sleep,
        )
        return Session(profile, credentials, client, token)

    async def sleep(self, seconds: float) -> None:
        self.slept_seconds += seconds
        self.clock.advance(seconds=seconds)
        await asyncio.sleep(0)

    async def fetch_balance(self, session: Session) -> Balance:
        self.progress_events.clear()
        self.slept_seconds = 0.0
        return await session.fetch_balance(self.progress_events.append)

    def set_timeouts(self, fault: FaultCase) -> None:
        """Set the read timeout for the fault; call it before the first session."""
        self._has_short_timeout = fault.has_short_timeout

    def start_fault(self, fault: FaultCase, times: int | None = None) -> None:
        """Answer the next requests with the fault: `times`, or as many as kistui may send."""
        # With a valid token, no token would be requested.
        self.clock.advance(hours=25 if fault.path_suffix == TOKEN_PATH else fault.hours_after)
        response = self._with_redirect_target(fault.reply)
        self.simulator.script(fault.path_suffix, *[response] * (times or fault.max_requests))
        self._requests_before = {
            path: self.simulator.count_requests(path) for path in (BALANCE_PATH, TOKEN_PATH)
        }

    def request_count(self, path: str) -> int:
        """Return the number of requests to the path since the fault began."""
        return self.simulator.count_requests(path) - self._requests_before[path]

    @property
    def announced_waits(self) -> int:
        """Return the number of retries of which the user was notified."""
        return sum(
            isinstance(event, (RetryScheduled, TokenRequestDelayed))
            for event in self.progress_events
        )

    def _with_redirect_target(self, response: Response) -> Response:
        if "location" not in response.headers:
            return response
        address = f"{self.redirect_target.start().url}/oauth2/tokenP"
        return replace(response, headers={"location": address})


def patch_session_factory(monkeypatch: pytest.MonkeyPatch, harness: FaultHarness) -> None:
    """Create every session through the harness, and set its environment variables."""

    def session(_factory: SessionFactory, *arguments: Any, **options: Any) -> Session:
        return harness.create_session(*arguments, **options)

    monkeypatch.setattr(SessionFactory, "create", session)
    for name, value in harness.environ.items():
        monkeypatch.setenv(name, value)


def _no_demo() -> DemoAccount:
    raise AssertionError
