"""A call to KIS that failed."""

from typing import Any

from kistui.errors.local import KistuiError


class KisError(KistuiError):
    """A call to KIS failed."""


class UnreachableError(KisError):
    """No answer came."""


class ConnectFailedError(UnreachableError):
    """No connection to `host`."""

    slug = "connect_failed"


class RequestTimeoutError(UnreachableError):
    """Connected or not, no answer in time."""

    slug = "timed_out"


class DisconnectedError(UnreachableError):
    """The connection ended before the answer did."""

    slug = "disconnected"


class TlsError(UnreachableError):
    """The certificate or the encryption does not fit."""

    slug = "tls_failed"


class InvalidResponseError(KisError):
    """An answer came that cannot be used."""


class ServiceUnavailableError(InvalidResponseError):
    """Not JSON: a maintenance page or a proxy; `status` is the HTTP status."""

    slug = "service_down"


class MalformedResponseError(InvalidResponseError):
    """JSON, but not as documented; `where` names the field."""

    slug = "malformed"


class PaginationError(InvalidResponseError):
    """The same page or cursor twice, or too many pages; `page` says where."""

    slug = "paging_broken"


class UnsupportedProductError(KisError):
    """KIS's API does not serve accounts of this `product` code at all."""

    slug = "not_offered"


class PaperPensionError(KisError):
    """The paper server knows no pensions."""

    slug = "pension_on_paper"


class ApiError(KisError):
    """KIS says no: its `code` (may be empty) and its `text`, cleaned; `status` is HTTP's."""

    slug = "refused"

    def __init__(self, *, code: str = "", text: str = "", status: int = 0, **details: Any) -> None:
        super().__init__(code=code, text=text, status=status, **details)
        self.code = code
        self.text = text


class TokenCooldownError(ApiError):
    """A second issue within a minute; the next is allowed in `seconds`, that is `at` (KST)."""

    slug = "token_too_soon"

    def __init__(self, *, seconds: int = 60, at: str = "+60 s", **details: Any) -> None:
        super().__init__(seconds=seconds, at=at, **details)


class TokenExpiredError(ApiError):
    """The token's day is over."""

    slug = "token_expired"


class TokenInvalidError(ApiError):
    """The token died early, or belongs to another key."""

    slug = "token_invalid"


class RejectedTokenReissuedError(ApiError):
    """KIS hands out the same dead token again, probably until `at` (KST)."""

    slug = "token_still_dead"


class AppKeyRejectedError(ApiError):
    """KIS does not know the app key, or not on this host."""

    slug = "key_refused"
    exit_code = 3


class AppSecretRejectedError(ApiError):
    """The app secret does not fit the app key."""

    slug = "secret_refused"
    exit_code = 3


class PermissionDeniedError(ApiError):
    """The customer or the key may not use the API, or not from here."""

    slug = "permission_refused"
    exit_code = 3


class WrongEnvironmentError(ApiError):
    """A real key on the paper host, or the reverse."""

    slug = "wrong_environment"
    exit_code = 3


class AccountRejectedError(ApiError):
    """The account number is not one of this app key."""

    slug = "account_refused"
    exit_code = 3


class ProductRejectedError(ApiError):
    """This call does not serve the account's product code."""

    slug = "product_unserved"


class RateLimitedError(ApiError):
    """Too many calls a second, for the key or for the account."""

    slug = "rate_limited"


class TemporaryServerError(ApiError):
    """KIS's own passing trouble."""

    slug = "temporary"


class DataChangedError(ApiError):
    """The balance changed while its pages were read."""

    slug = "data_changed"


class RequestRejectedError(ApiError):
    """KIS rejects the form of the request: kistui is behind KIS, or has a bug."""

    slug = "request_rejected"
