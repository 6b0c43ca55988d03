"""A request as the gateway sees it, and the paths it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

TOKEN_PATH = "/oauth2/tokenP"  # noqa: S105 - a path
REVOKE_PATH = "/oauth2/revokeP"
BALANCE_PATH = "/uapi/domestic-stock/v1/trading/inquire-balance"
HOLIDAY_PATH = "/uapi/domestic-stock/v1/quotations/chk-holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request; query names are in upper case, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_continuation(self) -> bool:
        """Whether it asks for the page after another."""
        return self.headers.get("tr_cont", "") == "N" and bool(
            self.query.get("CTX_AREA_NK100", "").strip()
        )


def read_call(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Call:
    """A request from its parts; a name given twice keeps its last value."""
    path, _, query = target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    return Call(
        method=method,
        path=path,
        query={name.upper(): value for name, value in pairs},
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )
