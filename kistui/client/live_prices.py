"""Live prices over KIS's WebSocket: domestic trades, and overseas trades where they are free.

    feed = LivePriceFeed(Environment.REAL, lambda: client.issue_approval_key(credentials))
    async for tick in feed.ticks([DomesticItem("005930")]):
        ...

The connection is not encrypted and KIS allows one for each app key, whichever program opens it.
It carries the approval key and item codes, never the app key, the account or an HTS ID. Every
message that is sent passes the allow-list of subscriptions in `endpoints`.

KIS documents: 국내주식 실시간체결가 (통합, KRX), 해외주식 실시간지연체결가.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kistui.client.endpoints import (
    DOMESTIC_FEEDS,
    OVERSEAS_FEEDS,
    WEBSOCKET_URLS,
    is_subscription_allowed,
)
from kistui.client.proxies import websocket_proxy
from kistui.client.rate_limits import Sleep
from kistui.clock import KST
from kistui.errors import ForbiddenRequestError, KisError
from kistui.models.account import Environment
from kistui.models.live_prices import FeedState, FeedStatus, LiveItem, Tick
from kistui.models.prices import DomesticItem
from kistui.models.text import Secret

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

MAX_REGISTRATIONS = 41
"""Registrations of a connection, those of all feeds together."""
SUBSCRIBE_PAUSE = {Environment.REAL: 0.05, Environment.PAPER: 0.5}
"""Seconds between two messages."""
RETRY_DELAYS = (2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds before each attempt to connect again; KIS blocks clients that connect in a loop."""
IN_USE_DELAYS = (10.0, 30.0, 60.0, 300.0)
"""Seconds to leave the app key to another program; KIS frees it some time after a close."""
MAX_FRAME_BYTES = 1 << 20
MAX_DIGITS = 16
"""Digits before or after a decimal point; a longer number is no price, and slow to compute with."""
REGISTER, UNREGISTER = "1", "2"

ACCEPTED = frozenset({"OPSP0000", "OPSP0002"})
IGNORED = frozenset({"OPSP0001", "OPSP0003"})
"""Responses to an unregistration."""
FULL, IN_USE = "OPSP0008", "OPSP8996"
BAD_APPROVAL = frozenset({"OPSP0010", "OPSP0011", "OPSP9994"})
BAD_ITEM = frozenset({"OPSP8991", "OPSP8992"})

OnFeedState = Callable[[FeedState], None]


class FeedTiming(Struct, frozen=True):
    """Seconds to connect, and seconds without a message until a connection counts as lost."""

    connect: float = 10.0
    silence: float = 90.0
    """KIS sends a PINGPONG some ten seconds after the last trade."""
    sleep: Sleep = asyncio.sleep


class FeedRejectedError(Exception):
    """KIS refused; `code` is its `msg_cd`. The feed handles it and never passes it on."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LivePriceFeed:
    """One connection for prices, opened again when it is lost.

    `approve` issues an approval key. `url` may name a server on loopback instead of KIS's.
    """

    def __init__(
        self,
        environment: Environment,
        approve: Callable[[], Awaitable[Secret]],
        *,
        url: str | None = None,
        on_state: OnFeedState = lambda _state: None,
        timing: FeedTiming | None = None,
    ) -> None:
        self._environment = environment
        self._approve = approve
        self._url = url or WEBSOCKET_URLS[environment]
        self._on_state = on_state
        self._timing = timing or FeedTiming()
        self._approval_key: Secret | None = None
        self._registered: set[LiveItem] = set()

    async def ticks(self, items: Sequence[LiveItem]) -> AsyncGenerator[Tick, None]:
        """Yield trades of the first items that fit into a connection, until the caller stops.

        Items without a feed here, such as overseas items on paper, are left out; if there is no
        other, there is no connection and no trade. Raises KisError when there is no approval key
        and no retry brings one, SetupError for a proxy that cannot be used.
        """
        from websockets.exceptions import WebSocketException  # noqa: PLC0415

        feeds = _feeds_of(items, self._environment)
        if not feeds:
            self._report(FeedStatus.LIVE)  # without any item
            return
        failures: Counter[FeedStatus] = Counter()
        while True:
            self._report(FeedStatus.CONNECTING)
            rejection = ""
            try:
                async with aclosing(self._connect(feeds)) as received:
                    async for tick in received:
                        failures.clear()
                        yield tick
            except FeedRejectedError as error:
                rejection = error.code
            except (OSError, WebSocketException):
                pass
            except KisError as error:
                if error.needs_user:
                    raise
            # KIS may not answer an expired key at all.
            if rejection in BAD_APPROVAL or not self._registered:
                self._approval_key = None
            status, delays = (
                (FeedStatus.IN_USE, IN_USE_DELAYS)
                if rejection == IN_USE
                else (FeedStatus.LOST, RETRY_DELAYS)
            )
            delay = delays[min(failures[status], len(delays) - 1)]
            failures[status] += 1
            self._registered.clear()
            self._report(status, delay)
            await self._timing.sleep(delay)

    async def _connect(self, feeds: dict[tuple[str, str], LiveItem]) -> AsyncGenerator[Tick, None]:
        """Yield trades of a connection; raises when it ends."""
        from websockets.asyncio.client import connect  # noqa: PLC0415  # only where it is used

        proxy = websocket_proxy(self._url)
        if self._approval_key is None:
            self._approval_key = await self._approve()
        connection = await connect(
            self._url,
            proxy=proxy,
            open_timeout=self._timing.connect,
            close_timeout=1.0,
            ping_interval=None,  # KIS does not reliably answer pings
            compression=None,
            max_size=MAX_FRAME_BYTES,
        )
        registering = asyncio.create_task(self._register_all(connection, list(feeds)))
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timing.silence
        try:
            while self._registered or loop.time() < deadline:
                try:
                    async with asyncio.timeout(self._timing.silence):
                        frame = await connection.recv(decode=True)
                except UnicodeDecodeError:
                    continue
                if frame[:1] in {"0", "1"}:
                    for tick in parse_frame(frame, feeds):
                        yield tick
                else:
                    await self._handle_message(connection, frame, feeds)
        finally:
            registering.cancel()
            try:
                with suppress(Exception):  # the connection may have ended already
                    async with asyncio.timeout(1.0):
                        for key in [key for key, item in feeds.items() if item in self._registered]:
                            await self._send(connection, UNREGISTER, key)
                await connection.close()
            finally:
                connection.transport.abort()  # without waiting, also after a second cancel

    async def _register_all(
        self, connection: "ClientConnection", keys: Sequence[tuple[str, str]]
    ) -> None:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415

        with suppress(ConnectionClosed):  # reading reports the end
            for key in keys:
                await self._send(connection, REGISTER, key)
                await self._timing.sleep(SUBSCRIBE_PAUSE[self._environment])

    async def _send(
        self, connection: "ClientConnection", tr_type: str, key: tuple[str, str]
    ) -> None:
        """Send one registration; raises ForbiddenRequestError for a feed that is not listed."""
        tr_id, tr_key = key
        if not is_subscription_allowed(self._environment, tr_id, tr_key):
            raise ForbiddenRequestError(method="WebSocket", path=tr_key, tr_id=tr_id)
        assert self._approval_key is not None  # noqa: S101  # issued before connecting
        header = {
            "approval_key": self._approval_key.reveal(),
            "custtype": "P",
            "tr_type": tr_type,
            "content-type": "utf-8",
        }
        message = {"header": header, "body": {"input": {"tr_id": tr_id, "tr_key": tr_key}}}
        await connection.send(msgspec.json.encode(message).decode())

    async def _handle_message(
        self, connection: "ClientConnection", frame: str, feeds: dict[tuple[str, str], LiveItem]
    ) -> None:
        """Handle a JSON message; raises FeedRejectedError if it ends the connection."""
        try:
            message = msgspec.json.decode(frame, type=FeedMessage)
        except (msgspec.MsgspecError, RecursionError):
            return
        if message.header.tr_id == "PINGPONG":
            await connection.send(frame)
            return
        code = message.body.msg_cd if message.body else ""
        item = feeds.get((message.header.tr_id, message.header.tr_key))
        if code in ACCEPTED and item is not None:
            self._registered.add(item)
            self._report(FeedStatus.LIVE)
        elif code == FULL or code in BAD_ITEM:
            self._report(FeedStatus.LIVE)  # without the item
        elif code and code not in ACCEPTED | IGNORED:
            raise FeedRejectedError(code)

    def _report(self, status: FeedStatus, retry_in: float | None = None) -> None:
        self._on_state(FeedState(status, frozenset(self._registered), retry_in))


class MessageHeader(Struct, frozen=True):
    """The header of a JSON message; a PINGPONG has no key."""

    tr_id: str = ""
    tr_key: str = ""


class MessageBody(Struct, frozen=True):
    """KIS's response to a registration."""

    msg_cd: str = ""


class FeedMessage(Struct, frozen=True):
    """A JSON message of KIS."""

    header: MessageHeader
    body: MessageBody | None = None


def subscription_key(environment: Environment, item: LiveItem) -> tuple[str, str] | None:
    """Return the TR id and key of an item's feed; `None` if there is none."""
    is_domestic = isinstance(item, DomesticItem)
    subscription = (DOMESTIC_FEEDS if is_domestic else OVERSEAS_FEEDS).get(environment)
    if subscription is None:
        return None
    tr_key = item.code if isinstance(item, DomesticItem) else f"D{item.quote_exchange}{item.symbol}"
    is_allowed = is_subscription_allowed(environment, subscription.tr_id, tr_key)
    return (subscription.tr_id, tr_key) if is_allowed else None


def _feeds_of(
    items: Sequence[LiveItem], environment: Environment
) -> dict[tuple[str, str], LiveItem]:
    """Return the first items that fit into a connection, by the TR id and key of their feed."""
    served = {
        key: item for item in items if (key := subscription_key(environment, item)) is not None
    }
    return dict(islice(served.items(), MAX_REGISTRATIONS))


class RecordLayout(Struct, frozen=True):
    """The positions of fields in a record; KIS appends fields without notice."""

    key: int
    price: int
    change: int
    rate: int
    day: int
    time: int

    @property
    def width(self) -> int:
        """The least number of fields of a record."""
        return max(self.key, self.price, self.change, self.rate, self.day, self.time) + 1


DOMESTIC_LAYOUT = RecordLayout(key=0, price=2, change=4, rate=5, day=33, time=1)
OVERSEAS_LAYOUT = RecordLayout(key=0, price=11, change=13, rate=14, day=6, time=7)
_TIME_PATTERN = re.compile(r"2[0-9]{13}")
FALLS = frozenset({"4", "5"})
"""Signs of a fall; KIS sends the change with or without its minus."""


def parse_frame(frame: str, feeds: dict[tuple[str, str], LiveItem]) -> Iterator[Tick]:
    """Yield the trades of a frame `0|TR id|count|fields`; what cannot be read is left out.

    The width of a record is that of the frame: KIS sends 46 fields or 47.
    """
    flag, tr_id, count, payload = (*frame.split("|", 3), "", "", "")[:4]
    fields = payload.split("^")
    is_count = count.isdecimal() and len(count) <= MAX_DIGITS
    if flag != "0" or not is_count or not 0 < int(count) <= len(fields):
        return
    width, surplus = divmod(len(fields), int(count))
    is_overseas = any(feed.tr_id == tr_id for feed in OVERSEAS_FEEDS.values())
    layout = OVERSEAS_LAYOUT if is_overseas else DOMESTIC_LAYOUT
    if surplus or width < layout.width:
        return
    for start in range(0, len(fields), width):
        record = fields[start : start + width]
        item = feeds.get((tr_id, record[layout.key]))
        tick = item and _parse_record(item, record, layout)
        if tick:
            yield tick


def _parse_record(item: LiveItem, record: Sequence[str], layout: RecordLayout) -> Tick | None:
    price = _parse_number(record[layout.price])
    if price is None or price <= 0:
        return None
    change, rate = (_parse_number(record[index]) for index in (layout.change, layout.rate))
    if record[layout.change - 1] in FALLS:
        change, rate = (None if value is None else -abs(value) for value in (change, rate))
    return Tick(
        item=item,
        price=price,
        day_change=change,
        day_rate=rate,
        traded_at=_parse_time(record[layout.day], record[layout.time]),
    )


def _parse_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MAX_DIGITS else None


def _parse_time(day: str, time: str) -> datetime | None:
    # strptime accepts fewer digits, and years that a time zone would overflow.
    if not _TIME_PATTERN.fullmatch(day + time):
        return None
    try:
        return datetime.strptime(f"{day}{time}", "%Y%m%d%H%M%S").replace(tzinfo=KST)
    except ValueError:
        return None
