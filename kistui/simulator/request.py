"""A request as the gateway sees it, and the paths it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

TOKEN_PATH = "/oauth2/tokenP"  # noqa: S105 - a path
REVOKE_PATH = "/oauth2/revokeP"
DOMESTIC_BALANCE_PATH = "/uapi/domestic-stock/v1/trading/inquire-balance"
OVERSEAS_BALANCE_PATH = "/uapi/overseas-stock/v1/trading/inquire-balance"
OVERSEAS_PRESENT_BALANCE_PATH = "/uapi/overseas-stock/v1/trading/inquire-present-balance"
PENSION_BALANCE_PATH = "/uapi/domestic-stock/v1/trading/pension/inquire-balance"
PENSION_PRESENT_BALANCE_PATH = "/uapi/domestic-stock/v1/trading/pension/inquire-present-balance"
PENSION_DEPOSIT_PATH = "/uapi/domestic-stock/v1/trading/pension/inquire-deposit"
HOLIDAY_PATH = "/uapi/domestic-stock/v1/quotations/chk-holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; query names are in upper case, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_continuation(self) -> bool:
        """Whether it asks for the page after another.

        The keys alone will do: mojito sends no `tr_cont`, and its users get all pages.
        """
        keys = (self.query.get(name, "") for name in ("CTX_AREA_NK100", "CTX_AREA_NK200"))
        return self.headers.get("tr_cont", "N") == "N" and any(key.strip() for key in keys)

    @property
    def account_number(self) -> str:
        """The account asked about, as `12345678-01`."""
        return f"{self.query.get('CANO', '')}-{self.query.get('ACNT_PRDT_CD', '')}"


def parse_request(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
    """A request from its parts; a name given twice keeps its last value."""
    path, _, query = target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    return Request(
        method=method,
        path=path,
        query={name.upper(): value for name, value in pairs},
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )
