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
        RETRY, 1, 2, "KIS 서버에 닿지 않습니다", "KIS cannot be reached"
    ),
    errors.RequestTimeoutError: Expectation(
        RETRY, 1, 2, "KIS 서버가 제때 답하지 않습니다", "KIS does not answer in time"
    ),
    errors.DisconnectedError: Expectation(
        RETRY, 1, 3, "KIS 서버가 연결을 끊었습니다", "KIS closed the connection"
    ),
    errors.TlsError: Expectation(
        REPORT_SETTING,
        1,
        1,
        "서버의 인증서를 믿을 수 없습니다",
        "The server's certificate cannot be trusted",
    ),
    errors.ServiceUnavailableError: Expectation(
        REJECT_RESPONSE, 1, 1, "KIS가 알 수 없는 답을 보냈습니다", "KIS sent something unexpected"
    ),
    errors.MalformedResponseError: Expectation(
        REJECT_RESPONSE, 1, 1, "KIS의 답을 읽을 수 없습니다", "KIS's answer cannot be read"
    ),
    errors.PaginationError: Expectation(
        REJECT_RESPONSE,
        1,
        2,
        "잔고의 쪽이 이어지지 않습니다",
        "The pages of the balance do not join up",
    ),
    errors.ApiError: Expectation(SHOW_MESSAGE, 1, 1, "KIS가 거절했습니다", "KIS refused"),
    errors.TokenCooldownError: Expectation(
        WAIT_AND_RETRY,
        1,
        3,
        "토큰은 1분에 한 번만 발급됩니다",
        "A token can be issued once a minute",
    ),
    errors.TokenExpiredError: Expectation(
        RENEW_TOKEN, 1, 2, "토큰이 만료되었습니다", "The token has expired"
    ),
    errors.TokenInvalidError: Expectation(
        RENEW_TOKEN, 1, 2, "토큰이 유효하지 않습니다", "The token is not valid"
    ),
    errors.RejectedTokenReissuedError: Expectation(
        RENEW_TOKEN,
        1,
        2,
        "KIS가 죽은 토큰을 다시 주었습니다",
        "KIS handed out the same dead token again",
    ),
    errors.AppKeyRejectedError: Expectation(
        REPORT_SETTING, 3, 1, "KIS가 앱키를 모릅니다", "KIS does not know the app key"
    ),
    errors.AppSecretRejectedError: Expectation(
        REPORT_SETTING,
        3,
        1,
        "앱시크릿이 앱키와 맞지 않습니다",
        "The app secret does not fit the app key",
    ),
    errors.PermissionDeniedError: Expectation(
        REPORT_SETTING, 3, 1, "API를 쓸 권한이 없습니다", "No permission to use the API"
    ),
    errors.WrongEnvironmentError: Expectation(
        REPORT_SETTING, 3, 1, "실전과 모의가 섞였습니다", "Real and paper are mixed up"
    ),
    errors.AccountRejectedError: Expectation(
        REPORT_SETTING, 3, 1, "이 앱키의 계좌가 아닙니다", "Not an account of this app key"
    ),
    errors.ProductRejectedError: Expectation(
        SHOW_MESSAGE, 1, 1, "이 상품코드는 조회할 수 없습니다", "This product code cannot be read"
    ),
    errors.RateLimitedError: Expectation(
        WAIT_AND_RETRY, 1, 3, "초당 조회 수를 넘었습니다", "Too many calls a second"
    ),
    errors.TemporaryServerError: Expectation(
        RETRY, 1, 2, "KIS 서버에 일시적인 문제가 있습니다", "KIS has a passing problem"
    ),
    errors.DataChangedError: Expectation(
        RETRY, 1, 2, "읽는 사이에 잔고가 바뀌었습니다", "The balance changed while it was read"
    ),
    errors.RequestRejectedError: Expectation(
        SHOW_MESSAGE,
        1,
        1,
        "KIS가 이 조회 방식을 받지 않습니다",
        "KIS does not take this form of request",
    ),
}
