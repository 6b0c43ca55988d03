"""Whether a server can be reached: a handshake and a HEAD of `/`; nobody's keys are in it."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import httpx
from msgspec import Struct

from kistui.client.connection import Timeouts, translate_http_error
from kistui.client.endpoints import validate_base_url
from kistui.client.http_client import clock_skew, create_http_client
from kistui.clock import Clock
from kistui.errors import ForbiddenRequestError, KistuiError
from kistui.models.text import clean_text


class ProbeResult(Struct, frozen=True):
    """How a server answered, or why it did not; `seconds` to the head of its answer."""

    error: KistuiError | None = None
    latency: float = 0.0
    status: int | None = None
    clock_skew: timedelta | None = None
    """The server's clock minus this machine's, in whole seconds."""
    certificate_issuer: str = ""
    certificate_expires_at: datetime | None = None
    """Of its certificate."""


async def probe_server(
    raw_origin: str, clock: Clock, timeouts: Timeouts | None = None
) -> ProbeResult:
    """Try a server once, with the same TLS and proxy settings as every call; raises nothing."""
    timeouts = timeouts or Timeouts()
    try:
        origin = httpx.URL(validate_base_url(raw_origin))
        timeout = httpx.Timeout(timeouts.read, connect=timeouts.connect)
        async with (
            create_http_client(origin, timeout, request=[_check_is_probe]) as http,
            asyncio.timeout(timeouts.total),
        ):
            started = monotonic()
            async with http.stream("HEAD", "/") as response:
                seconds = monotonic() - started
                issuer, until = _certificate(response)
                skew = clock_skew(response.headers.get("date", ""), clock())
                return ProbeResult(None, seconds, response.status_code, skew, issuer, until)
    except (httpx.RequestError, TimeoutError) as error:
        return ProbeResult(translate_http_error(error, origin.netloc.decode()))
    except KistuiError as error:
        return ProbeResult(error)


async def _check_is_probe(request: httpx.Request) -> None:
    bare = (
        request.method == "HEAD" and request.url.raw_path == b"/" and "tr_id" not in request.headers
    )
    if not bare:
        raise ForbiddenRequestError(method=request.method, path=request.url.path, tr_id="")


def _certificate(response: httpx.Response) -> tuple[str, datetime | None]:
    """Who vouches for the server, and until when."""
    stream: Any = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream else None
    told: dict[str, Any] = (tls.getpeercert() if tls else None) or {}
    names = {key: value for part in told.get("issuer", ()) for key, value in part}
    issuer = names.get("organizationName") or names.get("commonName") or ""
    end = told.get("notAfter")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None
    return clean_text(issuer), until
