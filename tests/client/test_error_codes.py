"""Every error code of the protocol maps to one reaction."""

import pytest

from kistui import errors
from kistui.client.connection import Timeouts, max_attempts_for, retry_delay
from kistui.client.error_codes import _CODES_BY_ERROR, ERROR_CODES, error_for_code

REACTIONS = {
    "EGW00001": errors.TemporaryServerError,
    "EGW00002": errors.TemporaryServerError,
    "EGW00003": errors.PermissionDeniedError,
    "EGW00004": errors.PermissionDeniedError,
    "EGW00101": errors.RequestRejectedError,
    "EGW00102": errors.AppKeyRejectedError,
    "EGW00103": errors.AppKeyRejectedError,
    "EGW00104": errors.AppSecretRejectedError,
    "EGW00105": errors.AppSecretRejectedError,
    "EGW00106": errors.ApiError,
    "EGW00121": errors.TokenInvalidError,
    "EGW00122": errors.TokenInvalidError,
    "EGW00123": errors.TokenExpiredError,
    "EGW00133": errors.TokenCooldownError,
    "EGW00201": errors.RateLimitedError,
    "EGW00202": errors.TemporaryServerError,
    "EGW00206": errors.PermissionDeniedError,
    "EGW00213": errors.WrongEnvironmentError,
    "EGW00215": errors.RateLimitedError,
    "EGW00301": errors.TemporaryServerError,
    "EGW00303": errors.PermissionDeniedError,
    "EGW00304": errors.AppSecretRejectedError,
    "EGW02004": errors.WrongEnvironmentError,
    "EGW02006": errors.WrongEnvironmentError,
    "EGW02007": errors.WrongEnvironmentError,
    "OPSQ0002": errors.RequestRejectedError,
    "OPSQ0010": errors.RateLimitedError,
    "OPSQ1002": errors.TemporaryServerError,
    "OPSQ2000": errors.AccountRejectedError,
    "OPSQ2001": errors.RequestRejectedError,
    "MCA00124": errors.AccountRejectedError,
    "APAC0489": errors.ProductRejectedError,
    "APBK1744": errors.ProductRejectedError,
    "APTR0058": errors.AccountRejectedError,
    "APBK1271": errors.AccountRejectedError,
    "IGW00002": errors.WrongEnvironmentError,
    "SYDB0050": errors.DataChangedError,
}


def test_a_code_has_its_meaning() -> None:
    for code, kind in REACTIONS.items():
        error = error_for_code(code, "문장  ", 500)
        assert (type(error), error.code, error.text) == (kind, code, "문장")


def test_no_code_has_two_meanings() -> None:
    assert len(ERROR_CODES) == sum(len(codes.split()) for codes in _CODES_BY_ERROR.values())


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (errors.RateLimitedError(), [1.25, 2.25, None]),
        (errors.TemporaryServerError(), [0.5, None]),
        (errors.DisconnectedError(host="x"), [0.2, 0.6, None]),
        (errors.RequestTimeoutError(host="x"), [0.3, None]),
        (errors.ConnectFailedError(host="x"), [0.3, None]),
        (errors.TlsError(host="x"), [None]),
        (errors.TokenCooldownError(), [None]),
        (errors.TokenExpiredError(), [None]),
        (errors.AccountRejectedError(), [None]),
        (errors.ServiceUnavailableError(status=503), [None]),
    ],
)
def test_only_transient_errors_are_retried(
    error: errors.KisError, waits: list[float | None]
) -> None:
    assert [retry_delay(error, n, 0.5) for n in range(1, len(waits) + 1)] == waits
    assert max_attempts_for(error) == len(waits)


@pytest.mark.parametrize(
    "text",
    ["계좌 50071234-01 은 다릅니다", "5007 1234 01", "account 50071234", "k" * 600 + "50071234"],
)
def test_a_number_that_kis_repeats_is_masked(text: str) -> None:
    error = error_for_code("APBK9999", text, 200)
    assert "1234" not in error.text
    assert "1234" not in str(error)
    assert len(error.text) <= 500


def test_callers_with_timeouts_of_their_own_do_not_retry_together() -> None:
    timeouts = Timeouts(read=1.0)
    assert len({timeouts.random() for _ in range(9)}) > 1
