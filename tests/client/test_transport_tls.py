"""The transport with TLS, and where a proxy is set."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from kistui.client.http import LIMITS, open_http
from kistui.client.transport import Transport
from tests.client.raw import (
    GOOD,
    PATIENCE,
    Server,
    asking,
    saying,
    serving,
)
from tests.faults.certificates import Issuer

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
