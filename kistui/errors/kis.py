"""A call to KIS that failed."""

from typing import Any

from kistui.errors.base import KistuiError


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


class NotOffered(KisError):
    """KIS's API does not serve accounts of this `product` code at all."""

    word = "not_offered"


class PensionOnPaper(KisError):
    """The paper server knows no pensions."""

    word = "pension_on_paper"


class Refused(KisError):
    """KIS says no: its `code` (may be empty) and its `text`, cleaned; `status` is HTTP's."""

    word = "refused"

    def __init__(self, *, code: str = "", text: str = "", status: int = 0, **details: Any) -> None:
        super().__init__(code=code, text=text, status=status, **details)
        self.code = code
        self.text = text


class TokenTooSoon(Refused):
    """A second issue within a minute; the next is allowed in `seconds`, that is `at` (KST)."""

    word = "token_too_soon"

    def __init__(self, *, seconds: int = 60, at: str = "+60 s", **details: Any) -> None:
        super().__init__(seconds=seconds, at=at, **details)


class TokenExpired(Refused):
    """The token's day is over."""

    word = "token_expired"


class TokenInvalid(Refused):
    """The token died early, or belongs to another key."""

    word = "token_invalid"


class TokenStillDead(Refused):
    """KIS hands out the same dead token again, probably until `at` (KST)."""

    word = "token_still_dead"


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
