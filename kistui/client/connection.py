"""One environment's HTTP connection: the allow-list, the call gates, repeats, and limits.

What leaves here is a listed request to one origin; what comes back is a JSON object or an error
of the tree. Nothing of a request (URL, headers, body) is in any error.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from kistui.client import wire
from kistui.client.body import read_capped
from kistui.client.endpoints import HOSTS, Endpoint, check_base_url, is_allowed
from kistui.client.http import open_http
from kistui.client.recording import Draft
from kistui.client.retry import tries_for, wait_before_next
from kistui.client.throttle import Gates, Sleep
from kistui.clock import Clock
from kistui.errors import (
    ConnectFailed,
    Disconnected,
    ForbiddenCall,
    KisError,
    TimedOut,
    TlsFailed,
    Unreachable,
)
from kistui.model.account import Environment
from kistui.model.log import OnCall, ignore_call
from kistui.model.progress import OnProgress, Waiting
from kistui.model.record import field, record

MOST_SKEW = timedelta(days=36_525)
"""A clock that starts in 1970 is behind by less; more says nothing, and no date bears adding it."""


@record
class Pace:
    """How long to wait for what, in seconds; `sleep` and `chance` are injected by tests."""

    connect: float = 5.0
    read: float = 10.0
    answer: float = 30.0
    sleep: Sleep = asyncio.sleep
    chance: Callable[[], float] = field(default=lambda: 0.5)


@record
class Answer:
    """A JSON answer: its continuation mark, its body, its HTTP status."""

    tr_cont: str
    body: wire.Json = field(repr=False)
    status: int


class Connection:
    """Requests to one origin. Raises InvalidBaseUrl for a `base_url` that is not safe."""

    def __init__(
        self,
        environment: Environment,
        base_url: str | None,
        gates: Gates,
        pace: Pace,
        clock: Clock,
        *,
        on_call: OnCall = ignore_call,
    ) -> None:
        origin = check_base_url(base_url or HOSTS[environment])
        self._environment = environment
        self.origin = origin
        """Scheme, host and port of the one server."""
        self._origin = httpx.URL(origin)
        self._gates = gates
        self._pace = pace
        self._clock = clock
        self._on_call = on_call
        self.skew: timedelta | None = None
        """The server's clock minus this machine's, by the last answer; whole seconds at best."""
        timeout = httpx.Timeout(pace.read, connect=pace.connect)
        self._http = open_http(self._origin, timeout, request=[self._refuse_unlisted])
        self._urls: dict[str, httpx.URL] = {}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def post(self, endpoint: Endpoint, body: Mapping[str, str]) -> wire.Json:
        """An OAuth call, made once whatever comes of it; KIS limits these apart from the reads."""
        draft = self._draft(endpoint)
        try:
            answer = await self._send(endpoint, draft, json=dict(body))
            told = wire.check_oauth(answer.body, answer.status)
        except BaseException as error:
            draft.end(error)
            raise
        draft.end()
        return told

    async def get(
        self,
        endpoint: Endpoint,
        ledger: str,
        on_progress: OnProgress,
        page: int = 1,
        **request: Mapping[str, str],
    ) -> Answer:
        """A read, repeated as the endpoint and `retry` decide; the last error is raised.

        `page` is for the log.
        """
        attempt = 1
        while True:
            waited = await self._gates.pass_through(ledger if endpoint.is_ledger else None)
            draft = self._draft(endpoint, page=page, attempt=attempt, waited=waited)
            try:
                answer = await self._send(endpoint, draft, **request)
                wire.check_envelope(answer.body, answer.status)
            except KisError as error:
                wait = wait_before_next(error, attempt, self._pace.chance())
                wait = wait if endpoint.may_repeat else None
                draft.end(error, wait)
                if wait is None:
                    raise
                attempt += 1
                on_progress(Waiting(error, wait, attempt, tries_for(error)))
                await self._pace.sleep(wait)
            except BaseException as error:
                draft.end(error)
                raise
            else:
                draft.end()
                return answer

    def _draft(self, endpoint: Endpoint, **about: Any) -> Draft:
        tr_id = endpoint.tr_id(self._environment)
        return Draft(endpoint, tr_id, self._on_call, self._clock, **about)

    def _url(self, path: str, params: Mapping[str, str]) -> httpx.URL:
        """An address to ask; httpx would put it together from its parts for every page."""
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = self._http.build_request("GET", path).url
        return url.copy_with(query=urlencode(params).encode()) if params else url

    async def _send(self, endpoint: Endpoint, draft: Draft, **request: Any) -> Answer:
        draft.sends(request.get("headers", {}), request.get("params") or request.get("json") or {})
        headers = {
            **request.pop("headers", {}),
            "content-type": "application/json; charset=utf-8",
            "custtype": "P",
        }
        if tr_id := endpoint.tr_id(self._environment):
            headers["tr_id"] = tr_id
        url = self._url(endpoint.path, request.pop("params", {}))
        try:
            async with (
                asyncio.timeout(self._pace.answer),
                self._http.stream(
                    endpoint.method,
                    url,
                    headers=headers,
                    extensions={"trace": draft.trace},
                    **request,
                ) as response,
            ):
                draft.status = response.status_code
                self._measure_skew(response.headers.get("date", ""))
                content = await read_capped(response)
        except (httpx.RequestError, TimeoutError) as error:
            # `from None`: httpx's own error holds the URL, and with it the account number.
            raise in_our_words(error, self._origin.netloc.decode()) from None
        draft.size = len(content)
        body = wire.read_json(content, response.status_code)
        tr_cont = response.headers.get("tr_cont", "")
        draft.received(tr_cont, body)
        return Answer(tr_cont, body, response.status_code)

    def _measure_skew(self, date: str) -> None:
        try:
            said = parsedate_to_datetime(date)
        except (ValueError, OverflowError):
            return
        if said.tzinfo is None:  # a date in no zone says nothing
            return
        # The date has no parts of a second: on average it is half of one behind.
        skew = timedelta(seconds=round((said - self._clock()).total_seconds() + 0.49))
        if abs(skew) <= MOST_SKEW:
            self.skew = skew

    async def _refuse_unlisted(self, request: httpx.Request) -> None:
        url, tr_id = request.url, request.headers.get("tr_id", "")
        # As it would be sent: `url.path` has %2F and its like undone.
        path = url.raw_path.partition(b"?")[0].decode("ascii", "replace")
        here = (url.scheme, url.host, url.port)
        home = (self._origin.scheme, self._origin.host, self._origin.port)
        if here != home or not is_allowed(self._environment, request.method, path, tr_id):
            raise ForbiddenCall(method=request.method, path=path, tr_id=tr_id)


def in_our_words(error: httpx.RequestError | TimeoutError, host: str) -> KisError:
    """An error of the HTTP library as one of the tree, without the request."""
    return _unreachable(error)(host=host)


def _unreachable(error: Exception) -> type[Unreachable]:
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return TimedOut
    if _has_cause(error, ssl.SSLError):
        return TlsFailed
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol)):
        return ConnectFailed
    return Disconnected


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
