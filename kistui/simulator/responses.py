"""Responses in KIS's format: their shapes, errors, and how numbers are written in them."""

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from msgspec import Struct, field

MESSAGE_WIDTH = 80
"""Bytes in EUC-KR to which KIS pads the messages of account services."""

MESSAGES = {
    "KIOK0500": "조회가 계속됩니다..다음버튼을 Click 하십시오.",
    "KIOK0460": "조회 되었습니다. (마지막 자료)",
    "KIOK0490": "조회가 계속됩니다",
    "KIOK0510": "조회가 완료되었습니다",
    "KIOK0530": "조회되었습니다",
    "KIOK0560": "조회할 내용이 없습니다",
    "20310000": "모의투자 조회가 완료되었습니다.",
    "70070000": "모의투자 조회할 내역(자료)이 없습니다.",
}

WriteStep = bytes | float
"""Bytes to send, or seconds to wait."""
BodyWriter = Callable[["Response"], Iterator[WriteStep]]


class Response(Struct, frozen=True, kw_only=True):
    """A response; `delay` is in seconds before it.

    `disconnect` is "" for a complete response, "before" to close the connection without one, or
    "during" to send half of the declared body; `resets_connection` closes with an RST.
    `body_writer` sends head and body in another way, see `body_writers`.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    disconnect: str = ""
    resets_connection: bool = False
    body_writer: BodyWriter | None = None

    def __repr__(self) -> str:
        """Return the status; the body may hold a token."""
        return f"<Response {self.status} disconnect={self.disconnect!r}>"

    def __post_init__(self) -> None:
        if self.disconnect not in {"", "before", "during"}:
            raise ValueError(f"disconnect is '', 'before' or 'during', not {self.disconnect!r}")


def json_response(
    content: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response in UTF-8, with Hangul unescaped as KIS writes it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(status=status, body=text.encode(), headers=headers or {})


def success_response(
    code: str, content: Mapping[str, object], *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `content` with `rt_cd` 0 and the message of `code`."""
    status_fields = {"rt_cd": "0", "msg_cd": code, "msg1": pad_message(MESSAGES[code])}
    return json_response({**content, **status_fields}, headers=headers)


def quote_response(content: Mapping[str, object]) -> Response:
    """Return market data with `rt_cd` 0; its message is not padded."""
    return json_response(
        {**content, "rt_cd": "0", "msg_cd": "MCA00000", "msg1": "정상처리 되었습니다."}
    )


def invalid_param(name: str) -> Response:
    """Return the error for a parameter with an invalid value."""
    return error_response("OPSQ2001", f"ERROR : INPUT INVALID_CHECK_{name}")


def missing_param(name: str) -> Response:
    """Return the error for a missing parameter."""
    return error_response("OPSQ2001", f"ERROR : INPUT FIELD NOT FOUND / {name}")


def error_response(code: str, text: str | None = None, status: int | None = None) -> Response:
    """Return an error in KIS's format for its status: 403 OAuth, 200 account, else gateway.

    Status and text default to those in `ERROR_SPECS`; raises KeyError for an unknown code without
    a text.
    """
    spec = ERROR_SPECS[code] if text is None else ERROR_SPECS.get(code, ErrorSpec(200, text))
    status = spec.status if status is None else status
    text = spec.message if text is None else text
    if status == 403:
        return json_response({"error_description": text, "error_code": code}, status=status)
    if status == 200:
        return json_response({"rt_cd": "1", "msg_cd": code, "msg1": pad_message(text)})
    return json_response(
        {"rt_cd": "1", "msg1": text, "msg_cd": code, "message": code}, status=status
    )


def pad_message(message: str) -> str:
    """Return the message padded with blanks as KIS does."""
    return message + " " * (MESSAGE_WIDTH - len(message.encode("euc-kr", "replace")))


def format_percent(part: int | Decimal, total: int | Decimal, decimals: int) -> str:
    """Return `part` as a percentage of `total`."""
    return format_ratio(100 * part, total, decimals)


def format_ratio(part: int | Decimal, total: int | Decimal, decimals: int) -> str:
    """Return `part / total`, or zero when `total` is zero, as for a row sold out."""
    return format_decimal(Decimal(part) / total if total else Decimal(0), decimals)


def format_decimal(number: Decimal, decimals: int) -> str:
    """Return the number with `decimals` digits after the point, never in scientific notation."""
    return f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def sign_code(change: int | Decimal) -> str:
    """Return KIS's code of a change: 2 up, 3 unchanged, 5 down."""
    return "2" if change > 0 else "5" if change < 0 else "3"


class ErrorSpec(NamedTuple):
    """The default HTTP status and message of an error code.

    A status that sources give as "200 or 500" is 200 here.
    """

    status: int
    message: str


_OAUTH: Final = {
    "EGW00003": "접근이 거부되었습니다.",
    "EGW00004": "권한을 부여받지 않은 고객입니다.",
    "EGW00101": "유효하지 않은 요청입니다.",
    "EGW00102": "AppKey는 필수입니다.",
    "EGW00103": "유효하지 않은 AppKey입니다.",
    "EGW00104": "AppSecret은 필수입니다.",
    "EGW00105": "유효하지 않은 AppSecret입니다.",
    "EGW00106": "redirect_uri는 필수입니다.",
    "EGW00107": "유효하지 않은 redirect_uri입니다.",
    "EGW00108": "service는 필수입니다.",
    "EGW00109": "유효하지 않은 service입니다.",
    "EGW00110": "scope는 필수입니다.",
    "EGW00111": "유효하지 않은 scope입니다.",
    "EGW00112": "유효하지 않은 grant 입니다.",
    "EGW00113": "유효하지 않은 state입니다.",
    "EGW00114": "유효하지 않은 response_type입니다.",
    "EGW00115": "grant_type은 필수입니다.",
    "EGW00116": "지원하지 않는 grant_type 입니다.",
    "EGW00130": "유효하지 않은 user입니다.",
    "EGW00133": "접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)",
}

_GATEWAY: Final = {
    "": "",  # seen in answer to an empty token
    "EGW00001": "일시적 오류가 발생했습니다.",
    "EGW00002": "서버 에러가 발생했습니다.",
    "EGW00121": "유효하지 않은 token 입니다.",
    "EGW00122": "token을 찾을 수 없습니다.",
    "EGW00123": "기간이 만료된 token 입니다.",
    "EGW00124": "session_key를 찾을 수 없습니다.",
    "EGW00125": "유효하지 않은 session_key 입니다.",
    "EGW00126": "기간이 만료된 session_key 입니다.",
    "EGW00131": "유효하지 않은 hashkey 입니다.",
    "EGW00132": "Content-Type이 유효하지 않습니다.",
    "EGW00201": "초당 거래건수를 초과하였습니다.",
    "EGW00202": "GW라우팅 중 오류가 발생했습니다.",
    "EGW00203": "OPS라우팅 중 오류가 발생했습니다.",
    "EGW00204": "Internal Gateway 인스턴스를 잘못 입력했습니다.",
    "EGW00205": "credentials_type이 유효하지 않습니다.(Bearer)",
    "EGW00206": "API 사용 권한이 없습니다.",
    "EGW00207": "IP 주소가 없거나 유효하지 않습니다.",
    "EGW00208": "고객유형(custtype)이 유효하지 않습니다.",
    "EGW00209": "일련번호(seq_no)가 유효하지 않습니다.",
    "EGW00210": "법인고객의 경우 모의투자를 이용할 수 없습니다.",
    "EGW00211": "고객명(personalname)은 필수입니다.",
    "EGW00212": "휴대전화번호(personalphone)는 필수입니다.",
    "EGW00213": "법인명(corpname)은 필수입니다.",
    "EGW00215": "원장에서 허용 가능한 초당 거래건수를 초과하였습니다.",
    "EGW00300": "Gateway 라우팅 오류가 발생했습니다.",
    "EGW00301": "연결 시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.",
    "EGW00302": "거래시간이 초과되었습니다. 직전 거래를 반드시 확인하세요.",
    "EGW00303": "법인고객에게 허용되지 않은 IP접근입니다.",
    "EGW00304": "고객식별키(법인 personalSeckey, 개인 appSecret)가 유효하지 않습니다.",
    "EGW02004": "실전투자 TR 이 아닙니다.",
    "EGW02006": "모의투자 TR  이 아닙니다.",
    "EGW02007": "해당 앱키는 모의투자용 앱키가 아닙니다.",
    "IGW00007": "MCA 전문바디 구성 중 오류가 발생하였습니다.",
    "OPSQ1002": "세션 연결 오류",
}

_BUSINESS: Final = {
    "OPSQ0001": "호출 전처리 오류",
    "OPSQ0002": "없는 서비스 코드 입니다.",
    "OPSQ0010": "호출 결과처리 리소스 부족",
    "OPSQ0011": "호출 결과처리 리소스 부족",
    "OPSQ2000": "ERROR : INPUT INVALID_CHECK_ACNO",
    "OPSQ2001": "ERROR : INPUT FIELD NOT FOUND / MRKT_DIV_CODE",
    "OPSQ2002": "ERROR : INPUT INVALID_FIELD_LENGTH",
    "OPSQ2003": "MCI 전송 데이터 오류",
    "OPSQ3001": "응답 파싱 오류",
    "OPSQ3002": "응답 길이 오류",
    "OPSQ3004": "응답 메모리 할당 오류",
    "OPSQ9995": "JSON BODY 오류",
    "OPSQ9996": "JSON HEADER 오류",
    "OPSQ9997": "JSON 파싱 오류",
    "OPSQ9998": "seq_no가 없습니다.",
    "OPSQ9999": "tr_id가 없습니다.",
    "SYDB0050": "조회 이후 자료가 변경되었습니다.(다시 조회하세요)",
    "MCA00124": "계좌번호를 확인하시기 바랍니다.",
    "APAC0489": "위탁계좌인 경우만 조회가능합니다",
    "APBK0656": "해당종목정보가 없습니다.",
    "APBK0918": "장운영시간이 아닙니다.",
    "APBK0919": "장운영일자가 주문일과 상이합니다",
    "APBK1234": "주문가능시간이 아닙니다.",
    "APBK1271": "Not Found",
    "APBK1744": "퇴직연금계좌는 해당 서비스가 불가합니다.",
    "IGW00002": "계좌번호가 유효하지 않습니다.",
    "40310000": "모의투자에서 처리할 수 없습니다.",
    "40570000": "모의투자 장시작전 입니다.",
    "40970000": "모의투자에서 제공하지 않는 주문유형입니다.",
}

ERROR_SPECS: Final[dict[str, ErrorSpec]] = {
    code: ErrorSpec(status, text)
    for status, table in ((403, _OAUTH), (500, _GATEWAY), (200, _BUSINESS))
    for code, text in table.items()
}
