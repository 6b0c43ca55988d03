"""The transport against a server that says what it is told to, byte for byte."""

import asyncio
import contextlib
import gc
import socket
import ssl
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from kistui.client.http import LIMITS, open_http
from kistui.client.transport import Transport
from tests.faults.certificates import Issuer

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


# TLS


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("certificates"))


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_calls_share_one_connection_in_tls_too(issuer: Issuer) -> None:
    stages: list[str] = []

    async def trace(stage: str, _info: object) -> None:
        stages.append(stage)

    tls = server_tls(issuer.good())
    tls.set_alpn_protocols(["h2", "http/1.1"])
    mine = ssl.create_default_context(cafile=str(issuer.authority))
    async with serving(saying(GOOD), tls) as server, asking(server, mine) as client:
        for _ in range(2):
            answer = await client.get("/", extensions={"trace": trace})
            assert answer.json() == {}
        line = answer.extensions["network_stream"].get_extra_info("ssl_object")
        assert line.selected_alpn_protocol() == "http/1.1"
        await server.hang_up()
        await asyncio.sleep(0.02)
        assert (await client.get("/")).json() == {}
        assert server.connections == 2
    head = ["http11.receive_response_headers.started", "http11.receive_response_headers.complete"]
    assert stages == [
        "connection.connect_tcp.started",
        "connection.connect_tcp.complete",
        "connection.start_tls.started",
        "connection.start_tls.complete",
        *head,
        *head,
    ]


@pytest.mark.parametrize("made", [Issuer.self_signed, Issuer.stranger])
async def test_a_certificate_of_nobody_s_is_refused(
    issuer: Issuer, made: Callable[[Issuer], Path]
) -> None:
    mine = ssl.create_default_context(cafile=str(issuer.authority))
    tls = server_tls(made(issuer))
    async with serving(saying(GOOD), tls) as server, asking(server, mine) as client:
        for _ in range(LIMITS.most + 1):
            with pytest.raises(httpx.ConnectError) as caught:
                await client.get("/")
            assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert server.heads == []


@pytest.mark.parametrize("first", [GOOD, b"SSH-2.0-x\r\n"], ids=len)
async def test_what_is_said_before_tls_is_no_answer(issuer: Issuer, first: bytes) -> None:
    """Somebody between could put it there."""
    tls = server_tls(issuer.good())
    said: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.settimeout(PATIENCE)
        connection.sendall(first)
        with (
            connection,
            contextlib.suppress(OSError),
            tls.wrap_socket(connection, server_side=True) as encrypted,
        ):
            said.append(encrypted.recv(1000))

    async def dawdle(_stage: str, _info: object) -> None:
        await asyncio.sleep(0.02)  # it is there when TLS begins

    server = Server(saying(GOOD))
    mine = ssl.create_default_context(cafile=str(issuer.authority))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.url = httpx.URL(f"https://127.0.0.1:{listener.getsockname()[1]}")
        serving_it = asyncio.create_task(asyncio.to_thread(serve, listener))
        async with asking(server, mine) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get("/", extensions={"trace": dawdle})
        await serving_it
    assert said == []


# proxies


@pytest.mark.parametrize(
    ("name", "url", "is_ours"),
    [
        ("HTTPS_PROXY", "https://kis.example", False),
        ("https_proxy", "https://kis.example", False),
        ("ALL_PROXY", "https://kis.example", False),
        ("HTTP_PROXY", "https://kis.example", True),
        ("HTTPS_PROXY", "https://127.0.0.1", True),
        ("NO_PROXY", "https://kis.example", True),
    ],
)
async def test_where_a_proxy_may_be_asked_httpx_sends(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, is_ours: bool
) -> None:
    for each in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
        monkeypatch.delenv(each.upper(), raising=False)
    monkeypatch.setenv(name, "http://proxy.example:3128")
    client = open_http(httpx.URL(url), httpx.Timeout(1))
    transport: Any = client._transport_for_url(httpx.URL(url))
    await client.aclose()
    assert isinstance(transport, Transport) is is_ours
    if not is_ours:
        assert transport._pool._proxy_url.host == b"proxy.example"
