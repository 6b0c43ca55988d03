"""`kistui.open_session`: an account for scripts, over the shared token."""

import subprocess
import sys
from contextlib import aclosing
from datetime import date
from pathlib import Path

import pytest

import kistui
from kistui.errors import (
    LivePricesUnavailableError,
    MissingCredentialsError,
    NoTokenError,
    PassphraseRequiredError,
    ProfileNotFoundError,
)
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.models.dividends import DividendGrouping
from kistui.models.live_prices import FeedStatus
from kistui.models.orders import Side
from kistui.models.prices import DomesticItem
from kistui.models.profit_report import ProfitGrouping
from kistui.services.profiles import ProfileService
from kistui.simulator import Simulator
from kistui.storage.paths import AppPaths
from tests.cli.conftest import use_account
from tests.support import FakeClock


@pytest.fixture
def account(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    use_account(monkeypatch, simulator)
    return simulator


def token_requests(simulator: Simulator) -> int:
    return sum(request.path == "/oauth2/tokenP" for request in simulator.requests)


async def test_a_second_script_issues_no_token(account: Simulator, clock: FakeClock) -> None:
    for _ in range(2):
        async with kistui.open_session(clock=clock) as session:
            balance = await session.balance()
    assert balance.holdings
    assert token_requests(account) == 1


async def test_days_in_the_wrong_order_or_in_the_future_send_nothing(
    account: Simulator, clock: FakeClock
) -> None:
    first, last = date(2026, 11, 20), date(2026, 11, 1)
    async with kistui.open_session(clock=clock) as session:
        for read in (session.orders, session.profit):
            with pytest.raises(ValueError, match="after"):
                await read(first, last)
        with pytest.raises(ValueError, match="after"):
            await session.daily_prices(DomesticItem("005930"), first, last)
        assert (await session.orders(date(2027, 1, 1), date(2027, 1, 2))).orders == ()
        assert (await session.profit(date(2027, 1, 1), date(2027, 1, 2))).lines == ()
    assert not account.requests


async def test_a_script_may_forbid_a_new_token(account: Simulator, clock: FakeClock) -> None:
    async with kistui.open_session(clock=clock, issue_token=False) as session:
        with pytest.raises(NoTokenError):
            await session.balance()
    assert not token_requests(account)
    async with kistui.open_session(clock=clock) as session:
        await session.balance()
    async with kistui.open_session(clock=clock, issue_token=False) as session:
        assert (await session.balance()).holdings


async def test_a_session_reads_what_the_command_line_reads(
    account: Simulator, clock: FakeClock
) -> None:
    first, last = date(2026, 10, 1), date(2026, 11, 20)
    async with kistui.open_session(clock=clock) as session:
        orders = await session.orders(first, last)
        report = await session.profit(first, last, ProfitGrouping.MONTH)
        cash = await session.cash()
        sheet = await session.tax_sheet(2026)
        prices = await session.daily_prices(DomesticItem("005930"), first, last)
        dividends = await session.dividends(2025, DividendGrouping.MONTH)
        record = await session.token_record()
    assert orders.is_complete
    assert {order.side for order in orders.orders} == {Side.BUY, Side.SELL}
    assert report.lines
    assert sheet.sales
    assert prices.bars
    assert dividends.groups()
    assert dividends.is_complete
    assert record.token is not None
    assert cash.is_complete
    assert cash.asset_classes is not None


async def test_live_prices_come_until_the_caller_stops(
    account: Simulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = DomesticItem("005930")
    async with kistui.open_session(clock=clock) as session:
        with pytest.raises(LivePricesUnavailableError):
            await anext(session.live_prices([item]))
    server = account.serve_live_prices(interval=0.01)
    monkeypatch.setenv("KISTUI_LIVE_URL", server.url)
    states: list[FeedStatus] = []
    async with kistui.open_session(clock=clock) as session:
        prices = session.live_prices([item], lambda state: states.append(state.status))
        async with aclosing(prices) as ticks:
            tick = await anext(ticks)
    assert tick.item == item
    assert tick.price > 0
    assert states[:2] == [FeedStatus.CONNECTING, FeedStatus.LIVE]


async def test_an_encrypted_profile_opens_with_its_passphrase(
    account: Simulator, clock: FakeClock, tmp_path: Path
) -> None:
    paths = AppPaths(tmp_path / "config", tmp_path / "state")
    profiles = ProfileService(paths, {}, lambda: pytest.fail("no demo"), clock)
    profiles.secrets.unlock("open sesame")
    profile = Profile(
        "main",
        Environment.REAL,
        AccountNumber.parse(account.account_number),
        account.url,
        secret_backend=SecretBackend.ENCRYPTED,
    )
    profiles.add(profile, Credentials.parse(account.app_key, account.app_secret))
    with pytest.raises(PassphraseRequiredError):
        async with kistui.open_session("main", clock=clock, environ={}, paths=paths):
            pass
    async with kistui.open_session(
        "main", passphrase="open sesame", clock=clock, environ={}, paths=paths
    ) as session:
        assert (await session.balance()).holdings
        assert account.account_number[:8] not in f"{session.profile}"


async def test_a_failed_open_raises_an_error_of_the_tree(tmp_path: Path) -> None:
    paths = AppPaths(tmp_path, tmp_path)
    for name, error in (("gone", ProfileNotFoundError), (None, MissingCredentialsError)):
        with pytest.raises(error):
            async with kistui.open_session(name, environ={}, paths=paths):
                pass


def test_importing_kistui_imports_nothing_else() -> None:
    code = "import kistui, sys; print(sum(name.startswith('kistui.') for name in sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert output.stdout.split() == [b"0"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        kistui.nothing  # noqa: B018
