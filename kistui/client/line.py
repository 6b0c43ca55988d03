"""Bytes to and from one server: a TCP connection, with TLS where a context is given.

Here and nowhere else is a connection opened. It is asyncio's own: httpx's default way takes 60 ms
to load, and most of what a call costs.
"""

import asyncio
import select
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import cast

import httpx

Seconds = float | None
"""How long to wait; `None` is without end."""
Wait = asyncio.Future[None]

MOST_HELD = 256 * 1024
"""Bytes that may lie unread; then the server has to wait, however much it sends."""
NEXT_ADDRESS = 0.25
"""Seconds until a host's next address is tried beside the first (RFC 8305)."""


class Line(asyncio.Protocol):
    """A connection to read from and write to; made by `open_line`."""

    transport: asyncio.Transport

    def __init__(self, *, is_tls_next: bool) -> None:
        self._is_tls_next = is_tls_next
        self._loop = asyncio.get_running_loop()
        self._pieces: list[bytes] = []
        self._held = 0
        self._has_ended = False
        self._error: Exception | None = None
        self._arrival: Wait | None = None
        self._room: Wait | None = None
        self._lost: Wait = self._loop.create_future()

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self.transport = cast("asyncio.Transport", transport)
        if self._is_tls_next:  # what comes before TLS must never be taken for an answer
            self.transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """The server said something."""
        self._pieces.append(data)
        self._held += len(data)
        if self._held > MOST_HELD:
            self.transport.pause_reading()
        _wake(self._arrival)

    def eof_received(self) -> None:
        """The server says no more; asyncio closes the connection."""
        self._has_ended = True
        _wake(self._arrival)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is closed, or broke."""
        self._has_ended, self._error = True, error
        for wait in (self._arrival, self._room, self._lost):
            _wake(wait)

    def pause_writing(self) -> None:
        """The server takes no more for now."""
        self._room = self._loop.create_future()

    def resume_writing(self) -> None:
        """The server takes more."""
        _wake(self._room)
        self._room = None

    # a call calls these

    async def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """Go on in TLS, with the certificate of `host`."""
        transport = await self._loop.start_tls(self.transport, self, context, server_hostname=host)
        self.transport = cast("asyncio.Transport", transport)

    async def write(self, data: bytes, seconds: Seconds) -> None:
        """Send; raises WriteTimeout. That the connection broke is for `read` to tell."""
        self.transport.write(data)
        if self._room is not None:
            try:
                async with asyncio.timeout(seconds):
                    await self._room
            except TimeoutError as error:
                raise httpx.WriteTimeout("the server takes nothing") from error

    async def read(self, seconds: Seconds) -> bytes:
        """What has come, nothing at its end; raises ReadTimeout, or ReadError where it broke."""
        if not self._pieces and not self._has_ended:
            self._arrival = self._loop.create_future()
            try:
                async with asyncio.timeout(seconds):
                    await self._arrival
            except TimeoutError as error:
                raise httpx.ReadTimeout("the server says nothing") from error
            finally:
                self._arrival = None
        if not self._pieces and self._error is not None:
            raise httpx.ReadError("the connection broke") from self._error
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        self.transport.resume_reading()
        return data

    def is_quiet(self) -> bool:
        """Whether it is open and nobody has said anything: neither a word nor that it ends."""
        if self._has_ended or self._pieces or self.transport.is_closing():
            return False
        socket = self.transport.get_extra_info("socket")
        if socket is None or socket.fileno() < 0:  # TLS closes from below
            return False
        poll = select.poll()  # the loop may not have heard of it yet
        poll.register(socket, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        """Close at once, whatever was still to come."""
        self.transport.abort()

    async def wait_closed(self) -> None:
        """Until the socket is given back."""
        await self._lost


async def open_line(
    request: httpx.Request, context: ssl.SSLContext | None, seconds: Seconds
) -> Line:
    """A new connection to a request's server; raises ConnectTimeout or ConnectError."""
    url = request.url
    host = url.raw_host.decode("ascii")
    port = url.port or (443 if context else 80)
    async with told(request, "connection.connect_tcp"), _connecting(seconds):
        _, line = await asyncio.get_running_loop().create_connection(
            lambda: Line(is_tls_next=context is not None),
            host,
            port,
            happy_eyeballs_delay=NEXT_ADDRESS,
        )
    if context is not None:
        try:
            async with told(request, "connection.start_tls"), _connecting(seconds):
                await line.encrypt(context, host)
        except BaseException:
            line.close()
            raise
    return line


@asynccontextmanager
async def told(request: httpx.Request, stage: str) -> AsyncIterator[None]:
    """Tells a request's `trace` how a stage begins and ends, by httpcore's names."""
    trace = request.extensions.get("trace")
    if trace is None:
        yield
        return
    await trace(f"{stage}.started", {})
    try:
        yield
    except BaseException:
        await trace(f"{stage}.failed", {})
        raise
    await trace(f"{stage}.complete", {})


@asynccontextmanager
async def _connecting(seconds: Seconds) -> AsyncIterator[None]:
    with _connect_errors():
        async with asyncio.timeout(seconds):
            yield


@contextmanager
def _connect_errors() -> Iterator[None]:
    """asyncio's errors as httpx's; their texts name the host, and stay causes."""
    try:
        yield
    except TimeoutError as error:
        raise httpx.ConnectTimeout("no connection in time") from error
    except (OSError, ValueError) as error:  # ValueError: a name that can be no host's
        raise httpx.ConnectError("no connection") from error


def _wake(wait: Wait | None) -> None:
    if wait is not None and not wait.done():
        wait.set_result(None)
