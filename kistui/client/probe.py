"""Reachability probe: a TLS handshake and a HEAD of `/`, without credentials."""

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
    """How a server responded, or the error; `latency` in seconds until its headers."""

    error: KistuiError | None = None
    latency: float = 0.0
    status: int | None = None
    clock_skew: timedelta | None = None
    """The server's clock minus this machine's, in whole seconds."""
    certificate_issuer: str = ""
    certificate_expires_at: datetime | None = None


async def probe_server(raw_origin: str, clock: Clock) -> ProbeResult:
    """Probe a server once, with the TLS, proxy and timeouts of every call; never raises."""
    timeouts = Timeouts()
    try:
        origin = httpx.URL(validate_base_url(raw_origin))
        timeout = httpx.Timeout(timeouts.read, connect=timeouts.connect)
        async with (
            create_http_client(origin, timeout, check_request=_check_is_probe) as http,
            asyncio.timeout(timeouts.total),
        ):
            started = monotonic()
            async with http.stream("HEAD", "/") as response:
                latency = monotonic() - started
                issuer, expires_at = _certificate(response)
                skew = clock_skew(response.headers.get("date", ""), clock())
                return ProbeResult(None, latency, response.status_code, skew, issuer, expires_at)
    except (httpx.RequestError, TimeoutError) as error:
        return ProbeResult(translate_http_error(error, origin))
    except KistuiError as error:
        return ProbeResult(error)


async def _check_is_probe(request: httpx.Request) -> None:
    is_probe = (
        request.method == "HEAD" and request.url.raw_path == b"/" and "tr_id" not in request.headers
    )
    if not is_probe:
        raise ForbiddenRequestError(method=request.method, path=request.url.path, tr_id="")


def _certificate(response: httpx.Response) -> tuple[str, datetime | None]:
    """Return the issuer and the expiry of the server's certificate."""
    stream: Any = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream else None
    certificate: dict[str, Any] = (tls.getpeercert() if tls else None) or {}
    names = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    issuer = names.get("organizationName") or names.get("commonName") or ""
    not_after = certificate.get("notAfter")
    expires_at = (
        datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC) if not_after else None
    )
    return clean_text(issuer), expires_at
