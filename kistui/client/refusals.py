"""What KIS's refusal codes mean: `msg_cd` or `error_code` → the error of the tree.

Match on the code, never on the text or the HTTP status: the texts are for people, and the same
code has been seen with 200, 403 and 500.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kistui.errors import (
    AccountRefused,
    DataChanged,
    KeyRefused,
    PermissionRefused,
    ProductUnserved,
    RateLimited,
    Refused,
    RequestRejected,
    SecretRefused,
    Temporary,
    TokenExpired,
    TokenInvalid,
    TokenTooSoon,
    WrongEnvironment,
)
from kistui.model.text import clean_text

_CODES: Mapping[type[Refused], str] = MappingProxyType(
    {
        TokenTooSoon: "EGW00133",
        TokenExpired: "EGW00123",
        TokenInvalid: "EGW00121 EGW00122",
        KeyRefused: "EGW00102 EGW00103",
        SecretRefused: "EGW00104 EGW00105 EGW00304",
        PermissionRefused: "EGW00003 EGW00004 EGW00206 EGW00207 EGW00210 EGW00303",
        WrongEnvironment: "EGW00213 EGW02004 EGW02006 EGW02007 IGW00002",
        AccountRefused: "OPSQ2000 MCA00124 APBK1271",
        ProductUnserved: "APAC0489",
        RateLimited: "EGW00201 EGW00215 OPSQ0010 OPSQ0011",
        Temporary: (
            "EGW00001 EGW00002 EGW00202 EGW00203 EGW00300 EGW00301 EGW00302 "
            "OPSQ0001 OPSQ1002 OPSQ2003 OPSQ3001 OPSQ3002 OPSQ3004"
        ),
        DataChanged: "SYDB0050",
        RequestRejected: (
            "EGW00101 EGW00112 EGW00115 EGW00116 EGW00131 EGW00132 EGW00205 EGW00208 EGW00209 "
            "OPSQ0002 OPSQ2001 OPSQ2002 OPSQ9995 OPSQ9996 OPSQ9997 OPSQ9998 OPSQ9999 IGW00007"
        ),
    }
)

MEANINGS: Mapping[str, type[Refused]] = MappingProxyType(
    {code: error for error, codes in _CODES.items() for code in codes.split()}
)

TOO_MANY_REQUESTS = 429
MOST_CODE, MOST_TEXT = 40, 500
"""Characters; KIS's codes have 8, its texts 80."""


def refusal(code: str, text: str, status: int) -> Refused:
    """The error for a refusal; an unknown code is shown as KIS put it."""
    code, text = clean_text(code[:MOST_CODE]), clean_text(text[:MOST_TEXT])
    if status == TOO_MANY_REQUESTS and code not in MEANINGS:
        return RateLimited(code=code, text=text, status=status)
    if not code and not text:
        # Seen when KIS is in trouble: HTTP 500 with an empty code and an empty message.
        return Temporary(code=code, text=text, status=status)
    return MEANINGS.get(code, Refused)(code=code, text=text, status=status)
