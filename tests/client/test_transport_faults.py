"""What can go wrong on the way, and what the transport then raises."""

import asyncio
import socket
import ssl
import struct
from typing import Any

import httpx
import pytest

from kistui.client.http import LIMITS
from kistui.client.transport import Transport
from tests.client.raw import (
    GOOD,
    OK,
    PATIENCE,
    Act,
    Server,
    asking,
    saying,
    saying_nothing,
    serving,
    until,
)

# what goes wrong, as httpx tells of it by its own transport


async def reset(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
    await server.asked(reader)
    await _reset(writer)


async def reset_within(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
    await server.asked(reader)
    writer.write(OK + b"content-length: 9\r\n\r\n{}")
    await writer.drain()
    await asyncio.sleep(0.02)
    await _reset(writer)


async def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


WRONG: dict[str, tuple[Act, type[httpx.RequestError]]] = {
    "hangs up": (saying(b"", then_close=True), httpx.RemoteProtocolError),
    "half a head": (saying(b"HTTP/1.1 200", then_close=True), httpx.RemoteProtocolError),
    "half a body": (
        saying(OK + b"content-length: 9\r\n\r\n{}", then_close=True),
        httpx.RemoteProtocolError,
    ),
    "half a chunk": (
        saying(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nab", then_close=True),
        httpx.RemoteProtocolError,
    ),
    "no HTTP": (saying(b"SSH-2.0-x\r\n\r\n"), httpx.RemoteProtocolError),
    "two lengths": (
        saying(OK + b"content-length: 1\r\ncontent-length: 2\r\n\r\n{}"),
        httpx.RemoteProtocolError,
    ),
    "a head without end": (saying(OK + b"x: y\r\n" * 50_000), httpx.RemoteProtocolError),
    "another protocol": (
        saying(b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n"),
        httpx.RemoteProtocolError,
    ),
    "resets": (reset, httpx.ReadError),
    "resets within": (reset_within, httpx.ReadError),
    "says nothing": (saying_nothing, httpx.ReadTimeout),
    "stops": (saying(OK + b"content-length: 9\r\n\r\n{}"), httpx.ReadTimeout),
}


@pytest.mark.parametrize("name", WRONG)
async def test_an_error_is_of_the_kind_httpx_gives_it(name: str) -> None:
    act, kind = WRONG[name]
    timeout = httpx.Timeout(PATIENCE, read=0.1)
    async with serving(act) as server:
        for transport in (Transport(server.url, None, LIMITS), httpx.AsyncHTTPTransport()):
            async with httpx.AsyncClient(
                base_url=server.url, transport=transport, timeout=timeout
            ) as client:
                with pytest.raises(httpx.RequestError) as caught:
                    await client.get("/")
                assert type(caught.value) is kind, transport
                assert server.url.host not in str(caught.value)
        assert server.connections == 2


async def test_a_header_that_is_none_is_not_sent_and_in_no_error() -> None:
    async with serving(saying(GOOD)) as server, asking(server) as client:
        with pytest.raises(httpx.LocalProtocolError) as caught:
            await client.get("/", headers={"appsecret": "hidden\nhidden"})
        error: BaseException | None = caught.value
        while error is not None:
            assert "hidden" not in str(error)
            error = error.__cause__
        assert server.heads == []
        assert (await client.get("/")).json() == {}


async def test_nobody_listens() -> None:
    async with serving(saying(GOOD)) as server:
        pass
    async with asking(server) as client:
        for _ in range(LIMITS.most + 1):
            with pytest.raises(httpx.ConnectError):
                await client.get("/")


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example"])
async def test_a_name_that_can_be_no_host_s(host: str) -> None:
    server = Server(saying(GOOD))
    server.url = httpx.URL(f"https://{host}")
    async with asking(server, ssl.create_default_context()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


async def test_another_server_is_not_asked() -> None:
    async with serving(saying(GOOD)) as server, serving(saying(GOOD)) as other:
        async with asking(server) as client:
            await client.get("/")
            for url in (other.url, server.url.copy_with(scheme="https")):
                with pytest.raises(httpx.UnsupportedProtocol):
                    await client.get(url)
        assert other.connections == 0


# waiting


async def test_no_place_in_time() -> None:
    async with serving(saying_nothing) as server, asking(server, pool=0.02) as client:
        calls = [asyncio.create_task(client.get("/")) for _ in range(LIMITS.most)]
        await until(lambda: len(server.heads) == LIMITS.most)
        with pytest.raises(httpx.PoolTimeout):
            await client.get("/")
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        server.act = saying(GOOD)
        assert (await client.get("/")).json() == {}


async def test_a_server_that_takes_nothing() -> None:
    async def act(_server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
        writer.transport.pause_reading()
        await asyncio.sleep(0.5)

    async with serving(act) as server, asking(server, write=0.02) as client:
        with pytest.raises(httpx.WriteTimeout):
            await client.post("/", content=b"x" * 30_000_000)


async def test_a_handshake_that_does_not_come() -> None:
    stages: list[str] = []

    async def trace(stage: str, _info: object) -> None:
        stages.append(stage)

    async with serving(saying_nothing) as server:
        server.url = server.url.copy_with(scheme="https")
        context = ssl.create_default_context()
        async with asking(server, context, connect=0.05) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await client.get("/", extensions={"trace": trace})
        await until(lambda: server.open == 0)
    assert stages == [
        "connection.connect_tcp.started",
        "connection.connect_tcp.complete",
        "connection.start_tls.started",
        "connection.start_tls.failed",
    ]


async def test_a_server_is_held_up_while_nobody_reads() -> None:
    sent = 0

    async def act(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
        nonlocal sent
        await server.asked(reader)
        writer.write(OK + b"content-length: 99999999\r\n\r\n")
        while True:
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    async with (
        serving(act) as server,
        asking(server) as client,
        client.stream("GET", "/") as answer,
    ):
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.05)
        assert sent < 20_000_000
        read = 0
        async for piece in answer.aiter_raw():
            read += len(piece)
            if read > sent:
                break
