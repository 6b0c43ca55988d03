"""What httpx's client sends by: the few connections to one server, kept while they are good."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from time import monotonic as system_monotonic

import httpx

from kistui.client.exchange import Exchange
from kistui.client.line import Seconds, open_line
from kistui.model.record import record


@record
class Limits:
    """How many connections at once, how many are kept idle, and for how many seconds."""

    most: int
    kept: int
    idle: float


class Transport(httpx.AsyncBaseTransport):
    """Direct connections to one origin; raises of httpx's RequestError tree, repeats nothing."""

    def __init__(
        self,
        origin: httpx.URL,
        context: ssl.SSLContext | None,
        limits: Limits,
        monotonic: Callable[[], float] = system_monotonic,
    ) -> None:
        if context is not None:
            context.set_alpn_protocols(["http/1.1"])
        self.context = context
        """How TLS is spoken; `None` for plain http."""
        self._origin = _origin(origin)
        self._limits = limits
        self._monotonic = monotonic
        self._places = asyncio.Semaphore(limits.most)
        self._open: set[Exchange] = set()
        self._idle: list[Exchange] = []
        self._is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, its body still to come."""
        if _origin(request.url) != self._origin:
            raise httpx.UnsupportedProtocol("another server")
        timeouts = request.extensions.get("timeout", {})
        write, read = timeouts.get("write"), timeouts.get("read")
        await self._take_place(timeouts.get("pool"))
        exchange = None
        try:
            exchange = self._kept() or await self._opened(request, timeouts.get("connect"))
            head = await exchange.ask(request, write, read)
        except BaseException:
            self._leave(exchange, is_over=False)
            raise
        return httpx.Response(
            head.status_code,
            headers=head.headers.raw_items(),
            stream=_Body(exchange, read, self._leave),
            extensions={
                "http_version": b"HTTP/" + head.http_version,
                "reason_phrase": head.reason,
                "network_stream": exchange.line.transport,
            },
        )

    async def aclose(self) -> None:
        """Close all connections, those in use too."""
        self._is_closed = True
        self._idle.clear()
        closing = tuple(self._open)
        for exchange in closing:
            self._drop(exchange)
        for exchange in closing:
            await exchange.line.wait_closed()

    async def _take_place(self, seconds: Seconds) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("all connections are in use") from error

    def _kept(self) -> Exchange | None:
        """An idle connection that is still good; those that are not are closed."""
        oldest = self._monotonic() - self._limits.idle
        for exchange in tuple(self._idle):
            if exchange.idle_since < oldest or not exchange.line.is_quiet():
                self._idle.remove(exchange)
                self._drop(exchange)
        return self._idle.pop() if self._idle else None

    async def _opened(self, request: httpx.Request, seconds: Seconds) -> Exchange:
        exchange = Exchange(await open_line(request, self.context, seconds))
        self._open.add(exchange)
        return exchange

    def _leave(self, exchange: Exchange | None, *, is_over: bool) -> None:
        self._places.release()
        if exchange is None:
            return
        if is_over and not self._is_closed and len(self._idle) < self._limits.kept:
            exchange.idle_since = self._monotonic()
            self._idle.append(exchange)
        else:
            self._drop(exchange)

    def _drop(self, exchange: Exchange) -> None:
        exchange.line.close()
        self._open.discard(exchange)


class _Body(httpx.AsyncByteStream):
    """An answer's body; closed, it gives its connection back, if nothing of it is left unread."""

    def __init__(self, exchange: Exchange, read: Seconds, leave: Callable[..., None]) -> None:
        self._exchange = exchange
        self._read = read
        self._leave = leave
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._exchange.pieces(self._read):
            yield piece

    async def aclose(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._leave(self._exchange, is_over=self._exchange.is_over())


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port
