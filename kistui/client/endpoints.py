"""The allow-list: every host, path and TR id that kistui can call.

An endpoint is one `_endpoint(...)` declaration; the allow-list contains all endpoints.

KIS documents: 접근토큰발급(P), 접근토큰폐기(P), 주식잔고조회[v1_국내주식-006], 퇴직연금 잔고조회,
해외주식 잔고[v1_해외주식-006], 해외주식 체결기준현재잔고[v1_해외주식-008], 국내휴장일조회,
주식일별주문체결조회[v1_국내주식-005], 퇴직연금 미체결내역, 해외주식 주문체결내역[v1_해외주식-007],
기간별손익일별합산조회[v1_국내주식-052], 기간별매매손익현황조회[v1_국내주식-060],
주식잔고조회_실현손익[v1_국내주식-041], 해외주식 기간손익[v1_해외주식-032],
해외주식 일별거래내역[해외주식-063],
매수가능조회[v1_국내주식-007], 해외증거금 통화별조회[해외주식-035],
투자계좌자산현황조회[v1_국내주식-048],
국내주식기간별시세[v1_국내주식-016], 해외주식 기간별시세[v1_해외주식-010],
국내주식업종기간별시세[v1_국내주식-021], 해외주식 종목/지수/환율기간별시세[v1_해외주식-012],
기간별계좌권리현황조회[국내주식-211], 예탁원정보(배당일정)[국내주식-145],
실시간 (웹소켓) 접속키 발급, 국내주식 실시간체결가 (통합, KRX), 해외주식 실시간지연체결가.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import urlsplit

from msgspec import Struct, field

from kistui.errors import InvalidBaseUrlError
from kistui.models.account import Environment
from kistui.models.text import clean_text

BASE_URLS: Mapping[Environment, str] = MappingProxyType(
    {
        Environment.REAL: "https://openapi.koreainvestment.com:9443",
        Environment.PAPER: "https://openapivts.koreainvestment.com:29443",
    }
)


class Endpoint(Struct, frozen=True):
    """A request that kistui may make.

    `is_account_limited`: KIS limits its rate per account. `is_retryable`: it may be retried after
    a failure. An environment without a TR id does not have it.
    """

    name: str
    method: str
    path: str
    tr_ids: Mapping[Environment, str] = field(default_factory=lambda: MappingProxyType({}))
    is_account_limited: bool = False
    is_retryable: bool = True

    def tr_id(self, environment: Environment) -> str | None:
        """Return the TR id: blank for an OAuth call, `None` if the environment lacks the call."""
        return self.tr_ids.get(environment) if self.tr_ids else ""


_declared: list[Endpoint] = []


def _endpoint(
    name: str,
    method: str,
    path: str,
    *,
    real: str | None = None,
    paper: str | None = None,
    is_account_limited: bool = False,
    is_retryable: bool = True,
) -> Endpoint:
    """Declare an endpoint with its TR ids by environment, and put it on the allow-list."""
    tr_ids = {Environment.REAL: real, Environment.PAPER: paper}
    endpoint = Endpoint(
        name,
        method,
        path,
        MappingProxyType({key: tr_id for key, tr_id in tr_ids.items() if tr_id}),
        is_account_limited,
        is_retryable,
    )
    _declared.append(endpoint)
    return endpoint


ISSUE_TOKEN = _endpoint("issue token", "POST", "/oauth2/tokenP")
REVOKE_TOKEN = _endpoint("revoke token", "POST", "/oauth2/revokeP")
DOMESTIC_BALANCE = _endpoint(
    "domestic balance",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-balance",
    real="TTTC8434R",
    paper="VTTC8434R",
    is_account_limited=True,
)
PENSION_BALANCE = _endpoint(
    "pension balance",
    "GET",
    "/uapi/domestic-stock/v1/trading/pension/inquire-balance",
    real="TTTC2208R",
    is_account_limited=True,
)
OVERSEAS_BALANCE = _endpoint(
    "overseas balance",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-balance",
    real="TTTS3012R",
    paper="VTTS3012R",
    is_account_limited=True,
)
OVERSEAS_PRESENT_BALANCE = _endpoint(
    "overseas present balance",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-present-balance",
    real="CTRP6504R",
    paper="VTRP6504R",
    is_account_limited=True,
)
HOLIDAYS = _endpoint(
    "holidays",
    "GET",
    "/uapi/domestic-stock/v1/quotations/chk-holiday",
    real="CTCA0903R",
    is_retryable=False,  # KIS asks for one call a day
)
DOMESTIC_ORDERS = _endpoint(
    "domestic orders",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-daily-ccld",
    real="TTTC0081R",
    paper="VTTC0081R",
    is_account_limited=True,
)
OLDER_DOMESTIC_ORDERS = _endpoint(
    "older domestic orders",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-daily-ccld",
    real="CTSC9215R",
    paper="VTSC9215R",
    is_account_limited=True,
)
PENSION_ORDERS = _endpoint(
    "pension orders",
    "GET",
    "/uapi/domestic-stock/v1/trading/pension/inquire-daily-ccld",
    real="TTTC2210R",
    is_account_limited=True,
)
OVERSEAS_ORDERS = _endpoint(
    "overseas orders",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-ccnl",
    real="TTTS3035R",
    paper="VTTS3035R",
    is_account_limited=True,
)
DAILY_PROFIT = _endpoint(
    "profit by day",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-period-profit",
    real="TTTC8708R",
    is_account_limited=True,
)
TRADE_PROFIT = _endpoint(
    "profit by trade",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-period-trade-profit",
    real="TTTC8715R",
    is_account_limited=True,
)
TODAY_PROFIT = _endpoint(
    "balance with today's profit",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-balance-rlz-pl",
    real="TTTC8494R",
    is_account_limited=True,
)
OVERSEAS_PROFIT = _endpoint(
    "overseas profit",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-period-profit",
    real="TTTS3039R",
    is_account_limited=True,
)
OVERSEAS_TRADES = _endpoint(
    "overseas trades",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-period-trans",
    real="CTOS4001R",
    is_account_limited=True,
)
BUYING_POWER = _endpoint(
    "buying power",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-psbl-order",
    real="TTTC8908R",
    paper="VTTC8908R",
    is_account_limited=True,
)
CURRENCY_MARGINS = _endpoint(
    "foreign cash by currency",
    "GET",
    "/uapi/overseas-stock/v1/trading/foreign-margin",
    real="TTTC2101R",
    is_account_limited=True,
)
ASSET_CLASSES = _endpoint(
    "assets by class",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-account-balance",
    real="CTRP6548R",
    is_account_limited=True,
)
DOMESTIC_PRICES = _endpoint(
    "domestic daily prices",
    "GET",
    "/uapi/domestic-stock/v1/quotations/inquire-daily-itemchartprice",
    real="FHKST03010100",
    paper="FHKST03010100",
)
OVERSEAS_PRICES = _endpoint(
    "overseas daily prices",
    "GET",
    "/uapi/overseas-price/v1/quotations/dailyprice",
    real="HHDFS76240000",
    paper="HHDFS76240000",
)
DOMESTIC_INDEX_PRICES = _endpoint(
    "domestic index by day",
    "GET",
    "/uapi/domestic-stock/v1/quotations/inquire-daily-indexchartprice",
    real="FHKUP03500100",
    paper="FHKUP03500100",
)
OVERSEAS_INDEX_PRICES = _endpoint(
    "overseas index by day",
    "GET",
    "/uapi/overseas-price/v1/quotations/inquire-daily-chartprice",
    real="FHKST03030100",
    paper="FHKST03030100",
)
ACCOUNT_RIGHTS = _endpoint(
    "rights of the account",
    "GET",
    "/uapi/domestic-stock/v1/trading/period-rights",
    real="CTRGA011R",
    is_account_limited=True,
)
DIVIDEND_SCHEDULE = _endpoint(
    "dividend schedule",
    "GET",
    "/uapi/domestic-stock/v1/ksdinfo/dividend",
    real="HHKDB669102C0",
)

APPROVE_WEBSOCKET = _endpoint("websocket approval", "POST", "/oauth2/Approval", is_retryable=False)

WEBSOCKET_URLS: Mapping[Environment, str] = MappingProxyType(
    {
        Environment.REAL: "ws://ops.koreainvestment.com:21000",
        Environment.PAPER: "ws://ops.koreainvestment.com:31000",
    }
)
"""KIS offers no encrypted WebSocket."""


class Subscription(Struct, frozen=True):
    """A live feed that kistui may register for: its TR id, and the form of its keys."""

    tr_id: str
    key_pattern: str


DOMESTIC_FEEDS: Mapping[Environment, Subscription] = MappingProxyType(
    {
        Environment.REAL: Subscription("H0UNCNT0", "[0-9A-Z]{6,7}"),
        Environment.PAPER: Subscription("H0STCNT0", "[0-9A-Z]{6,7}"),
    }
)
OVERSEAS_FEEDS: Mapping[Environment, Subscription] = MappingProxyType(
    {Environment.REAL: Subscription("HDFSCNT0", "D[A-Z]{3}[0-9A-Z./]{1,12}")}
)


def is_subscription_allowed(environment: Environment, tr_id: str, tr_key: str) -> bool:
    """Return whether kistui may register for a feed: only those of prices are listed."""
    return any(
        subscription.tr_id == tr_id and re.fullmatch(subscription.key_pattern, tr_key)
        for feeds in (DOMESTIC_FEEDS, OVERSEAS_FEEDS)
        if (subscription := feeds.get(environment))
    )


ALLOWED_ENDPOINTS: tuple[Endpoint, ...] = tuple(_declared)


def is_allowed(environment: Environment, method: str, path: str, tr_id: str) -> bool:
    """Return whether a request may be sent; OAuth calls have no TR id."""
    return any(
        (method, path, tr_id) == (endpoint.method, endpoint.path, endpoint.tr_id(environment))
        for endpoint in ALLOWED_ENDPOINTS
    )


def validate_base_url(raw: str) -> str:
    """Return `raw` as an origin: https, or http on loopback only; raises InvalidBaseUrlError."""
    try:
        parts = urlsplit(raw.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid_url_error(raw) from None
    is_plain_loopback = parts.scheme == "http" and is_loopback(host)
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if not is_valid_host(host) or not bare or not (is_plain_loopback or parts.scheme == "https"):
        raise _invalid_url_error(raw)
    if port == 0:
        raise _invalid_url_error(raw)
    authority = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{authority}" + (f":{port}" if port else "")


def validate_live_url(raw: str) -> str:
    """Return `raw` as the origin of a WebSocket on loopback; raises InvalidBaseUrlError."""
    scheme, separator, authority = raw.strip().partition("://")
    if scheme != "ws" or not separator:
        raise _invalid_url_error(raw)
    # Not encrypted, so it must not leave this machine unless it is KIS's own.
    return validate_base_url(f"http://{authority}").replace("http", "ws", 1)


def _invalid_url_error(raw: str) -> InvalidBaseUrlError:
    """Return the error for a URL without its user info, which may hold a password."""
    return InvalidBaseUrlError(url=clean_text(raw.rpartition("@")[2]))


# Neither httpx nor the resolver reports other names as errors of their own.
_HOST_NAME = re.compile(
    r"(?!.*\bxn--)(?=.{1,253}\Z)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.I
)


def is_valid_host(host: str) -> bool:
    """Return whether `host` is an address or an ASCII name that can be looked up."""
    try:
        ip_address(host)
    except ValueError:
        return _HOST_NAME.fullmatch(host) is not None
    return True


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine, by name or address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
