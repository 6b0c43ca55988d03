"""The allow-list: every host, path and TR id kistui can call. There is no other way out.

KIS documents: 접근토큰발급(P), 접근토큰폐기(P), 주식잔고조회[v1_국내주식-006], 퇴직연금 잔고조회,
해외주식 잔고[v1_해외주식-006], 해외주식 체결기준현재잔고[v1_해외주식-008], 국내휴장일조회.
"""

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
    """One call kistui may make; `is_ledger` calls are limited for each account by KIS.

    A read without a TR id for an environment is not made there; `may_repeat` after a failure.
    """

    name: str
    method: str
    path: str
    tr_ids: Mapping[Environment, str] = field(default_factory=lambda: MappingProxyType({}))
    is_account_limited: bool = False
    is_retryable: bool = True

    def tr_id(self, environment: Environment) -> str | None:
        """Blank for an OAuth call, `None` where KIS has no such call."""
        return self.tr_ids.get(environment) if self.tr_ids else ""


ISSUE_TOKEN = Endpoint("issue token", "POST", "/oauth2/tokenP")
REVOKE_TOKEN = Endpoint("revoke token", "POST", "/oauth2/revokeP")
DOMESTIC_BALANCE = Endpoint(
    "domestic balance",
    "GET",
    "/uapi/domestic-stock/v1/trading/inquire-balance",
    MappingProxyType({Environment.REAL: "TTTC8434R", Environment.PAPER: "VTTC8434R"}),
    is_account_limited=True,
)

PENSION_BALANCE = Endpoint(
    "pension balance",
    "GET",
    "/uapi/domestic-stock/v1/trading/pension/inquire-balance",
    MappingProxyType({Environment.REAL: "TTTC2208R"}),
    is_account_limited=True,
)
OVERSEAS_BALANCE = Endpoint(
    "overseas balance",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-balance",
    MappingProxyType({Environment.REAL: "TTTS3012R", Environment.PAPER: "VTTS3012R"}),
    is_account_limited=True,
)
OVERSEAS_PRESENT_BALANCE = Endpoint(
    "overseas present balance",
    "GET",
    "/uapi/overseas-stock/v1/trading/inquire-present-balance",
    MappingProxyType({Environment.REAL: "CTRP6504R", Environment.PAPER: "VTRP6504R"}),
    is_account_limited=True,
)

# The broker asks for one call a day, so a failure is not one more.
HOLIDAYS = Endpoint(
    "closed days",
    "GET",
    "/uapi/domestic-stock/v1/quotations/chk-holiday",
    MappingProxyType({Environment.REAL: "CTCA0903R"}),
    is_retryable=False,
)

ALLOWED_ENDPOINTS: tuple[Endpoint, ...] = (
    ISSUE_TOKEN,
    REVOKE_TOKEN,
    DOMESTIC_BALANCE,
    PENSION_BALANCE,
    OVERSEAS_BALANCE,
    OVERSEAS_PRESENT_BALANCE,
    HOLIDAYS,
)


def is_allowed(environment: Environment, method: str, path: str, tr_id: str) -> bool:
    """Whether a request may leave; the OAuth calls carry no TR id."""
    return any(
        (method, path, tr_id) == (endpoint.method, endpoint.path, endpoint.tr_id(environment))
        for endpoint in ALLOWED_ENDPOINTS
    )


def validate_base_url(raw: str) -> str:
    """`raw` as an origin: https anywhere, http on loopback only; raises InvalidBaseUrl."""
    try:
        parts = urlsplit(raw.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid_url_error(raw) from None
    plain = parts.scheme == "http" and is_loopback(host)
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if not host or not bare or not (plain or parts.scheme == "https"):
        raise _invalid_url_error(raw)
    authority = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{authority}" + (f":{port}" if port else "")


def _invalid_url_error(raw: str) -> InvalidBaseUrlError:
    """The error for an address, which may hold a password before the @."""
    return InvalidBaseUrlError(url=clean_text(raw.rpartition("@")[2]))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by name or number."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
