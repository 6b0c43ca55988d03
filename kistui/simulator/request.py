"""An HTTP request, and the record of it without secrets."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from urllib.parse import parse_qsl

from msgspec import Struct

from kistui.simulator.options import KST

APPROVAL_PATH = "/oauth2/Approval"
TOKEN_PATH = "/oauth2/tokenP"  # noqa: S105 - a path
REVOKE_PATH = "/oauth2/revokeP"
SECRET_HEADERS = frozenset({"authorization", "appkey", "appsecret"})


class Request(Struct, frozen=True, kw_only=True):
    """A request; query names are in upper case, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        """Return method and path; query, headers and body hold secrets."""
        return f"<{self.method} {self.path}>"

    @property
    def is_continuation(self) -> bool:
        """Whether the request is for a page after the first.

        The cursor fields suffice: mojito sends no `tr_cont`, and its users get all pages.
        """
        keys = (self.query.get(name, "") for name in ("CTX_AREA_NK100", "CTX_AREA_NK200"))
        return self.headers.get("tr_cont", "N") == "N" and any(key.strip() for key in keys)

    @property
    def account_number(self) -> str:
        """The account number in the query, as `12345678-01`."""
        return f"{self.query.get('CANO', '')}-{self.query.get('ACNT_PRDT_CD', '')}"


def parse_request(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Parse a request; a name given twice keeps its last value."""
    path, _, query = target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    return Request(
        method=method,
        path=path,
        query={name.upper(): value for name, value in pairs},
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )


def parse_day(text: str) -> date | None:
    """Parse `YYYYMMDD`; None if it is no date."""
    if len(text) != len("YYYYMMDD") or not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=KST).date()
    except ValueError:
        return None


class InvalidParamError(Exception):
    """A parameter has an invalid value; the text is its name."""


def parse_days(request: Request, first_name: str, last_name: str) -> tuple[date, date]:
    """Return the days of two parameters; raises InvalidParamError."""
    first, last = (parse_day(request.query[name]) for name in (first_name, last_name))
    if first is None:
        raise InvalidParamError(first_name)
    if last is None:
        raise InvalidParamError(last_name)
    return first, last


class RecordedRequest(Struct, frozen=True, kw_only=True):
    """A request without its secrets, for tests to assert on.

    Query names are in upper case, header names in lower case. `authorization`, `appkey` and
    `appsecret` are kept as hashes, a JSON body as its keys.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body_keys: tuple[str, ...]
    has_token: bool
    received_at: datetime

    @property
    def tr_id(self) -> str:
        """The TR id; empty for OAuth requests."""
        return self.headers.get("tr_id", "")

    @property
    def tr_cont(self) -> str:
        """The `tr_cont` header: empty for the first page, `N` for later pages."""
        return self.headers.get("tr_cont", "")

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} tr_id={self.tr_id!r} tr_cont={self.tr_cont!r}>"


def record_request(request: Request, received_at: datetime) -> RecordedRequest:
    """Return the request without its secrets."""
    return RecordedRequest(
        method=request.method,
        path=request.path,
        query=dict(request.query),
        headers={
            name: fingerprint(value) if name in SECRET_HEADERS else value
            for name, value in request.headers.items()
        },
        body_keys=tuple(parse_json_object(request.body)),
        has_token=request.headers.get("authorization", "").startswith("Bearer "),
        received_at=received_at,
    )


def fingerprint(value: str) -> str:
    """Return a short hash, by which values can be compared but not recovered."""
    return f"sha256:{sha256(value.encode()).hexdigest()[:12]}"


def parse_json_object(body: bytes) -> dict[str, object]:
    """Parse a JSON object; return an empty one if the body is anything else."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
