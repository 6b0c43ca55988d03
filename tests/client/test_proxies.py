"""The proxy of the environment: SOCKS, exceptions in NO_PROXY, proxies that are gone or refuse."""

import asyncio
import struct
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from kistui.client.connection import translate_http_error
from kistui.client.http_client import create_http_client
from kistui.client.live_prices import LivePriceFeed
from kistui.client.probe import probe_server
from kistui.client.proxies import environment_proxy, is_bypassed, websocket_proxy
from kistui.clock import system_clock
from kistui.errors import (
    InvalidCaFileError,
    InvalidProxyError,
    KistuiError,
    LiveProxyError,
    ProxyFailedError,
)
from kistui.models.account import Environment
from kistui.models.prices import DomesticItem
from kistui.models.text import Secret
from tests.client.raw_server import EMPTY_OBJECT, TEST_TIMEOUT, RawServer, respond, running

KIS = httpx.URL("https://kis.example:9443")
DEAD = "127.0.0.1:9"


@pytest.fixture(autouse=True)
def _no_proxy_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def socks_server(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Accept a SOCKS5 connection, note its target, and answer as the target."""
    _version, method_count = await reader.readexactly(2)
    await reader.readexactly(method_count)
    writer.write(b"\x05\x00")
    _version, _command, _, address_type, length = await reader.readexactly(5)
    assert address_type == 3  # a name: it is not resolved here
    host = await reader.readexactly(length)
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    server.request_heads.append(b"%s:%d" % (host, port))
    writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x09")
    await respond(EMPTY_OBJECT)(server, reader, writer)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks_proxy_is_used(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    async with running(socks_server) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.url.port}")
        origin = httpx.URL("http://kis.example:9443")
        async with create_http_client(origin, httpx.Timeout(TEST_TIMEOUT)) as client:
            assert (await client.get("/")).json() == {}
    assert proxy.request_heads[0] == b"kis.example:9443"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks4://127.0.0.1:1080"),
        ("https_proxy", "ftp://127.0.0.1"),
        ("HTTPS_PROXY", "http://[::1"),
        ("HTTPS_PROXY", "http://user:pa55word@:99"),
        ("HTTPS_PROXY", "http://host:port"),
        ("HTTPS_PROXY", "http://a..b:3128"),
        ("HTTPS_PROXY", f"http://{'a' * 70}.example"),
        ("HTTPS_PROXY", "http://xn--a.example"),
        ("HTTPS_PROXY", "http://proxy\u200b.example"),
        ("HTTPS_PROXY", " "),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidProxyError) as caught:
        create_http_client(KIS, httpx.Timeout(TEST_TIMEOUT))
    assert caught.value.details["name"] == name
    assert "pa55word" not in str(caught.value)
    assert isinstance((await probe_server(str(KIS), system_clock)).error, InvalidProxyError)


async def test_socks_without_its_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ImportError

    monkeypatch.setenv("ALL_PROXY", f"socks5://{DEAD}")
    monkeypatch.setattr(httpx, "AsyncClient", fail)
    with pytest.raises(InvalidProxyError):
        create_http_client(KIS, httpx.Timeout(TEST_TIMEOUT))


NO_PROXY_CASES = (
    ("*", "kis.example", True),
    ("example", "kis.example", True),
    (".example", "kis.example", True),
    ("*.example", "kis.example", True),
    ("kis.example", "kis.example", True),
    ("KIS.Example", "kis.example", True),
    ("s.example", "kis.example", False),
    ("a, kis.example:9443 ,b", "kis.example", True),
    ("kis.example:443", "kis.example", False),
    ("https://kis.example", "kis.example", True),
    ("[::1]", "::1", True),
    ("::1", "::1", True),
    ("[::1]:9443", "::1", True),
    ("fd00::/8", "fd12::1", True),
    ("[fd00::]/8", "fd12::1", True),
    ("fd00::/8", "kis.example", False),
    ("10.0.0.0/8", "10.1.2.3", True),
    ("10.0.0.0/8", "11.1.2.3", False),
    ("10.1.2.3", "10.1.2.3", True),
    ("", "kis.example", False),
    (",, ,:,/,[],[", "kis.example", False),
)


def test_exceptions_are_names_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    for no_proxy, host, expected in NO_PROXY_CASES:
        origin = httpx.URL(f"https://{f'[{host}]' if ':' in host else host}:9443")
        assert is_bypassed(no_proxy, origin) is expected, no_proxy
        monkeypatch.setenv("NO_PROXY", no_proxy)
        is_used = host != "::1" and not expected  # loopback never has a proxy
        assert (environment_proxy(origin) is not None) is is_used, no_proxy


@pytest.mark.parametrize("url", [f"http://me:pa55word@{DEAD}", f"socks5://{DEAD}"])
async def test_an_unreachable_proxy_is_named_instead_of_kis(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    error = (await probe_server(str(KIS), system_clock)).error
    assert isinstance(error, ProxyFailedError)
    assert error.details == {"host": DEAD}


async def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
    async with running(respond(refusal)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", str(proxy.url))
        error = (await probe_server(str(KIS), system_clock)).error
    assert isinstance(error, ProxyFailedError)
    assert error.details == {"host": f"127.0.0.1:{proxy.url.port}"}


def test_without_a_proxy_kis_is_named() -> None:
    error: KistuiError = translate_http_error(httpx.ConnectError(""), KIS)
    assert error.details == {"host": "kis.example:9443"}


async def test_a_missing_ca_file_is_reported_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    error = (await probe_server(str(KIS), system_clock)).error
    assert isinstance(error, InvalidCaFileError)
    assert error.details == {"name": "SSL_CERT_FILE"}


def test_live_prices_go_through_the_proxy_of_https(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "ws://kis.example:21000"
    assert websocket_proxy(url) is None
    monkeypatch.setenv("HTTP_PROXY", "http://other.example:1")
    assert websocket_proxy(url) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    assert websocket_proxy(url) == "http://me:secret@proxy.example:3128"
    assert websocket_proxy("ws://127.0.0.1:21000") is None
    monkeypatch.setenv("NO_PROXY", "kis.example")
    assert websocket_proxy(url) is None


async def test_live_prices_say_that_they_cannot_use_a_socks_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def approve() -> Secret:
        raise AssertionError("something was sent")

    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    feed = LivePriceFeed(Environment.REAL, approve, url="ws://kis.example:21000")
    with pytest.raises(LiveProxyError):
        async with aclosing(feed.ticks([DomesticItem("005930")])) as ticks:
            await anext(ticks)
