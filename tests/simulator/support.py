"""Time that moves when told to, and a bare HTTP client that knows only where things are."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from kistui.simulator import Account, Options, Simulator

MORNING = datetime(2026, 11, 23, 1, 32, 7, tzinfo=UTC)
"""10:32:07 in Korea."""

TOKEN = "/oauth2/tokenP"
REVOKE = "/oauth2/revokeP"
BALANCE = "/uapi/domestic-stock/v1/trading/inquire-balance"
OVERSEAS = "/uapi/overseas-stock/v1/trading/inquire-balance"
PRESENT = "/uapi/overseas-stock/v1/trading/inquire-present-balance"
PENSION = "/uapi/domestic-stock/v1/trading/pension/inquire-balance"
PENSION_PRESENT = "/uapi/domestic-stock/v1/trading/pension/inquire-present-balance"
PENSION_DEPOSIT = "/uapi/domestic-stock/v1/trading/pension/inquire-deposit"
TR_IDS = {
    BALANCE: ("TTTC8434R", "VTTC8434R"),
    OVERSEAS: ("TTTS3012R", "VTTS3012R"),
    PRESENT: ("CTRP6504R", "VTRP6504R"),
    PENSION: ("TTTC2208R", "VTTC2208R"),
    PENSION_PRESENT: ("TTTC2202R", "VTTC2202R"),
    PENSION_DEPOSIT: ("TTTC0506R", "VTTC0506R"),
}
HOLIDAY = "/uapi/domestic-stock/v1/quotations/chk-holiday"


class FakeClock:
    """An instant, and seconds since some start, that advance together."""

    def __init__(self) -> None:
        self.now = MORNING
        self.seconds = 1000.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, **span: float) -> None:
        step = timedelta(**span)
        self.now += step
        self.seconds += step.total_seconds()


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> str:
        """The message or error code, wherever this kind of answer has it."""
        code: str = self.json.get("error_code") or self.json.get("msg_cd", "")
        return code

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.code


class Desk:
    """A running simulator with its clock, and a client on one keep-alive connection."""

    def __init__(self, **options: Any) -> None:
        self.clock = FakeClock()
        self.simulator = Simulator(
            Options(**options), clock=self.clock, monotonic=self.clock.monotonic
        )
        self.is_paper = self.simulator.options.is_paper

    def __enter__(self) -> Self:
        self.simulator.start()
        self.connection = self.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.connection.close()
        self.simulator.stop()

    def connect(self) -> HTTPConnection:
        host = self.simulator.url.removeprefix("http://")
        return HTTPConnection(host, timeout=5)

    def send(self, method: str, path: str, body: bytes | None = None, **headers: Any) -> Answer:
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())

    def post(self, path: str, **content: object) -> Answer:
        """A JSON body; a value of `None` leaves its name out."""
        given = {name: value for name, value in content.items() if value is not None}
        return self.send("POST", path, json.dumps(given).encode())

    @property
    def keys(self) -> dict[str, str]:
        return {"appkey": self.simulator.app_key, "appsecret": self.simulator.app_secret}

    def issue(self, **changes: object) -> Answer:
        right = {"grant_type": "client_credentials", **self.keys}
        return self.post(TOKEN, **{**right, **changes})

    def token(self) -> str:
        token: str = self.issue().json["access_token"]
        return token

    def headers(self, token: str, **changes: Any) -> dict[str, Any]:
        right = {
            "authorization": f"Bearer {token}",
            **self.keys,
            "tr_id": "VTTC8434R" if self.is_paper else "TTTC8434R",
            "custtype": "P",
        }
        return {name: value for name, value in {**right, **changes}.items() if value is not None}

    def balance(
        self,
        token: str,
        changes: Mapping[str, str | None] | None = None,
        **headers: Any,
    ) -> Answer:
        """One balance call; `changes` to the query, where `None` leaves a name out."""
        query = {**QUERY, **(changes or {})}
        text = urlencode({name: value for name, value in query.items() if value is not None})
        return self.send("GET", f"{BALANCE}?{text}", **self.headers(token, **headers))

    def holidays(
        self, token: str, changes: Mapping[str, str | None] | None = None, **headers: Any
    ) -> Answer:
        """One chk-holiday call with the real TR id, from the clock's day on."""
        query = {"BASS_DT": "20261123", "CTX_AREA_NK": "", "CTX_AREA_FK": "", **(changes or {})}
        text = urlencode({name: value for name, value in query.items() if value is not None})
        given = {"tr_id": "CTCA0903R", **headers}
        return self.send("GET", f"{HOLIDAY}?{text}", **self.headers(token, **given))

    def of(self, kind: str) -> Account:
        """The account of that kind."""
        return next(each for each in self.simulator.accounts if each.kind == kind)

    def token_of(self, kind: str) -> str:
        account = self.of(kind)
        keys = {"appkey": account.app_key, "appsecret": account.app_secret}
        token: str = self.issue(**keys).json["access_token"]
        return token

    def ask(
        self, kind: str, token: str, path: str, query: Mapping[str, str | None], **headers: Any
    ) -> Answer:
        """A call about an account with its key; `None` in the query leaves a name out."""
        account = self.of(kind)
        number, _, product = account.account.partition("-")
        given = {"CANO": number, "ACNT_PRDT_CD": product, **query}
        text = urlencode({name: value for name, value in given.items() if value is not None})
        right = {
            "appkey": account.app_key,
            "appsecret": account.app_secret,
            "tr_id": TR_IDS[path][self.is_paper],
            **headers,
        }
        return self.send("GET", f"{path}?{text}", **self.headers(token, **right))

    def next_page(self, token: str, answer: Answer, tr_cont: str = "N") -> Answer:
        return self.balance(token, cursor_of(answer), tr_cont=tr_cont)

    def pages(self, token: str) -> Iterator[Answer]:
        answer = self.balance(token)
        yield answer
        while answer.headers["tr_cont"] in {"M", "F"}:
            answer = self.next_page(token, answer)
            yield answer


QUERY = {
    "CANO": "50001234", "ACNT_PRDT_CD": "01", "AFHR_FLPR_YN": "N", "OFL_YN": "",
    "INQR_DVSN": "01", "UNPR_DVSN": "01", "FUND_STTL_ICLD_YN": "N",
    "FNCG_AMT_AUTO_RDPT_YN": "N", "PRCS_DVSN": "00", "CTX_AREA_FK100": "", "CTX_AREA_NK100": "",
}  # fmt: skip


def cursor_of(answer: Answer) -> dict[str, str]:
    """The keys to send for the page after `answer`, exactly as they came."""
    return {
        "CTX_AREA_FK100": answer.json["ctx_area_fk100"],
        "CTX_AREA_NK100": answer.json["ctx_area_nk100"],
    }
