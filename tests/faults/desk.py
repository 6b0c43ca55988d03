"""An account on a server that misbehaves when told to; what is waited for moves a clock instead."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kistui.client import RateLimits, KisClient
from kistui.client.connection import Timeouts
from kistui.services.session_factory import SessionFactory
from kistui.models.account import Credentials, Profile
from kistui.models.balance import Balance
from kistui.models.progress import ProgressEvent, TokenRequestDelayed, RetryScheduled
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.services.session import Session
from kistui.simulator import Reply, Simulator
from kistui.storage.paths import AppPaths
from kistui.services.token_manager import TokenManager
from tests.faults.table import BALANCE, HASTY, TOKEN, Fault
from tests.support import FakeClock

MINUTE = timedelta(minutes=1)


class Desk:
    """A server, a user's folders, and a clock that all of them share."""

    def __init__(self, folder: Path, clock: FakeClock, simulator: Simulator) -> None:
        self.clock = clock
        self.simulator = simulator
        self.elsewhere = Simulator(clock=clock)
        self.environ = {
            "KIS_APP_KEY": simulator.app_key,
            "KIS_APP_SECRET": simulator.app_secret,
            "KIS_ACCOUNT": simulator.account,
            "KISTUI_BASE_URL": simulator.url,
        }
        self.folders = AppPaths(folder / "config", folder / "state")
        self.certify: Callable[[Path], None] = lambda _path: None
        """What a server that speaks TLS shows from now on."""
        self.told: list[ProgressEvent] = []
        self.waited = 0.0
        self._before: dict[str, int] = {}
        self._is_hasty = False

    def book(self) -> ProfileService:
        return ProfileService(self.folders, self.environ, _no_demo, self.clock)

    def open(self) -> Session:
        book = self.book()
        profile = book.resolve()
        assert profile
        return book.open_session(profile)

    def connect(
        self,
        connector: SessionFactory,
        profile: Profile,
        credentials: Credentials,
        base_url: str | None,
        renew_before: timedelta,
    ) -> Session:
        """In place of `Connector.session`: no limits, and no time that has to pass."""
        limit = HASTY if self._is_hasty else 10.0
        pace = Timeouts(read=limit, total=limit, sleep=self.sleep)
        client = KisClient(
            profile.environment,
            base_url=base_url,
            rate_limits=RateLimits.unlimited(),
            clock=self.clock,
            timeouts=pace,
        )
        token = TokenManager(
            connector._token_store,
            credentials,
            client,
            self.clock,
            renew_before=renew_before,
            sleep=self.sleep,
        )
        return Session(profile, credentials, client, token)

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self.clock.advance(seconds=seconds)
        await asyncio.sleep(0)

    async def read(self, session: Session) -> Balance:
        self.told.clear()
        self.waited = 0.0
        return await session.fetch_balance(self.told.append)

    def prepare(self, fault: Fault) -> None:
        """Before the first session: how long an answer may take."""
        self._is_hasty = fault.hasty

    def begin(self, fault: Fault, times: int | None = None) -> None:
        """From now on, as many times as kistui may ask, or so many `times`."""
        # Where there is a token, none would be asked for.
        self.clock.advance(hours=25 if fault.at == TOKEN else fault.hours)
        reply = self._addressed(fault.reply)
        self.simulator.script(fault.at, *[reply] * (times or fault.most_asks))
        self._before = {path: self.simulator.count(path) for path in (BALANCE, TOKEN)}

    def asked(self, path: str) -> int:
        """How often KIS was asked since the fault began."""
        return self.simulator.count(path) - self._before[path]

    @property
    def tries_told(self) -> int:
        """How many tries the user was told of."""
        return sum(isinstance(each, (RetryScheduled, TokenRequestDelayed)) for each in self.told)

    def _addressed(self, reply: Reply) -> Reply:
        if "location" not in reply.headers:
            return reply
        address = f"{self.elsewhere.start().url}/oauth2/tokenP"
        return replace(reply, headers={"location": address})


def install(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    """Every session of this process is the desk's, and the environment names its account."""

    def session(connector: SessionFactory, *given: Any) -> Session:
        return desk.connect(connector, *given)

    monkeypatch.setattr(SessionFactory, "create", session)
    for name, value in desk.environ.items():
        monkeypatch.setenv(name, value)


def _no_demo() -> DemoAccount:
    raise AssertionError
