"""Harnesses of a client connected to a simulated KIS server on loopback."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

import pytest

from kistui.client import KisClient, RateLimits
from kistui.client.connection import Timeouts
from kistui.client.pagination import AccountRequest
from kistui.models.account import AccountNumber, Credentials, Environment, Profile
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress, ProgressEvent
from kistui.models.overseas import OverseasBalance
from kistui.models.periods import DateRange
from kistui.models.prices import DailyPrices, PriceSubject
from kistui.models.token import AccessToken
from kistui.simulator import Account, Simulator, SimulatorOptions
from kistui.simulator.responses import Response
from tests.support import FakeClock

T = TypeVar("T")


class RecordingSleep:
    """A sleep that only records its durations."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(round(seconds, 2))


class ClientHarness:
    """A client with its collaborators, and the events it reported."""

    def __init__(self, simulator: Simulator, client: KisClient, sleep: RecordingSleep) -> None:
        self.simulator = simulator
        self.client = client
        self.recorded_sleep = sleep
        self.credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
        self.account = AccountNumber.parse(simulator.account_number)
        self.progress_events: list[ProgressEvent] = []
        self.token: AccessToken | None = None

    def use_account(self, account: Account) -> None:
        """Switch to another of the simulator's accounts."""
        self.credentials = Credentials.parse(account.app_key, account.app_secret)
        self.account = AccountNumber.parse(account.number)
        self.token = None

    async def fetch_balance(self) -> Balance:
        token = await self.get_token()
        return await self.client.fetch_balance(
            self.credentials, token, self.account, self.progress_events.append
        )

    async def fetch_overseas(self) -> OverseasBalance:
        token = await self.get_token()
        return await self.client.fetch_overseas(
            self.credentials, token, self.account, self.progress_events.append
        )

    async def fetch_prices(
        self, subject: PriceSubject, first: str, last: str = "2026-11-23"
    ) -> DailyPrices:
        span = DateRange(date.fromisoformat(first), date.fromisoformat(last))
        token = await self.get_token()
        return await self.client.fetch_daily_prices(
            self.credentials, token, subject, span, self.progress_events.append
        )

    async def get_token(self) -> AccessToken:
        if self.token is None:
            self.token = await self.client.issue_token(self.credentials)
        return self.token

    @property
    def profile(self) -> Profile:
        """The profile of the account."""
        environment = Environment(self.simulator.options.environment)
        return Profile("main", environment, self.account)

    async def account_request(self) -> AccountRequest:
        """Return what reads of the account need, with a token."""
        token = await self.get_token()
        return self.client.account_request(
            self.credentials, token, self.account, self.progress_events.append
        )

    @property
    def call_count(self) -> int:
        """The number of calls other than those for tokens."""
        return sum("/uapi/" in request.path for request in self.simulator.requests)

    async def read_account(
        self, read: Callable[[AccountRequest], Awaitable[T]], on_progress: OnProgress
    ) -> T:
        """Run a read of the account's lists with a token, as a session does."""
        return await read(
            self.client.account_request(
                self.credentials, await self.get_token(), self.account, on_progress
            )
        )

    async def fetch_holidays(self) -> frozenset[date]:
        token = await self.get_token()
        return await self.client.fetch_holidays(self.credentials, token, date(2026, 12, 21))


@pytest.fixture
async def open_client(clock: FakeClock) -> AsyncIterator[Callable[..., ClientHarness]]:
    """Return a factory of client harnesses; all are closed after the test."""
    simulators: list[Simulator] = []
    clients: list[KisClient] = []

    def create_harness(read: float = 5.0, total: float = 30.0, **options: object) -> ClientHarness:
        simulator = Simulator(SimulatorOptions(**options), clock=clock)  # type: ignore[arg-type]
        simulator.start()
        simulators.append(simulator)
        recorded_sleep = RecordingSleep()
        client = KisClient(
            Environment(simulator.options.environment),
            base_url=simulator.url,
            rate_limits=RateLimits.unlimited(),
            clock=clock,
            timeouts=Timeouts(read=read, total=total, sleep=recorded_sleep, random=lambda: 0.5),
        )
        clients.append(client)
        return ClientHarness(simulator, client, recorded_sleep)

    yield create_harness
    for client in clients:
        await client.aclose()
    for simulator in simulators:
        simulator.stop()


OpenClient = Callable[..., ClientHarness]


def rows_response(rows: Any, tr_cont: str = "D", **body: Any) -> Response:
    """Return a successful response with these rows of domestic or, as `output`, other orders."""
    content = {"rt_cd": "0", "msg_cd": "KIOK0510", "msg1": "", "output1": rows, "output2": {}}
    return Response(body=json.dumps(content | body).encode(), headers={"tr_cont": tr_cont})
