"""The gateway: routes a call, checks its headers and limits, passes it to the ledger."""

from collections import defaultdict
from collections.abc import Mapping

from kistui.simulator import holidays
from kistui.simulator.call import BALANCE_PATH, HOLIDAY_PATH, REVOKE_PATH, TOKEN_PATH, Call
from kistui.simulator.korea import Clock
from kistui.simulator.ledger import Ledger
from kistui.simulator.limits import Monotonic, Window
from kistui.simulator.options import APP_KEY, APP_SECRET, Options
from kistui.simulator.recording import read_object
from kistui.simulator.replies import Reply, json_reply, refusal
from kistui.simulator.scenes import Scene
from kistui.simulator.tokens import TokenOffice

TR_IDS = {
    BALANCE_PATH: ("TTTC8434R", "VTTC8434R"),
    HOLIDAY_PATH: ("CTCA0903R", ""),
}
"""Real and paper; blank where there is none."""
CALLS_PER_SECOND = {"real": 20, "paper": 2}
LEDGER_CALLS_PER_SECOND = 1

Windows = defaultdict[str, Window]


class Gateway:
    """One scene under way: its faults and its ledger begin anew, tokens outlive it."""

    def __init__(
        self,
        scene: Scene,
        options: Options,
        office: TokenOffice,
        clock: Clock,
        monotonic: Monotonic,
    ) -> None:
        self._options = options
        self._office = office
        self._fault = scene.at_gateway(options.environment)
        self._ledger_fault = scene.at_ledger(options.environment)
        self._ledger = Ledger(scene, options, clock)
        per_second = CALLS_PER_SECOND[options.environment]
        self._key_windows: Windows = defaultdict(lambda: Window(per_second, monotonic))
        self._account_windows: Windows = defaultdict(
            lambda: Window(LEDGER_CALLS_PER_SECOND, monotonic)
        )
        self._routes = {
            ("POST", TOKEN_PATH): self._issue,
            ("POST", REVOKE_PATH): self._revoke,
            ("GET", BALANCE_PATH): self._balance,
            ("GET", HOLIDAY_PATH): self._holidays,
        }
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
        token = self._office.issue()
        return json_reply(token.answer()) if token else refusal("EGW00133")

    def _revoke(self, call: Call) -> Reply:
        body = read_object(call.body)
        code = _credentials_refused(body)
        if code is None and not body.get("token"):
            code = "EGW00122"
        if code is None and not self._office.revoke(str(body["token"])):
            code = "EGW00121"
        if code:
            return refusal(code, status=403)
        return json_reply({"code": "200", "message": "접근토큰 폐기에 성공하였습니다"})

    def _balance(self, call: Call) -> Reply:
        code = self._refused(call)
        if code is None and not self._admits_account(call):
            code = "EGW00215"
        if code is not None:
            return refusal(code)
        return self._ledger_fault(call) or self._ledger.answer(call)

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
        code = self._office.refused(token.strip())
        if code:
            return code
        if call.headers.get("appkey") != APP_KEY:
            return "EGW00121"  # which is also said of the token of another key
        return None if call.headers.get("appsecret") == APP_SECRET else "EGW00304"

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
        window = self._account_windows[call.query.get("CANO", "")]
        return not self._options.rate_limits or window.admits()


def _credentials_refused(body: Mapping[str, object]) -> str | None:
    for name, right, missing, wrong in (
        ("appkey", APP_KEY, "EGW00102", "EGW00103"),
        ("appsecret", APP_SECRET, "EGW00104", "EGW00105"),
    ):
        if not body.get(name):
            return missing
        if body[name] != right:
            return wrong
    return None
