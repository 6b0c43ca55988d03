"""The transport's connections: which is kept, which is closed, and how many there are."""

import asyncio
import contextlib
from typing import Any

import httpx
import pytest

from kistui.client.http import LIMITS
from kistui.client.transport import Transport
from tests.client.raw import (
    GOOD,
    OK,
    Server,
    asking,
    saying,
    serving,
    until,
)


async def test_calls_share_one_connection() -> None:
    async with serving(saying(GOOD)) as server, asking(server) as client:
        for _ in range(3):
            assert (await client.get("/a?b=c", headers={"X-Name": "v"})).json() == {}
        assert (await client.post("/d", json={"e": 1})).status_code == 200
        assert server.connections == 1
    assert server.heads[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1")
    assert b"\r\nX-Name: v\r\n" in server.heads[0]
    assert b"\r\nContent-Length: 7\r\n" in server.heads[3]


async def test_what_goes_out_is_what_went_out_by_httpx() -> None:
    bodies: list[bytes] = []

    async def act(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
        head = await server.asked(reader)
        bodies.append(await reader.readexactly(7 if b"POST" in head else 0))
        writer.write(GOOD)

    async with serving(act) as server:
        for transport in (Transport(server.url, None, LIMITS), httpx.AsyncHTTPTransport()):
            async with httpx.AsyncClient(base_url=server.url, transport=transport) as client:
                await client.get("/p?q=%2F", headers={"tr_id": "X", "Authorization": "y"})
                await client.post("/p", json={"a": 1})
    assert server.heads[:2] == server.heads[2:]
    assert bodies[:2] == bodies[2:] == [b"", b'{"a":1}']


@pytest.mark.parametrize(
    ("answer", "body", "connections"),
    [
        (GOOD, b"{}", 1),
        (OK + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", b"abc", 1),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n" + GOOD, b"{}", 1),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", 1),
        (OK + b"connection: close\r\ncontent-length: 2\r\n\r\n{}", b"{}", 2),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}", b"{}", 2),
        (GOOD + GOOD, b"{}", 2),  # nobody asked for the second
        (GOOD + b"HTTP/1.1 200", b"{}", 2),
    ],
)
async def test_an_answer_is_read_and_the_connection_kept_if_it_is_good(
    answer: bytes, body: bytes, connections: int
) -> None:
    async with serving(saying(answer)) as server, asking(server) as client:
        for _ in range(2):
            assert (await client.get("/")).content == body
        assert server.connections == connections


async def test_an_answer_may_end_with_the_connection() -> None:
    act = saying(OK + b"\r\nuntil the end", then_close=True)
    async with serving(act) as server, asking(server) as client:
        assert (await client.get("/")).content == b"until the end"


async def test_a_head_alone() -> None:
    act = saying(OK + b"content-length: 2\r\n\r\n")
    async with serving(act) as server, asking(server) as client:
        for _ in range(2):
            answer = await client.head("/")
            assert (answer.content, answer.headers["content-length"]) == (b"", "2")
        assert server.connections == 1


async def test_what_the_server_closed_is_not_used_again() -> None:
    async with serving(saying(GOOD)) as server, asking(server) as client:
        await client.get("/")
        await server.hang_up()  # and the client's side of the loop has not seen it
        assert (await client.get("/")).json() == {}
        await server.hang_up()
        await asyncio.sleep(0.02)  # now it has
        assert (await client.get("/")).json() == {}
        assert server.connections == 3


async def test_what_is_said_while_nobody_asks_is_no_answer() -> None:
    async def act(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
        await server.asked(reader)
        writer.write(GOOD)
        await asyncio.sleep(0.01)
        writer.write(GOOD.replace(b"{}", b"[]"))
        await reader.read()

    async with serving(act) as server, asking(server) as client:
        for _ in range(2):
            assert (await client.get("/")).json() == {}
            await asyncio.sleep(0.05)
        assert server.connections == 2


async def test_an_idle_connection_is_not_used_after_its_time() -> None:
    now = 100.0
    async with serving(saying(GOOD)) as server, asking(server, monotonic=lambda: now) as client:
        await client.get("/")
        now += LIMITS.idle - 1
        await client.get("/")
        assert server.connections == 1
        now += LIMITS.idle + 1
        await client.get("/")
        assert server.connections == 2
        await until(lambda: server.open == 1)


async def test_no_more_connections_than_the_limit_and_few_are_kept() -> None:
    async def act(server: Server, reader: asyncio.StreamReader, writer: Any) -> None:
        while True:
            await server.asked(reader)
            await asyncio.sleep(0.02)
            writer.write(GOOD)

    async with serving(act) as server, asking(server) as client:
        answers = await asyncio.gather(*(client.get("/") for _ in range(9)))
        assert [answer.status_code for answer in answers] == [200] * 9
        assert server.most_open == LIMITS.most
        await until(lambda: server.open == LIMITS.kept)
    await until(lambda: server.open == 0)


async def test_a_body_that_nobody_reads_to_its_end_ends_its_connection() -> None:
    act = saying(OK + b"content-length: 1000000\r\n\r\n" + b"x" * 1000)
    async with serving(act) as server, asking(server) as client:
        for _ in range(LIMITS.most + 1):
            async with client.stream("GET", "/") as answer:
                async for _ in answer.aiter_raw():
                    break
        assert server.connections == LIMITS.most + 1


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 O", OK + b"content-length: 9\r\n\r\n{}"], ids=len
)
async def test_a_call_given_up_leaves_nothing_behind(answer: bytes) -> None:
    """Before the head, within it, within the body: the next call has a connection of its own."""
    async with serving(saying(answer)) as server, asking(server) as client:
        for turn in range(1, LIMITS.most + 2):
            call = asyncio.create_task(client.get("/"))
            await until(lambda turn=turn: len(server.heads) == turn)  # type: ignore[misc]
            await asyncio.sleep(0.005)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        await until(lambda: server.open == 0)
        server.act = saying(GOOD)
        assert (await client.get("/")).json() == {}
        assert server.connections == LIMITS.most + 2


async def test_a_call_given_up_at_any_step_leaves_nothing_behind() -> None:
    async with serving(saying(GOOD)) as server, asking(server) as client:
        for steps in range(40):
            call = asyncio.create_task(client.get("/"))
            for _ in range(steps):
                await asyncio.sleep(0)
            call.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await call
            assert (await client.get("/")).json() == {}
        assert client._transport._places._value == LIMITS.most  # type: ignore[attr-defined]
