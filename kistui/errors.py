"""Everything that can go wrong, as one tree.

KistuiError
├── SetupError                what the user gave does not work; exit 3
│   ├── CredentialsMissing
│   ├── InvalidAccount
│   ├── InvalidKey
│   ├── InvalidBaseUrl
│   ├── InvalidSetting
│   └── UnknownScene          exit 2
├── InternalError             a bug of ours
├── ForbiddenCall             a call outside the allow-list, stopped before a byte left
└── KisError                  the call was made, or tried
    ├── Unreachable           no answer
    │   ├── ConnectFailed
    │   ├── TimedOut
    │   ├── Disconnected
    │   └── TlsFailed
    ├── Unreadable            an answer that is not one
    │   ├── ServiceDown       not JSON: a maintenance page, a proxy
    │   ├── Malformed         JSON, but not what KIS documents
    │   └── PagingBroken      pages that repeat or never end
    └── Refused               KIS says no, with a code
        ├── TokenTooSoon      one issue a minute
        ├── TokenExpired
        ├── TokenInvalid
        ├── KeyRefused        app key; exit 3
        ├── SecretRefused     app secret; exit 3
        ├── PermissionRefused no permission for the API; exit 3
        ├── WrongEnvironment  real and paper mixed up; exit 3
        ├── AccountRefused    not an account of this app key; exit 3
        ├── ProductUnserved   this call does not serve the product code
        ├── RateLimited       too many calls a second
        ├── Temporary         KIS's own trouble
        ├── DataChanged       the balance changed between two pages
        └── RequestRejected   KIS no longer takes what kistui sends

An error knows its `word`: under it stand, in `locale/*.toml`, its title, what happened and what to
do next, in both languages. `str()` is for logs: English, without secrets.
"""

from typing import Any, ClassVar


class KistuiError(Exception):
    """The root: everything kistui raises on purpose."""

    word: ClassVar[str]
    exit_code: ClassVar[int] = 1

    def __init__(self, **details: Any) -> None:
        super().__init__()
        self.details: dict[str, Any] = details
        """Values the words may name; never a secret."""

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{type(self).__name__}({named})"


class SetupError(KistuiError):
    """What the user gave does not work; nothing was sent."""

    exit_code = 3


class CredentialsMissing(SetupError):
    """`names`: the environment variables not set."""

    word = "credentials_missing"


class InvalidAccount(SetupError):
    """Not 8-2, 10 or 8 digits; `found`: how many characters there were."""

    word = "invalid_account"


class InvalidKey(SetupError):
    """`what` (`app_key` or `app_secret`) has `found` characters instead of `wanted`."""

    word = "invalid_key"


class InvalidBaseUrl(SetupError):
    """Neither https nor http on loopback; `host` says where it pointed."""

    word = "invalid_base_url"


class InvalidSetting(SetupError):
    """The environment variable `name` holds none of the `allowed` values."""

    word = "invalid_setting"


class UnknownScene(SetupError):
    """The simulator has no scene `name`; `known` lists those it has."""

    word = "unknown_scene"
    exit_code = 2


class InternalError(KistuiError):
    """What should not happen; `kind` of the exception and the `place` it came from."""

    word = "internal"

    @classmethod
    def from_exception(cls, error: BaseException) -> "InternalError":
        """The kind and place of `error`, without its text: that may hold anything."""
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        frame = last.tb_frame if last else None
        place = f"{frame.f_globals.get('__name__')}:{last.tb_lineno}" if frame and last else "?"
        return cls(kind=type(error).__name__, place=place)


class ForbiddenCall(KistuiError):
    """A request outside the allow-list of `client/endpoints.py`; nothing was sent."""

    word = "forbidden_call"


class KisError(KistuiError):
    """A call to KIS failed."""


class Unreachable(KisError):
    """No answer came."""


class ConnectFailed(Unreachable):
    """No connection to `host`."""

    word = "connect_failed"


class TimedOut(Unreachable):
    """Connected or not, no answer in time."""

    word = "timed_out"


class Disconnected(Unreachable):
    """The connection ended before the answer did."""

    word = "disconnected"


class TlsFailed(Unreachable):
    """The certificate or the encryption does not fit."""

    word = "tls_failed"


class Unreadable(KisError):
    """An answer came that cannot be used."""


class ServiceDown(Unreadable):
    """Not JSON: a maintenance page or a proxy; `status` is the HTTP status."""

    word = "service_down"


class Malformed(Unreadable):
    """JSON, but not as documented; `where` names the field."""

    word = "malformed"


class PagingBroken(Unreadable):
    """The same page or cursor twice, or too many pages; `page` says where."""

    word = "paging_broken"


class Refused(KisError):
    """KIS says no: its `code` (may be empty) and its `text`, cleaned; `status` is HTTP's."""

    word = "refused"

    def __init__(self, *, code: str = "", text: str = "", status: int = 0, **details: Any) -> None:
        super().__init__(code=code, text=text, status=status, **details)
        self.code = code
        self.text = text


class TokenTooSoon(Refused):
    """A second issue within a minute; `seconds` until the next is allowed."""

    word = "token_too_soon"

    def __init__(self, *, seconds: int = 60, **details: Any) -> None:
        super().__init__(seconds=seconds, **details)


class TokenExpired(Refused):
    """The token's day is over."""

    word = "token_expired"


class TokenInvalid(Refused):
    """The token died early, or belongs to another key."""

    word = "token_invalid"


class KeyRefused(Refused):
    """KIS does not know the app key, or not on this host."""

    word = "key_refused"
    exit_code = 3


class SecretRefused(Refused):
    """The app secret does not fit the app key."""

    word = "secret_refused"
    exit_code = 3


class PermissionRefused(Refused):
    """The customer or the key may not use the API, or not from here."""

    word = "permission_refused"
    exit_code = 3


class WrongEnvironment(Refused):
    """A real key on the paper host, or the reverse."""

    word = "wrong_environment"
    exit_code = 3


class AccountRefused(Refused):
    """The account number is not one of this app key."""

    word = "account_refused"
    exit_code = 3


class ProductUnserved(Refused):
    """This call does not serve the account's product code."""

    word = "product_unserved"


class RateLimited(Refused):
    """Too many calls a second, for the key or for the account."""

    word = "rate_limited"


class Temporary(Refused):
    """KIS's own passing trouble."""

    word = "temporary"


class DataChanged(Refused):
    """The balance changed while its pages were read."""

    word = "data_changed"


class RequestRejected(Refused):
    """KIS rejects the form of the request: kistui is behind KIS, or has a bug."""

    word = "request_rejected"
