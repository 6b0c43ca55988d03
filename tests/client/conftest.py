"""Desks: a client at a real KIS server on loopback, and what it was told."""

from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest

from kistui.client import RateLimits, KisClient
from kistui.client.connection import Timeouts
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.balance import Balance
from kistui.models.overseas import OverseasBalance
from kistui.models.progress import ProgressEvent
from kistui.models.token import AccessToken
from kistui.simulator import Account, Options, Simulator
from tests.support import FakeClock


class Slept:
    """A sleep that only notes how long."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(round(seconds, 2))


class Desk:
    """A client, what it needs, and what it was told."""

    def __init__(self, simulator: Simulator, client: KisClient, slept: Slept) -> None:
        self.simulator = simulator
        self.client = client
        self.slept = slept
        self.credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        self.account = AccountNumber.parse(simulator.account)
        self.told: list[ProgressEvent] = []
        self.token: AccessToken | None = None

    def sit_at(self, account: Account) -> None:
        """Ask for another of the simulator's accounts."""
        self.credentials = Credentials.parse(account.app_key, account.app_secret)
        self.account = AccountNumber.parse(account.account)
        self.token = None

    async def balance(self) -> Balance:
        token = await self.issued()
        return await self.client.fetch_balance(self.credentials, token, self.account, self.told.append)

    async def overseas(self) -> OverseasBalance:
        token = await self.issued()
        return await self.client.fetch_overseas(self.credentials, token, self.account, self.told.append)

    async def issued(self) -> AccessToken:
        if self.token is None:
            self.token = await self.client.issue_token(self.credentials)
        return self.token

    async def closed_days(self) -> frozenset[date]:
        token = await self.issued()
        return await self.client.fetch_holidays(self.credentials, token, date(2026, 12, 21))


@pytest.fixture
async def opened(clock: FakeClock) -> AsyncIterator[Callable[..., Desk]]:
    """Opens desks on simulators of any kind; closes them all."""
    simulators: list[Simulator] = []
    clients: list[KisClient] = []

    def open_desk(read: float = 5.0, answer: float = 30.0, **options: object) -> Desk:
        simulator = Simulator(Options(**options), clock=clock)  # type: ignore[arg-type]
        simulator.start()
        simulators.append(simulator)
        slept = Slept()
        client = KisClient(
            Environment(simulator.options.environment),
            base_url=simulator.url,
            rate_limits=RateLimits.unlimited(),
            clock=clock,
            timeouts=Timeouts(read=read, total=answer, sleep=slept),
        )
        clients.append(client)
        return Desk(simulator, client, slept)

    yield open_desk
    for client in clients:
        await client.aclose()
    for simulator in simulators:
        simulator.stop()


Open = Callable[..., Desk]
