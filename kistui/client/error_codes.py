"""KIS's error codes: `msg_cd` or `error_code` to the error of the tree.

Errors are matched by code, never by text or HTTP status: texts are for people, and the same code
has been seen with 200, 403 and 500.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kistui.errors import (
    AccountRejectedError,
    ApiError,
    AppKeyRejectedError,
    AppSecretRejectedError,
    DataChangedError,
    PermissionDeniedError,
    ProductRejectedError,
    RateLimitedError,
    RequestRejectedError,
    TemporaryServerError,
    TokenCooldownError,
    TokenExpiredError,
    TokenInvalidError,
    WrongEnvironmentError,
)
from kistui.models.text import clean_text, mask_secrets

_CODES_BY_ERROR: Mapping[type[ApiError], str] = MappingProxyType(
    {
        TokenCooldownError: "EGW00133",
        TokenExpiredError: "EGW00123",
        TokenInvalidError: "EGW00121 EGW00122",
        AppKeyRejectedError: "EGW00102 EGW00103",
        AppSecretRejectedError: "EGW00104 EGW00105 EGW00304",
        PermissionDeniedError: "EGW00003 EGW00004 EGW00206 EGW00207 EGW00210 EGW00303",
        WrongEnvironmentError: "EGW00213 EGW02004 EGW02006 EGW02007 IGW00002",
        AccountRejectedError: "OPSQ2000 MCA00124 APBK1271 APTR0058",
        ProductRejectedError: "APAC0489 APBK1744",
        RateLimitedError: "EGW00201 EGW00215 OPSQ0010 OPSQ0011",
        TemporaryServerError: (
            "EGW00001 EGW00002 EGW00202 EGW00203 EGW00300 EGW00301 EGW00302 "
            "OPSQ0001 OPSQ1002 OPSQ2003 OPSQ3001 OPSQ3002 OPSQ3004"
        ),
        DataChangedError: "SYDB0050",
        RequestRejectedError: (
            "EGW00101 EGW00112 EGW00115 EGW00116 EGW00131 EGW00132 EGW00205 EGW00208 EGW00209 "
            "OPSQ0002 OPSQ2001 OPSQ2002 OPSQ9995 OPSQ9996 OPSQ9997 OPSQ9998 OPSQ9999 IGW00007"
        ),
    }
)

ERROR_CODES: Mapping[str, type[ApiError]] = MappingProxyType(
    {code: error for error, codes in _CODES_BY_ERROR.items() for code in codes.split()}
)

TOO_MANY_REQUESTS = 429
LONGEST_CODE = 8
"""Characters of KIS's codes, such as EGW00123 and 70070000."""
MAX_CODE_LENGTH, MAX_TEXT_LENGTH = 40, 500
"""Characters after which a text is cut off; KIS's texts have 80."""


def error_for_code(code: str, text: str, status: int) -> ApiError:
    """Return the error for a code; an unknown one keeps KIS's code and text.

    Long numbers in the text are masked: KIS repeats account numbers in some of its messages.
    """
    code, text = clean_text(code[:MAX_CODE_LENGTH]), clean_text(text[: 2 * MAX_TEXT_LENGTH])
    text = mask_secrets(text)[:MAX_TEXT_LENGTH]
    if len(code) > LONGEST_CODE:
        code = mask_secrets(code)
    if status == TOO_MANY_REQUESTS and code not in ERROR_CODES:
        return RateLimitedError(code=code, text=text, status=status)
    if not code and not text:
        # Seen when KIS is in trouble: HTTP 500 with an empty code and an empty message.
        return TemporaryServerError(code=code, text=text, status=status)
    return ERROR_CODES.get(code, ApiError)(code=code, text=text, status=status)
