"""Issues, checks and revokes access tokens by KIS's rules."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256, sha512

from kistui.simulator.options import Clock, format_kst

TOKEN_LIFETIME = timedelta(hours=24)
SAME_TOKEN_PERIOD = timedelta(hours=6)
"""For this long after a token's first issue, the same token is issued again."""
ISSUE_INTERVAL = timedelta(minutes=1)


@dataclass(slots=True)
class IssuedToken:
    """An issued token with its expiry and state."""

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    is_invalid: bool = False

    def to_response_body(self) -> dict[str, object]:
        """Return the body of a tokenP response; `expires_in` is always a whole day, as on KIS."""
        return {
            "access_token": self.value,
            "access_token_token_expired": format_kst(self.expires_at),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFETIME.total_seconds()),
        }


class TokenIssuer:
    """Issues, checks and revokes the tokens of an app key; counts the KakaoTalk notices."""

    def __init__(self, clock: Clock, origin: str) -> None:
        self._clock = clock
        self._origin = origin
        self._tokens: dict[str, IssuedToken] = {}
        self._current: IssuedToken | None = None
        self._last_issue: datetime | None = None
        self._expires_at_next_use = False
        self.notice_count = 0

    def issue(self) -> IssuedToken | None:
        """Return a new token or the same again; None within a minute of the last issue."""
        now = self._clock()
        if self._last_issue is not None and now - self._last_issue < ISSUE_INTERVAL:
            return None
        if self._current is None or now - self._current.issued_at >= SAME_TOKEN_PERIOD:
            text = _fake_jwt(f"{self._origin}/{len(self._tokens)}", now)
            self._current = IssuedToken(text, now, now + TOKEN_LIFETIME)
            self._tokens[text] = self._current
        self._last_issue = now
        self.notice_count += 1
        return self._current

    def has_issued(self, text: str) -> bool:
        """Return whether this issuer ever issued the token."""
        return text in self._tokens

    def error_code_for(self, text: str) -> str | None:
        """Return the error code for an unknown, invalid or expired token; None for a valid one."""
        token = self._tokens.get(text)
        if token is None or token.is_invalid:
            return "EGW00121"
        if self._expires_at_next_use:
            self.expire_all()
        return "EGW00123" if self._clock() >= token.expires_at else None

    def revoke(self, text: str) -> bool:
        """Revoke a token and return whether it was valid; the next issue gives a new token."""
        token = self._tokens.get(text)
        if token is None or token.is_invalid:
            return False
        token.is_invalid = True
        if token is self._current:
            self._current = None
        return True

    def invalidate_all(self, *, reissue_same: bool) -> None:
        """Invalidate every token early; within six hours an invalid token may be issued again."""
        for token in self._tokens.values():
            token.is_invalid = True
        if not reissue_same:
            self._current = None

    def expire_all(self) -> None:
        """Expire every token and lift the limit on issues, as if a day had passed."""
        now = self._clock()
        for token in self._tokens.values():
            token.expires_at = min(token.expires_at, now)
        self._current = self._last_issue = None
        self._expires_at_next_use = False

    def expire_at_next_use(self, *, enabled: bool) -> None:
        """Set whether the next valid token that is used expires at that moment."""
        self._expires_at_next_use = enabled


class TokenIssuers:
    """The token issuers of all app keys, independent of each other."""

    def __init__(
        self, clock: Clock, app_keys: Iterable[str], *, seed: int, environment: str
    ) -> None:
        origin = f"{environment}/{seed}"
        self._issuers = {
            app_key: TokenIssuer(clock, f"{origin}/key {number}" if number else origin)
            for number, app_key in enumerate(app_keys)
        }

    def __iter__(self) -> Iterator[TokenIssuer]:
        return iter(self._issuers.values())

    def for_app_key(self, app_key: str) -> TokenIssuer:
        """Return the issuer of a known app key."""
        return self._issuers[app_key]

    def error_code_for(self, text: str, app_key: str) -> str | None:
        """Return the error code for a token used with an app key; None for a valid one."""
        issuer = next((candidate for candidate in self if candidate.has_issued(text)), None)
        if issuer is None:
            return "EGW00121"
        code = issuer.error_code_for(text)
        if code is None and issuer is not self._issuers.get(app_key):
            return "EGW00121"  # KIS uses the same code for a token of another app key
        return code


def _fake_jwt(origin: str, issued: datetime) -> str:
    """Return a token of some 340 characters that looks like KIS's JWT, without a signature."""
    name = sha256(f"{origin}/{issued.timestamp()}".encode()).hexdigest()
    identity = f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:32]}"
    payload = {
        "sub": "token",
        "aud": identity,
        "prdt_cd": "",
        "iss": "kistui",
        "exp": int((issued + TOKEN_LIFETIME).timestamp()),
        "iat": int(issued.timestamp()),
        "jti": name[:32],
    }
    parts = [
        json.dumps(part, separators=(",", ":")).encode()
        for part in ({"typ": "JWT", "alg": "HS512"}, payload)
    ]
    parts.append(sha512(name.encode()).digest())
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
