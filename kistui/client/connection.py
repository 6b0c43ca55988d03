"""One environment's HTTP connection: allow-list, rate limits, retries and timeouts.

It sends only listed requests to one origin, and returns a JSON object or raises an error of the
tree. No error holds anything of a request (URL, headers, body). Only reads are ever retried, never
a token issue.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextvars import Context
from datetime import timedelta
from random import random as system_random
from types import MappingProxyType
from typing import Protocol, TypeVar
from urllib.parse import urlencode

import httpx
from msgspec import Struct

from kistui.client import response_parsing
from kistui.client.call_recorder import CallRecorder
from kistui.client.endpoints import BASE_URLS, Endpoint, is_allowed, validate_base_url
from kistui.client.http_client import clock_skew, create_http_client, read_limited_body
from kistui.client.proxies import environment_proxy
from kistui.client.rate_limits import RateLimits, Sleep
from kistui.clock import Clock
from kistui.errors import (
    ConnectFailedError,
    DisconnectedError,
    ForbiddenRequestError,
    KisError,
    NotOnPaperError,
    ProxyFailedError,
    RateLimitedError,
    RequestTimeoutError,
    TemporaryServerError,
    TlsError,
    UnreachableError,
)
from kistui.models.account import Environment
from kistui.models.calls import (
    NO_WAIT,
    OnCall,
    OnProgress,
    RateLimitWait,
    RetryScheduled,
    TurnDelayed,
    ignore_call,
)


class Timeouts(Struct, frozen=True):
    """Timeouts in seconds; tests inject `sleep` and `random`, a fraction that spreads retries."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    sleep: Sleep = asyncio.sleep
    random: Callable[[], float] = system_random


class ApiResponse(Struct, frozen=True):
    """A JSON response: its continuation flag, body and HTTP status."""

    tr_cont: str
    body: response_parsing.JsonObject
    status: int

    def __repr__(self) -> str:
        return f"ApiResponse(tr_cont={self.tr_cont!r}, status={self.status})"


class ParsedResponse(Protocol):
    """A parsed response, which names the fields that could not be read."""

    @property
    def unreadable_fields(self) -> tuple[str, ...]:
        """KIS's keys of the values that could not be read, for the log."""


ParsedT = TypeVar("ParsedT", bound=ParsedResponse)
NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Connection:
    """Requests to one origin. Raises InvalidBaseUrlError for a `base_url` that is not safe."""

    clock_skew: timedelta | None = None
    """The server's clock minus this machine's, by the last response, in whole seconds."""

    def __init__(
        self,
        environment: Environment,
        base_url: str | None,
        rate_limits: RateLimits,
        timeouts: Timeouts,
        clock: Clock,
        *,
        on_call: OnCall = ignore_call,
    ) -> None:
        origin = validate_base_url(base_url or BASE_URLS[environment])
        self._environment = environment
        self.origin = origin
        """Scheme, host and port of the one server."""
        self._origin = httpx.URL(origin)
        self._rate_limits = rate_limits
        self._timeouts = timeouts
        self._clock = clock
        self._on_call = on_call
        timeout = httpx.Timeout(timeouts.read, connect=timeouts.connect)
        self._http = create_http_client(self._origin, timeout, check_request=self._check_allowed)
        self._urls: dict[str, httpx.URL] = {}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def post(
        self, endpoint: Endpoint, body: Mapping[str, str]
    ) -> response_parsing.JsonObject:
        """Send an OAuth request, never retried; KIS limits these separately from reads."""
        recorder = self._recorder(endpoint)
        try:
            response = await self._send(endpoint, recorder, json=dict(body))
            response_body = response_parsing.check_oauth_response(response.body, response.status)
        except BaseException as error:  # the log has cancelled calls and bugs too
            recorder.finish(error)
            raise
        recorder.finish()
        return response_body

    async def get(
        self,
        endpoint: Endpoint,
        account_number: str,
        on_progress: OnProgress,
        page: int = 1,
        *,
        parse: Callable[[ApiResponse], ParsedT],
        params: Mapping[str, str] = NO_FIELDS,
        headers: Mapping[str, str] = NO_FIELDS,
    ) -> ParsedT:
        """Send a read and parse it, retried as the endpoint and `retry_delay` say.

        Raises the last error, and NotOnPaperError before a call that the paper server lacks. `page`
        is for the log, which also names what could not be read.
        """
        if endpoint.tr_id(self._environment) is None:
            raise NotOnPaperError(name=endpoint.name)
        attempt = 1
        limited_account = account_number if endpoint.is_account_limited else None
        while True:
            rate_limit_wait = await self._rate_limits.acquire(
                limited_account, lambda waited: on_progress(TurnDelayed(waited))
            )
            recorder = self._recorder(
                endpoint, page=page, attempt=attempt, rate_limit_wait=rate_limit_wait
            )
            try:
                response = await self._send(endpoint, recorder, params=params, headers=headers)
                response_parsing.check_api_response(response.body, response.status)
                parsed = parse(response)
            except KisError as error:
                retry_after = (
                    retry_delay(error, attempt, self._timeouts.random())
                    if endpoint.is_retryable
                    else None
                )
                recorder.finish(error, retry_after)
                await self._rate_limits.on_response(limited_account)
                if retry_after is None:
                    raise
                attempt += 1
                on_progress(RetryScheduled(error, retry_after, attempt, max_attempts_for(error)))
                await self._timeouts.sleep(retry_after)
            except BaseException as error:  # the log has cancelled calls and bugs too
                recorder.finish(error)
                raise
            else:
                recorder.unreadable_fields = parsed.unreadable_fields
                recorder.finish()
                await self._rate_limits.on_response(limited_account)
                return parsed

    def _recorder(
        self,
        endpoint: Endpoint,
        *,
        page: int = 1,
        attempt: int = 1,
        rate_limit_wait: RateLimitWait = NO_WAIT,
    ) -> CallRecorder:
        return CallRecorder(
            endpoint,
            endpoint.tr_id(self._environment),
            self._on_call,
            self._clock,
            page=page,
            attempt=attempt,
            rate_limit_wait=rate_limit_wait,
        )

    def _url(self, path: str, params: Mapping[str, str]) -> httpx.URL:
        """Return a URL; caches the base, which httpx would build from its parts for every page."""
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = self._http.build_request("GET", path).url
        return url.copy_with(query=urlencode(params).encode()) if params else url

    async def _send(
        self,
        endpoint: Endpoint,
        recorder: CallRecorder,
        *,
        params: Mapping[str, str] = NO_FIELDS,
        headers: Mapping[str, str] = NO_FIELDS,
        json: Mapping[str, str] | None = None,
    ) -> ApiResponse:
        """Send a request in a context of its own.

        A timer that was cancelled stays in the event loop until it would have fired, and its
        context with it: the timeouts of a request would hold the page that sent it for 30 seconds.
        """
        return await asyncio.create_task(
            self._exchange(endpoint, recorder, params, headers, json), context=Context()
        )

    async def _exchange(
        self,
        endpoint: Endpoint,
        recorder: CallRecorder,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        json: Mapping[str, str] | None,
    ) -> ApiResponse:
        recorder.on_request(headers, params or json or {})
        sent_headers = {
            **headers,
            "content-type": "application/json; charset=utf-8",
            "custtype": "P",
        }
        if tr_id := endpoint.tr_id(self._environment):
            sent_headers["tr_id"] = tr_id
        try:
            async with (
                asyncio.timeout(self._timeouts.total),
                self._http.stream(
                    endpoint.method,
                    self._url(endpoint.path, params),
                    headers=sent_headers,
                    json=json,
                    extensions={"trace": recorder.trace},
                ) as response,
            ):
                recorder.status = response.status_code
                skew = clock_skew(response.headers.get("date", ""), self._clock())
                if skew is not None:
                    self.clock_skew = skew
                content = await read_limited_body(response)
        except (httpx.RequestError, TimeoutError) as error:
            # `from None`: httpx's error holds the URL, and so the account number.
            raise translate_http_error(error, self._origin) from None
        recorder.response_size = len(content)
        body = response_parsing.parse_json(content, response.status_code)
        tr_cont = response.headers.get("tr_cont", "")
        recorder.on_response(tr_cont, body)
        return ApiResponse(tr_cont, body, response.status_code)

    async def _check_allowed(self, request: httpx.Request) -> None:
        url, tr_id = request.url, request.headers.get("tr_id", "")
        # As sent: `url.path` has %2F and the like decoded.
        path = url.raw_path.partition(b"?")[0].decode("ascii", "replace")
        request_origin = (url.scheme, url.host, url.port)
        allowed_origin = (self._origin.scheme, self._origin.host, self._origin.port)
        if request_origin != allowed_origin or not is_allowed(
            self._environment, request.method, path, tr_id
        ):
            raise ForbiddenRequestError(method=request.method, path=path, tr_id=tr_id)


def translate_http_error(error: httpx.RequestError | TimeoutError, origin: httpx.URL) -> KisError:
    """Translate an error of the HTTP library into the error tree, without the request."""
    proxy = environment_proxy(origin)
    if proxy is not None and _is_before_tls(error):
        return ProxyFailedError(host=proxy.url.netloc.decode())
    return _error_class_for(error)(host=origin.netloc.decode())


def _is_before_tls(error: Exception) -> bool:
    """Return whether a connection failed before TLS; with a proxy, the proxy is what failed."""
    kinds = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
    return isinstance(error, kinds) and not _has_cause(error, ssl.SSLError)


def _error_class_for(error: Exception) -> type[UnreachableError]:
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return RequestTimeoutError
    if _has_cause(error, ssl.SSLError):
        return TlsError
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol)):
        return ConnectFailedError
    return DisconnectedError


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


class RetryPolicy(Struct, frozen=True):
    """For one kind of error: the delays in seconds before each further attempt.

    Up to `jitter` seconds are added to each.
    """

    delays: tuple[float, ...]
    jitter: float = 0.0


# A new connection works at once; a rate limit needs its second to pass.
_RETRY_POLICIES: tuple[tuple[type[KisError], RetryPolicy], ...] = (
    (RateLimitedError, RetryPolicy((1.0, 2.0), jitter=0.5)),
    (TemporaryServerError, RetryPolicy((0.5,))),
    (ConnectFailedError, RetryPolicy((0.3,))),
    (RequestTimeoutError, RetryPolicy((0.3,))),
    (DisconnectedError, RetryPolicy((0.2, 0.6))),
)


def max_attempts_for(error: KisError) -> int:
    """Return the number of attempts for an error of this kind; 1 means no retry."""
    return 1 + len(_retry_policy(error).delays)


def retry_delay(error: KisError, attempt: int, random_fraction: float) -> float | None:
    """Return the seconds to wait after failed attempt `attempt` (from 1); `None` to give up.

    `random_fraction` in [0, 1) spreads callers that were limited together.
    """
    policy = _retry_policy(error)
    if attempt > len(policy.delays):
        return None
    return policy.delays[attempt - 1] + policy.jitter * random_fraction


def _retry_policy(error: KisError) -> RetryPolicy:
    policies = (policy for kind, policy in _RETRY_POLICIES if isinstance(error, kind))
    return next(policies, RetryPolicy(()))
