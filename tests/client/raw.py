"""A server that says what it is told to, byte for byte, and a client that asks it."""

import asyncio
import contextlib
import gc
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx

from kistui.client.http import LIMITS
from kistui.client.transport import Transport

OK = b"HTTP/1.1 200 OK\r\n"
GOOD = OK + b"content-length: 2\r\n\r\n{}"
PATIENCE = 5.0
Act = Callable[["Server", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Serves each connection by `act`; counts connections, those open now, and requests."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self.connections = self.open = self.most_open = 0
        self.heads: list[bytes] = []
        self.url = httpx.URL()
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await self.act(self, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def asked(self, reader: asyncio.StreamReader) -> bytes:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        return self.heads[-1]

    async def hang_up(self) -> None:
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def saying(*answers: bytes, then_close: bool = False) -> Act:
    """One answer a request, the last of them for all that follow."""

    async def act(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
        left = list(answers)
        while True:
            await server.asked(reader)
            writer.write(left.pop(0) if len(left) > 1 else left[0])
            await writer.drain()
            if then_close:
                return

    return act


async def saying_nothing(server: Server, reader: asyncio.StreamReader, _writer: Any) -> None:
    await server.asked(reader)
    await reader.read()


@contextlib.asynccontextmanager
async def serving(act: Act, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(act)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    port = listener.sockets[0].getsockname()[1]
    server.url = httpx.URL(f"{'https' if tls else 'http'}://127.0.0.1:{port}")
    try:
        yield server
    finally:
        listener.close()
        await server.hang_up()
        await asyncio.sleep(0)
        gc.collect()  # what was not closed would warn here


@contextlib.asynccontextmanager
async def asking(
    server: Server,
    context: ssl.SSLContext | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    **waits: float,
) -> AsyncIterator[httpx.AsyncClient]:
    transport = Transport(server.url, context, LIMITS, monotonic)
    async with httpx.AsyncClient(
        base_url=server.url, transport=transport, timeout=httpx.Timeout(PATIENCE, **waits)
    ) as client:
        yield client
    assert not transport._open


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
