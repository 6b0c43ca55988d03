"""Whether a server can be reached: a handshake and a HEAD of `/`; nobody's keys are in it."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

import httpx

from kistui.client.connection import Pace, in_our_words
from kistui.client.endpoints import check_base_url
from kistui.client.http import open_http
from kistui.clock import Clock
from kistui.errors import ForbiddenCall, KistuiError
from kistui.model.record import record
from kistui.model.text import clean_text


@record
class Reach:
    """How a server answered, or why it did not; `seconds` to the head of its answer."""

    error: KistuiError | None = None
    seconds: float = 0.0
    status: int | None = None
    skew: timedelta | None = None
    """The server's clock minus this machine's, in whole seconds."""
    issuer: str = ""
    valid_until: datetime | None = None
    """Of its certificate."""


async def reach(raw_origin: str, clock: Clock, pace: Pace | None = None) -> Reach:
    """Try a server once, with the same TLS and proxy settings as every call; raises nothing."""
    pace = pace or Pace()
    try:
        origin = httpx.URL(check_base_url(raw_origin))
        timeout = httpx.Timeout(pace.read, connect=pace.connect)
        async with (
            open_http(origin, timeout, request=[_refuse_all_else]) as http,
            asyncio.timeout(pace.answer),
        ):
            started = monotonic()
            async with http.stream("HEAD", "/") as response:
                seconds = monotonic() - started
                issuer, until = _certificate(response)
                skew = _skew(response.headers.get("date", ""), clock)
                return Reach(None, seconds, response.status_code, skew, issuer, until)
    except (httpx.RequestError, TimeoutError) as error:
        return Reach(in_our_words(error, origin.netloc.decode()))
    except KistuiError as error:
        return Reach(error)


async def _refuse_all_else(request: httpx.Request) -> None:
    bare = (
        request.method == "HEAD" and request.url.raw_path == b"/" and "tr_id" not in request.headers
    )
    if not bare:
        raise ForbiddenCall(method=request.method, path=request.url.path, tr_id="")


def _skew(date: str, clock: Clock) -> timedelta | None:
    try:
        said = parsedate_to_datetime(date)
    except ValueError:
        return None
    if said.tzinfo is None:
        return None
    return timedelta(seconds=round((said - clock()).total_seconds() + 0.49))


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
