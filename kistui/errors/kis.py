"""Errors of calls to KIS."""

from typing import Any

from kistui.errors.local import KistuiError


class KisError(KistuiError):
    """A call to KIS failed."""


class UnreachableError(KisError):
    """There was no response."""


class ConnectFailedError(UnreachableError):
    """No connection to `host`."""

    slug = "connect_failed"


class ProxyFailedError(ConnectFailedError):
    """The proxy `host` of the environment refused or did not answer."""

    slug = "proxy_failed"


class RequestTimeoutError(UnreachableError):
    """There was no response in time."""

    slug = "timed_out"


class DisconnectedError(UnreachableError):
    """The connection ended before the response did."""

    slug = "disconnected"


class TlsError(UnreachableError):
    """The certificate or the encryption was rejected."""

    slug = "tls_failed"
    is_persistent = True


class InvalidResponseError(KisError):
    """The response cannot be used."""


class ServiceUnavailableError(InvalidResponseError):
    """Not JSON: a maintenance page or a proxy; `status` is the HTTP status."""

    slug = "service_down"


class MalformedResponseError(InvalidResponseError):
    """JSON, but not as documented; `where` names the field."""

    slug = "malformed"


class PaginationError(InvalidResponseError):
    """A page or cursor repeated, or too many pages; `page` is its number."""

    slug = "paging_broken"


class UnsupportedProductError(KisError):
    """KIS's API does not serve accounts of this `product` code at all."""

    slug = "not_offered"
    is_persistent = True


class PaperPensionError(KisError):
    """The paper server does not serve pensions."""

    slug = "pension_on_paper"
    is_persistent = True


class NotOnPaperError(KisError):
    """The paper server does not have this call."""

    slug = "not_on_paper"


class ApiError(KisError):
    """KIS refused; `code` may be empty, `text` is KIS's cleaned text, `status` the HTTP status."""

    slug = "refused"

    def __init__(self, *, code: str = "", text: str = "", status: int = 0, **details: Any) -> None:
        super().__init__(code=code, text=text, status=status, **details)
        self.code = code
        self.text = text


class TokenCooldownError(ApiError):
    """A second issue within a minute; the next issue is allowed in `seconds`, `at` (KST)."""

    slug = "token_too_soon"

    def __init__(self, *, seconds: int = 60, at: str = "+60 s", **details: Any) -> None:
        super().__init__(seconds=seconds, at=at, **details)


class TokenExpiredError(ApiError):
    """The token has expired."""

    slug = "token_expired"
    is_persistent = True


class TokenInvalidError(ApiError):
    """The token was revoked early, or belongs to another app key."""

    slug = "token_invalid"
    is_persistent = True


class RejectedTokenReissuedError(ApiError):
    """KIS issues the same invalid token again, probably until `at` (KST)."""

    slug = "rejected_token_reissued"
    is_persistent = True


class AppKeyRejectedError(ApiError):
    """KIS does not know the app key, or not on this host."""

    slug = "key_refused"
    exit_code = 3


class AppSecretRejectedError(ApiError):
    """The app secret does not fit the app key."""

    slug = "secret_refused"
    exit_code = 3


class PermissionDeniedError(ApiError):
    """The customer or the app key may not use the API, or not from this address."""

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
    is_persistent = True


class RateLimitedError(ApiError):
    """Too many calls per second for the app key or the account."""

    slug = "rate_limited"


class TemporaryServerError(ApiError):
    """KIS has a temporary error."""

    slug = "temporary"


class DataChangedError(ApiError):
    """The balance changed while its pages were fetched."""

    slug = "data_changed"


class RequestRejectedError(ApiError):
    """KIS rejects the form of the request: kistui is behind KIS, or has a bug."""

    slug = "request_rejected"
    is_persistent = True
