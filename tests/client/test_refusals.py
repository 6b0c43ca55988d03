"""Every refusal code of the protocol leads to its reaction."""

import pytest

from kistui import errors
from kistui.client.refusals import _CODES, MEANINGS, refusal
from kistui.client.retry import tries_for, wait_before_next

REACTIONS = {
    "EGW00001": errors.Temporary,
    "EGW00002": errors.Temporary,
    "EGW00003": errors.PermissionRefused,
    "EGW00004": errors.PermissionRefused,
    "EGW00101": errors.RequestRejected,
    "EGW00102": errors.KeyRefused,
    "EGW00103": errors.KeyRefused,
    "EGW00104": errors.SecretRefused,
    "EGW00105": errors.SecretRefused,
    "EGW00106": errors.Refused,
    "EGW00121": errors.TokenInvalid,
    "EGW00122": errors.TokenInvalid,
    "EGW00123": errors.TokenExpired,
    "EGW00133": errors.TokenTooSoon,
    "EGW00201": errors.RateLimited,
    "EGW00202": errors.Temporary,
    "EGW00206": errors.PermissionRefused,
    "EGW00213": errors.WrongEnvironment,
    "EGW00215": errors.RateLimited,
    "EGW00301": errors.Temporary,
    "EGW00303": errors.PermissionRefused,
    "EGW00304": errors.SecretRefused,
    "EGW02004": errors.WrongEnvironment,
    "EGW02006": errors.WrongEnvironment,
    "EGW02007": errors.WrongEnvironment,
    "OPSQ0002": errors.RequestRejected,
    "OPSQ0010": errors.RateLimited,
    "OPSQ1002": errors.Temporary,
    "OPSQ2000": errors.AccountRefused,
    "OPSQ2001": errors.RequestRejected,
    "MCA00124": errors.AccountRefused,
    "APAC0489": errors.ProductUnserved,
    "APBK1271": errors.AccountRefused,
    "IGW00002": errors.WrongEnvironment,
    "SYDB0050": errors.DataChanged,
}


@pytest.mark.parametrize(("code", "kind"), REACTIONS.items())
def test_a_code_has_its_meaning(code: str, kind: type[errors.Refused]) -> None:
    error = refusal(code, "문장  ", 500)
    assert type(error) is kind
    assert (error.code, error.text) == (code, "문장")


def test_no_code_has_two_meanings() -> None:
    assert len(MEANINGS) == sum(len(codes.split()) for codes in _CODES.values())


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (errors.RateLimited(), [1.25, 2.25, None]),
        (errors.Temporary(), [0.5, None]),
        (errors.Disconnected(host="x"), [0.2, 0.6, None]),
        (errors.TimedOut(host="x"), [0.3, None]),
        (errors.ConnectFailed(host="x"), [0.3, None]),
        (errors.TlsFailed(host="x"), [None]),
        (errors.TokenTooSoon(), [None]),
        (errors.TokenExpired(), [None]),
        (errors.AccountRefused(), [None]),
        (errors.ServiceDown(status=503), [None]),
    ],
)
def test_only_what_may_pass_is_tried_again(
    error: errors.KisError, waits: list[float | None]
) -> None:
    assert [wait_before_next(error, n, 0.5) for n in range(1, len(waits) + 1)] == waits
    assert tries_for(error) == len(waits)
