"""The HTTP client with hostile servers: connections, errors, TLS and proxies."""

import asyncio
import contextlib
import socket
import ssl
import struct
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kistui.client.connection import Connection, Timeouts, translate_http_error
from kistui.client.endpoints import DOMESTIC_BALANCE
from kistui.client.http_client import POOL_LIMITS, clock_skew, create_http_client
from kistui.client.rate_limits import RateLimits
from kistui.clock import system_clock
from kistui.errors import (
    ConnectFailedError,
    DisconnectedError,
    KisError,
    RequestTimeoutError,
    TlsError,
)
from kistui.models.account import Environment
from kistui.models.calls import ignore_progress
from tests.client.raw_server import (
    EMPTY_OBJECT,
    OK,
    TEST_TIMEOUT,
    Handler,
    RawServer,
    connected,
    ignore_response,
    never_respond,
    respond,
    running,
    until,
)
from tests.faults.certificates import CertificateAuthority

KIS = httpx.URL("https://kis.example")
MAX_CONNECTIONS = POOL_LIMITS.max_connections or 0
MAX_IDLE = POOL_LIMITS.max_keepalive_connections or 0

# connections


async def test_calls_share_one_connection() -> None:
    async with running(respond(EMPTY_OBJECT)) as server, connected(server) as client:
        for _ in range(3):
            assert (await client.get("/a?b=c", headers={"X-Name": "v"})).json() == {}
        assert (await client.post("/d", json={"e": 1})).status_code == 200
        assert server.connections == 1
    assert server.request_heads[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1")
    assert b"\r\nX-Name: v\r\n" in server.request_heads[0]
    assert b"\r\nContent-Length: 7\r\n" in server.request_heads[3]


@pytest.mark.parametrize(
    ("response", "body", "connections"),
    [
        (EMPTY_OBJECT, b"{}", 1),
        (OK + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", b"abc", 1),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + EMPTY_OBJECT, b"{}", 1),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", 1),
        (OK + b"connection: close\r\ncontent-length: 2\r\n\r\n{}", b"{}", 2),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}", b"{}", 2),
    ],
)
async def test_a_connection_is_reused_only_when_the_response_allows_it(
    response: bytes, body: bytes, connections: int
) -> None:
    async with running(respond(response)) as server, connected(server) as client:
        for _ in range(2):
            assert (await client.get("/")).content == body
        assert server.connections == connections


async def test_a_connection_closed_by_the_server_is_not_used_again() -> None:
    async with running(respond(EMPTY_OBJECT)) as server, connected(server) as client:
        for turn in range(1, 4):
            assert (await client.get("/")).json() == {}
            assert server.connections == turn
            await server.close_connections()


async def test_connections_are_limited() -> None:
    async def handler(server: RawServer, reader: asyncio.StreamReader, writer: Any) -> None:
        while True:
            await server.read_request(reader)
            await asyncio.sleep(0.02)
            writer.write(EMPTY_OBJECT)

    async with running(handler) as server, connected(server) as client:
        responses = await asyncio.gather(*(client.get("/") for _ in range(9)))
        assert [response.status_code for response in responses] == [200] * 9
        assert server.max_open == MAX_CONNECTIONS
        await until(lambda: server.open == MAX_IDLE)
    await until(lambda: server.open == 0)


@pytest.mark.parametrize(
    "response", [b"", b"HTTP/1.1 200 O", OK + b"content-length: 9\r\n\r\n{}"], ids=len
)
async def test_a_cancelled_call_frees_its_connection(response: bytes) -> None:
    """Cancel before the head, within it and within the body: the next call still works."""
    async with running(respond(response)) as server, connected(server) as client:
        for turn in range(1, MAX_CONNECTIONS + 2):
            task = asyncio.create_task(client.get("/"))
            await until(lambda turn=turn: len(server.request_heads) == turn)  # type: ignore[misc]
            await asyncio.sleep(0.005)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await until(lambda: server.open == 0)
        server.handler = respond(EMPTY_OBJECT)
        assert (await client.get("/")).json() == {}


async def test_a_call_cancelled_at_any_step_leaves_the_client_usable() -> None:
    async with running(respond(EMPTY_OBJECT)) as server, connected(server) as client:
        for steps in range(40):
            task = asyncio.create_task(client.get("/"))
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            assert (await client.get("/")).json() == {}


# errors


async def reset(server: RawServer, reader: asyncio.StreamReader, writer: Any) -> None:
    await server.read_request(reader)
    await _reset(writer)


async def reset_in_body(server: RawServer, reader: asyncio.StreamReader, writer: Any) -> None:
    await server.read_request(reader)
    writer.write(OK + b"content-length: 9\r\n\r\n{}")
    await writer.drain()
    await asyncio.sleep(0.02)
    await _reset(writer)


async def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


CUT = OK + b"content-length: 9\r\n\r\n{}"
BROKEN_CHUNK = OK + b"transfer-encoding: chunked\r\n\r\n5\r\nab"
HOSTILE: dict[str, tuple[Handler, type[KisError]]] = {
    "closes": (respond(b"", then_close=True), DisconnectedError),
    "half a head": (respond(b"HTTP/1.1 200", then_close=True), DisconnectedError),
    "half a body": (respond(CUT, then_close=True), DisconnectedError),
    "half a chunk": (respond(BROKEN_CHUNK, then_close=True), DisconnectedError),
    "not HTTP": (respond(b"SSH-2.0-x\r\n\r\n"), DisconnectedError),
    "two lengths": (
        respond(OK + b"content-length: 1\r\ncontent-length: 2\r\n\r\n{}"),
        DisconnectedError,
    ),
    "endless head": (respond(OK + b"x: y\r\n" * 50_000), DisconnectedError),
    "resets": (reset, DisconnectedError),
    "resets in the body": (reset_in_body, DisconnectedError),
    "no response": (never_respond, RequestTimeoutError),
    "stops in the body": (respond(CUT), RequestTimeoutError),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_response_is_translated_to_its_error(name: str) -> None:
    handler, kind = HOSTILE[name]
    async with running(handler) as server, connected(server, read=0.1) as client:
        with pytest.raises(httpx.RequestError) as raised:
            await client.get("/")
        assert type(translate_http_error(raised.value, KIS)) is kind


async def test_an_invalid_header_is_neither_sent_nor_in_the_error() -> None:
    async with running(respond(EMPTY_OBJECT)) as server:
        connection = Connection(
            Environment.REAL, str(server.url), RateLimits.unlimited(), Timeouts(), system_clock
        )
        headers = {"appsecret": "hidden\nhidden"}
        try:
            with pytest.raises(KisError) as raised:
                await connection.get(
                    DOMESTIC_BALANCE, "x", ignore_progress, parse=ignore_response, headers=headers
                )
        finally:
            await connection.aclose()
        assert "hidden" not in "".join(traceback.format_exception(raised.value))
        assert server.request_heads == []


async def test_a_refused_connection_is_a_connect_error() -> None:
    async with running(respond(EMPTY_OBJECT)) as server:
        pass
    async with connected(server) as client:
        for _ in range(MAX_CONNECTIONS + 1):
            with pytest.raises(httpx.ConnectError) as raised:
                await client.get("/")
    assert type(translate_http_error(raised.value, KIS)) is ConnectFailedError


async def test_calls_beyond_the_limit_time_out_in_the_pool() -> None:
    async with running(never_respond) as server, connected(server, pool=0.02) as client:
        tasks = [asyncio.create_task(client.get("/")) for _ in range(MAX_CONNECTIONS)]
        await until(lambda: len(server.request_heads) == MAX_CONNECTIONS)
        with pytest.raises(httpx.PoolTimeout) as raised:
            await client.get("/")
        assert type(translate_http_error(raised.value, KIS)) is RequestTimeoutError
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        server.handler = respond(EMPTY_OBJECT)
        assert (await client.get("/")).json() == {}


async def test_an_unread_body_slows_the_server_down() -> None:
    sent = 0

    async def handler(server: RawServer, reader: asyncio.StreamReader, writer: Any) -> None:
        nonlocal sent
        await server.read_request(reader)
        writer.write(OK + b"content-length: 99999999\r\n\r\n")
        while True:
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    async with (
        running(handler) as server,
        connected(server) as client,
        client.stream("GET", "/") as response,
    ):
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.05)
        assert sent < 20_000_000
        assert response.status_code == 200


# TLS


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(issuer: CertificateAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the tests' certificate authority through the CA setting, on loopback too."""
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.ca_path))
    monkeypatch.setattr("kistui.client.http_client.is_loopback", lambda _host: False)


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.usefixtures("trusting")
async def test_calls_share_one_tls_connection_and_speak_http_1_1(
    issuer: CertificateAuthority,
) -> None:
    tls = server_tls(issuer.issue())
    tls.set_alpn_protocols(["h2", "http/1.1"])
    async with running(respond(EMPTY_OBJECT), tls) as server, connected(server) as client:
        for _ in range(2):
            response = await client.get("/")
            assert response.json() == {}
        session = response.extensions["network_stream"].get_extra_info("ssl_object")
        assert session.selected_alpn_protocol() == "http/1.1"
        assert server.connections == 1


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    "make_certificate",
    [CertificateAuthority.issue_self_signed, CertificateAuthority.issue_untrusted],
)
async def test_an_untrusted_certificate_is_refused(
    issuer: CertificateAuthority, make_certificate: Callable[[CertificateAuthority], Path]
) -> None:
    tls = server_tls(make_certificate(issuer))
    async with running(respond(EMPTY_OBJECT), tls) as server, connected(server) as client:
        for _ in range(MAX_CONNECTIONS + 1):
            with pytest.raises(httpx.ConnectError) as raised:
                await client.get("/")
            assert type(translate_http_error(raised.value, KIS)) is TlsError
    assert server.request_heads == []


@pytest.mark.usefixtures("trusting")
async def test_a_handshake_that_never_ends_times_out() -> None:
    async with running(never_respond) as server:
        server.url = server.url.copy_with(scheme="https")
        async with connected(server, connect=0.05) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await client.get("/")
        await until(lambda: server.open == 0)


# proxies


@pytest.mark.parametrize(
    ("name", "url", "is_proxied"),
    [
        ("HTTPS_PROXY", "https://kis.example", True),
        ("https_proxy", "https://kis.example", True),
        ("ALL_PROXY", "https://kis.example", True),
        ("HTTP_PROXY", "https://kis.example", False),
        ("HTTPS_PROXY", "https://127.0.0.1:9", False),
    ],
)
async def test_a_proxy_of_the_environment_is_used_for_kis_and_never_for_loopback(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, is_proxied: bool
) -> None:
    for variable in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)
    refusal = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"
    async with running(respond(refusal)) as proxy:
        monkeypatch.setenv(name, str(proxy.url))
        monkeypatch.setattr(socket, "getaddrinfo", _only_loopback)
        async with create_http_client(httpx.URL(url), httpx.Timeout(TEST_TIMEOUT)) as client:
            with pytest.raises(httpx.RequestError):
                await client.get("/")
    tunnels = [head for head in proxy.request_heads if head.startswith(b"CONNECT kis.example:443 ")]
    assert len(tunnels) == is_proxied


resolve = socket.getaddrinfo


def _only_loopback(host: Any, *args: Any, **kwargs: Any) -> Any:
    """Resolve only addresses of this machine; every name fails without a DNS query."""
    if host in {"127.0.0.1", b"127.0.0.1"}:
        return resolve(host, *args, **kwargs)
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


NOW = datetime(2026, 11, 24, 0, 44, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Tue, 24 Nov 2026 00:44:08 GMT", 0),
        ("Tue, 24 Nov 2026 00:45:08 GMT", 60),
        ("Tue, 24 Nov 2026 00:43:08 GMT", -60),
    ],
)
def test_the_skew_is_the_servers_time_minus_ours(header: str, seconds: int) -> None:
    assert clock_skew(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "yesterday",
        "Tue, 24 Nov 2026 00:44:08 -0000",
        "Tue, 24 Nov 2026 00:44:08 +99999999999999",
        "Mon, 01 Jan 1500 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ],
)
def test_an_unusable_date_is_no_measurement(header: str) -> None:
    assert clock_skew(header, NOW) is None
