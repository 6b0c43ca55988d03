"""The simulator: a KIS server, the requests it received, and what tests can change."""

import time
from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from ssl import SSLContext
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from msgspec.structs import replace

from kistui.simulator.asset_history import AssetDay, Deposit, asset_history
from kistui.simulator.gateway import Gateway, MonotonicClock
from kistui.simulator.http_server import HOST, LoopbackServer
from kistui.simulator.options import (
    ACCOUNT_NUMBER,
    ACCOUNTS,
    APP_KEY,
    APP_KEYS_BY_APPROVAL,
    APP_SECRET,
    SECRETS_BY_APP_KEY,
    Account,
    Clock,
    SimulatorOptions,
    utc_now,
)
from kistui.simulator.request import RecordedRequest, Request, record_request
from kistui.simulator.responses import Response
from kistui.simulator.scenes import SCENES
from kistui.simulator.service import AccountContext
from kistui.simulator.token_issuer import TokenIssuers

if TYPE_CHECKING:
    from kistui.simulator.live_prices import LivePriceServer

MAX_RECORDED_REQUESTS = 200
"""How many requests, and messages of live prices, are stored, of up to 4 KiB each."""


class Simulator:
    """A KIS server on loopback, running from `start` to `stop` or within a `with` block.

    A restart keeps the address; with `tls` the server speaks HTTPS. With `records_requests` the
    last requests and messages are stored. Raises ValueError for an unknown scene, OSError when the
    port is taken.
    """

    app_key = APP_KEY
    account_number = ACCOUNT_NUMBER

    def __init__(
        self,
        options: SimulatorOptions | None = None,
        *,
        clock: Clock = utc_now,
        monotonic: MonotonicClock = time.monotonic,
        tls: SSLContext | None = None,
        records_requests: bool = True,
    ) -> None:
        self.options = options or SimulatorOptions()
        self._max_recorded = MAX_RECORDED_REQUESTS if records_requests else 0
        self._clock = clock
        self._monotonic = monotonic
        self._tls = tls
        self._lock = RLock()
        self._listener: LoopbackServer | None = None
        self._live_prices: LivePriceServer | None = None
        self._port = 0
        self.reset()

    @property
    def app_secret(self) -> str:
        """The sample app secret of 180 characters, which no other server accepts."""
        return APP_SECRET

    @property
    def accounts(self) -> tuple[Account, ...]:
        """All accounts, under two app keys; the first is `account_number`."""
        return ACCOUNTS

    @property
    def url(self) -> str:
        """The server's address, also when stopped; RuntimeError before the first start."""
        if not self._port:
            raise RuntimeError("the simulator has not been started")
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._port}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy of the last requests received, oldest first."""
        with self._lock:
            return list(self._requests)

    @property
    def notice_count(self) -> int:
        """The number of KakaoTalk notices: one per token issue, also of the same token."""
        with self._lock:
            return sum(issuer.notice_count for issuer in self._issuers)

    def count_requests(self, path_suffix: str) -> int:
        """Return how many of the last requests have a path that ends with `path_suffix`."""
        return sum(request.path.endswith(path_suffix) for request in self.requests)

    def asset_history(self) -> tuple[tuple[AssetDay, ...], tuple[Deposit, ...]]:
        """Return what the first account was worth on past days, oldest first, and its deposits."""
        return asset_history(
            AccountContext(self.accounts[0], self._scene, self.options, self._clock)
        )

    def start(self) -> Self:
        """Serve in a thread; does nothing when already started."""
        if self._listener is None:
            self._listener = LoopbackServer(
                self._port or self.options.port, self._handle, self._tls
            )
            self._port = self._listener.server_port
        return self

    def stop(self) -> None:
        """Stop at once; ends slow responses and open connections."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._live_prices is not None:
            self._live_prices.close()
            self._live_prices = None

    def serve_live_prices(self, interval: float = 0.5) -> "LivePriceServer":
        """Start the WebSocket of live prices unless it runs; it needs the `websockets` library.

        `interval` is the pause between two frames in seconds.
        """
        if self._live_prices is None:
            from kistui.simulator.live_prices import LivePriceServer  # noqa: PLC0415

            self._live_prices = LivePriceServer(
                lambda: AccountContext(self.accounts[0], self._scene, self.options, self._clock),
                APP_KEYS_BY_APPROVAL.get,
                self._clock,
                interval,
                self._max_recorded,
            )
        return self._live_prices

    def drop_connections(self) -> None:
        """Close the open connections, and keep serving."""
        if self._listener is not None:
            self._listener.drop_connections()

    def set_scene(self, name: str) -> None:
        """Switch to another scene, keeping tokens and requests. Raises ValueError if unknown."""
        if name not in SCENES:
            raise ValueError(f"no scene {name!r}; there are {', '.join(SCENES)}")
        with self._lock:
            self._scene = SCENES[name]
            self._gateway = Gateway(
                self._scene, self.options, self._issuers, self._clock, self._monotonic
            )

    def script(self, path_suffix: str, *replies: Response | None) -> None:
        """Queue a response for each of the next requests whose path ends with the suffix.

        A request for which `None` is queued is answered as usual, as are all after the last.
        """
        with self._lock:
            self._scripts.setdefault(path_suffix, deque()).extend(replies)

    def invalidate_tokens(self, *, reissue: Literal["new", "same"] = "new") -> None:
        """Invalidate every token before it expires (EGW00121).

        With "same", the invalid token is issued again until six hours after its first issue.
        """
        with self._lock:
            for issuer in self._issuers:
                issuer.invalidate_all(reissue_same=reissue == "same")

    def expire_tokens(self) -> None:
        """Expire every token (EGW00123), as if a day had passed since the last issue."""
        with self._lock:
            for issuer in self._issuers:
                issuer.expire_all()

    def reset(self) -> None:
        """Clear tokens, requests, notices and scripts; return to the scene of the options."""
        with self._lock:
            self._requests: deque[RecordedRequest] = deque(maxlen=self._max_recorded)
            self._request_count = 0
            self._scripts: dict[str, deque[Response | None]] = {}
            self._issuers = TokenIssuers(
                self._clock,
                SECRETS_BY_APP_KEY,
                seed=self.options.seed,
                environment=self.options.environment,
            )
            self.set_scene(self.options.scene)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _handle(self, request: Request) -> Response:
        with self._lock:
            now = self._clock()
            self._requests.append(record_request(request, now))
            self._request_count += 1
            response = self._next_scripted(request.path) or self._gateway.handle(request)
            delay = response.delay + self.options.delay + self._scene.delay
            headers = {
                **_default_headers(request, now, f"{self.options.seed}/{self._request_count}"),
                **{name.lower(): value for name, value in response.headers.items()},
            }
        headers.pop("content-length", None)
        return replace(response, headers=headers, delay=delay)

    def _next_scripted(self, path: str) -> Response | None:
        for suffix, responses in self._scripts.items():
            if responses and path.endswith(suffix):
                return responses.popleft()
        return None


def _default_headers(request: Request, now: datetime, name: str) -> dict[str, str]:
    """Return the headers KIS sends, by lower-case name; TR responses have three more."""
    headers = {
        "date": format_datetime(now.astimezone(UTC), usegmt=True),
        "content-type": "application/json; charset=utf-8",
    }
    if request.path.startswith("/uapi/"):
        tr_id = request.headers.get("tr_id", "")
        headers["tr_id"] = tr_id if tr_id.isascii() and tr_id.isprintable() else ""
        headers["tr_cont"] = ""
        headers["gt_uid"] = sha256(name.encode()).hexdigest()[:32]
    return headers
