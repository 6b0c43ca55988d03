"""A server whose responses are written byte for byte, and a client connected to it."""

import asyncio
import contextlib
import gc
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from msgspec import Struct

from kistui.client.connection import ApiResponse
from kistui.client.http_client import create_http_client

OK = b"HTTP/1.1 200 OK\r\n"
EMPTY_OBJECT = OK + b"content-length: 2\r\n\r\n{}"
TEST_TIMEOUT = 5.0
Handler = Callable[["RawServer", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Runs `handler` for each connection; counts connections and keeps the request heads."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.connections = self.open = self.max_open = 0
        self.request_heads: list[bytes] = []
        self.url = httpx.URL()
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.connections += 1
        self.open += 1
        self.max_open = max(self.max_open, self.open)
        try:
            await self.handler(self, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def read_request(self, reader: asyncio.StreamReader) -> bytes:
        self.request_heads.append(await reader.readuntil(b"\r\n\r\n"))
        return self.request_heads[-1]

    async def close_connections(self) -> None:
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def respond(*responses: bytes, then_close: bool = False) -> Handler:
    """One response per request; the last one repeats."""

    async def handler(server: RawServer, reader: asyncio.StreamReader, writer: Any) -> None:
        remaining = list(responses)
        while True:
            await server.read_request(reader)
            writer.write(remaining.pop(0) if len(remaining) > 1 else remaining[0])
            await writer.drain()
            if then_close:
                return

    return handler


async def never_respond(server: RawServer, reader: asyncio.StreamReader, _writer: Any) -> None:
    await server.read_request(reader)
    await reader.read()


@contextlib.asynccontextmanager
async def running(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    server = RawServer(handler)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    port = listener.sockets[0].getsockname()[1]
    server.url = httpx.URL(f"{'https' if tls else 'http'}://127.0.0.1:{port}")
    try:
        yield server
    finally:
        listener.close()
        await server.close_connections()
        await asyncio.sleep(0)
        gc.collect()  # an unclosed socket would cause a ResourceWarning here


@contextlib.asynccontextmanager
async def connected(server: RawServer, **timeouts: float) -> AsyncIterator[httpx.AsyncClient]:
    timeout = httpx.Timeout(TEST_TIMEOUT, **timeouts)
    async with create_http_client(server.url, timeout) as client:
        yield client


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(TEST_TIMEOUT):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


class UnparsedResponse(Struct):
    """A response that is not parsed."""

    unreadable_fields: tuple[str, ...] = ()


@contextlib.contextmanager
def http_responses(respond: Callable[[httpx.Request], httpx.Response]) -> Iterator[None]:
    """Answer the requests of every httpx client with `respond` instead of sending them."""

    async def handle(
        _transport: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        return respond(request)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
        yield


def ignore_response(_response: ApiResponse) -> UnparsedResponse:
    return UnparsedResponse()
