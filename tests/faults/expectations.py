"""The expected outcome of each error: reaction, number of requests and messages."""

from dataclasses import dataclass
from enum import Enum

from kistui import errors
from kistui.errors import KistuiError


class Reaction(Enum):
    """How kistui reacts to a fault."""

    RETRY = "asks again within a second, then says so"
    WAIT_AND_RETRY = "waits a second or longer, asks again, then says so"
    RENEW_TOKEN = "asks for one other token, asks again, then says so"
    REPORT_SETTING = "says which setting is wrong, asks nothing more"
    SHOW_MESSAGE = "says what KIS said, asks nothing more"
    REJECT_RESPONSE = "does not believe the answer, asks nothing more"
    SHOW_BALANCE = "shows the figures all the same"


@dataclass(frozen=True)
class Expectation:
    """The outcome of an error; `request_count` is the number of requests before it is reported."""

    reaction: Reaction
    exit_code: int
    request_count: int
    korean_title: str
    english_title: str


RETRY, WAIT_AND_RETRY, RENEW_TOKEN, REPORT_SETTING, SHOW_MESSAGE, REJECT_RESPONSE, SHOW_BALANCE = (
    Reaction
)

EXPECTATIONS: dict[type[KistuiError], Expectation] = {
    errors.ConnectFailedError: Expectation(
        RETRY, 1, 2, "KIS 서버에 연결할 수 없습니다", "Cannot connect to KIS"
    ),
    errors.RequestTimeoutError: Expectation(
        RETRY, 1, 2, "응답 시간이 초과되었습니다", "KIS did not answer in time"
    ),
    errors.DisconnectedError: Expectation(
        RETRY, 1, 3, "KIS 서버와 연결이 끊겼습니다", "KIS closed the connection"
    ),
    errors.TlsError: Expectation(
        REPORT_SETTING,
        1,
        1,
        "서버의 인증서를 신뢰할 수 없습니다",
        "Cannot trust the server's certificate",
    ),
    errors.ServiceUnavailableError: Expectation(
        REJECT_RESPONSE, 1, 1, "KIS 서버의 응답이 올바르지 않습니다", "Unexpected response from KIS"
    ),
    errors.MalformedResponseError: Expectation(
        REJECT_RESPONSE,
        1,
        1,
        "KIS의 응답을 해석할 수 없습니다",
        "Cannot parse the response from KIS",
    ),
    errors.PaginationError: Expectation(
        REJECT_RESPONSE,
        1,
        2,
        "연속조회가 정상적으로 끝나지 않았습니다",
        "KIS's pages do not end",
    ),
    errors.ApiError: Expectation(
        SHOW_MESSAGE, 1, 1, "KIS가 요청을 거절했습니다", "KIS refused the request"
    ),
    errors.TokenCooldownError: Expectation(
        WAIT_AND_RETRY,
        1,
        3,
        "토큰은 1분에 한 번만 발급할 수 있습니다",
        "KIS issues one token per minute",
    ),
    errors.TokenExpiredError: Expectation(
        RENEW_TOKEN, 1, 2, "토큰이 만료되었습니다", "The token has expired"
    ),
    errors.TokenInvalidError: Expectation(
        RENEW_TOKEN, 1, 2, "유효하지 않은 토큰입니다", "The token is not valid"
    ),
    errors.RejectedTokenReissuedError: Expectation(
        RENEW_TOKEN,
        1,
        2,
        "거절된 토큰이 다시 발급되었습니다",
        "KIS issued the rejected token again",
    ),
    errors.AppKeyRejectedError: Expectation(
        REPORT_SETTING, 3, 1, "앱키가 유효하지 않습니다", "Invalid app key"
    ),
    errors.AppSecretRejectedError: Expectation(
        REPORT_SETTING,
        3,
        1,
        "앱시크릿이 유효하지 않습니다",
        "Invalid app secret",
    ),
    errors.PermissionDeniedError: Expectation(
        REPORT_SETTING, 3, 1, "API를 사용할 권한이 없습니다", "No permission to use this API"
    ),
    errors.WrongEnvironmentError: Expectation(
        REPORT_SETTING, 3, 1, "실전·모의 구분이 맞지 않습니다", "Real and paper do not match"
    ),
    errors.AccountRejectedError: Expectation(
        REPORT_SETTING,
        3,
        1,
        "이 앱키의 계좌가 아닙니다",
        "This app key cannot read this account",
    ),
    errors.ProductRejectedError: Expectation(
        SHOW_MESSAGE,
        1,
        1,
        "이 상품코드의 계좌에는 제공되지 않습니다",
        "Not available for this product code",
    ),
    errors.RateLimitedError: Expectation(
        WAIT_AND_RETRY, 1, 3, "초당 호출 한도를 초과했습니다", "Too many calls per second"
    ),
    errors.TemporaryServerError: Expectation(
        RETRY, 1, 2, "KIS 서버에 일시적인 오류가 발생했습니다", "KIS has a temporary problem"
    ),
    errors.DataChangedError: Expectation(
        RETRY, 1, 2, "조회 중에 잔고가 바뀌었습니다", "The balance changed while it was fetched"
    ),
    errors.RequestRejectedError: Expectation(
        SHOW_MESSAGE,
        1,
        1,
        "KIS가 이 조회 요청을 거절했습니다",
        "KIS rejected the request",
    ),
}
