"""A WebSocket server of live prices on loopback, with the faults of KIS's own.

It needs the `websockets` library, and is imported when `Simulator.serve_live_prices` is called.
One thread serves a connection; prices are those of the balances at the same moment.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from threading import Lock, Thread
from typing import Any

import msgspec
from msgspec import Struct
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import KST, Clock
from kistui.simulator.price_history import (
    INTEGRATED,
    REGULAR,
    instrument_on,
    overseas_history,
    overseas_price,
    quote,
)
from kistui.simulator.responses import sign_code
from kistui.simulator.service import AccountContext

HOST = "127.0.0.1"
DOMESTIC_FEEDS = {"real": "H0UNCNT0", "paper": "H0STCNT0"}
OVERSEAS_FEED = "HDFSCNT0"
DOMESTIC_PRICE, OVERSEAS_PRICE = 2, 11
"""Positions of the price in a record, counted from 0."""
DOMESTIC_DAY, ADDED_DOMESTIC_FIELD = 33, 46
"""Positions of the day, and of the field that was added in September 2026."""
OVERSEAS_WIDTH = 26
"""Fields of an overseas record."""
SESSION_LEVEL = "(null)"
"""The TR id of messages about the whole connection."""


class LiveFaults(Struct):
    """What the server does wrong from now on; the defaults are KIS's behaviour."""

    is_in_use: bool = False
    """Whether another program has the app key's connection (`OPSP8996`)."""
    max_registrations: int = 41
    """Registrations that a connection may have; the next is refused (`OPSP0008`)."""
    is_silent: bool = False
    """Whether nothing is sent any more, while the connection stays open."""
    drops: bool = False
    """Whether connections are closed at once."""
    rejects_approval: bool = False
    """Whether the approval key has expired (`OPSP0011`)."""
    domestic_width: int = 47
    """Fields of a domestic record; until September 2026 there were 46."""
    pingpong_after: float = 10.0
    """Seconds without a trade until a PINGPONG is sent."""


class Registration(Struct, frozen=True):
    """A feed and a key that a connection asked for."""

    tr_id: str
    tr_key: str


class RequestHeader(Struct, frozen=True):
    """What the client is, and what it wants: `tr_type` is 1 to register and 2 to end it."""

    approval_key: str = ""
    tr_type: str = ""
    tr_id: str = ""


class RequestBody(Struct, frozen=True):
    """What a client registers; the answer to a PINGPONG has none."""

    input: Registration | None = None


class Request(Struct, frozen=True):
    """A message of a client."""

    header: RequestHeader
    body: RequestBody = RequestBody()


class LivePriceServer:
    """Serves from construction until `close`; `interval` is the pause between frames in seconds.

    The last `max_received` messages of clients are stored.
    """

    def __init__(
        self,
        context: Callable[[], AccountContext],
        app_key_of: Callable[[str], str | None],
        clock: Clock,
        interval: float,
        max_received: int,
    ) -> None:
        self.faults = LiveFaults()
        self.received: deque[dict[str, Any]] = deque(maxlen=max_received)
        """The last messages of clients, oldest first."""
        self._context = context
        self._app_key_of = app_key_of
        self.clock = clock
        """Moves the prices; it can be replaced while the server runs."""
        self._interval = interval
        self._lock = Lock()
        self.used_app_keys: dict[str, ServerConnection] = {}
        """The connection of each app key; KIS allows one."""
        self._server: Server = serve(
            self._handle, HOST, 0, compression=None, ping_interval=None, close_timeout=0.5
        )
        self.url = f"ws://{HOST}:{self._server.socket.getsockname()[1]}"
        self._thread = Thread(target=self._server.serve_forever, name="kis-live", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop at once, and end open connections."""
        self._server.shutdown()
        with self._lock:
            connections = list(self.used_app_keys.values())
        for connection in connections:
            connection.close()
        self._thread.join(1.0)

    def _handle(self, connection: ServerConnection) -> None:
        registrations: dict[Registration, str] = {}
        idle, sent_for = 0.0, (0, 0)
        try:
            while not self.faults.drops:
                try:
                    text = connection.recv(timeout=self._interval)
                except TimeoutError:
                    if self.faults.is_silent:
                        continue
                    present = price_tick_time(self.clock()), len(registrations)
                    # Otherwise no price can have changed.
                    frames = [] if present == sent_for else list(self._frames(registrations))
                    sent_for = present
                    for frame in frames:
                        _send(connection, frame)
                    idle = 0.0 if frames else idle + self._interval
                    if idle >= self.faults.pingpong_after:
                        idle = 0.0
                        _send(connection, json.dumps(_pingpong(self.clock())))
                else:
                    response = self._respond(connection, text, registrations)
                    if response is not None and not self.faults.is_silent:
                        _send(connection, json.dumps(response))
        except ConnectionClosed:
            pass
        finally:
            with self._lock:
                self.used_app_keys = {
                    app_key: user
                    for app_key, user in self.used_app_keys.items()
                    if user is not connection
                }

    def _respond(
        self,
        connection: ServerConnection,
        text: str | bytes,
        registrations: dict[Registration, str],
    ) -> dict[str, Any] | None:
        try:
            message = msgspec.json.decode(text)
            request = msgspec.convert(message, Request)
        except msgspec.DecodeError:
            return _message(None, "9", "OPSP9999", "JSON PARSING ERROR")
        self.received.append(message)
        if request.header.tr_id == "PINGPONG":
            return None
        return self._change_registration(connection, request, registrations)

    def _change_registration(
        self,
        connection: ServerConnection,
        request: Request,
        registrations: dict[Registration, str],
    ) -> dict[str, Any]:
        header, registration = request.header, request.body.input
        if registration is None:
            return _message(None, "9", "OPSP9991", "input missing")
        app_key = self._app_key_of(header.approval_key)
        if app_key is None or self.faults.rejects_approval:
            return _message(None, "9", "OPSP0011", "invalid approval(appkey) : NOT FOUND")
        with self._lock:
            holder = self.used_app_keys.setdefault(app_key, connection)
        if holder is not connection or self.faults.is_in_use:
            return _message(None, "9", "OPSP8996", "ALREADY IN USE appkey")
        if header.tr_type == "2":
            registrations.pop(registration, None)
            return _message(registration, "0", "OPSP0001", "UNSUBSCRIBE SUCCESS")
        return _message(registration, *self._register(registration, registrations))

    def _register(
        self, registration: Registration, registrations: dict[Registration, str]
    ) -> tuple[str, str, str]:
        """Return `rt_cd`, `msg_cd` and text of the response."""
        if registration in registrations:
            return "1", "OPSP0002", "ALREADY IN SUBSCRIBE"
        if registration.tr_id not in self._feeds():
            return "9", "OPSP8991", "invalid tr_id"
        if len(registrations) >= self.faults.max_registrations:
            return "1", "OPSP0008", "MAX SUBSCRIBE OVER"
        registrations[registration] = ""
        return "0", "OPSP0000", "SUBSCRIBE SUCCESS"

    def _feeds(self) -> set[str]:
        environment = self._context().options.environment
        overseas = {OVERSEAS_FEED} if environment == "real" else set()
        return {DOMESTIC_FEEDS[environment], *overseas}

    def _frames(self, registrations: dict[Registration, str]) -> Iterator[str]:
        """Yield a frame for each feed, with a record of every item whose price has changed."""
        records: dict[str, list[str]] = {}
        context = self._context()
        for registration, last_price in registrations.items():
            record = self._record(registration, context)
            if not record:
                continue
            is_overseas = registration.tr_id == OVERSEAS_FEED
            price = record[OVERSEAS_PRICE if is_overseas else DOMESTIC_PRICE]
            if price != last_price:
                registrations[registration] = price
                records.setdefault(registration.tr_id, []).append("^".join(record))
        for tr_id, rows in records.items():
            yield f"0|{tr_id}|{len(rows):03}|{'^'.join(rows)}"

    def _record(self, registration: Registration, context: AccountContext) -> list[str]:
        """Return the fields of an item's last trade, none for an unknown item."""
        now = self.clock().astimezone(KST)
        seconds = price_tick_time(now)
        if registration.tr_id == OVERSEAS_FEED:
            return self._overseas_record(registration.tr_key, context, seconds)
        item = context.domestic_instruments().get(registration.tr_key)
        if item is None:
            return []
        seed, is_paper = context.options.seed, context.options.is_paper
        before = instrument_on(item, seed, now).previous_close
        price = quote(item, seed, seconds, REGULAR if is_paper else INTEGRATED)
        change = price - before
        fields = [""] * self.faults.domestic_width
        rate = f"{100 * change / before:.2f}"
        fields[:6] = [item.code, f"{now:%H%M%S}", str(price), sign_code(change), str(change), rate]
        fields[DOMESTIC_DAY] = f"{now:%Y%m%d}"
        if len(fields) > ADDED_DOMESTIC_FIELD:
            fields[ADDED_DOMESTIC_FIELD] = "2"
        return fields

    def _overseas_record(self, key: str, context: AccountContext, seconds: int) -> list[str]:
        seed, now = context.options.seed, datetime.fromtimestamp(seconds, KST)
        for position in context.overseas.positions:
            item = position.instrument
            if f"D{item.exchange.quote_code}{item.code}" == key:
                price = overseas_price(item, seed, seconds)
                before = overseas_history(item, seed).previous_close(now)
                change = price - before
                fields = [key, item.code, "4"] + [""] * (OVERSEAS_WIDTH - 3)
                fields[6:8] = [f"{now:%Y%m%d}", f"{now:%H%M%S}"]
                rate = f"{100 * change / before:.2f}"
                fields[11:15] = [str(price), sign_code(change), f"{abs(change)}", rate]
                return fields
        return []


def _message(
    registration: Registration | None, rt_cd: str, msg_cd: str, msg1: str
) -> dict[str, dict[str, Any]]:
    tr_id, tr_key = (
        (registration.tr_id, registration.tr_key) if registration else (SESSION_LEVEL, "")
    )
    return {
        "header": {"tr_id": tr_id, "tr_key": tr_key, "encrypt": "N"},
        "body": {"rt_cd": rt_cd, "msg_cd": msg_cd, "msg1": msg1},
    }


def _pingpong(now: datetime) -> dict[str, dict[str, str]]:
    return {"header": {"tr_id": "PINGPONG", "datetime": f"{now.astimezone(KST):%Y%m%d%H%M%S}"}}


def _send(connection: ServerConnection, text: str) -> None:
    """Send to a client that may have closed: what it sent before is still to be read."""
    with suppress(ConnectionClosed):
        connection.send(text)
