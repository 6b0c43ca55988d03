"""The gateway: routes a request, checks its headers and rate limits, passes it to a service."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping

import kistui.simulator.services  # noqa: F401  # registers them
from kistui.simulator.options import (
    SECRETS_BY_APP_KEY,
    Clock,
    SimulatorOptions,
    approval_key,
)
from kistui.simulator.request import (
    APPROVAL_PATH,
    REVOKE_PATH,
    TOKEN_PATH,
    Request,
    parse_json_object,
)
from kistui.simulator.responses import Response, error_response, json_response
from kistui.simulator.scenes import Fault, Scene
from kistui.simulator.service import SERVICES, ServiceRouter
from kistui.simulator.token_issuer import TokenIssuers

MonotonicClock = Callable[[], float]

WINDOW_SECONDS = 1.0
"""Length of the window in which calls are counted."""
CALLS_PER_SECOND = {"real": 18, "paper": 1}
"""The limits since KIS's notice of 2026-04-20."""
LEDGER_CALLS_PER_SECOND = 1


class SlidingWindow:
    """Accepts `max_calls` in any second; a refused call does not count."""

    def __init__(self, max_calls: int, monotonic: MonotonicClock) -> None:
        self._max_calls = max_calls
        self._monotonic = monotonic
        self._accepted_at: deque[float] = deque()

    def try_acquire(self) -> bool:
        """Return whether a call may pass now, and count it if so."""
        now = self._monotonic()
        while self._accepted_at and now - self._accepted_at[0] >= WINDOW_SECONDS:
            self._accepted_at.popleft()
        if len(self._accepted_at) >= self._max_calls:
            return False
        self._accepted_at.append(now)
        return True


RateWindows = defaultdict[str, SlidingWindow]
LedgerFaults = defaultdict[tuple[str, str], Fault]


class Gateway:
    """Serves one scene; a change of scene creates a new gateway with the same token issuers."""

    def __init__(
        self,
        scene: Scene,
        options: SimulatorOptions,
        issuers: TokenIssuers,
        clock: Clock,
        monotonic: MonotonicClock,
    ) -> None:
        self._options = options
        self._issuers = issuers
        self._fault = scene.gateway_fault(options.environment)
        self._ledger_faults: LedgerFaults = defaultdict(
            lambda: scene.ledger_fault(options.environment)
        )
        self._router = ServiceRouter(scene, options, clock)
        per_second = CALLS_PER_SECOND[options.environment]
        self._key_windows: RateWindows = defaultdict(lambda: SlidingWindow(per_second, monotonic))
        self._account_windows: RateWindows = defaultdict(
            lambda: SlidingWindow(LEDGER_CALLS_PER_SECOND, monotonic)
        )
        self._routes = {
            ("POST", TOKEN_PATH): self._handle_token_issue,
            ("POST", REVOKE_PATH): self._handle_token_revoke,
            ("POST", APPROVAL_PATH): self._handle_approval,
            **{("GET", path): self._handle_service for path in SERVICES},
        }
        for issuer in issuers:
            issuer.expire_at_next_use(enabled=scene.expires_first_token)

    def handle(self, request: Request) -> Response:
        """Return KIS's response to the request, or that of the scene's fault."""
        fault = self._fault(request)
        if fault:
            return fault
        route = self._routes.get((request.method, request.path))
        return route(request) if route else error_response("EGW00202")

    def _handle_token_issue(self, request: Request) -> Response:
        body = parse_json_object(request.body)
        if not body:
            return error_response("EGW00101")
        if "grant_type" not in body:
            return error_response("EGW00115")
        if body["grant_type"] != "client_credentials":
            return error_response("EGW00116")
        code = _credentials_error_code(body)
        if code:
            return error_response(code)
        token = self._issuers.for_app_key(str(body["appkey"])).issue()
        return json_response(token.to_response_body()) if token else error_response("EGW00133")

    def _handle_token_revoke(self, request: Request) -> Response:
        body = parse_json_object(request.body)
        code = _credentials_error_code(body)
        if code is None and not body.get("token"):
            code = "EGW00122"
        if code is None:
            issuer = self._issuers.for_app_key(str(body["appkey"]))
            code = None if issuer.revoke(str(body["token"])) else "EGW00121"
        if code:
            return error_response(code, status=403)
        return json_response({"code": "200", "message": "접근토큰 폐기에 성공하였습니다"})

    def _handle_approval(self, request: Request) -> Response:
        body = parse_json_object(request.body)
        if body.get("grant_type") != "client_credentials":
            return error_response("EGW00116")
        code = _credentials_error_code({**body, "appsecret": body.get("secretkey")})
        if code:
            return error_response(code)
        return json_response({"approval_key": approval_key(str(body["appkey"]))})

    def _handle_service(self, request: Request) -> Response:
        code = self._error_code(request)
        if code is not None:
            return error_response(code)
        if not SERVICES[request.path].spec.needs_account:
            return self._router.handle(request)
        if not self._try_acquire_account(request):
            return error_response("EGW00215")
        fault = self._ledger_faults[request.account_number, request.path]
        return fault(request) or self._router.handle(request)

    def _error_code(self, request: Request) -> str | None:
        """Return the error code for token, TR id or rate limit; None when the request may pass."""
        checks = (self._token_error_code, self._tr_id_error_code, self._rate_limit_error_code)
        return next((code for check in checks if (code := check(request)) is not None), None)

    def _token_error_code(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if not scheme:
            return "EGW00122"
        if scheme != "Bearer":
            return "EGW00205"
        if not token:
            return ""  # as KIS does
        app_key = request.headers.get("appkey", "")
        code = self._issuers.error_code_for(token.strip(), app_key)
        if code:
            return code
        return (
            None if request.headers.get("appsecret") == SECRETS_BY_APP_KEY[app_key] else "EGW00304"
        )

    def _tr_id_error_code(self, request: Request) -> str | None:
        spec, is_paper = SERVICES[request.path].spec, self._options.is_paper
        tr_id = request.headers.get("tr_id")
        if tr_id in spec.tr_ids(is_paper=is_paper):
            return None
        if tr_id in spec.tr_ids(is_paper=not is_paper):
            return "EGW02006" if is_paper else "EGW02004"
        return "OPSQ0002"

    def _rate_limit_error_code(self, request: Request) -> str | None:
        if not self._options.rate_limits:
            return None
        return None if self._key_windows[request.headers["appkey"]].try_acquire() else "EGW00201"

    def _try_acquire_account(self, request: Request) -> bool:
        window = self._account_windows[request.account_number]
        return not self._options.rate_limits or window.try_acquire()


def _credentials_error_code(body: Mapping[str, object]) -> str | None:
    app_key, app_secret = body.get("appkey"), body.get("appsecret")
    if not app_key:
        return "EGW00102"
    if not isinstance(app_key, str) or app_key not in SECRETS_BY_APP_KEY:
        return "EGW00103"
    if not app_secret:
        return "EGW00104"
    return None if app_secret == SECRETS_BY_APP_KEY[app_key] else "EGW00105"
