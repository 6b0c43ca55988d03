"""The gateway: routes a call, checks its headers and limits, passes it to the ledger."""

from collections import defaultdict
from collections.abc import Mapping

from kistui.simulator import holidays
from kistui.simulator.account_registry import SECRETS_BY_APP_KEY
from kistui.simulator.account_router import AccountRouter
from kistui.simulator.clock import Clock
from kistui.simulator.faults import Fault
from kistui.simulator.options import SimulatorOptions
from kistui.simulator.rate_limits import MonotonicClock, SlidingWindow
from kistui.simulator.recorded_request import parse_json_object
from kistui.simulator.request import (
    DOMESTIC_BALANCE_PATH,
    HOLIDAY_PATH,
    OVERSEAS_BALANCE_PATH,
    OVERSEAS_PRESENT_BALANCE_PATH,
    PENSION_BALANCE_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PRESENT_BALANCE_PATH,
    REVOKE_PATH,
    TOKEN_PATH,
    Request,
)
from kistui.simulator.responses import Response, error_response, json_response
from kistui.simulator.scenes import Scene
from kistui.simulator.token_issuer import TokenIssuers

TR_IDS = {
    DOMESTIC_BALANCE_PATH: ("TTTC8434R", "VTTC8434R"),
    OVERSEAS_BALANCE_PATH: ("TTTS3012R", "VTTS3012R"),
    OVERSEAS_PRESENT_BALANCE_PATH: ("CTRP6504R", "VTRP6504R"),
    PENSION_BALANCE_PATH: ("TTTC2208R", ""),
    PENSION_PRESENT_BALANCE_PATH: ("TTTC2202R", ""),
    PENSION_DEPOSIT_PATH: ("TTTC0506R", ""),
    HOLIDAY_PATH: ("CTCA0903R", ""),
}
"""Real and paper; blank where there is none."""
LEDGER_PATHS = tuple(path for path in TR_IDS if "/trading/" in path)
CALLS_PER_SECOND = {"real": 20, "paper": 2}
LEDGER_CALLS_PER_SECOND = 1

RateWindows = defaultdict[str, SlidingWindow]
LedgerFaults = defaultdict[tuple[str, str], Fault]


class Gateway:
    """One scene under way: its faults and its ledger begin anew, tokens outlive it."""

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
        self._router = AccountRouter(scene, options, clock)
        per_second = CALLS_PER_SECOND[options.environment]
        self._key_windows: RateWindows = defaultdict(lambda: SlidingWindow(per_second, monotonic))
        self._account_windows: RateWindows = defaultdict(
            lambda: SlidingWindow(LEDGER_CALLS_PER_SECOND, monotonic)
        )
        self._routes = {
            ("POST", TOKEN_PATH): self._handle_token_issue,
            ("POST", REVOKE_PATH): self._handle_token_revoke,
            ("GET", HOLIDAY_PATH): self._handle_holidays,
            **{("GET", path): self._handle_ledger for path in LEDGER_PATHS},
        }
        for office in issuers:
            office.expire_at_next_use(enabled=scene.expires_first_token)

    def handle(self, request: Request) -> Response:
        """What KIS would say, or what the scene says instead."""
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
            office = self._issuers.for_app_key(str(body["appkey"]))
            code = None if office.revoke(str(body["token"])) else "EGW00121"
        if code:
            return error_response(code, status=403)
        return json_response({"code": "200", "message": "접근토큰 폐기에 성공하였습니다"})

    def _handle_ledger(self, request: Request) -> Response:
        code = self._error_code(request)
        if code is None and not self._try_acquire_account(request):
            code = "EGW00215"
        if code is not None:
            return error_response(code)
        fault = self._ledger_faults[request.account_number, request.path]
        return fault(request) or self._router.handle(request)

    def _handle_holidays(self, request: Request) -> Response:
        code = self._error_code(request)
        return holidays.handle(request) if code is None else error_response(code)

    def _error_code(self, request: Request) -> str | None:
        """The code a TR call is refused with, whatever it asks; `None` when it may pass."""
        checks = (self._token_error_code, self._tr_id_error_code, self._rate_limit_error_code)
        return next((code for check in checks if (code := check(request)) is not None), None)

    def _token_error_code(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if not scheme:
            return "EGW00122"
        if scheme != "Bearer":
            return "EGW00205"
        if not token:
            return ""
        app_key = request.headers.get("appkey", "")
        code = self._issuers.error_code_for(token.strip(), app_key)
        if code:
            return code
        return (
            None if request.headers.get("appsecret") == SECRETS_BY_APP_KEY[app_key] else "EGW00304"
        )

    def _tr_id_error_code(self, request: Request) -> str | None:
        real, paper = TR_IDS[request.path]
        own, other, code = (
            (paper, real, "EGW02006") if self._options.is_paper else (real, paper, "EGW02004")
        )
        asked = request.headers.get("tr_id")
        if not asked:
            return "OPSQ0002"
        if asked == other:
            return code
        return None if asked == own else "OPSQ0002"

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
