"""A fake clock, and a bare HTTP client that shares no code with kistui's client."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from kistui.simulator import Account, Simulator, SimulatorOptions

KEYS = {"CTX_AREA_FK100": "", "CTX_AREA_NK100": ""}
"""The cursor of a first page, in keys of 100 characters."""
MORNING = datetime(2026, 11, 23, 1, 32, 7, tzinfo=UTC)
"""10:32:07 in Korea."""

TOKEN_PATH = "/oauth2/tokenP"
REVOKE_PATH = "/oauth2/revokeP"
DOMESTIC_BALANCE_PATH = "/uapi/domestic-stock/v1/trading/inquire-balance"
OVERSEAS_BALANCE_PATH = "/uapi/overseas-stock/v1/trading/inquire-balance"
OVERSEAS_PRESENT_BALANCE_PATH = "/uapi/overseas-stock/v1/trading/inquire-present-balance"
PENSION_BALANCE_PATH = "/uapi/domestic-stock/v1/trading/pension/inquire-balance"
PENSION_PRESENT_BALANCE_PATH = "/uapi/domestic-stock/v1/trading/pension/inquire-present-balance"
PENSION_DEPOSIT_PATH = "/uapi/domestic-stock/v1/trading/pension/inquire-deposit"
TR_IDS = {
    DOMESTIC_BALANCE_PATH: ("TTTC8434R", "VTTC8434R"),
    OVERSEAS_BALANCE_PATH: ("TTTS3012R", "VTTS3012R"),
    OVERSEAS_PRESENT_BALANCE_PATH: ("CTRP6504R", "VTRP6504R"),
    PENSION_BALANCE_PATH: ("TTTC2208R", "VTTC2208R"),
    PENSION_PRESENT_BALANCE_PATH: ("TTTC2202R", "VTTC2202R"),
    PENSION_DEPOSIT_PATH: ("TTTC0506R", "VTTC0506R"),
}
HOLIDAY_PATH = "/uapi/domestic-stock/v1/quotations/chk-holiday"


class FakeSimulatorClock:
    """Wall-clock and monotonic time that advance together."""

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
class ClientResponse:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.body)
        return body

    @property
    def code(self) -> str:
        """Return the message or error code, whichever key the response has it under."""
        code: str = self.json.get("error_code") or self.json.get("msg_cd", "")
        return code

    @property
    def error(self) -> tuple[int, str]:
        return self.status, self.code


class SimulatorHarness:
    """A running simulator with its clock, and a client on one keep-alive connection."""

    def __init__(self, **options: Any) -> None:
        self.clock = FakeSimulatorClock()
        self.simulator = Simulator(
            SimulatorOptions(**options), clock=self.clock, monotonic=self.clock.monotonic
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

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: Any
    ) -> ClientResponse:
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return ClientResponse(response.status, dict(response.getheaders()), response.read())

    def post(self, path: str, **content: object) -> ClientResponse:
        """Send a JSON body; a field with the value None is omitted."""
        fields = {name: value for name, value in content.items() if value is not None}
        return self.send("POST", path, json.dumps(fields).encode())

    @property
    def app_key_headers(self) -> dict[str, str]:
        return {"appkey": self.simulator.app_key, "appsecret": self.simulator.app_secret}

    def request_token(self, **changes: object) -> ClientResponse:
        right = {"grant_type": "client_credentials", **self.app_key_headers}
        return self.post(TOKEN_PATH, **{**right, **changes})

    def issue_token(self) -> str:
        token: str = self.request_token().json["access_token"]
        return token

    def headers(self, token: str, **changes: Any) -> dict[str, Any]:
        right = {
            "authorization": f"Bearer {token}",
            **self.app_key_headers,
            "tr_id": "VTTC8434R" if self.is_paper else "TTTC8434R",
            "custtype": "P",
        }
        return {name: value for name, value in {**right, **changes}.items() if value is not None}

    def request_balance(
        self,
        token: str,
        changes: Mapping[str, str | None] | None = None,
        **headers: Any,
    ) -> ClientResponse:
        """Request a balance with `changes` to the query, where None omits a parameter."""
        query = {**BALANCE_QUERY, **(changes or {})}
        text = urlencode({name: value for name, value in query.items() if value is not None})
        return self.send("GET", f"{DOMESTIC_BALANCE_PATH}?{text}", **self.headers(token, **headers))

    def request_holidays(
        self, token: str, changes: Mapping[str, str | None] | None = None, **headers: Any
    ) -> ClientResponse:
        """Request the holidays from the clock's day on, with the real TR id."""
        query = {"BASS_DT": "20261123", "CTX_AREA_NK": "", "CTX_AREA_FK": "", **(changes or {})}
        text = urlencode({name: value for name, value in query.items() if value is not None})
        all_headers = {"tr_id": "CTCA0903R", **headers}
        return self.send("GET", f"{HOLIDAY_PATH}?{text}", **self.headers(token, **all_headers))

    def account_of_type(self, kind: str) -> Account:
        """Return the account of this type."""
        return next(account for account in self.simulator.accounts if account.account_type == kind)

    def issue_token_for(self, kind: str) -> str:
        account = self.account_of_type(kind)
        keys = {"appkey": account.app_key, "appsecret": account.app_secret}
        token: str = self.request_token(**keys).json["access_token"]
        return token

    def request_for_account(
        self, kind: str, token: str, path: str, query: Mapping[str, str | None], **headers: Any
    ) -> ClientResponse:
        """Send a request for an account with its app key; None in the query omits a parameter."""
        account = self.account_of_type(kind)
        number, _, product = account.number.partition("-")
        params = {"CANO": number, "ACNT_PRDT_CD": product, **query}
        text = urlencode({name: value for name, value in params.items() if value is not None})
        right = {
            "appkey": account.app_key,
            "appsecret": account.app_secret,
            "tr_id": headers.pop("tr_id", None) or TR_IDS[path][self.is_paper],
            **headers,
        }
        return self.send("GET", f"{path}?{text}", **self.headers(token, **right))

    def request_next_page(
        self, token: str, response: ClientResponse, tr_cont: str = "N"
    ) -> ClientResponse:
        return self.request_balance(token, cursor_params(response), tr_cont=tr_cont)

    def iter_pages(self, token: str) -> Iterator[ClientResponse]:
        response = self.request_balance(token)
        yield response
        while response.headers["tr_cont"] in {"M", "F"}:
            response = self.request_next_page(token, response)
            yield response


BALANCE_QUERY = {
    "CANO": "50001234", "ACNT_PRDT_CD": "01", "AFHR_FLPR_YN": "N", "OFL_YN": "",
    "INQR_DVSN": "01", "UNPR_DVSN": "01", "FUND_STTL_ICLD_YN": "N",
    "FNCG_AMT_AUTO_RDPT_YN": "N", "PRCS_DVSN": "00", "CTX_AREA_FK100": "", "CTX_AREA_NK100": "",
}  # fmt: skip
QUERIES = {
    DOMESTIC_BALANCE_PATH: {
        name: value for name, value in BALANCE_QUERY.items() if name not in {"CANO", "ACNT_PRDT_CD"}
    },
    OVERSEAS_BALANCE_PATH: {
        "OVRS_EXCG_CD": "NASD",
        "TR_CRCY_CD": "USD",
        "CTX_AREA_FK200": "",
        "CTX_AREA_NK200": "",
    },
    OVERSEAS_PRESENT_BALANCE_PATH: {
        "WCRC_FRCR_DVSN_CD": "02",
        "NATN_CD": "000",
        "TR_MKET_CD": "00",
        "INQR_DVSN_CD": "00",
    },
    PENSION_BALANCE_PATH: {
        "ACCA_DVSN_CD": "00",
        "INQR_DVSN": "00",
        "CTX_AREA_FK100": "",
        "CTX_AREA_NK100": "",
    },
    PENSION_PRESENT_BALANCE_PATH: {
        "USER_DVSN_CD": "00",
        "CTX_AREA_FK100": "",
        "CTX_AREA_NK100": "",
    },
    PENSION_DEPOSIT_PATH: {"ACCA_DVSN_CD": "00"},
}
"""The query of each balance, without the account."""


def cursor_params(response: ClientResponse, width: int = 100) -> dict[str, str]:
    """Return the cursor parameters for the page after `response`, unmodified."""
    names = (f"CTX_AREA_FK{width}", f"CTX_AREA_NK{width}")
    return {name: response.json[name.lower()] for name in names}


class TradesHarness(SimulatorHarness):
    """A harness that asks for lists of one account."""

    def ask(
        self, path: str, tr_id: str, query: dict[str, str], kind: str = "general", **headers: str
    ) -> ClientResponse:
        self.tokens = getattr(self, "tokens", {})
        if kind not in self.tokens:
            self.tokens[kind] = self.issue_token_for(kind)
        headers = {"tr_id": tr_id, **headers}
        return self.request_for_account(kind, self.tokens[kind], path, query, **headers)

    def pages(
        self, path: str, tr_id: str, query: dict[str, str], width: int = 100
    ) -> Iterator[ClientResponse]:
        response = self.ask(path, tr_id, query)
        yield response
        while response.headers["tr_cont"] in {"M", "F"}:
            response = self.ask(path, tr_id, query | cursor_params(response, width), tr_cont="N")
            yield response
