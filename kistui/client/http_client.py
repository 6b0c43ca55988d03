"""The httpx client for one origin: certificates always checked, redirects never followed.

Also what httpx leaves to its callers: a size limit for bodies, and the server's clock.
"""

import os
import ssl
import zlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from kistui import __version__
from kistui.client.endpoints import is_loopback
from kistui.client.proxies import PROXY_SCHEMES, environment_proxy
from kistui.errors import InvalidCaFileError, InvalidProxyError, MalformedResponseError

# KIS drops idle connections without notice, so idle connections are kept only briefly.
POOL_LIMITS = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=20.0)
CA_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
ACCEPT_ENCODING = "gzip"
"""The only encoding accepted: httpx would decompress a bomb, or several layers of one."""
MAX_BODY_SIZE = 8 * 1024 * 1024
"""Bytes; a page of 50 rows has about 45,000."""

CheckRequest = Callable[[httpx.Request], Awaitable[None]]


def create_http_client(
    origin: httpx.URL, timeout: httpx.Timeout, check_request: CheckRequest | None = None
) -> httpx.AsyncClient:
    """Return a client for an origin; `check_request` may refuse a request before it is sent.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the list of trusted authorities, and the proxy
    variables apply. No parameter or environment variable turns certificate checks off. Raises
    InvalidCaFileError for an unreadable CA file, InvalidProxyError for a proxy of another kind.
    """
    # A CA file in the environment is meant for KIS, never for loopback.
    trust_env = not is_loopback(origin.host)
    proxy = environment_proxy(origin)
    try:
        context = tls_context(origin, trust_env)
    except OSError:
        name = next((name for name in CA_VARIABLES if os.environ.get(name)), CA_VARIABLES[0])
        raise InvalidCaFileError(name=name) from None
    try:
        return httpx.AsyncClient(
            base_url=origin,
            timeout=timeout,
            follow_redirects=False,
            headers={
                "user-agent": f"kistui/{__version__}",
                "accept": "application/json",
                "accept-encoding": ACCEPT_ENCODING,
            },
            event_hooks={"request": [check_request] if check_request else []},
            limits=POOL_LIMITS,
            verify=context,
            proxy=proxy,
            trust_env=False,
        )
    except ImportError:  # without httpx's extra for SOCKS
        raise InvalidProxyError(name="ALL_PROXY", allowed=", ".join(PROXY_SCHEMES[:2])) from None


def tls_context(origin: httpx.URL, trust_env: bool) -> ssl.SSLContext:
    """Return an origin's TLS settings; with `trust_env`, the CA variables replace the CAs."""
    if origin.scheme == "http":
        # A context without authorities: plain http needs none, and loading the CAs takes 30 ms.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.create_ssl_context(trust_env=trust_env)


Decompress = Callable[[bytes, int], bytes]
"""Takes a chunk and the number of bytes there is room for."""


async def read_limited_body(response: httpx.Response) -> bytes:
    """Read and decompress the body; raises MalformedResponseError if too long or not gzip."""
    content = bytearray()
    decompress, is_complete = _decompressor_for(response.headers.get("content-encoding", ""))
    async for chunk in response.aiter_raw():
        content += decompress(chunk, MAX_BODY_SIZE + 1 - len(content))
        if len(content) > MAX_BODY_SIZE:
            raise MalformedResponseError(where="body")
    if not is_complete():
        raise MalformedResponseError(where="content-encoding")
    return bytes(content)


def _decompressor_for(encoding: str) -> tuple[Decompress, Callable[[], bool]]:
    """Return a function that decompresses a chunk, and one that returns whether it was the last."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda chunk, _room: chunk, lambda: True
        case "gzip" | "x-gzip":
            stream = zlib.decompressobj(wbits=31)

            def decompress(chunk: bytes, max_length: int) -> bytes:
                try:
                    return stream.decompress(chunk, max_length)
                except zlib.error:
                    raise MalformedResponseError(where="content-encoding") from None

            return decompress, lambda: stream.eof
    raise MalformedResponseError(where="content-encoding")


MAX_CLOCK_SKEW = timedelta(days=36_525)
"""A clock that starts in 1970 is behind by less. A larger skew is no measurement, and adding it
would overflow a date."""

EARLIEST_YEAR = 2024
"""No server has an earlier date; a two-digit year, which 0001 counts as, would be in 2001."""


def clock_skew(date_header: str, now: datetime) -> timedelta | None:
    """Return the server's clock minus `now` in whole seconds; `None` without a usable date."""
    try:
        server_time = parsedate_to_datetime(date_header)
    except (ValueError, OverflowError):
        return None
    if server_time.tzinfo is None or server_time.year < EARLIEST_YEAR:
        return None
    # The header has whole seconds only: on average it is half a second behind.
    skew = timedelta(seconds=round((server_time - now).total_seconds() + 0.49))
    return skew if abs(skew) <= MAX_CLOCK_SKEW else None
