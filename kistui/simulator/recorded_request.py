"""What the server remembers of a request: enough to assert on, no secret."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from kistui.simulator.request import Request

SECRET_HEADERS = frozenset({"authorization", "appkey", "appsecret"})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RecordedRequest:
    """One request; query names in upper case, header names in lower case.

    Of `authorization`, `appkey` and `appsecret` only a hash is kept, of a JSON body only its keys.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body_keys: tuple[str, ...]
    has_token: bool
    at: datetime

    @property
    def tr_id(self) -> str:
        """The TR id asked for; empty for OAuth calls."""
        return self.headers.get("tr_id", "")

    @property
    def tr_cont(self) -> str:
        """Empty for a first page, `N` for a next one."""
        return self.headers.get("tr_cont", "")

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} tr_id={self.tr_id!r} tr_cont={self.tr_cont!r}>"


def record_request(request: Request, at: datetime) -> RecordedRequest:
    """What is kept of `call`."""
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
        at=at,
    )


def fingerprint(value: str) -> str:
    """A short hash: tells two values apart, gives neither away."""
    return f"sha256:{sha256(value.encode()).hexdigest()[:12]}"


def parse_json_object(body: bytes) -> dict[str, object]:
    """A JSON object; empty when the body is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
