"""Live prices over the WebSocket: typed ticks, and what becomes of a lost connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from kistui.cli.context import open_profiles
from kistui.cli.demo import demo_from_simulator
from kistui.client import KisClient
from kistui.client.endpoints import validate_live_url
from kistui.client.live_prices import (
    IN_USE_DELAYS,
    RETRY_DELAYS,
    FeedTiming,
    LivePriceFeed,
    parse_frame,
    subscription_key,
)
from kistui.errors import (
    AppSecretRejectedError,
    InvalidBaseUrlError,
    LivePricesUnavailableError,
    TlsError,
)
from kistui.models.account import Credentials, Environment
from kistui.models.live_prices import FeedState, FeedStatus, LiveItem, Tick
from kistui.models.prices import DomesticItem, OverseasItem
from kistui.models.text import Secret
from kistui.simulator import Simulator, SimulatorOptions, error_response
from kistui.simulator.live_prices import LivePriceServer
from kistui.simulator.responses import Response
from kistui.storage.paths import AppPaths
from tests.support import FakeClock

SAMSUNG, HYNIX, ETN = DomesticItem("005930"), DomesticItem("000660"), DomesticItem("Q500011")
APPLE = OverseasItem("NAS", "AAPL")
REAL, PAPER = Environment.REAL, Environment.PAPER
KEYS: dict[tuple[str, str], LiveItem] = {
    ("H0UNCNT0", "005930"): SAMSUNG,
    ("H0UNCNT0", "000660"): HYNIX,
    ("HDFSCNT0", "DNASAAPL"): APPLE,
}


def domestic_record(code: str, price: str, width: int) -> str:
    fields = [code, "093015", price, "5", "-500", "-0.56", *[""] * (width - 6)]
    fields[33] = "20261123"
    return "^".join(fields)


@pytest.mark.parametrize("width", [46, 47, 60])
def test_a_frame_has_records_of_any_width(width: int) -> None:
    records = "^".join(
        (domestic_record("005930", "88000", width), domestic_record("000660", "410500", width))
    )
    first, second = parse_frame(f"0|H0UNCNT0|002|{records}", KEYS)
    assert first.item == SAMSUNG
    assert (first.price, first.day_change, first.day_rate) == (
        Decimal(88000),
        Decimal(-500),
        Decimal("-0.56"),
    )
    assert first.traded_at is not None
    assert first.traded_at.isoformat() == "2026-11-23T09:30:15+09:00"
    assert (second.item, second.price) == (HYNIX, Decimal(410500))


@pytest.mark.parametrize("day", ["00010101", "2026112", "20261124x", "20261331"])
def test_a_time_that_cannot_be_read_is_unknown(day: str) -> None:
    fields = domestic_record("005930", "88000", 46).split("^")
    fields[33] = day
    (tick,) = parse_frame(f"0|H0UNCNT0|001|{'^'.join(fields)}", KEYS)
    assert tick.traded_at is None


def test_an_overseas_fall_has_one_minus() -> None:
    fields = ["DNASAAPL", "AAPL", "4", *[""] * 23]
    fields[6:8], fields[11:15] = ["20261124", "003015"], ["271.4900", "5", "1.2500", "-0.46"]
    (tick,) = parse_frame(f"0|HDFSCNT0|001|{'^'.join(fields)}", KEYS)
    assert (tick.item, tick.price) == (APPLE, Decimal("271.49"))
    assert (tick.day_change, tick.day_rate) == (Decimal("-1.25"), Decimal("-0.46"))


@pytest.mark.parametrize(
    "frame",
    [
        "", "0", "0|H0UNCNT0", "0|H0UNCNT0|001|", "0|H0UNCNT0|000|005930", "0|H0UNCNT0|x|005930",
        "1|H0UNCNT0|001|c2VjcmV0", "0|H0UNCNT0|002|" + domestic_record("005930", "1", 47),
        "0|H0UNCNT0|001|" + domestic_record("999999", "88000", 47),
        "0|H0UNCNT0|001|" + domestic_record("005930", "0", 47),
        "0|H0UNCNT0|001|" + domestic_record("005930", "", 47),
        "0|H0UNCNT0|001|" + domestic_record("005930", "NaN", 47),
        f"0|H0UNCNT0|{'9' * 5_000}|" + domestic_record("005930", "88000", 47),
        "0|H0UNCNT0|001|" + domestic_record("005930", "1E+999999", 47),
        "0|H0UNCNT0|001|" + domestic_record("005930", "1E-999999", 47),
        "0|H0UNCNT0|001|" + domestic_record("005930", "9" * 5_000, 47),
        "0|H0STCNI0|001|" + domestic_record("005930", "88000", 47),
    ],
)  # fmt: skip
def test_an_unreadable_record_is_no_trade(frame: str) -> None:
    assert list(parse_frame(frame, KEYS)) == []


@given(st.text("0123456789|^HUNCTDFS.-", max_size=80))
def test_no_frame_breaks_the_parser(text: str) -> None:
    assert list(parse_frame(text, KEYS)) == []


def test_paper_has_a_feed_of_its_own_and_no_overseas_feed() -> None:
    assert subscription_key(PAPER, SAMSUNG) == ("H0STCNT0", "005930")
    assert subscription_key(PAPER, APPLE) is None
    assert subscription_key(REAL, ETN) == ("H0UNCNT0", "Q500011")
    assert subscription_key(REAL, APPLE) == ("HDFSCNT0", "DNASAAPL")
    assert subscription_key(REAL, DomesticItem("../x")) is None


class FeedHarness:
    """A simulator that serves live prices, and a feed whose waits take no time."""

    def __init__(
        self,
        simulator: Simulator,
        server: LivePriceServer,
        feed: LivePriceFeed,
        states: list[FeedState],
        slept: list[float],
    ) -> None:
        self.simulator = simulator
        self.server = server
        self.feed = feed
        self.states = states
        self.slept = slept

    def statuses(self) -> list[FeedStatus]:
        """Return the states without repetitions."""
        statuses = [state.status for state in self.states]
        return [status for status, _ in groupby(statuses)]

    async def first_ticks(self, *items: LiveItem, count: int = 1) -> list[Tick]:
        ticks: list[Tick] = []
        async with asyncio.timeout(10), aclosing(self.feed.ticks(items)) as feed:
            async for tick in feed:
                ticks.append(tick)
                if len(ticks) == count:
                    break
        return ticks

    async def wait_until(self, condition: Callable[[], bool], *items: LiveItem) -> None:
        """Read until a condition holds, such as a state."""

        async def read() -> None:
            async with aclosing(self.feed.ticks(items)) as feed:
                async for _ in feed:
                    pass

        reading = asyncio.create_task(read())
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110  # the server's thread sets it
                await asyncio.sleep(0.005)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


@asynccontextmanager
async def serving(
    clock: FakeClock, environment: Environment = REAL, silence: float = 5.0, **options: Any
) -> AsyncIterator[FeedHarness]:
    chosen = SimulatorOptions(environment=environment.value, **options)
    with Simulator(chosen, clock=clock) as simulator:
        server = simulator.serve_live_prices(interval=0.01)
        client = KisClient(environment, base_url=simulator.url, clock=clock)
        credentials = Credentials(Secret(simulator.app_key), Secret(simulator.app_secret))

        states: list[FeedState] = []
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            await asyncio.sleep(0)

        feed = LivePriceFeed(
            environment,
            lambda: client.issue_approval_key(credentials),
            url=server.url,
            on_state=states.append,
            timing=FeedTiming(connect=2.0, silence=silence, sleep=sleep),
        )
        yield FeedHarness(simulator, server, feed, states, slept)
        await client.aclose()


async def test_ticks_have_the_prices_of_the_balance(clock: FakeClock) -> None:
    async with serving(clock) as harness:
        ticks = await harness.first_ticks(SAMSUNG, HYNIX, APPLE, count=3)
        assert {tick.item for tick in ticks} == {SAMSUNG, HYNIX, APPLE}
        assert all(tick.price > 0 and tick.traded_at is not None for tick in ticks)
        assert harness.statuses() == [FeedStatus.CONNECTING, FeedStatus.LIVE]
        assert harness.states[-1].registered == {SAMSUNG, HYNIX, APPLE}


async def test_only_the_approval_key_and_item_codes_are_sent(clock: FakeClock) -> None:
    async with serving(clock) as harness:
        await harness.first_ticks(SAMSUNG)
        sent = str(harness.server.received)
        assert {message["header"]["tr_type"] for message in harness.server.received} <= {"1", "2"}
        for secret in (harness.simulator.app_key, harness.simulator.app_secret, "50001234"):
            assert secret not in sent


@pytest.mark.parametrize("width", [46, 47])
async def test_paper_serves_only_domestic_prices(clock: FakeClock, width: int) -> None:
    async with serving(clock, PAPER) as harness:
        harness.server.faults.domestic_width = width
        (tick,) = await harness.first_ticks(APPLE, SAMSUNG)
        assert tick.item == SAMSUNG


async def test_items_without_a_feed_need_no_connection(clock: FakeClock) -> None:
    async with serving(clock, PAPER) as harness:
        assert await harness.first_ticks(APPLE) == []
        assert harness.statuses() == [FeedStatus.LIVE]
        assert harness.simulator.count_requests("Approval") == 0


async def test_no_more_than_41_items_are_registered(clock: FakeClock) -> None:
    items = [DomesticItem(f"{600_000 + 10 * number:06d}") for number in range(50)]
    async with serving(clock) as harness:
        await harness.wait_until(
            lambda: bool(harness.states) and len(harness.states[-1].registered) == 41, *items
        )
        assert harness.states[-1].registered == set(items[:41])


async def test_items_beyond_the_limit_of_the_server_are_left_out(clock: FakeClock) -> None:
    async with serving(clock) as harness:
        harness.server.faults.max_registrations = 1
        await harness.wait_until(
            lambda: len(harness.server.received) >= 2 and len(harness.states) >= 3, SAMSUNG, HYNIX
        )
        assert max(len(state.registered) for state in harness.states) == 1


async def test_a_pingpong_is_sent_back(clock: FakeClock) -> None:
    def is_answered() -> bool:
        return any(
            message["header"].get("tr_id") == "PINGPONG" for message in harness.server.received
        )

    async with serving(clock) as harness:
        harness.server.faults.pingpong_after = 0.02
        await harness.wait_until(is_answered, SAMSUNG)


async def test_a_connection_that_is_lost_silently_is_opened_again(clock: FakeClock) -> None:
    def has_reconnected() -> bool:
        statuses = harness.statuses()
        if FeedStatus.LOST in statuses:
            harness.server.faults.is_silent = False
        return len(statuses) > 2 and statuses[-1] is FeedStatus.LIVE

    async with serving(clock, silence=0.1) as harness:
        harness.server.faults.is_silent = True
        await harness.wait_until(has_reconnected, SAMSUNG)
        assert harness.slept.count(RETRY_DELAYS[0]) >= 1


async def test_attempts_to_connect_become_rarer(clock: FakeClock) -> None:
    async with serving(clock) as harness:
        harness.server.faults.drops = True
        await harness.wait_until(lambda: len(harness.states) > 14, SAMSUNG)
        waits = [state.retry_in for state in harness.states if state.status is FeedStatus.LOST]
        assert waits[: len(RETRY_DELAYS) + 1] == [*RETRY_DELAYS, RETRY_DELAYS[-1]]


async def test_an_app_key_that_is_in_use_is_tried_again_later(clock: FakeClock) -> None:
    async with serving(clock) as harness:
        harness.server.faults.is_in_use = True
        await harness.wait_until(
            lambda: [state.status for state in harness.states].count(FeedStatus.IN_USE) >= 2,
            SAMSUNG,
        )
        waits = [state.retry_in for state in harness.states if state.status is FeedStatus.IN_USE]
        assert waits[:2] == list(IN_USE_DELAYS[:2])


async def test_an_expired_approval_key_is_replaced(clock: FakeClock) -> None:
    def count() -> int:
        if harness.simulator.count_requests("Approval") > 1:
            harness.server.faults.rejects_approval = False
        return harness.simulator.count_requests("Approval")

    async with serving(clock) as harness:
        harness.server.faults.rejects_approval = True
        await harness.wait_until(
            lambda: count() > 1 and harness.states[-1].status is FeedStatus.LIVE, SAMSUNG
        )


@pytest.mark.parametrize(
    "response", [error_response("EGW00201"), Response(status=503, body=b"<html>")]
)
async def test_an_error_that_passes_does_not_end_the_feed(
    clock: FakeClock, response: Response
) -> None:
    async with serving(clock) as harness:
        harness.simulator.script("Approval", response)
        (tick,) = await harness.first_ticks(SAMSUNG)
        assert tick.item == SAMSUNG
        assert harness.statuses()[:3] == [
            FeedStatus.CONNECTING,
            FeedStatus.LOST,
            FeedStatus.CONNECTING,
        ]


HOSTILE_FRAMES = (
    b"", "", "null", "{", "[]", '{"x":' + "[" * 200_000, '{"header":{"y":' * 50_000,
    '{"header":{"tr_id":7}}', '{"header":{"tr_id":"PINGPONG"},"body":[]}', "0|", "|||", "\0" * 999,
    f"0|H0UNCNT0|{'9' * 5_000}|x", "0|H0UNCNT0|001|" + "^" * 100_000,
)  # fmt: skip


@asynccontextmanager
async def fed_with(*frames: str | bytes) -> AsyncIterator[tuple[LivePriceFeed, list[FeedState]]]:
    """Yield a feed that gets these frames after its first message, and its states."""

    async def send_all(connection: ServerConnection) -> None:
        await connection.recv()
        for frame in frames:
            await connection.send(frame)
        await connection.wait_closed()

    async def approve() -> Secret:
        return Secret("key")

    states: list[FeedState] = []
    async with serve(send_all, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield LivePriceFeed(REAL, approve, url=url, on_state=states.append), states


async def test_no_message_ends_the_feed() -> None:
    trade = "0|H0UNCNT0|001|" + domestic_record("005930", "88000", 47)
    async with (
        asyncio.timeout(10),
        fed_with(*HOSTILE_FRAMES, trade) as (feed, states),
        aclosing(feed.ticks([SAMSUNG])) as ticks,
    ):
        assert (await anext(ticks)).price == Decimal(88000)
    assert [state.status for state in states] == [FeedStatus.CONNECTING]


async def test_bytes_that_are_no_text_end_only_the_connection() -> None:
    async with fed_with(b"\xff\xfe") as (feed, states):
        ticks = feed.ticks([SAMSUNG])
        reading = asyncio.ensure_future(anext(ticks))
        async with asyncio.timeout(10):
            while not any(state.status is FeedStatus.LOST for state in states):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert not reading.done()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await ticks.aclose()


async def test_refused_credentials_end_the_feed(clock: FakeClock) -> None:
    with Simulator(clock=clock) as simulator:
        async with KisClient(REAL, base_url=simulator.url, clock=clock) as client:
            credentials = Credentials(Secret(simulator.app_key), Secret("x" * 180))
            feed = LivePriceFeed(REAL, lambda: client.issue_approval_key(credentials))
            with pytest.raises(AppSecretRejectedError):
                async with aclosing(feed.ticks([SAMSUNG])) as ticks:
                    await anext(ticks)


async def test_a_rejected_certificate_ends_the_feed() -> None:
    async def approve() -> Secret:
        raise TlsError(host="kis.example")

    feed = LivePriceFeed(REAL, approve)
    with pytest.raises(TlsError):
        async with asyncio.timeout(10), aclosing(feed.ticks([SAMSUNG])) as ticks:
            await anext(ticks)


async def test_the_session_of_a_demo_has_live_prices(clock: FakeClock, tmp_path: Path) -> None:
    with Simulator(clock=clock) as simulator:
        session = demo_from_simulator(simulator, clock, tmp_path).open_session()
        feed = await session.open_live_prices(lambda _state: None)
        async with aclosing(feed.ticks([SAMSUNG])) as ticks:
            assert (await anext(ticks)).item == SAMSUNG
        await session.aclose()


@pytest.mark.parametrize("live_url", [None, "ws://127.0.0.1:9"])
async def test_another_server_has_live_prices_where_its_address_is_known(
    clock: FakeClock, tmp_path: Path, live_url: str | None
) -> None:
    with Simulator(clock=clock) as simulator:
        environ = {
            "KIS_APP_KEY": simulator.app_key,
            "KIS_APP_SECRET": simulator.app_secret,
            "KIS_ACCOUNT": simulator.account_number,
            "KISTUI_BASE_URL": simulator.url,
        } | ({"KISTUI_LIVE_URL": live_url} if live_url else {})
        with open_profiles(
            SimulatorOptions, app_folders=AppPaths(tmp_path, tmp_path), environ=environ
        ) as profiles:
            profile = profiles.resolve()
            assert profile is not None
            session = profiles.open_session(profile)
            if live_url:
                await session.open_live_prices(lambda _state: None)
            else:
                with pytest.raises(LivePricesUnavailableError):
                    await session.open_live_prices(lambda _state: None)
            await session.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ws://",
        "http://127.0.0.1:1",
        "ws://kis.example:21000",
        "wss://127.0.0.1:1",
        "ws://[",
        "x",
    ],
)
def test_another_server_of_live_prices_is_on_this_machine(url: str) -> None:
    with pytest.raises(InvalidBaseUrlError):
        validate_live_url(url)
    assert validate_live_url(" ws://127.0.0.1:21000 ") == "ws://127.0.0.1:21000"
