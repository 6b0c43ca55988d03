"""The gateway: routes a call, checks its headers and limits, passes it to the ledger."""

from collections import defaultdict
from collections.abc import Mapping

from kistui.simulator import holidays
from kistui.simulator.bank import Bank
from kistui.simulator.call import (
    BALANCE_PATH,
    HOLIDAY_PATH,
    OVERSEAS_PATH,
    PENSION_DEPOSIT_PATH,
    PENSION_PATH,
    PENSION_PRESENT_PATH,
    PRESENT_PATH,
    REVOKE_PATH,
    TOKEN_PATH,
    Call,
)
from kistui.simulator.customers import SECRETS
from kistui.simulator.faults import Fault
from kistui.simulator.korea import Clock
from kistui.simulator.limits import Monotonic, Window
from kistui.simulator.options import Options
from kistui.simulator.recording import read_object
from kistui.simulator.replies import Reply, json_reply, refusal
from kistui.simulator.scenes import Scene
from kistui.simulator.tokens import TokenOffices

TR_IDS = {
    BALANCE_PATH: ("TTTC8434R", "VTTC8434R"),
    OVERSEAS_PATH: ("TTTS3012R", "VTTS3012R"),
    PRESENT_PATH: ("CTRP6504R", "VTRP6504R"),
    PENSION_PATH: ("TTTC2208R", ""),
    PENSION_PRESENT_PATH: ("TTTC2202R", ""),
    PENSION_DEPOSIT_PATH: ("TTTC0506R", ""),
    HOLIDAY_PATH: ("CTCA0903R", ""),
}
"""Real and paper; blank where there is none."""
LEDGER_PATHS = tuple(path for path in TR_IDS if "/trading/" in path)
CALLS_PER_SECOND = {"real": 20, "paper": 2}
LEDGER_CALLS_PER_SECOND = 1

Windows = defaultdict[str, Window]
Faults = defaultdict[tuple[str, str], Fault]


class Gateway:
    """One scene under way: its faults and its ledger begin anew, tokens outlive it."""

    def __init__(
        self,
        scene: Scene,
        options: Options,
        offices: TokenOffices,
        clock: Clock,
        monotonic: Monotonic,
    ) -> None:
        self._options = options
        self._offices = offices
        self._fault = scene.at_gateway(options.environment)
        self._ledger_faults: Faults = defaultdict(lambda: scene.at_ledger(options.environment))
        self._bank = Bank(scene, options, clock)
        per_second = CALLS_PER_SECOND[options.environment]
        self._key_windows: Windows = defaultdict(lambda: Window(per_second, monotonic))
        self._account_windows: Windows = defaultdict(
            lambda: Window(LEDGER_CALLS_PER_SECOND, monotonic)
        )
        self._routes = {
            ("POST", TOKEN_PATH): self._issue,
            ("POST", REVOKE_PATH): self._revoke,
            ("GET", HOLIDAY_PATH): self._holidays,
            **{("GET", path): self._ledger for path in LEDGER_PATHS},
        }
        for office in offices:
            office.expire_at_next_use(wanted=scene.expires_first_token)

    def answer(self, call: Call) -> Reply:
        """What KIS would say, or what the scene says instead."""
        fault = self._fault(call)
        if fault:
            return fault
        route = self._routes.get((call.method, call.path))
        return route(call) if route else refusal("EGW00202")

    def _issue(self, call: Call) -> Reply:
        body = read_object(call.body)
        if not body:
            return refusal("EGW00101")
        if "grant_type" not in body:
            return refusal("EGW00115")
        if body["grant_type"] != "client_credentials":
            return refusal("EGW00116")
        code = _credentials_refused(body)
        if code:
            return refusal(code)
        token = self._offices.of(str(body["appkey"])).issue()
        return json_reply(token.answer()) if token else refusal("EGW00133")

    def _revoke(self, call: Call) -> Reply:
        body = read_object(call.body)
        code = _credentials_refused(body)
        if code is None and not body.get("token"):
            code = "EGW00122"
        if code is None:
            office = self._offices.of(str(body["appkey"]))
            code = None if office.revoke(str(body["token"])) else "EGW00121"
        if code:
            return refusal(code, status=403)
        return json_reply({"code": "200", "message": "접근토큰 폐기에 성공하였습니다"})

    def _ledger(self, call: Call) -> Reply:
        code = self._refused(call)
        if code is None and not self._admits_account(call):
            code = "EGW00215"
        if code is not None:
            return refusal(code)
        fault = self._ledger_faults[call.account, call.path]
        return fault(call) or self._bank.answer(call)

    def _holidays(self, call: Call) -> Reply:
        code = self._refused(call)
        return holidays.answer(call) if code is None else refusal(code)

    def _refused(self, call: Call) -> str | None:
        """The code a TR call is refused with, whatever it asks; `None` when it may pass."""
        checks = (self._token_refused, self._tr_refused, self._limited)
        return next((code for check in checks if (code := check(call)) is not None), None)

    def _token_refused(self, call: Call) -> str | None:
        scheme, _, token = call.headers.get("authorization", "").strip().partition(" ")
        if not scheme:
            return "EGW00122"
        if scheme != "Bearer":
            return "EGW00205"
        if not token:
            return ""
        app_key = call.headers.get("appkey", "")
        code = self._offices.refused(token.strip(), app_key)
        if code:
            return code
        return None if call.headers.get("appsecret") == SECRETS[app_key] else "EGW00304"

    def _tr_refused(self, call: Call) -> str | None:
        real, paper = TR_IDS[call.path]
        own, other, code = (
            (paper, real, "EGW02006") if self._options.is_paper else (real, paper, "EGW02004")
        )
        asked = call.headers.get("tr_id")
        if not asked:
            return "OPSQ0002"
        if asked == other:
            return code
        return None if asked == own else "OPSQ0002"

    def _limited(self, call: Call) -> str | None:
        if not self._options.rate_limits:
            return None
        return None if self._key_windows[call.headers["appkey"]].admits() else "EGW00201"

    def _admits_account(self, call: Call) -> bool:
        window = self._account_windows[call.account]
        return not self._options.rate_limits or window.admits()


def _credentials_refused(body: Mapping[str, object]) -> str | None:
    app_key, app_secret = body.get("appkey"), body.get("appsecret")
    if not app_key:
        return "EGW00102"
    if not isinstance(app_key, str) or app_key not in SECRETS:
        return "EGW00103"
    if not app_secret:
        return "EGW00104"
    return None if app_secret == SECRETS[app_key] else "EGW00105"
